//! A home with an open vault, docker's file, our helper on PATH, and beside it a helper that keeps logins in files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::keeper::KEEPER;
use super::mock_helper::Mocks;
use super::vault_home::{Home, Ran};

pub struct Sealing {
    pub home: Home,
    pub mocks: Mocks,
}

impl Sealing {
    /// `config` is docker's file.
    pub fn new(config: &str) -> Self {
        Self::of(Home::with_identity(), config)
    }

    /// With a vault that is locked.
    pub fn locked(config: &str) -> Self {
        // Nothing keeps the key of this one.
        Self::of(Home::with_passphrase(), config)
    }

    pub fn of(mut home: Home, config: &str) -> Self {
        let mocks = Mocks::with("keeper", KEEPER);
        let ours = Path::new(env!("CARGO_BIN_EXE_docker-credential-pullpass")).parent().unwrap();
        let path = format!("{}:{}", mocks.path_var().to_str().unwrap(), ours.display());
        home.variables.push(("PATH".into(), path));
        let this = Self { home, mocks };
        this.write(config);
        this
    }

    pub fn docker(&self) -> PathBuf {
        self.home.path(".docker/config.json")
    }

    pub fn podman(&self) -> PathBuf {
        self.home.path(".config/containers/auth.json")
    }

    pub fn write(&self, config: &str) {
        write(&self.docker(), config);
    }

    pub fn write_podman(&self, config: &str) {
        write(&self.podman(), config);
    }

    pub fn config(&self) -> String {
        fs::read_to_string(self.docker()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.config()).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.home.pullpass(arguments, "")
    }

    /// What docker would get, as `user:secret`; empty where the vault has no login.
    pub fn get(&self, key: &str) -> String {
        let ran = self.home.helper("get", key);
        let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        let text = |name: &str| json[name].as_str().unwrap_or_default();
        if ran.exit == 0 { format!("{}:{}", text("Username"), text("Secret")) } else { String::new() }
    }

    /// The keys of the logins in the vault.
    pub fn kept(&self) -> Vec<String> {
        let list: Value = serde_json::from_str(&self.home.helper("list", "").stdout).unwrap();
        list.as_object().unwrap().keys().cloned().collect()
    }

    /// What the other helper keeps under a key: the line as it was stored.
    pub fn keeper_has(&self, key: &str) -> Option<String> {
        fs::read_to_string(self.mocks.file(&format!("kept-{}", key.replace(['/', ':'], "_")))).ok()
    }

    /// Gives the other helper a login.
    pub fn give_keeper(&self, key: &str, user: &str, secret: &str) {
        let line = format!(r#"{{"ServerURL":"{key}","Username":"{user}","Secret":"{secret}"}}"#);
        fs::write(self.mocks.file(&format!("kept-{}", key.replace(['/', ':'], "_"))), line + "\n").unwrap();
    }

    /// Gives the vault a login of docker's.
    pub fn give_vault(&self, key: &str, user: &str, secret: &str) {
        let line = format!(r#"{{"ServerURL":"{key}","Username":"{user}","Secret":"{secret}"}}"#);
        assert_eq!(self.home.helper("store", &line), Ran::of(0, ""));
    }
}

fn write(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}
