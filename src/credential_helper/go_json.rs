//! What Go's `encoding/json` says of a text that is no login: helpers print these very words, and people search for
//! them. Source: Go 1.22 `encoding/json/scanner.go`, `decode.go`, `stream.go`.

/// How deep values may be nested.
const DEEPEST: usize = 10_000;

/// Go's words for what is wrong with a login that should be an object of texts; `None` where nothing is.
/// Text after the first value does not count.
pub fn problem(text: &[u8]) -> Option<String> {
    if text.iter().all(|byte| is_space(*byte)) {
        return Some("EOF".to_owned());
    }
    let mut scanner = Scanner { text, at: 0, mismatch: None };
    match scanner.value() {
        Ok(()) => scanner.mismatch,
        Err(Stop::End) => Some("unexpected EOF".to_owned()),
        Err(Stop::Bad(byte, why)) => Some(format!("invalid character {} {why}", quoted(byte))),
        Err(Stop::BadWord(byte, word, wanted)) => Some(format!(
            "invalid character {} in literal {} (expecting {})",
            quoted(byte),
            word.escape_ascii(),
            quoted(wanted)
        )),
    }
}

/// Why the scan ends.
enum Stop {
    /// The text does.
    End,
    /// At this byte.
    Bad(u8, &'static str),
    /// At this byte of this word, where that one should be.
    BadWord(u8, &'static [u8], u8),
}

/// What the value at hand is to become.
#[derive(Clone, Copy)]
enum Place {
    /// The login.
    Top,
    /// The member of this name.
    Member(&'static str),
    /// Nothing.
    Skipped,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Go reads on after a value of the wrong type, and then names the first.
    mismatch: Option<String>,
}

type Scan = Result<(), Stop>;

impl Scanner<'_> {
    /// One value with all that is in it. It keeps its own list of what is open: the text decides how deep it goes.
    fn value(&mut self) -> Scan {
        let (mut open, mut place) = (Vec::new(), Place::Top);
        loop {
            let first = self.begin(place)?;
            match first {
                b'{' | b'[' if open.len() == DEEPEST => return Err(Stop::Bad(first, "exceeded max depth")),
                b'{' | b'[' => open.push(first),
                _ => {}
            }
            let is_empty = match first {
                b'{' => self.after_space()? == b'}',
                b'[' => self.after_space()? == b']',
                _ => false,
            };
            let next = match first {
                b'{' | b'[' if !is_empty => Some(first),
                _ => self.close(&mut open)?,
            };
            place = match next {
                None => return Ok(()),
                Some(b'{') => self.key(open.len())?,
                Some(_) => Place::Skipped,
            };
        }
    }

    /// Reads all of a plain value, or the bracket of another, and gives its first byte.
    fn begin(&mut self, place: Place) -> Result<u8, Stop> {
        let first = self.after_space()?;
        self.at += 1;
        let kind = match first {
            b'{' => "object",
            b'[' => "array",
            b'"' => "string",
            b'-' | b'0'..=b'9' => "number",
            b't' | b'f' => "bool",
            b'n' => "null",
            byte => return Err(Stop::Bad(byte, "looking for beginning of value")),
        };
        self.note(place, kind);
        match first {
            b'{' | b'[' => {}
            b'"' => self.string()?,
            b't' => self.literal(b"true")?,
            b'f' => self.literal(b"false")?,
            b'n' => self.literal(b"null")?,
            digit => self.number(digit)?,
        }
        Ok(first)
    }

    /// What follows a value: the ends of what is open, until a comma leads to the next value of the innermost.
    fn close(&mut self, open: &mut Vec<u8>) -> Result<Option<u8>, Stop> {
        while let Some(&bracket) = open.last() {
            let (end, why) = match bracket {
                b'{' => (b'}', "after object key:value pair"),
                _ => (b']', "after array element"),
            };
            match self.after_space()? {
                b',' => {
                    self.at += 1;
                    return Ok(Some(bracket));
                }
                byte if byte == end => self.at += 1,
                byte => return Err(Stop::Bad(byte, why)),
            }
            open.pop();
        }
        Ok(None)
    }

    /// The key of a member of the object at this depth.
    fn key(&mut self, depth: usize) -> Result<Place, Stop> {
        match self.after_space()? {
            b'"' => self.at += 1,
            byte => return Err(Stop::Bad(byte, "looking for beginning of object key string")),
        }
        let start = self.at;
        self.string()?;
        let name = self.text.get(start..self.at - 1).unwrap_or_default();
        match self.after_space()? {
            b':' => self.at += 1,
            byte => return Err(Stop::Bad(byte, "after object key")),
        }
        Ok(if depth == 1 { member(name) } else { Place::Skipped })
    }

    /// Remembers the first value that is not of the type that the login has there.
    fn note(&mut self, place: Place, kind: &str) {
        let wrong = match place {
            Place::Top if kind != "object" => "Go value of type credentials.Credentials".to_owned(),
            Place::Member(name) if kind != "string" => {
                format!("Go struct field Credentials.{name} of type string")
            }
            _ => return,
        };
        if kind != "null" && self.mismatch.is_none() {
            self.mismatch = Some(format!("json: cannot unmarshal {kind} into {wrong}"));
        }
    }

    /// To the closing quote, the opening one being read.
    fn string(&mut self) -> Scan {
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => self.escape()?,
                byte @ 0..0x20 => return Err(Stop::Bad(byte, "in string literal")),
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Scan {
        match self.next()? {
            b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => Ok(()),
            b'u' => (0..4).try_for_each(|_| match self.next()? {
                byte if byte.is_ascii_hexdigit() => Ok(()),
                byte => Err(Stop::Bad(byte, "in \\u hexadecimal character escape")),
            }),
            byte => Err(Stop::Bad(byte, "in string escape code")),
        }
    }

    /// The rest of a word whose first letter is read.
    fn literal(&mut self, word: &'static [u8]) -> Scan {
        word.iter().skip(1).try_for_each(|wanted| match self.next()? {
            byte if byte == *wanted => Ok(()),
            byte => Err(Stop::BadWord(byte, word, *wanted)),
        })
    }

    /// To the end of the number, whose first byte is read.
    fn number(&mut self, first: u8) -> Scan {
        let mut digit = first;
        if first == b'-' {
            digit = self.digit("in numeric literal")?;
        }
        if digit != b'0' {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digit("after decimal point in numeric literal")?;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digit("in exponent of numeric literal")?;
            self.digits();
        }
        Ok(())
    }

    fn digit(&mut self, why: &'static str) -> Result<u8, Stop> {
        match self.next()? {
            byte if byte.is_ascii_digit() => Ok(byte),
            byte => Err(Stop::Bad(byte, why)),
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    /// The next byte that is no white space; it is not taken.
    fn after_space(&mut self) -> Result<u8, Stop> {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
        self.peek().ok_or(Stop::End)
    }

    fn next(&mut self) -> Result<u8, Stop> {
        let byte = self.peek().ok_or(Stop::End)?;
        self.at += 1;
        Ok(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
}

fn member(name: &[u8]) -> Place {
    let known = ["ServerURL", "Username", "Secret"];
    known
        .into_iter()
        .find(|known| known.as_bytes().eq_ignore_ascii_case(name))
        .map_or(Place::Skipped, Place::Member)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// A byte as Go quotes it: as the character of that number.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        7 => r"'\a'".to_owned(),
        8 => r"'\b'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        11 => r"'\v'".to_owned(),
        12 => r"'\f'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        byte => format!("'{}'", char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_login_has_no_problem() {
        for text in
            ["{}", "null", " { } x", r#"{"Secret":"\u00e9","x":[1,-0.5e+3,{"y":[]},true,false,null]}"#]
        {
            assert_eq!(problem(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_words_are_gos() {
        let table = [
            ("nope", "invalid character 'o' in literal null (expecting 'u')"),
            ("trve", "invalid character 'v' in literal true (expecting 'u')"),
            ("x", "invalid character 'x' looking for beginning of value"),
            ("{'a':1}", "invalid character '\\'' looking for beginning of object key string"),
            ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 \"b\"", "invalid character '\"' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("[1,]", "invalid character ']' looking for beginning of value"),
            ("\"\u{1}\"", "invalid character '\\x01' in string literal"),
            ("\"a\tb\"", "invalid character '\\t' in string literal"),
            ("\"\\q\"", "invalid character 'q' in string escape code"),
            ("\"\\u00g0\"", "invalid character 'g' in \\u hexadecimal character escape"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("1ex", "invalid character 'x' in exponent of numeric literal"),
            ("{\"a\":", "unexpected EOF"),
            ("\"abc", "unexpected EOF"),
            (" \n ", "EOF"),
            ("7", "json: cannot unmarshal number into Go value of type credentials.Credentials"),
            ("[]", "json: cannot unmarshal array into Go value of type credentials.Credentials"),
            ("\"s\"", "json: cannot unmarshal string into Go value of type credentials.Credentials"),
            (
                "{\"username\":7,\"Secret\":[]}",
                "json: cannot unmarshal number into Go struct field Credentials.Username of type string",
            ),
            (
                "{\"Secret\":true}",
                "json: cannot unmarshal bool into Go struct field Credentials.Secret of type string",
            ),
        ];
        for (text, words) in table {
            assert_eq!(problem(text.as_bytes()).as_deref(), Some(words), "{text}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = "[".repeat(DEEPEST + 1);
        let words = problem(deep.as_bytes());
        assert_eq!(words.as_deref(), Some("invalid character '[' exceeded max depth"));
    }

    proptest! {
        #[test]
        fn what_serde_reads_has_no_problem_and_what_it_refuses_has_one(text in r#"[\[\]{}:,"a1.e \\-]{0,12}"#) {
            let object = text.trim_start().starts_with('{');
            let good = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            if object && good {
                prop_assert_eq!(problem(text.as_bytes()), None);
            }
            let mut first = serde_json::Deserializer::from_str(&text).into_iter::<serde::de::IgnoredAny>();
            if object && !matches!(first.next(), Some(Ok(_))) {
                prop_assert!(problem(text.as_bytes()).is_some());
            }
        }
    }
}
