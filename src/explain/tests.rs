use std::io;
use std::path::Path;

use super::*;
use crate::credential_helper::Action;

fn failed(said: &str, hint: Option<Hint>) -> HelperError {
    HelperError::Failed {
        program: "docker-credential-x".into(),
        action: Action::Get,
        how: "failed".into(),
        said: said.into(),
        hint,
    }
}

#[test]
fn a_locked_store_is_told_apart_by_its_exit_status() {
    for hint in [Hint::LockedKeychain, Hint::LockedKeyring] {
        assert_eq!(Error::from(failed("", Some(hint))).kind, Kind::Locked);
    }
    assert_eq!(Error::from(failed("boom", None)).kind, Kind::Failed);
    assert_eq!(Error::from(VaultError::from(LockedBecause::PassphraseWanted)).kind, Kind::Locked);
    assert_eq!(Error::from(StoreError::from(VaultError::Missing)).kind, Kind::NotFound);
}

#[test]
fn a_known_cause_gives_the_next_step_and_any_other_has_one_too() {
    let known = Error::from(failed("not implemented", Some(Hint::ReadOnlyHelper)));
    assert_eq!(known.hints, [Hint::ReadOnlyHelper.words()]);
    let other = Error::from(failed("boom", None));
    assert_eq!(other.what, "Asked docker-credential-x to get, but it failed: boom.");
    let hint = "Run \"docker-credential-x list\" in a terminal to see whether it works at all.";
    assert_eq!(other.hints, [hint]);
}

#[test]
fn an_error_below_keeps_its_words_through_every_layer() {
    let below = || Operation::Read.failed(Path::new("/x/config.json"), io::Error::from_raw_os_error(13));
    let words = "Could not read /x/config.json: permission denied.";
    let through: [Error; 4] = [
        below().into(),
        VaultError::from(below()).into(),
        StoreError::from(below()).into(),
        StoreError::from(VaultError::from(below())).into(),
    ];
    for error in through {
        assert_eq!((error.what.as_str(), error.hints.len()), (words, 0));
        assert!(error.source().is_some(), "what happened can still be asked");
    }
}

#[test]
fn a_failed_write_says_that_the_file_is_as_it_was() {
    let table = [
        (ErrorKind::StorageFull, "The disk is full. The file is as it was."),
        (ErrorKind::ReadOnlyFilesystem, "The folder must be writable"),
        (ErrorKind::Other, "The file is as it was."),
    ];
    for (kind, hint) in table {
        for tried in [Operation::Write, Operation::WriteBeside, Operation::Remove] {
            let error = Error::from(tried.failed(Path::new("/x"), kind.into()));
            assert!(error.hints[0].starts_with(hint), "{tried:?} {kind:?}: {:?}", error.hints);
        }
    }
}
