//! YAML that others wrote: bounded in size, depth and in what its aliases multiply to.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};
use zeroize::Zeroizing;

use super::CannotRead;

/// The most bytes: a manifest with some thousands of secrets has less.
pub const MOST_BYTES: usize = 4 << 20;
/// The deepest nesting.
pub const DEEPEST: usize = 64;
/// The most values of a file, where each alias counts as all that it stands for.
pub const MOST_VALUES: usize = 200_000;

/// A value, or a whole document.
pub enum Value {
    /// A scalar.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Rc<Value>>),
    /// A mapping, in order. A key that is no scalar is left out with its value.
    Map(Vec<(Zeroizing<String>, Rc<Value>)>),
}

/// A scalar as it was written.
pub struct Scalar {
    text: Zeroizing<String>,
    is_text: bool,
}

/// A value may be a secret, so none is shown.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar(_) => "Scalar(•••)",
            Self::List(_) => "List(•••)",
            Self::Map(_) => "Map(•••)",
        })
    }
}

impl Value {
    /// A text, for values that come from another reader.
    pub(super) fn text_of(text: String) -> Self {
        Self::Scalar(Scalar { text: Zeroizing::new(text), is_text: true })
    }

    /// What is neither text nor made of other values, for values that come from another reader.
    pub(super) fn plain_of(text: &str) -> Self {
        Self::Scalar(Scalar { text: Zeroizing::new(text.to_owned()), is_text: false })
    }

    /// The text; `None` for a number, a truth value, nothing at all, a list and a map. Without quotes it is a text only
    /// where readers of YAML 1.1 and of 1.2 take it for one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(scalar) if scalar.is_text => Some(&scalar.text),
            _ => None,
        }
    }

    /// True for what stands for nothing.
    pub fn is_null(&self) -> bool {
        let is_null = |text: &str| matches!(text, "" | "~" | "null" | "Null" | "NULL");
        matches!(self, Self::Scalar(scalar) if !scalar.is_text && is_null(&scalar.text))
    }

    /// The members of a map, those that it merges (`<<`) left out.
    pub fn members(&self) -> Option<&[(Zeroizing<String>, Rc<Self>)]> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    /// The items of a list; none where it is no list.
    pub fn items(&self) -> impl Iterator<Item = &Self> {
        let items = if let Self::List(items) = self { items.as_slice() } else { &[] };
        items.iter().map(|item| &**item)
    }

    /// A member of a map, its own or else one that it merges; of doubles the last.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let members = self.members()?;
        let own = members.iter().rev().find(|(key, _)| key.as_str() == name);
        if let Some((_, value)) = own {
            return Some(value);
        }
        let merged = members.iter().rev().find(|(key, _)| key.as_str() == "<<")?;
        match &*merged.1 {
            Self::List(all) => all.iter().find_map(|one| one.get(name)),
            one => one.get(name),
        }
    }

    /// Shows this value and all below it, from the outside in.
    pub(super) fn walk(&self, see: &mut impl FnMut(&Self)) {
        see(self);
        self.items().for_each(|item| item.walk(see));
        self.members().unwrap_or_default().iter().for_each(|(_, value)| value.walk(see));
    }

    /// A member of a member: `at(&["spec", "docker"])`.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }
}

/// The documents of a file.
///
/// # Errors
/// [`CannotRead`] where it is none, or beyond the bounds.
pub fn read(bytes: &[u8]) -> Result<Vec<Value>, CannotRead> {
    if bytes.len() > MOST_BYTES {
        return Err(CannotRead::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CannotRead::NotText)?;
    let mut reader = Reader {
        parser: Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text)),
        anchors: HashMap::new(),
        values: 0,
    };
    let mut documents = Vec::new();
    while let Some(event) = reader.next()? {
        if let Event::DocumentStart(_) = event {
            let first = reader.next()?.ok_or(SYNTAX)?;
            let (value, _) = reader.value(first, 0)?;
            // Only an anchor can hold a second reference to a whole document.
            reader.anchors.clear();
            documents.push(Rc::into_inner(value));
        }
    }
    Ok(documents.into_iter().flatten().collect())
}

/// For what the parser never does.
const SYNTAX: CannotRead = CannotRead::Syntax { line: 1, column: 1 };

/// A value, and how many values it is.
type Weighed = (Rc<Value>, usize);

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Weighed>,
    values: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<Event<'a>>, CannotRead> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(Some(event)),
            Some(Err(error)) => Err(syntax(&error)),
            None => Ok(None),
        }
    }

    fn value(&mut self, event: Event<'a>, depth: usize) -> Result<Weighed, CannotRead> {
        if depth > DEEPEST {
            return Err(CannotRead::TooDeep);
        }
        let (value, weight, anchor) = match event {
            Event::Alias(anchor) => {
                let (value, weight) = self.anchors.get(&anchor).cloned().ok_or(CannotRead::UnknownAlias)?;
                self.count(weight)?;
                return Ok((value, weight));
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = match tag.as_deref() {
                    Some(tag) => is_text_tag(tag),
                    None => style != ScalarStyle::Plain || !has_type(&text),
                };
                (Value::Scalar(Scalar { text: Zeroizing::new(text.into_owned()), is_text }), 0, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let (items, weight) = self.items(depth)?;
                (Value::List(items), weight, anchor)
            }
            Event::MappingStart(anchor, _) => {
                let (members, weight) = self.members(depth)?;
                (Value::Map(members), weight, anchor)
            }
            _ => return Err(SYNTAX),
        };
        self.count(1)?;
        let weighed = (Rc::new(value), weight + 1);
        if anchor > 0 {
            self.anchors.insert(anchor, weighed.clone());
        }
        Ok(weighed)
    }

    fn items(&mut self, depth: usize) -> Result<(Vec<Rc<Value>>, usize), CannotRead> {
        let (mut items, mut all) = (Vec::new(), 0);
        loop {
            match self.next()?.ok_or(SYNTAX)? {
                Event::SequenceEnd => return Ok((items, all)),
                event => {
                    let (item, weight) = self.value(event, depth + 1)?;
                    items.push(item);
                    all += weight;
                }
            }
        }
    }

    #[allow(clippy::type_complexity)] // the members of a map, and their weight
    fn members(&mut self, depth: usize) -> Result<(Vec<(Zeroizing<String>, Rc<Value>)>, usize), CannotRead> {
        let (mut members, mut all) = (Vec::new(), 0);
        loop {
            match self.next()?.ok_or(SYNTAX)? {
                Event::MappingEnd => return Ok((members, all)),
                event => {
                    let (key, key_weight) = self.value(event, depth + 1)?;
                    let event = self.next()?.ok_or(SYNTAX)?;
                    let (value, weight) = self.value(event, depth + 1)?;
                    all += key_weight + weight;
                    if let Value::Scalar(key) = &*key {
                        members.push((key.text.clone(), value));
                    }
                }
            }
        }
    }

    fn count(&mut self, values: usize) -> Result<(), CannotRead> {
        self.values += values;
        if self.values > MOST_VALUES { Err(CannotRead::TooMany) } else { Ok(()) }
    }
}

/// The parser's words may repeat what stands in the file; its place is enough.
fn syntax(error: &ScanError) -> CannotRead {
    if error.info().contains("recursion limit") {
        return CannotRead::TooDeep;
    }
    if error.info().contains("unknown anchor") {
        return CannotRead::UnknownAlias;
    }
    CannotRead::Syntax { line: error.marker().line(), column: error.marker().col() + 1 }
}

fn is_text_tag(tag: &Tag) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == "str" || tag.handle.is_empty() && tag.suffix == "!"
}

/// True for a bare scalar that some reader takes for something else than a text: YAML 1.1 as `PyYAML` has it, or YAML 1.2's
/// core schema.
fn has_type(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null", ".nan", ".inf", "+.inf", "-.inf"];
    matches!(text, "" | "~" | "=" | "<<")
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || is_number(text.strip_prefix(['+', '-']).unwrap_or(text))
        || is_date(text)
}

fn is_number(text: &str) -> bool {
    let all = |text: &str, is_digit: fn(char) -> bool| {
        !text.is_empty() && text.chars().all(|c| is_digit(c) || c == '_')
    };
    let lower = text.get(..2).unwrap_or_default().to_ascii_lowercase();
    let rest = text.get(2..).unwrap_or_default();
    match lower.as_str() {
        "0x" => return all(rest, |c| c.is_ascii_hexdigit()),
        "0o" => return all(rest, |c| c.is_digit(8)),
        "0b" => return all(rest, |c| c.is_digit(2)),
        _ => {}
    }
    let is_mantissa = |text: &str| {
        text.contains(|c: char| c.is_ascii_digit())
            && text.matches('.').count() <= 1
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | '.' | ':'))
    };
    match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            is_mantissa(mantissa) && all(digits, |c| c.is_ascii_digit())
        }
        None => is_mantissa(text),
    }
}

/// `2001-01-01`, perhaps with a time behind it.
fn is_date(text: &str) -> bool {
    let day = text.split(['T', 't', ' ', '\t']).next().unwrap_or(text);
    let parts: Vec<&str> = day.split('-').collect();
    let is_digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts[..], [year, month, day] if year.len() == 4 && month.len() <= 2 && day.len() <= 2)
        && parts.iter().all(is_digits)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Value {
        read(text.as_bytes()).unwrap().remove(0)
    }

    #[test]
    fn a_bare_scalar_is_a_text_only_where_all_readers_say_so() {
        let texts =
            ["janedoe", "12ab34cd", "1.2.3", "v1", "yess", "$VAR", "a: b".trim_end_matches(": b"), "-x"];
        for text in texts {
            assert_eq!(one(&format!("p: {text}\n")).get("p").unwrap().text(), Some(text));
        }
        let typed = "123 0777 0x1F 0o17 0b1 1_000 12:30:45 1e3 1.10 -5 +.5 .inf yes No ON ~ null = 2001-01-01 \
                     2001-1-1T00:00:00Z TRUE";
        for text in typed.split(' ') {
            assert_eq!(one(&format!("p: {text}\n")).get("p").unwrap().text(), None, "{text}");
        }
        assert_eq!(one("p: \"123\"").get("p").unwrap().text(), Some("123"));
        assert_eq!(one("p: !!str 123").get("p").unwrap().text(), Some("123"));
        assert_eq!(one("p: !!int \"123\"").get("p").unwrap().text(), None);
        assert!(one("p:").get("p").unwrap().is_null() && !one("p: ''").get("p").unwrap().is_null());
    }

    #[test]
    fn aliases_and_merges_are_followed() {
        let value =
            one("a: &x {u: one, v: two}\nb: *x\nc:\n  <<: *x\n  v: own\nd:\n  <<: [{w: three}, *x]\n");
        let text = |path: &[&str]| value.at(path).and_then(Value::text);
        assert_eq!(text(&["b", "u"]), Some("one"));
        assert_eq!((text(&["c", "u"]), text(&["c", "v"])), (Some("one"), Some("own")));
        assert_eq!((text(&["d", "w"]), text(&["d", "v"])), (Some("three"), Some("two")));
        assert_eq!(text(&["c", "x"]), None);
    }

    #[test]
    fn several_documents_are_read_and_each_has_anchors_of_its_own() {
        let all = read(b"---\na: &x 1\n---\nb: two\n...\n").unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[1].get("b").unwrap().text(), Some("two"));
        assert_eq!(read(b"a: &x y\n---\nb: *x\n").unwrap_err().code(), "unknown_alias");
        assert_eq!(read(b"").unwrap().len(), 0);
    }

    #[test]
    fn what_is_beyond_the_bounds_is_refused() {
        let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let below = format!("*a{}", level - 1);
            let _infallible = writeln!(laughs, "a{level}: &a{level} [{}]", vec![below; 10].join(", "));
        }
        let table = [
            (laughs, "too_many_values"),
            ("[".repeat(100_000), "too_deep"),
            ("- ".repeat(100_000), "too_deep"),
            ("{a: ".repeat(100_000), "too_deep"),
            ("x".repeat(MOST_BYTES + 1), "too_long"),
            ("- x\n".repeat(MOST_VALUES + 1), "too_many_values"),
            ("a: [".into(), "syntax"),
            ("a: &x [*x]".into(), "unknown_alias"),
            ("a: b: c".into(), "syntax"),
        ];
        for (text, code) in table {
            let begin: String = text.chars().take(20).collect();
            assert_eq!(read(text.as_bytes()).err().map(CannotRead::code), Some(code), "{begin}");
        }
        assert_eq!(read(b"\xff").unwrap_err(), CannotRead::NotText);
    }

    #[test]
    fn nothing_of_the_file_is_in_an_error_or_a_debug_text() {
        let error = read(b"password: hunter2: x").unwrap_err();
        assert!(!format!("{error:?} {} {}", error.what(), error.next()).contains("hunter2"));
        assert!(!format!("{:?}", one("password: hunter2")).contains("hunter2"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[-a{}\[\],:&*!|>'"%@`#\n\t ?<~\\]{0,60}"#) {
            let _any = read(text.as_bytes());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            let _any = read(&bytes);
        }
    }
}
