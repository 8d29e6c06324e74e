//! Runs the groups of `minting.json` about who mints short-lived passwords, Amazon's keys aside (see `aws_keys`). What a
//! case says of other programs, and its words for people, are not ours to compute.

use jiff::Timestamp;
use pullpass::credential::Credential;
use pullpass::credential::token::classify;
use pullpass::credential_helper::error::last_words;
use pullpass::net::transport::Response;
use pullpass::refresh::aws::answer::{self, ApiError};
use pullpass::refresh::aws::config::Config;
use pullpass::refresh::aws::endpoint::{Api, Variant};
use pullpass::refresh::aws::keys::Keys;
use pullpass::refresh::aws::sigv4::{self, Call};
use pullpass::refresh::error::Cause;
use pullpass::refresh::{azure, digitalocean, google};
use pullpass::secret::Secret;
use serde_json::{Value, json};
use url::Url;

use super::aws_keys::{self, AwsHome};
use super::{Verdict, not_judged, same, text};

/// What the groups expect of programs that are not ours, or in words for people.
const OF_OTHERS: &[&str] = &[
    "minting/aws_region_choice",
    // pullpass runs no credential helper to mint; that gcloud's does nothing on these is told where one is stored.
    "docker-credential-gcloud store",
    "docker-credential-gcloud erase",
];

/// Runs one case of a group.
pub fn run(group: &str, case: &Value) -> Verdict {
    if OF_OTHERS.contains(&group) {
        return Ok(());
    }
    match group.strip_prefix("minting/").unwrap_or_default() {
        "ecr_sigv4" => ecr_sigv4(&case["input"], &case["expect"]),
        "ecr_api_endpoint" => ecr_api_endpoint(&case["input"], &case["expect"]),
        "ecr_endpoint_choice" => ecr_endpoint_choice(&case["input"], &case["expect"]),
        "ecr_answer" => ecr_answer(&case["input"], &case["expect"]),
        "ecr_error" => ecr_error(&case["input"], &case["expect"]),
        "aws_credentials_choice" => aws_keys::choice(case),
        "credential_process" => aws_keys::process(case),
        "provider_output" => provider_output(&case["input"], &case["expect"]),
        "acr_host" => acr_host(&case["input"], &case["expect"]),
        "token_shape" => token_shape(&case["input"], &case["expect"]),
        _ => Err(format!("no runner for the group {group}")),
    }
}

fn secret(text: &str) -> Secret {
    Secret::from_text(text.to_owned())
}

fn api(service: &str) -> Result<Api, String> {
    let known = [Api::Ecr, Api::EcrPublic, Api::Sts];
    known.into_iter().find(|api| api.signing_name() == service).ok_or(format!("no service {service}"))
}

fn ecr_sigv4(input: &Value, expect: &Value) -> Verdict {
    let keys = Keys {
        id: text(input, "access_key_id").to_owned(),
        secret: secret(text(input, "secret_access_key")),
        session: input["session_token"].as_str().map(secret),
        expires_at: None,
    };
    let target = match text(input, "target") {
        "SpencerFrontendService.GetAuthorizationToken" => "SpencerFrontendService.GetAuthorizationToken",
        _ => "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
    };
    same("target", &input["target"], &json!(target))?;
    let call = Call {
        url: &Url::parse(text(input, "url")).map_err(|error| error.to_string())?,
        service: text(input, "service"),
        region: text(input, "region"),
        target,
        body: text(input, "body"),
    };
    let at = Timestamp::from_second(input["epoch"].as_i64().ok_or("no epoch")?).map_err(|e| e.to_string())?;
    let headers = sigv4::sign(&call, &keys, at);
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| *known == name);
        json!(found.and_then(|(_, value)| value.expose_text()))
    };
    let expected = expect.as_object().ok_or("expects nothing")?;
    expected.iter().try_for_each(|(name, value)| same(name, value, &header(name)))
}

fn ecr_api_endpoint(input: &Value, expect: &Value) -> Verdict {
    let is = |name: &str| input[name].as_bool().unwrap_or_default();
    let variant = Variant { fips: is("fips"), dual_stack: is("dualstack") };
    let region = text(input, "region");
    let host = api(text(input, "service"))?.host(region, variant);
    same("url", &expect["url"], &json!(host.as_ref().map(|host| format!("https://{host}"))))?;
    // The signature is for the region that the host is of.
    let signing = host.map(|_| region);
    if expect["url"].is_null() {
        Ok(())
    } else {
        same("signing_region", &expect["signing_region"], &json!(signing))
    }
}

fn ecr_endpoint_choice(input: &Value, expect: &Value) -> Verdict {
    let service = input["service"].as_str().unwrap_or("ecr");
    let home = AwsHome::new(input);
    let environment = home.environment();
    let found = Config::load(None, &environment).and_then(|config| {
        let api = api(service).unwrap_or(Api::Ecr);
        api.addresses(text(input, "region"), Variant::default(), &config, &environment)
    });
    let url =
        found.as_ref().ok().and_then(|found| found.first()).map(|url| url.as_str().trim_end_matches('/'));
    let expected = expect["url"].as_str().map(|url| url.trim_end_matches('/'));
    same("url", &json!(expected), &json!(url))?;
    let error = match &found {
        Err(Cause::ServicesMissing { .. }) => Some("InvalidConfigError"),
        Err(Cause::ProfileMissing { .. }) => Some("ProfileNotFound"),
        Err(Cause::FileUnreadable { .. }) => Some("ConfigParseError"),
        Err(Cause::BadSetting { .. }) => Some("ValueError"),
        Err(_) => Some("another"),
        Ok(_) => None,
    };
    // The words are botocore's; its kind of error is compared.
    let kind = expect["error"].as_str().and_then(|error| error.split(':').next());
    same("error", &json!(kind), &json!(error))
}

fn ecr_answer(input: &Value, expect: &Value) -> Verdict {
    let body = secret(&input["body"].to_string());
    let read = answer::read(api(text(input, "service"))?, &body);
    let found = read.as_ref().ok();
    same("username", &expect["username"], &json!(found.map(|found| &found.username)))?;
    same("password", &expect["password"], &json!(found.and_then(|found| found.secret.expose_text())))?;
    let end = found.map(|found| found.expires_at.unwrap().as_duration().as_secs_f64());
    same("expires_epoch", &json!(expect["expires_epoch"].as_f64()), &json!(end))
}

/// awscli's line has the name and the message, each of which we must have found.
fn ecr_error(input: &Value, expect: &Value) -> Verdict {
    let answer = Response {
        status: input["status"].as_u64().and_then(|status| status.try_into().ok()).ok_or("no status")?,
        headers: Vec::new(),
        body: match &input["body"] {
            Value::String(text) => secret(text),
            other => secret(&other.to_string()),
        },
        is_cut: false,
        proxy: None,
    };
    let ApiError { code, message } = ApiError::read(&answer);
    let line =
        format!("An error occurred ({code}) when calling the GetAuthorizationToken operation: {message}");
    same("awscli_1_stderr", &expect["awscli_1_stderr"], &json!(line))
}

fn provider_output(input: &Value, expect: &Value) -> Verdict {
    let (program, stdout) = (text(input, "program"), text(input, "stdout").as_bytes());
    if OF_OTHERS.contains(&program) {
        return Ok(());
    }
    let login = |found: Option<Credential>| {
        let found = found.as_ref();
        same("username", &expect["username"], &json!(found.map(|login| &login.username)))?;
        same("password", &expect["password"], &json!(found.and_then(|login| login.secret.expose_text())))
    };
    if program.starts_with("gcloud auth print-access-token") {
        return login(google::read_access_token(stdout).ok());
    }
    if program.starts_with("gcloud config config-helper") {
        return login(google::read_config_helper(stdout).ok());
    }
    if program.starts_with("az acr login") {
        return login(azure::read(stdout).ok());
    }
    if program.starts_with("doctl registry docker-config") {
        login(digitalocean::read(text(expect, "host"), stdout).ok())?;
        let seconds = text(expect, "expires").split_whitespace().next().unwrap_or_default();
        return same("expires", &json!(seconds), &json!(digitalocean::LIFE.to_string()));
    }
    if program.starts_with("docker-credential-gcloud get") {
        let (out, err) = (text(expect, "stdout"), text(expect, "stderr"));
        let (said, _) = last_words(out.as_bytes(), err.as_bytes(), None);
        let reason = if out.is_empty() { err } else { out };
        return same("the reason", &json!(reason.trim()), &json!(said));
    }
    not_judged(format!("provider_output: {program}"));
    Ok(())
}

fn acr_host(input: &Value, expect: &Value) -> Verdict {
    let found = azure::read_host(text(input, "host"));
    same("registry", &expect["registry"], &json!(found.as_ref().map(|host| &host.registry)))?;
    same("region", &expect["region"], &json!(found.as_ref().and_then(|host| host.region.as_ref())))
}

fn token_shape(input: &Value, expect: &Value) -> Verdict {
    let (host, username) = (text(input, "host"), text(input, "username"));
    let now = "2026-11-30T00:00:00Z".parse().map_err(|_| "no time")?;
    let token = classify(host, username, text(input, "secret").as_bytes(), None, now);
    same("kind", &expect["kind"], &json!(token.kind.code()))
}
