//! Whatever anybody prints or answers is read without a panic, and what comes out of it is a password.

use proptest::collection::vec;
use proptest::prelude::*;
use pullpass::refresh::aws::answer;
use pullpass::refresh::aws::endpoint::Api;
use pullpass::refresh::aws::ini::Ini;
use pullpass::refresh::aws::keys::Keys;
use pullpass::refresh::sauce::account::member;
use pullpass::refresh::{azure, command, digitalocean, google, sauce};
use pullpass::secret::Secret;

/// Pieces of what is read, in any order.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "1",
    "-1",
    "1e999",
    "\\u0000",
    "\\ud800",
    " ",
    "\n",
    "\r\n",
    "\t",
    "=",
    "#",
    ";",
    "'",
    "\\",
    "[default]",
    "[profile \"a",
    "  x = 1",
    "\"authorizationData\":",
    "\"authorizationToken\":",
    "\"QVdTOnB3\"",
    "\"expiresAt\":",
    "\"credential\":",
    "\"access_token\":\"t\"",
    "\"token_expiry\":",
    "\"password\":",
    "\"username\":\"u\"",
    "\"expires_at\":",
    "\"2030-01-01T00:00:00Z\"",
    "\"auths\":",
    "\"registry.digitalocean.com\":",
    "\"auth\":\"QTpC\"",
    "\"Version\":1",
    "\"AccessKeyId\":\"A\"",
    "\"SecretAccessKey\":\"s\"",
    "\"Expiration\":",
    "\u{feff}",
    "\u{202e}",
    "é",
    "username: x",
    "\u{1b}[2J",
];

fn text() -> impl Strategy<Value = String> {
    vec(prop_oneof![8 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,3}"], 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_file_is_read(text in text()) {
        if let Ok(ini) = Ini::read(&text) {
            prop_assert!(ini.sections().all(|(name, section)| ini.section(name) == Some(section)));
        }
        member(&text, "username");
    }

    #[test]
    fn any_answer_is_read(text in text(), tail in vec(any::<u8>(), 0..4)) {
        let bytes = [text.as_bytes(), &tail].concat();
        for api in [Api::Ecr, Api::EcrPublic] {
            if let Ok(password) = answer::read(api, &Secret::new(bytes.clone())) {
                prop_assert!(!password.secret.is_empty() && password.expires_at.is_some_and(|end| end.as_second() > 0));
            }
        }
        for keys in [Keys::from_process(&bytes), Keys::from_endpoint(&bytes)].into_iter().flatten() {
            prop_assert!(!keys.id.is_empty() && !keys.secret.is_empty());
        }
        for token in [google::read_config_helper(&bytes), google::read_access_token(&bytes)].into_iter().flatten() {
            prop_assert!(!token.secret.is_empty() && token.secret.expose().iter().all(u8::is_ascii_graphic));
        }
        prop_assert!(sauce::read(&bytes).map_or(true, |token| !token.secret.is_empty()));
        prop_assert!(azure::read(&bytes).map_or(true, |token| !token.secret.is_empty()));
        let _any = digitalocean::read("registry.digitalocean.com", &bytes).is_ok();
        if let Ok(printed) = command::read(&bytes) {
            let password = printed.secret.expose_text().unwrap();
            prop_assert!(!password.is_empty() && !password.contains(char::is_control));
        }
    }
}
