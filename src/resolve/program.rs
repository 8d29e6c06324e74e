//! podman, buildah and skopeo, as far as they differ in looking for logins.

/// The versions of the library that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// image v5.23: a file that a variable names is only the first to be searched.
    V4,
    /// image v5.24 and later: it is the only one.
    V5,
    /// image v5.40 and later: more places for `registries.conf`.
    V540,
}

/// Which program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// podman and buildah: `DOCKER_CONFIG` counts like a flag.
    Podman,
    /// skopeo: only `REGISTRY_AUTH_FILE` does.
    Skopeo,
}
