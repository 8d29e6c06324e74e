//! The state of the screen, and what each thing that happens does to it. Pure: no clock, no files, no channels.

mod answers;
mod press;
mod summary;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{Event, KeyEventKind};
use jiff::Timestamp;

use crate::app::inventory::{Inventory, Listings};
use crate::credential::expiry::Expiry;
use crate::credential::login::{Login, LoginId};
use crate::credential::token::{Claim, TokenKind};
use crate::registry::key;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::text;
use crate::tui::effect::Effect;
use crate::tui::message::{Failure, Message, Ticket};
use crate::tui::screen::logins::{self, Logins};
use crate::tui::theme::Theme;
use crate::tui::view::Areas;
use summary::Summary;

/// How long a revealed secret stays, in seconds.
const REVEAL: i64 = 15;
/// How long a copied secret stays on the clipboard, in seconds.
const LEASE: i64 = 45;
/// How long a message stays, in seconds.
const TOAST: i64 = 4;

/// What lies over the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// All of one login, from this line on.
    Detail {
        /// The first line on the screen.
        scroll: usize,
    },
    /// The help, from this line on.
    Help {
        /// The first line on the screen.
        scroll: usize,
    },
}

/// The one secret that is on the screen.
#[derive(Debug)]
pub struct Reveal {
    /// Whose it is.
    pub id: LoginId,
    /// The secret.
    pub secret: Secret,
    /// When it is hidden again.
    pub until: Timestamp,
}

/// A secret on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// When the clipboard is cleared.
    pub until: Timestamp,
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It goes by itself.
    Info,
    /// It stays until a key is pressed.
    Error,
}

/// A message for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// How much it matters.
    pub level: Level,
    /// What happened, and what to do.
    pub lines: Vec<String>,
    until: Option<Timestamp>,
}

/// Why a secret is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Reveal,
    Inspect,
}

/// What a helper-kept secret said of itself. It outlives a new reading of the files.
#[derive(Clone, Debug)]
struct Known {
    kind: TokenKind,
    expiry: Expiry,
    claims: Box<[Claim]>,
}

/// Everything the screen shows.
#[derive(Debug)]
pub struct Model {
    revision: u64,
    home: Option<PathBuf>,
    reduced_motion: bool,
    /// How things look.
    pub theme: Theme,
    /// Columns and rows.
    pub size: (u16, u16),
    /// On sample data.
    pub demo: bool,
    /// What was found.
    pub inventory: Inventory,
    listings: Listings,
    known: HashMap<LoginId, Known>,
    /// The helpers that were asked and have not answered.
    pub asking: BTreeSet<Arc<str>>,
    /// True once the files were read.
    pub loaded: bool,
    loading: bool,
    reload_again: bool,
    /// The list.
    pub logins: Logins,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// The first key of a sequence.
    pub prefix: Option<char>,
    /// Names and hosts are hidden.
    pub privacy: bool,
    focused: bool,
    /// The one secret on the screen.
    pub reveal: Option<Reveal>,
    fetching: Option<(Ticket, Purpose, LoginId)>,
    copying: Option<(Ticket, bool)>,
    /// The secret on the clipboard.
    pub lease: Option<Lease>,
    /// What must be said.
    pub toast: Option<Toast>,
    /// The numbers of the header.
    pub summary: Summary,
    /// When one of those numbers changes by itself.
    summary_changes: Option<Timestamp>,
    next_ticket: Ticket,
}

impl Model {
    /// The state before anything was read, and what to do first.
    pub fn new(settings: &Settings, demo: bool, size: (u16, u16)) -> (Self, Vec<Effect>) {
        let mut model = Self {
            revision: 1,
            home: settings.locations.home.clone(),
            reduced_motion: settings.terminal.reduced_motion,
            theme: Theme::of(&settings.terminal),
            size,
            demo,
            inventory: Inventory::default(),
            listings: Listings::new(),
            known: HashMap::new(),
            asking: BTreeSet::new(),
            loaded: false,
            loading: false,
            reload_again: false,
            logins: Logins::default(),
            overlay: None,
            prefix: None,
            privacy: false,
            focused: true,
            reveal: None,
            fetching: None,
            copying: None,
            lease: None,
            toast: None,
            summary: Summary::default(),
            summary_changes: None,
            next_ticket: 0,
        };
        model.fit();
        let effects = model.load();
        (model, effects)
    }

    /// Grows whenever the screen may look different.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The login under the cursor.
    pub fn selected(&self) -> Option<&Login> {
        self.logins.selected().and_then(|at| self.inventory.logins.get(at))
    }

    /// True while this login's secret is on its way.
    pub fn is_fetching(&self, id: &LoginId) -> bool {
        self.fetching.as_ref().is_some_and(|(_, _, fetched)| fetched == id)
    }

    /// True where countdowns show minutes at the finest.
    pub fn counts_minutes_only(&self) -> bool {
        self.reduced_motion || !self.focused
    }

    /// A path with `~` for the home folder.
    pub fn shorten(&self, path: &str) -> String {
        let below_home = self.home.as_ref().and_then(|home| path.strip_prefix(home.to_str()?));
        match below_home {
            Some(rest) if rest.starts_with('/') => format!("~{rest}"),
            _ => path.to_owned(),
        }
    }

    /// The registry's name as it may be shown now.
    pub fn registry_name(&self, login: &Login) -> String {
        if self.privacy {
            return format!("({})", login.provider.name());
        }
        match &*key::display_name(&login.id.key) {
            "" => "(empty key)".into(),
            name => text::safe(name).into_owned(),
        }
    }

    /// The user name as it may be shown now.
    pub fn user_name(&self, login: &Login) -> String {
        if self.privacy { self.theme.mask().into() } else { logins::user_name(&login.account) }
    }

    /// The next instant at which the text on the screen changes by itself; `None` where it never does.
    pub fn next_wakeup(&self, now: Timestamp) -> Option<Timestamp> {
        let leases = [self.reveal.as_ref().map(|r| r.until), self.lease.map(|lease| lease.until)];
        let counting = leases.iter().flatten().next().map(|_| 1);
        let rows = self.logins.on_screen().map(|at| &self.inventory.logins[at]).chain(self.selected());
        let countdown = rows.filter_map(|login| self.row_changes_in(login, now)).min();
        let seconds = [counting, countdown].into_iter().flatten().min();
        let ticking = seconds.and_then(|seconds| Timestamp::from_second(now.as_second() + seconds).ok());
        let toast = self.toast.as_ref().and_then(|toast| toast.until);
        [ticking, toast, self.summary_changes].into_iter().flatten().min()
    }

    /// Seconds until a row reads differently.
    fn row_changes_in(&self, login: &Login, now: Timestamp) -> Option<i64> {
        let next = login.expiry.next_change(now)?;
        let left = login.expiry.seconds_left(now);
        match left {
            Some(left) if self.counts_minutes_only() && left < 3_600 => Some((left - 1) % 60 + 1),
            _ => Some(next),
        }
    }

    fn touch(&mut self) {
        self.revision += 1;
    }

    fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        self.next_ticket
    }

    /// Makes the list fit the size.
    fn fit(&mut self) {
        let above = logins::lines_above_rows(self);
        let list = Areas::of(self.size).map_or(0, |areas| usize::from(areas.list.height.saturating_sub(2)));
        self.logins.height = list.saturating_sub(above).max(1);
        self.logins.move_to(self.logins.position());
    }

    fn arrange(&mut self, now: Timestamp) {
        let selected = self.selected().map(|login| login.id.clone());
        self.logins.arrange(&self.inventory, selected.as_ref(), now);
        self.fit();
    }

    fn count(&mut self, now: Timestamp) {
        (self.summary, self.summary_changes) = Summary::of(&self.inventory.logins, now);
    }

    /// Shows a message that goes by itself.
    fn say(&mut self, words: impl Into<String>, now: Timestamp) {
        let until = Timestamp::from_second(now.as_second() + TOAST).ok();
        self.toast = Some(Toast { level: Level::Info, lines: vec![words.into()], until });
        self.touch();
    }

    /// Shows a failure until a key is pressed; whatever secret is on the screen goes.
    fn complain(&mut self, failure: Failure) {
        self.hide();
        let lines = std::iter::once(failure.what).chain(failure.hints).collect();
        self.toast = Some(Toast { level: Level::Error, lines, until: None });
        self.touch();
    }

    /// Takes the secret off the screen, and the answer of a fetch that would bring one.
    fn hide(&mut self) -> Vec<Effect> {
        if self.reveal.take().is_some() {
            self.touch();
        }
        match self.fetching.take() {
            Some((ticket, Purpose::Reveal, _)) => vec![Effect::Cancel(ticket)],
            fetching => {
                self.fetching = fetching;
                Vec::new()
            }
        }
    }

    fn on_wake(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.reveal.as_ref().is_some_and(|reveal| reveal.until <= now) {
            effects.extend(self.hide());
        }
        if self.lease.is_some_and(|lease| lease.until <= now) {
            self.lease = None;
            effects.push(Effect::ClearClipboard);
        }
        if self.toast.as_ref().is_some_and(|toast| toast.until.is_some_and(|until| until <= now)) {
            self.toast = None;
        }
        if self.summary_changes.is_some_and(|at| at <= now) {
            self.count(now);
            self.arrange(now);
        }
        self.touch();
        effects
    }
}

/// Tells the model what happened; it answers what to do.
pub fn update(model: &mut Model, message: Message, now: Timestamp) -> Vec<Effect> {
    match message {
        Message::Input(Event::Key(key)) if key.kind == KeyEventKind::Release => Vec::new(),
        Message::Input(Event::Key(key)) => press::on_key(model, key, now),
        Message::Input(Event::Paste(pasted)) => press::on_paste(model, &pasted, now),
        Message::Input(Event::Resize(columns, rows)) => {
            model.size = (columns, rows);
            model.fit();
            model.touch();
            model.hide()
        }
        Message::Input(Event::FocusLost) => {
            model.focused = false;
            model.touch();
            model.hide()
        }
        Message::Input(Event::FocusGained) => {
            model.focused = true;
            model.touch();
            // Network file systems tell nobody when a file changes.
            model.load()
        }
        Message::Input(Event::Mouse(_)) => Vec::new(),
        Message::Wake => model.on_wake(now),
        Message::Suspended => model.hide(),
        Message::FilesChanged => model.load(),
        Message::Loaded(inventory) => model.take_in(*inventory, now),
        Message::Listed { helper, answer } => {
            model.take_listing(helper, answer, now);
            Vec::new()
        }
        Message::Fetched { ticket, id, answer } => {
            model.take_secret(ticket, id, answer, now);
            Vec::new()
        }
        Message::Copied { ticket, what, answer } => press::on_copied(model, ticket, what, answer, now),
        Message::ClipboardCleared => {
            model.say("The clipboard is cleared.", now);
            Vec::new()
        }
        Message::Terminate => vec![Effect::Quit],
        Message::TaskPanicked => {
            // Nobody knows which job it was: none of them is waited for any more.
            model.loading = false;
            model.fetching = None;
            model.copying = None;
            model.asking.clear();
            model.complain(Failure {
                what: "A background task crashed; the screen may be incomplete.".into(),
                hints: vec!["R reads everything again.".into()],
            });
            Vec::new()
        }
    }
}
