//! Values on one line: scalars, and collections in brackets.

use super::{DEEPEST, Yaml};
use crate::secret::Secret;

/// What became of a text.
pub enum Read {
    /// It is one value.
    Whole(Yaml),
    /// A bracket or a quote is still open.
    Open,
    /// It is none, and why.
    Wrong(&'static str),
}

/// Reads a text that is one value.
pub fn value(text: &str) -> Read {
    let mut reader = Reader { rest: text.trim(), depth: 0 };
    let is_flow = reader.rest.starts_with(['{', '[', '"', '\'']);
    if !is_flow {
        return Read::Whole(Yaml::plain(reader.rest));
    }
    match reader.one() {
        Ok(value) if reader.rest.trim().is_empty() => Read::Whole(value),
        Ok(_) => Read::Wrong("something stands behind the value"),
        Err(stop) => stop.into(),
    }
}

/// The text of a key.
pub fn key(text: &str) -> Option<String> {
    match value(text) {
        Read::Whole(Yaml::Text(text)) => text.expose_text().map(str::to_owned),
        Read::Whole(Yaml::Null) => Some(text.to_owned()),
        _ => None,
    }
}

/// The place of the quote that closes a scalar.
pub fn closing(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let is_doubled = quote == '\'' && c == quote && chars.peek().is_some_and(|(_, next)| *next == quote);
        if is_doubled || (quote == '"' && c == '\\') {
            chars.next();
        } else if c == quote {
            return Some(at);
        }
    }
    None
}

enum Stop {
    Open,
    Wrong(&'static str),
}

impl From<Stop> for Read {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Open => Self::Open,
            Stop::Wrong(what) => Self::Wrong(what),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn one(&mut self) -> Result<Yaml, Stop> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            None => Err(Stop::Open),
            Some('{') => self.collection('}'),
            Some('[') => self.collection(']'),
            Some(quote @ ('"' | '\'')) => self.quoted(quote).map(Yaml::Text),
            Some(_) => Ok(self.plain()),
        }
    }

    fn collection(&mut self, close: char) -> Result<Yaml, Stop> {
        if self.depth == DEEPEST {
            return Err(Stop::Wrong("it is nested too deep"));
        }
        self.depth += 1;
        self.rest = &self.rest[1..];
        let (mut items, mut members) = (Vec::new(), Vec::new());
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(close) {
                self.rest = rest;
                self.depth -= 1;
                return Ok(if close == '}' { Yaml::Map(members) } else { Yaml::List(items) });
            }
            let item = self.one()?;
            self.rest = self.rest.trim_start();
            if close == '}' {
                let name = item.text().map(str::to_owned).ok_or(Stop::Wrong("a key is no text"))?;
                members.push((name, self.after_colon()?));
            } else {
                items.push(item);
            }
            self.rest = self.rest.trim_start();
            match self.rest.chars().next() {
                None => return Err(Stop::Open),
                Some(',') => self.rest = &self.rest[1..],
                Some(c) if c == close => {}
                Some(_) => return Err(Stop::Wrong("a comma is missing")),
            }
        }
    }

    /// The value of a key, which may be left out.
    fn after_colon(&mut self) -> Result<Yaml, Stop> {
        let Some(rest) = self.rest.strip_prefix(':') else { return Ok(Yaml::Null) };
        self.rest = rest.trim_start();
        if self.rest.starts_with([',', '}']) { Ok(Yaml::Null) } else { self.one() }
    }

    /// Up to a bracket, a comma, or a colon before a blank.
    fn plain(&mut self) -> Yaml {
        let mut chars = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let is_colon = c == ':' && next.is_none_or(|next| matches!(next, ' ' | ',' | '}' | ']'));
            if matches!(c, ',' | '{' | '}' | '[' | ']') || is_colon {
                end = at;
                break;
            }
        }
        let text = &self.rest[..end];
        self.rest = &self.rest[end..];
        Yaml::plain(text.trim())
    }

    fn quoted(&mut self, quote: char) -> Result<Secret, Stop> {
        let inner = &self.rest[1..];
        let end = closing(inner, quote).ok_or(Stop::Open)?;
        self.rest = &inner[end + 1..];
        let inner = &inner[..end];
        if quote == '\'' {
            return Ok(Secret::from_text(inner.replace("''", "'")));
        }
        unescaped(inner).ok_or(Stop::Wrong("an escape cannot be read"))
    }
}

/// The text between double quotes.
fn unescaped(text: &str) -> Option<Secret> {
    let mut out = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' { one_escape(&mut chars)? } else { c };
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(Secret::new(out))
}

fn one_escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match chars.next()? {
        '0' => return Some('\0'),
        'a' => return Some('\u{7}'),
        'b' => return Some('\u{8}'),
        't' => return Some('\t'),
        'n' => return Some('\n'),
        'v' => return Some('\u{b}'),
        'f' => return Some('\u{c}'),
        'r' => return Some('\r'),
        'e' => return Some('\u{1b}'),
        'N' => return Some('\u{85}'),
        '_' => return Some('\u{a0}'),
        c @ (' ' | '"' | '/' | '\\') => return Some(c),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + chars.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}
