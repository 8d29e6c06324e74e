//! containerd's CRI plugin, and k3s and RKE2, which write its file.
//!
//! Run with containerd 1.6.20 and 2.4.0-beta.0 (301026e) (`internal/cri/server/images/image_pull.go`, `ParseAuth`); k3s and
//! RKE2 read (06ea261, rancher/wharfie 0d4553a).

use crate::registry::image::Image;
use crate::registry::key;
use crate::resolve::base64;
use crate::resolve::library::split_nul_trimmed;
use crate::resolve::run::{Halt, Run, View};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;
use crate::sources::containerd::{self, Containerd};
use crate::sources::registries_yaml;

/// Docker Hub's endpoint.
const HUB: &str = "registry-1.docker.io";
const MAIN: &str = "/etc/containerd/config.toml";

/// A login of a file, whichever wrote it.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The key as written.
    pub key: String,
    /// The endpoint host that it serves.
    pub host: String,
    /// Where it stands.
    pub path: String,
    /// `username`.
    pub username: Option<String>,
    /// `password`.
    pub password: Option<Secret>,
    /// `auth`: base64 of user name and password.
    pub encoded: Option<Secret>,
    /// The identity token.
    pub identity_token: Option<Secret>,
    /// True for a header of a `hosts.toml`, which goes out as it is.
    pub is_header: bool,
    /// True for a bearer token in such a header.
    pub is_bearer: bool,
}

/// What the files say together.
#[derive(Debug, Default)]
pub struct Merged {
    /// The files that were read, in order.
    pub places: Vec<String>,
    /// The logins that count.
    pub auths: Vec<Auth>,
    /// Registries and the endpoints that are asked instead.
    pub mirrors: Vec<(String, Vec<String>)>,
    /// True where an imported file took away logins of the main one.
    pub is_replaced: bool,
    /// Why a file cannot be read.
    pub problem: Option<String>,
}

/// containerd 2: tables of imported files are merged.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let merged = merged(run.view, true);
    look(run, image, &merged)
}

/// containerd 1: an imported file that sets anything of the plugin replaces all that the main one says of it.
pub fn resolve_1(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let merged = merged(run.view, false);
    look(run, image, &merged)
}

/// k3s.
pub fn k3s(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let merged = of_registries_yaml(run.view, "k3s");
    look(run, image, &merged)
}

/// RKE2.
pub fn rke2(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let merged = of_registries_yaml(run.view, "rke2");
    look(run, image, &merged)
}

/// The endpoints of an image, the mirrors first; the first that has a login is taken.
fn look(run: &mut Run<'_, '_>, image: &str, merged: &Merged) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    if let Some(words) = &merged.problem {
        let path = merged.places.last().cloned().unwrap_or_default();
        run.note(Source::File(path), &image.registry, Outcome::Failed(words.clone()));
        return Err(Halt::Stops(words.clone()));
    }
    for host in endpoints(&image.registry, &merged.mirrors) {
        let Some(auth) = merged.auths.iter().rev().find(|auth| auth.host == host) else {
            for path in &merged.places {
                run.note(Source::File(path.clone()), &host, Outcome::NotFound);
            }
            continue;
        };
        let source = Source::File(auth.path.clone());
        return match sent(auth) {
            Ok(sent) => {
                run.note(source.clone(), &host, Outcome::Found(auth.key.clone()));
                Ok(End::login(source, &auth.key, sent))
            }
            Err(words) => {
                run.note(source, &host, Outcome::Failed(words.to_owned()));
                Err(Halt::Stops(words.to_owned()))
            }
        };
    }
    Ok(End::Anonymous)
}

/// The hosts that are asked for an image of a registry.
fn endpoints(registry: &str, mirrors: &[(String, Vec<String>)]) -> Vec<String> {
    let own = mirrors.iter().find(|(name, _)| name == registry);
    let any = || mirrors.iter().find(|(name, _)| name == "*");
    let mirrors = own.or_else(any).map_or(&[][..], |(_, endpoints)| endpoints);
    let mut hosts: Vec<String> = mirrors.iter().map(|url| host_of(url)).collect();
    hosts.push(if registry == "docker.io" { HUB.to_owned() } else { registry.to_owned() });
    hosts
}

/// A user name goes before an identity token, that before `auth`.
pub fn sent(auth: &Auth) -> Result<Sent, &'static str> {
    if auth.is_bearer {
        return Ok(Sent { registry_token: auth.password.clone(), ..Sent::default() });
    }
    if let Some(name) = &auth.username {
        let empty = || Secret::new(Vec::new());
        return Ok(Sent::basic(name.clone(), Some(auth.password.clone().unwrap_or_else(empty))));
    }
    if let Some(token) = &auth.identity_token {
        return Ok(Sent::identity(Some(token.clone())));
    }
    let text = auth.encoded.as_ref().ok_or("invalid auth config")?;
    let bytes = base64::go(text.expose_text().unwrap_or_default()).ok_or("illegal base64 data")?;
    let (name, password) = split_nul_trimmed(&bytes).ok_or("invalid decoded auth")?;
    Ok(Sent::basic(name, Some(password)))
}

/// The files of containerd, the main one first.
pub fn merged(view: &View<'_>, is_merging: bool) -> Merged {
    let mut merged = Merged { places: vec![MAIN.to_owned()], ..Merged::default() };
    let Some(text) = view.text(MAIN) else { return merged };
    let main = match containerd::read(text) {
        Ok(main) => main,
        Err(words) => return Merged { problem: Some(words), ..merged },
    };
    let mut config_path = main.config_path.clone();
    let mut imports: Vec<String> = main.imports.iter().flat_map(|pattern| files(view, pattern)).collect();
    if is_merging {
        imports.extend(view.folder("/etc/containerd/conf.d", ".toml"));
    }
    imports.dedup();
    add(&mut merged, &main, MAIN);
    for path in imports {
        merged.places.push(path.clone());
        let Some(text) = view.text(&path) else { continue };
        match containerd::read(text) {
            Ok(file) => {
                if !is_merging && file.has_plugin {
                    merged.is_replaced |= !merged.auths.is_empty();
                    merged.auths.clear();
                    merged.mirrors.clear();
                    config_path = None;
                }
                add(&mut merged, &file, &path);
                config_path = file.config_path.or(config_path);
            }
            Err(words) => merged.problem = Some(words),
        }
    }
    for folder in config_path.iter().flat_map(|path| path.split(':')) {
        add_hosts(&mut merged, view, folder);
    }
    merged
}

/// The files that a pattern means: a star may stand in the last part of it.
fn files(view: &View<'_>, pattern: &str) -> Vec<String> {
    let pattern =
        if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/containerd/{pattern}") };
    match pattern.split_once('*') {
        Some((folder, ending)) if folder.ends_with('/') => view.folder(folder.trim_end_matches('/'), ending),
        _ => vec![pattern],
    }
}

fn add(merged: &mut Merged, file: &Containerd, path: &str) {
    let auth = |auth: &containerd::Auth, host: String| Auth {
        key: auth.key.clone(),
        host,
        path: path.to_owned(),
        username: auth.username.clone(),
        password: auth.password.clone(),
        encoded: auth.auth.clone(),
        identity_token: auth.identity_token.clone(),
        is_header: false,
        is_bearer: false,
    };
    merged.auths.extend(file.auths.iter().map(|old| auth(old, host_of(&old.key))));
    merged.auths.extend(file.configs.iter().map(|config| auth(config, config.key.clone())));
    merged.mirrors.extend(file.mirrors.iter().cloned());
}

fn add_hosts(merged: &mut Merged, view: &View<'_>, folder: &str) {
    for path in view.tree(folder, "/hosts.toml") {
        let headers = view.text(&path).map_or_else(|| Ok(Vec::new()), containerd::read_hosts);
        merged.places.push(path.clone());
        merged.auths.extend(headers.unwrap_or_default().into_iter().map(|header| Auth {
            host: host_of(&header.host),
            key: header.host,
            path: path.clone(),
            username: header.username,
            password: Some(header.secret),
            encoded: None,
            identity_token: None,
            is_header: true,
            is_bearer: header.is_bearer,
        }));
    }
}

/// The file of k3s or RKE2.
pub fn of_registries_yaml(view: &View<'_>, distribution: &str) -> Merged {
    let path = format!("/etc/rancher/{distribution}/registries.yaml");
    let mut merged = Merged { places: vec![path.clone()], ..Merged::default() };
    let Some(text) = view.text(&path) else { return merged };
    let file = match registries_yaml::read(text) {
        Ok(file) => file,
        Err(wrong) => {
            return Merged { problem: Some(format!("line {}: {}", wrong.line, wrong.what)), ..merged };
        }
    };
    let auth = |auth: registries_yaml::Auth, host: String| Auth {
        key: auth.key,
        host,
        path: path.clone(),
        username: auth.username,
        password: auth.password,
        encoded: auth.auth,
        identity_token: auth.identity_token,
        is_header: false,
        is_bearer: false,
    };
    merged.auths.extend(file.auths.into_iter().map(|old| {
        let host = host_of(&old.key);
        auth(old, host)
    }));
    merged.auths.extend(file.configs.into_iter().map(|config| {
        let host = config.key.clone();
        auth(config, host)
    }));
    merged.mirrors = file.mirrors;
    merged
}

fn host_of(url: &str) -> String {
    key::hostname(url).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::resolve::tests::{end, machine};

    #[test]
    fn containerd_asks_mirrors_first_and_imports_replace_or_merge() {
        let auth = |host: &str, user: &str| {
            format!(
                "[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"{host}\".auth]\nusername = \"{user}\"\n"
            )
        };
        let mirror = "[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"docker.io\"]\nendpoint = [\"https://m:5000\"]\n";
        let main = format!(
            "imports = [\"/etc/containerd/x/*.toml\"]\n{}{mirror}{}",
            auth("r", "ann"),
            auth("m:5000", "mir")
        );
        let other = auth("other", "bob");
        let files =
            [("/etc/containerd/config.toml", main.as_str()), ("/etc/containerd/x/b.toml", other.as_str())];
        let snapshot = machine(&files, &[]);
        assert_eq!(end("containerd", "alpine", &snapshot), "mir");
        assert_eq!(end("containerd", "r:443/a", &snapshot), "none", "the port is part of the key");
        assert_eq!(end("containerd-1", "alpine", &snapshot), "none");
        assert_eq!(end("containerd", "alpine", &machine(&files[..1], &[])), "mir");
        assert_eq!(end("containerd-1", "alpine", &machine(&files[..1], &[])), "mir");
    }
}
