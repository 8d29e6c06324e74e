//! Lines of a `.env` file, which no two readers read alike.
//!
//! Measured: docker 28.2.2 and podman 4.3.1 `--env-file`, systemd 252, npm dotenv 18.0.10 and dotenv-expand 1000.0.0, Node 20
//! `util.parseEnv`, python-dotenv 1.2.4, dotenvy 0.15.7, docker-compose 1.29.2; compose-go 2.13 was read.

/// How a value can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: every reader gives it back.
    Bare,
    /// docker and podman take the line as it is, quotes too; all others want these quotes. One file for each.
    Quoted(char),
    /// In no way.
    Never(&'static str),
}

/// The style for a value. `Never` says why, as the rest of a sentence.
pub fn style(value: &str) -> Style {
    if value.contains('$') {
        return Style::Never("some readers evaluate its dollar sign, in quotes or not");
    }
    if value.contains(is_never_held) {
        return Style::Never("a value is one line without control characters");
    }
    if !value.contains(is_changed) {
        return Style::Bare;
    }
    // Two readers take a backslash before the closing quote for an escape, and two keep one in double quotes.
    match (value.contains('\''), value.contains(['"', '\\'])) {
        (false, _) if !value.ends_with('\\') => Style::Quoted('\''),
        (true, false) => Style::Quoted('"'),
        _ => Style::Never("its quotes and backslashes mean something else to each reader"),
    }
}

/// What ends a line or a text to one of the readers.
fn is_never_held(c: char) -> bool {
    c != '\t' && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
}

/// What some reader changes in a value without quotes.
fn is_changed(c: char) -> bool {
    matches!(c, '"' | '\'' | '#' | '\\' | '`') || c.is_whitespace() || c == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_is_bare_where_all_readers_agree() {
        let table = [
            ("dckr_pat_abc-DEF_123", Style::Bare),
            ("dTpwYXNzd29yZA==", Style::Bare),
            ("p@ss!word%1^&*()~", Style::Bare),
            ("é🔑", Style::Bare),
            ("a#b", Style::Quoted('\'')),
            ("a b", Style::Quoted('\'')),
            ("a\\b", Style::Quoted('\'')),
            ("a`b", Style::Quoted('\'')),
            ("a\"b", Style::Quoted('\'')),
            ("a'b", Style::Quoted('"')),
        ];
        for (value, expected) in table {
            assert_eq!(style(value), expected, "{value:?}");
        }
        for value in ["ab\\", "a'b\"", "a'b\\c", "a$b", "$", "a\nb", "a\u{85}b", "a\u{2028}"] {
            assert!(matches!(style(value), Style::Never(_)), "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn dotenvy_gives_back_what_is_bare_or_in_quotes(value in r#"[a'"\\ #`é=]{0,8}|.*"#) {
            let line = match style(&value) {
                Style::Bare => format!("PW={value}\n"),
                Style::Quoted(quote) => format!("PW={quote}{value}{quote}\n"),
                Style::Never(_) => return Ok(()),
            };
            let read = dotenvy::from_read_iter(line.as_bytes()).next().unwrap();
            prop_assert_eq!(read.unwrap().1, value);
        }
    }
}
