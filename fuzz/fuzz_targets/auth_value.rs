//! Any `auth` value: read without a panic, and what is written again is read as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::credential::auth;
use pullpass::credential::diagnostic::Diagnostics;

fuzz_target!(|text: &str| {
    let Ok(pair) = auth::decode(text, &mut Diagnostics::default()) else { return };
    assert!(!pair.username.is_empty() && !pair.username.contains(&b':'));
    let Ok(username) = std::str::from_utf8(&pair.username) else { return };
    let written = auth::encode(username, &pair.password);
    let mut odd = Diagnostics::default();
    let again = auth::decode(written.expose_text().expect("base64"), &mut odd).expect("what we wrote");
    assert!(again == pair && odd.iter().next().is_none());
});
