//! Where the members of a JSON text stand in it, byte for byte.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::value::RawValue;

use crate::config::document;
use crate::credential::diagnostic::Diagnostics;

/// The members that docker knows, which Go finds in any case.
const KNOWN: &[&str] =
    &["auths", "credsStore", "credHelpers", "auth", "username", "password", "identitytoken", "registrytoken"];

/// A member of an object, by where it stands in the whole text.
pub(super) struct MemberSpan<'a> {
    pub name: Cow<'a, str>,
    /// The name, quotes included.
    pub key: Range<usize>,
    /// The value.
    pub value: Range<usize>,
    pub raw: &'a RawValue,
}

/// An object of the text.
pub(super) struct Object<'a> {
    /// From its opening brace to behind the closing one.
    pub at: Range<usize>,
    pub members: Vec<MemberSpan<'a>>,
}

impl<'a> Object<'a> {
    /// The object at the top of a text that was read without a problem.
    pub fn top(text: &'a str) -> Option<Self> {
        let members = document::members(text, &mut Diagnostics::default()).ok()?;
        let start = text.len() - text.trim_ascii_start().len();
        let is_object = text[start..].starts_with('{');
        is_object.then(|| Self::new(text, start..text.trim_ascii_end().len(), members))
    }

    /// The object that a value is; `None` for any other value.
    pub fn inside(text: &'a str, raw: &'a RawValue) -> Option<Self> {
        let at = span(text, raw);
        document::object(raw)
            .filter(|_| raw.get().starts_with('{'))
            .map(|members| Self::new(text, at, members))
    }

    fn new(text: &str, at: Range<usize>, members: Vec<document::Member<'a>>) -> Self {
        let mut from = at.start + 1;
        let span_of = |(name, raw): document::Member<'a>| {
            let key = string_after(text, from);
            let value = span(text, raw);
            from = value.end;
            MemberSpan { name, key, value, raw }
        };
        let members = members.into_iter().map(span_of).collect();
        Self { at, members }
    }

    /// The last member of this name. Go finds the members that docker knows in any case of their letters; the exact
    /// name goes first.
    pub fn find(&self, name: &str) -> Option<usize> {
        let last = |test: &dyn Fn(&str) -> bool| self.members.iter().rposition(|member| test(&member.name));
        let any_case = || last(&|found| found.eq_ignore_ascii_case(name)).filter(|_| KNOWN.contains(&name));
        last(&|found| found == name).or_else(any_case)
    }
}

/// The object at the end of a path of names.
pub(super) fn walk<'a>(text: &'a str, path: &[&str]) -> Option<Object<'a>> {
    path.iter().try_fold(Object::top(text)?, |object, name| {
        Object::inside(text, object.members[object.find(name)?].raw)
    })
}

/// Where a slice of the text stands in it.
fn span(text: &str, raw: &RawValue) -> Range<usize> {
    let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + raw.get().len()
}

/// The first string token from `from` on.
fn string_after(text: &str, from: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = (from..bytes.len()).find(|at| bytes[*at] == b'"').unwrap_or(bytes.len());
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    start..(at + 1).min(bytes.len())
}
