//! Nomad's docker and podman drivers: one file that the agent names, and in it the entries before the helpers.
//!
//! Source: hashicorp/nomad 09855dd `drivers/docker/utils.go`.

use crate::config::document;
use crate::registry::image::Image;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::Names;
use crate::resolve::library::Edition;
use crate::resolve::run::{Found, Halt, Run, View};
use crate::resolve::trace::{End, Outcome, Source};
use crate::sources::nomad::{self, Auth};

/// What a task without an `auth` block of its own sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    let key = image.docker_key().to_owned();
    for (_, auth) in auths(run.view) {
        if let Some(path) = &auth.config
            && let Some(end) = in_file(run, path, &key)?
        {
            return Ok(end);
        }
        if let Some(helper) = &auth.helper
            && let Some(end) = ask(run, helper, &key)?
        {
            return Ok(end);
        }
    }
    Ok(End::Anonymous)
}

/// The `auth` blocks of the agent's files, each with the file that it stands in.
pub fn auths(view: &View<'_>) -> Vec<(String, Auth)> {
    let of_file = |path: String| {
        let auths = view.text(&path).map(nomad::read).unwrap_or_default();
        auths.into_iter().map(move |auth| (path.clone(), auth))
    };
    view.folder("/etc/nomad.d", ".hcl").into_iter().flat_map(of_file).collect()
}

fn in_file(run: &mut Run<'_, '_>, path: &str, key: &str) -> Result<Option<End>, Halt> {
    let file = match run.open(path, key) {
        Found::Text(file) => file,
        Found::Absent | Found::Unreadable => {
            return Err(Halt::Stops(format!("failed to open auth config file: {path}")));
        }
    };
    let library = run.view.library(path, file);
    if let Some(words) = library.refusal(Edition::New) {
        run.note(Source::File(path.to_owned()), key, Outcome::Failed(words.clone()));
        return Err(Halt::Stops(format!("failed to parse auth config: {words}")));
    }
    let inline = library.in_file(run, path, key, Edition::New);
    if inline != End::Anonymous {
        return Ok(Some(inline));
    }
    let json = run.view.json(path, file);
    let config = run.view.config(path, &json, Names::Folded);
    let own = config.cred_helpers.map().and_then(|helpers| helpers.get(key)).and_then(document::string);
    for helper in own.filter(|name| !name.is_empty()).into_iter().chain(config.store()) {
        run.note(Source::File(path.to_owned()), key, Outcome::LeadsTo(helper.clone().into_owned()));
        if let Some(end) = ask(run, &helper, key)? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// A helper's login; one that fails stops the task.
fn ask(run: &mut Run<'_, '_>, helper: &str, key: &str) -> Result<Option<End>, Halt> {
    match run.ask(helper, key, helper::go)? {
        Told::Login(creds) => Ok(Some(End::login(Source::Helper(helper.to_owned()), key, creds.sent()))),
        Told::Empty | Told::NotFound => Ok(None),
        Told::Missing | Told::Failed(_) | Told::Unreadable => {
            Err(Halt::Stops(format!("error using docker-credential-{helper} for authentication")))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::resolve::snapshot::Answer;
    use crate::resolve::tests::{end, machine, with_helper};

    #[test]
    fn nomad_takes_the_entries_before_the_helpers() {
        let agent = "plugin \"docker\" { config { auth { config = \"/etc/a.json\" } } }";
        let text = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}},"credsStore":"x"}"#;
        let files = [("/etc/nomad.d/a.hcl", agent), ("/etc/a.json", text)];
        let keeps = Answer::Keeps { username: Some("kept".into()) };
        let snapshot = with_helper(machine(&files, &[]), "x", Some(keeps));
        assert_eq!(end("nomad", "ghcr.io/a/b", &snapshot), "ann");
        assert_eq!(end("nomad", "quay.io/a/b", &snapshot), "kept");
    }
}
