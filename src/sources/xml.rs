//! As much XML as Maven's `settings.xml` is written in: elements, text, the five entities, comments, CDATA.
//!
//! Source of the rules: XML 1.0, fifth edition. Nothing is ever loaded or expanded but the five entities.

use zeroize::Zeroizing;

/// Nobody nests deeper; a hostile file does.
const DEEPEST: usize = 64;

/// An element.
#[derive(Clone, Debug, Default)]
pub struct Element {
    /// Its name without a namespace.
    pub name: String,
    /// The elements in it.
    pub children: Vec<Element>,
    /// The text in it, without blanks at the ends.
    pub text: Zeroizing<String>,
}

impl Element {
    /// The elements of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element of a name.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|child| child.name == name).map(|child| child.text.as_str())
    }
}

/// Reads a document; the element that is given has its root as a child.
///
/// # Errors
/// What is wrong with it.
pub fn read(text: &str) -> Result<Element, &'static str> {
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some((plain, markup)) = rest.split_once('<') {
        add_text(&mut open, plain);
        rest = if let Some(comment) = markup.strip_prefix("!--") {
            after(comment, "-->")?
        } else if let Some(data) = markup.strip_prefix("![CDATA[") {
            let (data, rest) = data.split_once("]]>").ok_or("a CDATA section is not closed")?;
            if let Some(element) = open.last_mut() {
                element.text.push_str(data);
            }
            rest
        } else if markup.starts_with('!') {
            return Err("declarations are not read");
        } else if let Some(instruction) = markup.strip_prefix('?') {
            after(instruction, "?>")?
        } else {
            tag(&mut open, markup)?
        };
    }
    match (open.pop(), open.is_empty()) {
        (Some(root), true) if !root.children.is_empty() => Ok(root),
        _ => Err("an element is not closed, or there is none"),
    }
}

fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, &'static str> {
    text.split_once(end).map(|(_, rest)| rest).ok_or("a comment or an instruction is not closed")
}

/// An opening or a closing tag; what follows it.
fn tag<'a>(open: &mut Vec<Element>, markup: &'a str) -> Result<&'a str, &'static str> {
    let end = end_of(markup).ok_or("a tag is not closed")?;
    let (tag, rest) = (&markup[..end], &markup[end + 1..]);
    let name = |text: &str| {
        let name = text.split_whitespace().next().unwrap_or_default();
        name.rsplit(':').next().unwrap_or(name).to_owned()
    };
    if let Some(closed) = tag.strip_prefix('/') {
        let element = open.pop().filter(|element| !open.is_empty() && element.name == name(closed));
        let mut element = element.ok_or("a closing tag has no opening one")?;
        element.text = Zeroizing::new(element.text.trim().to_owned());
        if let Some(parent) = open.last_mut() {
            parent.children.push(element);
        }
        return Ok(rest);
    }
    if open.len() > DEEPEST {
        return Err("it is nested too deep");
    }
    let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let element = Element { name: name(tag), ..Element::default() };
    if is_empty {
        if let Some(parent) = open.last_mut() {
            parent.children.push(element);
        }
    } else {
        open.push(element);
    }
    Ok(rest)
}

/// The `>` that ends a tag, outside the quotes of its attributes.
fn end_of(markup: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in markup.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn add_text(open: &mut [Element], plain: &str) {
    let Some(element) = open.last_mut() else { return };
    let mut rest = plain;
    while let Some((before, entity)) = rest.split_once('&') {
        element.text.push_str(before);
        let (c, after) = entity
            .split_once(';')
            .and_then(|(name, after)| Some((meaning(name)?, after)))
            .unwrap_or(('&', entity));
        element.text.push(c);
        rest = after;
    }
    element.text.push_str(rest);
}

fn meaning(entity: &str) -> Option<char> {
    let code = |digits: &str, base| u32::from_str_radix(digits, base).ok().and_then(char::from_u32);
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match entity.strip_prefix('#')? {
            hex if hex.starts_with(['x', 'X']) => code(&hex[1..], 16),
            digits => code(digits, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_entities_and_cdata_are_read() {
        let text = "<?xml version=\"1.0\"?><!-- <x> --><s xmlns=\"u\" a='>'><m:id> a&amp;b&#65; </m:id><e/>\
                    <p><![CDATA[<&>]]></p></s>";
        let root = read(text).unwrap();
        let s = &root.children[0];
        assert_eq!(s.name, "s");
        assert_eq!((s.text_of("id"), s.text_of("p"), s.text_of("e")), (Some("a&bA"), Some("<&>"), Some("")));
    }

    #[test]
    fn what_is_not_whole_or_declares_something_is_refused() {
        for text in
            ["", "x", "<a>", "<a></b>", "</a>", "<a", "<!DOCTYPE a [<!ENTITY x \"y\">]><a/>", "<!-- x"]
        {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"<a>".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in "[<>/a!?\\[\\]CDAT&;#x'\" -]{0,40}") {
            drop(read(&text));
        }
    }
}
