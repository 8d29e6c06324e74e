//! What a check tells: the verdict, what the registry said, and what is worth knowing besides.

use crate::check::flow::question::{Question, RealmPair};
use crate::check::flow::status;
use crate::check::rate_limit::RateLimit;
use crate::check::realm::{Decision, Reason};
use crate::check::verdict::Verdict;
use crate::net::transport::TransportError;
use crate::text;

/// The most characters of a registry's own words that are kept.
const MOST_SAID: usize = 300;

/// What a check found out. Nothing in it is secret, and its texts are safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was found out.
    pub verdict: Verdict,
    /// The address that was asked: scheme, host and port.
    pub address: String,
    /// What the registry said, or what this side found.
    pub said: Option<String>,
    /// True where these are the registry's own words.
    pub is_quoted: bool,
    /// What is worth knowing besides.
    pub notes: Vec<Note>,
    /// The token service that was not asked, with [`Verdict::RealmBlocked`] and [`Verdict::ServiceBlocked`], and why.
    pub realm: Option<(String, Reason)>,
    /// The question to put to a person: may the login go there?
    pub ask: Option<RealmPair>,
    /// How long the registry wants to be left alone, in seconds.
    pub retry_after: Option<u32>,
    /// The half that is wrong, as far as the registry tells.
    pub wrong: Option<Wrong>,
    /// Docker Hub's count of pulls, where an image was asked for there.
    pub rate_limit: Option<RateLimit>,
}

/// What is worth knowing beside a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The registry was asked over plain http.
    PlainHttp,
    /// It went through this proxy.
    Proxy(String),
    /// This machine's clock differs from the registry's by so many seconds; positive where ours is ahead.
    ClockDiffers(i64),
    /// The token that came names nobody: the service may not have looked at the login.
    AnonymousToken,
    /// For whom the token is, as it says.
    TokenFor(String),
    /// What the token allows, as it says.
    Grants(String),
    /// Everybody may pull the image, with or without a login.
    Public,
    /// Everybody may pull the image, except with this login.
    BreaksPublicPull,
    /// The image cannot be pulled without a login.
    NotPublic,
    /// The repository is there, the tag or digest is not.
    OnlyTagMissing,
    /// The token service was asked for the image's right together with the login: it may have refused either.
    PerhapsRights,
}

impl Note {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PlainHttp => "plain_http",
            Self::Proxy(_) => "proxy",
            Self::ClockDiffers(_) => "clock_differs",
            Self::AnonymousToken => "anonymous_token",
            Self::TokenFor(_) => "token_for",
            Self::Grants(_) => "grants",
            Self::Public => "public",
            Self::BreaksPublicPull => "breaks_public_pull",
            Self::NotPublic => "not_public",
            Self::OnlyTagMissing => "only_tag_missing",
            Self::PerhapsRights => "perhaps_rights",
        }
    }

    /// The note as a sentence.
    pub fn sentence(&self) -> String {
        match self {
            // It holds for a login that was not sent as well.
            Self::PlainHttp => {
                "The registry is asked over plain http: anybody on the way can read what is sent to \
                it, a login too."
                    .to_owned()
            }
            Self::Proxy(proxy) => format!("It went through the proxy {proxy}."),
            Self::ClockDiffers(seconds) => {
                let (side, span) = (if *seconds > 0 { "ahead of" } else { "behind" }, seconds.abs());
                format!("This machine's clock is {} {side} the registry's.", text::rough(span))
            }
            Self::AnonymousToken => {
                "The token names nobody: the service may have given out an anonymous one.".to_owned()
            }
            Self::TokenFor(subject) => format!("The token is for {subject}, as it says."),
            Self::Grants(rights) => format!("The token allows {rights}, as it says."),
            Self::Public => "Everybody may pull this image: a pull proves nothing of the login.".to_owned(),
            Self::BreaksPublicPull => {
                "Everybody may pull this image, but not with this login: remove or renew it.".to_owned()
            }
            Self::NotPublic => "Without a login the image cannot be pulled.".to_owned(),
            Self::OnlyTagMissing => "The repository is there; the tag or digest is not.".to_owned(),
            Self::PerhapsRights => {
                "It may be the image that was refused and not the login: check the login without an image."
                    .to_owned()
            }
        }
    }
}

/// The half of a login or of an image's name that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The registry's host or port, or the way there.
    Host,
    /// The repository's name, or the right to see it.
    Repository,
    /// The tag or digest.
    Tag,
    /// The user name, or the password with it.
    Account,
    /// What the account may do.
    Rights,
    /// The password or token has ended.
    Expired,
}

impl Wrong {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Repository => "repository",
            Self::Tag => "tag",
            Self::Account => "account",
            Self::Rights => "rights",
            Self::Expired => "expired",
        }
    }

    /// What a verdict and its notes tell.
    fn of(verdict: Verdict, notes: &[Note]) -> Option<Self> {
        match verdict {
            Verdict::VerifiedNotFound if notes.contains(&Note::OnlyTagMissing) => Some(Self::Tag),
            Verdict::VerifiedNotFound => Some(Self::Repository),
            Verdict::VerifiedNoPull => Some(Self::Rights),
            Verdict::Rejected if notes.contains(&Note::PerhapsRights) => None,
            Verdict::Rejected | Verdict::NotSent => Some(Self::Account),
            Verdict::Expired | Verdict::ExpiredOrRevoked => Some(Self::Expired),
            Verdict::NotARegistry
            | Verdict::Redirected
            | Verdict::TlsUntrusted
            | Verdict::PlainHttpServer
            | Verdict::Unreachable => Some(Self::Host),
            _ => None,
        }
    }
}

impl Report {
    /// A report that says nothing but its verdict.
    pub fn new(question: &Question, verdict: Verdict) -> Self {
        Self {
            verdict,
            address: text::safe(&format!("https://{}", question.host())).into_owned(),
            said: None,
            is_quoted: false,
            notes: Vec::new(),
            realm: None,
            ask: None,
            retry_after: None,
            wrong: Wrong::of(verdict, &[]),
            rate_limit: None,
        }
    }

    /// The report of a check whose way to the registry could not even be prepared.
    pub fn unreached(question: &Question, failure: TransportError) -> Self {
        let (verdict, words) = status::of_failure(failure);
        Self::new(question, verdict).saying(&words)
    }

    /// What was found out, as a sentence.
    pub fn sentence(&self) -> String {
        let words = self.verdict.words();
        let (first, rest) = words.split_at(1);
        format!("{}{rest}.", first.to_uppercase())
    }

    /// What to do next, as a sentence; empty where there is nothing to do.
    pub fn next(&self) -> String {
        if self.realm.as_ref().is_some_and(|(_, reason)| reason.decision() == Decision::Deny) {
            return "No login is ever sent there: the registry's administrator must mend where it sends people."
                .to_owned();
        }
        let host = self.address.split_once("://").map_or(&*self.address, |(_, host)| host);
        self.verdict.next().replace("HOST", host)
    }

    /// Which token service was not asked, and why, as a sentence.
    pub fn not_asked(&self) -> Option<String> {
        let (realm, reason) = self.realm.as_ref()?;
        let wants = match self.verdict {
            Verdict::ServiceBlocked => "names the token service",
            _ => "wants the login sent to",
        };
        Some(format!("{} {wants} {realm}, which {}.", self.address, reason.words()))
    }

    /// What was said, as a sentence: an answer is quoted, what this side found is no word of the registry.
    pub fn remark(&self) -> Option<String> {
        let said = self.said.as_ref()?;
        Some(if self.is_quoted { format!("It says: {said}") } else { said.clone() })
    }

    /// The report with what this side found; see [`Self::say`].
    #[must_use]
    pub fn saying(mut self, words: &str) -> Self {
        self.say(words);
        self
    }

    /// Adds what this side found, cut and made safe. No text takes the place of none.
    pub fn say(&mut self, words: &str) {
        let words: String = text::safe(words.trim()).chars().take(MOST_SAID).collect();
        if !words.is_empty() {
            (self.said, self.is_quoted) = (Some(words), false);
        }
    }

    /// As [`Self::say`], in the registry's own words.
    pub fn quote(&mut self, words: &str) {
        let is_quoted = self.is_quoted || !words.trim().is_empty();
        self.say(words);
        self.is_quoted = is_quoted;
    }

    /// Ends the report with its verdict.
    pub(super) fn end(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self.wrong = Wrong::of(verdict, &self.notes);
        self
    }

    /// Adds a note once.
    pub(super) fn note(&mut self, note: Note) {
        let is_new = |known: &Note| std::mem::discriminant(known) != std::mem::discriminant(&note);
        if self.notes.iter().all(is_new) {
            self.notes.push(note);
        }
    }
}
