//! The text of the settings file with one setting changed and every other byte kept.

use std::ops::Range;

use toml::de::{DeString, DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::table::Name;

type Member<'a, 'i> = (&'a Spanned<DeString<'i>>, &'a Spanned<DeValue<'i>>);

/// True where a text gives this setting a value.
pub fn has(text: &str, (section, name): Name) -> bool {
    let root = DeTable::parse(text);
    let section = root.as_ref().ok().and_then(|root| member(root.get_ref(), section));
    section.and_then(|(_, value)| member(value.get_ref().as_table()?, name)).is_some()
}

/// The text with this value, which is TOML; `None` where the value is none, or the file has the section in a form that
/// has no place for it.
pub fn with(text: &str, name: Name, value: &str) -> Option<String> {
    let wanted: Table = format!("value = {value}").parse().ok()?;
    let root = DeTable::parse(text).ok()?;
    let is_wanted = |after: &String| {
        let (others, found) = parted(after, name).unwrap_or_default();
        found.is_some()
            && wanted.len() == 1
            && found.as_ref() == wanted.get("value")
            && Some(others) == rest(text, name)
    };
    candidates(text, root.get_ref(), name, value).into_iter().find(is_wanted)
}

/// The text without this setting; `None` where it has none, or in a form that cannot be taken out.
pub fn without(text: &str, name: Name) -> Option<String> {
    let root = DeTable::parse(text).ok()?;
    let (_, section) = member(root.get_ref(), name.0)?;
    let settings = section.get_ref().as_table()?;
    let (key, value) = member(settings, name.1)?;
    let gone = if text[section.span()].starts_with('{') {
        in_braces(settings, key, value)
    } else {
        line_start(text, key.span().start)..line_end(text, value.span().end)
    };
    let after = spliced(text, gone, "");
    let is_wanted = parted(&after, name)
        .is_some_and(|(others, found)| found.is_none() && Some(others) == rest(text, name));
    is_wanted.then_some(after)
}

/// What a text says besides one setting, and the value of that. An empty section says nothing.
fn parted(text: &str, (section, name): Name) -> Option<(Table, Option<Value>)> {
    let mut root: Table = text.parse().ok()?;
    let found = root.get_mut(section).and_then(Value::as_table_mut).and_then(|section| section.remove(name));
    root.retain(|_, section| section.as_table().is_none_or(|section| !section.is_empty()));
    Some((root, found))
}

fn rest(text: &str, name: Name) -> Option<Table> {
    parted(text, name).map(|(others, _)| others)
}

/// The text with the setting where it could go, the best place first.
fn candidates(text: &str, root: &DeTable<'_>, name: Name, value: &str) -> Vec<String> {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = format!("{} = {value}", name.1);
    let blank = if text.is_empty() { "" } else { newline };
    let lines = format!("{blank}[{}]{newline}{line}", name.0);
    let in_a_new_section = with_line(text, text.len(), &lines, newline);
    let Some((_, section)) = member(root, name.0) else {
        return vec![in_a_new_section];
    };
    let Some(settings) = section.get_ref().as_table() else { return Vec::new() };
    if let Some((_, old)) = member(settings, name.1) {
        return vec![spliced(text, old.span(), value)];
    }
    let header = section.span();
    if text[header.clone()].starts_with('{') {
        return vec![put_in_braces(text, settings, header, &line)];
    }
    let default = default_line(text, root, &header, name.1).map(|at| with_line(text, at, &line, newline));
    let last = settings.iter().filter(|(key, value)| value.span().start > key.span().end);
    let last = last.max_by_key(|(_, value)| value.span().end).map(|(key, value)| {
        // Whatever stands before the name there: blanks, or the section in `section.name`.
        let before = &text[line_start(text, key.span().start)..key.span().start];
        with_line(text, line_end(text, value.span().end), &format!("{before}{line}"), newline)
    });
    let first = with_line(text, line_end(text, header.end), &line, newline);
    // A section that is there only by its tables ([helper.x], [[helper.x]]) has no header yet.
    [default, last, Some(first), Some(in_a_new_section)].into_iter().flatten().collect()
}

/// The text with one more member in a table in braces.
fn put_in_braces(text: &str, settings: &DeTable<'_>, braces: Range<usize>, member: &str) -> String {
    match settings.values().map(|value| value.span().end).max() {
        Some(end) => spliced(text, end..end, &format!(", {member}")),
        None => spliced(text, braces, &format!("{{ {member} }}")),
    }
}

/// The end of the line that shows the default of a setting in a comment, as `pullpass config init` writes it.
fn default_line(text: &str, root: &DeTable<'_>, header: &Range<usize>, name: &str) -> Option<usize> {
    let headers = root.values().map(|value| value.span().start).filter(|start| *start > header.start);
    let end = headers.filter(|start| text[*start..].starts_with('[')).min().unwrap_or(text.len());
    let mut at = line_end(text, header.end);
    while at < end {
        let next = line_end(text, at);
        let comment = text[at..next].trim_start().strip_prefix('#').map(str::trim_start);
        let rest = comment.and_then(|comment| comment.strip_prefix(name)).map(str::trim_start);
        if rest.is_some_and(|rest| rest.starts_with('=')) {
            return Some(next);
        }
        at = next;
    }
    None
}

/// A member of a table in braces, with the comma that parts it from a neighbour.
fn in_braces(
    settings: &DeTable<'_>,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
) -> Range<usize> {
    let before = settings.values().map(|other| other.span().end).filter(|end| *end < key.span().start).max();
    let after =
        settings.keys().map(|other| other.span().start).filter(|start| *start > value.span().end).min();
    match (before, after) {
        (Some(before), _) => before..value.span().end,
        (None, Some(after)) => key.span().start..after,
        (None, None) => key.span().start..value.span().end,
    }
}

fn member<'a, 'i>(table: &'a DeTable<'i>, name: &str) -> Option<Member<'a, 'i>> {
    table.iter().find(|(key, _)| key.get_ref() == name)
}

/// The text with a part replaced.
fn spliced(text: &str, part: Range<usize>, new: &str) -> String {
    [&text[..part.start], new, &text[part.end..]].concat()
}

/// The text with a line where another one ends.
fn with_line(text: &str, at: usize, line: &str, newline: &str) -> String {
    let is_ended = at == 0 || text[..at].ends_with('\n');
    let line = if is_ended { format!("{line}{newline}") } else { format!("{newline}{line}") };
    spliced(text, at..at, &line)
}

/// Where the line of a byte begins, behind the mark of UTF-8 that some editors put first.
fn line_start(text: &str, at: usize) -> usize {
    let first = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    text[..at].rfind('\n').map_or(first, |newline| newline + 1)
}

/// Where the line of a byte ends, behind its line ending.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Name = ("helpers", "timeout");

    #[test]
    fn a_value_goes_where_it_belongs_and_everything_else_keeps_its_bytes() {
        let table = [
            // In its place.
            ("[helpers]\ntimeout = \"1s\" # why\n", "[helpers]\ntimeout = \"9s\" # why\n"),
            ("helpers.timeout='1s'", "helpers.timeout=\"9s\""),
            ("helpers = {timeout = 1,x=2}\r\n", "helpers = {timeout = \"9s\",x=2}\r\n"),
            ("[helpers]\ntimeout = [\n  1, # a\n]\nx = 1\n", "[helpers]\ntimeout = \"9s\"\nx = 1\n"),
            // Behind the last one of its section.
            (
                "[helpers]\n  # first\n  x = 1 # x\n\n[vault]\n",
                "[helpers]\n  # first\n  x = 1 # x\n  timeout = \"9s\"\n\n[vault]\n",
            ),
            ("[helpers]\r\nx = 1\r\n", "[helpers]\r\nx = 1\r\ntimeout = \"9s\"\r\n"),
            ("[helpers]\nx = 1", "[helpers]\nx = 1\ntimeout = \"9s\""),
            ("helpers.x = 1\nvault.y = 2\n", "helpers.x = 1\nhelpers.timeout = \"9s\"\nvault.y = 2\n"),
            (
                "helpers.x = 1\nvault.y = 2\nhelpers.z = 3",
                "helpers.x = 1\nvault.y = 2\nhelpers.z = 3\nhelpers.timeout = \"9s\"",
            ),
            ("helpers = {x=2 } # c\n", "helpers = {x=2, timeout = \"9s\" } # c\n"),
            ("helpers = {}\n", "helpers = { timeout = \"9s\" }\n"),
            // Below the header of its section, or the comment that shows its default.
            ("[ helpers ] # h\n# c\n[vault]\n", "[ helpers ] # h\ntimeout = \"9s\"\n# c\n[vault]\n"),
            ("[helpers]", "[helpers]\ntimeout = \"9s\""),
            (
                "[helpers]\n# c\n# timeout = \"10s\"\n\n[vault]\n#timeout=1\n",
                "[helpers]\n# c\n# timeout = \"10s\"\ntimeout = \"9s\"\n\n[vault]\n#timeout=1\n",
            ),
            (
                "[helpers]\nx = '''\n#timeout = 1\n'''\n",
                "[helpers]\nx = '''\n#timeout = 1\n'''\ntimeout = \"9s\"\n",
            ),
            // In a section of its own.
            ("", "[helpers]\ntimeout = \"9s\"\n"),
            ("# c\n", "# c\n\n[helpers]\ntimeout = \"9s\"\n"),
            ("x = 1", "x = 1\n\n[helpers]\ntimeout = \"9s\""),
            ("[z]\r\n", "[z]\r\n\r\n[helpers]\r\ntimeout = \"9s\"\r\n"),
            ("\u{feff}helpers.x = 1\n", "\u{feff}helpers.x = 1\nhelpers.timeout = \"9s\"\n"),
            ("[[helpers.x]]\ny = 1 # y\n", "[[helpers.x]]\ny = 1 # y\n\n[helpers]\ntimeout = \"9s\"\n"),
        ];
        for (before, after) in table {
            assert_eq!(with(before, TIMEOUT, "\"9s\"").as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_is_no_value_or_has_no_place_changes_nothing() {
        for value in ["", "9s", "1\nx = 2", "1]", "\"9s"] {
            assert_eq!(with("[helpers]\n", TIMEOUT, value), None, "{value}");
        }
        for text in ["helpers = 1", "[[helpers]]\nx = 1\n", "[helpers.timeout]\nx = 1\n", "["] {
            assert_eq!(with(text, TIMEOUT, "1"), None, "{text}");
        }
    }

    #[test]
    fn a_setting_goes_and_its_comments_stay() {
        let table = [
            ("[helpers]\n# mine\ntimeout = \"1s\" # why\nx = 1\n", Some("[helpers]\n# mine\nx = 1\n")),
            ("\u{feff}helpers.timeout = 1\r\nx = 1", Some("\u{feff}x = 1")),
            ("[helpers]\ntimeout = [\n1,\n]", Some("[helpers]\n")),
            ("helpers = {timeout=1}", Some("helpers = {}")),
            ("helpers = {timeout=1, x=2}", Some("helpers = {x=2}")),
            ("helpers = { x=2, timeout=1 }", Some("helpers = { x=2 }")),
            ("helpers = { x=2, timeout=1, y=3 }", Some("helpers = { x=2, y=3 }")),
            ("[helpers.timeout]\nx = 1\n", None),
            ("[helpers]\nx = 1\n", None),
            ("", None),
        ];
        for (before, after) in table {
            assert_eq!(without(before, TIMEOUT).as_deref(), after, "{before}");
        }
    }
}
