//! Whoever has a program: each is a script here, which does what the real one was seen to do.

use pullpass::refresh::error::Cause;
use pullpass::refresh::{MintError, Profile};

use super::world::{HOST, Server, World, ecr, later, no_host, now};

const NOTE: &str = r#"printf '%s\n' "$@" >"$D/arguments";"#;

fn google(account: Option<&str>) -> Profile {
    Profile::Google { account: account.map(str::to_owned) }
}

fn command(argv: &[&str], life: Option<u32>) -> Profile {
    Profile::Command { argv: argv.iter().map(|word| (*word).to_owned()).collect(), life }
}

/// What the program of an error is blamed for.
fn blamed(error: &MintError) -> String {
    match &error.cause {
        Cause::ProgramFailed { how, said, .. } => format!("{how}: {said}"),
        Cause::BadOutput { what, .. } => what.clone(),
        _ => error.code().to_owned(),
    }
}

#[test]
fn gcloud_tells_the_end_of_its_token() {
    let world = World::new(&[]);
    let json = r#"{"configuration":{},"credential":{"access_token":"ya29.a","id_token":null,"token_expiry":"2026-11-30T12:40:00Z"}}"#;
    world.program("gcloud", &format!("{NOTE} echo '{json}'"));
    let minted = world.mint_by_program("europe-docker.pkg.dev", &google(None)).unwrap();
    assert_eq!(
        (minted.credential.username.as_str(), minted.credential.secret.expose()),
        ("oauth2accesstoken", &b"ya29.a"[..])
    );
    assert_eq!((minted.credential.expires_at, minted.is_estimate), (Some(later(2400)), false));
    assert_eq!(minted.source, "the active account of gcloud");
    assert_eq!(world.arguments(), ["config", "config-helper", "--format=json", "--min-expiry=20m"]);
    let minted = world.mint_by_program("gcr.io", &google(Some("ci@example.com"))).unwrap();
    assert_eq!(minted.source, "the account ci@example.com of gcloud");
    assert_eq!(world.arguments().last().unwrap(), "--account=ci@example.com");
}

#[test]
fn an_older_gcloud_prints_a_token_whose_end_is_estimated() {
    let world = World::new(&[]);
    let old = r#"case "$1" in auth) echo ya29.b;; *) echo "unrecognized arguments: --min-expiry" >&2; exit 2;; esac"#;
    world.program("gcloud", old);
    let minted = world.mint_by_program("gcr.io", &google(None)).unwrap();
    assert_eq!(minted.credential.secret.expose(), b"ya29.b");
    assert_eq!((minted.credential.expires_at, minted.is_estimate), (Some(later(3600)), true));
    // A token that somebody else's file holds has no end that is known.
    world.program("gcloud", r#"echo '{"credential":{"access_token":"ya29.c","token_expiry":null}}'"#);
    let minted = world.mint_by_program("gcr.io", &google(None)).unwrap();
    assert_eq!((minted.credential.expires_at, minted.is_estimate), (Some(later(3600)), true));
}

#[test]
fn gcloud_without_an_account_says_so_in_its_own_words() {
    let world = World::new(&[]);
    world.program(
        "gcloud",
        "echo 'ERROR: (gcloud.auth) You do not currently have an active account selected.' >&2; exit 1",
    );
    let error = world.mint_by_program("gcr.io", &google(None)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "No new password from Google Artifact Registry: asked gcloud, but it ended with exit status 1: ERROR: \
         (gcloud.auth) You do not currently have an active account selected. Run \"gcloud auth login\", then try again."
    );
    for output in ["", "a b", "[]", "{\"credential\":{}}"] {
        world.program("gcloud", &format!("echo '{output}'"));
        assert_eq!(
            world.mint_by_program("gcr.io", &google(None)).unwrap_err().code(),
            "program_bad_output",
            "{output}"
        );
    }
}

#[test]
fn az_gives_a_refresh_token_with_its_own_end() {
    use base64::Engine as _;
    let part = |json: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json);
    let end = later(10_800).as_second();
    let jwt = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(&format!(r#"{{"exp":{end}}}"#)));
    let world = World::new(&[]);
    let azure = |subscription: Option<&str>| Profile::Azure { subscription: subscription.map(str::to_owned) };
    let run = |json: &str, subscription: Option<&str>, key: &str| {
        world.program("az", &format!("{NOTE} echo 'WARNING: x' >&2; echo '{json}'"));
        world.mint_by_program(key, &azure(subscription))
    };
    let both = format!(
        r#"{{"accessToken":"a","loginServer":"x","refreshToken":"{jwt}","username":"00000000-0000-0000-0000-000000000000"}}"#
    );
    let minted = run(&both, Some("dev"), "myreg.eastus.geo.azurecr.io").unwrap();
    assert_eq!(
        (minted.credential.secret.expose(), minted.credential.expires_at, minted.is_estimate),
        (jwt.as_bytes(), Some(later(10_800)), false)
    );
    assert_eq!(minted.credential.username, "00000000-0000-0000-0000-000000000000");
    let line = "acr login --name myreg --expose-token --output json --subscription dev";
    assert_eq!(world.arguments().join(" "), line);
    let minted = run(r#"{"accessToken":"opaque"}"#, None, "myreg-abc.azurecr.io").unwrap();
    assert_eq!(
        (minted.credential.secret.expose(), minted.credential.expires_at, minted.is_estimate),
        (&b"opaque"[..], Some(later(10_800)), true)
    );
    assert!(world.arguments().contains(&"myreg".to_owned()));
    assert_eq!(run("{}", None, "myreg.azurecr.io").unwrap_err().code(), "program_bad_output");
    assert_eq!(run("{}", None, "azurecr.io.evil.example").unwrap_err().code(), "bad_setting");
}

#[test]
fn doctl_is_asked_for_an_end() {
    let world = World::new(&[]);
    let json = r#"{"auths":{"registry.digitalocean.com":{"auth":"ZG9vX3YxX2Y6ZG9vX3YxX2Y="}}}"#;
    world.program("doctl", &format!("{NOTE} echo '{json}'"));
    let of = |context: Option<&str>| Profile::DigitalOcean { context: context.map(str::to_owned) };
    let minted = world.mint_by_program("registry.digitalocean.com", &of(Some("work"))).unwrap();
    assert_eq!(
        (minted.credential.username.as_str(), minted.credential.secret.expose()),
        ("doo_v1_f", &b"doo_v1_f"[..])
    );
    assert_eq!((minted.credential.expires_at, minted.is_estimate), (Some(later(3600)), false));
    assert_eq!(world.arguments().join(" "), "registry docker-config --expiry-seconds 3600 --context work");
    assert!(!format!("{minted:?}").contains("doo_v1"), "the user name is the token");
    let other = world.mint_by_program("registry.example.com", &of(None)).unwrap_err();
    assert_eq!(other.code(), "program_bad_output");
}

#[test]
fn a_command_prints_a_password_or_json() {
    let world = World::new(&[]);
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTYwODMyMDB9.c2ln";
    let whole = r#"echo '{"username":"joe","password":"pw","expires_at":"2026-11-30T12:10:00Z"}'"#;
    let nobody = r#"echo '{"username":"","password":"pw","expires_at":1796040600,"x":[]}'"#;
    let endless = r#"echo '{"password":"pw","expires_at":null}'"#;
    // Script and life; user name, password, seconds that are left, and whether those are a guess.
    let table = [
        ("printf ' a b \\n'", None, "jane", " a b ", None, false),
        ("printf 'pw\\r\\n'", None, "jane", "pw", None, false),
        ("printf 'pw'", Some(600), "jane", "pw", Some(600), true),
        (r#"echo '{"password":"p{w"}'"#, None, "jane", "p{w", None, false),
        (whole, Some(60), "joe", "pw", Some(600), false),
        (nobody, None, "jane", "pw", Some(600), false),
        (endless, Some(600), "jane", "pw", Some(600), true),
        // The token tells its own end: 2026-12-01T00:00:00Z.
        (&format!("echo {jwt}"), None, "jane", jwt, Some(43_200), false),
    ];
    for (script, life, username, password, seconds, is_estimate) in table {
        world.program("minter", script);
        let minted = world.mint_by_program("r.example", &command(&["minter", "-x"], life)).unwrap();
        assert_eq!(
            (&*minted.credential.username, minted.credential.secret.expose_text()),
            (username, Some(password)),
            "{script}"
        );
        let left = minted.credential.expires_at.map(|at| at.as_second() - now().as_second());
        assert_eq!((left, minted.is_estimate), (seconds, is_estimate), "{script}");
        assert_eq!(minted.source, "the command minter");
    }
}

#[test]
fn junk_is_no_password() {
    let world = World::new(&[]);
    let table = [
        ("true", "it printed nothing"),
        ("echo", "it printed nothing"),
        ("printf 'a\\nb\\n'", "it printed more than one line, and only one can be the password"),
        ("printf 'a\\033[2J'", "it printed a password with control characters"),
        ("printf '\\377'", "it printed a password that is not UTF-8"),
        ("printf '{\"password\":'", "it printed something that begins as JSON and is none"),
        ("echo '{\"secret\":\"x\"}'", "it printed JSON without a \"password\""),
        (
            "echo '{\"password\":\"x\",\"expires_at\":\"soon\"}'",
            "it printed JSON whose \"expires_at\" is no time",
        ),
        ("yes | head -c 70000", "it printed more than 65536 bytes"),
    ];
    for (script, what) in table {
        world.program("minter", script);
        let error = world.mint_by_program("r.example", &command(&["minter"], None)).unwrap_err();
        assert_eq!(blamed(&error), what, "{script}");
    }
    world.program("minter", r#"echo '{"password":"pw","expires_at":"2026-11-30T11:00:00Z"}'"#);
    assert_eq!(
        world.mint_by_program("r.example", &command(&["minter"], None)).unwrap_err().code(),
        "came_expired"
    );
}

#[test]
fn a_failing_command_is_quoted_without_its_secrets() {
    let world = World::new(&[]);
    let table = [
        ("echo 'no such entry' >&2; exit 3", "ended with exit status 3: no such entry"),
        (
            "echo 'password hunter2 was refused' >&2; exit 1",
            "ended with exit status 1: password ••• was refused",
        ),
        (
            "echo opensesame; echo 'cannot keep opensesame' >&2; exit 1",
            "ended with exit status 1: cannot keep •••",
        ),
        ("echo 'bad {\"Secret\":\"hunter2\"}' >&2; exit 1", "ended with exit status 1: bad"),
        ("printf 'a\\033[2J' >&2; exit 1", "ended with exit status 1: a\\x1b[2J"),
        ("exit 1", "ended with exit status 1: "),
        ("kill -9 $$", "was killed by a signal: "),
    ];
    for (script, words) in table {
        world.program("minter", script);
        let error = world.mint_by_program("r.example", &command(&["minter"], None)).unwrap_err();
        assert_eq!(blamed(&error), words, "{script}");
    }
}

#[test]
fn only_a_name_on_path_or_an_absolute_path_is_run() {
    let world = World::new(&[]);
    world.program("minter", "echo pw");
    let path = world.path("minter");
    assert!(world.mint_by_program("r.example", &command(&[path.to_str().unwrap()], None)).is_ok());
    for argv in [&["./minter"][..], &["sub/minter"], &["gone"], &["/gone/minter"], &[""], &[".."]] {
        let error = world.mint_by_program("r.example", &command(argv, None)).unwrap_err();
        assert_eq!(error.code(), "program_missing", "{argv:?}");
    }
    assert_eq!(world.mint_by_program("r.example", &command(&[], None)).unwrap_err().code(), "bad_setting");
    let gcloud = World::new(&[]).mint_by_program("gcr.io", &google(None)).unwrap_err();
    assert_eq!(gcloud.code(), "program_missing");
}

#[test]
fn a_profile_that_wants_a_sign_in_is_left_to_the_aws_cli() {
    let config = "[profile role]\nrole_arn = r\nsource_profile = x\n[profile sso]\nsso_account_id = 1\n\
                  [profile login]\nlogin_session = l\n";
    let of = |name: &str| Profile::Ecr { aws_profile: Some(name.to_owned()), region: None };
    for (name, step) in [
        ("role", "aws sts get-caller-identity --profile role"),
        ("sso", "aws sso login --profile sso"),
        ("login", "aws login --profile login"),
    ] {
        let world = World::new(&[]);
        world.write(".aws/config", config);
        let error = world.mint_by_program(HOST, &of(name)).unwrap_err();
        assert_eq!(error.code(), "program_missing");
        assert!(
            error.to_string().contains(&format!("aws configure export-credentials --profile {name}")),
            "{error}"
        );
        // Version 1 knows no such command.
        world.program("aws", &format!("{NOTE} echo \"argument operation: Invalid choice\" >&2; exit 2"));
        let error = world.mint_by_program(HOST, &of(name)).unwrap_err();
        assert!(error.next_step().contains(step), "{error}");
        let line = format!("configure export-credentials --profile {name} --format process");
        assert_eq!(world.arguments().join(" "), line);
    }
}

#[test]
fn keys_of_a_process_are_used_until_their_end() {
    let world = World::new(&[]);
    world.write(".aws/config", "[default]\ncredential_process = keys --for 'a b'\n");
    let run = |expiration: &str| {
        let json = format!(
            r#"{{"Version":1,"AccessKeyId":"AKIAPROC","SecretAccessKey":"s","Expiration":"{expiration}"}}"#
        );
        world.program("keys", &format!("{NOTE} echo '{json}'"));
        world.mint_in_real_time(&Server::new([no_host()]), HOST, &ecr()).unwrap_err().code()
    };
    // A server that is not there: the keys were good enough to ask it.
    assert_eq!(run("2026-11-30T12:00:01Z"), "network");
    assert_eq!(world.arguments(), ["--for", "a b"]);
    assert_eq!(run("2026-11-30T12:00:00Z"), "keys_expired");
    assert_eq!(run("never"), "program_bad_output");
    world.program("keys", "echo 'AKIAPROC opensesame'; echo 'cannot: opensesame' >&2; exit 1");
    let error = world.mint_by_program(HOST, &ecr()).unwrap_err();
    assert!(!error.to_string().contains("opensesame") && error.to_string().contains("cannot:"), "{error}");
}
