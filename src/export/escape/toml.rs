//! TOML: a basic string.

use std::fmt::Write as _;

use crate::secret::Secret;

use super::sealed;

/// A text in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    push(&mut out, text);
    out
}

/// A secret in double quotes.
pub fn secret(text: &str) -> Secret {
    sealed(text, 6, push)
}

fn push(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        let _infallible = match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            c if c.is_control() => write!(out, "\\u{:04X}", u32::from(c)),
            c => out.write_char(c),
        };
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_reader(text in any::<String>()) {
            let sealed = secret(&text);
            let written = sealed.expose_text().unwrap();
            prop_assert!(written.len() <= 2 + text.len() * 6);
            let read: ::toml::Table = ::toml::from_str(&format!("x = {written}\n")).unwrap();
            prop_assert_eq!(read["x"].as_str(), Some(text.as_str()));
        }
    }
}
