//! Texts that a program passes through Go's `os.ExpandEnv`, as saucectl does with every one of its file.
//!
//! Source: Go 1.19 `os/env.go`; saucectl 3c4ba8b8^ `internal/config/config.go`. There is no escape for a dollar sign.

/// saucectl expands a text once on each level of its file, so that what came out of a variable is expanded again.
const LEVELS: usize = 5;

/// What becomes of a text. `variable` gives a variable's value; empty for one that is not set.
pub fn expanded(text: &str, variable: impl Fn(&str) -> String) -> String {
    let mut found = text.to_owned();
    for _ in 0..LEVELS {
        found = expanded_once(&found, &variable);
    }
    found
}

/// True where the text comes through as it is, whatever the variables hold. A dollar sign at its end does as well, but
/// only as long as nothing is put behind it.
pub fn is_kept(text: &str) -> bool {
    !text.contains('$')
}

fn expanded_once(text: &str, variable: &impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, width) = name(after);
        match name {
            // A dollar sign that begins no name stays; broken syntax is eaten.
            "" if width == 0 => out.push('$'),
            "" => {}
            name => out.push_str(&variable(name)),
        }
        rest = &after[width..];
    }
    out + rest
}

/// The name at the start of a text, and how many bytes it takes.
fn name(text: &str) -> (&str, usize) {
    let is_special = |c: char| "*#$@!?-0123456789".contains(c);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if let Some(inner) = text.strip_prefix('{') {
        if let [c, '}'] = inner.chars().take(2).collect::<Vec<_>>()[..]
            && is_special(c)
        {
            return (&inner[..1], 3);
        }
        return match inner.find('}') {
            Some(0) => ("", 2),
            Some(end) => (&inner[..end], end + 2),
            None => ("", 1),
        };
    }
    if text.starts_with(is_special) {
        return (&text[..1], 1);
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_expanded_as_go_does_and_again() {
        let variable = |name: &str| match name {
            "TOK" => "a$INNER".to_owned(),
            "INNER" => "zzz".to_owned(),
            _ => String::new(),
        };
        let table = [
            ("plain", "plain"),
            ("$TOK", "azzz"),
            ("${TOK}!", "azzz!"),
            ("pa$$word$1x", "pawordx"),
            ("price$", "price$"),
            ("a$ b", "a$ b"),
            ("${}x", "x"),
            ("a${b", "ab"),
            ("${?}x", "x"),
            ("$é", "$é"),
        ];
        for (text, expected) in table {
            assert_eq!(expanded(text, variable), expected, "{text}");
        }
        assert!(is_kept("dckr_pat_x") && !is_kept("price$"));
    }

    #[test]
    fn a_variable_that_names_itself_comes_to_an_end() {
        assert_eq!(expanded("$A", |_| "$A$A".into()).len(), 64);
    }
}
