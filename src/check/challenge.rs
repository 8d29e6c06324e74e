//! `WWW-Authenticate`: what a registry wants to see. A lenient reader of RFC 9110 section 11.6.1, because registries
//! and the proxies before them write it in every way there is.

/// The longest header that is read, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// One way to prove who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `basic`, `bearer`, `negotiate`: in lower case.
    pub scheme: String,
    /// The single value of schemes that have no parameters.
    pub token68: Option<String>,
    /// The parameters, names in lower case; of a name that comes twice the first counts.
    pub params: Vec<(String, String)>,
}

/// Why a header was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Longer than 16 KiB.
    TooLong,
    /// A quote is opened and not closed.
    UnterminatedQuote,
    /// A control character.
    ControlCharacter,
    /// A parameter before any scheme.
    NoScheme,
    /// A character that can begin neither a scheme nor a parameter.
    Unexpected,
}

impl ParseError {
    /// The identifier in tests.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::UnterminatedQuote => "unterminated_quote",
            Self::ControlCharacter => "control_char",
            Self::NoScheme => "no_scheme",
            Self::Unexpected => "unexpected_char",
        }
    }
}

/// All challenges of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenges {
    /// In the order in which they came; what was good before a fault is kept.
    pub list: Vec<Challenge>,
    /// The first fault.
    pub fault: Option<ParseError>,
}

/// The challenge that a registry client answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick<'a> {
    /// A token of this service is wanted; the realm is not empty.
    Bearer(&'a Challenge),
    /// User name and password are wanted.
    Basic(&'a Challenge),
}

impl Challenge {
    /// The value of a parameter; the name in lower case.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// The scopes that the registry asks for. Only blanks part them: the actions of one have commas.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.param("scope").unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }
}

impl Challenges {
    /// Reads all headers of this name.
    pub fn read<'a>(headers: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for header in headers {
            let first = all.list.len();
            let read = if header.len() > MOST_BYTES {
                Err(ParseError::TooLong)
            } else {
                Reader { rest: header, found: &mut all.list, first }.read()
            };
            all.fault = all.fault.or(read.err());
        }
        all
    }

    /// The first Bearer challenge with a realm, else the first Basic one.
    pub fn pick(&self) -> Option<Pick<'_>> {
        let has_realm = |one: &&Challenge| one.param("realm").is_some_and(|realm| !realm.is_empty());
        let bearer = self.list.iter().filter(|one| one.scheme == "bearer").find(has_realm);
        let basic = || self.list.iter().find(|one| one.scheme == "basic");
        bearer.map(Pick::Bearer).or_else(|| basic().map(Pick::Basic))
    }

    /// True where a scheme that we know is asked for, however badly.
    pub fn names_known_scheme(&self) -> bool {
        self.list.iter().any(|one| matches!(one.scheme.as_str(), "bearer" | "basic"))
    }
}

/// Reads one header from its front.
struct Reader<'a, 'b> {
    rest: &'a str,
    found: &'b mut Vec<Challenge>,
    /// How many challenges earlier headers had: a parameter never goes to one of them.
    first: usize,
}

impl<'a> Reader<'a, '_> {
    fn read(mut self) -> Result<(), ParseError> {
        loop {
            // Empty items are allowed in a list, and a missing comma is forgiven.
            self.rest = self.rest.trim_start_matches([' ', '\t', ',']);
            if self.rest.is_empty() {
                return Ok(());
            }
            let word = self.take_while(is_token);
            if word.is_empty() {
                let is_control = self.rest.starts_with(char::is_control);
                return Err(if is_control { ParseError::ControlCharacter } else { ParseError::Unexpected });
            }
            let after = self.rest.trim_start_matches([' ', '\t']);
            match after.strip_prefix('=') {
                Some(value) => {
                    self.rest = value.trim_start_matches([' ', '\t']);
                    self.param(word)?;
                }
                None => self.scheme(word),
            }
        }
    }

    fn scheme(&mut self, word: &str) {
        let scheme = word.to_ascii_lowercase();
        self.found.push(Challenge { scheme, token68: None, params: Vec::new() });
        let start = self.rest.trim_start_matches([' ', '\t']);
        let letters = start.trim_start_matches(is_token68);
        let end = letters.trim_start_matches('=');
        let value = &start[..start.len() - end.len()];
        let after = end.trim_start_matches([' ', '\t']);
        let is_alone = letters.len() < start.len() && (after.is_empty() || after.starts_with(','));
        // The word after a scheme and a blank is its value, unless it goes on as a parameter.
        if is_alone && start.len() < self.rest.len() {
            if let Some(challenge) = self.found.last_mut() {
                challenge.token68 = Some(value.to_owned());
            }
            self.rest = after;
        }
    }

    fn param(&mut self, name: &str) -> Result<(), ParseError> {
        let value = match self.rest.strip_prefix('"') {
            Some(quoted) => {
                self.rest = quoted;
                self.quoted()?
            }
            // A token by the grammar; people write whole addresses.
            None => self.take_while(|c| !matches!(c, ',' | ' ' | '"') && !c.is_control()).to_owned(),
        };
        let Some(challenge) = self.found.get_mut(self.first..).and_then(<[_]>::last_mut) else {
            return Err(ParseError::NoScheme);
        };
        let name = name.to_ascii_lowercase();
        if challenge.param(&name).is_none() {
            challenge.params.push((name, value));
        }
        Ok(())
    }

    /// The rest of a quoted string; a backslash takes the next character as it is.
    fn quoted(&mut self) -> Result<String, ParseError> {
        let mut value = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            let c = match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(value);
                }
                '\\' => chars.next().ok_or(ParseError::UnterminatedQuote)?.1,
                c => c,
            };
            if c.is_control() && c != '\t' {
                return Err(ParseError::ControlCharacter);
            }
            value.push(c);
        }
        Err(ParseError::UnterminatedQuote)
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !test(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

/// RFC 9110 section 11.2, without the equals signs at the end.
fn is_token68(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~+/".contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(headers: &[&str]) -> (Vec<String>, Option<ParseError>) {
        let all = Challenges::read(headers.iter().copied());
        let one = |one: &Challenge| {
            let value = one.token68.iter().map(|value| format!(" {value}"));
            let params = one.params.iter().map(|(name, value)| format!(" {name}={value}"));
            format!("{}{}", one.scheme, value.chain(params).collect::<String>())
        };
        (all.list.iter().map(one).collect(), all.fault)
    }

    #[test]
    fn odd_headers_are_read_as_far_as_they_go() {
        type Case = (&'static [&'static str], &'static [&'static str], Option<ParseError>);
        let table: &[Case] = &[
            (&["Basic realm=openshift,error=\"x\""], &["basic realm=openshift error=x"], None),
            (&["bEARER REALM=\"a\""], &["bearer realm=a"], None),
            (
                &["Bearer realm=https://a.example/t?x=1,service=s"],
                &["bearer realm=https://a.example/t?x=1 service=s"],
                None,
            ),
            (&["Bearer realm=\"a\" Basic realm=\"b\""], &["bearer realm=a", "basic realm=b"], None),
            (&["Bearer realm=\"a\",realm=\"b\""], &["bearer realm=a"], None),
            (&["Bearer, realm=\"a\""], &["bearer realm=a"], None),
            (&["Basic\trealm=\"a\""], &["basic realm=a"], None),
            (&["Basic realm=\"a\tb\""], &["basic realm=a\tb"], None),
            (&["Basic realm=\"a\u{1b}b\", x=y"], &["basic"], Some(ParseError::ControlCharacter)),
            (&["Basic realm=a\u{0}, x=y"], &["basic realm=a"], Some(ParseError::ControlCharacter)),
            (&["realm=\"a\""], &[], Some(ParseError::NoScheme)),
            (&["Basic realm=\"a\"", "realm=\"b\""], &["basic realm=a"], Some(ParseError::NoScheme)),
            (
                &["Basic realm=\"a\"; x=y", "Negotiate"],
                &["basic realm=a", "negotiate"],
                Some(ParseError::Unexpected),
            ),
            (&["Basic realm=\"a\\"], &["basic"], Some(ParseError::UnterminatedQuote)),
            (&["Basic realm=\"\"", "Bearer"], &["basic realm=", "bearer"], None),
        ];
        for (headers, expected, fault) in table {
            let (found, met) = shown(headers);
            assert_eq!(
                (found.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), met),
                (*expected, *fault),
                "{headers:?}"
            );
        }
    }

    #[test]
    fn a_bearer_without_a_realm_is_not_picked() {
        let picked = |headers: &[&str]| match Challenges::read(headers.iter().copied()).pick() {
            Some(Pick::Bearer(one)) => format!("bearer {}", one.param("realm").unwrap()),
            Some(Pick::Basic(_)) => "basic".to_owned(),
            None => "none".to_owned(),
        };
        assert_eq!(picked(&["Bearer realm=\"\", Basic realm=\"x\""]), "basic");
        assert_eq!(picked(&["Bearer service=s, Bearer realm=\"x\""]), "bearer x");
        assert_eq!(picked(&["Digest realm=\"x\""]), "none");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(headers in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..4)) {
            let headers: Vec<String> = headers.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
            let all = Challenges::read(headers.iter().map(String::as_str));
            prop_assert!(all.list.len() <= headers.iter().map(String::len).sum::<usize>());
        }

        #[test]
        fn anything_like_a_challenge_is_read_without_a_panic(header in "([A-Za-z]{1,3}|[ \t,=\"\\\\é;/]|realm=|Bearer ){0,40}") {
            let all = Challenges::read([header.as_str()]);
            let kept: usize = all.list.iter().flat_map(|one| &one.params).map(|(name, value)| name.len() + value.len()).sum();
            prop_assert!(kept <= header.len());
        }
    }
}
