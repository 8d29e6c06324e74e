use super::*;
use crate::config::default_store::Machine;
use crate::config::plan::{EditContext, Intent};
use crate::config::planning;

#[test]
fn each_tool_asks_for_the_registry_alone() {
    let docker = [
        ("ghcr.io", Ok("ghcr.io")),
        ("https://ghcr.io/v1/", Ok("ghcr.io")),
        ("http://localhost:5000", Ok("localhost:5000")),
        ("quay.io/team", Ok("quay.io")),
        ("docker.io", Ok(HUB_KEY)),
        ("https://index.docker.io/v1", Ok(HUB_KEY)),
        ("index.docker.io:80", Ok("index.docker.io:80")),
        (HUB_REFRESH_TOKEN_KEY, Ok(HUB_REFRESH_TOKEN_KEY)),
        ("docker.io/team", Err(Immovable::NeverAsked)),
    ];
    let podman = [
        ("ghcr.io", Ok("ghcr.io")),
        ("docker.io", Ok("docker.io")),
        ("quay.io/team", Err(Immovable::Namespace)),
    ];
    let tables = [(Format::Docker, &docker[..]), (Format::Containers, &podman[..])];
    for (format, table) in tables {
        for (key, asked) in table {
            assert_eq!(asked_for(format, key), asked.map(str::to_owned), "{key}");
        }
    }
    assert_eq!(asked_for(Format::Legacy, "ghcr.io"), Err(Immovable::NeverAsked));
}

/// What becomes of a file, or the code of the refusal.
fn moved(format: Format, text: &str, key: &str) -> Result<String, String> {
    planned(format, text, &Intent::MoveToHelper { key: key.into(), helper: "pullpass".into() })
}

fn planned(format: Format, text: &str, intent: &Intent) -> Result<String, String> {
    let context = EditContext { format, machine: Machine::default() };
    let plan = planning::plan(Some(text.as_bytes()), intent, &context);
    let plan = plan.map_err(|refusal| refusal.code().to_owned())?;
    Ok(String::from_utf8(plan.apply(text.as_bytes()).to_vec()).unwrap())
}

#[test]
fn an_entry_leaves_as_a_whole_and_what_is_no_secret_stays() {
    let docker = Format::Docker;
    let table: &[(Format, &str, &str, Result<&str, &str>)] = &[
        (
            docker,
            r#"{"auths":{"r":{"auth":"dTpw","email":"e","x":1}}}"#,
            "r",
            Ok(r#"{"auths":{"r":{"email":"e","x":1}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            docker,
            r#"{"auths":{"https://r":{"email":"e","auth":"dTpw"}}}"#,
            "https://r",
            Ok(r#"{"auths":{"https://r":{"email":"e"},"r":{}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            docker,
            r#"{"auths":{"r":{"auth":"dTpw"},"http://r":{"username":"u","password":"p"}}}"#,
            "http://r",
            Ok(r#"{"auths":{"r":{}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        // A name without a helper means the file.
        (
            docker,
            r#"{"auths":{"r":{"auth":"dTpw"}},"credHelpers":{"r":""}}"#,
            "r",
            Ok(r#"{"auths":{"r":{}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        // The store for all registries is asked already.
        (
            docker,
            r#"{"auths":{"r":{"auth":"dTpw"}},"credsStore":"pullpass"}"#,
            "r",
            Ok(r#"{"auths":{"r":{}},"credsStore":"pullpass"}"#),
        ),
        (
            docker,
            r#"{"auths":{"r":{}},"credHelpers":{"r":"pullpass"}}"#,
            "r",
            Ok(r#"{"auths":{"r":{}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            Format::Containers,
            r#"{"auths":{"r":{"auth":"dTpw"},"s":{"auth":"YTpi"}}}"#,
            "r",
            Ok(r#"{"auths":{"s":{"auth":"YTpi"}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            Format::Containers,
            r#"{"auths":{"r":{"auth":"dTpw","x":1}}}"#,
            "r",
            Ok(r#"{"auths":{"r":{"x":1}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            docker,
            r#"{"auths":{"r":{"auth":"dTpw"}},"credHelpers":{"r":"ecr-login"}}"#,
            "r",
            Err("served_by_helper"),
        ),
        (
            docker,
            r#"{"auths":{"r":{"auth":"dTpw"},"https://r":{"auth":"YTpi"}}}"#,
            "r",
            Err("other_spelling"),
        ),
        (docker, r#"{"auths":{"r":{"auth":"dTpw"},"https://r":{"auth":"?"}}}"#, "r", Err("other_spelling")),
        (docker, r#"{"auths":{"r":{"auth":"?"}}}"#, "r", Err("undecodable")),
        (docker, r#"{"auths":{"r":{"registrytoken":"t"}}}"#, "r", Err("registry_token")),
        (docker, r#"{"auths":{"r":{"username":"u"}}}"#, "r", Err("incomplete")),
        (docker, r#"{"auths":{"r":{}}}"#, "r", Err("nothing_to_move")),
        (docker, r#"{"auths":{"r":{"auth":"dTr/"}}}"#, "r", Err("non_utf8_secret")),
        (Format::Legacy, r#"{"r":{"auth":"dTpw"}}"#, "r", Err("never_asked")),
    ];
    for (format, text, key, expected) in table {
        let found = moved(*format, text, key);
        assert_eq!(found.as_deref().map_err(String::as_str), *expected, "{text}");
    }
}

#[test]
fn a_user_name_that_is_the_secret_is_in_no_words() {
    let token = format!("dop_v1_{}", "0f".repeat(32));
    let text = format!(r#"{{"auths":{{"r":{{"username":"{token}","password":"{token}"}}}}}}"#);
    let context = EditContext { format: Format::Docker, machine: Machine::default() };
    let intent = Intent::MoveToHelper { key: "r".into(), helper: "pullpass".into() };
    let plan = planning::plan(Some(text.as_bytes()), &intent, &context).unwrap();
    let words: String = plan.helper_steps.iter().map(HelperStep::sentence).collect();
    assert!(words.contains("for (the token)") && !words.contains("dop_v1"), "{words}");
}

#[test]
fn a_helper_that_has_the_login_is_asked_and_what_lay_there_goes() {
    let table: &[(&str, &str, Result<&str, &str>)] = &[
        ("{}", "r", Ok(r#"{"auths":{"r":{}},"credHelpers":{"r":"pullpass"}}"#)),
        (
            r#"{"auths":{"r":{"auth":"dTpw","email":"e"}}}"#,
            "r",
            Ok(r#"{"auths":{"r":{"email":"e"}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            r#"{"auths":{"https://r":{"auth":"dTpw"}}}"#,
            "https://r",
            Ok(r#"{"auths":{"r":{}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        // Another spelling may hold another login: it is nobody's to take away.
        (
            r#"{"auths":{"https://r":{"auth":"dTpw"}}}"#,
            "r",
            Ok(r#"{"auths":{"https://r":{"auth":"dTpw"},"r":{}},"credHelpers":{"r":"pullpass"}}"#),
        ),
        (
            r#"{"credHelpers":{"r":"pullpass"}}"#,
            "r",
            Ok(r#"{"credHelpers":{"r":"pullpass"},"auths":{"r":{}}}"#),
        ),
        (
            r#"{"auths":{"r":{}},"credsStore":"pullpass"}"#,
            "r",
            Ok(r#"{"auths":{"r":{}},"credsStore":"pullpass"}"#),
        ),
        (
            r#"{"auths":{"r":{}},"credsStore":"pass"}"#,
            "r",
            Ok(r#"{"auths":{"r":{}},"credsStore":"pass","credHelpers":{"r":"pullpass"}}"#),
        ),
        (r#"{"credHelpers":{"r":"gcloud"}}"#, "r", Err("has_helper")),
        ("{}", "docker.io/team", Err("never_asked")),
    ];
    for (text, key, expected) in table {
        let intent = Intent::UseHelper { key: (*key).into(), helper: "pullpass".into() };
        let found = planned(Format::Docker, text, &intent);
        let spaceless = found.map(|text| text.replace([' ', '\n', '\t'], ""));
        assert_eq!(spaceless, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
    }
}
