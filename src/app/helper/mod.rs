//! `docker-credential-pullpass` for a whole machine: who answers for a host.

mod podman;
pub mod rules;
pub mod serve;
pub mod setup;
pub mod status;
