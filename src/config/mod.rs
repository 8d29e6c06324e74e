//! docker's `config.json` and podman's `auth.json`: where they are, what they say, which login a tool would use.

pub mod containers;
pub mod docker;
pub mod document;
pub mod effective;
pub mod entry;
pub mod locate;
