//! regctl, regsync and regbot: docker's logins, and over them, field by field, those of a file of their own.
//!
//! Source: regclient 725072f (v0.11.5) `config/docker.go`, `config/host.go` (`Merge`, `GetCred`), `cmd/regctl/config.go`.

use crate::config::document;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::registry::image::Image;
use crate::registry::key::HUB_KEY;
use crate::resolve::base64;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Json, Names, Value};
use crate::resolve::library::split_nul_trimmed;
use crate::resolve::run::{Found, Halt, Run, View};
use crate::resolve::snapshot::join;
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;
use crate::sources::regctl::{self, Host, Regctl, name_of};

/// Docker Hub, as this library calls it.
const HUB: &str = "docker.io";

/// A host's login on the way through the files.
#[derive(Clone, Debug, Default)]
struct Login {
    user: Option<String>,
    password: Option<Secret>,
    token: Option<Secret>,
    helper: Option<String>,
    helper_key: Option<String>,
    /// Where the last field that counts came from, and under which key.
    from: Option<(Source, String)>,
}

/// What `regctl` sends, from v0.11.2 on.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, true)
}

/// regctl before v0.11.2, which knew one place only.
pub fn old(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, false)
}

fn look(run: &mut Run<'_, '_>, image: &str, is_new: bool) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference".to_owned()))?;
    let name = name_of(&image.registry).0.to_owned();
    let path = own_file(run.view, is_new);
    let own = read_own(run, &path, &name);
    let helper = own.default_helper.clone();
    let mut logins = vec![Login { helper, ..Login::default() }];
    if own.includes_docker {
        let docker = run.snapshot().docker_file();
        let file = run.open(&docker, &name);
        if let Found::Text(file) = file {
            let json = run.view.json(&docker, file);
            logins = with_docker(run, logins, &Source::File(docker), &json, &name)?;
        }
        if let Some(text) = run.snapshot().filled(DOCKER_AUTH_CONFIG) {
            let json = run.view.json_variable(DOCKER_AUTH_CONFIG, text);
            logins = with_docker(run, logins, &Source::Variable(DOCKER_AUTH_CONFIG), &json, &name)?;
        }
    }
    for host in own.hosts.iter().filter(|host| host.name == name) {
        run.note(Source::File(path.clone()), &name, Outcome::Found(host.name.clone()));
        for login in &mut logins {
            login.merge(of_own(host, &path));
        }
    }
    let mut ends = Vec::new();
    for login in logins {
        ends.push(login.end(run, &name)?);
    }
    Ok(End::one_of(ends))
}

/// The file of its own: where the configuration of a user lies, if it is there, else in the home folder.
pub fn own_file(view: &View<'_>, is_new: bool) -> String {
    let snapshot = view.snapshot;
    if let Some(path) = snapshot.filled("REGCTL_CONFIG") {
        return path.to_owned();
    }
    let newer = config_file(view);
    if is_new && view.exists(&newer) { newer } else { snapshot.at_home(".regctl/config.json") }
}

/// Where the file lies from v0.11.2 on.
pub fn config_file(view: &View<'_>) -> String {
    let snapshot = view.snapshot;
    match snapshot
        .filled("APPDATA")
        .filter(|_| snapshot.system == crate::config::default_store::System::Windows)
    {
        Some(folder) => join(folder, "regctl/config.json"),
        None => snapshot.at_config_home("regctl/config.json"),
    }
}

fn read_own(run: &mut Run<'_, '_>, path: &str, name: &str) -> Regctl {
    let empty = Regctl { includes_docker: true, ..Regctl::default() };
    let Found::Text(file) = run.open(path, name) else { return empty };
    regctl::read(file.text()).unwrap_or_else(|words| {
        // It warns, and goes on without the file.
        run.note(Source::File(path.to_owned()), name, Outcome::Failed(words));
        empty
    })
}

fn of_own(host: &Host, path: &str) -> Login {
    Login {
        user: host.user.clone(),
        password: host.password.clone(),
        token: host.token.clone(),
        helper: host.helper.clone(),
        helper_key: host.helper_key.clone(),
        from: Some((Source::File(path.to_owned()), host.name.clone())),
    }
}

/// docker's entries of a host, merged into what there was; which of several comes last differs from run to run.
fn with_docker<'a>(
    run: &mut Run<'_, 'a>,
    before: Vec<Login>,
    source: &Source,
    json: &Json<'a>,
    name: &str,
) -> Result<Vec<Login>, Halt> {
    if matches!(json.value, Value::Bad(_) | Value::Other) {
        run.note(source.clone(), name, Outcome::Failed("it is no JSON object".to_owned()));
        return Ok(before);
    }
    let config = Config::read(json.members(), Names::Folded);
    let found = entries(&config, source, name);
    let outcome = found.first().map_or(Outcome::NotFound, |login| {
        Outcome::Found(login.from.as_ref().map_or_else(String::new, |(_, key)| key.clone()))
    });
    run.note(source.clone(), name, outcome);
    let store = store_login(run, &config, name)?;
    let mut after = Vec::new();
    for login in before {
        for last in 0..found.len().max(1) {
            let mut merged = login.clone();
            let order = found.iter().enumerate().filter(|(at, _)| *at != last).map(|(_, other)| other);
            for other in order.chain(found.get(last)).chain(&store) {
                merged.merge(other.clone());
            }
            after.push(merged);
        }
    }
    Ok(after)
}

fn entries(config: &Config<'_>, source: &Source, name: &str) -> Vec<Login> {
    let is_it = |key: &str| matches!(name_of(key), (host, "") if host == name);
    let auths = config.auths.map().map_or(&[][..], |map| map.list());
    let helpers = config.cred_helpers.map().map_or(&[][..], |map| map.list());
    let helper_of = |key: &str| {
        config
            .cred_helpers
            .text(key)
            .filter(|name| !name.is_empty())
            .map(|name| format!("docker-credential-{name}"))
    };
    let mut found: Vec<Login> = auths
        .iter()
        .filter(|(key, _)| is_it(key))
        .filter_map(|(key, value)| {
            of_entry(value, helper_of(key), (source.clone(), key.clone().into_owned()))
        })
        .collect();
    let has_entry = |key: &str| config.auths.map().is_some_and(|auths| auths.get(key).is_some());
    for (key, value) in helpers.iter().filter(|(key, _)| is_it(key) && !has_entry(key)) {
        let helper = document::string(value).map(|name| format!("docker-credential-{name}"));
        let from = Some((source.clone(), key.clone().into_owned()));
        found.push(Login { helper, from, ..Login::default() });
    }
    found
}

fn of_entry(
    value: &serde_json::value::RawValue,
    helper: Option<String>,
    from: (Source, String),
) -> Option<Login> {
    let fields = Fields::read(value, Names::Folded).unwrap_or_default();
    let filled = |value| json::secret(value).filter(|secret: &Secret| !secret.is_empty());
    let (user, password) = if let Some(auth) = filled(fields.auth) {
        let bytes = base64::go(auth.expose_text().unwrap_or_default())?;
        let (user, password) = split_nul_trimmed(&bytes)?;
        (Some(user), Some(password))
    } else {
        let user = filled(fields.username);
        (user.and_then(|user| user.expose_text().map(str::to_owned)), filled(fields.password))
    };
    let user = user.filter(|user| !user.is_empty());
    let password = password.filter(|password| !password.is_empty());
    let token = filled(fields.identity_token);
    let is_login = (user.is_some() && password.is_some()) || token.is_some() || helper.is_some();
    is_login.then_some(Login { user, password, token, helper, helper_key: None, from: Some(from) })
}

/// The store is asked for its list; where nobody did, whether it has the login is found out by asking for that.
fn store_login(run: &mut Run<'_, '_>, config: &Config<'_>, name: &str) -> Result<Option<Login>, Halt> {
    let Some(store) = config.store() else { return Ok(None) };
    let login = |user: Option<String>| Login {
        user,
        helper: Some(format!("docker-credential-{store}")),
        from: Some((Source::Helper(store.clone().into_owned()), name.to_owned())),
        ..Login::default()
    };
    let listed = run.snapshot().helpers.get(&*store).and_then(|helper| helper.listed.as_ref());
    if let Some(listed) = listed {
        let found = listed.iter().find(|(key, _)| matches!(name_of(key), (host, "") if host == name));
        return Ok(found.map(|(_, user)| login(Some(user.clone()))));
    }
    let has = matches!(run.ask(&store, asked_for(name), helper::go)?, Told::Login(_));
    Ok(has.then(|| login(None)))
}

/// What a helper is asked for.
fn asked_for(name: &str) -> &str {
    if name == HUB { HUB_KEY } else { name }
}

impl Login {
    /// Fields that are set win; a helper takes away what it replaces, and the other way round.
    fn merge(&mut self, other: Self) {
        let has_secret = other.password.is_some() || self.token.is_some();
        if other.helper.is_none() && has_secret {
            self.helper = None;
        }
        let is_helper_alone = other.helper.is_some()
            && other.user.is_none()
            && other.password.is_none()
            && other.token.is_none();
        if is_helper_alone {
            *self =
                Self { helper: self.helper.take(), helper_key: self.helper_key.take(), ..Self::default() };
        }
        self.user = other.user.or(self.user.take());
        self.password = other.password.or(self.password.take());
        self.token = other.token.or(self.token.take());
        self.helper = other.helper.or(self.helper.take());
        self.helper_key = other.helper_key.or(self.helper_key.take());
        self.from = other.from.or(self.from.take());
    }

    /// What goes out: a helper's answer, else the fields.
    fn end(self, run: &mut Run<'_, '_>, name: &str) -> Result<End, Halt> {
        if let Some(program) = &self.helper {
            let helper = program.strip_prefix("docker-credential-").unwrap_or(program);
            let asked = self.helper_key.as_deref().unwrap_or_else(|| asked_for(name));
            if let Told::Login(creds) = run.ask(helper, asked, helper::go)? {
                return Ok(End::login(Source::Helper(helper.to_owned()), asked, creds.sent()));
            }
        }
        let Some((source, key)) = self.from else { return Ok(End::Anonymous) };
        let sent = match (self.token, self.user, self.password) {
            (Some(token), ..) => Sent::identity(Some(token)),
            (None, Some(user), Some(password)) => Sent::basic(user, Some(password)),
            _ => return Ok(End::Anonymous),
        };
        Ok(End::login(source, &key, sent))
    }
}

#[cfg(test)]
mod tests {
    use crate::resolve::tests::{DOCKER, end, machine};

    #[test]
    fn regctl_lays_its_own_fields_over_docker_s() {
        let docker = r#"{"auths":{"ghcr.io":{"auth":"ZG9jOnA="},"ghcr.io/team":{"auth":"bm86cA=="}}}"#;
        let own = "/h/.regctl/config.json";
        let table = [
            (r#"{"hosts":{"ghcr.io":{"user":"own","pass":"q"}}}"#, "own"),
            (r#"{"hosts":{"ghcr.io":{"user":"own"}}}"#, "own"),
            (r#"{"hosts":{"quay.io":{"user":"own","pass":"q"}}}"#, "doc"),
            (r#"{"incDockerCred":false}"#, "none"),
            ("{", "doc"),
        ];
        for (text, expected) in table {
            let snapshot = machine(&[(own, text), (DOCKER, docker)], &[]);
            assert_eq!(end("regctl", "ghcr.io/a/b", &snapshot), expected, "{text}");
        }
        let two = r#"{"auths":{"ghcr.io":{"auth":"YTpw"},"https://ghcr.io":{"auth":"Yjpw"}}}"#;
        let snapshot = machine(&[(DOCKER, two)], &[]);
        assert_eq!(end("regctl", "ghcr.io/a/b", &snapshot), "a|b");
        let newer = r#"{"hosts":{"ghcr.io":{"user":"new","pass":"q"}}}"#;
        let older = r#"{"hosts":{"ghcr.io":{"user":"old","pass":"q"}}}"#;
        let both = machine(&[("/h/.config/regctl/config.json", newer), (own, older)], &[]);
        assert_eq!(end("regctl", "ghcr.io/a/b", &both), "new");
        assert_eq!(end("regctl-0.11.1", "ghcr.io/a/b", &both), "old");
    }
}
