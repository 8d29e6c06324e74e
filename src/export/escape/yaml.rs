//! YAML, for readers of 1.1 and 1.2 alike: every text stands in double quotes, in ASCII.
//!
//! Only that is read alike by `PyYAML` 6.0.4, ruamel.yaml 0.19.1, npm yaml 2.9.1 and js-yaml 5.5.0: a bare `0777`, `yes` or
//! `12:30:45` is no text to some of them, and a raw U+0085 is folded even inside quotes.

use std::fmt::Write as _;

use crate::secret::Secret;

use super::sealed;
use crate::export::CannotWrite;
use crate::export::artifact::Body;
use crate::export::tree::Node;

/// What of ASCII is escaped beyond quote, backslash and control characters.
#[derive(Clone, Copy)]
pub enum Dialect {
    /// Nothing.
    Plain,
    /// What Jinja2 takes for its own: rapyuta.io's program renders a file before it reads YAML.
    Jinja,
}

impl Dialect {
    fn hides(self, c: char) -> bool {
        matches!(self, Self::Jinja) && matches!(c, '{' | '}' | '%' | '#')
    }

    /// A text in double quotes.
    pub fn quoted(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 2);
        self.push(&mut out, text);
        out
    }

    /// A secret in double quotes.
    pub fn secret(self, text: &str) -> Secret {
        sealed(text, 4, |out, text| self.push(out, text))
    }

    fn push(self, out: &mut String, text: &str) {
        out.push('"');
        for c in text.chars() {
            let _infallible = match (c, u32::from(c)) {
                ('"', _) => out.write_str("\\\""),
                ('\\', _) => out.write_str("\\\\"),
                (' '..='~', _) if !self.hides(c) => out.write_char(c),
                (_, code @ ..=0xff) => write!(out, "\\x{code:02X}"),
                (_, code @ ..=0xffff) => write!(out, "\\u{code:04X}"),
                (_, code) => write!(out, "\\U{code:08X}"),
            };
        }
        out.push('"');
    }

    /// A key: bare where every reader takes it for a text.
    fn key(self, key: &str) -> String {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let is_bare =
            key.chars().all(is_word) && key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '.');
        if is_bare && !is_boolean(key) { key.to_owned() } else { self.quoted(key) }
    }
}

/// What YAML 1.1 takes for true, false or nothing.
fn is_boolean(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A whole document in block style.
///
/// # Errors
/// [`CannotWrite::NotText`] for a secret that is no text.
pub(in crate::export) fn document(node: &Node, dialect: Dialect) -> Result<Body, CannotWrite> {
    let mut out = Writer { body: Body::default(), dialect };
    out.block(node, 0)?;
    Ok(out.body)
}

/// Several documents in one file.
///
/// # Errors
/// As [`document`].
pub(in crate::export) fn documents(nodes: &[Node], dialect: Dialect) -> Result<Body, CannotWrite> {
    let mut out = Writer { body: Body::default(), dialect };
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            out.body.text("---\n");
        }
        out.block(node, 0)?;
    }
    Ok(out.body)
}

struct Writer {
    body: Body,
    dialect: Dialect,
}

impl Writer {
    /// What stands on lines of its own, at this depth.
    fn block(&mut self, node: &Node, depth: usize) -> Result<(), CannotWrite> {
        match node {
            Node::Map(members) if !members.is_empty() => {
                for (at, (key, value)) in members.iter().enumerate() {
                    // The first member stands behind what leads to it, as a list's dash.
                    self.indent(if at == 0 && depth > 0 { 0 } else { depth });
                    let key = self.dialect.key(key);
                    self.body.text(&key);
                    self.body.text(":");
                    self.value(value, depth + 1)?;
                }
                Ok(())
            }
            Node::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    self.indent(if at == 0 && depth > 0 { 0 } else { depth });
                    self.body.text("- ");
                    self.block(item, depth + 1)?;
                }
                Ok(())
            }
            scalar => {
                self.scalar(scalar)?;
                self.body.text("\n");
                Ok(())
            }
        }
    }

    /// What follows a key and its colon.
    fn value(&mut self, node: &Node, depth: usize) -> Result<(), CannotWrite> {
        if node.is_block() {
            self.body.text("\n");
            self.indent(depth);
        } else {
            self.body.text(" ");
        }
        self.block(node, depth)
    }

    fn scalar(&mut self, node: &Node) -> Result<(), CannotWrite> {
        match node {
            Node::Text(text) => self.body.text(&self.dialect.quoted(text)),
            Node::Secret(secret) => {
                let text = secret.expose_text().ok_or(CannotWrite::NotText)?;
                self.body.secret(self.dialect.secret(text));
            }
            Node::Flag(flag) => self.body.text(if *flag { "true" } else { "false" }),
            Node::Raw(text) => self.body.text(text),
            Node::Map(_) => self.body.text("{}"),
            Node::List(_) => self.body.text("[]"),
        }
        Ok(())
    }

    fn indent(&mut self, depth: usize) {
        self.body.text(&"  ".repeat(depth));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::yaml_text;
    use crate::export::tree::{empty, list, map, secret, text};

    #[test]
    fn a_text_is_written_in_ascii_and_for_jinja_without_its_marks() {
        let table = [
            ("plain", "\"plain\"", "\"plain\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\""),
            ("\t\u{7f}\u{85}é", "\"\\x09\\x7F\\x85\\xE9\"", "\"\\x09\\x7F\\x85\\xE9\""),
            ("\u{2028}🔑", "\"\\u2028\\U0001F511\"", "\"\\u2028\\U0001F511\""),
            ("{{ 1 }}", "\"{{ 1 }}\"", "\"\\x7B\\x7B 1 \\x7D\\x7D\""),
            ("{%#", "\"{%#\"", "\"\\x7B\\x25\\x23\""),
        ];
        for (raw, plain, jinja) in table {
            assert_eq!(Dialect::Plain.quoted(raw), plain);
            assert_eq!(Dialect::Jinja.quoted(raw), jinja);
        }
    }

    #[test]
    fn a_document_is_written_in_blocks() {
        let node = map([
            ("on", text("x")),
            (
                "a",
                map([("b", list([map([("c", text("1")), ("d", list([text("2"), text("3")]))]), text("4")]))]),
            ),
            ("none", list([])),
            ("docker.io:5000", empty()),
            ("s", secret(Secret::from_text("hunter2".into()))),
        ]);
        let written = document(&node, Dialect::Plain).unwrap();
        let expected = "\"on\": \"x\"\na:\n  b:\n    - c: \"1\"\n      d:\n        - \"2\"\n        - \"3\"\n    - \"4\"\n\
                        none: []\n\"docker.io:5000\": {}\ns: ••••••••\n";
        assert_eq!(written.masked(), expected);
        let two = documents(&[map([("a", text("1"))]), map([("a", text("2"))])], Dialect::Plain).unwrap();
        assert_eq!(two.masked(), "a: \"1\"\n---\na: \"2\"\n");
        let no_text = secret(Secret::new(vec![0xff]));
        assert_eq!(document(&no_text, Dialect::Plain), Err(CannotWrite::NotText));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_reader(raw in any::<String>()) {
            for dialect in [Dialect::Plain, Dialect::Jinja] {
                let sealed = dialect.secret(&raw);
                let written = sealed.expose_text().unwrap();
                prop_assert!(written.len() <= 2 + raw.len() * 4);
                prop_assert_eq!(yaml_text(written), raw.clone());
                let has_marks = written.contains(['{', '}', '%', '#']);
                prop_assert!(!matches!(dialect, Dialect::Jinja) || !has_marks);
            }
        }

        #[test]
        fn any_key_comes_back_from_a_reader(key in any::<String>()) {
            let node = map([(key.as_str(), text("x"))]);
            let written = document(&node, Dialect::Plain).unwrap().reveal();
            let read = crate::import::yaml::read(written.expose()).unwrap();
            prop_assert_eq!(read[0].members().unwrap()[0].0.as_str(), key);
        }
    }
}
