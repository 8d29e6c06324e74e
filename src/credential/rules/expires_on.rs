//! The day on which a person wants to be reminded that a secret ends. A token's own end is another thing: it is read
//! from the token.

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use super::FieldVerdict;

/// Later years are slips of the keyboard; the same bound as for a token's own end.
const LAST_YEAR: i16 = 2100;

/// What was typed is no day that can be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// Neither a date nor a span.
    Unreadable,
    /// The day is over.
    Past,
    /// Nobody lives to see it.
    TooLate,
}

/// Reads a date (`2027-03-01`) or a span from today on (`90d`, `12w`, `6m`, `1y`). Empty means no reminder.
///
/// # Errors
/// The [`DateError`].
pub fn read(typed: &str, today: Date) -> Result<Option<Date>, DateError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let day = match span(typed) {
        Some(span) => today.checked_add(span).map_err(|_| DateError::TooLate)?,
        None => date(typed).ok_or(DateError::Unreadable)?,
    };
    match day {
        day if day < today => Err(DateError::Past),
        day if day.year() >= LAST_YEAR => Err(DateError::TooLate),
        day => Ok(Some(day)),
    }
}

/// Four digits, two, two. Other forms leave room for two readings.
fn date(typed: &str) -> Option<Date> {
    let is_form = typed.len() == 10
        && typed.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_form.then(|| typed.parse().ok())?
}

fn span(typed: &str) -> Option<Span> {
    let unit = typed.chars().next_back()?.to_ascii_lowercase();
    let digits = &typed[..typed.len() - unit.len_utf8()];
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // More than five digits of any unit lie behind the last year.
    let count: i32 = digits.parse().unwrap_or(i32::MAX).min(99_999);
    let empty = Span::new();
    match unit {
        'd' => empty.try_days(count).ok(),
        'w' => empty.try_weeks(count).ok(),
        'm' => empty.try_months(count).ok(),
        'y' => Some(count.min(9_999).years()),
        _ => None,
    }
}

/// The verdict on what was typed.
pub fn verdict(typed: &str, today: Date) -> FieldVerdict {
    match read(typed, today) {
        Ok(_) => FieldVerdict::Ok,
        Err(DateError::Unreadable) => FieldVerdict::wrong(
            "This is neither a date nor a span.",
            "Write it as 2027-03-01, or as 90d, 12w, 6m or 1y from today.",
        ),
        Err(DateError::Past) => {
            FieldVerdict::wrong("That day is over.", "Choose a later one, or leave it empty.")
        }
        Err(DateError::TooLate) => FieldVerdict::wrong(
            "No reminder reaches beyond 2099.",
            "Choose an earlier day, or leave it empty.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_spans_are_read_and_the_past_is_refused() {
        let today: Date = "2026-11-20".parse().unwrap();
        let day = |text: &str| Ok(Some(text.parse::<Date>().unwrap()));
        let table = [
            ("", Ok(None)),
            ("  ", Ok(None)),
            ("2027-03-01", day("2027-03-01")),
            ("2026-11-20", day("2026-11-20")),
            ("2026-11-19", Err(DateError::Past)),
            ("2027-02-29", Err(DateError::Unreadable)),
            ("01.03.2027", Err(DateError::Unreadable)),
            ("2027-3-1", Err(DateError::Unreadable)),
            ("2100-01-01", Err(DateError::TooLate)),
            ("90d", day("2027-02-18")),
            (" 90D ", day("2027-02-18")),
            ("0d", day("2026-11-20")),
            ("12w", day("2027-02-12")),
            ("6m", day("2027-05-20")),
            ("1y", day("2027-11-20")),
            ("99999999999y", Err(DateError::TooLate)),
            ("999999d", Err(DateError::TooLate)),
            ("-3d", Err(DateError::Unreadable)),
            ("d", Err(DateError::Unreadable)),
            ("12h", Err(DateError::Unreadable)),
            ("ä", Err(DateError::Unreadable)),
        ];
        for (typed, expected) in table {
            assert_eq!(read(typed, today), expected, "{typed:?}");
        }
    }
}
