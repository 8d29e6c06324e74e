//! Any credential key or address: read without a panic, and the key that is made of one stays what it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::registry::alias::alias_set;
use pullpass::registry::{key, matching, provider};
use pullpass::resolve::{gitlab_runner, kubelet};

fuzz_target!(|texts: (&str, &str)| {
    let (text, other) = texts;
    std::hint::black_box((key::hostname(text), key::display_name(text), provider::identify(text)));
    std::hint::black_box((kubelet::serves(text, other), gitlab_runner::used([text], other)));
    std::hint::black_box((matching::wincred_matches(text, other), matching::podman_order(text)));
    std::hint::black_box(alias_set(text, [other]));
    assert_eq!(alias_set(text.trim(), [text.trim()]).same.len(), 1);
    for make in [key::credential_key, key::containers_key] {
        let Ok(made) = make(text) else { continue };
        assert!(made.key.bytes().all(|byte| byte.is_ascii_graphic()), "{}", made.key);
        assert_eq!(make(&made.key).map(|again| again.key).as_ref(), Ok(&made.key));
    }
});
