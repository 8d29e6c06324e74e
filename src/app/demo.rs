//! The sample home: a folder with logins of all kinds, made for one run and removed with it. The files are templates
//! in `assets/demo`; the tokens in them end at times relative to now.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use tempfile::TempDir;

use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::settings::fault::SettingsFile;
use crate::settings::{Settings, VaultSettings};
use crate::vault::init::{self, NewKey};
use crate::vault::record::Record;

/// Where each template goes below the sample home.
const FILES: &[(&str, &str)] = &[
    (".docker/config.json", include_str!("../../assets/demo/config.json")),
    (".config/containers/auth.json", include_str!("../../assets/demo/auth.json")),
    ("bin/docker-credential-demo", include_str!("../../assets/demo/docker-credential-demo")),
];

/// What the sample vault holds: name, key, user name, a secret as in the templates, and in how many days its owner
/// wants to be reminded of it.
const SECRETS: &[(&str, &str, &str, &str, Option<i64>)] = &[
    ("hub-ci", "https://index.docker.io/v1/", "janedoe", "dckr_pat_DEMOdemoDEMOdemoDEMOdemoDEM", Some(42)),
    ("ghcr-robots", "ghcr.io", "acme-bot", "ghp_DEMOdemoDEMOdemoDEMOdemoDEMOdemo1234", None),
    ("quay-fleet", "quay.io/acme", "acme+fleet", "DEMOdemoDEMOdemoDEMOdemoDEMOdemo", Some(-2)),
    ("orchestrate", "registry.us-west-4-i3er.saucelabs.com", "oauth2accesstoken", "jwt+1500", None),
    ("ecr-prod", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "AWS", "ecr+30000", None),
];

/// The sample home; it is removed when this is dropped.
#[derive(Debug)]
pub struct Demo {
    folder: TempDir,
}

impl Demo {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Makes the sample home and leads the settings there. The real home is neither read nor written.
///
/// # Errors
/// The folder for temporary files cannot be written.
pub fn enter(settings: &mut Settings, now: Timestamp) -> Result<Demo> {
    let folder = tempfile::Builder::new()
        .prefix("pullpass-demo-")
        .tempdir()
        .map_err(|error| Error::io("make a sample home in", &std::env::temp_dir(), error))?;
    for (name, template) in FILES {
        let path = folder.path().join(name);
        write(&path, &render(template, now)).map_err(|error| Error::io("write", &path, error))?;
    }
    lead_to(settings, folder.path());
    make_vault(&settings.vault, folder.path(), now)?;
    Ok(Demo { folder })
}

fn lead_to(settings: &mut Settings, home: &Path) {
    let locations = &mut settings.locations;
    locations.home = Some(home.to_owned());
    locations.config_flag = None;
    locations.docker_config = None;
    locations.registry_auth_file = None;
    locations.xdg_config_home = None;
    locations.xdg_runtime_dir = Some(home.join("run"));
    settings.variable = None;
    settings.variables.clear();
    let vault = Some(home.join("vault/vault.age"));
    settings.vault = VaultSettings { file: vault, is_sample: true, ..VaultSettings::default() };
    settings.state = Some(home.join("state"));
    settings.file = SettingsFile { path: Some(home.join("config.toml")), ..SettingsFile::default() };
    let mut path = OsString::from(home.join("bin"));
    // The sample helper is a shell script.
    path.push(":/usr/bin:/bin");
    settings.path = path;
}

/// A vault whose key is a file of the sample home.
fn make_vault(settings: &VaultSettings, home: &Path, now: Timestamp) -> Result<()> {
    let vault = init::init(settings, NewKey::IdentityFile(home.join("vault/id")), Duration::ZERO)?;
    vault.change(|document| {
        for (name, key, username, secret, reminder) in SECRETS {
            let login = Credential::new(*username, Secret::from_text(token(secret, now)));
            let mut record = Record::new((*name).into(), (*key).into(), login, now);
            let day = |days: i64| Timestamp::from_second(now.as_second() + days * 86_400).ok();
            record.expires_on = reminder.and_then(day).map(|at| at.to_zoned(TimeZone::system()).date());
            document.add(record)?;
        }
        Ok(())
    })
}

fn write(path: &PathBuf, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)?;
    #[cfg(unix)]
    set_mode(path)?;
    Ok(())
}

#[cfg(unix)]
fn set_mode(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let program = path.parent().is_some_and(|folder| folder.ends_with("bin"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(if program { 0o700 } else { 0o600 }))
}

/// Fills a template in: `<<auth USER SECRET>>` becomes a base64 pair, and a secret like `jwt+300` a token that ends in
/// 300 seconds.
fn render(template: &str, now: Timestamp) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("<<") {
        out.push_str(before);
        let (placeholder, after) = after.split_once(">>").unwrap_or((after, ""));
        let mut words = placeholder.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("auth"), Some(user), Some(secret)) => {
                out.push_str(&STANDARD.encode(format!("{user}:{}", token(secret, now))));
            }
            (Some(secret), ..) => out.push_str(&token(secret, now)),
            (None, ..) => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A token of the form that a word asks for; any other word stands for itself.
fn token(word: &str, now: Timestamp) -> String {
    let Some(at) = word.find(['+', '-']) else {
        return if word == "gcpkey" { google_key() } else { word.to_owned() };
    };
    let (form, seconds) = word.split_at(at);
    let Ok(seconds) = seconds.parse::<i64>() else {
        return word.to_owned();
    };
    let end = now.as_second() + seconds;
    match form {
        "ecr" => STANDARD.encode(
            json!({"payload": "REVNTw==", "datakey": "REVNTw==", "version": "2", "type": "DATA_KEY",
                   "expiration": end})
            .to_string(),
        ),
        "jwt" => {
            jwt(&json!({"iss": "https://auth.example.com", "sub": "jane", "aud": "registry.example.com",
                             "iat": end - 7_200, "exp": end}))
        }
        "acr" => jwt(&json!({"iss": "Azure Container Registry", "aud": "contoso.azurecr.io",
                             "grant_type": "refresh_token", "permissions": {"actions": ["read"]},
                             "iat": end - 10_800, "exp": end})),
        "reftkn" => STANDARD.encode(format!("reftkn:01:{end:010}:DEMOdemoDEMOdemoDEMOdemo123")),
        _ => word.to_owned(),
    }
}

fn jwt(claims: &serde_json::Value) -> String {
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "demo"});
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&header), part(claims), URL_SAFE_NO_PAD.encode("not a real signature"))
}

fn google_key() -> String {
    json!({"type": "service_account", "project_id": "acme-demo", "private_key_id": "0123456789abcdef",
           "private_key": "not a real key", "client_email": "puller@acme-demo.iam.gserviceaccount.com"})
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::inventory;
    use crate::credential::expiry::State;
    use crate::vault::Access;

    fn now() -> Timestamp {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn placeholders_become_pairs_and_tokens() {
        assert_eq!(render("a <<auth jane secret>> b", now()), "a amFuZTpzZWNyZXQ= b");
        assert_eq!(render("<<auth user >>", now()), STANDARD.encode("user:"));
        assert!(render("<<jwt+60>>", now()).starts_with("eyJ"));
        assert_eq!(render("{{.ID}}", now()), "{{.ID}}");
    }

    #[test]
    fn the_sample_home_has_a_dozen_logins_of_all_kinds() {
        let mut settings = Settings::from_environment(|_| None);
        let demo = enter(&mut settings, now()).unwrap();
        let inventory = inventory::read(&settings, now());
        assert!(inventory.logins.len() >= 12, "{}", inventory.logins.len());
        let states: std::collections::BTreeSet<State> =
            inventory.logins.iter().map(|login| login.expiry.state(now())).collect();
        assert!(states.contains(&State::Expired) && states.contains(&State::Valid));
        assert!(states.contains(&State::NoEmbeddedExpiry) && states.contains(&State::Unknown));
        let secrets = crate::app::vault::rows::read(&Access::new(settings.vault), now());
        assert_eq!(secrets.names().len(), SECRETS.len(), "{secrets:?}");
        let folder = demo.path().to_owned();
        drop(demo);
        assert!(!folder.exists());
    }
}
