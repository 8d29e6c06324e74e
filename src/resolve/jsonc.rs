//! JSON with comments, commas too many and ends missing, made into the JSON that a tolerant reader sees.
//!
//! Source of the rules: jsonc-parser 3, `impl/scanner` and `impl/parser` (`visit`), as bundled in the Dev Containers CLI
//! 0.89.0.

use zeroize::Zeroizing;

use crate::json_text;

/// Deeper than this nobody nests a file of logins; the rest is left out.
const DEEPEST: usize = 256;

/// Everything that could be made out, as strict JSON; `None` where there is no value at all.
pub fn tolerant(text: &str) -> Option<Zeroizing<String>> {
    let mut reader = Reader::new(text);
    reader.document();
    Some(reader.out).filter(|out| !out.is_empty())
}

/// The same, where nothing but comments had to be forgiven.
pub fn strict(text: &str) -> Option<Zeroizing<String>> {
    let mut reader = Reader::new(text);
    reader.document();
    Some(reader.out).filter(|out| !out.is_empty() && !reader.failed)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open(char),
    Close(char),
    Comma,
    Colon,
    Text(Zeroizing<String>),
    /// A number or one of the three words, as it stands.
    Plain(String),
    End,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    token: Token,
    failed: bool,
    depth: usize,
    /// The name of a member whose value has not come yet.
    name: Option<Zeroizing<String>>,
    /// True where the next value of the innermost container needs a comma.
    comma: bool,
    out: Zeroizing<String>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        // Room for the worst case: a growing buffer would leave copies behind.
        let out = Zeroizing::new(String::with_capacity(64 + text.len() * json_text::WORST_GROWTH));
        let token = Token::End;
        Self { text, at: 0, token, failed: false, depth: 0, name: None, comma: false, out }
    }

    fn document(&mut self) {
        self.scan();
        if !self.value() || self.token != Token::End {
            self.failed = true;
        }
    }

    /// One value with all that is in it; false where none begins here.
    fn value(&mut self) -> bool {
        match &self.token {
            Token::Open(bracket) => {
                let bracket = *bracket;
                self.container(bracket)
            }
            Token::Text(text) => {
                let text = text.clone();
                self.begin();
                json_text::push_escaped(&mut self.out, &text);
                self.scan();
                true
            }
            Token::Plain(word) => {
                let word = word.clone();
                self.begin();
                self.out.push_str(&word);
                self.scan();
                true
            }
            _ => false,
        }
    }

    fn container(&mut self, open: char) -> bool {
        if self.depth == DEEPEST {
            self.failed = true;
            return false;
        }
        let close = if open == '{' { '}' } else { ']' };
        self.begin();
        self.out.push(open);
        self.depth += 1;
        self.comma = false;
        self.scan();
        let mut is_first = true;
        while self.token != Token::Close(close) && self.token != Token::End {
            if self.token == Token::Comma {
                self.failed |= is_first;
                self.scan();
            } else if !is_first {
                self.failed = true;
            }
            let is_read = if open == '{' { self.member() } else { self.value() };
            if !is_read {
                self.skip(close);
            }
            is_first = false;
        }
        self.depth -= 1;
        self.name = None;
        self.out.push(close);
        self.comma = true;
        if self.token == Token::End {
            self.failed = true;
        } else {
            self.scan();
        }
        true
    }

    fn member(&mut self) -> bool {
        let Token::Text(name) = &self.token else { return false };
        self.name = Some(name.clone());
        self.scan();
        if self.token == Token::Colon {
            self.scan();
            if !self.value() {
                self.skip('}');
            }
        } else {
            self.skip('}');
        }
        self.name = None;
        true
    }

    /// What stands before a value: the comma and the name.
    fn begin(&mut self) {
        if self.comma {
            self.out.push(',');
        }
        if let Some(name) = self.name.take() {
            json_text::push_escaped(&mut self.out, &name);
            self.out.push(':');
        }
        self.comma = true;
    }

    /// Goes on to the next comma or to this bracket.
    fn skip(&mut self, close: char) {
        self.failed = true;
        while !matches!(self.token, Token::Comma | Token::End) && self.token != Token::Close(close) {
            self.scan();
        }
    }

    fn scan(&mut self) {
        self.token = loop {
            self.trivia();
            let Some(c) = self.peek() else { break Token::End };
            match c {
                '{' | '[' => break self.one(Token::Open(c)),
                '}' | ']' => break self.one(Token::Close(c)),
                ',' => break self.one(Token::Comma),
                ':' => break self.one(Token::Colon),
                '"' => break self.string(),
                '/' => {
                    self.failed = true;
                    self.at += 1;
                }
                _ => match self.word() {
                    Some(token) => break token,
                    None => self.failed = true,
                },
            }
        };
    }

    fn one(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Blanks and comments.
    fn trivia(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            self.at += blanks;
            let rest = &rest[blanks..];
            let end = if let Some(comment) = rest.strip_prefix("//") {
                2 + comment.find(['\r', '\n']).unwrap_or(comment.len())
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let end = comment.find("*/");
                self.failed |= end.is_none();
                2 + end.map_or(comment.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += end;
        }
    }

    /// A number, one of the three words, or something that is skipped.
    fn word(&mut self) -> Option<Token> {
        let rest = &self.text[self.at..];
        let ends =
            |c: char| c.is_ascii_whitespace() || matches!(c, '{' | '}' | '[' | ']' | '"' | ':' | ',' | '/');
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        self.at += word.len();
        let is_plain = matches!(word, "true" | "false" | "null")
            || serde_json::from_str::<serde_json::Number>(word).is_ok();
        is_plain.then(|| Token::Plain(word.to_owned()))
    }

    fn string(&mut self) -> Token {
        let rest = &self.text[self.at + 1..];
        let mut end = None;
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            if matches!(c, '"' | '\r' | '\n') {
                end = Some((at, c == '"'));
                break;
            }
            if c == '\\' {
                chars.next();
            }
        }
        let (length, is_closed) = end.unwrap_or((rest.len(), false));
        self.failed |= !is_closed;
        self.at += 1 + length + usize::from(is_closed);
        let token = Zeroizing::new(format!("\"{}\"", &rest[..length]));
        // What has an escape that is none loses that character in the original; nobody's login has one.
        let text = json_text::unescape(&token);
        self.failed |= text.is_none();
        Token::Text(Zeroizing::new(text.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_can_be_made_out_is_kept() {
        let table = [
            ("{}", Some("{}"), true),
            ("// mine\n{\"a\": /* x */ 1}", Some("{\"a\":1}"), true),
            ("{\"a\": [1, 2,],}", Some("{\"a\":[1,2]}"), false),
            ("\u{feff}{\"a\": true}", Some("{\"a\":true}"), false),
            ("{\"a\": {\"b\": \"c\"}", Some("{\"a\":{\"b\":\"c\"}}"), false),
            ("{\"a\": {\"b\": \"c", Some("{\"a\":{\"b\":\"c\"}}"), false),
            ("{\"a\" 1, \"b\": 2}", Some("{\"b\":2}"), false),
            ("{\"a\": , \"b\": 2}", Some("{\"b\":2}"), false),
            ("{a: 1, \"b\": 2}", Some("{\"b\":2}"), false),
            ("{\"a\": 1 \"b\": 2}", Some("{\"a\":1,\"b\":2}"), false),
            ("{\"a\": nope, \"b\": \"\\u0041\"}", Some("{\"b\":\"A\"}"), false),
            ("{,\"b\": 2}", Some("{\"b\":2}"), false),
            ("{} {}", Some("{}"), false),
            ("null", Some("null"), true),
            ("", None, false),
            ("}", None, false),
        ];
        for (text, out, is_strict) in table {
            assert_eq!(tolerant(text).as_ref().map(|out| out.as_str()), out, "{text:?}");
            assert_eq!(strict(text).is_some(), is_strict, "{text:?}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let text = "[".repeat(100_000);
        assert!(tolerant(&text).is_some());
        assert!(strict(&text).is_none());
    }

    proptest! {
        #[test]
        fn the_result_is_json(text in r#"[\[\]{}:,"a1.e/* \\\n-]{0,16}"#) {
            if let Some(out) = tolerant(&text) {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{text:?} {}", *out);
            }
        }

        #[test]
        fn good_json_stays_what_it_is(text in r#"[\[\]{}:,"a1.e -]{0,12}"#) {
            if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) {
                let out = strict(&text).unwrap();
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap(), value);
            }
        }
    }
}
