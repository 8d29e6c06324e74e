//! The Sauce Labs registry: what its API is asked, and what is made of what it answers.

use pullpass::refresh::error::{Cause, Meaning};
use pullpass::refresh::{Profile, present_principal};

use super::world::{Reply, Server, World, answer, later, now, refusal};

const KEY: &str = "registry.example.com/your-private-registry/";
const EUROPE: &str =
    "POST https://api.eu-central-1.saucelabs.com/v1alpha1/hosted/container-registry/authorization-token";

fn world() -> World {
    World::new(&[("SAUCE_USERNAME", "jane"), ("SAUCE_ACCESS_KEY", "opensesame")])
}

/// Europe's data center.
fn sauce() -> Profile {
    of(None, Some("eu-central-1"), None, None)
}

fn of(registry: Option<&str>, datacenter: Option<&str>, api: Option<&str>, account: Option<&str>) -> Profile {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Profile::Sauce {
        registry: own(registry),
        datacenter: own(datacenter),
        api: own(api),
        account: own(account),
    }
}

fn token(expires_at: &str) -> Reply {
    answer(
        200,
        &[],
        &format!(r#"{{"expires_at":{expires_at},"username":"oauth2accesstoken","password":"ya29.x"}}"#),
    )
}

#[test]
fn the_api_is_told_the_registrys_whole_address() {
    let table = [
        (sauce(), "registry.example.com/your-private-registry"),
        (of(Some("https://r.example/team/x/"), Some("eu-central-1"), None, None), "r.example/team/x"),
    ];
    for (profile, registry) in table {
        let server = Server::new([token("\"2026-11-30T12:05:00Z\"")]);
        let minted = world().mint(&server, KEY, &profile).unwrap();
        assert_eq!(
            (minted.credential.username.as_str(), minted.credential.secret.expose()),
            ("oauth2accesstoken", &b"ya29.x"[..])
        );
        assert_eq!((minted.credential.expires_at, minted.is_estimate), (Some(later(300)), false));
        let asked = server.asked().remove(0);
        assert_eq!(asked.line, format!("{EUROPE} jane:opensesame"));
        assert_eq!(asked.body, format!(r#"application/json {{"registry_url":"{registry}"}}"#));
    }
}

#[test]
fn the_end_is_what_the_answer_says() {
    let table = [
        ("\"2026-11-30T12:30:00Z\"", Ok((1800, false))),
        ("\"2026-11-30T13:30:00.123456789+01:00\"", Ok((1800, false))),
        ("\"2027-11-30T12:00:00Z\"", Ok((365 * 86_400, false))),
        ("1796041800", Ok((1800, false))),
        // Nothing said: the shortest life that the pages tell of, marked as a guess.
        ("null", Ok((300, true))),
        ("\"2026-11-30T11:59:00Z\"", Err("came_expired")),
        ("\"soon\"", Err("bad_answer")),
    ];
    for (expires_at, expected) in table {
        let minted = world().mint(&Server::new([token(expires_at)]), KEY, &sauce());
        let found = minted.map(|minted| {
            (minted.credential.expires_at.unwrap().as_second() - now().as_second(), minted.is_estimate)
        });
        assert_eq!(found.map_err(|error| error.code()), expected, "{expires_at}");
    }
}

#[test]
fn a_refusal_says_what_it_means() {
    let said = r#"{"code":"ERR_X","message":"not allowed with key opensesame"}"#;
    let table = [
        (401, Meaning::WrongKey),
        (403, Meaning::Denied),
        (422, Meaning::ServerError),
        (429, Meaning::Throttled),
        (500, Meaning::ServerError),
        (404, Meaning::Other),
    ];
    for (status, meaning) in table {
        let server = Server::new([answer(status, &[], said)]);
        let (found, line) = refusal(&world().mint(&server, KEY, &sauce()).unwrap_err());
        assert_eq!(found, meaning, "{status}");
        assert!(
            line.contains(
                "api.eu-central-1.saucelabs.com refused SAUCE_USERNAME of the environment, ERR_X: not"
            ),
            "{line}"
        );
        assert!(!line.contains("opensesame"), "{line}");
    }
    let server = Server::new([answer(500, &[], "<html>")]);
    let (_, line) = refusal(&world().mint(&server, KEY, &sauce()).unwrap_err());
    assert!(line.contains("status 500"), "{line}");
}

#[test]
fn an_older_api_is_asked_again_without_a_body_unless_somebody_gave_the_address() {
    let server = Server::new([answer(400, &[], ""), token("\"2026-11-30T12:05:00Z\"")]);
    assert!(world().mint(&server, KEY, &sauce()).is_ok());
    let bodies: Vec<_> = server.asked().into_iter().map(|asked| asked.body).collect();
    assert_eq!(bodies[1], "");
    let given = of(Some("r.example/x"), Some("eu-central-1"), None, None);
    let server = Server::new([answer(400, &[], "")]);
    assert_eq!(refusal(&world().mint(&server, KEY, &given).unwrap_err()).0, Meaning::Other);
}

#[test]
fn a_data_center_is_never_guessed() {
    let token = || token("\"2026-11-30T12:05:00Z\"");
    let named = "registry.us-west-1.example.com";
    for (key, profile, host) in [
        (named, of(None, None, None, None), "api.us-west-1.saucelabs.com"),
        (named, sauce(), "api.eu-central-1.saucelabs.com"),
        (KEY, of(None, Some("us-east-4"), None, None), "api.us-east-4.saucelabs.com"),
        (KEY, of(None, Some("us-east-4"), Some("http://127.0.0.1:9/base/"), None), "127.0.0.1:9"),
    ] {
        let server = Server::new([token()]);
        assert_eq!(world().mint(&server, key, &profile).unwrap().asked, host);
    }
    for (profile, code) in [
        (of(None, None, None, None), "not_told"),
        (of(None, Some("apac-southeast-1"), None, None), "bad_setting"),
        (of(None, Some("staging"), None, None), "bad_setting"),
        (of(None, None, Some("nonsense"), None), "bad_setting"),
    ] {
        assert_eq!(world().mint(&Server::default(), KEY, &profile).unwrap_err().code(), code, "{profile:?}");
    }
}

#[test]
fn the_account_is_the_environments_saucectls_or_a_records() {
    let token = || token("\"2026-11-30T12:05:00Z\"");
    let of_record = of(None, Some("eu-central-1"), None, Some("sauce key"));
    let server = Server::new([token(), token(), token()]);
    let mine = world().mint(&server, KEY, &sauce()).unwrap();
    assert_eq!(present_principal(&sauce(), &world().environment()), Ok(mine.principal.clone()));
    assert!(mine.principal.is_some());
    let kept = world().mint(&server, KEY, &of_record).unwrap();
    assert_eq!((kept.principal, present_principal(&of_record, &world().environment())), (None, Ok(None)));
    let file = World::new(&[]);
    file.write(".sauce/credentials.yml", "username: joe\naccessKey: f\n");
    let joes = file.mint(&server, KEY, &sauce()).unwrap();
    assert_eq!(joes.source, "~/.sauce/credentials.yml");
    assert_ne!(joes.principal, mine.principal);
    let lines = server.lines();
    for (line, login) in lines.iter().zip(["jane:opensesame", "kept:kept-key", "joe:f"]) {
        assert_eq!(*line, format!("{EUROPE} {login}"));
    }
    let nobody = World::new(&[]).mint(&Server::default(), KEY, &sauce()).unwrap_err();
    assert!(matches!(nobody.cause, Cause::NoKeys { .. }));
    let gone = of(None, Some("eu-central-1"), None, Some("gone"));
    assert_eq!(world().mint(&Server::default(), KEY, &gone).unwrap_err().code(), "no_keys");
}

#[test]
fn a_server_that_does_not_answer_is_told_by_its_name() {
    let slow = pullpass::net::transport::TransportError::Unreachable("It did not answer within 15 s.".into());
    let error = world().mint(&Server::new([Reply::TransportError(slow)]), KEY, &sauce()).unwrap_err();
    assert_eq!(
        error.what(),
        "No new password from Sauce Labs: api.eu-central-1.saucelabs.com was not reached. It did not answer within 15 s."
    );
}
