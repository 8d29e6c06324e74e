//! What a home folder of files becomes.

use base64::Engine as _;

use super::*;
use crate::credential::expiry::State;
use crate::credential::login::Listing as L;
use crate::credential_helper::Listed;

/// A home folder made of a table of files.
struct Home {
    folder: tempfile::TempDir,
    settings: Settings,
}

impl Home {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let home = folder.path().as_os_str().to_owned();
        let run = folder.path().join("run").into_os_string();
        let settings = Settings::from_environment(|name| match name {
            "HOME" => Some(home.clone()),
            "XDG_RUNTIME_DIR" => Some(run.clone()),
            _ => None,
        });
        Self { folder, settings }
    }

    fn read(&self) -> Inventory {
        read(&self.settings, now())
    }
}

fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

fn docker(text: &str) -> Home {
    Home::new(&[(".docker/config.json", text)])
}

/// Each login as `key store kind`.
fn rows(inventory: &Inventory) -> Vec<String> {
    let row = |login: &Login| format!("{} {} {}", login.id.key, login.id.store.label(), login.kind.code());
    inventory.logins.iter().map(row).collect()
}

fn codes(inventory: &Inventory, key: &str) -> Vec<&'static str> {
    let login = inventory.logins.iter().find(|login| *login.id.key == *key).unwrap();
    login.diagnostics.iter().map(Diagnostic::code).collect()
}

fn listings(helper: &str, listed: &[(&str, &str)]) -> Listings {
    let listed = listed.iter().map(|(key, name)| Listed { key: (*key).into(), username: (*name).into() });
    Listings::from([(Arc::from(helper), Ok(listed.collect()))])
}

#[test]
fn a_store_a_helper_and_the_file_each_keep_their_own() {
    let home = docker(
        r#"{"auths":{"a.example":{},"b.example":{"auth":"dTpw"},"c.example":{},"d.example":{"auth":"dTpw"}},
            "credsStore":"pass","credHelpers":{"c.example":"gh","d.example":"","e.example":"gh"}}"#,
    );
    let inventory = home.read();
    let expected = [
        "a.example helper:pass basic",
        "b.example inline basic",
        "d.example inline basic",
        "c.example helper:gh basic",
        "e.example helper:gh basic",
    ];
    let found: Vec<_> = rows(&inventory).iter().map(|row| row.replace("empty", "basic")).collect();
    assert_eq!(found, expected);
    assert!(codes(&inventory, "b.example").contains(&"plaintext_shadowed_by_store"));
    assert!(!codes(&inventory, "d.example").contains(&"plaintext_shadowed_by_store"));
    assert!(codes(&inventory, "d.example").contains(&"empty_helper_name"));
    let helpers: Vec<_> = inventory.helpers().iter().map(ToString::to_string).collect();
    assert_eq!(helpers, ["gh", "pass"]);
}

#[test]
fn a_helpers_list_fills_in_names_adds_logins_and_finds_what_is_missing() {
    let home = docker(
        r#"{"auths":{"a.example":{},"gone.example":{}},"credsStore":"osx","credHelpers":{"m.example":"mint","v.example":"pullpass"}}"#,
    );
    let mut inventory = home.read();
    let listed = [("https://a.example", "jane"), ("only.example", "bot"), ("t.example", "<token>")];
    apply_listings(&mut inventory, &listings("osx", &listed));
    apply_listings(&mut inventory, &listings("mint", &[]));
    apply_listings(&mut inventory, &listings("pullpass", &[]));
    let account = |key: &str| {
        let login = inventory.logins.iter().find(|login| *login.id.key == *key).unwrap();
        (login.account.name().map(str::to_owned), login.listing.clone(), login.kind)
    };
    assert_eq!(account("a.example"), (Some("jane".into()), L::Listed, EntryKind::Basic));
    assert_eq!(account("only.example"), (Some("bot".into()), L::Listed, EntryKind::Basic));
    assert_eq!(account("t.example"), (None, L::Listed, EntryKind::IdentityToken));
    assert_eq!(account("gone.example").1, L::Missing);
    // A program that mints tokens lists nothing and answers all the same.
    assert_eq!(account("m.example").1, L::Listed);
    // The vault answers with nothing that it does not list.
    assert_eq!(account("v.example").1, L::Missing);
}

#[test]
fn the_entries_of_a_web_login_hang_on_the_hub_login() {
    let access = key::HUB_ACCESS_TOKEN_KEY;
    let refresh = key::HUB_REFRESH_TOKEN_KEY;
    let hub = key::HUB_KEY;
    let inline = format!(
        r#"{{"auths":{{"{hub}":{{"auth":"bW9ieTpw"}},"{access}":{{"auth":"bW9ieTpw"}},"{refresh}":{{"auth":"bW9ieTpw"}}}}}}"#
    );
    let inventory = docker(&inline).read();
    assert_eq!(rows(&inventory), [format!("{hub} inline basic")]);
    assert_eq!(inventory.logins[0].companions.len(), 2);

    let mut inventory = docker(&format!(r#"{{"auths":{{"{hub}":{{}}}},"credsStore":"s"}}"#)).read();
    let listed = [(hub, "moby"), (access, "moby"), (refresh, "moby")];
    apply_listings(&mut inventory, &listings("s", &listed));
    assert_eq!(inventory.logins.len(), 1);
    assert_eq!(inventory.logins[0].companions.len(), 2);
}

#[test]
fn keys_that_compete_are_marked_where_their_tool_reads_them() {
    let both = r#"{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"},"docker.io":{"auth":"dTpw"},
        "https://r.example":{"auth":"dTpw"},"http://r.example":{"auth":"dTpw"},"q.example/team":{"auth":"dTpw"}}}"#;
    let inventory = docker(both).read();
    assert!(codes(&inventory, "docker.io").contains(&"hub_key_not_canonical"));
    assert!(codes(&inventory, key::HUB_KEY).contains(&"hub_double_entry"));
    assert!(codes(&inventory, "http://r.example").contains(&"ambiguous_keys"));
    assert!(codes(&inventory, "q.example/team").contains(&"namespaced_key_used_for_whole_host_by_docker"));
    let podman = Home::new(&[(
        ".config/containers/auth.json",
        r#"{"auths":{"docker.io":{"auth":"dTpw"},"q.example/team":{"auth":"dTpw"}}}"#,
    )]);
    assert_eq!(codes(&podman.read(), "docker.io"), ["plaintext_secret"]);
    assert_eq!(codes(&podman.read(), "q.example/team"), ["plaintext_secret"]);
}

#[test]
fn a_broken_file_never_hides_another() {
    let home = Home::new(&[
        (".docker/config.json", "{\n \"auths\": nope }"),
        ("run/containers/auth.json", r#"{"auths":{"quay.io":{"auth":"dTpw"}}}"#),
    ]);
    let inventory = home.read();
    assert_eq!(rows(&inventory), ["quay.io inline basic"]);
    let SourceState::Broken(problem) = &inventory.sources[0].state else {
        panic!("{:?}", inventory.sources[0])
    };
    assert_eq!((problem.line, problem.kind.code()), (2, "json_syntax"));
}

#[test]
fn a_folder_in_place_of_a_file_says_so() {
    let home = Home::new(&[(".docker/config.json/inside", "")]);
    let inventory = home.read();
    assert_eq!(inventory.sources[0].state, SourceState::Unreadable("it is a folder".into()));
}

#[test]
fn a_short_lived_token_without_an_end_is_estimated_from_the_files_time() {
    // base64 of "oauth2accesstoken:ya29.FAKEFAKEFAKEFAKEFAKEFAKE"
    let auth = "b2F1dGgyYWNjZXNzdG9rZW46eWEyOS5GQUtFRkFLRUZBS0VGQUtFRkFLRUZBS0U=";
    let home = docker(&format!(r#"{{"auths":{{"gcr.io":{{"auth":"{auth}"}}}}}}"#));
    let login = home.read().logins.remove(0);
    assert_eq!(login.expiry.state(now()), State::Estimated);
    let file = home.folder.path().join(".docker/config.json");
    let written = Timestamp::try_from(std::fs::metadata(file).unwrap().modified().unwrap()).unwrap();
    assert_eq!(login.expiry.instant().unwrap().as_second(), written.as_second() + 3_600);
}

#[test]
fn a_user_name_that_is_the_token_is_not_kept() {
    let token = "dop_v1_0000000000000000000000000000000000000000000000000000000000000de0";
    let auth = base64::engine::general_purpose::STANDARD.encode(format!("{token}:{token}"));
    let home = docker(&format!(r#"{{"auths":{{"registry.digitalocean.com":{{"auth":"{auth}"}}}}}}"#));
    let inventory = home.read();
    assert_eq!(inventory.logins[0].account, Account::IsTheSecret);
    assert!(!format!("{inventory:?}").contains(token));
}

#[test]
fn a_huge_file_is_read_in_a_time_that_grows_with_it_only() {
    let members = |value: &str| {
        let members: Vec<String> = (0..100_000).map(|at| format!(r#""r{at:06}.io":{value}"#)).collect();
        members.join(",")
    };
    let (entries, helpers, others) = (members("{}"), members(r#""gh""#), members("0"));
    let table = [
        (format!(r#"{{"auths":{{{entries}}},"credHelpers":{{{helpers}}}}}"#), 100_000),
        (format!(r#"{{"auths":{{"r.io":{{"auth":"dTpw",{others}}}}}}}"#), 1),
        (format!(r#"{{"auths":{{"r.io":{{"auth":"dTpw"}}}},{others}}}"#), 1),
        (
            format!(
                r#"{{"auths":{{"r.io":{{"auth":"dTpw"}}}},"x":{}{}}}"#,
                "[".repeat(9_000),
                "]".repeat(9_000)
            ),
            1,
        ),
    ];
    for (text, logins) in table {
        let home = docker(&text);
        let start = std::time::Instant::now();
        assert_eq!(home.read().logins.len(), logins);
        // Comparing each with each takes minutes, reading them far less than a second.
        let took = start.elapsed();
        assert!(took < std::time::Duration::from_secs(10), "{took:?} for {}...", &text[..40]);
    }
}

#[cfg(unix)]
#[test]
fn a_vault_that_cannot_be_looked_at_is_not_missing() {
    let home = docker("{}");
    assert!(!home.read().has_vault);
    let folder = home.folder.path().join(".local/share/pullpass");
    std::fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("vault.age", folder.join("vault.age")).unwrap();
    assert!(home.read().has_vault, "links that go in a circle hide it");
}
