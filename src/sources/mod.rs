//! Files of other tools that decide about logins: bytes in, entries out. One file a format.

pub mod registries_conf;
