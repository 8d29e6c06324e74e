//! Any file that logins are to be taken from: read without a panic, and what is taken is a text with a secret in it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::import;

fuzz_target!(|bytes: &[u8]| {
    let Ok(found) = import::read(bytes) else { return };
    assert!(found.drafts.iter().all(|draft| !draft.secret.is_empty()));
});
