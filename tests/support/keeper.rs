//! A credential helper for tests that keeps logins in files, and a home that names it.

use std::fs;
use std::path::PathBuf;

use pullpass::app::Context;
use pullpass::clock::FixedClock;
use pullpass::settings::Settings;

use super::mock_helper::Mocks;

/// One file a key; `$D/broken` makes every store fail, `$D/forgetful` makes it keep another secret.
pub const KEEPER: &str = r#"PATH=/usr/bin:/bin
file() { printf '%s/kept-%s' "$D" "$(printf %s "$1" | tr '/:' '__')"; }
case $1 in
store) [ -e $D/broken ] && { cat >/dev/null; echo it is broken; exit 1; }
  in=$(cat); key=$(printf %s "$in" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/')
  [ -e $D/forgetful ] && in=$(printf %s "$in" | sed 's/"Secret":"/"Secret":"x/')
  printf '%s\n' "$in" >"$(file "$key")" ;;
get) f=$(file "$(cat)"); [ -e "$f" ] && cat "$f" || { echo credentials not found in native keychain; exit 1; } ;;
erase) f=$(file "$(cat)"); rm -f "$f" ;;
list) cat $D/kept-* 2>/dev/null | sed 's/{"ServerURL":\("[^"]*"\),"Username":\("[^"]*"\).*/\1:\2/' | paste -sd, | sed 's/^/{/;s/$/}/' ;;
esac"#;

/// A home with docker's file in it and the helper `keeper` on PATH.
pub struct Home {
    pub mocks: Mocks,
    pub ctx: Context,
}

impl Home {
    /// `config` is docker's file; empty for none.
    pub fn new(config: &str) -> Self {
        let mocks = Mocks::with("keeper", KEEPER);
        let home = mocks.file("home");
        fs::create_dir_all(home.join("run")).unwrap();
        // Only what is in it: the machine may have a store of its own that docker would take.
        let path = mocks.path_var();
        let settings = Settings::from_environment(|name| match name {
            "HOME" => Some(home.clone().into()),
            "XDG_RUNTIME_DIR" => Some(home.join("run").into()),
            "PATH" => Some(path.clone()),
            _ => None,
        });
        let this = Self { mocks, ctx: Context::new(settings, FixedClock(super::now())) };
        if !config.is_empty() {
            this.write(config);
        }
        this
    }

    pub fn docker(&self) -> PathBuf {
        self.mocks.file("home/.docker/config.json")
    }

    pub fn podman(&self) -> PathBuf {
        self.mocks.file("home/run/containers/auth.json")
    }

    pub fn write(&self, config: &str) {
        fs::create_dir_all(self.docker().parent().unwrap()).unwrap();
        fs::write(self.docker(), config).unwrap();
    }

    pub fn config(&self) -> String {
        fs::read_to_string(self.docker()).unwrap_or_default()
    }

    /// What the helper keeps under a key: the line as it was stored.
    pub fn kept(&self, key: &str) -> Option<String> {
        fs::read_to_string(self.mocks.file(&format!("kept-{}", key.replace(['/', ':'], "_")))).ok()
    }

    /// Makes the helper misbehave: `broken` or `forgetful`.
    pub fn make(&self, mood: &str) {
        fs::write(self.mocks.file(mood), "").unwrap();
    }
}
