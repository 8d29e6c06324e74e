//! Any secret beside any key and user name: what it is and what it says of itself is found out without a panic, and all
//! that is shown of it is short and safe to show.

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use pullpass::credential::expiry::Grain;
use pullpass::credential::token::{self, ClaimValue};
use pullpass::text;

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (key, username, secret) = input;
    let now = Timestamp::from_second(1_795_132_800).expect("a time");
    let token = token::classify(key, username, secret, None, now);
    for grain in [Grain::Seconds, Grain::Minutes] {
        std::hint::black_box((token.expiry.label(now, grain), token.expiry.sentence(now, grain)));
        assert!(token.expiry.next_sentence_change(now, grain).is_none_or(|seconds| seconds > 0));
    }
    let claims = token::decode(secret);
    assert!(claims.len() <= 200, "{} claims", claims.len());
    for claim in claims {
        let ClaimValue::Text(value) = claim.value else { continue };
        assert!(!claim.name.contains(text::is_unsafe) && !value.contains(text::is_unsafe));
    }
});
