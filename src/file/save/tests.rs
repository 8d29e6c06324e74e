#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a step that fails is a test that fails

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

fn write_new(path: &Path, mark: ReadOnly) -> Result<Saved, FileError> {
    let mut edit = |_: Option<&[u8]>| Ok::<_, FileError>(Outcome::Write(Zeroizing::new(b"new".to_vec())));
    save(path, mark, &mut edit, &mut |_| {})
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_mode_stays_without_what_others_had() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let table = [
        (0o600, 0o600, None),
        (0o644, 0o600, Some(0o644)),
        (0o700, 0o700, None),
        (0o640, 0o600, Some(0o640)),
    ];
    for (before, after, said) in table {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
        let saved = write_new(&path, ReadOnly::Refuse).unwrap();
        assert_eq!((mode(&path), saved.tightened_from), (after, said), "{before:o}");
    }
    assert_eq!(names(folder.path()), ["config.json"]);
}

#[test]
fn a_file_marked_read_only_is_written_only_by_force_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    assert!(write_new(&path, ReadOnly::Refuse).unwrap_err().to_string().contains("marked read-only"));
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(write_new(&path, ReadOnly::Write).unwrap().tightened_from, Some(0o444));
    assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"new".to_vec(), 0o400));
}

#[test]
fn links_stay_links_and_a_missing_folder_is_made_for_the_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (link, second) = (folder.path().join("a"), folder.path().join("b"));
    let real = folder.path().join("x/y/config.json");
    symlink("b", &link).unwrap();
    symlink(&real, &second).unwrap();
    assert_eq!(write_new(&link, ReadOnly::Refuse).unwrap().real, real);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("b"));
    assert_eq!(fs::read(&link).unwrap(), b"new");
    assert_eq!(
        (mode(&real), mode(&folder.path().join("x")), mode(&folder.path().join("x/y"))),
        (0o600, 0o700, 0o700)
    );
    symlink("c", folder.path().join("c")).unwrap();
    assert!(
        write_new(&folder.path().join("c"), ReadOnly::Refuse)
            .unwrap_err()
            .to_string()
            .contains("too many symbolic links")
    );
}

#[test]
fn what_somebody_wrote_in_between_is_read_and_edited_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, "1").unwrap();
    let mut append = |now: Option<&[u8]>| {
        let mut bytes = now.unwrap().to_vec();
        bytes.push(b'!');
        Ok::<_, FileError>(Outcome::Write(Zeroizing::new(bytes)))
    };
    let mut rivals = [b"2", b"3"].into_iter();
    let mut on_step = |step| {
        if step == Step::Synced
            && let Some(bytes) = rivals.next()
        {
            fs::write(&path, bytes).unwrap();
        }
    };
    save(&path, ReadOnly::Refuse, &mut append, &mut on_step).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"3!");
    assert_eq!(names(folder.path()), ["config.json"]);
}

#[test]
fn a_file_that_somebody_makes_at_the_last_moment_is_edited_and_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let mut append = |now: Option<&[u8]>| {
        let bytes = [now.unwrap_or_default(), b"!"].concat();
        Ok::<_, FileError>(Outcome::Write(Zeroizing::new(bytes)))
    };
    let mut on_step = |step| {
        if step == Step::Named && !path.exists() {
            fs::write(&path, "theirs").unwrap();
        }
    };
    save(&path, ReadOnly::Refuse, &mut append, &mut on_step).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "theirs!");
    assert_eq!(names(folder.path()), ["config.json"]);
}

#[test]
fn a_second_save_waits_for_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let held = Lock::of_folder(folder.path()).unwrap();
    assert!(held.is_held());
    let (tell, told) = std::sync::mpsc::channel();
    let second = std::thread::spawn(move || {
        let mut on_step = |step| tell.send(step).unwrap();
        let mut edit = |_: Option<&[u8]>| Ok::<_, FileError>(Outcome::Write(Zeroizing::new(b"new".to_vec())));
        save(&path, ReadOnly::Refuse, &mut edit, &mut on_step).unwrap();
    });
    let early = told.recv_timeout(std::time::Duration::from_millis(100));
    assert!(early.is_err(), "{early:?} in spite of the lock");
    drop(held);
    second.join().unwrap();
    assert_eq!(told.iter().collect::<Vec<_>>(), Step::ALL);
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    save(&path, ReadOnly::Refuse, &mut |_| Ok::<_, FileError>(Outcome::Same), &mut |_| {}).unwrap();
    assert_eq!(mode(&path), 0o444);
}

#[test]
fn a_leftover_of_a_killed_pullpass_goes_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    for name in [".config.json.pullpass-abc", ".auth.json.pullpass-abc", "config.json123"] {
        fs::write(folder.path().join(name), "secret").unwrap();
    }
    write_new(&path, ReadOnly::Refuse).unwrap();
    let mut left = names(folder.path());
    left.sort();
    assert_eq!(left, [".auth.json.pullpass-abc", "config.json", "config.json123"]);
}

#[test]
fn a_mounted_file_is_written_in_place_and_gets_shorter_or_longer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    let target = Target::find(&path).unwrap();
    for (before, after) in [("longer than that", "short"), ("short", "longer than that"), ("", "x")] {
        fs::write(&path, before).unwrap();
        assert!(target.write_in_place(before.as_bytes(), after.as_bytes()).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
        // Compared again under the lock of the file itself.
        assert!(!target.write_in_place(before.as_bytes(), b"lost").unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), after);
    }
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.age");
    write_ours(&path, |lock| swap(lock, &path, None, b"old".to_vec())).unwrap();
    let large = || vec![b'x'; (64 << 20) + 1];
    assert!(write_ours(&path, |lock| replace(lock, &path, large())).is_err());
    assert_eq!(fs::read(&path).unwrap(), b"old");
}

#[cfg(target_os = "linux")]
#[test]
fn what_hangs_on_a_file_stays_but_not_an_access_list() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, "old").unwrap();
    let value = |name: &str| {
        let mut value = [0; 64];
        getxattr(&path, name, &mut value[..]).map(|length| value[..length].to_vec()).ok()
    };
    // Version 2; the owner, user 65534 and the group may read, the mask lets them (`acl(5)`).
    let list: Vec<u8> =
        [(1, 6, u32::MAX), (2, 4, 65_534), (4, 0, u32::MAX), (16, 4, u32::MAX), (32, 0, u32::MAX)]
            .iter()
            .fold(vec![2, 0, 0, 0], |mut bytes, (tag, rights, id): &(u16, u16, u32)| {
                bytes.extend([tag.to_le_bytes(), rights.to_le_bytes()].concat());
                bytes.extend(id.to_le_bytes());
                bytes
            });
    if setxattr(&path, "user.note", b"jane's", XattrFlags::empty()).is_err() {
        println!("skipped: this file system has no attributes");
        return;
    }
    let has_lists = setxattr(&path, "system.posix_acl_access", &list, XattrFlags::empty()).is_ok();
    write_new(&path, ReadOnly::Refuse).unwrap();
    assert_eq!(value("user.note").as_deref(), Some(&b"jane's"[..]));
    assert_eq!(value("system.posix_acl_access"), None, "was there before: {has_lists}");
    assert_eq!(mode(&path), 0o600);
}

fn write_ours(path: &Path, write: impl FnOnce(&Lock) -> Result<(), FileError>) -> Result<(), FileError> {
    write(&Lock::of_file(&path.with_file_name("lock"))?)
}

#[test]
fn a_file_of_ours_is_replaced_whatever_it_is_now() {
    let folder = tempfile::tempdir().unwrap();
    let (link, path) = (folder.path().join("link"), folder.path().join("vault.age"));
    symlink(&path, &link).unwrap();
    fs::write(folder.path().join(".vault.age.pullpass-abc"), "left by a kill").unwrap();
    for before in [None, Some(0o644), Some(0o400)] {
        if let Some(mode) = before {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        write_ours(&path, |lock| replace(lock, &link, b"new".to_vec())).unwrap();
        let expected = if before == Some(0o400) { 0o400 } else { 0o600 };
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"new".to_vec(), expected), "{before:?}");
    }
    let mut left = names(folder.path());
    left.sort();
    assert_eq!(left, ["link", "lock", "vault.age"]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn a_file_of_ours_that_is_not_as_it_was_read_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.age");
    write_ours(&path, |lock| swap(lock, &path, None, b"1".to_vec())).unwrap();
    for before in [None, Some(&b"other"[..])] {
        let error = write_ours(&path, |lock| swap(lock, &path, before, b"2".to_vec())).unwrap_err();
        assert!(matches!(error, FileError::Overtaken(_)), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), b"1");
    write_ours(&path, |lock| swap(lock, &path, Some(b"1"), b"2".to_vec())).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"2");
}

#[test]
fn a_new_file_of_ours_gets_a_folder_and_takes_no_other_file_s_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/id");
    create(&path, b"key").unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert!(create(&path, b"other").is_err());
    assert_eq!(fs::read(&path).unwrap(), b"key");
    assert_eq!(names(path.parent().unwrap()), ["id"]);
}
