//! All that is known of one login, said once for the screen and the commands.

use std::borrow::Cow;
use std::path::Path;

use jiff::Timestamp;

use crate::app::inventory::{Source, SourceState};
use crate::app::login::{renew, seal};
use crate::app::which::used_by::{ToolView, image_of};
use crate::credential::diagnostic::Severity;
use crate::credential::expiry::{Expiry, Grain};
use crate::credential::login::{Listing, Login, OWN_HELPER};
use crate::credential::rules::SecretType;
use crate::credential::token::ClaimValue;
use crate::registry::key;
use crate::text;

/// How a text is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// There is nothing to it.
    #[default]
    Plain,
    /// It stands back.
    Dim,
    /// It names what follows.
    Heading,
    /// All is well.
    Good,
    /// Somebody should look at it.
    Warning,
    /// It is broken, ended or refused.
    Bad,
}

/// One thing to say. It is not safe for a terminal yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// What it is about; empty where it belongs to the one before it.
    pub label: &'static str,
    /// What there is to say, for people.
    pub value: String,
    /// How that is meant.
    pub tone: Tone,
    /// When the value becomes another one by itself, because time passes.
    pub changes_at: Option<Timestamp>,
}

impl Fact {
    /// A plain one that stays as it is.
    pub fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), ..Self::default() }
    }

    /// The same, meant otherwise.
    #[must_use]
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// The same, with another value after so many seconds.
    #[must_use]
    pub fn changing_in(self, seconds: Option<i64>, now: Timestamp) -> Self {
        let at = |seconds| Timestamp::from_second(now.as_second() + seconds).ok();
        Self { changes_at: seconds.and_then(at), ..self }
    }
}

/// A description, in the order in which it is told. The screen puts more between its parts.
#[derive(Debug, Default)]
pub struct Description {
    /// What it is called.
    pub title: Vec<Fact>,
    /// What the secret is, not the secret itself.
    pub secret: Fact,
    /// How long it is good for.
    pub life: Vec<Fact>,
    /// What is odd about it.
    pub oddities: Vec<Fact>,
    /// Whose it is, where it lies, who uses it, where a fresh one comes from.
    pub rest: Vec<Fact>,
}

impl Description {
    /// All of it.
    pub fn into_facts(self) -> impl Iterator<Item = Fact> {
        self.title.into_iter().chain([self.secret]).chain(self.life).chain(self.oddities).chain(self.rest)
    }
}

/// Who is told.
#[derive(Clone, Debug)]
pub struct Audience<'a> {
    /// The time that ends are counted from.
    pub now: Timestamp,
    /// How finely countdowns count.
    pub grain: Grain,
    /// Names, hosts and addresses are left out.
    pub privacy: bool,
    /// The folder that paths call `~`.
    pub home: Option<&'a Path>,
    /// What they can do about it.
    pub steps: Steps,
}

/// What does something with the login, where this is read: a key of the screen, or a command.
#[derive(Clone, Debug)]
pub struct Steps {
    /// Takes the entry out.
    pub remove: Cow<'static, str>,
    /// Moves the secret into the vault.
    pub seal: Cow<'static, str>,
    /// Asks the helper for the secret, and tells what it says of itself.
    pub inspect: Cow<'static, str>,
    /// Tells which login each tool sends.
    pub which: Cow<'static, str>,
}

impl Steps {
    /// The commands for the login of this key.
    pub fn commands(key: &str) -> Self {
        let command = |verb: &str, option: &str| Cow::from(format!("pullpass {verb} {key}{option}"));
        Self {
            remove: command("remove", ""),
            seal: command("seal", ""),
            inspect: command("show", " --decode"),
            which: image_of(key)
                .map_or_else(|| "pullpass which".into(), |image| format!("pullpass which {image}").into()),
        }
    }
}

/// Describes a login or a secret of the vault. It lies in `source`; `uses` is what each tool makes of it, where that was
/// asked.
pub fn describe(source: &Source, login: &Login, uses: Option<&[ToolView]>, to: &Audience<'_>) -> Description {
    let mut rest = Facts::default();
    identity(&mut rest, login, to);
    place(&mut rest, source, login, to);
    history(&mut rest, login, to.now);
    rest.add("provider", login.provider.name());
    companions(&mut rest, login, to);
    used_by(&mut rest, uses, to);
    if !to.privacy {
        rest.add("renew", renew::hint(source, login, &to.steps.remove).unwrap_or_default());
        claims(&mut rest, login, to);
    }
    Description {
        title: title(login),
        secret: Fact::new("secret", login.token.map_or(login.kind.words(), |kind| kind.words())),
        life: life(login, to),
        oddities: oddities(source, login),
        rest: rest.0,
    }
}

/// Facts that say something: a value that is not known is left out.
#[derive(Default)]
struct Facts(Vec<Fact>);

impl Facts {
    fn add(&mut self, label: &'static str, value: impl Into<String>) {
        self.push(Fact::new(label, value));
    }

    fn push(&mut self, fact: Fact) {
        if !fact.value.is_empty() {
            self.0.push(fact);
        }
    }
}

fn title(login: &Login) -> Vec<Fact> {
    let mut facts = Facts::default();
    facts.add("name", login.named.as_ref().map(|named| named.name.to_string()).unwrap_or_default());
    facts.add("registry", key::display_name(&login.id.key));
    facts.0
}

/// The day of the reminder is the owner's own, so it never stands where the token's end does.
fn life(login: &Login, to: &Audience<'_>) -> Vec<Fact> {
    let (now, mut facts) = (to.now, Facts::default());
    let end = login.named.as_ref().map_or(login.expiry, |named| named.end);
    facts.push(ends("expires", end, String::new(), to.grain, now));
    if let Some(reminder) = login.named.as_ref().and_then(|named| named.reminder) {
        let day = Expiry::Reminder { at: reminder.at };
        let fact = ends("reminder", day, format!("{}: ", reminder.day), Grain::Minutes, now);
        facts.push(fact.toned(if day.is_due(now) { Tone::Warning } else { Tone::Plain }));
    }
    facts.0
}

/// When something ends.
fn ends(label: &'static str, expiry: Expiry, before: String, grain: Grain, now: Timestamp) -> Fact {
    Fact::new(label, before + &expiry.sentence(now, grain))
        .changing_in(expiry.next_sentence_change(now, grain), now)
}

/// A point in time, with how far it is from now.
fn moment(label: &'static str, before: &str, at: Timestamp, now: Timestamp) -> Fact {
    let left = at.as_second() - now.as_second();
    let step = if left > 0 { text::rough_step(left, false).min(left) } else { text::rough_step(-left, true) };
    Fact::new(label, format!("{before}{}", text::moment(at, now))).changing_in(Some(step), now)
}

fn oddities(source: &Source, login: &Login) -> Vec<Fact> {
    let mut facts = Facts::default();
    if let Listing::Failed(reason) = &login.listing {
        facts.push(Fact::new("problem", &**reason).toned(Tone::Bad));
    }
    if let SourceState::Broken(problem) = &source.state {
        facts.push(Fact::new("problem", format!("the file: {}", problem.sentence())).toned(Tone::Bad));
    }
    let mut all = login.diagnostics;
    all.extend(&source.beside_a_login());
    let mut found: Vec<_> = all.iter().collect();
    found.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity()));
    for diagnostic in found {
        let (label, tone) = match diagnostic.severity() {
            Severity::Error => ("problem", Tone::Bad),
            Severity::Warning => ("warning", Tone::Warning),
            Severity::Note => ("note", Tone::Plain),
        };
        facts.push(Fact::new(label, diagnostic.sentence()).toned(tone));
    }
    facts.0
}

fn identity(facts: &mut Facts, login: &Login, to: &Audience<'_>) {
    if !to.privacy {
        facts.add("key", &*login.id.key);
        facts.add("account", login.account.words());
        facts.add("email", login.email.as_deref().unwrap_or_default());
    }
}

fn place(facts: &mut Facts, source: &Source, login: &Login, to: &Audience<'_>) {
    let path = text::short_path(&source.place.name, to.home);
    facts.add("file", format!("{path} ({})", source.place.why));
    facts.add("store", store(login));
    if login.is_plain() && seal::not_movable(source, login).is_none() {
        facts.add("", format!("{} moves it into the vault", to.steps.seal));
    }
}

/// Where the secret bytes are, and what their keeper says of them.
fn store(login: &Login) -> String {
    let words = match &login.listing {
        Listing::NotNeeded if login.named.is_some() => "in the vault, encrypted",
        Listing::NotNeeded if login.is_plain() => "in the file, base64 only, not encrypted",
        Listing::NotNeeded => "in the file",
        Listing::NotAsked => "its helper was not asked",
        Listing::Waiting => "asking its helper ...",
        Listing::Listed => "kept by its helper",
        Listing::Missing => "its helper does not list it",
        Listing::Failed(_) => "its helper fails",
    };
    match login.id.store.helper() {
        None => words.into(),
        Some(name) if **name == *OWN_HELPER && login.listing == Listing::Listed => {
            "in the vault, encrypted; docker finds it there".into()
        }
        Some(name) => format!("docker-credential-{name}: {words}"),
    }
}

/// What a named secret is for, and how old it is.
fn history(facts: &mut Facts, login: &Login, now: Timestamp) {
    let Some(named) = &login.named else { return };
    facts.add("type", named.kind.map_or("of a later version of pullpass", SecretType::name));
    facts.push(moment("made", "", named.created_at, now));
    if named.changed_at != named.created_at {
        facts.push(moment("changed", "", named.changed_at, now));
    }
}

fn companions(facts: &mut Facts, login: &Login, to: &Audience<'_>) {
    for companion in &login.companions {
        let kind = format!("{}: ", companion.kind.words());
        facts.push(ends("with it", companion.expiry, kind, to.grain, to.now));
    }
}

fn used_by(facts: &mut Facts, uses: Option<&[ToolView]>, to: &Audience<'_>) {
    let Some(uses) = uses else { return facts.add("used by", "asking ...") };
    let (main, others): (Vec<_>, Vec<_>) = uses.iter().partition(|view| view.is_main());
    for (at, view) in main.into_iter().enumerate() {
        let uses = if view.uses { "+ uses it" } else { "- does not" };
        let why = match &*view.why {
            why if why.is_empty() || to.privacy => String::new(),
            why => format!(": {why}"),
        };
        facts.add(if at == 0 { "used by" } else { "" }, format!("{} {uses}{why}", view.name));
    }
    if !others.is_empty() {
        let using = others.iter().filter(|view| view.uses).count();
        let all = others.len();
        facts.add("", format!("{using} of {all} other tools use it; {} names them", to.steps.which));
    }
}

fn claims(facts: &mut Facts, login: &Login, to: &Audience<'_>) {
    let mut section = "";
    for claim in &login.claims {
        let label = if claim.section == section { "" } else { claim.section };
        section = claim.section;
        let name = format!("{} = ", claim.name);
        facts.push(match &claim.value {
            ClaimValue::Text(words) => Fact::new(label, name + words),
            ClaimValue::Time(at) => moment(label, &name, *at, to.now),
        });
    }
    let is_asked = login.id.store.helper().is_some() && !matches!(login.listing, Listing::Failed(_));
    if login.claims.is_empty() && is_asked && login.token.is_none() {
        let step = &to.steps.inspect;
        facts.add("token", format!("{step} asks the helper when it ends and what it says"));
    }
}

#[cfg(test)]
mod tests;
