//! One helper for a whole machine: docker's own client and skopeo find short-lived passwords through it, without a person
//! touching anything. The registry ends its passwords when the test says so. Where docker's daemon would be there is a
//! stand-in, which logs in with what the client hands it.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::support::mock_helper::write_program;
use crate::support::peer::has;
use crate::support::vault_home::{Home, Ran, finish};

/// A request: its first line, its headers in small letters, its body.
struct Request {
    line: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    fn read(stream: impl Read) -> Option<Self> {
        let mut stream = BufReader::new(stream);
        let mut lines = stream.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
        let line = lines.next()?;
        let header = |line: String| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_lowercase(), value.to_owned()))
        };
        let headers: HashMap<_, _> = lines.filter_map(header).collect();
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        Some(Self { line, headers, body })
    }
}

/// An answer; the other side may have gone.
fn answer(mut stream: impl Write, status: &str, headers: &str, body: &str, is_head: bool) {
    let length = body.len();
    let body = if is_head { "" } else { body };
    let always = "Docker-Distribution-Api-Version: registry/2.0\r\nApi-Version: 1.41\r\nConnection: close";
    write!(stream, "HTTP/1.1 {status}\r\n{always}\r\nContent-Length: {length}\r\n{headers}\r\n{body}").ok();
}

const CONFIG: &str = "{}";
const MANIFEST: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}"#;

/// A registry with one private image and one that is public.
struct Registry {
    host: String,
    /// The password that it takes now.
    password: Arc<Mutex<String>>,
    minted: Mutex<usize>,
}

impl Registry {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let password = Arc::new(Mutex::new(String::new()));
        let known = Arc::clone(&password);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve_registry(&stream, &known.lock().unwrap());
            }
        });
        Self { host, password, minted: Mutex::new(0) }
    }

    /// The password ends, and whoever mints gets another one.
    fn advance(&self, home: &Home) {
        let mut minted = self.minted.lock().unwrap();
        *minted += 1;
        let password = format!("minted-{minted}");
        fs::write(home.path("now"), &password).unwrap();
        *self.password.lock().unwrap() = password;
    }
}

fn serve_registry(stream: &TcpStream, password: &str) {
    let Some(request) = Request::read(stream) else { return };
    let is_head = request.line.starts_with("HEAD");
    let wanted = format!("Basic {}", STANDARD.encode(format!("jane:{password}")));
    let is_known = request.headers.get("authorization") == Some(&wanted);
    let is_public = request.line.contains("/public/");
    if !is_known && !is_public {
        let challenge = "WWW-Authenticate: Basic realm=\"test\"\r\n";
        return answer(stream, "401 Unauthorized", challenge, "", is_head);
    }
    let (of_type, body) = if request.line.contains("/manifests/") {
        ("application/vnd.docker.distribution.manifest.v2+json", MANIFEST)
    } else {
        ("application/octet-stream", CONFIG)
    };
    answer(stream, "200 OK", &format!("Content-Type: {of_type}\r\n"), body, is_head);
}

/// Plays docker's daemon on a socket: a pull asks the registry for the image with the login that came with it.
fn start_engine(home: &Home) -> String {
    let socket = home.path("engine.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(request) = Request::read(&stream) else { continue };
            serve_engine(&stream, &request);
        }
    });
    format!("unix://{}", socket.display())
}

fn serve_engine(stream: impl Write, request: &Request) {
    let is_head = request.line.starts_with("HEAD");
    let json = "Content-Type: application/json\r\n";
    if request.line.contains("/images/create") {
        let login = request.headers.get("x-registry-auth").map_or("", String::as_str);
        let login = URL_SAFE.decode(login).unwrap_or_default();
        let image = request.line.split("fromImage=").nth(1).unwrap().split('&').next().unwrap();
        let image = image.replace("%3A", ":").replace("%2F", "/");
        let (host, name) = image.split_once('/').unwrap();
        let status = ask(host, &format!("/v2/{name}/manifests/1"), &login);
        let body = if status.contains("200") {
            "{\"status\":\"Pulled\"}"
        } else {
            "{\"errorDetail\":{\"message\":\"unauthorized\"}}"
        };
        return answer(stream, "200 OK", json, body, is_head);
    }
    if request.line.contains("/auth") {
        let address: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let status = ask(address["serveraddress"].as_str().unwrap(), "/v2/", &request.body);
        let (status, body) = if status.contains("200") {
            ("200 OK", "{\"Status\":\"Login Succeeded\",\"IdentityToken\":\"\"}")
        } else {
            ("401 Unauthorized", "{\"message\":\"unauthorized\"}")
        };
        return answer(stream, status, json, body, is_head);
    }
    answer(stream, "200 OK", json, "{}", is_head);
}

/// The first line of a registry's answer to a request with a login as docker's client hands it over.
fn ask(host: &str, path: &str, login: &[u8]) -> String {
    let login: serde_json::Value = serde_json::from_slice(login).unwrap_or_default();
    let text = |name: &str| login[name].as_str().unwrap_or_default().to_owned();
    let pair = STANDARD.encode(format!("{}:{}", text("username"), text("password")));
    let header =
        if text("username").is_empty() { String::new() } else { format!("Authorization: Basic {pair}\r\n") };
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{header}\r\n").unwrap();
    BufReader::new(stream).lines().next().unwrap().unwrap()
}

/// A helper that mints: each question gets the password of now.
const MINTER: &str = r#"#!/bin/sh
case $1 in
get) printf '{"ServerURL":"%s","Username":"jane","Secret":"%s"}' "$(cat)" "$(cat "$HOME/now")" ;;
list) echo '{}' ;;
esac
"#;

/// A machine: our programs on PATH, a daemon, and rules.
struct Machine {
    home: Home,
    engine: String,
}

impl Machine {
    fn new(mut home: Home, rules: &str) -> Self {
        for folder in ["bin", "run", ".docker", ".config/pullpass"] {
            fs::create_dir_all(home.path(folder)).unwrap();
        }
        fs::write(home.path(".docker/config.json"), "{}").unwrap();
        fs::write(home.path(".config/pullpass/config.toml"), rules).unwrap();
        write_program(&home.path("bin/docker-credential-minter"), MINTER);
        let ours = Path::new(env!("CARGO_BIN_EXE_docker-credential-pullpass")).parent().unwrap();
        let path = format!("{}:{}:{}", ours.display(), home.path("bin").display(), env::var("PATH").unwrap());
        home.variables.push(("PATH".into(), path));
        home.variables.push(("XDG_RUNTIME_DIR".into(), home.path("run").display().to_string()));
        let engine = start_engine(&home);
        let machine = Self { home, engine };
        let enabled = machine.home.pullpass(&["helper", "enable", "--yes"], "");
        assert_eq!(enabled.exit, 0, "{enabled:?}");
        machine
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.home.path("")).env_clear().env("HOME", self.home.path(""));
        command.env("DOCKER_HOST", &self.engine).env("PULLPASS_VAULT", self.home.path("data/vault.age"));
        command.envs(self.home.variables.iter().map(|(name, value)| (name, value)));
        finish(command, "")
    }

    /// docker and skopeo pull an image, each by its own way to the helper.
    fn pulls(&self, image: &str) {
        let pulled = self.run("docker", &["pull", &format!("{image}:1")]);
        assert!(pulled.exit == 0 && pulled.stdout.contains("Pulled"), "docker: {pulled:?}");
        let source = format!("docker://{image}:1");
        let copied =
            self.run("skopeo", &["--insecure-policy", "copy", "--src-tls-verify=false", &source, "dir:copy"]);
        assert_eq!(copied.exit, 0, "skopeo: {copied:?}");
    }
}

#[test]
fn docker_and_skopeo_pull_with_passwords_that_end_by_a_rule_with_a_star() {
    if !has(&["docker", "podman", "skopeo"]) {
        return;
    }
    let registry = Registry::start();
    let port = registry.host.split_once(':').unwrap().1;
    let rules = format!("[[helper.rules]]\nmatch = \"127.0.*.1:{port}\"\nask = \"helper:minter\"\n");
    let machine = Machine::new(Home::with_identity(), &rules);
    for _ in 0..3 {
        registry.advance(&machine.home);
        machine.pulls(&format!("{}/team/app", registry.host));
    }

    // Nothing typed; and a logout takes nothing from whoever mints.
    let login = machine.run("docker", &["login", &registry.host]);
    assert!(login.exit == 0 && login.stdout.contains("Login Succeeded"), "{login:?}");
    for program in ["docker", "podman"] {
        let logout = machine.run(program, &["logout", &registry.host]);
        assert_eq!(logout.exit, 0, "{program}: {logout:?}");
    }
    registry.advance(&machine.home);
    machine.pulls(&format!("{}/team/app", registry.host));

    let disabled = machine.home.pullpass(&["helper", "disable", "--yes"], "");
    assert_eq!(disabled.exit, 0, "{disabled:?}");
    let refused = machine.run("docker", &["pull", &format!("{}/team/app:1", registry.host)]);
    assert_ne!(refused.exit, 0, "{refused:?}");
}

#[test]
fn a_locked_vault_stops_neither_docker_nor_skopeo_on_a_public_image() {
    if !has(&["docker", "skopeo"]) {
        return;
    }
    let (registry, machine) = (Registry::start(), Machine::new(Home::with_passphrase(), ""));
    machine.pulls(&format!("{}/public/app", registry.host));
    let private = machine.run("docker", &["pull", &format!("{}/team/app:1", registry.host)]);
    assert_ne!(private.exit, 0, "{private:?}");
}
