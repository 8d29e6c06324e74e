//! A home folder with logins of all kinds.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pullpass::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The password of the Docker Hub login.
pub const HUB_PASSWORD: &str = "hunter2";

/// A home folder that is removed at the end.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// Without any login.
    pub fn empty() -> Self {
        Self { folder: TempDir::with_prefix("pullpass").expect("a temporary folder") }
    }

    /// With these entries in docker's file.
    pub fn with(auths: &Value) -> Self {
        let home = Self::empty();
        home.write(".docker/config.json", &json!({"auths": auths}).to_string());
        home
    }

    /// With one login.
    pub fn with_docker_hub() -> Self {
        Self::with(&json!({"https://index.docker.io/v1/": {"auth": auth("janedoe", HUB_PASSWORD)}}))
    }

    /// With ten kinds of entries.
    pub fn with_ten_kinds() -> Self {
        let home = Self::empty();
        home.write(".docker/config.json", &ten_kinds().to_string());
        let podman = json!({"auths": {"quay.io/team": {"auth": auth("robot", "podman-token")}}});
        home.write(".config/containers/auth.json", &podman.to_string());
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes as docker does it: beside the file, then a rename over it.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        let beside = path.with_extension("json123");
        fs::write(&beside, text).expect("the file is written");
        fs::rename(beside, &path).expect("the file is put in place");
        path
    }
}

/// Seconds since 1970, this many seconds from now.
pub fn in_seconds(seconds: i64) -> i64 {
    SystemClock.now().as_second() + seconds
}

/// The `auth` value of a pair.
pub fn auth(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

/// An ECR password that ends in this many seconds.
pub fn ecr_auth(seconds: i64) -> String {
    let token = json!({"payload": "cGF5bG9hZA==", "datakey": "ZGF0YWtleQ==", "version": "2", "type": "DATA_KEY",
                       "expiration": in_seconds(seconds)});
    auth("AWS", &STANDARD.encode(token.to_string()))
}

fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.{}",
        part(&json!({"alg": "RS256", "typ": "JWT"})),
        part(claims),
        URL_SAFE_NO_PAD.encode("signature")
    )
}

fn ten_kinds() -> Value {
    let acr = jwt(
        &json!({"iss": "Azure Container Registry", "aud": "contoso.azurecr.io", "exp": in_seconds(10_000)}),
    );
    let google = json!({"type": "service_account", "project_id": "p", "private_key_id": "k",
                        "private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"});
    json!({
        "auths": {
            "https://index.docker.io/v1/": {"auth": auth("janedoe", HUB_PASSWORD)},
            "ghcr.io": {"auth": auth("jane", "ghp_0123456789abcdefghijABCDEFGHIJ012345")},
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": ecr_auth(11 * 3_600 + 45)},
            "210987654321.dkr.ecr.us-east-1.amazonaws.com": {"auth": ecr_auth(-600)},
            "contoso.azurecr.io": {"auth": auth("00000000-0000-0000-0000-000000000000", ""), "identitytoken": acr},
            "europe-docker.pkg.dev": {"auth": auth("_json_key", &google.to_string())},
            "helper.example.com": {},
            "broken.example.com": {"auth": "!!! not base64 !!!"},
            "evil\u{1b}]52;c;b3duZWQ=\u{7}\u{202e}.example.com":
                {"auth": auth("evil\u{1b}[2J\u{1b}]52;c;b3duZWQ=\u{7}\u{202e}user", "secret")},
        },
        "credHelpers": {"missing.example.com": "not-installed"},
    })
}
