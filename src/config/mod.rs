//! docker's `config.json` and podman's `auth.json`: where they are, what they say, which login a tool would use.

pub mod containers;
pub mod default_store;
pub mod docker;
pub mod document;
mod draft;
pub mod edit;
pub mod effective;
pub mod entry;
pub mod locate;
pub mod plan;
pub mod planning;
pub mod refusal;
pub mod relocate;
mod restore;
mod spans;
mod style;
