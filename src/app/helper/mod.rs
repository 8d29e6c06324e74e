//! `docker-credential-pullpass` for a whole machine: who answers for a host.

pub mod answering;
mod podman;
pub mod rules;
pub mod serve;
pub mod setup;
pub mod status;
