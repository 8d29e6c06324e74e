//! What the tests share: sandbox homes, helpers and programs to play with, tokens that end when a test says so, a player
//! that drives the screen with keys, and a terminal for the real program.

#![allow(dead_code)] // each test crate uses its own part
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

pub mod form;
pub mod home;
pub mod itself;
pub mod keeper;
pub mod mock_helper;
pub mod peer;
pub mod picture;
pub mod player;
pub mod program;
pub mod schema;
pub mod sealing_home;
pub mod terminal;
pub mod tokens;
pub mod vault;
pub mod vault_home;

use jiff::Timestamp;

/// Stands in every secret of the fixtures and in nothing else: where it shows, a secret leaks.
pub const MARKER: &str = "hunter2";

/// The time of every test that does not ask the system.
pub fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

/// So many seconds after an instant.
pub fn after(start: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(start.as_second() + seconds).unwrap()
}

/// The [`MARKER`] as it can stand in a text: in plain, and in the three ways inside of base64.
pub fn marker_forms() -> [String; 4] {
    use base64::Engine as _;
    // Three bytes become four digits, so that there are three ways in which the marker can lie. The digits that it
    // shares with what stands beside it are cut off.
    let inside = |before: &str| {
        let digits = base64::engine::general_purpose::STANDARD_NO_PAD.encode(format!("{before}{MARKER}"));
        let shared = (before.len() * 4).div_ceil(3);
        digits[shared..digits.len() - 1].to_owned()
    };
    [MARKER.to_owned(), inside(""), inside("x"), inside("xx")]
}

/// True where a text holds the [`MARKER`], in plain or inside of base64.
pub fn leaks(text: &str) -> bool {
    marker_forms().iter().any(|form| text.contains(form))
}
