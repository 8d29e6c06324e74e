//! The rules of [`classify`], case by case.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::credential::expiry::Source;

use super::*;

const GENERIC: &str = "registry.corp.example";
const ECR: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com";

fn now() -> Timestamp {
    at(1_795_132_800)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn token(host: &str, username: &str, secret: &str) -> Token {
    classify(host, username, secret.as_bytes(), None, now())
}

fn jwt(claims: &str) -> String {
    format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#), URL_SAFE_NO_PAD.encode(claims))
}

fn ecr_json(expiration: &str) -> String {
    STANDARD.encode(format!(r#"{{"payload":"p","datakey":"d","version":"2","type":"DATA_KEY"{expiration}}}"#))
}

#[test]
fn an_expiry_is_read_from_every_kind_that_carries_one() {
    let exp = jwt(r#"{"exp":1795133800}"#);
    let jfrog = |expiry: &str| STANDARD.encode(format!("reftkn:01:{expiry}:{}", "x".repeat(27)));
    let alibaba = |time: &str| format!("{}:00ff", URL_SAFE_NO_PAD.encode(format!(r#"{{"time":{time}}}"#)));
    let known = |second, source| Expiry::At { at: at(second), source };
    let table = [
        ("AWS", exp.clone(), "jwt", known(1_795_133_800, Source::JwtExp)),
        ("jane", STANDARD.encode(&exp), "jwt", known(1_795_133_800, Source::JwtExp)),
        ("jane", STANDARD.encode(STANDARD.encode(&exp)), "opaque", Expiry::Unknown { usual: None }),
        ("jane", format!("glcbt-{exp}"), "gitlab_job_token", known(1_795_133_800, Source::JwtExp)),
        ("jane", "glcbt-64_FAKEFAKEFAKEFAKE".into(), "gitlab_job_token", Expiry::Unknown { usual: None }),
        ("jane", jwt("{}"), "jwt", Expiry::NoneEmbedded),
        (
            "AWS",
            ecr_json(r#","expiration":1795158000000"#),
            "ecr_password_json",
            known(1_795_158_000, Source::EcrExpiration),
        ),
        ("AWS", ecr_json(""), "ecr_password_json", Expiry::Unknown { usual: Some(43_200) }),
        ("jane", jfrog("1795219200"), "jfrog_reference_token", known(1_795_219_200, Source::JfrogReference)),
        (
            "jane",
            jfrog("0000000000"),
            "jfrog_reference_token",
            Expiry::Never { source: Source::JfrogReference },
        ),
        ("jane", jfrog("9999999999"), "jfrog_reference_token", Expiry::Unknown { usual: None }),
        (
            "cr_temp_user",
            alibaba("1795136400000"),
            "alibaba_temp_token",
            known(1_795_136_400, Source::AlibabaTime),
        ),
        ("cr_temp_user", alibaba("1795136400"), "alibaba_temp_token", Expiry::Unknown { usual: Some(3_600) }),
        ("jane", alibaba("1795136400000"), "password", Expiry::NoneEmbedded),
        ("cr_temp_user", exp.clone(), "alibaba_temp_token", Expiry::Unknown { usual: Some(3_600) }),
    ];
    for (username, secret, kind, expiry) in table {
        let token = token(GENERIC, username, &secret);
        assert_eq!((token.kind.code(), token.expiry), (kind, expiry), "{username} {secret}");
    }
}

#[test]
fn kinds_that_need_more_than_a_prefix() {
    let key = r#"{"type":"service_account","private_key":"x"}"#;
    let jwe = format!("{}.a.b.c.d", URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#));
    let table = [
        ("gcr.io", "_json_key", key.to_owned(), "google_json_key", "no_embedded_expiry"),
        ("gcr.io", "_json_key_base64", STANDARD.encode(key), "google_json_key_base64", "no_embedded_expiry"),
        ("gcr.io", "_json_key", r#"{"type":"authorized_user"}"#.into(), "password", "no_embedded_expiry"),
        (GENERIC, "jane", jwe, "jwe", "unknown"),
        (ECR, "AWS", "AQECAHfake".into(), "ecr_password_legacy", "unknown"),
        (GENERIC, "AWS", "AQECAHfake".into(), "password", "no_embedded_expiry"),
        (DOCKER_REFRESH_KEY, "jane", "v1.fake..client".into(), "dockerhub_refresh_token", "unknown"),
        ("registry.redhat.io", "1|a", jwt("{}"), "redhat_service_account_jwt", "no_embedded_expiry"),
    ];
    for (host, username, secret, kind, state) in table {
        let token = token(host, username, &secret);
        assert_eq!((token.kind.code(), token.expiry.state(now()).code()), (kind, state), "{host} {secret}");
    }
    assert_eq!(classify(GENERIC, "jane", &[0xff; 8], None, now()).kind, TokenKind::Password);
}

#[test]
fn each_oddity_has_its_warning() {
    use Diagnostic as D;
    let key = r#"{"type":"service_account"}"#;
    let wrapped_jwt = jwt(r#"{"exp":1795133800}"#).replace('.', ".\n");
    let table: &[(&str, &str, &str, &[D])] = &[
        (GENERIC, "jane", "hunter2 hunter3", &[]),
        ("https://index.docker.io/v1/", "jane", "hunter2", &[]),
        (DOCKER_REFRESH_KEY, "jane", "v1.fake..client", &[]),
        ("docker.io", "jane", "hunter2", &[D::DockerCliUsesIndexKey]),
        ("evil-docker.io", "jane", "hunter2", &[D::HostLookalike]),
        (GENERIC, "jane", &STANDARD.encode(jwt("{}")), &[D::DoubleEncoded]),
        (GENERIC, "AWS", &STANDARD.encode(format!("AWS:{}", ecr_json(""))), &[D::DoubleEncoded]),
        (GENERIC, "jane", &wrapped_jwt, &[D::TokenHasWhitespace]),
        (GENERIC, "jane", &jwt(r#"{"nbf":1795133801}"#), &[D::NotYetValid]),
        (ECR, "AWS", "eyJwYXlsb2FkIjoi", &[D::MalformedEcrToken]),
        (ECR, "AWS", &jwt("{}"), &[]),
        (ECR, "AWS", "ghp_FAKEFAKEFAKEFAKEFAKE", &[D::TokenBelongsToOtherProvider]),
        ("gcr.io", "_json_key", &STANDARD.encode(key), &[D::JsonKeyPairing]),
        ("gcr.io", "_json_key_base64", key, &[D::JsonKeyPairing]),
        ("gcr.io", "_json_key", key, &[]),
        ("ghcr.io", "jane", "ghr_FAKEFAKEFAKEFAKEFAKE", &[D::RefreshTokenIsNotAPassword]),
        (GENERIC, "jane", "dckr_pat_short", &[D::TokenShapeUnexpected]),
    ];
    for (host, username, secret, expected) in table {
        let token = token(host, username, secret);
        assert_eq!(token.warnings, expected.iter().copied().collect(), "{host} {secret}");
    }
}

#[test]
fn the_users_word_wins_over_the_host_name() {
    let secret = b"ya29.FAKEFAKEFAKEFAKEFAKE";
    let token = classify("docker.io", "oauth2accesstoken", secret, Some(Provider::Sauce), now());
    assert_eq!((token.provider, token.usual_lifetime()), (Provider::Sauce, Some(1_800)));
    assert!(token.warnings.is_empty());
}

#[test]
fn a_usual_lifetime_is_told_only_beside_no_better_knowledge() {
    let table = [
        (ecr_json(r#","expiration":1795158000"#), None),
        (ecr_json(r#","expiration":"soon""#), Some(43_200)),
        (format!("dop_v1_{}", "0".repeat(64)), Some(2_592_000)),
        ("hunter2".to_owned(), None),
    ];
    for (secret, lifetime) in table {
        assert_eq!(token(GENERIC, "AWS", &secret).usual_lifetime(), lifetime, "{secret}");
    }
}
