//! Any text in a vault that others seal too: read without a panic, and what is written again is read as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::vault::document::Document;

fuzz_target!(|json: &[u8]| {
    let Ok(document) = Document::from_json(json) else { return };
    let written = document.to_json().expect("what came from JSON is text");
    let again = Document::from_json(&written).expect("what we wrote");
    assert!(again.records == document.records && again.recipients == document.recipients);
    assert_eq!(*again.to_json().expect("text"), *written);
});
