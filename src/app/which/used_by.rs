//! Which tools use a login, and why the others do not: what [`resolve`](crate::resolve) says of an image that the login is
//! there for, in a few words.

use std::borrow::Cow;
use std::path::Path;

use crate::app::which;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::credential::login::{EntryKind, Login, OWN_HELPER, Store};
use crate::registry::key;
use crate::resolve::snapshot::Snapshot;
use crate::resolve::{End, Outcome, Source, Tool, Trace, Winner, image_for, kubelet};
use crate::text;

/// One tool's view of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolView {
    /// The identifier in the JSON output.
    pub tool: &'static str,
    /// What people call it, in whatever version.
    pub family: &'static str,
    /// The same, with its version where another one does otherwise.
    pub name: Cow<'static, str>,
    /// True where it uses the login.
    pub uses: bool,
    /// Why not, or under which condition. Safe for a terminal.
    pub why: String,
}

/// The tools that everybody is told of, by name; of the others only whether they use the login.
pub const MAIN: &[&str] = &["docker", "podman", "kubernetes"];

impl ToolView {
    fn named(name: &'static str, uses: bool, why: impl Into<String>) -> Self {
        Self { tool: name, family: name, name: name.into(), uses, why: why.into() }
    }

    /// True for one of those that everybody is told of, in whatever version.
    pub fn is_main(&self) -> bool {
        MAIN.contains(&self.family)
    }
}

/// A login, and the question that finds out who uses it.
struct Question<'a> {
    login: &'a Login,
    /// Where the secret lies for a tool.
    source: Source,
    /// The file that leads there, where a helper keeps it.
    file: Option<&'a str>,
    home: Option<&'a Path>,
}

/// What each tool makes of a login of these files, or of a secret of the vault. Paths call `home` `~`. The snapshot keeps
/// what was read.
pub fn used_by(snapshot: &mut Snapshot, login: &Login, home: Option<&Path>) -> Vec<ToolView> {
    let question = Question::of(login, home);
    let Some(image) = image_of(&login.id.key) else {
        return MAIN.iter().map(|tool| ToolView::named(tool, false, "no image leads to this key")).collect();
    };
    if login.named.as_ref().is_some_and(|named| !named.is_login) {
        return vec![ToolView::named("docker", false, "it is a named secret, not a login of docker's")];
    }
    let tools = tools();
    let whole_host = others_image(&login.id.key);
    let traces = which::ask(snapshot, &tools, &image);
    let others = whole_host.map(|image| which::ask(snapshot, &tools, &image));
    let mut views: Vec<ToolView> = Vec::with_capacity(tools.len());
    for (at, (tool, trace)) in tools.iter().zip(&traces).enumerate() {
        let other = others.as_ref().and_then(|others| others.get(at));
        let (uses, why) = question.answer(trace, other);
        // An older version is told only where it does otherwise.
        let newest = views.iter().find(|view| view.name == tool.name);
        let is_newest = newest.is_none();
        if newest.is_some_and(|newest| (newest.uses, &newest.why) == (uses, &why)) {
            continue;
        }
        let name =
            if is_newest { tool.name.into() } else { format!("{} {}", tool.name, tool.version).into() };
        views.push(ToolView { tool: word(tool, is_newest), family: tool.name, name, uses, why });
    }
    let after = views.iter().rposition(ToolView::is_main).map_or(0, |last| last + 1);
    views.insert(after, kubernetes(login, &image));
    views
}

/// True where a tool's way may end at this login: for certain, by chance, or if its helper has it.
pub fn may_be_used(login: &Login, trace: &Trace) -> bool {
    let question = Question::of(login, None);
    trace.end.candidates().into_iter().any(|winner| question.is(trace, winner))
}

/// docker in all its versions, podman, and the newest version of each of the others.
fn tools() -> Vec<&'static Tool> {
    let is_docker = |tool: &&Tool| tool.name == "docker";
    let docker = crate::resolve::TOOLS.iter().filter(is_docker);
    let newest = which::newest().into_iter().filter(|tool| tool.name != "docker" && tool.name != "podman");
    docker.chain(crate::resolve::of_version("podman", "")).chain(newest).collect()
}

/// The newest docker and podman go by their plain names, which mean a certain version in the table.
fn word(tool: &'static Tool, is_newest: bool) -> &'static str {
    match tool.aliases.first() {
        _ if is_newest && MAIN.contains(&tool.name) => tool.name,
        Some(alias) if MAIN.contains(&tool.id) => alias,
        _ => tool.id,
    }
}

/// An image that asks for the key as people spell images: in small letters, without the port that https has anyway.
pub fn image_of(key: &str) -> Option<String> {
    image_for(key.to_lowercase().trim_end_matches(":443"))
}

/// Another image of the same host, where the key is more than a host's name.
fn others_image(key: &str) -> Option<String> {
    if key::is_hub_key(key) || !key.contains('/') {
        return None;
    }
    image_for(&key::hostname(key)).map(|image| image.replace("/image", "/elsewhere/other"))
}

impl<'a> Question<'a> {
    fn of(login: &'a Login, home: Option<&'a Path>) -> Self {
        let file = &*login.id.source;
        let (source, file) = match &login.id.store {
            Store::Inline if file == DOCKER_AUTH_CONFIG => (Source::Variable(DOCKER_AUTH_CONFIG), None),
            Store::Inline => (Source::File(file.to_owned()), None),
            Store::CredsStore(name) | Store::CredHelper(name) => {
                (Source::Helper(name.to_string()), Some(file))
            }
            Store::Vault(_) => (Source::Helper(OWN_HELPER.to_owned()), None),
        };
        Self { login, source, file, home }
    }

    /// Whether a tool uses the login, and why not or under which condition. `other` is its way for another image of the host.
    fn answer(&self, trace: &Trace, other: Option<&Trace>) -> (bool, String) {
        let (uses, why) = self.judge(trace, &trace.end);
        let is_for_all = || other.is_some_and(|other| self.is_it(other, &other.end));
        if uses && why.is_empty() && is_for_all() { (true, "for the whole host".into()) } else { (uses, why) }
    }

    fn is_it(&self, trace: &Trace, end: &End) -> bool {
        end.winner().is_some_and(|winner| self.is(trace, winner))
    }

    fn is(&self, trace: &Trace, winner: &Winner) -> bool {
        let leads_there = |file: &str| {
            trace.steps.iter().any(|step| {
                matches!(&step.source, Source::File(path) if path == file)
                    && matches!(step.outcome, Outcome::LeadsTo(_))
            })
        };
        winner.is(&self.source, &self.login.id.key) && self.file.is_none_or(leads_there)
    }

    fn judge(&self, trace: &Trace, end: &End) -> (bool, String) {
        match end {
            End::Login(found) if self.is(trace, found) && end.winner().is_some() => (true, self.through()),
            // What the vault has, its helper has.
            End::Depends(depends) if self.login.named.is_some() && self.is_it(trace, &depends.found) => {
                (true, self.through())
            }
            End::Login(_) | End::Anonymous if self.login.named.is_some() && !self.asks_for_it(trace) => {
                (false, format!("does not ask docker-credential-{OWN_HELPER} for it"))
            }
            End::Login(found) => (false, self.instead(found)),
            End::Random(_) if self.is_refused(trace) => {
                (false, "refuses the whole file, and chance decides what it sends".into())
            }
            End::Random(ends) if ends.iter().any(|end| self.is_it(trace, end)) => {
                (false, "picks one of several at random".into())
            }
            End::Random(_) => (false, "picks one of several others at random".into()),
            End::Depends(depends) => {
                let helper = text::safe(&depends.helper);
                if self.is_it(trace, &depends.found) {
                    (true, format!("if docker-credential-{helper} has it"))
                } else if self.is_it(trace, &depends.failed) {
                    (false, format!("asks docker-credential-{helper}, and takes this where that fails"))
                } else {
                    (false, format!("asks docker-credential-{helper} for {}", text::safe(&depends.asked)))
                }
            }
            End::Anonymous => (false, self.nothing(trace)),
            End::Stops(words) => (false, format!("stops: {}", text::safe(words))),
        }
    }

    /// True where the tool cannot read all of the login's own file.
    fn is_refused(&self, trace: &Trace) -> bool {
        trace
            .steps
            .iter()
            .any(|step| step.source == self.source && matches!(step.outcome, Outcome::Failed(_)))
    }

    /// The way to a secret of the vault; every other login needs no word.
    fn through(&self) -> String {
        let named = self.login.named.as_ref();
        named.map(|_| format!("through docker-credential-{OWN_HELPER}")).unwrap_or_default()
    }

    fn asks_for_it(&self, trace: &Trace) -> bool {
        trace.steps.iter().any(|step| step.source == self.source)
    }

    /// What is used in place of the login.
    fn instead(&self, found: &Winner) -> String {
        let key = text::safe(&found.key);
        match &found.source {
            _ if found.sent.undecoded_auth.is_some() => "sends an auth text that nobody can read".into(),
            Source::Variable(name) => format!("uses {name} instead"),
            Source::Helper(name) => format!("asks docker-credential-{} for {key}", text::safe(name)),
            Source::File(path) if found.source == self.source || self.file == Some(path) => {
                format!("uses the entry {key} instead")
            }
            Source::File(path) => format!("uses the entry {key} of {} instead", self.path(path)),
        }
    }

    /// Why a tool finds no login at all.
    fn nothing(&self, trace: &Trace) -> String {
        let file = match (&self.source, self.file) {
            (Source::File(path), _) => Some(path.as_str()),
            (_, file) => file,
        };
        let of_helper = trace.steps.iter().rev().find(|step| matches!(step.source, Source::Helper(_)));
        let of_file = trace.steps.iter().rev().find(|step| {
            matches!((&step.source, file), (Source::File(path), Some(file)) if path == file)
                || step.source == self.source
        });
        let asked = |asked: &str| text::safe(asked.trim_end()).into_owned();
        if let Some((step, Source::Helper(name))) = of_helper.map(|step| (step, &step.source)) {
            let name = text::safe(name);
            return match &step.outcome {
                Outcome::Absent => format!("docker-credential-{name} is not installed"),
                Outcome::Failed(words) => format!("docker-credential-{name} fails: {}", text::safe(words)),
                _ => format!("docker-credential-{name} has none for {}", asked(&step.asked)),
            };
        }
        match of_file.map(|step| (&step.outcome, asked(&step.asked))) {
            Some((Outcome::Failed(words), _)) => format!("cannot use the file: {}", text::safe(words)),
            Some((Outcome::Nothing, _)) => "finds no secret in it".into(),
            Some((_, key)) if !key.is_empty() => format!("looks for {key}"),
            Some(_) => "never looks this key up".into(),
            None => match file {
                Some(path) => format!("does not read {}", self.path(path)),
                None => format!("does not read {DOCKER_AUTH_CONFIG}"),
            },
        }
    }

    /// A file as it is shown.
    fn path(&self, path: &str) -> String {
        text::safe(&text::short_path(path, self.home)).into_owned()
    }
}

/// A kubelet reads no file of this machine; what counts is whether the file would do as a pull secret.
fn kubernetes(login: &Login, image: &str) -> ToolView {
    let (uses, why) = match (&login.id.store, login.kind) {
        (Store::Inline, EntryKind::Basic) if kubelet::serves(&login.id.key, image) => {
            (true, "if the file is made a pull secret")
        }
        (Store::Inline, EntryKind::Basic) => (false, "no image leads to this key"),
        (Store::Inline, EntryKind::IdentityToken | EntryKind::RegistryToken) => (false, "ignores tokens"),
        (Store::Inline, _) => (false, "finds no password"),
        (Store::Vault(_), _) => (false, "does not read the vault"),
        _ => (false, "knows no helpers"),
    };
    ToolView::named("kubernetes", uses, why)
}

#[cfg(test)]
mod tests;
