use super::*;
use crate::app::transaction::line::Line;
use crate::error::Kind;
use crate::settings::VaultSettings;

fn login(secret: &[u8]) -> Credential {
    Credential::new("u", Secret::new(secret.to_vec()))
}

fn record(secret: &str) -> Record {
    let secret = Secret::from_text(secret.into());
    Record::new("ci".into(), "r.io".into(), Credential::new("u", secret), Timestamp::UNIX_EPOCH)
}

/// A change of everything that can be changed.
fn done() -> Done {
    let keepers = vec![
        KeeperUndo::Helper(HelperUndo {
            helper: "pass".into(),
            key: "r.io".into(),
            before: Some(login(b"hunter2")),
            after: None,
            is_whole: true,
        }),
        KeeperUndo::Vault(vec![
            RecordChange { before: Some(record("hunter2")), after: Some(record("hunter3")) },
            RecordChange { before: None, after: Some(record("hunter2")) },
        ]),
    ];
    let file = |format, before: Option<&[u8]>| FileUndo {
        path: "/h/.docker/config.json".into(),
        format,
        before: before.map(|bytes| Secret::new(bytes.to_vec())),
        after: Some(Secret::from_text("hunter2".into())),
        slots: vec![MemberPath::Entry("r.io".into()), MemberPath::Helper("r.io".into()), MemberPath::Store],
    };
    let files = vec![
        file(Format::Docker, Some(b"hunter2 \xff\0")),
        file(Format::Containers, None),
        file(Format::Legacy, Some(b"")),
    ];
    Done { lines: vec![Line::Said("one".into())], undo: Undo { keepers, files } }
}

#[test]
fn a_change_comes_back_as_it_was() {
    let done = done();
    let json = serde_json::to_string(&Sealed::of(&done, Timestamp::UNIX_EPOCH)).unwrap();
    let read: Sealed = serde_json::from_str(&json).unwrap();
    let read = read.read();
    assert_eq!(read.lines, ["one"]);
    // `Debug` hides secrets and records: those are compared one by one.
    assert_eq!(format!("{:?}", read.undo), format!("{:?}", done.undo));
    for (read, file) in read.undo.files.iter().zip(&done.undo.files) {
        assert_eq!((&read.before, &read.after), (&file.before, &file.after));
    }
    for (read, kept) in read.undo.keepers.iter().zip(&done.undo.keepers) {
        match (read, kept) {
            (KeeperUndo::Helper(read), KeeperUndo::Helper(kept)) => {
                assert_eq!((&read.before, &read.after), (&kept.before, &kept.after));
            }
            (KeeperUndo::Vault(read), KeeperUndo::Vault(kept)) => assert!(read == kept),
            _ => panic!("another kind"),
        }
    }
}

#[test]
fn without_an_open_vault_nothing_is_kept_and_the_reason_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = Some(folder.path().join("vault.age"));
    let vault = Access::new(VaultSettings { file, ..VaultSettings::default() });
    assert_eq!(keep(&vault, &done(), Timestamp::UNIX_EPOCH).unwrap_err().kind, Kind::NotFound);
    let error = find(&vault).unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
    assert!(error.hints.iter().any(|hint| hint.contains("no vault")), "{error:?}");
    forget(&vault).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
