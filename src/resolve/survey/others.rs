//! Tools whose files are of a form of their own.

use super::docker_form::File;
use super::{Kind, Login, Note, Rule, Survey};
use crate::config::document;
use crate::config::entry;
use crate::credential::diagnostic::Diagnostics;
use crate::resolve::containerd::{self as merged, Auth, Merged};
use crate::resolve::regctl::{config_file, own_file};
use crate::resolve::run::View;
use crate::resolve::{charliecloud as variables, enroot as netrc, nomad as agent};
use crate::sources::enroot::Password;
use crate::sources::maven::{Form, is_host};
use crate::sources::{
    apple as list, cdk as domains, ecs as agent_file, enroot as lines, maven as settings, regctl as hosts,
};

pub(super) fn regctl(view: &View<'_>, _: Option<&str>) -> Survey {
    of_regctl(view, true)
}

pub(super) fn regctl_old(view: &View<'_>, _: Option<&str>) -> Survey {
    of_regctl(view, false)
}

/// Its own hosts over docker's logins.
fn of_regctl(view: &View<'_>, is_new: bool) -> Survey {
    let snapshot = view.snapshot;
    let read = own_file(view, is_new);
    let newer = config_file(view);
    let mut places = vec![read.clone()];
    if is_new && snapshot.filled("REGCTL_CONFIG").is_none() && newer != read {
        places.push(newer);
    }
    let mut survey = Survey::new(places, Rule::Merge);
    let file = view.text(&read).map(hosts::read);
    survey.note_if(matches!(file, Some(Err(_))), Note::InvalidFile);
    let file = file.and_then(Result::ok);
    let borrows = file.as_ref().is_none_or(|file| file.includes_docker);
    for host in file.into_iter().flat_map(|file| file.hosts) {
        let kind = match (&host.token, &host.password, &host.helper) {
            (Some(_), ..) => Kind::IdentityToken,
            (None, Some(_), _) => Kind::Basic,
            (None, None, Some(_)) => Kind::Helper,
            (None, None, None) => Kind::Empty,
        };
        survey.note_if(matches!(kind, Kind::IdentityToken | Kind::Basic), Note::PlainSecret);
        let program = host.helper.clone();
        survey.logins.push(Login { program, ..Login::new(&host.name, host.user.as_deref(), kind, &read) });
    }
    if borrows {
        let docker = snapshot.docker_file();
        survey.places.push(docker.clone());
        if let Some(file) = File::read(view, &docker) {
            file.add_to(&mut survey, None);
        }
        survey.note(Note::BorrowsDocker);
    }
    survey
}

pub(super) fn k3s(view: &View<'_>, _: Option<&str>) -> Survey {
    rancher(&merged::of_registries_yaml(view, "k3s"))
}

pub(super) fn rke2(view: &View<'_>, _: Option<&str>) -> Survey {
    rancher(&merged::of_registries_yaml(view, "rke2"))
}

/// One file, of which the tool writes a second one.
fn rancher(merged: &Merged) -> Survey {
    let mut survey = Survey::new(merged.places.clone(), Rule::Single);
    add(&mut survey, merged);
    survey.note_if(!survey.logins.is_empty(), Note::SecondCopy);
    survey
}

pub(super) fn containerd(view: &View<'_>, _: Option<&str>) -> Survey {
    of_containerd(&merged::merged(view, true))
}

pub(super) fn containerd_1(view: &View<'_>, _: Option<&str>) -> Survey {
    of_containerd(&merged::merged(view, false))
}

fn of_containerd(merged: &Merged) -> Survey {
    let mut survey = Survey::new(merged.places.clone(), Rule::Merge);
    add(&mut survey, merged);
    survey.note_if(merged.auths.iter().any(|auth| !auth.is_header), Note::DeprecatedTable);
    survey.note_if(merged.is_replaced, Note::ImportReplacesTable);
    survey
}

fn add(survey: &mut Survey, merged: &Merged) {
    survey.note_if(merged.problem.is_some(), Note::InvalidFile);
    for auth in &merged.auths {
        survey.logins.push(login(auth));
        let is_plain = auth.is_header || auth.password.is_some() || auth.identity_token.is_some();
        survey.note_if(is_plain, Note::PlainSecret);
        survey.note_if(merged::sent(auth).is_err(), Note::InvalidAuth);
        let is_asked = !matches!(auth.host.as_str(), "docker.io" | "index.docker.io" | "*");
        survey.note_if(!is_asked, Note::KeyNeverAsked);
    }
}

fn login(auth: &Auth) -> Login {
    let sent = merged::sent(auth);
    let kind = match &sent {
        Ok(sent) if sent.identity_token.is_some() => Kind::IdentityToken,
        Ok(sent) if sent.registry_token.is_some() => Kind::Bearer,
        Ok(_) => Kind::Basic,
        Err(_) => Kind::Invalid,
    };
    let user = sent.ok().and_then(|sent| sent.username);
    Login::new(&auth.key, user.as_deref(), kind, &auth.path)
}

pub(super) fn enroot(view: &View<'_>, image: Option<&str>) -> Survey {
    let path = netrc::file(view.snapshot);
    let mut survey = Survey::new(vec![path.clone()], Rule::Single);
    survey.note(Note::NoDockerFallback);
    let machines = view.text(&path).map(lines::read).unwrap_or_default();
    for machine in &machines {
        let kind = match machine.password {
            Password::Plain(_) => Kind::Basic,
            Password::Command => Kind::Command,
            Password::Variable => Kind::Variable,
        };
        survey.note_if(kind == Kind::Basic, Note::PlainSecret);
        survey.logins.push(Login::new(&machine.host, Some(&machine.login), kind, &path));
    }
    let has = |host: &str| machines.iter().any(|machine| machine.host == host);
    let registry = image.and_then(|image| crate::registry::image::Image::parse(image).ok());
    if let Some(registry) = registry.map(|image| image.registry) {
        let token_host = view.snapshot.token_hosts.get(&registry);
        let lacks_line = token_host.is_some_and(|host| !has(host)) && has(&netrc::host(&registry));
        survey.note_if(lacks_line, Note::TokenHostLineNeeded);
    }
    survey
}

pub(super) fn charliecloud(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = Survey::new(Vec::new(), Rule::Single);
    survey.note(Note::NoDockerFallback);
    if let Some(name) = view.snapshot.filled(variables::USERNAME) {
        let from = format!("${}", variables::USERNAME);
        survey.logins.push(Login::new("*", Some(name), Kind::Basic, &from));
    }
    survey
}

/// The home folder is that of the passwd entry, whatever the variable says.
pub(super) fn cdk(view: &View<'_>, _: Option<&str>) -> Survey {
    let snapshot = view.snapshot;
    let named = snapshot.filled("CDK_DOCKER_CREDS_FILE").map(str::to_owned);
    let is_at_home = named.is_none();
    let path = named.unwrap_or_else(|| snapshot.at_passwd_home(".cdk/cdk-docker-creds.json"));
    let mut survey = Survey::new(vec![path.clone()], Rule::Single);
    survey.note_if(is_at_home, Note::OtherHome);
    match view.text(&path).map(domains::read) {
        Some(Ok(domains)) => {
            let reference = |domain: &String| Login::new(domain, None, Kind::Reference, &path);
            survey.logins.extend(domains.iter().map(reference));
        }
        Some(Err(_)) => survey.note(Note::InvalidFile),
        None => {}
    }
    survey
}

pub(super) fn maven(view: &View<'_>, _: Option<&str>) -> Survey {
    let path = view.snapshot.at_home(".m2/settings.xml");
    let mut survey = Survey::new(vec![path.clone()], Rule::Single);
    let servers = view.text(&path).map(settings::read);
    survey.note_if(matches!(servers, Some(Err(_))), Note::InvalidFile);
    for server in servers.and_then(Result::ok).unwrap_or_default() {
        if !is_host(&server.id) {
            survey.note(Note::NotARegistry);
            continue;
        }
        let kind = match server.form {
            Form::Plain if server.password.is_some() => Kind::Basic,
            Form::Plain => Kind::Empty,
            Form::Encrypted => Kind::Encrypted,
            Form::Variable => Kind::Variable,
        };
        survey.note_if(kind == Kind::Basic, Note::PlainSecret);
        survey.logins.push(Login::new(&server.id, server.username.as_deref(), kind, &path));
    }
    survey
}

pub(super) fn ecs(view: &View<'_>, _: Option<&str>) -> Survey {
    let path = "/etc/ecs/ecs.config".to_owned();
    let mut survey = Survey::new(vec![path.clone()], Rule::Single);
    let Some(auth) = view.text(&path).and_then(agent_file::read) else { return survey };
    let Ok(members) = document::members(auth.data, &mut Diagnostics::default()) else {
        survey.note(Note::InvalidFile);
        return survey;
    };
    for (key, value) in members {
        let entry = entry::read(&key, value);
        let is_login = entry.username.is_some() && entry.password.is_some();
        let kind = if is_login { Kind::Basic } else { Kind::Invalid };
        survey.note_if(auth.is_plain && is_login, Note::PlainSecret);
        survey.note_if(!is_login, Note::InvalidAuth);
        survey.logins.push(Login::new(&key, entry.username_text().as_deref(), kind, &path));
    }
    survey
}

/// No file: what the tool's own list says of the keychain.
pub(super) fn apple(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = Survey::new(Vec::new(), Rule::Single);
    survey.note(Note::NoDockerFallback);
    let snapshot = view.snapshot;
    let printed = snapshot.commands.get("container registry list --format json");
    for item in printed.and_then(|printed| list::read(printed)).unwrap_or_default() {
        let from = "keychain:com.apple.container.registry";
        survey.logins.push(Login::new(&item.name, item.username.as_deref(), Kind::StoreMarker, from));
    }
    survey.note_if(snapshot.filled("CONTAINER_REGISTRY_HOST").is_some(), Note::EnvOverridesFile);
    survey
}

pub(super) fn nomad(view: &View<'_>, _: Option<&str>) -> Survey {
    let auths = agent::auths(view);
    let places: Vec<String> = auths.iter().filter_map(|(_, auth)| auth.config.clone()).collect();
    let mut survey = Survey::new(places.clone(), Rule::Single);
    for path in &places {
        if let Some(file) = File::read(view, path) {
            file.add_to(&mut survey, None);
        }
    }
    survey.notes.remove(&Note::PlaintextShadowedByStore);
    survey.note_if(!places.is_empty(), Note::AuthsFirst);
    for (path, helper) in auths.iter().filter_map(|(path, auth)| Some((path, auth.helper.as_ref()?))) {
        let program = Some(format!("docker-credential-{helper}"));
        survey.logins.push(Login { program, ..Login::new("*", None, Kind::Helper, path) });
    }
    survey
}
