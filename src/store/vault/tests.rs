use super::*;
use crate::secret::Secret;
use crate::settings::VaultSettings;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn login(username: &str, secret: &str) -> Credential {
    Credential::new(username, Secret::from_text(secret.to_owned()))
}

fn named(name: &str, key: &str) -> Record {
    Record::new(name.into(), key.into(), login("bot", "named"), at(1))
}

#[test]
fn docker_login_makes_a_record_once_and_leaves_named_secrets_alone() {
    let mut document = Document::default();
    document.add(named("ghcr-io", "ghcr.io")).unwrap();
    keep(&mut document, "ghcr.io", login("jane", "one"), Some("j@x.io".into()), at(2)).unwrap();
    keep(&mut document, "ghcr.io", login("janedoe", "two"), None, at(3)).unwrap();
    let [bot, jane] = document.records.as_slice() else { panic!("{document:?}") };
    assert_eq!(
        (bot.name.as_str(), bot.credential.secret.expose(), bot.is_login),
        ("ghcr-io", &b"named"[..], false)
    );
    assert_eq!((jane.name.as_str(), jane.credential.username.as_str()), ("ghcr-io-2", "janedoe"));
    assert_eq!((jane.credential.secret.expose(), jane.is_login), (&b"two"[..], true));
    assert_eq!((jane.created_at, jane.changed_at), (at(2), at(3)));
    assert_eq!(jane.email.as_deref(), Some("j@x.io"));
    forget(&mut document, "ghcr.io");
    assert_eq!(document.records.len(), 1);
}

/// Makes a change of a document as [`change`] does of the vault's.
fn touch(document: &mut Document, edit: impl FnOnce(&mut Document)) -> Vec<RecordChange> {
    let before = document.records.clone();
    edit(document);
    difference(&before, &document.records)
}

fn back(document: &mut Document, touched: &[RecordChange], leave: bool) -> Result<()> {
    put_all_back(document, touched, leave)
}

type Edit = fn(&mut Document);

#[test]
fn every_change_can_be_taken_back() {
    let edits: &[(&str, Edit)] = &[
        ("a new login", |d| keep(d, "quay.io", login("u", "p"), None, at(9)).unwrap()),
        ("another password", |d| keep(d, "ghcr.io", login("u", "p"), None, at(9)).unwrap()),
        ("a login forgotten", |d| forget(d, "ghcr.io")),
        ("a named secret removed", |d| drop(d.remove("named").unwrap())),
        ("the mark moves", |d| {
            let mut new = named("new", "ghcr.io");
            new.is_login = true;
            d.add(new).unwrap();
        }),
        ("the mark moves to an older secret", |d| {
            let mut older = named("named", "ghcr.io");
            older.is_login = true;
            d.replace("named", older).unwrap();
        }),
        ("a login takes the mark of another registry's", |d| {
            let mut login = d.login("ghcr.io").unwrap().clone();
            login.key = "gitlab.io".into();
            d.replace("ghcr-io", login).unwrap();
        }),
    ];
    for (what, edit) in edits {
        let mut document = Document::default();
        document.add(named("named", "ghcr.io")).unwrap();
        keep(&mut document, "ghcr.io", login("jane", "one"), None, at(2)).unwrap();
        keep(&mut document, "gitlab.io", login("jane", "two"), None, at(2)).unwrap();
        let start = document.records.clone();
        let touched = touch(&mut document, edit);
        assert!(!touched.is_empty(), "{what}");
        back(&mut document, &touched, false).unwrap();
        let same = |record: &Record| document.find(&record.name) == Some(record);
        assert!(document.records.len() == start.len() && start.iter().all(same), "{what}");
        // Once more changes nothing.
        back(&mut document, &touched, false).unwrap();
    }
}

#[test]
fn what_is_newer_is_not_taken_back_over() {
    let since: &[(&str, Edit, Edit)] = &[
        (
            "the same login has another password",
            |d| keep(d, "quay.io", login("u", "p"), None, at(8)).unwrap(),
            |d| keep(d, "quay.io", login("u", "newer"), None, at(9)).unwrap(),
        ),
        (
            "another record took its name",
            |d| forget(d, "ghcr.io"),
            |d| d.add(named("ghcr-io", "quay.io")).unwrap(),
        ),
    ];
    for (what, edit, later) in since {
        let mut document = Document::default();
        keep(&mut document, "ghcr.io", login("jane", "one"), None, at(2)).unwrap();
        let touched = touch(&mut document, edit);
        later(&mut document);
        let before = document.records.clone();
        let error = back(&mut document, &touched, false).expect_err(what);
        assert!(matches!(error, StoreError::ChangedSince { .. }), "{what}: {error}");
        back(&mut document, &touched, true).unwrap();
        assert!(document.records.starts_with(&before), "{what}");
    }
}

#[test]
fn a_login_that_docker_got_meanwhile_keeps_its_place() {
    let mut document = Document::default();
    keep(&mut document, "ghcr.io", login("jane", "one"), None, at(2)).unwrap();
    let touched = touch(&mut document, |d| forget(d, "ghcr.io"));
    let mut new = named("new", "ghcr.io");
    new.is_login = true;
    document.add(new).unwrap();
    for leave in [true, false] {
        let mut document = document.clone();
        back(&mut document, &touched, leave).unwrap();
        let marks: Vec<_> = document.records.iter().map(|record| (&*record.name, record.is_login)).collect();
        assert_eq!(marks, [("new", true), ("ghcr-io", false)], "{leave}");
    }
}

#[test]
fn a_login_whose_forgetting_failed_comes_back_beside_the_one_that_took_its_name() {
    let mut document = Document::default();
    keep(&mut document, "ghcr.io", login("jane", "one"), None, at(2)).unwrap();
    let touched = touch(&mut document, |d| forget(d, "ghcr.io"));
    // docker login, before the step is taken back.
    keep(&mut document, "ghcr.io", login("jane", "newer"), None, at(3)).unwrap();
    back(&mut document, &touched, true).unwrap();
    let [newer, old] = document.records.as_slice() else { panic!("{document:?}") };
    assert_eq!((newer.name.as_str(), newer.credential.secret.expose()), ("ghcr-io", &b"newer"[..]));
    assert_eq!((old.name.as_str(), old.credential.secret.expose()), ("ghcr-io-2", &b"one"[..]));
    assert_eq!((newer.is_login, old.is_login), (true, false));
}

fn carried_out(access: &Access, step: &HelperStep, now: Timestamp) -> Result<Vec<RecordChange>> {
    carry_out(access, step, now, |_| Ok(()))
}

#[test]
fn what_will_be_touched_is_told_before_it_is_written_and_a_no_to_it_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let settings = VaultSettings { file: Some(folder.path().join("vault.age")), ..VaultSettings::default() };
    let key = crate::vault::init::NewKey::IdentityFile(folder.path().join("id"));
    let vault = crate::vault::init::init(&settings, key, std::time::Duration::ZERO).unwrap();
    let add = |document: &mut Document| Ok::<_, StoreError>(document.add(named("new", "r.io"))?);
    let before = std::fs::read(folder.path().join("vault.age")).unwrap();
    let refused = change_ahead(&vault, add, |touched| {
        assert!(touched.len() == 1 && touched[0].name() == "new");
        assert_eq!(std::fs::read(folder.path().join("vault.age")).unwrap(), before);
        Err(StoreError::SecretGone { name: "no".into() })
    });
    assert!(refused.is_err() && vault.list().unwrap().is_empty());
    assert_eq!(change_ahead(&vault, add, |_| Ok(())).unwrap().len(), 1);
}

#[test]
fn a_move_replaces_no_login_and_is_seen_by_who_gave_the_same_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = Some(folder.path().join("vault.age"));
    let access = Access::new(VaultSettings { file, ..VaultSettings::default() });
    let key = crate::vault::init::NewKey::IdentityFile(folder.path().join("id"));
    let vault = crate::vault::init::init(&access.settings, key, std::time::Duration::ZERO).unwrap();
    let step = |secret: &str, is_move| HelperStep {
        helper: "pullpass".into(),
        key: "r.io".into(),
        keep: Some(login("jane", secret)),
        email: None,
        is_move,
    };
    let first = carried_out(&access, &step("one", true), at(1)).unwrap();
    let error = carried_out(&access, &step("two", true), at(2)).unwrap_err();
    assert_eq!(error.to_string(), "The vault keeps another login for r.io already.");
    // A second run moves the same login: the first one's way back is closed, and leaves what is there.
    let second = carried_out(&access, &step("one", true), at(3)).unwrap();
    assert!(restore(&vault, &first, false).is_err());
    restore(&vault, &first, true).unwrap();
    assert!(stored(&access, "r.io").unwrap() == Some(login("jane", "one")));
    restore(&vault, &second, false).unwrap();
    restore(&vault, &first, false).unwrap();
    assert!(stored(&access, "r.io").unwrap().is_none());
    // docker login does replace.
    carried_out(&access, &step("one", false), at(4)).unwrap();
    carried_out(&access, &step("two", false), at(5)).unwrap();
    assert!(stored(&access, "r.io").unwrap() == Some(login("jane", "two")));
}
