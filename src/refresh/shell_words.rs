//! A command line taken apart as botocore does it: Python's `shlex.split` in POSIX mode (3.11).

/// The words of a line; `None` where a quote or an escape is not finished. No variable, no pattern, no comment is
/// looked at: no shell is involved.
pub fn split(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '\'' | '"' => quoted(c, &mut chars, word.get_or_insert_default())?,
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

/// Reads up to the closing quote. Within double quotes a backslash escapes a double quote and itself only.
fn quoted(quote: char, chars: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            c if c == quote => return Some(()),
            '\\' if quote == '"' => {
                let escaped = chars.next()?;
                if !matches!(escaped, '"' | '\\') {
                    word.push('\\');
                }
                word.push(escaped);
            }
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        let table: [(&str, Option<&[&str]>); 12] = [
            ("", Some(&[])),
            ("  a  b\tc\n", Some(&["a", "b", "c"])),
            (r#"profile "a b""#, Some(&["profile", "a b"])),
            ("a'b c'd", Some(&["ab cd"])),
            ("''", Some(&[""])),
            (r"a\ b \'", Some(&["a b", "'"])),
            (r#""a\"b\\c\d""#, Some(&[r#"a"b\c\d"#])),
            (r"'a\'", Some(&[r"a\"])),
            ("$HOME #x", Some(&["$HOME", "#x"])),
            (r#""a"#, None),
            ("'a", None),
            ("a\\", None),
        ];
        for (line, words) in table {
            let found = split(line);
            assert_eq!(
                found.as_deref(),
                words.map(|words| words.iter().map(|&w| w.to_owned()).collect::<Vec<_>>()).as_deref(),
                "{line}"
            );
        }
    }
}
