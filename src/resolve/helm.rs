//! Helm: a file of its own, then docker's.
//!
//! Run with helm 4.1.4 (oras-go's store from 3.18 on, `pkg/registry/client.go`) and 3.8.1 (docker's library); places from
//! `pkg/helmpath/lazypath.go` and `pkg/cli/environment.go`.

use crate::config::default_store::System;
use crate::resolve::library::Edition;
use crate::resolve::oras::{Blank, Store, server};
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::{Snapshot, join};
use crate::resolve::trace::{End, Outcome, Source};

/// helm 4, and 3.18.0 to 3.18.3.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    with_oras(run, image, Blank::IsRefused)
}

/// helm 3.18.4 and later of the 3.x line: an empty file does no harm.
pub fn resolve_3(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    with_oras(run, image, Blank::IsEmpty)
}

/// A store that fails ends it, and so does a file of its own that cannot be read.
fn with_oras(run: &mut Run<'_, '_>, image: &str, blank: Blank) -> Result<End, Halt> {
    let server = server(image)?;
    let own = Store::open(run, own_file(run.snapshot()), &server, blank)?;
    let docker = run.snapshot().docker_file();
    // docker's file is left out where it cannot be read.
    let docker = Store::open(run, docker, &server, blank).ok();
    if let Some(end) = own.get(run, &server)? {
        return Ok(end);
    }
    match docker {
        Some(docker) => Ok(docker.get(run, &server)?.unwrap_or(End::Anonymous)),
        None => Ok(End::Anonymous),
    }
}

/// helm 3.8 to 3.17: what fails in one file is looked for in the next, but both must be JSON.
pub fn with_docker_library(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let server = server(image)?;
    let files = [own_file(run.snapshot()), run.snapshot().docker_file()];
    let mut libraries = Vec::new();
    for path in files {
        let Found::Text(file) = run.open(&path, &server) else { continue };
        let library = run.view.library(&path, file);
        if let Some(words) = library.refusal(Edition::New) {
            run.note(Source::File(path), &server, Outcome::Failed(words.clone()));
            return Err(Halt::Stops(words));
        }
        libraries.push((path, library));
    }
    for (path, library) in libraries {
        let end = match library.helper_for(&server) {
            Some(helper) => {
                run.note(Source::File(path), &server, Outcome::LeadsTo(helper.clone().into_owned()));
                library.in_helper(run, (&helper, &server), Edition::New)?.unwrap_or(End::Anonymous)
            }
            None => library.in_file(run, &path, &server, Edition::New),
        };
        if end != End::Anonymous {
            return Ok(end);
        }
    }
    Ok(End::Anonymous)
}

/// The file of its own. A variable that is set to nothing counts as unset.
pub fn own_file(snapshot: &Snapshot) -> String {
    if let Some(path) = snapshot.filled("HELM_REGISTRY_CONFIG") {
        return path.to_owned();
    }
    if let Some(folder) = snapshot.filled("HELM_CONFIG_HOME") {
        return join(folder, "registry/config.json");
    }
    if snapshot.filled("XDG_CONFIG_HOME").is_some() {
        return snapshot.at_config_home("helm/registry/config.json");
    }
    match snapshot.system {
        System::MacOs => snapshot.at_home("Library/Preferences/helm/registry/config.json"),
        System::Windows => {
            let roaming = snapshot.filled("APPDATA").map(str::to_owned);
            let folder = roaming.unwrap_or_else(|| snapshot.at_home("AppData/Roaming"));
            if folder.contains('\\') {
                return format!("{}\\helm\\registry\\config.json", folder.trim_end_matches('\\'));
            }
            join(&folder, "helm/registry/config.json")
        }
        System::Linux | System::Other => snapshot.at_home(".config/helm/registry/config.json"),
    }
}

#[cfg(test)]
mod tests {
    use crate::resolve::tests::{DOCKER, end, machine};

    #[test]
    fn helm_4_ends_at_a_store_that_fails_and_helm_3_goes_on() {
        let own = "/h/.config/helm/registry/config.json";
        let docker = r#"{"auths":{"ghcr.io":{"auth":"ZG9jOnA="}}}"#;
        let table = [
            (r#"{"auths":{"ghcr.io":{"auth":"b3duOnA="}}}"#, "own", "own"),
            (r#"{"credsStore":"absent"}"#, "stops", "doc"),
            (r#"{"auths":{"ghcr.io":{}}}"#, "doc", "doc"),
            ("{", "stops", "stops"),
            ("", "stops", "doc"),
            (r#"{"auths":{"oci://ghcr.io":{"auth":"b3duOnA="}}}"#, "doc", "own"),
        ];
        for (text, four, three) in table {
            let snapshot = machine(&[(own, text), (DOCKER, docker)], &[]);
            assert_eq!(end("helm", "ghcr.io/a/b", &snapshot), four, "{text}");
            assert_eq!(end("helm-3.8", "ghcr.io/a/b", &snapshot), three, "{text}");
        }
        let broken = machine(&[(own, "{}"), (DOCKER, "{")], &[]);
        assert_eq!(end("helm", "ghcr.io/a/b", &broken), "none");
        assert_eq!(end("helm-3.8", "ghcr.io/a/b", &broken), "stops");
        assert_eq!(end("helm-3.18.4", "ghcr.io/a/b", &machine(&[(own, ""), (DOCKER, docker)], &[])), "doc");
    }
}
