//! The moments that others write: RFC 3339 text, or seconds since 1970.

use jiff::Timestamp;
use serde_json::Value;

use crate::credential::expiry::LATEST_PLAUSIBLE;

/// A moment as text or as a number of seconds, fractions included; `None` for anything else, and for what no clock of
/// ours could show (before 1970 or after the year 2099).
pub fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => from_text(text),
        Value::Number(number) => from_seconds(number.as_f64()?),
        _ => None,
    }
}

/// A moment with its offset from UTC (RFC 3339; a space for the `T` is one too).
pub fn from_text(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok().filter(|at| is_plausible(*at))
}

fn is_plausible(at: Timestamp) -> bool {
    (1..=LATEST_PLAUSIBLE).contains(&at.as_second())
}

fn from_seconds(seconds: f64) -> Option<Timestamp> {
    // A millisecond is as exact as Amazon is. What is too large for the cast is no plausible moment either way.
    let at = Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()?;
    is_plausible(at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plausible_moment_is_read() {
        let table = [
            ("1796109421.371", Some("2026-12-01T07:17:01.371Z")),
            ("1420070400", Some("2015-01-01T00:00:00Z")),
            (r#""2030-01-01T00:30:00.123456789Z""#, Some("2030-01-01T00:30:00.123456789Z")),
            (r#"" 2030-01-01T02:30:00+02:00 ""#, Some("2030-01-01T00:30:00Z")),
            (r#""2030-01-01 00:30:00z""#, Some("2030-01-01T00:30:00Z")),
            (r#""2030-01-01T00:30:00""#, None),
            (r#""tomorrow""#, None),
            (r#""0001-01-01T00:00:00Z""#, None),
            ("0", None),
            ("-5", None),
            ("1e300", None),
            ("1796109421371", None),
            ("true", None),
            ("null", None),
        ];
        for (json, moment) in table {
            let found = read(&serde_json::from_str(json).unwrap());
            assert_eq!(found, moment.map(|text| text.parse().unwrap()), "{json}");
        }
    }
}
