//! Whole checks of logins over a transport that plays registries: no network, no time of its own.

mod anonymous;
mod fake;
mod leaks;
mod many;
mod realms;
mod unsaved;
mod verdicts;
