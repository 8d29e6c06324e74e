//! The moments that issuers write into tokens: seconds, now and then milliseconds, fractions or text.

use jiff::Timestamp;
use serde_json::Value;

use super::super::diagnostic::{Diagnostic, Diagnostics};
use super::super::expiry::LATEST_PLAUSIBLE;

/// 2000-01-01 in milliseconds. As seconds this lies far beyond any plausible date, so the two never meet.
const EARLIEST_MILLISECOND: i64 = 946_684_800_000;

/// Reads a moment; `None`, with a warning, where it is not plausible. A number out of range is never clamped or
/// wrapped into a date.
pub(super) fn read(value: &Value, warnings: &mut Diagnostics) -> Option<Timestamp> {
    let moment = whole(value, warnings).and_then(|number| from_number(number, warnings));
    warnings.add_if(moment.is_none(), Diagnostic::ExpiryUnreadable);
    moment
}

/// Reads a moment that is always in milliseconds, as a number or its digits, from 2001 on (thirteen digits).
pub(super) fn read_milliseconds(value: &Value) -> Option<Timestamp> {
    let number = whole(value, &mut Diagnostics::default())?;
    (1_000_000_000_000..=LATEST_PLAUSIBLE * 1000).contains(&number).then(|| from_seconds(number / 1000))?
}

/// Seconds since 1970 as a moment, from 1 (zero means "never" to some issuers) to the end of 2099.
pub(super) fn from_seconds(seconds: i64) -> Option<Timestamp> {
    if (1..=LATEST_PLAUSIBLE).contains(&seconds) { Timestamp::from_second(seconds).ok() } else { None }
}

fn from_number(number: i64, warnings: &mut Diagnostics) -> Option<Timestamp> {
    if !(EARLIEST_MILLISECOND..=LATEST_PLAUSIBLE * 1000).contains(&number) {
        return from_seconds(number);
    }
    warnings.add(Diagnostic::ExpiryInMilliseconds);
    from_seconds(number / 1000)
}

/// The number as a whole one, rounded down.
fn whole(value: &Value, warnings: &mut Diagnostics) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| floor(number.as_f64()?)),
        Value::String(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            warnings.add(Diagnostic::ExpiryIsString);
            text.parse().ok()
        }
        _ => None,
    }
}

fn floor(number: f64) -> Option<i64> {
    // Far inside what both types hold exactly.
    (number.abs() < 1e15).then_some(number.floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plausible_moment_is_read() {
        use Diagnostic::{ExpiryInMilliseconds, ExpiryIsString, ExpiryUnreadable};
        let table: &[(&str, Option<i64>, &[Diagnostic])] = &[
            ("1", Some(1), &[]),
            ("1795158000", Some(1_795_158_000), &[]),
            ("1795158000.75", Some(1_795_158_000), &[]),
            ("1.795158e9", Some(1_795_158_000), &[]),
            ("4102444800", Some(4_102_444_800), &[]),
            ("\"1795158000\"", Some(1_795_158_000), &[ExpiryIsString]),
            ("1795158000999", Some(1_795_158_000), &[ExpiryInMilliseconds]),
            ("1795158000999.5", Some(1_795_158_000), &[ExpiryInMilliseconds]),
            ("946684800000", Some(946_684_800), &[ExpiryInMilliseconds]),
            ("4102444800000", Some(4_102_444_800), &[ExpiryInMilliseconds]),
            ("4102444800001", None, &[ExpiryUnreadable]),
            ("946684799999", None, &[ExpiryUnreadable]),
            ("4102444801", None, &[ExpiryUnreadable]),
            ("0", None, &[ExpiryUnreadable]),
            ("0.9", None, &[ExpiryUnreadable]),
            ("-1", None, &[ExpiryUnreadable]),
            ("-1795158000.5", None, &[ExpiryUnreadable]),
            ("9223372036854775807", None, &[ExpiryUnreadable]),
            ("18446744073709551615", None, &[ExpiryUnreadable]),
            ("100000000000000000000000000", None, &[ExpiryUnreadable]),
            ("1e300", None, &[ExpiryUnreadable]),
            ("\"99999999999999999999\"", None, &[ExpiryIsString, ExpiryUnreadable]),
            ("\"\"", None, &[ExpiryUnreadable]),
            ("\" 1795158000\"", None, &[ExpiryUnreadable]),
            ("\"+1795158000\"", None, &[ExpiryUnreadable]),
            ("\"1795158000.5\"", None, &[ExpiryUnreadable]),
            ("\"2026-11-20T00:00:00Z\"", None, &[ExpiryUnreadable]),
            ("true", None, &[ExpiryUnreadable]),
            ("null", None, &[ExpiryUnreadable]),
            ("[1795158000]", None, &[ExpiryUnreadable]),
            ("{}", None, &[ExpiryUnreadable]),
        ];
        for (json, second, expected) in table {
            let mut warnings = Diagnostics::default();
            let moment = read(&serde_json::from_str(json).unwrap(), &mut warnings);
            assert_eq!(moment.map(Timestamp::as_second), *second, "{json}");
            assert_eq!(warnings, expected.iter().copied().collect(), "{json}");
        }
    }

    #[test]
    fn milliseconds_need_thirteen_digits() {
        let table = [
            ("1795158000000", Some(1_795_158_000)),
            ("\"1795158000000\"", Some(1_795_158_000)),
            ("1795158000", None),
            ("999999999999", None),
            ("4102444800001", None),
            ("null", None),
        ];
        for (json, second) in table {
            let moment = read_milliseconds(&serde_json::from_str(json).unwrap());
            assert_eq!(moment.map(Timestamp::as_second), second, "{json}");
        }
    }
}
