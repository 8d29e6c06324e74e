//! The platforms: one file each.

pub mod circleci;
pub mod kura;
pub mod rapyuta;

mod apptainer;
mod argocd;
mod compose;
mod config_json;
mod containerd;
mod docker_login;
mod dotenv;
mod ecr;
mod github_actions;
mod gitlab_ci;
mod helm;
mod jenkins;
mod k3s;
mod kubernetes;
mod nomad;
mod podman;
mod sauce;
mod tekton;
mod terraform;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

/// Every platform, in the order of the list.
pub static PLATFORMS: &[&Platform] = &[
    &rapyuta::PLATFORM,
    &circleci::PLATFORM,
    &sauce::PLATFORM,
    &kura::PLATFORM,
    &ecr::PLATFORM,
    &kubernetes::PLATFORM,
    &github_actions::PLATFORM,
    &gitlab_ci::PLATFORM,
    &compose::COMPOSE,
    &compose::SWARM,
    &dotenv::PLATFORM,
    &config_json::PLATFORM,
    &docker_login::PLATFORM,
    &podman::QUADLET,
    &podman::KUBE,
    &k3s::PLATFORM,
    &containerd::PLATFORM,
    &helm::PLATFORM,
    &argocd::REPOSITORY,
    &argocd::IMAGE_UPDATER,
    &tekton::PLATFORM,
    &nomad::PLATFORM,
    &terraform::PLATFORM,
    &jenkins::PLATFORM,
    &apptainer::PLATFORM,
];
