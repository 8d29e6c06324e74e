//! docker's own client beside `docker-credential-pullpass`: it stores through it, and finds what the vault keeps. There
//! is no daemon; the registry is a few lines of HTTP on a loopback port.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::peer::has;
use crate::support::vault_home::{Home, Ran, finish};

/// A registry that wants a password and writes down what it was given.
struct Registry {
    host: String,
    given: Arc<Mutex<Vec<String>>>,
}

impl Registry {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let given = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&given);
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &notes);
            }
        });
        Self { host, given }
    }

    /// The user names and passwords that came, as `user:password`.
    fn given(&self) -> Vec<String> {
        self.given.lock().unwrap().clone()
    }
}

/// In every answer; docker 20 speaks only to a registry that names its version.
const ALWAYS: &str =
    "Docker-Distribution-Api-Version: registry/2.0\r\nContent-Length: 0\r\nConnection: close\r\n";

/// One request, one answer: 401 without a password, else an empty 200 for `/v2/` and a 404 for anything below.
fn answer(mut stream: TcpStream, notes: &Mutex<Vec<String>>) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let is_root = head.first().is_some_and(|line| line.contains(" /v2/ "));
    let basic = head.iter().find_map(|line| line.strip_prefix("Authorization: Basic "));
    if let Some(pair) = basic {
        let pair = String::from_utf8(STANDARD.decode(pair).unwrap()).unwrap();
        notes.lock().unwrap().push(pair);
    }
    let status = match (basic, is_root) {
        (None, _) => "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"test\"",
        (Some(_), true) => "200 OK",
        (Some(_), false) => "404 Not Found",
    };
    write!(stream, "HTTP/1.1 {status}\r\n{ALWAYS}\r\n").ok();
}

/// docker, with our helper on its PATH and with no daemon.
fn docker(home: &Home, arguments: &[&str], stdin: &str) -> Ran {
    let helper = Path::new(env!("CARGO_BIN_EXE_docker-credential-pullpass"));
    let folders = [helper.parent().unwrap().to_owned()];
    let path = env::join_paths(folders.into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap())));
    let mut command = Command::new("docker");
    command.args(arguments).env_clear().env("PATH", path.unwrap()).env("HOME", home.path(""));
    command.env("DOCKER_CONFIG", home.path(".docker")).env("DOCKER_CLI_EXPERIMENTAL", "enabled");
    command.env("DOCKER_HOST", "unix:///nonexistent").env("PULLPASS_VAULT", home.path("data/vault.age"));
    finish(command, stdin)
}

#[test]
fn docker_stores_in_the_vault_finds_it_there_and_forgets_it() {
    if !has(&["docker"]) {
        return;
    }
    let (home, registry) = (Home::with_identity(), Registry::start());
    fs::create_dir_all(home.path(".docker")).unwrap();
    let config = format!(r#"{{"credHelpers":{{"{}":"pullpass"}}}}"#, registry.host);
    fs::write(home.path(".docker/config.json"), config).unwrap();

    let login = docker(&home, &["login", "-u", "jane", "--password-stdin", &registry.host], "pässw<o>rd");
    assert_eq!(login.exit, 0, "{login:?}");
    let config = fs::read_to_string(home.path(".docker/config.json")).unwrap();
    assert!(!config.contains("\"auth\""), "docker kept the password itself: {config}");
    assert_eq!(home.helper("list", ""), Ran::of(0, &format!("{{\"{}\":\"jane\"}}\n", registry.host)));

    let before = registry.given().len();
    let image = format!("{}/team/app:1", registry.host);
    let inspected = docker(&home, &["manifest", "inspect", "--insecure", &image], "");
    let given = registry.given().split_off(before);
    assert!(given.iter().any(|pair| pair == "jane:pässw<o>rd"), "{given:?} {inspected:?}");

    let logout = docker(&home, &["logout", &registry.host], "");
    assert_eq!(logout.exit, 0, "{logout:?}");
    assert_eq!(home.helper("list", ""), Ran::of(0, "{}\n"));
}

#[test]
fn docker_finds_a_login_that_was_sealed() {
    if !has(&["docker"]) {
        return;
    }
    let (mut home, registry) = (Home::with_identity(), Registry::start());
    let helper = Path::new(env!("CARGO_BIN_EXE_docker-credential-pullpass"));
    home.variables.push(("PATH".into(), helper.parent().unwrap().display().to_string()));
    fs::create_dir_all(home.path(".docker")).unwrap();
    let before = format!(
        "{{\"auths\": {{\"{}\": {{\"auth\": \"{}\"}}}}}}",
        registry.host,
        STANDARD.encode("jane:pässw<o>rd")
    );
    fs::write(home.path(".docker/config.json"), &before).unwrap();
    let config = || fs::read_to_string(home.path(".docker/config.json")).unwrap();
    let image = format!("{}/team/app:1", registry.host);
    // In the file, in the vault, and in the file again.
    for (arguments, is_plain) in
        [(&["list"][..], true), (&["seal", "--all", "--yes"], false), (&["undo", "--yes"], true)]
    {
        let ran = home.pullpass(arguments, "");
        assert_eq!(ran.exit, 0, "{ran:?}");
        assert_eq!(config().contains("\"auth\""), is_plain, "{arguments:?}");
        let before = registry.given().len();
        let inspected = docker(&home, &["manifest", "inspect", "--insecure", &image], "");
        let given = registry.given().split_off(before);
        assert!(given.iter().any(|pair| pair == "jane:pässw<o>rd"), "{arguments:?}: {given:?} {inspected:?}");
    }
    assert_eq!(config(), before);
}
