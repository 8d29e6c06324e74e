//! A vault in the sandbox home, whose key lies in a file.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pullpass::app::vault::rows::{Secrets, State, Unlock};
use pullpass::credential::Credential;
use pullpass::error::Notice;
use pullpass::secret::Secret;
use pullpass::settings::Settings;
use pullpass::vault::Vault;
use pullpass::vault::init::{self, NewKey};
use pullpass::vault::record::Record;

use super::home::Home;
use super::tokens::{ecr, jwt};
use super::{MARKER, after, now};

/// Where the vault lies below the home.
pub const VAULT: &str = ".local/share/pullpass/vault.age";

/// The names of [`some_secrets`], in the order of the list.
pub const NAMES: [&str; 5] = ["ecr-prod", "ghcr-bot", "hub-ci", "old-quay", "sauce-robot"];

/// Makes an empty vault.
pub fn make(home: &Home) -> Vault {
    let settings = home.settings(&[]).vault;
    init::init(&settings, NewKey::IdentityFile(home.file("id")), Duration::ZERO).unwrap()
}

/// A secret that was made an hour ago.
pub fn record(name: &str, key: &str, username: &str, password: &str) -> Record {
    let password = Secret::from_text(password.into());
    Record::new(name.into(), key.into(), Credential::new(username, password), after(now(), -3_600))
}

/// Ten kinds of logins, and a vault with a secret of each kind: with a reminder that lies ahead, with one that is due,
/// with tokens that end by themselves, and with none of it.
pub fn some_secrets(start: Timestamp) -> Home {
    let home = Home::ten_kinds(start);
    // Midnights of whatever zone the machine is in, that are as many whole days away in all of them.
    let day = |seconds: i64| Some(after(start, seconds).to_zoned(TimeZone::system()).date());
    let hub = "https://index.docker.io/v1/";
    let vault = make(&home);
    let mut hub_ci = record("hub-ci", hub, "janedoe", &format!("dckr_pat_{MARKER}demoDEMOdemoDEMOde"));
    hub_ci.expires_on = day(43 * 86_400 - 1);
    hub_ci.email = Some("jane@example.com".into());
    let mut quay = record("old-quay", "quay.io/acme", "acme+robot", &format!("{MARKER}robot"));
    quay.expires_on = day(-3 * 86_400);
    quay.is_login = true;
    let token = format!("ghp_{MARKER}DEMOdemoDEMOdemoDEMOdemo12345");
    for record in [
        hub_ci,
        record("ghcr-bot", "ghcr.io", "acme-bot", &token),
        quay,
        record("ecr-prod", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "AWS", &ecr(after(start, 42_120))),
        record(
            "sauce-robot",
            "registry.us-west-4-i3er.saucelabs.com",
            "oauth2accesstoken",
            &jwt(after(start, 299)),
        ),
    ] {
        vault.add(record).unwrap();
    }
    home
}

/// What is found of a vault that is locked.
pub fn locked(by: Unlock) -> Secrets {
    let why = Notice {
        what: "The vault is locked.".into(),
        hints: vec!["Unlock it: pullpass vault unlock".into()],
    };
    let key = Some(if by == Unlock::Passphrase { "passphrase" } else { "keyring" });
    Secrets { state: State::Locked { why, by: Some(by) }, key, ..Secrets::default() }
}

/// The secret of this name, as the vault holds it now.
pub fn kept(settings: &Settings, name: &str) -> Option<Record> {
    Vault::open(&settings.vault).unwrap().get(name).unwrap()
}
