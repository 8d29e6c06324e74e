//! Any AWS file: read without a panic, as one that could be written down again. No section and no option comes twice, and
//! names of options are in small letters.

#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use pullpass::refresh::aws::ini::{Ini, Value};
use pullpass::refresh::sauce::account::member;

fuzz_target!(|text: &str| {
    std::hint::black_box(member(text, "username"));
    let Ok(ini) = Ini::read(text) else { return };
    let names: BTreeSet<_> = ini.sections().map(|(name, _)| name).collect();
    assert_eq!(names.len(), ini.sections().count());
    for (name, section) in ini.sections() {
        assert!(ini.section(name) == Some(section));
        for (option, value) in section {
            assert_eq!(*option, option.to_lowercase());
            match value {
                Value::Text(text) => assert!(!text.starts_with('\n')),
                Value::Nested(block) => assert!(block.keys().all(|key| !key.contains('='))),
            }
        }
    }
});
