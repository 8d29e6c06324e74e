//! Docker secrets of rapyuta.io, by the rules of its console.
//!
//! Source: rapyuta-io-sdk-v2 0.10.0 `models/secret.py`; its own program takes an empty user name and any address.

use crate::credential::rules::{SecretType, email, name, user};
use crate::registry::key::HUB_KEY;
use crate::secret::Secret;

use super::yaml::Value;
use super::{CannotRead, Draft};

const VERSIONS: [&str; 2] = ["api.rapyuta.io/v2", "apiextensions.rapyuta.io/v1"];

/// True for an object of rapyuta.io's.
pub(super) fn is_one(value: &Value) -> bool {
    let version = value.get("apiVersion").and_then(Value::text);
    version
        .is_some_and(|version| version.split('/').next().is_some_and(|group| group.ends_with("rapyuta.io")))
}

/// The login of a Docker secret.
///
/// # Errors
/// [`CannotRead::Member`] for the first member that the console would not take.
pub fn read(manifest: &Value) -> Result<Draft, CannotRead> {
    let is_absent = |value: Option<&Value>| value.is_none_or(Value::is_null);
    match manifest.get("apiVersion") {
        None => {}
        Some(version) => one_of(version, &VERSIONS, "apiVersion")?,
    }
    if !is_absent(manifest.get("kind")) {
        one_of(manifest.get("kind").unwrap_or(manifest), &["Secret"], "kind")?;
    }
    let own_name = text(manifest, &["metadata", "name"], "metadata.name")?;
    check(name::fault(own_name, |_| false).is_none(), "metadata.name", "is no name that the console takes")?;
    labels(manifest)?;
    let spec = manifest.get("spec").ok_or(missing("spec"))?;
    let kind = text(spec, &["type"], "spec.type")?;
    if kind == "Opaque" {
        return Err(CannotRead::NoSecret);
    }
    check(kind == "Docker", "spec.type", "is neither Docker nor Opaque")?;
    if let Some(runtime) = spec.get("runtime").filter(|value| !value.is_null()) {
        one_of(runtime, &["device", "cloud"], "spec.runtime")?;
    }
    if let Some(depends) = spec.get("depends").filter(|value| !value.is_null()) {
        text(depends, &["nameOrGUID"], "spec.depends.nameOrGUID")?;
    }
    docker(own_name, spec.get("docker").ok_or(missing("spec.docker"))?)
}

fn docker(own_name: &str, docker: &Value) -> Result<Draft, CannotRead> {
    let registry = match docker.get("registry") {
        None => HUB_KEY,
        Some(_) => text(docker, &["registry"], "spec.docker.registry")?,
    };
    let is_plain = registry.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    check(!is_plain, "spec.docker.registry", "names a registry without TLS")?;
    let username = text(docker, &["username"], "spec.docker.username")?;
    let is_user = !user::verdict(SecretType::Private, username).is_wrong();
    check(is_user, "spec.docker.username", "is no user name that a registry could take")?;
    let password = text(docker, &["password"], "spec.docker.password")?;
    let address = text(docker, &["email"], "spec.docker.email")?;
    check(email::is_valid(address), "spec.docker.email", "is no e-mail address")?;
    Ok(Draft {
        name: own_name.to_owned(),
        registry: registry.to_owned(),
        username: username.to_owned(),
        secret: Secret::new(password.as_bytes().to_vec()),
        email: address.to_owned(),
        is_identity_token: false,
    })
}

fn labels(manifest: &Value) -> Result<(), CannotRead> {
    let labels = manifest.at(&["metadata", "labels"]).filter(|labels| !labels.is_null());
    let Some(labels) = labels else { return Ok(()) };
    let is_map = labels.members().is_some_and(|all| all.iter().all(|(_, label)| label.text().is_some()));
    check(is_map, "metadata.labels", "holds something else than texts")
}

/// A text that is not empty.
fn text<'a>(value: &'a Value, at: &[&str], path: &'static str) -> Result<&'a str, CannotRead> {
    let found = value.at(at).ok_or(missing(path))?;
    let why = "is no text: a number or a word such as yes stands in quotes";
    let text = found.text().ok_or(CannotRead::Member { path, why })?;
    check(!text.is_empty(), path, "is empty")?;
    Ok(text)
}

fn one_of(value: &Value, words: &[&str], path: &'static str) -> Result<(), CannotRead> {
    check(value.text().is_some_and(|text| words.contains(&text)), path, "is not what rapyuta.io knows")
}

fn check(is_good: bool, path: &'static str, why: &'static str) -> Result<(), CannotRead> {
    if is_good { Ok(()) } else { Err(CannotRead::Member { path, why }) }
}

fn missing(path: &'static str) -> CannotRead {
    CannotRead::Member { path, why: "is missing" }
}

#[cfg(test)]
mod tests {
    use crate::import::tests::{code, drafts, problem};

    const GOOD: &str = "apiVersion: api.rapyuta.io/v2\nkind: Secret\nmetadata:\n  name: docker-secret\nspec:\n  type: Docker\n  \
                        docker:\n    username: jane\n    password: 'p:w'\n    email: jane@example.com\n";

    #[test]
    fn a_manifest_is_taken_by_the_consoles_rules() {
        assert_eq!(drafts(GOOD), ["docker-secret https://index.docker.io/v1/ jane p:w"]);
        let table = [
            ("name: docker-secret", "name: ab", "metadata.name"),
            ("name: docker-secret", "name: [x]", "metadata.name"),
            ("kind: Secret", "kind: secret", "kind"),
            ("/v2", "/v3", "apiVersion"),
            ("type: Docker", "type: docker", "spec.type"),
            ("type: Docker", "type: Docker\n  runtime: edge", "spec.runtime"),
            ("type: Docker", "type: Docker\n  depends: {kind: Device}", "spec.depends.nameOrGUID"),
            ("username: jane", "username: ''", "spec.docker.username"),
            ("username: jane", "username: 'a:b'", "spec.docker.username"),
            ("username: jane", "", "spec.docker.username"),
            ("'p:w'", "123456", "spec.docker.password"),
            ("'p:w'", "''", "spec.docker.password"),
            ("jane@example.com", "jane@", "spec.docker.email"),
            ("jane@example.com", "x@y.io\n    registry: ~", "spec.docker.registry"),
            ("jane@example.com", "x@y.io\n    registry: http://reg.io", "spec.docker.registry"),
            ("name: docker-secret", "name: docker-secret\n  labels: {a: 1}", "metadata.labels"),
        ];
        for (from, to, path) in table {
            assert_eq!(problem(&GOOD.replace(from, to)), path, "{from} -> {to}");
        }
        assert_eq!(code(&GOOD.replace("type: Docker", "type: Opaque")), "no_secret");
    }

    #[test]
    fn a_template_is_refused_wherever_its_mark_stands() {
        for (from, to) in
            [("'p:w'", "\"{{ secrets.x }}\""), ("kind:", "# {% if x %}\nkind:"), ("'p:w'", "{{ x }}")]
        {
            assert_eq!(code(&GOOD.replace(from, to)), "template", "{to}");
        }
        assert_eq!(
            drafts(&GOOD.replace("'p:w'", "\"\\x7B\\x7B x\""))[0],
            "docker-secret https://index.docker.io/v1/ jane {{ x"
        );
    }
}
