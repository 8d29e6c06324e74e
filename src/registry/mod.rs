//! What a registry is called and who runs it. Pure.

pub mod alias;
pub mod ecr;
pub mod helper_key;
pub mod host_pattern;
pub mod image;
pub mod key;
pub mod matching;
pub mod provider;
