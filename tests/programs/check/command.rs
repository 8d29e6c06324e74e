//! `pullpass check` as a shell sees it: what it prints, its exit status, and what it remembers.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use pullpass::app::check::history;
use pullpass::check::flow::RealmPair;
use pullpass::check::verdict::Verdict;
use pullpass::credential::login::{LoginId, Store};
use pullpass::secret::Secret;
use pullpass::vault::init::{NewKey, init};
use serde_json::{Value, json};

use crate::support::home::{DOCKER, Home, PODMAN};
use crate::support::program::{Finished, pullpass, pullpass_with};
use crate::support::tokens::auth;
use crate::support::vault;

/// A port of this machine on which nothing listens.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server on this machine that answers each request by its first line and its login with a status line and a body. It
/// lives as long as the test program.
fn server(answer: impl Fn(&str, &str) -> (String, &'static str) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|connection| drop(serve(&connection, &answer)));
    });
    address
}

fn serve(
    mut connection: &TcpStream,
    answer: &impl Fn(&str, &str) -> (String, &'static str),
) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut proof = String::new();
    for line in lines {
        let line = line?;
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => value.clone_into(&mut proof),
            None => break,
            Some(_) => {}
        }
    }
    let (status, body) = answer(&first, &proof);
    let length = body.len();
    write!(connection, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// A registry that knows jane and her password.
fn registry() -> String {
    server(|first, proof| {
        let is_jane = *proof == format!("Basic {}", auth("jane", "hunter2"));
        let status = match (is_jane, first.contains("/manifests/missing")) {
            (true, false) => "200 OK",
            (true, true) => "404 Not Found",
            (false, _) => "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"",
        };
        (status.to_owned(), "")
    })
}

/// Files of a home: their paths and texts.
type Files<'a> = &'a [(&'a str, &'a str)];

#[test]
fn to_check_all_means_nothing_that_could_not_be_read() {
    let registry = registry();
    let podman = json!({"auths": {&registry: {"auth": auth("jane", "hunter2")}}}).to_string();
    let broken = "{\"auths\": {,";
    let entry = json!({"auths": {"r.example": {"auth": "%%%"}}}).to_string();
    let nothing = "nothing to check: no login has a secret that goes to a registry";
    let table: &[(Files<'_>, i32, usize, &[&str])] = &[
        (&[], 0, 0, &[nothing]),
        (&[(PODMAN, &podman)], 0, 1, &[]),
        (
            &[(DOCKER, broken)],
            1,
            0,
            &[".docker/config.json: line 1", nothing, "Not every login was checked."],
        ),
        (&[(DOCKER, broken), (PODMAN, &podman)], 1, 1, &[".docker/config.json: line 1", "Not every login"]),
        (&[(DOCKER, &entry), (PODMAN, &podman)], 1, 1, &["The entry r.example", "Not every login"]),
    ];
    for (files, status, lines, words) in table {
        let finished = check(&Home::with(files), &["--all"]);
        assert_eq!((finished.status, finished.stdout.lines().count()), (*status, *lines), "{finished:?}");
        assert_eq!(finished.stderr.is_empty(), words.is_empty(), "{finished:?}");
        assert!(words.iter().all(|words| finished.stderr.contains(words)), "{finished:?}");
    }
}

#[test]
fn what_a_person_said_of_a_token_service_is_remembered() {
    let service = server(|_, proof| {
        let is_jane = *proof == format!("Basic {}", auth("jane", "hunter2"));
        (if is_jane { "200 OK" } else { "401 Unauthorized" }.to_owned(), r#"{"token":"T"}"#)
    });
    let realm = format!("http://{service}");
    let wanted = format!("401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"{realm}/token\"");
    let registry =
        server(move |_, proof| (if proof == "Bearer T" { "200 OK".to_owned() } else { wanted.clone() }, ""));
    let home = Home::docker(&json!({"auths": {&registry: {"auth": auth("jane", "hunter2")}}}));
    let verdict = || {
        let finished = check(&home, &[&registry]);
        (finished.status, finished.stdout.split('\t').nth(2).unwrap_or_default().to_owned())
    };
    let state = home.file(".local/state/pullpass");
    let pair = RealmPair { registry: registry.clone(), realm: realm.clone() };
    let say = |allowed| history::change(&state, |memory| memory.choose(&pair, allowed)).unwrap();
    assert_eq!(verdict(), (1, "realm_blocked".to_owned()));
    let piped = check(&home, &[&registry]).stderr;
    assert!(
        piped.contains(&format!("--allow-realm {realm}")),
        "the flag is told without a terminal: {piped}"
    );
    say(true);
    assert_eq!(verdict(), (0, "verified".to_owned()));
    say(false);
    assert_eq!(verdict(), (1, "realm_blocked".to_owned()));
    let finished = check(&home, &[&registry, "--allow-realm", &realm]);
    assert_eq!(finished.status, 0, "{finished:?}");
}

#[test]
fn a_login_of_this_machine_s_own_registry_is_checked_over_the_network() {
    let registry = registry();
    let home =
        |password: &str| Home::docker(&json!({"auths": {&registry: {"auth": auth("jane", password)}}}));
    let image = |tag: &str| format!("{registry}/team/app:{tag}");
    let table = [
        ("hunter2", vec![registry.clone()], 0, "verified"),
        ("wrong", vec![registry.clone()], 4, "rejected"),
        ("hunter2", vec!["--image".to_owned(), image("1")], 0, "verified_pull_ok"),
        ("hunter2", vec!["--image".to_owned(), image("missing")], 4, "verified_not_found_or_no_access"),
    ];
    for (password, arguments, status, verdict) in table {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let finished = check(&home(password), &arguments);
        assert_eq!(finished.status, status, "{arguments:?}: {finished:?}");
        assert!(finished.stdout.contains(&format!("\t{verdict}\t")), "{finished:?}");
    }
}

fn home() -> (Home, String) {
    let registry = format!("127.0.0.1:{}", closed_port());
    let home = Home::docker(&json!({"auths": {
        &registry: {"auth": auth("jane", "hunter2")},
        "bad.example": {"auth": auth("jane", "hunter2\n")},
        "empty.example": {},
        "unreadable.example": {"auth": "%%%"},
    }}));
    (home, registry)
}

fn check(home: &Home, arguments: &[&str]) -> Finished {
    pullpass(home, &[&["check"], arguments].concat())
}

#[test]
fn each_result_is_a_line_with_tabs_and_the_gravest_is_the_exit_status() {
    let (home, registry) = home();
    let finished = check(&home, &[&registry]);
    assert_eq!(finished.status, 5, "{finished:?}");
    assert_eq!(finished.stderr, "pullpass: The login did not pass the check.\n");
    let columns: Vec<&str> = finished.stdout.trim_end().split('\t').collect();
    let file = home.file(".docker/config.json").display().to_string();
    assert_eq!(columns, [&registry, "jane", "unreachable", "the registry could not be reached", &file]);
    let finished = check(&home, &["bad.example"]);
    assert_eq!((finished.status, finished.stdout.contains("\tnot_sent\t")), (1, true), "{finished:?}");
    let finished = check(&home, &["--all"]);
    assert_eq!((finished.status, finished.stdout.lines().count()), (5, 2), "{finished:?}");
    let broken = "pullpass: The entry unreadable.example cannot be read; pullpass show unreadable.example says more, and \
                  what to do.\n";
    assert_eq!(finished.stderr, format!("{broken}pullpass: 2 of 2 logins did not pass the check.\n"));
}

#[test]
fn an_image_is_checked_with_every_login_that_a_tool_takes_for_it() {
    let host = format!("127.0.0.1:{}", closed_port());
    let login = |name: &str| (format!("{host}{name}"), json!({"auth": auth("jane", "hunter2")}));
    let logins = ["", "/team", "/team/app", "/te", "/other"].map(login);
    let podman = json!({"auths": logins.into_iter().collect::<serde_json::Map<_, _>>()}).to_string();
    let docker = json!({"auths": {&host: {"auth": auth("jane", "hunter2")}}}).to_string();
    let home = Home::with(&[(PODMAN, &podman), (DOCKER, &docker)]);
    let finished = check(&home, &["--image", &format!("{host}/team/app:1")]);
    let mut chosen: Vec<(&str, &str)> = finished
        .stdout
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            Some((columns.next()?, columns.next_back()?))
        })
        .collect();
    chosen.sort_unstable();
    // docker takes the host's, podman the most exact one of its own file.
    let repository = format!("{host}/team/app");
    let files = [DOCKER, PODMAN].map(|file| home.file(file).display().to_string());
    assert_eq!(chosen, [(&*host, &*files[0]), (&*repository, &*files[1])]);
}

#[test]
fn a_check_is_remembered_and_leaves_docker_s_file_alone() {
    let (home, registry) = home();
    let before = fs::read(home.file(".docker/config.json")).unwrap();
    check(&home, &[&registry]);
    let text = fs::read_to_string(home.file(".local/state/pullpass/checks.json")).unwrap();
    let memory: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(memory["checks"][0]["key"], json!(registry));
    assert_eq!(memory["checks"][0]["verdict"], json!("unreachable"));
    assert!(!text.contains("hunter2") && !text.contains("jane"), "{text}");
    assert_eq!(fs::read(home.file(".docker/config.json")).unwrap(), before);
}

#[test]
fn what_cannot_be_asked_is_said_before_anything_is_sent() {
    let (home, registry) = home();
    let table: &[(&[&str], i32, &str)] = &[
        (&[], 2, "no login was named"),
        (&["nowhere.example"], 3, "There is no login for nowhere.example."),
        (&["empty.example"], 1, "cannot be checked: there is no secret in it"),
        (&["empty.example"], 1, "pullpass show empty.example says more, and what to do."),
        (&["unreadable.example"], 1, "cannot be checked: the entry cannot be read"),
        (&["--image", "Not An Image"], 2, "is no image reference"),
        (&["--image", "quay.io/a/b", "nowhere.example"], 3, "There is no login for nowhere.example."),
        (&[&registry, "--image", "quay.io/a/b"], 2, "The image lies at quay.io"),
        (&["--rate-limit", "bad.example"], 2, "bad.example is not Docker Hub"),
        (&["--allow-realm", "a b", &registry], 2, "\"a b\" is no host"),
        (&["--all", &registry], 2, "cannot be used with"),
        (&["--all", "--demo"], 2, "the sample home's logins are not real"),
    ];
    for (arguments, status, words) in table {
        let finished = check(&home, arguments);
        assert_eq!((finished.status, &*finished.stdout), (*status, ""), "{arguments:?}: {finished:?}");
        assert!(finished.stderr.contains(words), "{arguments:?}: {finished:?}");
    }
}

#[test]
fn without_a_login_for_the_image_it_is_said_what_anybody_may_do() {
    let registry = server(|first, proof| {
        assert_eq!(proof, "", "there is nothing to send");
        let status = if first.contains("/team/open/") { "200 OK" } else { "401 Unauthorized" };
        (status.to_owned(), "")
    });
    let (home, _) = home();
    for (image, status, verdict, words) in
        [("team/open:1", 0, "public", ""), ("team/closed:1", 4, "not_public", "Without a login the image")]
    {
        let image = format!("{registry}/{image}");
        let finished = check(&home, &["--image", &image]);
        let line = format!("{registry}\t-\t{verdict}\t");
        assert!(finished.stdout.starts_with(&line) && finished.stderr.contains(words), "{finished:?}");
        let json: Value = serde_json::from_str(&check(&home, &["--image", &image, "--json"]).stdout).unwrap();
        let one = &json["checks"][0];
        assert_eq!((&one["verdict"], &one["store"]), (&json!(verdict), &json!("none")));
        assert_eq!(finished.status, status);
    }
    // There may be a login all the same, and docker may fail on it.
    let image = format!("{registry}/team/open:1");
    let entry = json!({"auths": {&registry: {"auth": "!"}}}).to_string();
    for (config, words) in [("{\"auths\": {,", "config.json: line 1"), (&*entry, "the entry cannot be read")]
    {
        let home = Home::with(&[(DOCKER, config)]);
        let finished = check(&home, &["--image", &image]);
        assert!(finished.status == 0 && finished.stderr.contains(words), "{finished:?}");
    }
    // Docker Hub is out of reach for a test: a way there that is closed shows that it would be asked.
    let proxy = format!("http://127.0.0.1:{}", closed_port());
    // An empty entry is no login.
    let empty = Home::docker(&json!({"auths": {"https://index.docker.io/v1/": {}}}));
    for home in [Home::empty(), empty] {
        let counted = pullpass_with(&home, &[("HTTPS_PROXY", &proxy)], &["check", "--rate-limit"]);
        assert_eq!(counted.status, 5, "{counted:?}");
        assert!(counted.stdout.starts_with("docker.io\t-\tunreachable\t"), "{counted:?}");
    }
}

#[test]
fn a_home_without_logins_has_nothing_to_check() {
    let finished = check(&Home::empty(), &["--all"]);
    assert_eq!((finished.status, &*finished.stdout), (0, ""), "{finished:?}");
}

#[test]
fn a_secret_of_the_vault_is_checked_by_its_name() {
    let registry = registry();
    let home = Home::docker(&json!({"auths": {&registry: {"auth": auth("jane", "wrong")}}}));
    let vault = vault::make(&home);
    vault.add(vault::record("robot", &registry, "jane", "hunter2")).unwrap();
    vault.add(vault::record("old-robot", &registry, "bot", "hunter2")).unwrap();
    let robot = check(&home, &["robot"]);
    assert_eq!(robot.status, 0, "{robot:?}");
    assert!(robot.stdout.starts_with(&format!("{registry}\tjane\tverified\t")), "{robot:?}");
    // The name of a registry means what tools use, not what only lies in the vault.
    let tools = check(&home, &[&registry]);
    assert_eq!((tools.status, tools.stdout.lines().count()), (4, 1), "{tools:?}");
    let all = check(&home, &["--all"]);
    let verdicts: Vec<_> = all.stdout.lines().map(|line| line.split('\t').nth(2).unwrap()).collect();
    assert_eq!(all.status, 4);
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "verified").count(), 1, "{all:?}");
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "rejected").count(), 2, "{all:?}");
    // Each of them is remembered by itself, though they share a key.
    let memory = history::Memory::read(&home.file(".local/state/pullpass"));
    let source = home.file(vault::VAULT).display().to_string();
    let last = |name: &str| {
        let store = Store::Vault(name.into());
        let id = LoginId { source: source.as_str().into(), key: registry.as_str().into(), store };
        memory.last(&id).and_then(history::Remembered::verdict)
    };
    assert_eq!((last("robot"), last("old-robot")), (Some(Verdict::Verified), Some(Verdict::Rejected)));
    let json: Value = serde_json::from_str(&check(&home, &["robot", "--json"]).stdout).unwrap();
    assert_eq!((&json["checks"][0]["name"], &json["checks"][0]["store"]), (&json!("robot"), &json!("vault")));
    let nobody = check(&home, &["nobody"]);
    assert_eq!(nobody.status, 3, "{nobody:?}");
}

#[test]
fn a_locked_vault_is_named_where_it_may_have_the_secret() {
    let home = Home::empty();
    let never = std::time::Duration::ZERO;
    let passphrase = NewKey::Passphrase(Secret::from_text("correct horse".into()));
    init(&home.settings(&[]).vault, passphrase, never).unwrap();
    let robot = check(&home, &["robot"]);
    assert_eq!(robot.status, 6, "{robot:?}");
    assert!(robot.stderr.contains("A secret may have that name."), "{robot:?}");
    assert!(robot.stderr.contains("pullpass vault unlock"), "{robot:?}");
}
