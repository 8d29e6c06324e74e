//! nerdctl: docker's file, under several spellings of a host.
//!
//! Source: nerdctl 8da5040 `pkg/imgutil/dockerconfigresolver/registryurl.go` and `credentialsstore.go`.

use crate::registry::image::Image;
use crate::registry::key::HUB_KEY;
use crate::resolve::library::{Edition, Library};
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source, Winner};

/// What `nerdctl pull` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    let host = if image.registry == "docker.io" { "registry-1.docker.io" } else { image.registry.as_str() };
    let path = run.snapshot().docker_file();
    let file = match run.open(&path, host) {
        Found::Text(file) => file,
        Found::Absent => return Ok(End::Anonymous),
        Found::Unreadable => {
            return Err(Halt::Stops(format!("loading config file: open {path}: permission denied")));
        }
    };
    let library = run.view.library(&path, file);
    if let Some(words) = library.refusal(Edition::New) {
        run.note(Source::File(path), host, Outcome::Failed(words.clone()));
        return Err(Halt::Stops(words));
    }
    let mut last = None;
    for key in spellings(host) {
        let found = one(run, &path, &library, &key)?;
        match found {
            Ok(End::Anonymous) => last = None,
            Ok(end) => return Ok(usable(end)),
            Err(words) => last = Some(words),
        }
    }
    last.map_or(Ok(End::Anonymous), |words| Err(Halt::Stops(words)))
}

fn one<'a>(
    run: &mut Run<'_, 'a>,
    path: &str,
    library: &Library<'a>,
    key: &str,
) -> Result<Result<End, String>, Halt> {
    match library.helper_for(key) {
        Some(helper) => {
            run.note(Source::File(path.to_owned()), key, Outcome::LeadsTo(helper.clone().into_owned()));
            library.in_helper(run, (&helper, key), Edition::New)
        }
        None => Ok(Ok(library.in_file(run, path, key, Edition::New))),
    }
}

/// The keys that are tried, in order. `nerdctl login` writes the one with the port and the one without.
pub fn spellings(host: &str) -> Vec<String> {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, "443"),
    };
    let mut keys = vec![format!("{name}:{port}")];
    let is_default = port == "443";
    if is_default && matches!(name, "index.docker.io" | "registry-1.docker.io") {
        keys.push(HUB_KEY.to_owned());
    }
    let mut add = |host: &str| keys.extend([format!("https://{host}"), format!("http://{host}")]);
    add(&format!("{name}:{port}"));
    if is_default {
        keys.push(name.to_owned());
        keys.extend([format!("https://{name}"), format!("http://{name}")]);
    }
    keys
}

/// An identity token goes out instead of a password; a registry token is not used.
fn usable(end: End) -> End {
    match end {
        End::Login(winner) => {
            let Winner { source, key, sent } = *winner;
            let sent = match sent.identity_token {
                Some(token) => Sent::identity(Some(token)),
                None => Sent { registry_token: None, ..sent },
            };
            if sent == Sent::default() && matches!(source, Source::File(_)) {
                return End::Anonymous;
            }
            End::login(source, &key, sent)
        }
        End::Random(ends) => End::one_of(ends.into_iter().map(usable).collect()),
        end => end,
    }
}

#[cfg(test)]
mod tests {
    use crate::resolve::tests::{DOCKER, end, machine};

    #[test]
    fn nerdctl_prefers_the_key_with_the_port() {
        let table = [
            (r#"{"auths":{"ghcr.io":{"auth":"YTpw"},"ghcr.io:443":{"auth":"Yjpw"}}}"#, "ghcr.io/a/b", "b"),
            (r#"{"auths":{"http://ghcr.io":{"auth":"YTpw"}}}"#, "ghcr.io/a/b", "a"),
            (r#"{"auths":{"https://index.docker.io/v1/":{"auth":"YTpw"}}}"#, "alpine", "a"),
            (r#"{"auths":{"ghcr.io":{"auth":"YTpw"}}}"#, "ghcr.io:5000/a/b", "none"),
        ];
        for (text, image, expected) in table {
            assert_eq!(end("nerdctl", image, &machine(&[(DOCKER, text)], &[])), expected, "{text} {image}");
        }
    }
}
