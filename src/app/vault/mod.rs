//! The vault: its secrets as rows, opened, changed, and served to docker.

pub mod by_name;
pub(super) mod edit;
mod minted;
pub mod rows;
pub mod serve;
