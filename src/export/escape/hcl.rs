//! HCL, for Terraform and Nomad: a text in quotes in which nothing can begin a template.
//!
//! `$` and `%` become `\u0024` and `\u0025`: Terraform 1.11.4, pygohcl 1.2.9 and hcl-rs 0.20.0 would read `$${` as well, but
//! python-hcl2 8.1.4 refuses it after another dollar sign.

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
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            '$' | '%' | '\u{2028}' | '\u{2029}' | '\u{feff}' => write!(out, "\\u{:04x}", u32::from(c)),
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c)),
            c => out.write_char(c),
        };
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(expression: &str) -> String {
        let body: hcl::Body = hcl::from_str(&format!("x = {expression}\n")).unwrap();
        let value = body.attributes().next().unwrap().expr().clone();
        match value {
            hcl::Expression::String(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_in_a_text_begins_a_template() {
        let table = [
            ("a${b}", r#""a\u0024{b}""#),
            ("%%{b", r#""\u0025\u0025{b""#),
            ("a$b", r#""a\u0024b""#),
            ("\"\\\n\r\t\u{1}\u{7f}", r#""\"\\\n\r\t\u0001\u007f""#),
            ("é\u{2028}🔑", "\"é\\u2028🔑\""),
        ];
        for (text, written) in table {
            assert_eq!(quoted(text), written);
            assert_eq!(read(written), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_reader(text in any::<String>()) {
            let sealed = secret(&text);
            let written = sealed.expose_text().unwrap();
            prop_assert!(written.len() <= 2 + text.len() * 6);
            prop_assert_eq!(read(written), text);
        }
    }
}
