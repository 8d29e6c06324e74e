//! JSON, as Go writes it: `<`, `>`, `&` and the two line separators are escaped, other characters are not.

use crate::json_text::{self, WORST_GROWTH};
use crate::secret::Secret;

use super::sealed;
use crate::export::CannotWrite;
use crate::export::artifact::Body;
use crate::export::tree::Node;

/// A text in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    json_text::push_escaped(&mut out, text);
    out
}

/// A secret in double quotes.
pub fn secret(text: &str) -> Secret {
    sealed(text, WORST_GROWTH, json_text::push_escaped)
}

/// A whole document, two blanks a level, with a line feed at its end.
///
/// # Errors
/// [`CannotWrite::NotText`] for a secret that is no text.
pub(in crate::export) fn document(node: &Node) -> Result<Body, CannotWrite> {
    let mut body = Body::default();
    push(&mut body, node, 0)?;
    body.text("\n");
    Ok(body)
}

/// A document without any blank, for a command line or a variable.
///
/// # Errors
/// As [`document`].
pub(in crate::export) fn compact(node: &Node) -> Result<Body, CannotWrite> {
    let mut body = Body::default();
    push_compact(&mut body, node)?;
    Ok(body)
}

fn push(body: &mut Body, node: &Node, depth: usize) -> Result<(), CannotWrite> {
    let new_line = |body: &mut Body, depth: usize| body.text(&format!("\n{}", "  ".repeat(depth)));
    match node {
        Node::Map(members) if !members.is_empty() => {
            body.text("{");
            for (at, (key, value)) in members.iter().enumerate() {
                body.text(if at > 0 { "," } else { "" });
                new_line(body, depth + 1);
                body.text(&quoted(key));
                body.text(": ");
                push(body, value, depth + 1)?;
            }
            new_line(body, depth);
            body.text("}");
            Ok(())
        }
        Node::List(items) if !items.is_empty() => {
            body.text("[");
            for (at, item) in items.iter().enumerate() {
                body.text(if at > 0 { "," } else { "" });
                new_line(body, depth + 1);
                push(body, item, depth + 1)?;
            }
            new_line(body, depth);
            body.text("]");
            Ok(())
        }
        other => push_compact(body, other),
    }
}

fn push_compact(body: &mut Body, node: &Node) -> Result<(), CannotWrite> {
    match node {
        Node::Text(text) => body.text(&quoted(text)),
        Node::Secret(hidden) => body.secret(secret(hidden.expose_text().ok_or(CannotWrite::NotText)?)),
        Node::Flag(flag) => body.text(if *flag { "true" } else { "false" }),
        Node::Raw(text) => body.text(text),
        Node::Map(members) => {
            body.text("{");
            for (at, (key, value)) in members.iter().enumerate() {
                body.text(if at > 0 { "," } else { "" });
                body.text(&quoted(key));
                body.text(":");
                push_compact(body, value)?;
            }
            body.text("}");
        }
        Node::List(items) => {
            body.text("[");
            for (at, item) in items.iter().enumerate() {
                body.text(if at > 0 { "," } else { "" });
                push_compact(body, item)?;
            }
            body.text("]");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tree::{empty, list, map, raw, secret, text};

    #[test]
    fn a_document_is_written_with_and_without_blanks() {
        let node = map([
            ("a", list([text("<"), raw("1"), list([])])),
            ("b", empty()),
            ("c", secret(Secret::from_text("p\"".into()))),
            ("d", Node::Flag(true)),
        ]);
        let wide = "{\n  \"a\": [\n    \"\\u003c\",\n    1,\n    []\n  ],\n  \"b\": {},\n  \"c\": ••••••••,\n  \"d\": true\n}\n";
        assert_eq!(document(&node).unwrap().masked(), wide);
        let narrow = "{\"a\":[\"\\u003c\",1,[]],\"b\":{},\"c\":\"p\\\"\",\"d\":true}";
        assert_eq!(compact(&node).unwrap().reveal().expose_text(), Some(narrow));
    }

    proptest! {
        #[test]
        fn any_secret_and_any_key_come_back_from_a_reader(key in any::<String>(), value in any::<String>()) {
            let node = map([(key.clone(), secret(Secret::from_text(value.clone())))]);
            for body in [document(&node).unwrap(), compact(&node).unwrap()] {
                let read: serde_json::Value = serde_json::from_slice(body.reveal().expose()).unwrap();
                prop_assert_eq!(read[&key].as_str(), Some(value.as_str()));
            }
        }
    }
}
