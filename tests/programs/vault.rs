//! The vault as its users meet it: the real programs on a home of their own, Debian's `age` beside them, and a file
//! that somebody cut, changed or sealed for another.

use std::fs;
use std::time::{Duration, Instant};

use pullpass::credential::Credential;
use pullpass::secret::Secret;
use pullpass::settings::VaultSettings;
use pullpass::vault::document::Recipient;
use pullpass::vault::error::VaultError;
use pullpass::vault::init::{self, NewKey};
use pullpass::vault::record::Record;
use pullpass::vault::{Opened, Vault};

use crate::support::peer::{Peer, has};
use crate::support::vault_home::{Home, PASSPHRASE, Ran};

/// Looked for in whatever a run leaves behind.
const MARKER: &str = "hunter2-MARKER-pässword";

fn login(key: &str, secret: &str) -> String {
    format!(r#"{{"ServerURL":"{key}","Username":"jane","Secret":"{secret}"}}"#)
}

/// A vault in the library, with an identity file.
fn library_vault(home: &Home) -> (VaultSettings, Vault) {
    let settings = VaultSettings { file: Some(home.path("data/vault.age")), ..VaultSettings::default() };
    let vault =
        init::init(&settings, NewKey::IdentityFile(home.path("id")), Duration::ZERO).expect("a new vault");
    (settings, vault)
}

fn record(name: &str, secret: &str) -> Record {
    let now = "2026-11-20T10:00:00Z".parse().unwrap();
    let mut record = Record::new(
        name.to_owned(),
        format!("{name}.example.com"),
        Credential::new("jane", Secret::from_text(secret.to_owned())),
        now,
    );
    record.is_login = true;
    record
}

#[test]
fn docker_login_fills_the_vault_and_docker_logout_empties_it() {
    let home = Home::with_identity();
    let helper = |action: &str, stdin: &str| home.helper(action, stdin);
    assert_eq!(helper("list", ""), Ran::of(0, "{}\n"));
    assert_eq!(helper("get", "ghcr.io"), Ran::of(1, "credentials not found in native keychain\n"));
    assert_eq!(helper("store", &login("ghcr.io", "p<1>")), Ran::of(0, ""));
    assert_eq!(helper("store", &login("ghcr.io", "p<2>")), Ran::of(0, ""));
    assert_eq!(
        helper("get", "ghcr.io\n"),
        Ran::of(0, "{\"ServerURL\":\"ghcr.io\",\"Username\":\"jane\",\"Secret\":\"p\\u003c2\\u003e\"}\n")
    );
    assert_eq!(helper("list", ""), Ran::of(0, "{\"ghcr.io\":\"jane\"}\n"));
    assert!(home.pullpass(&["vault", "status"], "").stdout.contains("secrets    1\n"));
    assert_eq!(helper("erase", "ghcr.io"), Ran::of(0, ""));
    assert_eq!(helper("erase", "ghcr.io"), Ran::of(0, ""));
    assert_eq!(helper("list", ""), Ran::of(0, "{}\n"));
}

#[test]
fn a_login_of_the_vault_is_shown_without_running_the_helper() {
    let home = Home::with_identity();
    home.helper("store", &login("ghcr.io", MARKER));
    let config = r#"{"auths":{"ghcr.io":{}},"credHelpers":{"ghcr.io":"pullpass"}}"#;
    fs::create_dir_all(home.path(".docker")).unwrap();
    fs::write(home.path(".docker/config.json"), config).unwrap();
    // PATH leads nowhere, so nothing can be run.
    let shown =
        home.command("pullpass", &["show", "ghcr.io", "--reveal"]).env("PATH", "/nowhere").output().unwrap();
    assert!(String::from_utf8_lossy(&shown.stdout).contains(MARKER), "{shown:?}");
}

#[test]
fn without_a_vault_nothing_is_found_and_nothing_is_kept() {
    let home = Home::new();
    assert_eq!(home.helper("get", "r"), Ran::of(1, "credentials not found in native keychain\n"));
    assert_eq!(home.helper("list", ""), Ran::of(0, "{}\n"));
    assert_eq!(home.helper("erase", "r"), Ran::of(0, ""));
    let refused = home.helper("store", &login("r", "s"));
    assert_eq!(refused, Ran::of(1, "There is no vault yet. Make one: pullpass vault init\n"));
    assert_eq!(home.pullpass(&["vault", "status"], "").exit, 3);
    assert!(!home.path("data").exists(), "a question made a folder");
}

#[test]
fn without_a_bus_the_passphrase_way_is_taken_and_said_once() {
    let home = Home::new();
    let made = home.pullpass(&["vault", "init", "--passphrase-stdin", "--for", "0"], PASSPHRASE);
    assert_eq!((made.exit, made.stderr.matches("session bus").count()), (0, 1), "{made:?}");
    assert!(made.stdout.contains("passphrase") && home.path("data/key.age").exists());
    let again = home.pullpass(&["vault", "init", "--passphrase-stdin"], PASSPHRASE);
    assert_eq!(again.exit, 1);
    assert!(again.stderr.contains("is there already"), "{again:?}");
}

/// A session of its own has no terminal, whoever runs the tests.
#[test]
#[cfg(target_os = "linux")]
fn without_a_terminal_the_passphrase_can_be_piped_in() {
    let home = Home::with_passphrase();
    home.pullpass(&["vault", "lock"], "");
    let asked = home.system("setsid", &["-w", env!("CARGO_BIN_EXE_pullpass"), "vault", "unlock"]);
    assert_eq!(asked.exit, 2);
    assert!(asked.stderr.contains("Pipe it in with --passphrase-stdin."), "{asked:?}");
}

#[test]
fn a_locked_vault_is_one_line_for_docker_and_status_6_for_scripts() {
    let home = Home::with_passphrase();
    home.pullpass(&["vault", "lock"], "");
    // A vault that was made elsewhere: nothing here says which logins it has.
    fs::remove_file(home.path(".local/state/pullpass/kept.json")).unwrap();
    let start = Instant::now();
    let locked = Ran::of(1, "The vault is locked. Unlock it: pullpass vault unlock\n");
    for (action, stdin) in [("get", "r"), ("list", ""), ("erase", "r"), ("store", &login("r", "s"))] {
        assert_eq!(home.helper(action, stdin), locked, "{action}");
    }
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(home.pullpass(&["vault", "recipients", "list"], "").exit, 6);
    let status = home.pullpass(&["vault", "status", "--json"], "");
    let json: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!((status.exit, &json["state"], &json["key"]), (6, &"locked".into(), &"passphrase".into()));
    assert_eq!(home.pullpass(&["vault", "unlock", "--passphrase-stdin"], "wrong horse\n").exit, 6);
}

#[test]
fn the_kernel_keeps_the_key_until_its_time_is_over() {
    let home = Home::with_passphrase();
    let unlocked = home.pullpass(&["vault", "unlock", "--passphrase-stdin", "--for", "2s"], PASSPHRASE);
    if unlocked.stderr.contains("not kept") {
        println!("skipped: {}", unlocked.stderr);
        return;
    }
    assert_eq!(unlocked.exit, 0, "{unlocked:?}");
    assert_eq!(home.helper("store", &login("r", "s")), Ran::of(0, ""));
    let start = Instant::now();
    while home.helper("list", "").exit == 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "the key has no end");
        std::thread::sleep(Duration::from_millis(50));
    }
    // The vault was made with --for 0, and without a time nothing keeps the key.
    assert_eq!(home.pullpass(&["vault", "unlock", "--passphrase-stdin"], PASSPHRASE).exit, 1);
    assert_eq!(home.helper("list", "").exit, 1);
    assert_eq!(home.pullpass(&["vault", "unlock", "--passphrase-stdin", "--for", "1h"], PASSPHRASE).exit, 0);
    assert_eq!(home.helper("list", ""), Ran::of(0, "{\"r\":\"jane\"}\n"));
    assert_eq!(home.pullpass(&["vault", "lock"], "").stdout, "The vault is locked.\n");
    assert_eq!(home.helper("list", "").exit, 1);
}

#[test]
fn debians_age_opens_the_vault_and_its_key() {
    if !has(&["age", "age-keygen"]) {
        return;
    }
    let home = Home::with_identity();
    home.helper("store", &login("ghcr.io", MARKER));
    let opened = home.age(&["-d", "-i", "id", "data/vault.age"]);
    let json: serde_json::Value = serde_json::from_str(&opened.stdout).unwrap();
    assert_eq!(json["records"][0]["password"], MARKER);

    assert_eq!(home.age_keygen(&["-o", "mate"]).exit, 0);
    let mate = home.age_keygen(&["-y", "mate"]).stdout.trim().to_owned();
    assert_ne!(home.age(&["-d", "-i", "mate", "data/vault.age"]).exit, 0);
    assert_eq!(home.pullpass(&["vault", "recipients", "add", &mate, "Mate"], "").exit, 0);
    assert!(home.age(&["-d", "-i", "mate", "data/vault.age"]).stdout.contains(MARKER));
    assert!(home.pullpass(&["vault", "recipients", "list"], "").stdout.contains(&format!("{mate}\tMate\n")));
    // The mate's pullpass has no vault.json of its own to go by.
    let mut listing = home.command("docker-credential-pullpass", &["list"]);
    listing.env("PULLPASS_IDENTITY", home.path("mate"));
    fs::rename(home.path("data/vault.json"), home.path("aside")).unwrap();
    assert_eq!(crate::support::vault_home::finish(listing, ""), Ran::of(0, "{\"ghcr.io\":\"jane\"}\n"));
    fs::rename(home.path("aside"), home.path("data/vault.json")).unwrap();
    assert_eq!(home.pullpass(&["vault", "recipients", "remove", &mate], "").exit, 0);
    assert_ne!(home.age(&["-d", "-i", "mate", "data/vault.age"]).exit, 0);
    assert_eq!(home.age(&["-d", "-i", "id", "data/vault.age"]).exit, 0);
}

#[test]
fn the_own_key_cannot_be_taken_away() {
    let home = Home::with_identity();
    let list = home.pullpass(&["vault", "recipients", "list"], "").stdout;
    let own = list.split('\t').next().unwrap();
    let before = fs::read(home.path("data/vault.age")).unwrap();
    let refused = home.pullpass(&["vault", "recipients", "remove", own], "");
    assert_eq!(refused.exit, 1);
    assert!(refused.stderr.contains("your own key"), "{refused:?}");
    assert_eq!(home.pullpass(&["vault", "recipients", "add", "age1nonsense"], "").exit, 2);
    assert_eq!(fs::read(home.path("data/vault.age")).unwrap(), before);
}

/// Every read and every write fails in words, and the file is left as it is.
fn is_refused(settings: &VaultSettings, bytes: &[u8], what: &str) {
    let path = settings.file.as_ref().unwrap();
    fs::write(path, bytes).unwrap();
    let vault = Vault::open(settings).unwrap();
    let read = vault.read().expect_err(what);
    let written = vault.add(record("new", "s")).expect_err(what);
    for error in [read, written] {
        let words = error.to_string();
        assert!(words.contains("vault.age") && words.contains("damaged"), "{what}: {words}");
    }
    assert_eq!(fs::read(path).unwrap(), bytes, "{what}: the file was touched");
    let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 3, "{what}: vault.age, vault.json and vault.lock, and no more");
}

#[test]
fn a_damaged_vault_is_refused_and_left_as_it_is() {
    let home = Home::new();
    let (settings, vault) = library_vault(&home);
    // More than one of age's 64 KiB pieces.
    vault.change(|document| document.add(record("big", &"x".repeat(70_000)))).unwrap();
    let path = settings.file.clone().unwrap();
    let whole = fs::read(&path).unwrap();
    let header = 1 + whole.windows(5).position(|part| part == b"\n--- ").unwrap();
    let body = header + whole[header..].iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let second = body + 16 + 64 * 1024 + 16;
    let places =
        [0, 1, 21, 22, 30, header, header + 10, body, body + 8, body + 16, body + 17, second, second + 1];
    for at in places.into_iter().chain([whole.len() - 17, whole.len() - 16, whole.len() - 1]) {
        is_refused(&settings, &whole[..at], &format!("cut to {at}"));
        for bit in [0, 5, 7] {
            let mut changed = whole.clone();
            changed[at] ^= 1 << bit;
            is_refused(&settings, &changed, &format!("bit {bit} of byte {at}"));
        }
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(vault.list().unwrap().len(), 1);
}

#[test]
fn a_damaged_vault_is_not_said_to_be_open() {
    let home = Home::with_passphrase();
    fs::write(home.path("data/vault.age"), "age-encryption.org/v1\n").unwrap();
    let unlocked = home.pullpass(&["vault", "unlock", "--passphrase-stdin", "--for", "5m"], PASSPHRASE);
    assert_eq!((unlocked.exit, &*unlocked.stdout), (1, ""), "{unlocked:?}");
    assert!(unlocked.stderr.contains("is damaged"), "{unlocked:?}");
}

#[test]
fn another_key_opens_nothing() {
    let home = Home::new();
    let (settings, vault) = library_vault(&home);
    vault.add(record("one", "s")).unwrap();
    let stranger = Home::new();
    let (other, _) = library_vault(&stranger);
    let settings = VaultSettings { identity: Some(stranger.path("id")), ..settings };
    let before = fs::read(settings.file.as_ref().unwrap()).unwrap();
    let Some(Opened::Open(wrong)) = Vault::find(&settings).unwrap() else { panic!("no key was asked for") };
    assert!(matches!(wrong.read(), Err(VaultError::OtherKeys(_))));
    assert!(wrong.add(record("two", "s")).is_err());
    assert_eq!(fs::read(settings.file.as_ref().unwrap()).unwrap(), before);
    // Once added, the stranger is none.
    let public = Vault::open(&other).unwrap().public_key();
    vault.add_recipient(Recipient::new(&public, "").unwrap()).unwrap();
    wrong.add(record("two", "s")).unwrap();
    assert_eq!(vault.list().unwrap().len(), 2);
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let home = Home::with_identity();
    let (writers, each) = (4, 10);
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let home = &home;
            scope.spawn(move || {
                for at in 0..each {
                    let key = format!("w{writer}-{at}.example.com");
                    assert_eq!(home.helper("store", &login(&key, "s")), Ran::of(0, ""), "{key}");
                }
            });
        }
    });
    let list: serde_json::Value = serde_json::from_str(&home.helper("list", "").stdout).unwrap();
    assert_eq!(list.as_object().unwrap().len(), writers * each);
}

#[test]
fn no_secret_is_left_in_files_outputs_or_the_process_table() {
    let home = Home::with_passphrase();
    assert_eq!(home.pullpass(&["vault", "unlock", "--passphrase-stdin", "--for", "5m"], PASSPHRASE).exit, 0);
    // While a store waits for the end of its input, the secret is inside already.
    let mut waiting = home.spawn("docker-credential-pullpass", &["store"]);
    waiting.write(&login("marked.example.com", MARKER));
    for file in ["environ", "cmdline"] {
        let shown = fs::read(format!("/proc/{}/{file}", waiting.id())).unwrap_or_default();
        assert!(!contains(&shown, MARKER) && !contains(&shown, PASSPHRASE.trim()), "{file}");
    }
    assert_eq!(waiting.finish(), Ran::of(0, ""));
    assert!(home.helper("get", "marked.example.com").stdout.contains(MARKER), "it was not kept");
    let runs = [
        home.helper("list", ""),
        home.pullpass(&["vault", "status"], ""),
        home.pullpass(&["vault", "status", "--json"], ""),
    ];
    for ran in runs {
        assert!(!ran.stdout.contains(MARKER) && !ran.stderr.contains(MARKER));
    }
    home.pullpass(&["vault", "lock"], "");
    let mut files = 0;
    for path in home.files() {
        files += 1;
        let bytes = fs::read(&path).unwrap();
        for secret in [MARKER, PASSPHRASE.trim(), "AGE-SECRET-KEY"] {
            assert!(!contains(&bytes, secret), "{secret} is in {}", path.display());
        }
    }
    assert_eq!(files, 5, "kept.json, vault.age, vault.json, vault.lock, key.age: {:?}", home.files());
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_real_keyring_keeps_the_key_and_a_locked_one_is_an_answer() {
    if !has(&["dbus-run-session", "dbus-send", "gnome-keyring-daemon", "secret-tool"]) {
        return;
    }
    let peer = Peer::start("secretservice.sh", &[]);
    let mut home = Home::new();
    home.variables.clone_from(&peer.variables);
    let made = home.pullpass(&["vault", "init"], "");
    assert_eq!(made.exit, 0, "{made:?}");
    assert!(made.stdout.contains("keyring") && !home.path("data/key.age").exists(), "{made:?}");
    assert_eq!(home.helper("store", &login("ghcr.io", "s")), Ran::of(0, ""));
    assert_eq!(home.helper("list", ""), Ran::of(0, "{\"ghcr.io\":\"jane\"}\n"));

    // The attributes of the keyring project: its crates and others' programs find the key by them.
    let status: serde_json::Value =
        serde_json::from_str(&home.pullpass(&["vault", "status", "--json"], "").stdout).unwrap();
    let public = status["public_key"].as_str().unwrap();
    let found = home.system("secret-tool", &["lookup", "service", "pullpass", "username", public]);
    assert!(found.stdout.contains("AGE-SECRET-KEY-1"), "{}", found.exit);

    let open = home.pullpass(&["vault", "lock"], "");
    assert!(open.exit == 1 && open.stderr.contains("It is locked with the keyring"), "{open:?}");
    let lock = home.system(
        "dbus-send",
        &[
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        ],
    );
    assert_eq!(lock.exit, 0, "{lock:?}");
    let start = Instant::now();
    let locked =
        "The vault is locked: the session's keyring is locked. Unlock the keyring: pullpass vault unlock\n";
    assert_eq!(home.helper("get", "ghcr.io"), Ran::of(1, locked));
    assert!(start.elapsed() < Duration::from_secs(5));
    let asked = home.pullpass(&["vault", "unlock"], "");
    assert!(asked.exit == 6 && asked.stderr.contains("cannot be shown here"), "{asked:?}");

    home.variables.clear();
    let away = home.helper("get", "ghcr.io");
    assert!(away.exit == 1 && away.stdout.lines().count() == 1, "{away:?}");
    assert!(away.stdout.contains("session bus"), "{away:?}");
}

#[test]
fn a_thousand_secrets_are_no_burden() {
    let home = Home::new();
    let (_, vault) = library_vault(&home);
    let fill = |document: &mut pullpass::vault::document::Document| {
        (0..1_000).try_for_each(|at| document.add(record(&format!("secret-{at}"), &"x".repeat(100))))
    };
    vault.change(fill).unwrap();
    let start = Instant::now();
    vault.change(|document| document.remove("secret-500")).unwrap();
    // Without optimisation and beside other tests; `benches/vault.py` has the figures.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(vault.list().unwrap().len(), 999);
}

#[test]
fn a_vault_is_made_for_the_key_that_the_environment_names() {
    let mut home = Home::new();
    let id = home.path("my-id").display().to_string();
    home.variables.push(("PULLPASS_IDENTITY".into(), id.clone()));
    let made = home.pullpass(&["vault", "init"], "");
    assert!(made.exit == 0 && made.stdout.contains(&id), "{made:?}");
    assert!(home.pullpass(&["vault", "status"], "").stdout.starts_with("state      open\n"));
}
