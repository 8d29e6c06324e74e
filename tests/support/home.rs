//! A home folder of our own, written from a table.

use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use jiff::Timestamp;
use pullpass::app::Context;
use pullpass::clock::FixedClock;
use pullpass::settings::Settings;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::mock_helper::write_program;
use super::tokens::{acr, auth, ecr, google_key, jwt};
use super::{MARKER, after, now};

/// Where docker's file lies.
pub const DOCKER: &str = ".docker/config.json";
/// Where podman's file lies.
pub const PODMAN: &str = ".config/containers/auth.json";
/// Where our settings file lies.
pub const SETTINGS: &str = ".config/pullpass/config.toml";

/// A home folder that is removed with its last copy.
#[derive(Clone)]
pub struct Home {
    folder: Rc<TempDir>,
}

impl Home {
    /// With these files, by their paths below the home.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let home = Self { folder: Rc::new(TempDir::with_prefix("pullpass-test-").unwrap()) };
        for (name, text) in files {
            home.write(name, text);
        }
        home
    }

    /// Without any file.
    pub fn empty() -> Self {
        Self::with(&[])
    }

    /// With docker's file.
    pub fn docker(config: &Value) -> Self {
        Self::with(&[(DOCKER, &config.to_string())])
    }

    /// With one login for Docker Hub; the password is the [`MARKER`].
    pub fn docker_hub() -> Self {
        Self::docker(&json!({"auths": {"https://index.docker.io/v1/": {"auth": auth("janedoe", MARKER)}}}))
    }

    /// With logins of all kinds, whose tokens end at times counted from `start`.
    pub fn ten_kinds(start: Timestamp) -> Self {
        let podman =
            json!({"auths": {"quay.io/acme": {"auth": auth("acme+robot", &format!("{MARKER}robot"))}}});
        let home = Self::with(&[(DOCKER, &ten_kinds(start).to_string()), (PODMAN, &podman.to_string())]);
        // A token without a readable end is no older than its file.
        home.set_age(DOCKER, after(start, -1_800));
        home
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path below it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file that only its owner can read, as old as [`now`].
    pub fn write(&self, name: &str, text: &str) {
        let path = self.file(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        self.set_age(name, now());
    }

    /// Writes a file as docker does it: beside the old one, then a rename over it.
    pub fn replace(&self, name: &str, text: &str) {
        let beside = format!("{name}123");
        self.write(&beside, text);
        fs::rename(self.file(&beside), self.file(name)).unwrap();
    }

    /// Writes a program into the folder that PATH names.
    pub fn program(&self, name: &str, script: &str) {
        fs::create_dir_all(self.file("bin")).unwrap();
        write_program(&self.file(&format!("bin/{name}")), &format!("#!/bin/sh\n{script}\n"));
    }

    /// Lets a file be run.
    pub fn make_executable(&self, name: &str) {
        fs::set_permissions(self.file(name), Permissions::from_mode(0o700)).unwrap();
    }

    /// Makes a file as old as this.
    pub fn set_age(&self, name: &str, at: Timestamp) {
        File::options().append(true).open(self.file(name)).unwrap().set_modified(at.into()).unwrap();
    }

    /// The whole environment of a program that runs in this home.
    pub fn environment(&self, variables: &[(&str, &str)]) -> Vec<(String, OsString)> {
        let mut all: Vec<(String, OsString)> = vec![
            ("HOME".into(), self.path().into()),
            ("XDG_RUNTIME_DIR".into(), self.file("run").into()),
            ("PATH".into(), format!("{}:/usr/bin:/bin", self.file("bin").display()).into()),
            ("LANG".into(), "C.UTF-8".into()),
            ("TZ".into(), "UTC".into()),
        ];
        for (name, value) in variables {
            all.retain(|(known, _)| known != name);
            all.push(((*name).into(), value.into()));
        }
        all
    }

    /// What a program that runs in this home [`now`] works with.
    pub fn context(&self, variables: &[(&str, &str)]) -> Context {
        Context::new(self.settings(variables), FixedClock(now()))
    }

    /// The settings of a program that runs in this home.
    pub fn settings(&self, variables: &[(&str, &str)]) -> Settings {
        let environment = self.environment(variables);
        Settings::read(|name| {
            environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        })
    }
}

/// docker's file with ten kinds of entries: plain, minted, ended, estimated, soon over, a token as the user name, a
/// service account's key, a broken one, one without a secret, and one that a helper keeps.
fn ten_kinds(start: Timestamp) -> Value {
    let end = |seconds| after(start, seconds);
    let token = format!("dop_v1_{MARKER}{}de0", "0".repeat(54));
    json!({
        "auths": {
            "https://index.docker.io/v1/": {"auth": auth("janedoe", &format!("dckr_pat_{MARKER}demoDEMOdemoDEMOde"))},
            "ghcr.io": {"auth": auth("jane", &format!("ghp_{MARKER}DEMOdemoDEMOdemoDEMOdemo12345"))},
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": auth("AWS", &ecr(end(42_120)))},
            "210987654321.dkr.ecr.us-east-1.amazonaws.com": {"auth": auth("AWS", &ecr(end(-5_400)))},
            "contoso.azurecr.io":
                {"auth": auth("00000000-0000-0000-0000-000000000000", ""), "identitytoken": acr(end(2_527))},
            "europe-west3-docker.pkg.dev": {"auth": auth("_json_key", &google_key())},
            "us-docker.pkg.dev": {"auth": auth("oauth2accesstoken", &format!("ya29.a0{MARKER}{}", "Demo".repeat(10)))},
            "registry.digitalocean.com": {"auth": auth(&token, &token)},
            "registry.us-west-4-i3er.saucelabs.com": {"auth": auth("oauth2accesstoken", &jwt(end(299)))},
            "broken.example.com": {"auth": format!("{MARKER} is not base64!")},
            "empty.example.com": {},
        },
        "credHelpers": {"registry.corp.example": "corp"},
    })
}
