//! `pullpass import` and `pullpass decode`, as a shell sees them.

use serde_json::json;

use crate::support::sealing_home::Sealing;
use crate::support::tokens::auth;
use crate::support::vault_home::Ran;
use crate::support::{MARKER, leaks};

fn harmless(ran: Ran) -> Ran {
    assert!(!leaks(&ran.stdout) && !leaks(&ran.stderr), "{ran:?}");
    ran
}

fn piped(it: &Sealing, arguments: &[&str], text: &str) -> Ran {
    harmless(it.home.pullpass(arguments, text))
}

fn two() -> String {
    json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}, "quay.io": {"auth": auth("acme+ci", MARKER)}}}).to_string()
}

#[test]
fn logins_of_a_file_are_shown_and_kept_only_after_a_yes() {
    let it = Sealing::new("{}");
    let import = ["import", "-", "--to", "vault", "--for-docker"];
    let asked = piped(&it, &import, &two());
    assert_eq!(asked.exit, 2, "{asked:?}");
    assert!(asked.stdout.contains("the vault keeps ghcr-io, a secret for ghcr.io: ••••••••"), "{asked:?}");
    assert!(asked.stderr.contains("Nothing was kept") && asked.stderr.contains("--yes"), "{asked:?}");
    assert_eq!((it.get("ghcr.io").as_str(), it.config().as_str()), ("", "{}"));
    let kept = piped(&it, &[&import[..], &["--yes"]].concat(), &two());
    assert_eq!(kept.exit, 0, "{kept:?}");
    assert_eq!(it.get("ghcr.io"), format!("jane:{MARKER}"));
    assert_eq!(it.json()["credHelpers"], json!({"ghcr.io": "pullpass", "quay.io": "pullpass"}));
    let again = piped(&it, &[&import[..], &["--yes"]].concat(), &two());
    assert!(again.stdout.contains("nothing to change"), "{again:?}");
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert_eq!((it.get("quay.io").as_str(), it.config().as_str()), ("", "{}"));
}

#[test]
fn a_secret_goes_into_a_plain_file_only_after_a_yes_of_its_own() {
    let mut it = Sealing::new(r#"{"auths": {"used.example": {"auth": "dTpw"}}}"#);
    let podman = it.home.path("auth.json");
    it.home.variables.push(("REGISTRY_AUTH_FILE".into(), podman.to_str().unwrap().into()));
    std::fs::write(it.home.path("old.json"), two()).unwrap();
    let import = ["import", "old.json", "--to", "podman", "--yes"];
    let refused = piped(&it, &import, "");
    assert!(refused.exit == 1 && refused.stderr.contains("--plain"), "{refused:?}");
    assert!(!podman.exists());
    assert_eq!(piped(&it, &[&import[..], &["--plain"]].concat(), "").exit, 0);
    assert!(std::fs::read_to_string(podman).unwrap().contains(&auth("jane", MARKER)));
}

#[test]
fn what_cannot_be_taken_is_said_with_the_next_step() {
    let it = Sealing::new("{}");
    let bare = auth("jane", MARKER);
    let table: &[(&[&str], &str, i32, &str)] = &[
        (&["-"], "hello", 1, "of no kind that is known here"),
        (&["-"], "apiVersion: api.rapyuta.io/v2\nkind: Secret\nspec: {{ x }}\n", 1, "rio template"),
        (&["-"], r#"{"auths": {}, "credsStore": "pass"}"#, 1, "docker-credential-pass keeps it"),
        (&["-"], &bare, 2, "--registry ghcr.io"),
        (&["nowhere.json"], "", 3, "There is no file nowhere.json."),
        (&["-", "--for-docker"], "", 2, "--to vault --for-docker"),
    ];
    for (arguments, text, status, words) in table {
        let ran = piped(&it, &[&["import"], *arguments].concat(), text);
        assert!(ran.exit == *status && ran.stderr.contains(words), "{arguments:?} {text}: {ran:?}");
    }
    let kept = piped(&it, &["import", "-", "--registry", "ghcr.io", "--to", "vault", "--yes"], &bare);
    assert_eq!(kept.exit, 0, "{kept:?}");
}

#[test]
fn decode_shows_whose_login_it_is_and_the_password_only_when_asked() {
    let it = Sealing::new("{}");
    let shown = piped(&it, &["decode"], &auth("jane", MARKER));
    assert_eq!(
        (shown.exit, shown.stdout.as_str()),
        (0, "user      jane\nsecret    password\nexpires   none\npassword  ••••••••\n")
    );
    let shown = piped(&it, &["decode", "-"], &two());
    assert_eq!(shown.stdout.matches("password  ••••••••\n").count(), 2, "{shown:?}");
    assert!(shown.stdout.starts_with("registry  ghcr.io\nuser      jane\n"), "{shown:?}");
    let revealed = it.home.pullpass(&["decode", "-", "--reveal"], &auth("jane", &format!("{MARKER}:x")));
    assert!(revealed.stdout.ends_with(&format!("password  {MARKER}:x\n")), "{revealed:?}");
    let token = format!("dop_v1_{MARKER}{}de0", "0".repeat(54));
    let hidden = piped(&it, &["decode"], &auth(&token, &token));
    assert!(hidden.stdout.contains("user      (the token)\n"), "{hidden:?}");
    assert_eq!(piped(&it, &["decode"], "!").exit, 1);
}
