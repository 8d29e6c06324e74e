//! What a new secret's fields must be: one set of rules for the form and for `pullpass add`, one file a field.
//!
//! The fields and their order are those of rapyuta.io's form "Add new secret" (`rapyuta_io/clients/secret.py` of the
//! package rapyuta-io 1.17.1, and the console's documentation). Two rules are ours: an empty e-mail address is a
//! warning, because no tool but rapyuta.io uses one, and so is `http://`, because docker can use a registry without TLS.

pub mod email;
pub mod expires_on;
pub mod name;
pub mod password;
pub mod registry;
pub mod user;

mod docker_auth;
mod pairing;
mod password_context;
mod secret_type;
mod verdict;

pub use docker_auth::{RapyutaFields, docker_auth_to_rapyuta_fields};
pub use password::{StdinPassword, stdin_password};
pub use password_context::PasswordContext;
pub use secret_type::SecretType;
pub use verdict::FieldVerdict;
