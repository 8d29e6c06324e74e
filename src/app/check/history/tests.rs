use super::*;
use crate::app::check::Job;
use crate::check::flow::{Login, Question, Report};
use crate::credential::Credential;
use crate::credential::login::{EntryKind, Store};
use crate::secret::Secret;

const PASSWORD: &str = "hunter2";

fn checked(key: &str, second: i64, verdict: Verdict) -> Checked {
    let login = Login::Basic(Credential::new("jane", Secret::from_text(PASSWORD.into())));
    let id = LoginId { source: "/h/config.json".into(), key: key.into(), store: Store::Inline };
    Checked {
        job: Job { id, kind: EntryKind::Basic, account: Some("jane".into()) },
        at: Timestamp::from_second(second).unwrap(),
        result: Ok(Report::new(&Question::new(key, login), verdict)),
    }
}

fn pair(realm: &str) -> RealmPair {
    RealmPair { registry: "reg.example".into(), realm: realm.into() }
}

#[test]
fn a_check_is_remembered_with_its_time_and_without_its_secret() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("new/state");
    let first = checked("ghcr.io", 1, Verdict::Verified);
    let id = first.job.id.clone();
    let both = [first, checked("quay.io", 2, Verdict::Rejected)];
    change(&state, |memory| memory.add(&both)).unwrap();
    change(&state, |memory| memory.add(&[checked("ghcr.io", 3, Verdict::Expired)])).unwrap();
    let memory = Memory::read(&state);
    let last = memory.last(&id).unwrap();
    assert_eq!((last.verdict(), last.at.as_second()), (Some(Verdict::Expired), 3));
    assert_eq!(memory.checks.len(), 2);
    let by_key = memory.by_key();
    assert_eq!(by_key.last(&id), Some(last));
    let other = LoginId { store: Store::CredHelper("pass".into()), ..id };
    assert_eq!((memory.last(&other), by_key.last(&other)), (None, None));
    let text = std::fs::read_to_string(state.join(NAME)).unwrap();
    assert!(!text.contains(PASSWORD) && !text.contains("jane"), "{text}");
    assert_eq!(std::fs::read_dir(&state).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    change(&state, |memory| memory.choose(&pair("https://a.example"), true)).unwrap();
    for path in [state.clone(), state.join(NAME)] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[test]
fn the_last_word_on_a_pair_counts() {
    let mut memory = Memory::default();
    memory.choose(&pair("https://a.example"), true);
    memory.choose(&pair("https://b.example"), true);
    memory.choose(&pair("https://a.example"), false);
    assert_eq!(memory.choices(), [(pair("https://a.example"), false), (pair("https://b.example"), true)]);
}

#[test]
fn it_does_not_grow_without_end() {
    let mut memory = Memory::default();
    for number in 0..MOST_CHECKS + 5 {
        memory.add(&[checked(&format!("r{number}.example"), 1, Verdict::Verified)]);
    }
    for number in 0..MOST_CHOICES + 5 {
        memory.choose(&pair(&format!("https://r{number}.example")), true);
    }
    memory.add(&[checked(&"x".repeat(MOST_TEXT + 1), 1, Verdict::Verified)]);
    assert_eq!((memory.checks.len(), memory.realms.len()), (MOST_CHECKS, MOST_CHOICES));
    assert_eq!(memory.checks[0].key, "r5.example");
    assert!(serde_json::to_vec(&memory).unwrap().len() < MOST_BYTES);
}

#[test]
fn a_key_with_a_user_name_in_it_is_not_kept() {
    let mut memory = Memory::default();
    memory.add(&[checked("https://jane:hunter2@ghcr.io", 1, Verdict::Verified)]);
    assert_eq!(memory, Memory::default());
}

#[test]
fn a_file_that_is_not_ours_is_ignored_and_a_later_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let choose = || change(folder.path(), |memory| memory.choose(&pair("https://a.example"), true));
    for broken in ["", "{", "[]", "{\"version\":1}", "\u{0}"] {
        std::fs::write(&path, broken).unwrap();
        assert_eq!(Memory::read(folder.path()), Memory::default(), "{broken}");
        choose().unwrap();
        assert_eq!(Memory::read(folder.path()).choices().len(), 1);
    }
    let later = r#"{"version":2,"checks":"elsewhere"}"#;
    std::fs::write(&path, later).unwrap();
    assert_eq!(Memory::read(folder.path()), Memory::default());
    assert!(choose().is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), later);
}

#[test]
fn checks_that_end_together_are_all_remembered() {
    const RUNS: i64 = 8;
    const CHECKS: i64 = 5;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    std::thread::scope(|scope| {
        for run in 0..RUNS {
            let state = &state;
            scope.spawn(move || {
                for number in 0..CHECKS {
                    let key = format!("r{run}-{number}.example");
                    let one = [checked(&key, 1, Verdict::Verified)];
                    change(state, |memory| memory.add(&one)).unwrap();
                }
            });
        }
    });
    assert_eq!(Memory::read(&state).checks.len() as i64, RUNS * CHECKS);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = change(&file, |_| {}).unwrap_err();
    assert!(error.to_string().starts_with("Did not remember the check. Could not "), "{error}");
}
