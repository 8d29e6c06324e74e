//! Text that others wrote, made fit to show; widths in terminal columns; spans of time in words.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// True for a character that could move the cursor, reorder the line or hide itself.
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || is_bidi(c) || is_invisible(c)
}

/// True for a character that changes the direction of the text around it (CVE-2021-42574).
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// True for a character that takes no room and so could hide in a name.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Untrusted text with every unsafe character written as an escape: `\x1b` for bytes below 0x100, else `\u{202e}`.
pub fn safe(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !is_unsafe(c) => out.push(c),
            c if (c as u32) < 0x100 => {
                let _infallible = write!(out, "\\x{:02x}", c as u32);
            }
            c => {
                let _infallible = write!(out, "\\u{{{:x}}}", c as u32);
            }
        }
    }
    Cow::Owned(out)
}

/// Untrusted bytes as safe text; what is not UTF-8 becomes U+FFFD.
pub fn safe_bytes(bytes: &[u8]) -> String {
    safe(&String::from_utf8_lossy(bytes)).into_owned()
}

/// How many columns the text takes on a terminal.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text in at most `columns` columns, with `…` in the middle where something was left out:
/// the end of a host name says as much as its beginning.
pub fn middle_ellipsis(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns < 2 {
        return Cow::Borrowed(if columns == 0 { "" } else { "…" });
    }
    let room = columns - 1;
    let tail_room = room / 2;
    let mut head = String::new();
    let mut used = 0;
    for part in text.graphemes(true) {
        let w = width(part);
        if used + w > room - tail_room {
            break;
        }
        head.push_str(part);
        used += w;
    }
    let mut tail = Vec::new();
    let mut used = 0;
    for part in text.graphemes(true).rev() {
        let w = width(part);
        if used + w > tail_room {
            break;
        }
        tail.push(part);
        used += w;
    }
    head.push('…');
    head.extend(tail.into_iter().rev());
    Cow::Owned(head)
}

/// The text cut to `columns` columns, with `…` at the end where something was left out.
pub fn end_ellipsis(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w + 1 > columns {
            break;
        }
        out.push(c);
        used += w;
    }
    if columns > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// A path with `~` for the home folder.
pub fn short_path(path: &str, home: Option<&Path>) -> String {
    let below_home = home.and_then(|home| path.strip_prefix(home.to_str()?));
    match below_home {
        Some(rest) if rest.starts_with('/') => format!("~{rest}"),
        _ => path.to_owned(),
    }
}

/// Breaks text into lines of at most `columns` columns, at blanks where it can.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for mut word in text.split(' ') {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        // What is left is not measured again for each line: a hostile word has megabytes.
        loop {
            let (head, tail) = split_at_width(word, columns);
            if tail.is_empty() {
                break;
            }
            lines.push(head.to_owned());
            word = tail;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, part) in text.grapheme_indices(true) {
        let w = width(part);
        if at > 0 && used + w > columns {
            return text.split_at(at);
        }
        used += w;
    }
    (text, "")
}

/// The known word that was probably meant by one with slips of the pen, at most one in three letters.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let most = (length / 3).max(1);
    // A letter more or less is a slip, whatever the others are.
    let known = known.filter(|known| length.abs_diff(known.chars().count()) <= most);
    let slips = known.map(|known| (strsim::damerau_levenshtein(word, known), known));
    slips.filter(|(slips, _)| *slips <= most).min_by_key(|(slips, _)| *slips).map(|(_, known)| known)
}

/// Time left as a countdown shows it: `6d04h`, `11h42m`, `42:07`, `00:41`.
pub fn countdown(seconds: i64) -> String {
    let s = seconds.max(0);
    match s {
        86_400.. => format!("{}d{:02}h", s / 86_400, s % 86_400 / 3_600),
        3_600.. => format!("{}h{:02}m", s / 3_600, s % 3_600 / 60),
        _ => format!("{:02}:{:02}", s / 60, s % 60),
    }
}

/// A span of time in its largest fitting unit: `<1m`, `3m`, `5h`, `12d`, `2y`.
pub fn rough(seconds: i64) -> String {
    let s = seconds.max(0);
    match s {
        31_536_000.. => format!("{}y", s / 31_536_000),
        86_400.. => format!("{}d", s / 86_400),
        3_600.. => format!("{}h", s / 3_600),
        60.. => format!("{}m", s / 60),
        _ => "<1m".into(),
    }
}

/// Seconds until the text of [`rough`] changes, for a span that grows or shrinks by the second.
pub fn rough_step(span: i64, grows: bool) -> i64 {
    let unit = match span {
        31_536_000.. => 31_536_000,
        86_400.. => 86_400,
        3_600.. => 3_600,
        _ => 60,
    };
    // Below a minute there is one text: a shrinking span keeps it to its end.
    match (grows, span) {
        (true, span) => unit - span % unit,
        (false, ..60) => span.max(0) + 1,
        (false, span) => span % unit + 1,
    }
}

/// A point in time in the local zone, with how far it is from now: `2026-11-20 14:03:00 (in 3h)`.
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::system());
    let left = at.as_second() - now.as_second();
    let distance = if left > 0 { format!("in {}", rough(left)) } else { format!("{} ago", rough(-left)) };
    format!("{} ({distance})", local.strftime("%Y-%m-%d %H:%M:%S"))
}

/// Seconds until the text of [`countdown`] or [`rough`] changes, for a span that shrinks (`left`) by the second.
pub fn countdown_step(left: i64) -> i64 {
    match left {
        86_400.. => left % 3_600 + 1,
        3_600.. => left % 60 + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_near_with_a_slip_in_three_letters() {
        let known = ["timeout", "file", "folder"];
        let table = [
            ("timeot", Some("timeout")),
            ("tiemout", Some("timeout")),
            ("timmeot", Some("timeout")),
            ("fil", Some("file")),
            ("flie", Some("file")),
            ("x", None),
            ("", None),
            ("theme", None),
        ];
        for (word, expected) in table {
            assert_eq!(nearest(word, known.into_iter()), expected, "{word}");
        }
    }

    #[test]
    fn hostile_characters_are_written_as_escapes() {
        let table = [
            ("janedoe", "janedoe"),
            ("evil\u{1b}[2J\u{1b}]0;pwn\u{7}user", "evil\\x1b[2J\\x1b]0;pwn\\x07user"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{200b}b", "a\\u{200b}b"),
            ("line\r\nbreak", "line\\x0d\\x0abreak"),
            ("c1\u{9b}31m", "c1\\x9b31m"),
            ("münchen 東京", "münchen 東京"),
        ];
        for (raw, shown) in table {
            assert_eq!(safe(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn a_moment_that_is_now_does_not_lie_ahead() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for (second, distance) in
            [(940, "(1m ago)"), (1_000, "(<1m ago)"), (1_001, "(in <1m)"), (1_060, "(in 1m)")]
        {
            let shown = moment(at(second), at(1_000));
            assert!(shown.ends_with(distance), "{second}: {shown}");
        }
    }

    #[test]
    fn safe_text_never_holds_an_unsafe_character() {
        for c in (0..0x11_0000).filter_map(char::from_u32) {
            assert!(!safe(&c.to_string()).chars().any(is_unsafe), "{c:?}");
        }
    }

    #[test]
    fn a_middle_ellipsis_keeps_both_ends() {
        let host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
        let table = [(44, host), (20, "1234567890…onaws.com"), (5, "12…om"), (2, "1…"), (1, "…"), (0, "")];
        for (columns, shown) in table {
            assert_eq!(middle_ellipsis(host, columns), shown, "{columns}");
        }
        assert_eq!(width(&middle_ellipsis("東京東京東京東京", 9)), 9);
    }

    #[test]
    fn spans_of_time_read_as_the_screen_shows_them() {
        let table = [(529_200, "6d03h"), (42_120, "11h42m"), (2_527, "42:07"), (41, "00:41"), (-5, "00:00")];
        for (seconds, shown) in table {
            assert_eq!(countdown(seconds), shown, "{seconds}");
        }
    }

    #[test]
    fn a_countdown_never_changes_before_its_step() {
        for left in [1, 59, 60, 3_599, 3_600, 3_661, 86_399, 86_400, 90_061, 600_000] {
            let step = countdown_step(left);
            for earlier in 1..step {
                assert_eq!(countdown(left), countdown(left - earlier), "{left} - {earlier}");
            }
            assert_ne!(countdown(left), countdown(left - step), "{left} - {step}");
        }
    }

    #[test]
    fn wrapping_breaks_at_blanks_and_splits_what_is_too_long() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("a東京b", 1), ["a", "東", "京", "b"]);
    }

    #[test]
    fn a_hostile_word_is_wrapped_in_a_time_that_grows_with_it_only() {
        let start = std::time::Instant::now();
        assert_eq!(wrap(&"x".repeat(2_000_000), 10).len(), 200_000);
        let took = start.elapsed();
        assert!(took < std::time::Duration::from_secs(10), "{took:?}");
    }
}
