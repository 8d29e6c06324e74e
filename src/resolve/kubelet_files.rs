//! The kubelet's own files on a node, which it merges with the pull secrets of a pod.
//!
//! Source: kubernetes 78fc8e4 `pkg/credentialprovider/config.go` (`ReadDockerConfigFile`), `keyring.go`.

use super::kubelet;
use crate::config::document;
use crate::registry::image::Image;
use crate::resolve::base64;
use crate::resolve::json::{self, Config, Fields, Json, Names, Value};
use crate::resolve::library::split_nul_trimmed;
use crate::resolve::run::{Found, Halt, Run, View};
use crate::resolve::snapshot::Snapshot;
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// What a pull for a pod without pull secrets sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let parsed = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    let name = format!("{}/{}", parsed.registry, parsed.repository);
    let Some((path, json)) = file(run.view) else { return Ok(End::Anonymous) };
    let config = Config::read(json.members(), Names::Folded);
    let Found::Text(_) = run.open(&path, &name) else { return Ok(End::Anonymous) };
    let entries = config.auths.map().map_or(&[][..], |map| map.list());
    let tried = kubelet::tried(entries.iter().map(|(key, _)| &**key), &name);
    let of_key = |key: &str| entries.iter().find(|(known, _)| known == key);
    for (key, value) in tried.into_iter().filter_map(of_key) {
        if let Some(sent) = sent(value) {
            run.note(Source::File(path.clone()), &name, Outcome::Found(key.clone().into_owned()));
            return Ok(End::login(Source::File(path), key, sent));
        }
        run.note(Source::File(path.clone()), &name, Outcome::Nothing);
    }
    run.note(Source::File(path), &name, Outcome::NotFound);
    Ok(End::Anonymous)
}

/// The places of `config.json`, in order.
pub fn places(snapshot: &Snapshot) -> [String; 4] {
    [
        "/var/lib/kubelet/config.json".to_owned(),
        "./config.json".to_owned(),
        snapshot.at_home(".docker/config.json"),
        "/.docker/config.json".to_owned(),
    ]
}

/// The first file that is there and can be read.
pub fn file<'a>(view: &View<'a>) -> Option<(String, std::rc::Rc<Json<'a>>)> {
    places(view.snapshot).into_iter().find_map(|path| match view.file(&path) {
        Found::Text(file) => {
            let json = view.json(&path, file);
            matches!(json.value, Value::Object(_)).then_some((path, json))
        }
        Found::Absent | Found::Unreadable => None,
    })
}

fn sent(value: &serde_json::value::RawValue) -> Option<Sent> {
    let fields = Fields::read(value, Names::Folded).filter(|_| !document::is_null(value))?;
    let filled = |value| json::secret(value).filter(|secret: &Secret| !secret.is_empty());
    if let Some(auth) = filled(fields.auth) {
        let text = auth.expose_text().unwrap_or_default();
        // Padding decides which of two readings is taken.
        let bytes = if text.trim_end().ends_with('=') { base64::go(text) } else { base64::rust(text) };
        let (name, password) = bytes.and_then(|bytes| split_nul_trimmed(&bytes))?;
        return Some(Sent::basic(name, Some(password)));
    }
    let name = filled(fields.username)?;
    Some(Sent::basic(name.expose_text().unwrap_or_default(), filled(fields.password)))
}
