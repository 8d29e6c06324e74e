//! A value in a unit file of systemd (systemd.syntax(7), systemd.unit(5)).

use crate::credential::rules::FieldVerdict;

/// A value: a percent sign would begin a specifier.
pub fn value(text: &str) -> String {
    text.replace('%', "%%")
}

/// The verdict on a path that is to stand in a unit: blanks would part it, a backslash would join lines.
pub fn path(text: &str) -> FieldVerdict {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '\\' | '"' | '\'');
    if text.starts_with('/') && text.chars().all(is_plain) {
        return FieldVerdict::Ok;
    }
    FieldVerdict::wrong("This is an absolute path without blanks, quotes and backslashes.", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_is_doubled_and_a_path_is_plain() {
        assert_eq!(value("/etc/100%/auth.json"), "/etc/100%%/auth.json");
        for (text, is_good) in [("/etc/a-b", true), ("etc", false), ("/a b", false), ("/a\\", false)] {
            assert_eq!(path(text) == FieldVerdict::Ok, is_good, "{text}");
        }
    }
}
