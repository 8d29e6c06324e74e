//! What a person does with a login: add, edit, remove, seal, fetch its secret.

pub mod add;
pub mod destination;
pub mod fetch;
pub mod for_docker;
pub mod remove;
pub mod renew;
pub mod seal;
pub mod submission;
pub mod submit;
