//! Spans of time as people write them: `45s`, `30m`, `8h`, `0`.

use std::time::Duration;

/// The longest span that anybody may name, in seconds: a year.
pub const LONGEST: u64 = 366 * 24 * 3600;

/// Reads a span of time.
///
/// # Errors
/// In words, what a span of time is.
pub fn parse(text: &str) -> Result<Duration, &'static str> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "" if number == "0" => 1,
        _ => return Err("a time is a number with s, m or h, such as 8h"),
    };
    let number: u64 = number.parse().map_err(|_| "a time begins with a number")?;
    let span = number.checked_mul(seconds).filter(|seconds| *seconds <= LONGEST);
    span.map(Duration::from_secs).ok_or("a year is the longest time")
}

/// A span of time in its largest unit that needs no fraction.
pub fn words(span: Duration) -> String {
    match span.as_secs() {
        0 => "0".to_owned(),
        hours if hours % 3600 == 0 => format!("{}h", hours / 3600),
        minutes if minutes % 60 == 0 => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        let table = [("8h", Some(28_800)), ("30m", Some(1_800)), ("45s", Some(45)), ("0", Some(0))];
        let wrong = ["", "h", "8", "8d", "-1h", "99999h", "99999999999999999999h"].map(|text| (text, None));
        for (text, seconds) in table.into_iter().chain(wrong) {
            assert_eq!(parse(text).ok(), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn a_time_is_written_as_it_is_read() {
        for text in ["0", "1s", "90s", "2m", "61m", "8h", "25h", "8784h"] {
            assert_eq!(words(parse(text).unwrap()), text);
        }
    }
}
