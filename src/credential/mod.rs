//! What a login is. Pure.

pub mod auth;
pub mod content;
pub mod diagnostic;
pub mod expiry;
pub mod health;
pub mod helper_name;
pub mod login;
mod proof;
pub mod rules;
pub mod token;

pub use proof::{ACR_TOKEN_USERNAME, Credential, TOKEN_USERNAME};
