//! `pullpass push`: stand-ins on this machine get exactly what was shown.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::check_real::server::{Asked, Server, reply};
use crate::support::home::Home;
use crate::support::program::{Finished, pullpass_with};
use crate::support::tokens::auth;
use crate::support::{MARKER, leaks};

const TOKEN: &str = "token-of-the-platform";

fn home() -> Home {
    Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER), "email": "jane@example.com"}}}))
}

/// Runs it without a yes, and then with one. What was shown comes first.
fn shown_and_sent(home: &Home, variables: &[(&str, &str)], arguments: &[&str]) -> (Finished, Finished) {
    let shown = pullpass_with(home, variables, arguments);
    assert!(shown.status == 2 && shown.stderr.contains("Nothing was sent"), "{shown:?}");
    let sent = pullpass_with(home, variables, &[arguments, &["--yes"]].concat());
    for finished in [&shown, &sent] {
        let said = format!("{}{}", finished.stdout, finished.stderr);
        assert!(!leaks(&said) && !said.contains(TOKEN), "{said}");
    }
    (shown, sent)
}

/// A request in the words of the command, with every secret masked.
fn in_its_words(server: &Server, asked: &Asked, headers: &[&str]) -> String {
    let (method, rest) = asked.line.split_once(' ').unwrap();
    let mut words = format!("{method} {}\n", server.url(rest.strip_suffix(" HTTP/1.1").unwrap()));
    for name in headers {
        let value = asked.header(name).unwrap();
        let shown = if value.contains(TOKEN) { "••••••••" } else { value };
        writeln!(words, "  {name}: {shown}").unwrap();
    }
    let body = String::from_utf8(asked.body.clone()).unwrap();
    let masked = body.replace(&format!("\"{MARKER}\""), "••••••••");
    if body.is_empty() { words } else { format!("{words}  {masked}\n") }
}

fn rio(home: &Home) {
    let config = json!({"auth_token": TOKEN, "organization_id": "org-a", "project_id": "project-b", "environment": "local"});
    home.write(".config/rio-cli/config.json", &config.to_string());
}

#[test]
fn rapyuta_gets_what_was_shown_and_a_secret_that_is_there_is_changed() {
    let server = Server::plain(|asked, wire| {
        let status = if asked.line.starts_with("POST") { 409 } else { 200 };
        wire.write_all(reply(status, "", "{\"error\": \"secret already exists\"}").as_bytes())
    });
    let home = home();
    rio(&home);
    let variables = [("LOCAL_V2API_HOST", &*server.url(""))];
    let push = ["push", "rapyuta", "ghcr.io", "--name", "docker-secret"];
    let (shown, sent) = shown_and_sent(&home, &variables, &push);
    assert_eq!(
        (sent.status, &*sent.stdout),
        (0, "rapyuta.io changed the secret docker-secret\n"),
        "{sent:?}"
    );
    let asked = server.asked();
    let headers = ["authorization", "organizationguid", "project"];
    let words: Vec<_> = asked.iter().map(|asked| in_its_words(&server, asked, &headers)).collect();
    assert_eq!(shown.stdout, format!("{}where the answer is 409:\n{}", words[0], words[1]));
    assert!(words[0].starts_with(&format!("POST {}\n", server.url("/v2/secrets/"))), "{words:?}");
    assert!(
        words[1].starts_with(&format!("PUT {}\n", server.url("/v2/secrets/docker-secret/"))),
        "{words:?}"
    );
    assert_eq!(asked[0].header("authorization"), Some(&*format!("Bearer {TOKEN}")));
    assert_eq!(asked[0].header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&asked[1].body).unwrap();
    let docker = json!({"registry": "https://ghcr.io", "username": "jane", "email": "jane@example.com", "password": MARKER});
    assert_eq!(body["spec"], json!({"type": "Docker", "docker": docker}));
}

#[test]
fn circleci_gets_what_was_shown_in_a_context_that_is_found_or_made() {
    for is_there in [true, false] {
        let server = Server::plain(move |asked, wire| {
            let items = if is_there {
                json!([{"name": "other", "id": "id-0"}, {"name": "docker hub", "id": "id-1"}])
            } else {
                json!([])
            };
            let answer = match asked.line.split(' ').next() {
                Some("GET") => json!({"items": items, "next_page_token": null}),
                Some("POST") => json!({"id": "id-1", "name": "docker hub"}),
                _ => json!({"variable": "X"}),
            };
            wire.write_all(reply(200, "", &answer.to_string()).as_bytes())
        });
        let home = home();
        home.write(
            ".circleci/cli.yml",
            &format!("host: {}\nendpoint: graphql-unstable\ntoken: {TOKEN}\n", server.url("")),
        );
        let push = [
            "push",
            "circleci",
            "ghcr.io",
            "--contexts",
            "docker hub",
            "--org",
            "gh/acme",
            "--env",
            "GHCR_TOKEN",
        ];
        let (shown, sent) = shown_and_sent(&home, &[], &push);
        assert_eq!(sent.status, 0, "{sent:?}");
        assert!(sent.stdout.ends_with("GHCR_TOKEN has its value in docker hub\n"), "{sent:?}");
        let asked = server.asked();
        // Each of the two runs looks for the context first.
        assert!(
            asked[0].line.starts_with("GET /api/v2/context?owner-slug=gh%2Facme&name=docker+hub "),
            "{asked:?}"
        );
        let words: String =
            asked[2..].iter().map(|asked| in_its_words(&server, asked, &["circle-token"])).collect();
        let id = if is_there { "id-1" } else { "CONTEXT-ID" };
        assert_eq!(shown.stdout.replace(id, "id-1"), words);
        assert_eq!(asked.len(), if is_there { 4 } else { 5 });
        assert!(asked.iter().all(|asked| asked.header("circle-token") == Some(TOKEN)));
        let last = &asked[asked.len() - 1];
        assert!(
            last.line.starts_with("PUT /api/v2/context/id-1/environment-variable/GHCR_TOKEN "),
            "{last:?}"
        );
        assert_eq!(last.body, json!({"value": MARKER}).to_string().as_bytes());
    }
}

/// A `kubectl` that notes its arguments and its input.
const KUBECTL: &str = "case $1 in config) cat \"$HOME/view.json\";; *) echo \"$@\" >\"$HOME/arguments\"; cat >\"$HOME/input\"; \
                       echo secret/regcred serverside-applied;; esac";

#[test]
fn kubectl_gets_what_was_shown_and_is_told_where_it_goes() {
    let home = home();
    home.program("kubectl", KUBECTL);
    let view = json!({"current-context": "prod", "contexts": [{"name": "prod", "context": {"cluster": "c", "namespace": "team"}}],
                      "clusters": [{"name": "c", "cluster": {"server": "https://k8s.example:6443"}}]});
    home.write("view.json", &view.to_string());
    let push = ["push", "kubernetes", "ghcr.io", "--name", "regcred"];
    let (shown, sent) = shown_and_sent(&home, &[], &push);
    assert_eq!((sent.status, &*sent.stdout), (0, "secret/regcred serverside-applied\n"), "{sent:?}");
    let arguments = std::fs::read_to_string(home.file("arguments")).unwrap();
    let expected =
        "--context=prod --server=https://k8s.example:6443 --namespace=team apply --server-side -f -\n";
    assert_eq!(arguments, expected);
    let input = std::fs::read_to_string(home.file("input")).unwrap();
    let (head, data) = input.rsplit_once(".dockerconfigjson: ").unwrap();
    assert!(head.contains("namespace: \"team\"") && data.len() > 80, "{input}");
    let masked = format!("{head}.dockerconfigjson: ••••••••\n");
    let indented = format!("  {}\n", masked.trim_end().replace('\n', "\n  "));
    assert_eq!(shown.stdout, format!("kubectl {expected}{indented}"));
}

#[test]
fn what_a_platform_refuses_is_said_without_a_secret_and_with_the_next_step() {
    let server = Server::plain(|asked, wire| {
        let said = json!({"error": format!("bad password {}", String::from_utf8_lossy(&asked.body))});
        let status = if asked.header("project") == Some("project-b") { 403 } else { 500 };
        wire.write_all(reply(status, "", &said.to_string()).as_bytes())
    });
    let home = home();
    let run = |variables: &[(&str, &str)], arguments: &[&str]| {
        let ran = pullpass_with(&home, variables, &[&["push"], arguments, &["--yes"]].concat());
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!leaks(&said) && !said.contains(TOKEN), "{said}");
        (ran.status, said)
    };
    let rapyuta = ["rapyuta", "ghcr.io", "--name", "docker-secret"];
    let (status, said) = run(&[], &rapyuta);
    assert!(
        status == 1 && said.contains("rio is not logged in") && said.contains("rio auth login"),
        "{said}"
    );
    rio(&home);
    let url = server.url("");
    let (status, said) = run(&[("LOCAL_V2API_HOST", &url)], &rapyuta);
    assert!(
        status == 4 && said.contains("refused the token (status 403)") && said.contains("rio auth login"),
        "{said}"
    );
    let (status, said) = run(&[("LOCAL_V2API_HOST", "http://api.example")], &rapyuta);
    assert!(status == 1 && said.contains("https only"), "{said}");
    let (status, said) = run(&[("LOCAL_V2API_HOST", "http://127.0.0.1:1")], &rapyuta);
    assert!(status == 5 && said.contains("Could not reach 127.0.0.1:1."), "{said}");
    let circleci = ["circleci", "ghcr.io", "--contexts", "c", "--org", "gh/acme"];
    let (status, said) = run(&[], &circleci);
    assert!(status == 1 && said.contains("circleci setup"), "{said}");
    let (status, said) = run(&[("CIRCLECI_CLI_TOKEN", TOKEN), ("CIRCLECI_CLI_HOST", &url)], &circleci);
    assert!(status == 1 && said.contains("status 500"), "{said}");
    let (status, said) = run(&[("PATH", "/nowhere")], &["kubernetes", "ghcr.io", "--name", "regcred"]);
    assert!(status == 1 && said.contains("There is no kubectl on PATH."), "{said}");
    home.program("kubectl", "case $1 in config) echo '{}';; esac");
    let (status, said) = run(&[], &["kubernetes", "ghcr.io", "--name", "regcred"]);
    assert!(status == 1 && said.contains("kubectl names no cluster"), "{said}");
}

#[test]
fn the_sample_home_sends_nothing() {
    let ran = pullpass_with(&Home::empty(), &[], &["--demo", "push", "rapyuta", "ghcr.io", "--yes"]);
    assert!(ran.status == 2 && ran.stderr.contains("not real"), "{ran:?}");
}
