//! buildx: a folder for a scope, before docker's file.
//!
//! Run with buildx v0.31.0 (`util/dockerutil/dockerconfig/configprovider.go`).

use crate::registry::image::Image;
use crate::registry::key::HUB_KEY;
use crate::registry::matching::BuildxScope;
use crate::resolve::docker;
use crate::resolve::run::{Halt, Run, View};
use crate::resolve::snapshot::join;
use crate::resolve::trace::End;

const ENDING: &str = "/config.json";

/// A scoped file.
pub struct Scoped {
    /// Where it is.
    pub path: String,
    /// The name of its folder: `HOST[/REPOSITORY][@ACTION,ACTION]`.
    pub folder: String,
}

/// What a build sends for an image.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    // These two borrow Docker Hub's login.
    let borrows = matches!(image.registry.as_str(), "dhi.io" | "registry.scout.docker.com");
    let key = if borrows { HUB_KEY } else { image.docker_key() };
    if let Some(scoped) = winner(run.view, &image) {
        return docker::in_file(run, &scoped.path, key);
    }
    docker::one_file(run, key)
}

/// All scoped files, wherever they are for.
pub fn scoped(view: &View<'_>) -> Vec<Scoped> {
    let base = base(view);
    let scoped = |path: String| {
        let folder = path.strip_prefix(&format!("{base}/"))?.strip_suffix(ENDING)?.to_owned();
        Some(Scoped { path, folder })
    };
    view.tree(&base, ENDING).into_iter().filter_map(scoped).collect()
}

fn base(view: &View<'_>) -> String {
    let snapshot = view.snapshot;
    match snapshot.filled("BUILDX_CONFIG") {
        Some(folder) => join(folder, "config"),
        None => format!("{}/buildx/config", snapshot.docker_file().trim_end_matches(ENDING)),
    }
}

/// The file that replaces docker's for this request: with a repository before without, more actions before fewer.
pub fn winner(view: &View<'_>, image: &Image) -> Option<Scoped> {
    let host = if image.registry == "docker.io" { "registry-1.docker.io" } else { image.registry.as_str() };
    let pull = format!("repository:{}:pull", image.repository);
    let asked: Vec<&str> = match view.snapshot.scopes.as_slice() {
        [] => vec![pull.as_str()],
        scopes => scopes.iter().map(String::as_str).collect(),
    };
    let serves = |scoped: &Scoped| {
        let scope = BuildxScope::of_folder(&scoped.folder);
        (scope.host == host && scope.serves(&asked))
            .then_some((!scope.repository.is_empty(), scope.actions.len()))
    };
    let ranked = scoped(view).into_iter().filter_map(|scoped| Some((serves(&scoped)?, scoped)));
    ranked.max_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, scoped)| scoped)
}

#[cfg(test)]
mod tests {
    use crate::resolve::snapshot::Snapshot;
    use crate::resolve::tests::{DOCKER, end, machine};

    #[test]
    fn buildx_takes_the_folder_that_fits_best() {
        let login =
            |name: &str| format!(r#"{{"auths":{{"ghcr.io":{{"username":"{name}","password":"p"}}}}}}"#);
        let base = "/h/.docker/buildx/config/ghcr.io";
        let files = [
            (format!("{base}/config.json"), login("host")),
            (format!("{base}/a/b/config.json"), login("repository")),
            (format!("{base}/a/b@push/config.json"), login("push")),
            (DOCKER.to_owned(), login("docker")),
        ];
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let mut snapshot = machine(&files, &[]);
        let user = |image: &str, snapshot: &Snapshot| end("buildx", image, snapshot);
        assert_eq!(user("ghcr.io/a/b", &snapshot), "repository");
        assert_eq!(user("ghcr.io/a/c", &snapshot), "host");
        assert_eq!(user("quay.io/a/c", &snapshot), "none");
        snapshot.scopes = vec!["repository:a/b:pull,push".into()];
        assert_eq!(user("ghcr.io/a/b", &snapshot), "push");
        snapshot.scopes = vec!["repository:a/b:pull".into(), "repository:x/y:pull".into()];
        assert_eq!(user("ghcr.io/a/b", &snapshot), "docker");
    }
}
