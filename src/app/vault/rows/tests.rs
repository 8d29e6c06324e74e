use super::*;
use crate::credential::Credential;
use crate::credential::expiry::Source as Says;
use crate::credential::login::Account;
use crate::error::Kind;
use crate::settings::VaultSettings;
use crate::vault::init::{self, NewKey};

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A token that ends at this second of the epoch.
fn ends_at(second: i64) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        part(r#"{"alg":"RS256"}"#),
        part(&format!(r#"{{"exp":{second}}}"#)),
        part("no signature")
    )
}

fn record(key: &str, username: &str, password: &str) -> Record {
    let login = Credential::new(username, Secret::from_text(password.into()));
    Record::new("ci".into(), key.into(), login, now())
}

fn row_of(record: &Record) -> Login {
    row(record, &"vault.age".into(), &TimeZone::UTC, now())
}

#[test]
fn the_earlier_of_end_and_reminder_counts_and_both_are_kept() {
    let noon = now().as_second();
    let in_two_days: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    let table = [
        ("hunter2".to_owned(), None, Expiry::NoneEmbedded),
        ("hunter2".to_owned(), Some("2026-11-22"), Expiry::Reminder { at: in_two_days }),
        (ends_at(noon + 3_600), None, end_of(noon + 3_600)),
        (ends_at(noon + 3_600), Some("2026-11-22"), end_of(noon + 3_600)),
        (ends_at(noon + 900_000), Some("2026-11-22"), Expiry::Reminder { at: in_two_days }),
    ];
    for (password, day, expected) in table {
        let mut record = record("ghcr.io", "jane", &password);
        record.expires_on = day.map(|day| day.parse().unwrap());
        let login = row_of(&record);
        assert_eq!(login.expiry, expected, "{day:?}");
        let named = login.named.unwrap();
        assert_eq!(named.reminder.map(|reminder| reminder.day), record.expires_on);
        assert_eq!(matches!(named.end, Expiry::At { .. }), password != "hunter2");
    }
}

fn end_of(second: i64) -> Expiry {
    Expiry::At { at: Timestamp::from_second(second).unwrap(), source: Says::JwtExp }
}

#[test]
fn a_row_has_no_secret_not_even_as_a_user_name() {
    let token = format!("dop_v1_hunter2{}", "0".repeat(57));
    for (username, account) in [
        ("hunter2", Account::IsTheSecret),
        (&*token, Account::IsTheSecret),
        ("<token>", Account::Unknown),
        ("jane", Account::Name("jane".into())),
    ] {
        let login = row_of(&record("registry.digitalocean.com", username, "hunter2"));
        assert_eq!(login.account, account);
        assert!(!format!("{login:?}").contains("hunter2"), "{login:?}");
    }
}

fn access(folder: &Path) -> Access {
    let file = Some(folder.join("vault/vault.age"));
    Access::new(VaultSettings { file, ..VaultSettings::default() })
}

#[test]
fn a_vault_is_missing_open_or_broken_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let access = access(folder.path());
    assert_eq!(read(&access, now()), Secrets::missing());
    let key = NewKey::IdentityFile(folder.path().join("id"));
    let vault = init::init(&access.settings, key, Duration::ZERO).unwrap();
    vault.add(record("ghcr.io", "jane", "hunter2")).unwrap();
    let found = read(&access, now());
    assert_eq!(
        (&found.state, found.key, found.names()),
        (&State::Open, Some("identity file"), vec!["ci".into()])
    );
    let path = &vault.place().vault;
    let mut bytes = std::fs::read(path).unwrap();
    bytes.truncate(bytes.len() - 1);
    std::fs::write(path, &bytes).unwrap();
    let found = read(&access, now());
    assert!(matches!(&found.state, State::Broken(trouble) if trouble.what.contains("damaged")), "{found:?}");
    assert!(found.inventory.logins.is_empty());
    assert_eq!(std::fs::read(path).unwrap(), bytes);
}

#[test]
fn a_passphrase_opens_it_for_this_run_where_nobody_else_may_keep_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let access = access(folder.path());
    let passphrase = Secret::from_text("correct horse".into());
    let never = Duration::ZERO;
    init::init(&access.settings, NewKey::Passphrase(passphrase.clone()), never).unwrap();
    let locked = read(&access, now());
    assert!(matches!(locked.state, State::Locked { by: Some(Unlock::Passphrase), .. }), "{locked:?}");
    let wrong = unlock(&access, Some(&Secret::from_text("hunter2".into()))).unwrap_err();
    assert_eq!(wrong.kind, Kind::Locked);
    assert_eq!(unlock(&access, None).unwrap_err().kind, Kind::Locked);
    unlock(&access, Some(&passphrase)).unwrap();
    assert_eq!(read(&access, now()).state, State::Open);
    // Opening an open vault does not lock it.
    assert_eq!(unlock(&access, None).unwrap(), "The vault is open.");
    assert_eq!(read(&access, now()).state, State::Open);
    assert!(!format!("{access:?}").contains("AGE-SECRET"));
}
