//! `pullpass check` against registries that never leave this machine.

mod command;
mod on_a_terminal;
