//! As much YAML as files of registry logins are written in: block and flow mappings and sequences, plain and quoted
//! scalars, literal blocks, comments. Anchors, tags and several documents are refused.
//!
//! Source of the rules: YAML 1.2.2, chapters 6 to 8.

mod flow;

use crate::secret::Secret;

/// Nobody nests deeper; a hostile file does.
const DEEPEST: usize = 64;

/// A value. Scalars stay the text that they are, since a password of digits is no number.
#[derive(Clone, Debug)]
pub enum Yaml {
    /// Nothing, or `null`.
    Null,
    /// A scalar.
    Text(Secret),
    /// A sequence.
    List(Vec<Yaml>),
    /// A mapping, in order.
    Map(Vec<(String, Yaml)>),
}

/// The text is no YAML that is read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotYaml {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: &'static str,
}

impl Yaml {
    /// A member of a mapping.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|(found, _)| found == name).map(|(_, value)| value)
    }

    /// The members of a mapping; of anything else none.
    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The items of a sequence; of anything else none.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// A scalar.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as text.
    pub fn text(&self) -> Option<&str> {
        self.secret().and_then(Secret::expose_text)
    }

    fn plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            text => Self::Text(Secret::from_text(text.to_owned())),
        }
    }
}

/// Reads one document.
///
/// # Errors
/// [`NotYaml`] where it is none, or has what is not read here.
pub fn read(text: &str) -> Result<Yaml, NotYaml> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<Line<'_>> = text.lines().enumerate().map(|(at, raw)| Line::new(at + 1, raw)).collect();
    let mut reader = Reader { lines, at: 0, depth: 0 };
    reader.skip_blank();
    if reader.peek().is_some_and(|line| line.content == "---") {
        reader.at += 1;
    }
    let value = reader.block(0)?;
    reader.skip_blank();
    match reader.peek() {
        None => Ok(value),
        Some(line) if line.content == "..." => Ok(value),
        Some(line) => Err(line.error("it does not belong to what stands above it")),
    }
}

struct Line<'a> {
    number: usize,
    indent: usize,
    /// Without indentation, comment and blanks at the end.
    content: &'a str,
    raw: &'a str,
}

impl<'a> Line<'a> {
    fn new(number: usize, raw: &'a str) -> Self {
        let content = raw.trim_start_matches(' ');
        Self { number, indent: raw.len() - content.len(), content: without_comment(content), raw }
    }

    fn error(&self, what: &'static str) -> NotYaml {
        NotYaml { line: self.number, what }
    }
}

/// A comment begins at a `#` that stands first or after a blank, outside quotes.
fn without_comment(text: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '#') if matches!(before, ' ' | '\t') => return text[..at].trim_end(),
            // A quote opens a scalar only where one can begin.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
            (Some(open), c) if c == open && !(open == '"' && before == '\\') => quote = None,
            _ => {}
        }
        before = if before == '\\' && c == '\\' { ' ' } else { c };
    }
    text.trim_end()
}

struct Reader<'a> {
    lines: Vec<Line<'a>>,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&Line<'a>> {
        self.lines.get(self.at)
    }

    fn skip_blank(&mut self) {
        while self.peek().is_some_and(|line| line.content.is_empty()) {
            self.at += 1;
        }
    }

    /// The value whose lines are indented at least so far.
    fn block(&mut self, least: usize) -> Result<Yaml, NotYaml> {
        self.skip_blank();
        let Some(line) = self.peek().filter(|line| line.indent >= least) else { return Ok(Yaml::Null) };
        if self.depth == DEEPEST {
            return Err(line.error("it is nested too deep"));
        }
        if line.content.starts_with('\t') {
            return Err(line.error("a tab indents it"));
        }
        let (indent, number, content) = (line.indent, line.number, line.content);
        self.depth += 1;
        let value = if is_item(content) {
            self.sequence(indent)
        } else if split_key(content).is_some() {
            self.mapping(indent)
        } else {
            self.at += 1;
            self.inline(content, number, indent)
        };
        self.depth -= 1;
        value
    }

    fn sequence(&mut self, indent: usize) -> Result<Yaml, NotYaml> {
        let mut items = Vec::new();
        loop {
            self.skip_blank();
            let Some(line) = self.peek().filter(|line| line.indent == indent && is_item(line.content)) else {
                return Ok(Yaml::List(items));
            };
            let rest = line.content[1..].trim_start();
            let inner = indent + line.content.len() - rest.len();
            items.push(self.rest_of(rest, indent + 1, inner)?);
        }
    }

    fn mapping(&mut self, indent: usize) -> Result<Yaml, NotYaml> {
        let mut members: Vec<(String, Yaml)> = Vec::new();
        loop {
            self.skip_blank();
            let Some(line) = self.peek().filter(|line| line.indent == indent && !is_item(line.content))
            else {
                return Ok(Yaml::Map(members));
            };
            let number = line.number;
            let Some((key, rest)) = split_key(line.content) else {
                return Err(line.error("it is no member of the mapping above it"));
            };
            let key = flow::key(key).ok_or(NotYaml { line: number, what: "its key cannot be read" })?;
            // A sequence may stand as far left as the key that it belongs to.
            let has_list_below = rest.is_empty() && {
                let mut below = self.lines[self.at + 1..].iter().filter(|line| !line.content.is_empty());
                below.next().is_some_and(|line| line.indent == indent && is_item(line.content))
            };
            let least = if has_list_below { indent } else { indent + 1 };
            let value = if rest.is_empty() {
                self.at += 1;
                self.block(least)?
            } else {
                let rest = rest.to_owned();
                self.at += 1;
                self.inline(&rest, number, indent)?
            };
            if members.iter().any(|(found, _)| *found == key) {
                return Err(NotYaml { line: number, what: "its key stands there twice" });
            }
            members.push((key, value));
        }
    }

    /// What follows a dash: a value on the line, a mapping that begins there, or what stands below.
    fn rest_of(&mut self, rest: &'a str, least: usize, inner: usize) -> Result<Yaml, NotYaml> {
        let number = self.peek().map_or(0, |line| line.number);
        if rest.is_empty() {
            self.at += 1;
            return self.block(least);
        }
        if is_item(rest) || split_key(rest).is_some() {
            // The line is read again as one that begins behind the dash.
            if let Some(line) = self.lines.get_mut(self.at) {
                line.indent = inner;
                line.content = rest;
            }
            return self.block(inner);
        }
        self.at += 1;
        self.inline(rest, number, least - 1)
    }

    /// A scalar or a flow collection that begins on a line, and may go on on the next ones.
    fn inline(&mut self, first: &str, number: usize, indent: usize) -> Result<Yaml, NotYaml> {
        let error = |what| NotYaml { line: number, what };
        match first.chars().next() {
            Some('|' | '>') => return Ok(self.literal(first, indent)),
            Some('&' | '*' | '!') => return Err(error("anchors, aliases and tags are not read")),
            Some('%' | '@' | '`') => return Err(error("it begins with a reserved character")),
            _ => {}
        }
        let mut text = Secret::from_text(first.to_owned());
        loop {
            let so_far = text.expose_text().unwrap_or_default();
            match flow::value(so_far) {
                flow::Read::Whole(value) => return Ok(value),
                flow::Read::Wrong(what) => return Err(error(what)),
                flow::Read::Open => {}
            }
            self.skip_blank();
            let Some(next) = self.peek().filter(|line| line.indent > indent) else {
                return Err(error("a bracket or a quote is not closed"));
            };
            text = Secret::from_text(format!("{so_far} {}", next.content));
            self.at += 1;
        }
    }

    /// The lines below that are indented further, kept (`|`) or folded (`>`).
    fn literal(&mut self, header: &str, indent: usize) -> Yaml {
        let first = self.lines[self.at..].iter().find(|line| !line.raw.trim().is_empty());
        let inner = first.map_or(indent + 1, |line| line.indent.max(indent + 1));
        let mut lines = Vec::new();
        while let Some(line) = self.peek().filter(|line| line.indent >= inner || line.raw.trim().is_empty()) {
            lines.push(line.raw.get(inner..).unwrap_or_default());
            self.at += 1;
        }
        while lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
        let mut text = lines.join(if header.starts_with('|') { "\n" } else { " " });
        if !header.contains('-') {
            text.push('\n');
        }
        Yaml::Text(Secret::from_text(text))
    }
}

fn is_item(content: &str) -> bool {
    content == "-" || content.starts_with("- ")
}

/// Key and value of a mapping's line: at the first colon that ends it or stands before a blank, outside quotes.
fn split_key(content: &str) -> Option<(&str, &str)> {
    let start = match content.chars().next()? {
        quote @ ('"' | '\'') => 1 + flow::closing(&content[1..], quote)? + 1,
        '{' | '[' | '|' | '>' => return None,
        _ => 0,
    };
    let rest = &content[start..];
    let at = rest.match_indices(':').map(|(at, _)| at).find(|at| {
        let after = &rest[at + 1..];
        after.is_empty() || after.starts_with([' ', '\t'])
    })?;
    let is_key = start == 0 || rest[..at].trim().is_empty();
    is_key.then(|| (content[..start + at].trim_end(), rest[at + 1..].trim()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(yaml: &Yaml) -> String {
        match yaml {
            Yaml::Null => "~".to_owned(),
            Yaml::Text(text) => format!("{:?}", text.expose_text().unwrap()),
            Yaml::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
            Yaml::Map(members) => {
                let members: Vec<_> = members.iter().map(|(k, v)| format!("{k}={}", shown(v))).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    #[test]
    fn what_people_write_is_read() {
        let table = [
            ("", "~"),
            ("---\na: 1 # one\n", "{a=\"1\"}"),
            ("a:\n  b: x\n  c:\n", "{a={b=\"x\",c=~}}"),
            ("a:\n- x\n- y\nb: z", "{a=[\"x\",\"y\"],b=\"z\"}"),
            ("a:\n  - b: 1\n    c: 2\n  - d", "{a=[{b=\"1\",c=\"2\"},\"d\"]}"),
            ("- - a\n  - b\n- c", "[[\"a\",\"b\"],\"c\"]"),
            (
                "\"reg:5000\":\n  auth: {username: ann, password: 'it''s'}",
                "{reg:5000={auth={username=\"ann\",password=\"it's\"}}}",
            ),
            ("a: https://x/y#z", "{a=\"https://x/y#z\"}"),
            ("a: \"b # c\\n\\u0041\"", "{a=\"b # c\\nA\"}"),
            ("a: [1, \"2\",\n  {b: c}]\nd: e", "{a=[\"1\",\"2\",{b=\"c\"}],d=\"e\"}"),
            ("a: |\n  one\n  two\nb: >-\n  x\n  y\n", "{a=\"one\\ntwo\\n\",b=\"x y\"}"),
            ("a: don't # do", "{a=\"don't\"}"),
            ("{a: {b: c}}", "{a={b=\"c\"}}"),
            ("a: p@ss:word", "{a=\"p@ss:word\"}"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).as_ref().map(shown), Ok(expected.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_read_is_told_by_its_line() {
        let table = [
            ("a: &x 1", 1),
            ("a: 1\n  b: 2", 2),
            ("a: 1\na: 2", 2),
            ("a:\n\t- b", 2),
            ("a: [1, 2", 1),
            ("a: \"b", 1),
            ("a: 1\nb", 2),
            ("a: {b: c} d", 1),
        ];
        for (text, line) in table {
            assert_eq!(read(text).map_err(|wrong| wrong.line).err(), Some(line), "{text:?}");
        }
        assert!(read(&"- ".repeat(1000)).is_err());
        assert!(read(&format!("a: {}", "[".repeat(1000))).is_err());
    }

    proptest! {
        #[test]
        fn no_text_does_harm(text in "[-a: \\n#'\"{}\\[\\],|>&\\t]{0,40}") {
            drop(read(&text));
        }
    }
}
