//! Edits of a JSON text that leave every byte alone which they do not mean: one splice each.
//!
//! An edit names an object by its path from the top of the file and one member of it. New members copy the spacing of
//! those beside them ([`super::style`]); [`super::spans`] knows where each stands.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::config::spans::{Object, walk};
use crate::config::style::Style;
use crate::json_text;

/// Bytes of a text, and what takes their place. It may hold a secret: `Debug` shows the place only.
#[derive(Clone, PartialEq, Eq)]
pub struct Splice {
    /// Which bytes of the text go.
    pub at: Range<usize>,
    /// What comes instead.
    pub text: Zeroizing<String>,
}

impl fmt::Debug for Splice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Splice({:?}, •••)", self.at)
    }
}

impl Splice {
    /// The text with this splice made.
    pub fn apply(&self, text: &str) -> Zeroizing<String> {
        let (before, after) = (&text[..self.at.start], &text[self.at.end..]);
        let mut out = Zeroizing::new(String::with_capacity(before.len() + self.text.len() + after.len()));
        for part in [before, &self.text, after] {
            out.push_str(part);
        }
        out
    }
}

/// A value to write.
#[derive(Clone)]
pub enum JsonValue {
    /// A JSON token as it shall stand in the text.
    Token(Zeroizing<String>),
    /// An object; its members in order.
    Object(Vec<(String, JsonValue)>),
}

impl JsonValue {
    /// A string, escaped as docker escapes it.
    pub fn string(text: &str) -> Self {
        let mut token = Zeroizing::new(String::with_capacity(2 + text.len() * json_text::WORST_GROWTH));
        json_text::push_escaped(&mut token, text);
        Self::Token(token)
    }

    /// The value as text, an object in the style that it is given.
    fn write(&self, out: &mut String, style: &Style) {
        let members = match self {
            Self::Token(token) => return out.push_str(token),
            Self::Object(members) if members.is_empty() => return out.push_str("{}"),
            Self::Object(members) => members,
        };
        out.push('{');
        for (at, (name, value)) in members.iter().enumerate() {
            out.push_str(if at == 0 { &style.open } else { &style.between });
            json_text::push_escaped(out, name);
            out.push_str(&style.colon);
            value.write(out, &style.inner());
            if at + 1 < members.len() {
                out.push_str(&style.before_comma);
                out.push(',');
            }
        }
        out.push_str(&style.close);
        out.push('}');
    }

    /// The most bytes that [`Self::write`] needs: a text that grows would leave copies behind.
    fn room(&self, style: &Style) -> usize {
        match self {
            Self::Token(token) => token.len(),
            Self::Object(members) => {
                let inner = style.inner();
                let room = |(name, value): &(String, Self)| {
                    3 + name.len() * json_text::WORST_GROWTH + style.len() + value.room(&inner)
                };
                2 + style.len() + members.iter().map(room).sum::<usize>()
            }
        }
    }

    fn text(&self, style: &Style) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(self.room(style)));
        self.write(&mut out, style);
        out
    }
}

/// The value of a member as it stands in the text.
pub fn raw<'a>(text: &'a str, path: &[&str], name: &str) -> Option<&'a str> {
    let object = walk(text, path)?;
    object.find(name).map(|at| object.members[at].raw.get())
}

/// The names of an object's members, in order.
pub fn names(text: &str, path: &[&str]) -> Vec<String> {
    walk(text, path)
        .map(|object| object.members.into_iter().map(|member| member.name.into_owned()).collect())
        .unwrap_or_default()
}

/// Sets a member. Missing objects on the way are made, a `null` or blank text included; a new member is the last.
/// `None` where it stands there already, to the byte.
pub fn set(text: &str, path: &[&str], name: &str, value: &JsonValue) -> Option<Splice> {
    let Some(top) = Object::top(text) else {
        return Some(from_nothing(text, path, name, value));
    };
    let style = Style::of_top(text, &top);
    set_in(text, (&top, style), path, name, value)
}

fn set_in(
    text: &str,
    (object, style): (&Object<'_>, Style),
    path: &[&str],
    name: &str,
    value: &JsonValue,
) -> Option<Splice> {
    let Some((first, rest)) = path.split_first() else {
        return match object.find(name) {
            Some(at) => replace(text, object, at, &style, value),
            None => Some(append(text, object, &style, name, value)),
        };
    };
    let Some(at) = object.find(first) else {
        return Some(append(text, object, &style, first, &nested(rest, name, value)));
    };
    match Object::inside(text, object.members[at].raw) {
        Some(inside) => {
            let own = Style::of(text, &inside).unwrap_or_else(|| style.for_value(text, object));
            set_in(text, (&inside, own), rest, name, value)
        }
        // `null`, or something that no tool takes for an object.
        None => replace(text, object, at, &style, &nested(rest, name, value)),
    }
}

fn nested(path: &[&str], name: &str, value: &JsonValue) -> JsonValue {
    let innermost = JsonValue::Object(vec![(name.to_owned(), value.clone())]);
    path.iter().rev().fold(innermost, |inner, name| JsonValue::Object(vec![((*name).to_owned(), inner)]))
}

/// A whole document in docker's style, in the place of `null` or before the blanks of a blank text.
fn from_nothing(text: &str, path: &[&str], name: &str, value: &JsonValue) -> Splice {
    let start = text.len() - text.trim_ascii_start().len();
    let end = text.trim_ascii_end().len();
    let at = if end > start { start..end } else { 0..0 };
    Splice { at, text: nested(path, name, value).text(&Style::dockers(text)) }
}

fn replace(text: &str, object: &Object<'_>, at: usize, style: &Style, value: &JsonValue) -> Option<Splice> {
    let member = &object.members[at];
    let own = Object::inside(text, member.raw).and_then(|inside| Style::of(text, &inside));
    let written = value.text(&own.unwrap_or_else(|| style.for_value(text, object)));
    (text[member.value.clone()] != **written).then(|| Splice { at: member.value.clone(), text: written })
}

fn append(text: &str, object: &Object<'_>, style: &Style, name: &str, value: &JsonValue) -> Splice {
    let inner = style.for_value(text, object);
    let room = 3 + name.len() * json_text::WORST_GROWTH + 2 * style.len() + value.room(&inner);
    let mut out = Zeroizing::new(String::with_capacity(room));
    if !object.members.is_empty() {
        out.push_str(&style.before_comma);
        out.push(',');
    }
    out.push_str(if object.members.is_empty() { &style.open } else { &style.between });
    json_text::push_escaped(&mut out, name);
    out.push_str(&style.colon);
    value.write(&mut out, &inner);
    if let Some(last) = object.members.last() {
        return Splice { at: last.value.end..last.value.end, text: out };
    }
    out.push_str(&style.close);
    Splice { at: object.at.start + 1..object.at.end - 1, text: out }
}

/// Takes a member away, with the comma and the blanks that belong to it; `None` where it is not there.
pub fn remove(text: &str, path: &[&str], name: &str) -> Option<Splice> {
    let object = walk(text, path)?;
    let at = object.find(name)?;
    let members = &object.members;
    let gone = match (at, members.get(at + 1)) {
        (_, Some(next)) => members[at].key.start..next.key.start,
        (0, None) => object.at.start + 1..object.at.end - 1,
        (_, None) => members[at - 1].value.end..members[at].value.end,
    };
    Some(Splice { at: gone, text: Zeroizing::new(String::new()) })
}

/// Gives a member another name in its place; `None` where it is not there.
pub fn rename(text: &str, path: &[&str], from: &str, to: &str) -> Option<Splice> {
    let object = walk(text, path)?;
    let at = object.members.iter().rposition(|member| member.name == from)?;
    let mut name = Zeroizing::new(String::new());
    json_text::push_escaped(&mut name, to);
    Some(Splice { at: object.members[at].key.clone(), text: name })
}

#[cfg(test)]
mod tests;
