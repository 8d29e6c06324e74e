//! What a tool does to find a login: every step of it, and where that ends.

use std::fmt;

use crate::credential::token;
use crate::secret::Secret;

/// One tool's way to a login for one image.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The tool's identifier.
    pub tool: &'static str,
    /// What was asked, where, and what came, in order.
    pub steps: Vec<Step>,
    /// Where it ends.
    pub end: End,
    /// Files that the tool would open and that the snapshot does not have: read them and ask again.
    pub unread: Vec<String>,
}

/// Something that a tool looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it looks.
    pub source: Source,
    /// What it looks for there: a key, or what a helper gets on its standard input.
    pub asked: String,
    /// What comes of it.
    pub outcome: Outcome,
}

/// Where a tool looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A variable of the environment.
    Variable(&'static str),
    /// A file.
    File(String),
    /// A helper, by its name without `docker-credential-`.
    Helper(String),
}

/// What comes of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The file is not there, or the program is not on PATH.
    Absent,
    /// It cannot be read or makes no sense to the tool; its words.
    Failed(String),
    /// It has no login of that key.
    NotFound,
    /// The key is there, with nothing that the tool can use.
    Nothing,
    /// It has the login; the key under which it lies.
    Found(String),
    /// It leads on to a helper, by that helper's name.
    LeadsTo(String),
    /// Nobody asked this helper.
    NotAsked,
}

/// Where a tool's way ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It sends this login.
    Login(Box<Winner>),
    /// It sends none.
    Anonymous,
    /// It sends one of these, and which one differs from run to run.
    Random(Vec<End>),
    /// It depends on what a helper says that nobody asked.
    Depends(Box<Depends>),
    /// It stops with these words.
    Stops(String),
}

/// A login that goes out, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winner {
    /// Where it lies.
    pub source: Source,
    /// The key under which it lies there.
    pub key: String,
    /// What goes out.
    pub sent: Sent,
}

/// What a tool sends.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The user name. Bytes outside UTF-8 became U+FFFD.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// An identity token.
    pub identity_token: Option<Secret>,
    /// A token for the registry itself.
    pub registry_token: Option<Secret>,
    /// The `auth` text, where it goes out as it stands and is not what docker would write.
    pub raw_auth: Option<Secret>,
    /// The `auth` text where it travels beside an empty user name: the other end makes no login of it.
    pub undecoded_auth: Option<Secret>,
}

/// Both ends of a helper that nobody asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depends {
    /// The helper's name.
    pub helper: String,
    /// What it would be asked for.
    pub asked: String,
    /// Where the way ends if it has the login.
    pub found: End,
    /// Where it ends if the helper says that it has none.
    pub not_found: End,
    /// Where it ends if it fails in any other way.
    pub failed: End,
}

impl Outcome {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Failed(_) => "failed",
            Self::NotFound => "not_found",
            Self::Nothing => "nothing",
            Self::Found(_) => "found",
            Self::LeadsTo(_) => "leads_to",
            Self::NotAsked => "not_asked",
        }
    }
}

impl Source {
    /// The identifier of its kind in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Variable(_) => "variable",
            Self::File(_) => "file",
            Self::Helper(_) => "helper",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${name}"),
            Self::File(path) => f.write_str(path),
            Self::Helper(name) => write!(f, "docker-credential-{name}"),
        }
    }
}

impl Step {
    /// The step in words. Paths, keys and what others said stand in it as they are: they are not safe for a terminal.
    pub fn sentence(&self) -> String {
        let Self { source, asked, outcome } = self;
        match (outcome, source) {
            (Outcome::Absent, Source::Helper(_)) => format!("{source} is not on PATH"),
            (Outcome::Absent, Source::Variable(_)) => format!("{source} is not set"),
            (Outcome::Absent, Source::File(_)) => format!("{source} is not there"),
            (Outcome::Failed(words), Source::Helper(_)) => format!("{source} fails for {asked}: {words}"),
            (Outcome::Failed(words), _) => format!("{source} cannot be used: {words}"),
            (Outcome::NotFound, _) => format!("{source} has no login for {asked}"),
            (Outcome::Nothing, _) => format!("{source} has nothing usable for {asked}"),
            (Outcome::Found(key), _) if key == asked => format!("{source} has a login for {asked}"),
            (Outcome::Found(key), _) => format!("{source} has a login for {asked} under {key}"),
            (Outcome::LeadsTo(helper), _) => format!("{source} names docker-credential-{helper} for {asked}"),
            (Outcome::NotAsked, _) => format!("{source} would be asked for {asked}"),
        }
    }
}

impl End {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Login(winner) if winner.sent.undecoded_auth.is_some() => "undecoded",
            Self::Login(_) => "login",
            Self::Anonymous => "none",
            Self::Random(_) => "random",
            Self::Depends(_) => "depends",
            Self::Stops(_) => "stops",
        }
    }

    /// A login that goes out.
    pub fn login(source: Source, key: &str, sent: Sent) -> Self {
        Self::Login(Box::new(Winner { source, key: key.to_owned(), sent }))
    }

    /// The one login that goes out for certain.
    pub fn winner(&self) -> Option<&Winner> {
        match self {
            Self::Login(winner) if winner.sent.undecoded_auth.is_none() => Some(winner),
            _ => None,
        }
    }

    /// Every login that may go out, for certain or not.
    pub fn candidates(&self) -> Vec<&Winner> {
        match self {
            Self::Login(_) => self.winner().into_iter().collect(),
            Self::Random(ends) => ends.iter().flat_map(Self::candidates).collect(),
            Self::Depends(depends) => {
                let ends = [&depends.found, &depends.not_found, &depends.failed];
                ends.into_iter().flat_map(Self::candidates).collect()
            }
            Self::Anonymous | Self::Stops(_) => Vec::new(),
        }
    }

    /// One of several ends by chance; of equal ones there is one.
    pub fn one_of(ends: Vec<Self>) -> Self {
        let mut kept: Vec<Self> = Vec::with_capacity(ends.len());
        for end in ends {
            if !kept.contains(&end) {
                kept.push(end);
            }
        }
        match kept.len() {
            0 => Self::Anonymous,
            1 => kept.swap_remove(0),
            _ => Self::Random(kept),
        }
    }

    /// The end in words, without any secret. What others wrote stands in it as it is: it is not safe for a terminal.
    pub fn sentence(&self) -> String {
        match self {
            Self::Login(winner) => winner.sentence(),
            Self::Anonymous => "no login".to_owned(),
            Self::Random(ends) => {
                let ends: Vec<String> = ends.iter().map(Self::sentence).collect();
                format!("by chance one of: {}", ends.join("; "))
            }
            Self::Depends(depends) => depends.sentence(),
            Self::Stops(words) => format!("stops: {words}"),
        }
    }
}

impl Winner {
    /// True where it is the login of this key in this place: who uses a login is who has it for a winner.
    pub fn is(&self, source: &Source, key: &str) -> bool {
        self.source == *source && self.key == key
    }

    /// The user name that goes out, unless it is itself the secret.
    pub fn shown_username(&self) -> Option<&str> {
        let name = self.sent.username.as_deref()?;
        let is_password = |password: &Secret| !password.is_empty() && password.expose() == name.as_bytes();
        let is_secret = token::looks_like_token(name) || self.sent.password.as_ref().is_some_and(is_password);
        (!is_secret).then_some(name)
    }

    fn sentence(&self) -> String {
        let Self { source, key, sent } = self;
        let what = match (self.shown_username(), sent.has_token() || sent.username.is_some()) {
            _ if sent.undecoded_auth.is_some() => "an undecoded auth text, which is no login,".to_owned(),
            (Some(name), _) => name.to_owned(),
            (None, true) => "a token".to_owned(),
            (None, false) => "a login".to_owned(),
        };
        format!("{what} from {source}, under {key}")
    }
}

impl Depends {
    fn sentence(&self) -> String {
        let Self { helper, asked, found, not_found, failed } = self;
        let missing = if not_found == failed {
            format!("if it has none or fails: {}", not_found.sentence())
        } else {
            format!("if it has none: {}; if it fails: {}", not_found.sentence(), failed.sentence())
        };
        format!(
            "depends on docker-credential-{helper}, asked for {asked}. If it has it: {}; {missing}",
            found.sentence()
        )
    }
}

impl Sent {
    /// A user name and a password.
    pub fn basic(username: impl Into<String>, password: Option<Secret>) -> Self {
        Self { username: Some(username.into()), password, ..Self::default() }
    }

    /// An identity token alone.
    pub fn identity(token: Option<Secret>) -> Self {
        Self { identity_token: Some(token.unwrap_or_else(|| Secret::new(Vec::new()))), ..Self::default() }
    }

    fn has_token(&self) -> bool {
        self.identity_token.is_some() || self.registry_token.is_some()
    }
}

/// What stands where the user name should may be a token, so none is shown.
impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("username", self.username.is_some()),
            ("password", self.password.is_some()),
            ("identity_token", self.identity_token.is_some()),
            ("registry_token", self.registry_token.is_some()),
            ("raw_auth", self.raw_auth.is_some()),
            ("undecoded_auth", self.undecoded_auth.is_some()),
        ];
        f.debug_set().entries(parts.iter().filter(|(_, there)| *there).map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(name: &str) -> End {
        let sent = Sent::basic(name, Some(Secret::from_text("hunter2".into())));
        End::login(Source::File("/f".into()), "ghcr.io", sent)
    }

    #[test]
    fn equal_ends_are_no_chance() {
        assert_eq!(End::one_of(vec![login("a"), login("a")]), login("a"));
        assert_eq!(End::one_of(vec![]), End::Anonymous);
        assert_eq!(End::one_of(vec![login("a"), End::Anonymous]).code(), "random");
    }

    #[test]
    fn no_secret_is_in_words_or_in_debug_output() {
        let end = End::Random(vec![login("ann"), End::Anonymous]);
        let shown = format!("{} {end:?}", end.sentence());
        assert!(shown.contains("by chance one of: ann from /f, under ghcr.io; no login"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn both_ends_of_an_unasked_helper_are_told() {
        let depends = Depends {
            helper: "pass".into(),
            asked: "ghcr.io".into(),
            found: End::login(Source::Helper("pass".into()), "ghcr.io", Sent::default()),
            not_found: End::Anonymous,
            failed: login("ann"),
        };
        let end = End::Depends(Box::new(depends));
        assert_eq!(end.winner(), None);
        assert_eq!(end.candidates().len(), 2);
        assert_eq!(
            end.sentence(),
            "depends on docker-credential-pass, asked for ghcr.io. If it has it: a login from \
             docker-credential-pass, under ghcr.io; if it has none: no login; if it fails: ann from /f, under ghcr.io"
        );
    }
}
