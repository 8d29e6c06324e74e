//! Apptainer and Singularity: a file of their own instead of docker's, read by docker's library.
//!
//! Source: apptainer 917d665 (v1.5.3) `pkg/syfs/syfs.go`, `internal/pkg/util/ociauth/ociauth.go`; sylabs/singularity
//! 8fa9497.

use crate::resolve::ggcr;
use crate::resolve::library::Edition;
use crate::resolve::run::{Found, Halt, Run, View};
use crate::resolve::snapshot::{Snapshot, join};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// The variables for a user name, each with the one for its password, in order.
const LOGINS: [(&str, &str); 3] = [
    ("APPTAINER_DOCKER_USERNAME", "APPTAINER_DOCKER_PASSWORD"),
    ("SINGULARITY_DOCKER_USERNAME", "SINGULARITY_DOCKER_PASSWORD"),
    ("DOCKER_USERNAME", "DOCKER_PASSWORD"),
];

/// Apptainer, but for the versions that lost the way to docker's file.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, &places(run.snapshot(), true))
}

/// Apptainer 1.2.0 to 1.2.2 and 1.3.0 to 1.3.2.
pub fn without_docker(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, &places(run.snapshot(), false))
}

/// Singularity 4.
pub fn singularity(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, &[singularity_file(run.snapshot())])
}

/// The variables that hold a login, where both are set.
pub fn login_variables(snapshot: &Snapshot) -> Option<(&'static str, &str, &str)> {
    LOGINS
        .into_iter()
        .find_map(|(name, password)| Some((name, snapshot.filled(name)?, snapshot.filled(password)?)))
}

/// The files, of which the first that exists is read.
pub fn places(snapshot: &Snapshot, has_fallback: bool) -> Vec<String> {
    if let Some(file) = snapshot.filled("APPTAINER_AUTH_FILE") {
        return vec![file.to_owned()];
    }
    let named = config_folder(snapshot);
    let own = named.map_or_else(|| snapshot.at_home(".apptainer"), str::to_owned);
    let docker = named.map_or_else(|| snapshot.at_home(".docker"), str::to_owned);
    let docker = has_fallback.then(|| join(&docker, "config.json"));
    std::iter::once(join(&own, "docker-config.json")).chain(docker).collect()
}

/// The folder that a variable names.
pub fn config_folder(snapshot: &Snapshot) -> Option<&str> {
    snapshot.filled("APPTAINER_CONFIGDIR").or_else(|| snapshot.filled("SINGULARITY_CONFIGDIR"))
}

/// Singularity's file, below the home folder of the passwd entry.
pub fn singularity_file(snapshot: &Snapshot) -> String {
    snapshot.filled("SINGULARITY_CONFIGDIR").map_or_else(
        || snapshot.at_passwd_home(".singularity/docker-config.json"),
        |folder| join(folder, "docker-config.json"),
    )
}

/// The file of which a login is taken: the first that exists.
pub fn read_file<'p>(view: &View<'_>, places: &'p [String]) -> Option<&'p String> {
    places.iter().find(|path| view.exists(path))
}

fn look(run: &mut Run<'_, '_>, image: &str, places: &[String]) -> Result<End, Halt> {
    let (registry, repository) = ggcr::names(image);
    let asked = format!("{registry}/{repository}");
    if let Some((name, user, password)) = login_variables(run.snapshot()) {
        let source = Source::Variable(name);
        run.note(source.clone(), &registry, Outcome::Found(registry.clone()));
        let sent = Sent::basic(user, Some(Secret::from_text(password.to_owned())));
        return Ok(End::login(source, &registry, sent));
    }
    let Some(path) = read_file(run.view, places) else { return Ok(End::Anonymous) };
    let Found::Text(file) = run.open(path, &asked) else { return Ok(End::Anonymous) };
    let library = run.view.library(path, file);
    if let Some(words) = library.refusal(Edition::New) {
        // It goes on without a login.
        run.note(Source::File(path.clone()), &asked, Outcome::Failed(words));
        return Ok(End::Anonymous);
    }
    ggcr::two_looks(run, path, &library, (&registry, &asked))
}
