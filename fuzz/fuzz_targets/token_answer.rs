//! Any answer of a token service, the status in the first two bytes: read without a panic, and a token that comes out of
//! it fits into a header.

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use pullpass::check::claims::Claims;
use pullpass::check::token;
use pullpass::secret::Secret;

fuzz_target!(|input: (u16, bool, &[u8])| {
    let (status, is_cut, body) = input;
    let received = Timestamp::from_second(1_795_132_800).expect("a time");
    if let Ok(granted) = token::read(status, &Secret::new(body.to_vec()), is_cut, received) {
        assert!(granted.token.expose().iter().all(u8::is_ascii_graphic));
        assert!(granted.expires_at.as_second() >= 60);
        std::hint::black_box(Claims::read(&granted.token, |claim| claim));
    }
});
