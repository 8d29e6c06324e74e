//! Named secrets on the command line, and what the commands do to the vault without any program.

use crate::support::MARKER;
use crate::support::sealing_home::Sealing;
use crate::support::vault_home::{Home, Ran};

/// `pullpass add --to vault`, with the password on standard input.
fn add(it: &Sealing, name: &str, more: &[&str]) -> Ran {
    let fields = ["add", "--to", "vault", "--password-stdin", "--name", name];
    let rest: &[&str] = if more.is_empty() { &["--registry", "ghcr.io", "--username", "jane"] } else { more };
    it.home.pullpass(&[&fields[..], rest].concat(), MARKER)
}

#[test]
fn a_secret_is_shown_by_its_name_and_its_password_only_when_asked_for() {
    let it = Sealing::new("{}");
    let more =
        ["--registry", "ghcr.io", "--username", "jane", "--email", "j@x.io", "--expires-on", "2090-01-31"];
    assert_eq!(add(&it, "ci-pull", &more).exit, 0);
    let shown = it.run(&["show", "ci-pull"]);
    let lines = [
        "name      ci-pull\nregistry  ghcr.io\nsecret    password\n",
        "\nkey       ghcr.io\naccount   jane\nemail     j@x.io\n",
        "\nreminder  2090-01-31: in ",
        "\nstore     in the vault, encrypted\n",
        "\nused by   docker - does not: it is a named secret, not a login of docker's\n",
    ];
    assert!(lines.iter().all(|line| shown.stdout.contains(line)), "{shown:?}");
    assert!(!shown.stdout.contains(MARKER), "{shown:?}");
    let revealed = it.run(&["show", "ci-pull", "--reveal"]);
    assert!(revealed.stdout.ends_with(&format!("reveal    {MARKER}\n")), "{revealed:?}");
    // A list is of what tools use.
    assert_eq!(it.run(&["list"]).stdout, "");
}

#[test]
fn a_key_goes_before_a_name() {
    let it = Sealing::new(r#"{"auths": {"ci-pull": {"auth": "YTpi"}}}"#);
    assert_eq!(add(&it, "ci-pull", &[]).exit, 0);
    assert!(it.run(&["show", "ci-pull"]).stdout.contains("config.json"));
    assert_eq!(it.run(&["remove", "ci-pull", "--yes"]).exit, 0);
    assert!(it.config().contains(r#""auths": {}"#) && it.run(&["show", "ci-pull"]).stdout.contains("vault"));
}

#[test]
fn a_rule_that_a_new_secret_breaks_is_said_with_the_mend() {
    let it = Sealing::new("{}");
    assert_eq!(add(&it, "taken", &[]).exit, 0);
    let login = ["--registry", "ghcr.io", "--username", "jane"];
    let with = |more: &[&'static str]| [&login[..], more].concat();
    let table: &[(&str, Vec<&str>, &str)] = &[
        ("taken", with(&[]), "of this name is in the vault"),
        ("No", with(&[]), "3 to 253"),
        ("ci", with(&["--email", "x"]), "3 to 253"),
        ("mail", with(&["--email", "x"]), "@"),
        ("past", with(&["--expires-on", "2001-01-01"]), "is over"),
        ("user", vec!["--registry", "ghcr.io", "--username", "a:b"], "no colon"),
        ("host", vec!["--registry", "two words", "--username", "a"], "no registry address"),
        ("token", with(&["--kind", "registry-token"]), "cannot be kept in the vault"),
    ];
    for (name, more, words) in table {
        let ran = add(&it, name, more);
        assert_eq!(ran.exit, 2, "{name}: {ran:?}");
        assert!(ran.stderr.contains(words) && !ran.stderr.contains(MARKER), "{name}: {ran:?}");
    }
    // Whatever the password is: said before it is asked for.
    for (name, more, words) in &table[1..] {
        let asked = it.run(&[&["add", "--to", "vault", "--name", name], &more[..]].concat());
        assert!(asked.exit == 2 && asked.stderr.contains(words), "{name}: {asked:?}");
    }
    let elsewhere = ["add", "--registry", "r.io", "--username", "u", "--password-stdin", "--name", "x-y"];
    assert!(it.home.pullpass(&elsewhere, "p").stderr.contains("--to vault"));
    assert!(it.home.pullpass(&["vault", "status"], "").stdout.contains("secrets    1\n"));
}

#[test]
fn a_secret_is_dockers_only_where_dockers_file_names_the_helper() {
    let uses = ["docker + uses it: through docker-credential-pullpass", "docker is logged out there"];
    let nobody = "does not ask docker-credential-pullpass for it";
    let not = [&*format!("docker - does not: {nobody}"), &*format!("docker does not use it: {nobody}")];
    for (config, [shown, asked]) in [(r#"{"credHelpers": {"ghcr.io": "pullpass"}}"#, uses), ("{}", not)] {
        let it = Sealing::new(config);
        it.give_vault("ghcr.io", "jane", MARKER);
        let ran = it.run(&["show", "ghcr-io"]);
        assert!(ran.stdout.contains(shown), "{config}: {ran:?}");
        let ran = it.run(&["remove", "ghcr-io"]);
        assert!(ran.exit == 2 && ran.stdout.contains(asked), "{config}: {ran:?}");
    }
}

#[test]
fn removing_dockers_login_by_its_name_asks_first() {
    let it = Sealing::new("{}");
    it.give_vault("ghcr.io", "jane", MARKER);
    assert_eq!(it.run(&["remove", "ghcr-io"]).exit, 2);
    assert_eq!(it.kept(), ["ghcr.io"]);
    assert_eq!(it.run(&["remove", "ghcr-io", "--yes"]).exit, 0);
    assert_eq!(it.kept(), Vec::<String>::new());
}

/// A file that is none of its business: broken, or with a store that is not installed.
#[test]
fn a_secret_is_removed_by_its_name_whatever_is_wrong_with_a_file() {
    for config in ["{", r#"{"credsStore": "nowhere"}"#] {
        let it = Sealing::new(config);
        assert_eq!(add(&it, "ci-pull", &[]).exit, 0);
        let ran = it.run(&["remove", "ci-pull", "--yes"]);
        assert!(ran.exit == 0 && ran.stdout.contains("the vault forgot ci-pull"), "{config}: {ran:?}");
        let ran = it.run(&["remove", "ci-pull", "--yes"]);
        assert!(ran.exit == 1 && !ran.stderr.contains("vault"), "{config}: {ran:?}");
        assert_eq!(it.config(), config);
    }
    let locked = Sealing::locked("{");
    let ran = locked.run(&["remove", "ci-pull", "--yes"]);
    assert!(ran.exit == 1 && ran.stderr.contains("config.json"), "the file is what is known: {ran:?}");
}

#[test]
fn only_what_can_be_a_name_asks_for_the_vault_to_be_unlocked() {
    let (locked, missing) = (Sealing::locked("{}"), Sealing::of(Home::new(), "{}"));
    for command in [&["show"][..], &["remove", "--yes"]] {
        let run = |it: &Sealing, name: &str| it.run(&[command, &[name]].concat()).exit;
        assert_eq!((run(&locked, "ci-pull"), run(&locked, "ghcr.io")), (6, 3), "{command:?}");
        assert_eq!((run(&missing, "ci-pull"), run(&missing, "ghcr.io")), (3, 3), "{command:?}");
    }
}

#[test]
fn what_the_vault_keeps_of_a_file_is_written_without_running_the_helper() {
    let config = r#"{"credHelpers": {"r.io": "pullpass"}}"#;
    let mut it = Sealing::new(config);
    // PATH leads nowhere, so nothing can be run.
    it.home.variables.push(("PATH".into(), "/nowhere".into()));
    let login = ["add", "--registry", "r.io", "--username", "u", "--password-stdin"];
    let added = it.home.pullpass(&login, MARKER);
    assert!(added.exit == 0 && added.stdout.contains("the vault keeps r.io for u"), "{added:?}");
    assert_eq!((it.get("r.io"), it.config().contains("auth\"")), (format!("u:{MARKER}"), false));
    assert_eq!(it.home.pullpass(&login, "newer").exit, 0);
    assert_eq!(it.get("r.io"), "u:newer");
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert_eq!(it.get("r.io"), format!("u:{MARKER}"));
    assert_eq!(it.run(&["remove", "r.io", "--yes"]).exit, 0);
    assert_eq!(
        (it.get("r.io"), it.config()),
        (String::new(), r#"{"credHelpers": {}, "auths": {}}"#.to_owned())
    );
}

#[test]
fn with_for_docker_one_command_gives_docker_the_login_and_undo_takes_it_back() {
    let it = Sealing::new(r#"{"auths": {"other.io": {"auth": "YTpi"}}}"#);
    let before = it.config();
    let login = ["--registry", "ghcr.io", "--username", "jane", "--for-docker"];
    let added = add(&it, "ci-pull", &login);
    assert_eq!(added.exit, 0, "{added:?}");
    assert!(added.stdout.contains("name docker-credential-pullpass for ghcr.io (credHelpers)"), "{added:?}");
    assert_eq!(it.get("ghcr.io"), format!("jane:{MARKER}"));
    assert_eq!(it.json()["credHelpers"]["ghcr.io"], "pullpass");
    // The one before stays as a secret.
    let second = add(&it, "ci-two", &login);
    assert!(second.stderr.contains("docker no longer uses ci-pull, which stays as a secret"), "{second:?}");
    assert!(
        it.run(&["show", "ci-pull"]).stdout.contains("used by   docker - does not: it is a named secret")
    );
    assert_eq!(it.run(&["remove", "ci-two", "--yes"]).exit, 0);
    it.write(&before);
    assert_eq!(add(&it, "ci-three", &login).exit, 0);
    let undone = it.run(&["undo", "--yes"]);
    assert_eq!((undone.exit, it.config(), it.get("ghcr.io")), (0, before, String::new()), "{undone:?}");
    // What was pasted becomes the key that docker asks for.
    let hub = ["--registry", "docker.io/library/nginx", "--username", "jane", "--for-docker"];
    let added = add(&it, "hub-pull", &hub);
    assert_eq!(
        (added.exit, it.get("https://index.docker.io/v1/")),
        (0, format!("jane:{MARKER}")),
        "{added:?}"
    );
    // Where the file cannot be written, the vault is as before.
    let read_only = std::os::unix::fs::PermissionsExt::from_mode(0o400);
    std::fs::set_permissions(it.docker(), read_only).unwrap();
    let before = (it.config(), it.kept());
    let refused = add(&it, "never", &["--registry", "quay.io", "--username", "jane", "--for-docker"]);
    assert!(refused.exit == 1 && refused.stderr.contains("was taken back"), "{refused:?}");
    assert_eq!((it.config(), it.kept()), before);
    std::fs::remove_file(it.docker()).unwrap();
    // Said before a password is asked for.
    it.write(r#"{"credHelpers": {"gcr.io": "gcloud"}}"#);
    let login = ["add", "--to", "vault", "--registry", "gcr.io", "--username", "u", "--for-docker"];
    let refused = it.run(&login);
    assert!(
        refused.exit == 1 && refused.stderr.contains("docker-credential-gcloud for gcr.io"),
        "{refused:?}"
    );
    let elsewhere = ["add", "--registry", "r.io", "--username", "u", "--password-stdin", "--for-docker"];
    assert!(it.home.pullpass(&elsewhere, "p").stderr.contains("--to vault"));
}
