//! Runs the cases of `tokens.json`: what a secret is, when it ends, and how to get a fresh one.

use std::fmt::Debug;

use jiff::Timestamp;
use pullpass::credential::diagnostic::Diagnostic;
use pullpass::credential::expiry::Source;
use pullpass::credential::token::{Token, classify};
use pullpass::refresh::hint;
use pullpass::registry::provider::{Provider, identify};
use serde_json::Value;

/// What a case may expect.
const EXPECTED: [&str; 10] = [
    "provider",
    "token_kind",
    "expires_at",
    "expires_source",
    "state_at_now",
    "default_ttl_secs",
    "warnings",
    "refresh_hint",
    "account",
    "region",
];

/// Runs one case; the error tells each member that differs. It never holds the secret.
pub fn run(case: &Value, now: Timestamp) -> Result<(), String> {
    let input = |name: &str| case[name].as_str().unwrap_or_default();
    let (host, username) = (input("host"), input("username"));
    let profile = case["profile"].as_str().map(Provider::from_code);
    if profile == Some(None) {
        return Err(format!("profile {} is not known", case["profile"]));
    }
    let secret = super::bytes(case, "secret").unwrap_or_default();
    super::judges("tokens", &case["expect"], &EXPECTED);
    let token = classify(host, username, &secret, profile.flatten(), now);
    let hint = hint::refresh_hint(host, username, token.provider, token.kind);

    let mut differences = Differences::default();
    compare_token(&token, &case["expect"], now, &mut differences);
    let found = identify(host);
    differences.check("refresh_hint", &text(case, "refresh_hint"), &hint.as_deref());
    differences.check("account", &text(case, "account"), &found.account.as_deref());
    differences.check("region", &text(case, "region"), &found.region.as_deref());
    differences.into_result()
}

fn compare_token(token: &Token, expect: &Value, now: Timestamp, differences: &mut Differences) {
    let expected = |name: &str| expect[name].as_str();
    differences.check("provider", &expected("provider"), &Some(token.provider.code()));
    differences.check("token_kind", &expected("token_kind"), &Some(token.kind.code()));
    let at = token.expiry.instant().map(|at| at.to_string());
    differences.check("expires_at", &expected("expires_at"), &at.as_deref());
    let source = token.expiry.source().map(Source::code);
    differences.check("expires_source", &expected("expires_source"), &source);
    let state = token.expiry.state(now).code();
    differences.check("state_at_now", &expected("state_at_now"), &Some(state));
    let lifetime = token.usual_lifetime().map(u64::from);
    differences.check("default_ttl_secs", &expect["default_ttl_secs"].as_u64(), &lifetime);

    let mut wanted: Vec<&str> =
        expect["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut warnings: Vec<&str> = token.warnings.iter().map(Diagnostic::code).collect();
    wanted.sort_unstable();
    warnings.sort_unstable();
    differences.check("warnings", &wanted, &warnings);
}

fn text<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    case["expect"][name].as_str()
}

/// The members that came out other than expected.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn check<T: PartialEq + Debug>(&mut self, member: &str, expected: &T, came: &T) {
        if expected != came {
            self.0.push(format!("{member}: expected {expected:?}, came {came:?}"));
        }
    }

    fn into_result(self) -> Result<(), String> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0.join("; ")) }
    }
}
