//! The text of an XML 1.0 element.

use crate::secret::Secret;

use super::sealed;
use crate::export::CannotWrite;

/// A text between two tags.
///
/// # Errors
/// [`CannotWrite::Characters`] for what XML 1.0 has no way to write (its section 2.2, `Char`).
pub fn text(text: &str) -> Result<String, CannotWrite> {
    check(text)?;
    let mut out = String::new();
    push(&mut out, text);
    Ok(out)
}

/// A secret between two tags.
///
/// # Errors
/// As [`text`].
pub fn secret(text: &str) -> Result<Secret, CannotWrite> {
    check(text)?;
    Ok(sealed(text, 5, push))
}

fn check(text: &str) -> Result<(), CannotWrite> {
    let is_char = |c: char| match c {
        '\t' | '\n' | '\r' => true,
        c => c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'),
    };
    if text.chars().all(is_char) {
        return Ok(());
    }
    Err(CannotWrite::Characters {
        language: "XML",
        which: "it has a control character",
        instead: "Type it into the form's field by hand, or use the JSON file.",
    })
}

fn push(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A reader would take it for a line feed.
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(written: &str) -> String {
        let document = format!("<a>{written}</a>");
        let tree = roxmltree::Document::parse(&document).unwrap();
        tree.root_element().text().unwrap_or_default().to_owned()
    }

    #[test]
    fn markup_is_escaped_and_blanks_are_kept() {
        assert_eq!(text(" a&b<c>]]>\t\n\r\"' ").unwrap(), " a&amp;b&lt;c&gt;]]&gt;\t\n&#13;\"' ");
        for bad in ["\0", "\u{1b}", "\u{fffe}"] {
            assert_eq!(text(bad).unwrap_err().code(), "characters", "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_reader_or_is_refused(text in any::<String>()) {
            match secret(&text) {
                Ok(sealed) => prop_assert_eq!(read(sealed.expose_text().unwrap()), text),
                Err(reason) => {
                    prop_assert_eq!(reason.code(), "characters");
                    let has_bad = text.contains(|c: char| !(' '..='\u{fffd}').contains(&c));
                    prop_assert!(has_bad);
                }
            }
        }
    }
}
