//! Any `WWW-Authenticate` headers, a line each: read and picked from without a panic, and nothing grows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::check::challenge::Challenges;

fuzz_target!(|text: &str| {
    let all = Challenges::read(text.lines());
    let kept: usize =
        all.list.iter().flat_map(|one| &one.params).map(|(name, value)| name.len() + value.len()).sum();
    assert!(kept <= text.len());
    std::hint::black_box(all.pick());
});
