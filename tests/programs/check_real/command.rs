//! `pullpass check` of real registries, with nothing but a home folder and variables.

use std::fs;

use serde_json::{Map, Value, json};

use super::authority::Authority;
use super::registry::{Access, Registry, Tls, USER};
use super::server::Server;
use super::token_server::{READER, WRITER};
use super::*;
use crate::support::home::Home;
use crate::support::program::{Finished, pullpass_with};
use crate::support::tokens::auth;

/// A home where docker knows these logins: registry, user, password.
fn home(logins: &[(&str, &str, &str)]) -> Home {
    let entry = |(registry, user, secret): &(&str, &str, &str)| {
        ((*registry).to_owned(), json!({"auth": auth(user, secret)}))
    };
    Home::docker(&json!({"auths": logins.iter().map(entry).collect::<Map<String, Value>>()}))
}

fn check(home: &Home, variables: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let finished = pullpass_with(home, variables, &[&["check"], arguments].concat());
    assert!(!crate::support::leaks(&format!("{}{}", finished.stdout, finished.stderr)), "{finished:?}");
    finished
}

/// The verdict's code, as `--json` has it.
fn codes(finished: &Finished) -> Vec<String> {
    let document: Value = serde_json::from_str(&finished.stdout).unwrap();
    let checks = document["checks"].as_array().unwrap_or_else(|| panic!("{document}"));
    checks.iter().map(|check| check["verdict"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_exit_status_is_the_registrys_word() {
    let Some(registry) = Registry::start(&Access::Password, None) else { return };
    let address = registry.address.as_str();
    let good = home(&[(address, USER, MARKER)]);
    let bad = home(&[(address, "nobody", MARKER)]);
    let private = format!("{address}/team/private:1.0");
    let unknown = format!("{address}/team/unknown:1.0");
    let table = [
        (&good, vec!["--all"], 0, "\tverified"),
        (&bad, vec!["--all"], 4, "\trejected\t"),
        (&good, vec!["--image", &private], 0, "\tverified"),
        (&good, vec!["--image", &unknown], 4, "\tverified_not_found_or_no_access\t"),
    ];
    for (home, arguments, status, word) in table {
        let finished = check(home, &[], &arguments);
        let is_as_expected = finished.status == status && finished.stdout.contains(word);
        assert!(is_as_expected, "{arguments:?} {status} {word}: {finished:?}");
    }
}

#[test]
fn an_authority_in_the_home_folder_counts() {
    let authority = Authority::new();
    let identity = authority.issue(&["127.0.0.1"]);
    let tls = Tls { identity: &identity, clients_of: None };
    let Some(registry) = Registry::start(&Access::Password, Some(&tls)) else { return };
    let bare = home(&[(&registry.address, USER, MARKER)]);
    bare.write("all.pem", &authority.pem());
    let file = bare.file("all.pem").display().to_string();
    assert_eq!(check(&bare, &[("SSL_CERT_FILE", &file)], &["--all"]).status, 0);
    for folder in ["docker", "containers", "containerd"] {
        let home = home(&[(&registry.address, USER, MARKER)]);
        let unknown = check(&home, &[], &["--all", "--json"]);
        assert_eq!((unknown.status, codes(&unknown)), (5, vec!["tls_untrusted".to_owned()]));
        let own = home.file(&format!(".config/{folder}/certs.d/{}", registry.address));
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("ca.crt"), authority.pem()).unwrap();
        let known = check(&home, &[], &["--all", "--json"]);
        assert_eq!((known.status, codes(&known)), (0, vec!["verified".to_owned()]), "{folder}: {known:?}");
    }
}

#[test]
fn a_token_server_on_another_port_is_asked_about() {
    let Some((registry, tokens, pair)) = verdicts::with_tokens() else { return };
    let home = home(&[(&registry.address, WRITER, MARKER)]);
    let refused = check(&home, &[], &["--all", "--json"]);
    assert!(refused.status == 1 && refused.stdout.contains(&pair.realm), "{refused:?}");
    assert!(!tokens.heard_anything());
    let allowed = check(&home, &[], &["--all", "--allow-realm", &pair.realm]);
    assert_eq!((allowed.status, tokens.heard_the_password()), (0, true), "{allowed:?}");
    let home = self::home(&[(&registry.address, READER, MARKER)]);
    let image = format!("{}/other/private:1.0", registry.address);
    let no_right = check(&home, &[], &["--image", &image, "--allow-realm", &pair.realm]);
    assert!(no_right.status == 4 && no_right.stdout.contains("\tverified_no_pull\t"), "{no_right:?}");
}

#[test]
fn a_proxy_in_the_environment_is_used() {
    let trap = Server::trap();
    let home = home(&[("r.example", "jane", MARKER)]);
    let proxy = format!("http://jane:{MARKER}@{}", trap.address);
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let finished = check(&home, &[(name, &proxy)], &["--all", "--json"]);
        assert_eq!(finished.status, 5, "{name}: {finished:?}");
        assert!(finished.stdout.contains(&format!("http://{}", trap.address)), "{name}: {finished:?}");
    }
    let lines: Vec<String> = trap.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(lines, ["CONNECT r.example:443 HTTP/1.1"; 3]);
    let wrong = check(&home, &[("HTTPS_PROXY", "ftp://hunter2")], &["--all", "--json"]);
    assert!(wrong.status == 1 && wrong.stdout.contains("HTTPS_PROXY is no address"), "{wrong:?}");
}
