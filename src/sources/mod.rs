//! Files of other tools that decide about logins: bytes in, entries out. One file a format.

pub mod apple;
pub mod apptainer_remote;
pub mod cdk;
pub mod containerd;
pub mod crio;
pub mod ecs;
pub mod enroot;
pub mod maven;
pub mod nomad;
pub mod regctl;
pub mod registries_conf;
pub mod registries_yaml;
mod xml;
pub mod yaml;
