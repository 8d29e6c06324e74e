//! What goes wrong around a save: a kill at every step, a full disk, folders and files that cannot be written, mounts,
//! and other programs that write the same file.
//!
//! Mounting takes root, as in CI. Elsewhere those tests say so and pass.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use pullpass::config::default_store::Machine;
use pullpass::config::edit_refused::EditError;
use pullpass::config::locate::Format;
use pullpass::config::plan::{EditContext, Intent};
use pullpass::config::planning;
use pullpass::credential::Credential;
use pullpass::credential::content::Content;
use pullpass::error::Result;
use pullpass::file::save::{Outcome, ReadOnly, Saved, Step, save};
use pullpass::secret::Secret;
use tempfile::TempDir;

use crate::support::itself::alone;

const OLD: &str = "{\n  \"auths\": {\n    \"a.io\": { \"auth\": \"YTpi\" }\n  }\n}\n";

/// base64 of `u:marker-hunter2`.
const MARKER: &str = "dTptYXJrZXItaHVudGVyMg==";

/// Says why a test does not run; in CI it must.
fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}: required in CI");
    println!("skipped: {why}");
}

fn add_marker(path: &Path, on_step: &mut dyn FnMut(Step)) -> Result<Saved> {
    let content = Content::Basic(Credential::new("u", Secret::from_text("marker-hunter2".into())));
    let intent = Intent::Set { key: "r.io".into(), content };
    let around = EditContext { format: Format::Docker, machine: Machine::default() };
    let mut edit = |bytes: Option<&[u8]>| {
        let plan = planning::plan(bytes, &intent, &around)
            .map_err(|why| EditError { file: "the file".into(), why })?;
        Ok(Outcome::Write(plan.apply(bytes.unwrap_or_default())))
    };
    save(path, ReadOnly::Refuse, &mut edit, on_step)
}

fn new() -> String {
    OLD.replace("}\n  }", &format!("}},\n    \"r.io\": {{ \"auth\": \"{MARKER}\" }}\n  }}"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// A folder with the old file in it.
fn folder_with_file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs::write(&path, OLD).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    (folder, path)
}

/// Not a test of its own: the next one runs it in a process that it kills.
#[test]
#[ignore = "run by another test"]
fn a_save_that_is_killed() {
    let path = PathBuf::from(std::env::var_os("PULLPASS_TEST_FILE").unwrap());
    let last = std::env::var("PULLPASS_TEST_STEP").unwrap();
    let mut on_step = |step: Step| {
        if format!("{step:?}") == last {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
    };
    add_marker(&path, &mut on_step).unwrap();
}

#[test]
fn a_kill_at_any_step_leaves_the_old_file_or_the_new_one() {
    for step in Step::ALL {
        let (folder, path) = folder_with_file();
        let command = alone(module_path!(), "a_save_that_is_killed");
        let child = Command::new(&command[0])
            .args(&command[1..])
            .env("PULLPASS_TEST_FILE", &path)
            .env("PULLPASS_TEST_STEP", format!("{step:?}"))
            .output()
            .unwrap();
        assert_eq!(child.status.signal(), Some(9), "{step:?}: {}", String::from_utf8_lossy(&child.stdout));
        let renamed = matches!(step, Step::Renamed | Step::Done);
        assert_eq!(fs::read_to_string(&path).unwrap(), if renamed { new() } else { OLD.into() }, "{step:?}");
        // Between naming and renaming, and only there, the new file is beside the old one.
        let left: Vec<_> = names(folder.path()).into_iter().filter(|name| name != "config.json").collect();
        assert_eq!(left.len(), usize::from(step == Step::Named), "{step:?}: {left:?}");
        for name in left {
            assert_eq!(fs::metadata(folder.path().join(name)).unwrap().mode() & 0o777, 0o600);
        }
        // The next save works, and takes away what was left.
        add_marker(&path, &mut |_| {}).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), new(), "{step:?}");
        assert_eq!(names(folder.path()), ["config.json"], "{step:?}");
    }
}

/// A mount that ends with this value.
struct Mount {
    at: PathBuf,
}

impl Mount {
    /// `None` where this process may not mount.
    fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, at: &Path) -> Option<Self> {
        let mounted = Command::new("mount").args(arguments).arg(at).stderr(Stdio::null()).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { at: at.to_owned() });
        }
        skip("this process may not mount");
        None
    }

    fn tmpfs(options: &str, at: &Path) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        Self::new(["-t", "tmpfs", "-o", options, "pullpass-test"], at)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.at).status().ok();
    }
}

/// Fills a file system until not a byte more fits.
fn fill(folder: &Path) {
    let mut file = fs::File::create(folder.join("filler")).unwrap();
    while file.write_all(&[b'x'; 512]).is_ok() {}
}

#[test]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let disk = home.path().join("disk");
    let Some(_mount) = Mount::tmpfs("size=64k", &disk) else { return };
    let path = disk.join("config.json");
    fs::write(&path, OLD).unwrap();
    fill(&disk);
    let error = add_marker(&path, &mut |_| {}).unwrap_err();
    assert!(error.what.contains("no space left on device"), "{}", error.what);
    assert_eq!(error.hints, ["The disk is full. The file is as it was."]);
    assert_eq!(fs::read_to_string(&path).unwrap(), OLD);
    let mut left = names(&disk);
    left.sort();
    assert_eq!(left, ["config.json", "filler"]);
}

#[test]
fn a_folder_that_cannot_be_written_leaves_the_old_file() {
    let home = tempfile::tempdir().unwrap();
    let disk = home.path().join("disk");
    let Some(_mount) = Mount::tmpfs("size=64k", &disk) else { return };
    let path = disk.join("config.json");
    fs::write(&path, OLD).unwrap();
    assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&disk).status().unwrap().success());
    let error = add_marker(&path, &mut |_| {}).unwrap_err();
    assert!(error.what.contains("read-only file system"), "{}", error.what);
    assert!(error.hints[0].contains("The folder must be writable"), "{:?}", error.hints);
    assert_eq!(fs::read_to_string(&path).unwrap(), OLD);
}

#[test]
fn a_link_to_another_file_system_stays_and_its_target_is_replaced() {
    let home = tempfile::tempdir().unwrap();
    let disk = home.path().join("disk");
    let Some(_mount) = Mount::tmpfs("size=1m", &disk) else { return };
    let (link, real) = (home.path().join("config.json"), disk.join("real.json"));
    fs::write(&real, OLD).unwrap();
    symlink(&real, &link).unwrap();
    let before = fs::metadata(&real).unwrap().ino();
    let saved = add_marker(&link, &mut |_| {}).unwrap();
    assert_eq!((saved.real, saved.in_place), (real.clone(), false));
    assert_eq!(fs::read_link(&link).unwrap(), real);
    assert_eq!(fs::read_to_string(&real).unwrap(), new());
    assert_ne!(fs::metadata(&real).unwrap().ino(), before, "written over, not replaced");
    assert_eq!(names(&disk), ["real.json"]);
}

#[test]
fn a_mounted_file_is_written_in_place() {
    let (folder, path) = folder_with_file();
    let other = tempfile::tempdir().unwrap();
    let source = other.path().join("mounted.json");
    fs::write(&source, OLD).unwrap();
    let Some(_mount) = Mount::new([OsStr::new("--bind"), source.as_os_str()], &path) else { return };
    let saved = add_marker(&path, &mut |_| {}).unwrap();
    assert!(saved.in_place);
    assert_eq!(fs::read_to_string(&source).unwrap(), new());
    assert_eq!(names(folder.path()), ["config.json"]);
    assert_eq!(fs::metadata(&source).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_mounted_file_on_a_full_disk_keeps_its_bytes() {
    let (folder, path) = folder_with_file();
    let disk = folder.path().join("disk");
    let Some(_disk) = Mount::tmpfs("size=64k", &disk) else { return };
    let source = disk.join("mounted.json");
    // A whole number of pages, so that one byte more takes another page.
    let old = OLD.trim_end().to_owned() + &" ".repeat(4095 - OLD.trim_end().len()) + "\n";
    fs::write(&source, &old).unwrap();
    fill(&disk);
    let Some(_mount) = Mount::new([OsStr::new("--bind"), source.as_os_str()], &path) else { return };
    let error = add_marker(&path, &mut |_| {}).unwrap_err();
    assert!(error.what.contains("no space left on device"), "{}", error.what);
    assert_eq!(fs::read_to_string(&source).unwrap(), old);
}

/// How often each program writes.
fn rounds() -> usize {
    if std::env::var_os("CI").is_some() { 200 } else { 30 }
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        skip(&format!("{program} is not installed"));
    }
    found
}

/// A registry that takes every login.
fn registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.unwrap()));
        }
    });
    address
}

fn answer(mut stream: TcpStream) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(std::result::Result::ok);
    loop {
        let head: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        if head.is_empty() {
            return;
        }
        let known = head.iter().any(|line| line.to_lowercase().starts_with("authorization:"));
        let status =
            if known { "200 OK" } else { "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"test\"" };
        let reply = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

fn with_stdin(mut command: Command, stdin: &str) -> Child {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child
}

fn ends_well(mut child: Child) {
    let mut said = String::new();
    let status = child.wait().unwrap();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(status.success(), "{said}");
}

/// `pullpass add` in a home of its own.
fn pullpass(home: &Path, auth_file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullpass"));
    command.env_clear().env("HOME", home).env("REGISTRY_AUTH_FILE", auth_file);
    command.args(["add", "--to", "podman", "--plain", "--yes", "--password-stdin", "--username", "u"]);
    command
}

fn podman_login(program: &str, home: &Path, auth_file: &Path, key: &str) -> Command {
    let mut command = Command::new(program);
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home);
    command.args(["login", "--tls-verify=false", "--username", "u", "--password-stdin", "--authfile"]);
    command.arg(auth_file).arg(key);
    command
}

#[test]
fn three_programs_that_write_at_once_lose_no_entry_of_ours() {
    if !has("podman") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("auth.json");
    let registry = registry();
    std::thread::scope(|scope| {
        for name in ["one", "two"] {
            let (home, file) = (home.path(), &file);
            scope.spawn(move || {
                for round in 0..rounds() {
                    let mut command = pullpass(home, file);
                    command.args(["--registry", &format!("{name}-{round}.example.com")]);
                    ends_well(with_stdin(command, "p"));
                }
            });
        }
        scope.spawn(|| {
            for round in 0..rounds() {
                let key = format!("{registry}/n{round}");
                ends_well(with_stdin(podman_login("podman", home.path(), &file, &key), "p"));
            }
        });
    });
    let text = fs::read_to_string(&file).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let lost: Vec<_> = ["one", "two"]
        .iter()
        .flat_map(|name| (0..rounds()).map(move |round| format!("{name}-{round}.example.com")))
        .filter(|key| json["auths"][key]["auth"] != "dTpw")
        .collect();
    assert!(lost.is_empty(), "lost {lost:?}");
    let podmans = json["auths"].as_object().unwrap().keys().filter(|key| key.starts_with(&registry)).count();
    // Between our last look and our rename podman may still write: next to never.
    assert!(podmans * 10 > rounds() * 9, "podman has {podmans} of its entries");
    let left = names(home.path()).into_iter().filter(|name| name.contains("pullpass")).count();
    assert_eq!(left, 0);
}

#[test]
fn podman_and_skopeo_read_what_pullpass_wrote_and_the_other_way_round() {
    for program in ["podman", "skopeo"] {
        if !has(program) {
            continue;
        }
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("auth.json");
        let registry = registry();
        let mut command = pullpass(home.path(), &file);
        command.args(["--registry", "reg.example.com/team"]);
        ends_well(with_stdin(command, "p<&>ä:1"));
        let key = format!("{registry}/team");
        ends_well(with_stdin(podman_login(program, home.path(), &file, &key), "theirs"));
        let got = Command::new(program)
            .args(["login", "--get-login", "--authfile"])
            .arg(&file)
            .arg("reg.example.com/team")
            .env("HOME", home.path())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&got.stdout).trim(), "u", "{program}");
        for (key, password) in [(key.as_str(), "theirs"), ("reg.example.com/team", "p<&>ä:1")] {
            let mut show = Command::new(env!("CARGO_BIN_EXE_pullpass"));
            show.env_clear().env("HOME", home.path()).env("REGISTRY_AUTH_FILE", &file);
            let shown = show.args(["show", key, "--reveal"]).output().unwrap();
            let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
            assert!(shown.contains(&format!("reveal    {password}\n")), "{program}: {shown}");
        }
    }
}
