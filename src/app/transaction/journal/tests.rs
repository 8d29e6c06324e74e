use std::time::Duration;

use super::*;
use crate::app::transaction::undo::Step;
use crate::credential::Credential;
use crate::settings::{Settings, VaultSettings};
use crate::store::vault::RecordChange;
use crate::vault::init::{self, NewKey};
use crate::vault::record::Record as Secret;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

struct Machine {
    folder: tempfile::TempDir,
    ctx: Context,
    vault: Vault,
}

fn machine() -> Machine {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut settings = Settings::from_environment(|_| None);
    settings.vault = VaultSettings { file: Some(path("data/vault.age")), ..VaultSettings::default() };
    settings.state = Some(path("state"));
    let vault = init::init(&settings.vault, NewKey::IdentityFile(path("id")), Duration::ZERO).unwrap();
    Machine { ctx: Context::new(settings, crate::clock::SystemClock), vault, folder }
}

fn step(name: &str) -> Step {
    let secret = crate::secret::Secret::from_text("hunter2".into());
    let record = Secret::new(name.into(), "r.io".into(), Credential::new("u", secret), NOW);
    Step::of_vault(&[RecordChange { before: Some(record), after: None }])
}

impl Machine {
    fn journal(&self) -> Journal {
        Journal::of(&self.ctx).unwrap()
    }

    fn ahead(&self, at: Timestamp) -> Ahead {
        Ahead::of(self.journal(), self.ctx.vault.own_key().unwrap(), at)
    }

    fn keep(&self, name: &str, at: Timestamp) -> String {
        let ahead = self.ahead(at);
        ahead.note(&step(name)).unwrap();
        ahead.finish().unwrap()
    }
}

fn what(record: &Record) -> String {
    crate::app::transaction::line::words(&record.lines(), None).join("; ")
}

#[test]
fn the_last_change_is_found_first_and_any_other_by_its_name() {
    let it = machine();
    assert!(it.journal().find(None, &it.vault, NOW).unwrap().is_none());
    let (one, two) = (it.keep("one", NOW), it.keep("two", NOW));
    let found = |id: Option<&str>| it.journal().find(id, &it.vault, NOW).unwrap();
    let last = found(None).unwrap();
    assert_eq!((what(&last), last.is_done), ("the vault forgets two".to_owned(), true));
    drop(last);
    assert_eq!(what(&found(Some(&one)).unwrap()), "the vault forgets one");
    assert!(found(Some("none")).is_none());
    found(None).unwrap().forget().unwrap();
    assert!(found(Some(&two)).is_none());
    assert_eq!(found(None).unwrap().id, one);
    assert!(it.journal().forget(&one).unwrap() && !it.journal().forget(&one).unwrap());
}

#[test]
fn a_change_that_is_broken_off_leaves_what_was_written_ahead_of_it() {
    let it = machine();
    let ahead = it.ahead(NOW);
    ahead.note(&step("one")).unwrap();
    assert_eq!(it.journal().list(NOW).unwrap()[0].state, State::Busy);
    drop(ahead);
    let record = it.journal().find(None, &it.vault, NOW).unwrap().unwrap();
    assert_eq!((what(&record), record.is_done), ("the vault forgets one".to_owned(), false));
}

#[test]
fn steps_that_were_taken_back_count_no_longer_and_a_change_without_any_leaves_nothing() {
    let it = machine();
    let ahead = it.ahead(NOW);
    for name in ["one", "two", "three"] {
        ahead.note(&step(name)).unwrap();
    }
    ahead.only(1);
    ahead.note(&step("four")).unwrap();
    ahead.finish().unwrap();
    let record = it.journal().find(None, &it.vault, NOW).unwrap().unwrap();
    assert_eq!(what(&record), "the vault forgets one; the vault forgets four");
    record.forget().unwrap();
    for ends in [true, false] {
        let ahead = it.ahead(NOW);
        ahead.note(&step("one")).unwrap();
        ahead.only(0);
        assert!(!ends || ahead.finish().is_none());
        drop(ahead);
        assert!(it.journal().list(NOW).unwrap().is_empty(), "{ends}");
    }
}

#[test]
fn records_end_by_themselves_when_they_are_too_old_or_too_many() {
    let mut it = machine();
    it.ctx.settings.preferences.undo.most = 2;
    let hours = |hours: u64| NOW + Duration::from_hours(hours);
    let [_, two, three] = ["one", "two", "three"].map(|name| it.keep(name, NOW));
    let names = |now| {
        let entries = it.journal().list(now).unwrap();
        entries.into_iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(names(NOW), [three.clone(), two.clone()]);
    assert_eq!(names(hours(720)), [three, two]);
    // A clock that was set back ends nothing.
    let late = it.keep("late", hours(1000));
    assert_eq!(names(hours(10)).first(), Some(&late));
    assert_eq!(names(hours(1100)), [late]);
    let busy = it.ahead(NOW);
    busy.note(&step("busy")).unwrap();
    assert_eq!(names(hours(9000)).len(), 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_folder_and_no_secret_lies_in_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let it = machine();
    fs::create_dir_all(it.folder.path().join("state/undo")).unwrap();
    it.keep("one", NOW);
    let folder = it.folder.path().join("state/undo");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8(fs::read(&path).unwrap()).unwrap();
        assert!(
            mode(&path) == 0o600 && !text.contains("hunter2") && !text.contains("aHVudGVyMg"),
            "{path:?}"
        );
    }
}

#[test]
fn a_record_that_somebody_else_wrote_is_not_taken_back() {
    let it = machine();
    let id = it.keep("one", NOW);
    let (_, _, path) = it.journal().files().unwrap().remove(0);
    // For the right key, but by somebody who only knows its public half.
    let forger = machine();
    let key = it.ctx.vault.own_key().unwrap();
    let ahead = Ahead::of(forger.journal(), key, NOW);
    ahead.note(&step("forged")).unwrap();
    let other = ahead.finish().unwrap();
    let (_, _, from) = forger.journal().files().unwrap().remove(0);
    let to = path.with_file_name(format!("000009-{other}.undo"));
    fs::copy(from, &to).unwrap();
    assert_eq!(it.journal().list(NOW).unwrap()[0].state, State::Unreadable);
    let error = it.journal().find(None, &it.vault, NOW).unwrap_err();
    assert!(error.hints.iter().any(|hint| hint.contains(&format!("--forget {other}"))), "{error:?}");
    // The others can be taken back all the same.
    assert_eq!(it.journal().find(Some(&id), &it.vault, NOW).unwrap().unwrap().id, id);
}

#[test]
fn what_belongs_to_another_vault_is_passed_over_and_told_by_its_name() {
    let (it, other) = (machine(), machine());
    let id = it.keep("one", NOW);
    assert!(it.journal().find(None, &other.vault, NOW).unwrap().is_none());
    let error = it.journal().find(Some(&id), &other.vault, NOW).unwrap_err();
    assert!(error.what.contains("sealed for another key"), "{error:?}");
}

#[test]
fn what_an_earlier_version_left_is_taken_over_once_and_only_where_it_was_there_before() {
    let plain = br#"{"version":1,"at":"1970-01-01T00:00:00Z","lines":["chosen by a forger"],"kept":[
        {"vault":[{"before":null,"after":{"name":"ci","key":"r.io","username":"u","password":"p","kind":"private_registry",
        "created_at":"1970-01-01T00:00:00Z","changed_at":"1970-01-01T00:00:00Z"}}]}],"files":[{"path":"/h/config.json",
        "format":"docker","before":"e30=","after":"eyJhdXRocyI6eyJyLmlvIjp7fX19","slots":[{"entry":"r.io"}]}]}"#;
    for was_there_before in [true, false] {
        let it = machine();
        let old = it.folder.path().join("data/undo.age");
        let leave = || fs::write(&old, it.ctx.vault.own_key().unwrap().seal(plain).unwrap()).unwrap();
        if was_there_before {
            leave();
        }
        let newer = it.keep("newer", NOW);
        if !was_there_before {
            leave();
        }
        let found = |id: Option<&str>| it.journal().find(id, &it.vault, NOW).unwrap();
        assert_eq!(found(None).unwrap().id, newer);
        found(None).unwrap().forget().unwrap();
        let taken = found(None).map(|record| what(&record));
        let words = "the vault keeps ci; /h/config.json: add r.io without a secret: the helper keeps it";
        assert_eq!(taken.as_deref(), was_there_before.then_some(words));
        assert_eq!(old.exists(), !was_there_before);
    }
}
