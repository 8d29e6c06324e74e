//! A word of a POSIX shell's command line.

use crate::secret::Secret;

use super::sealed;
use crate::export::CannotWrite;

/// A text as one word: bare where that is safe, else in single quotes.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    // A tilde or an equals sign means something at the start of a word only.
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with(['=', '%']) {
        return text.to_owned();
    }
    let mut out = String::new();
    push(&mut out, text);
    out
}

/// A secret as one word.
///
/// # Errors
/// [`CannotWrite::Characters`] for a NUL byte, which no argument can hold.
pub fn secret(text: &str) -> Result<Secret, CannotWrite> {
    if text.contains('\0') {
        return Err(CannotWrite::Characters {
            language: "A shell",
            which: "it has a NUL byte",
            instead: "Have the registry make a new password or token.",
        });
    }
    Ok(sealed(text, 4, push))
}

fn push(out: &mut String, text: &str) {
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("'\\''"),
            c => out.push(c),
        }
    }
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart() {
        let table = [
            ("ghcr.io", "ghcr.io"),
            ("https://index.docker.io/v1/", "https://index.docker.io/v1/"),
            ("", "''"),
            ("a b", "'a b'"),
            ("robot$ci", "'robot$ci'"),
            ("it's", "'it'\\''s'"),
            ("~x", "'~x'"),
            ("a\nb", "'a\nb'"),
            ("é", "'é'"),
        ];
        for (text, written) in table {
            assert_eq!(word(text), written);
        }
        assert_eq!(secret("a\0").unwrap_err().code(), "characters");
    }

    #[cfg(unix)]
    #[test]
    fn a_real_shell_reads_every_word_back() {
        use proptest::prelude::any;
        use proptest::strategy::{Strategy as _, ValueTree as _};

        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let texts: Vec<String> = (0..500)
            .map(|_| any::<String>().new_tree(&mut runner).unwrap().current().replace('\0', ""))
            .collect();
        let words: Vec<String> = texts.iter().map(|text| word(text)).collect();
        let script = format!("printf '%s\\0' {}", words.join(" "));
        #[allow(clippy::disallowed_methods)] // a test may start a shell
        let output = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
        let read: Vec<&str> = std::str::from_utf8(&output.stdout).unwrap().split_terminator('\0').collect();
        assert_eq!(read, texts);
    }
}
