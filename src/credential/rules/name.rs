//! A secret's name: `^[a-z0-9][a-z0-9-]+[a-z0-9]$` as a whole, 3 to 253 characters.
//!
//! Source: rapyuta-io 1.17.1, `rapyuta_io/clients/secret.py` (`secret_name_regex`). Its `$` lets a line feed through at
//! the end; ours does not.

use super::FieldVerdict;

/// The fewest and the most characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 3..=253;

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Too short or too long.
    Length,
    /// A character that may not stand where it stands.
    Charset,
    /// Another secret has it.
    Taken,
}

impl NameError {
    /// The identifier in tests and in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Charset => "charset",
            Self::Taken => "taken",
        }
    }
}

/// What is wrong with a name, if anything. `is_taken` knows the names in the vault.
pub fn fault(name: &str, is_taken: impl Fn(&str) -> bool) -> Option<NameError> {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    if !LENGTHS.contains(&name.chars().count()) {
        return Some(NameError::Length);
    }
    let is_plain = bytes.iter().all(|byte| is_word(*byte) || *byte == b'-');
    let has_ends = [bytes.first(), bytes.last()].into_iter().flatten().all(|byte| is_word(*byte));
    if !(is_plain && has_ends) {
        return Some(NameError::Charset);
    }
    is_taken(name).then_some(NameError::Taken)
}

/// The verdict on a name.
pub fn verdict(name: &str, is_taken: impl Fn(&str) -> bool) -> FieldVerdict {
    let Some(fault) = fault(name, &is_taken) else {
        return FieldVerdict::Ok;
    };
    match fault {
        NameError::Length if name.is_empty() => {
            FieldVerdict::wrong("A secret needs a name.", "Use 3 to 253 lower-case letters, digits or \"-\".")
        }
        NameError::Length if name.len() < *LENGTHS.start() => {
            FieldVerdict::wrong("A name has 3 to 253 characters.", "Make it longer.")
        }
        NameError::Length => FieldVerdict::wrong("A name has 3 to 253 characters.", "Make it shorter."),
        NameError::Charset => {
            let tried = suggest(name);
            let is_good = self::fault(&tried, is_taken).is_none();
            FieldVerdict::wrong(
                "Use lower-case letters, digits or \"-\"; start and end with a letter or digit.",
                if is_good { format!("How about \"{tried}\"?") } else { String::new() },
            )
        }
        NameError::Taken => FieldVerdict::wrong(
            "A secret of this name is in the vault.",
            "Choose another name, or edit that one.",
        ),
    }
}

/// A name made of other words: what may not stand in a name becomes a hyphen. May still be too short.
pub fn suggest(words: &str) -> String {
    let mut name = String::new();
    for c in words.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    name.truncate(*LENGTHS.end());
    name.truncate(name.trim_end_matches('-').len());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_is_told_the_rule_and_a_way_out() {
        let wrong = |rule: &str, fix: &str| FieldVerdict::wrong(rule.to_owned(), fix.to_owned());
        let charset = "Use lower-case letters, digits or \"-\"; start and end with a letter or digit.";
        let length = "A name has 3 to 253 characters.";
        let table = [
            ("docker-secret", FieldVerdict::Ok),
            ("My_Secret ", wrong(charset, "How about \"my-secret\"?")),
            ("-abc", wrong(charset, "How about \"abc\"?")),
            ("___", wrong(charset, "")),
            ("ab", wrong(length, "Make it longer.")),
            (&*"a".repeat(254), wrong(length, "Make it shorter.")),
            ("Taken", wrong(charset, "")),
            (
                "taken",
                wrong("A secret of this name is in the vault.", "Choose another name, or edit that one."),
            ),
        ];
        for (name, expected) in table {
            assert_eq!(verdict(name, |name| name == "taken"), expected, "{name:?}");
        }
    }

    #[test]
    fn characters_are_counted_and_each_is_looked_at() {
        let table = [
            ("abc", None),
            ("éé", Some(NameError::Length)),
            ("a\nb", Some(NameError::Charset)),
            ("abc\n", Some(NameError::Charset)),
            ("a_b", Some(NameError::Charset)),
        ];
        for (name, expected) in table {
            assert_eq!(fault(name, |_| false), expected, "{name:?}");
        }
    }

    #[test]
    fn a_suggested_name_is_a_good_name() {
        let table = [
            ("ghcr.io jane", "ghcr-io-jane"),
            ("https://index.docker.io/v1/", "https-index-docker-io-v1"),
            ("Ärger & Söhne", "rger-s-hne"),
            ("!!", ""),
        ];
        for (words, name) in table {
            assert_eq!(suggest(words), name, "{words:?}");
        }
        assert_eq!(fault(&suggest(&"a-".repeat(500)), |_| false), None);
    }
}
