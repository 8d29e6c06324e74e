//! `docker-credential-pullpass` for a whole machine: who answers for a host.

pub mod rules;
pub mod serve;
