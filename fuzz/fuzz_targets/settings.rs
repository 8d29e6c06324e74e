//! Any bytes as the settings file, the first one chooses a setting: read without a panic, every fault is told in one line,
//! and an edit gives that setting its value and leaves all others as they are.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use pullpass::settings::preferences::rows;
use pullpass::settings::{file, splice};

fuzz_target!(|input: &[u8]| {
    let [which, bytes @ ..] = input else { return };
    let home = Some(Path::new("/h"));
    let (_, faults) = file::parse(bytes, home);
    for fault in faults {
        let words = fault.words("config.toml");
        assert!(words.starts_with("config.toml:") && !words.contains(char::is_control), "{words:?}");
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    let row = rows().nth(usize::from(*which) % rows().count()).expect("one of them");
    let value = row.sample();
    let Some(after) = splice::with(text, row.name, &value) else { return };
    let (chosen, faults) = file::parse(after.as_bytes(), home);
    assert!(splice::has(&after, row.name));
    let alone = format!("{} = {value}", row.full_name());
    let (wanted, _) = file::parse(alone.as_bytes(), home);
    // All that the text says besides, with and without the setting, is the same.
    let without = splice::without(&after, row.name).expect("what was set can go");
    let (rest, _) = file::parse(without.as_bytes(), home);
    if faults.is_empty() && rest == Default::default() {
        assert_eq!(chosen, wanted);
    }
});
