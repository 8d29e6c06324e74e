//! Who sends which login? Each tool finds another one in the same files; here stands how, one file a tool.
//!
//! Everything is pure: a [`Snapshot`] holds what a tool can see, a [`Trace`] tells every step that it takes and where that
//! ends. What a snapshot lacks is told too (files in [`Trace::unread`], helpers in [`End::Depends`]), so that whoever may
//! read can fill it in and ask again.

mod apptainer;
mod base64;
mod buildx;
mod charliecloud;
mod containerd;
mod containers;
mod crio;
mod devcontainers;
mod docker;
mod docker_credential;
mod docker_py;
mod enroot;
mod ggcr;
pub mod gitlab_runner;
mod helm;
mod helper;
mod json;
mod jsonc;
mod keys;
pub mod kubelet;
mod kubelet_files;
mod library;
mod lookup;
mod nerdctl;
mod nomad;
mod oras;
mod oras_py;
pub mod program;
mod raw_auth;
mod regctl;
pub mod registries_conf;
mod run;
pub mod snapshot;
pub mod survey;
mod testcontainers_java;
mod testcontainers_node;
mod testcontainers_python;
mod testcontainers_rust;
pub mod tools;
pub mod trace;

pub use snapshot::Snapshot;
pub use tools::{TOOLS, Tool, find, of_version};
pub use trace::{End, Outcome, Sent, Source, Step, Trace, Winner};

use crate::registry::{image, key};
use run::{Ask, Assumed, Halt, Run, View};
use trace::Depends;

/// So many helpers that nobody asked are followed, one behind the other. No tool asks more.
const MOST_UNKNOWN: usize = 4;

/// A snapshot of which each file is read once, however many tools and images are asked for.
pub struct Resolver<'a> {
    view: View<'a>,
}

impl<'a> Resolver<'a> {
    /// Nothing is read before it is asked for.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self { view: View::new(snapshot) }
    }

    /// The files that were asked for and that the snapshot does not have.
    pub fn unread(&self) -> Vec<String> {
        self.view.unread()
    }

    /// What a tool does to find a login for an image, which is written as the tool gets it.
    pub fn resolve(&self, tool: &Tool, image: &str) -> Trace {
        let (steps, end) = self.explore(tool, image, &mut Vec::new());
        Trace { tool: tool.id, steps, end, unread: self.view.unread() }
    }

    /// A run, and where it comes to a helper that nobody asked, one more for each answer that it could give.
    fn explore(&self, tool: &Tool, image: &str, assumed: &mut Vec<(Ask, Assumed)>) -> (Vec<Step>, End) {
        let mut run = Run::new(&self.view, assumed);
        let found = (tool.resolve)(&mut run, image);
        let steps = run.steps;
        let end = match found {
            Ok(end) => end,
            Err(Halt::Stops(words)) => End::Stops(words),
            Err(Halt::Unknown(ask)) if assumed.len() < MOST_UNKNOWN => {
                self.depends(tool, image, &ask, assumed)
            }
            Err(Halt::Unknown(ask)) => {
                End::Stops(format!("nobody knows what docker-credential-{} says", ask.helper))
            }
        };
        (steps, end)
    }

    fn depends(&self, tool: &Tool, image: &str, ask: &Ask, assumed: &mut Vec<(Ask, Assumed)>) -> End {
        let mut end = |answer| {
            assumed.push((ask.clone(), answer));
            let (_, end) = self.explore(tool, image, assumed);
            assumed.pop();
            end
        };
        End::Depends(Box::new(Depends {
            found: end(Assumed::Found),
            not_found: end(Assumed::NotFound),
            failed: end(Assumed::Failed),
            helper: ask.helper.clone(),
            asked: ask.input.clone(),
        }))
    }
}

/// An image that a stored key is there for, to ask who uses the login under it; `None` where no image leads to the key.
pub fn image_for(stored: &str) -> Option<String> {
    if key::is_hub_key(stored) {
        return Some(format!("{}/library/image", image::DEFAULT_REGISTRY));
    }
    let host = key::hostname(stored);
    let path = key::parts(stored).path.trim_matches('/');
    let path = if matches!(path, "" | "v1" | "v2") { String::new() } else { format!("{path}/") };
    let image = format!("{host}/{path}image");
    let is_named = image::Image::parse(&image).is_ok_and(|image| image.registry == *host);
    is_named.then_some(image)
}

/// What one tool does to find a login for one image.
pub fn resolve(tool: &Tool, image: &str, snapshot: &Snapshot) -> Trace {
    Resolver::new(snapshot).resolve(tool, image)
}

#[cfg(test)]
mod tests;
