//! The state of the screen, and what each thing that happens does to it. Pure: no clock, no files, no channels.

mod available;
mod changes;
mod checking;
pub(super) mod detail;
mod form;
pub(super) mod help;
mod keys;
mod layers;
pub(super) mod list;
pub(super) mod notices;
mod permission;
mod questions;
mod results;
mod shown;
mod state;
mod summary;
mod vault;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::{Event, KeyEventKind};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::inventory::{Inventory, Listings};
use crate::app::vault::rows::Secrets;
use crate::credential::expiry::Grain;
use crate::credential::login::{Login, LoginId};
use crate::settings::Settings;
use crate::settings::preferences::Screen;
use crate::tui::dialog::Context;
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::message::{Failure, Message, Ticket};
use crate::tui::model::list::List;
use crate::tui::theme::Theme;
use changes::Changing;
pub use checking::{Checks, Found};
pub use layers::{Layer, Layers};
pub use questions::Then;
use state::{Known, Purpose, after};
pub use state::{Lease, Level, Reveal, Tab, Toast};
use summary::Summary;
use vault::Reading;

/// Everything the screen shows.
#[derive(Debug)]
pub struct Model {
    revision: u64,
    home: Option<PathBuf>,
    reduced_motion: bool,
    chosen: Screen,
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
    /// The page on the screen.
    pub tab: Tab,
    /// The list of logins.
    pub logins: List,
    /// The vault.
    pub secrets: Secrets,
    /// The list of its secrets.
    pub secrets_list: List,
    reading_vault: Reading,
    /// What registries said of the logins.
    pub checks: Checks,
    /// What lies over it.
    pub layers: Layers,
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
    /// The names of the secrets in the vault: a new one must be another.
    pub secret_names: Vec<String>,
    changing: Changing,
    /// How many changes of this session can be taken back.
    pub undo_steps: usize,
    /// The numbers of the header, of the logins.
    pub summary: Summary,
    /// And of the secrets.
    pub secrets_summary: Summary,
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
            chosen: settings.preferences.screen.clone(),
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
            tab: Tab::default(),
            logins: List::default(),
            secrets: Secrets::default(),
            secrets_list: List::default(),
            reading_vault: Reading::default(),
            checks: Checks::default(),
            layers: Layers::default(),
            prefix: None,
            privacy: false,
            focused: true,
            reveal: None,
            fetching: None,
            copying: None,
            lease: None,
            toast: settings.file.notice(settings.locations.home.as_deref()).map(Toast::error),
            secret_names: Vec::new(),
            changing: Changing::default(),
            undo_steps: 0,
            summary: Summary::default(),
            secrets_summary: Summary::default(),
            summary_changes: None,
            next_ticket: 0,
        };
        model.fit();
        let mut effects = model.load();
        effects.push(Effect::ReadMemory);
        (model, effects)
    }

    /// Grows whenever the screen may look different.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What the page on the screen lists.
    pub fn listed(&self) -> &Inventory {
        match self.tab {
            Tab::Logins => &self.inventory,
            Tab::Secrets => &self.secrets.inventory,
        }
    }

    /// The list of the page on the screen.
    pub fn list(&self) -> &List {
        match self.tab {
            Tab::Logins => &self.logins,
            Tab::Secrets => &self.secrets_list,
        }
    }

    fn list_mut(&mut self) -> &mut List {
        match self.tab {
            Tab::Logins => &mut self.logins,
            Tab::Secrets => &mut self.secrets_list,
        }
    }

    /// The login or secret under the cursor.
    pub fn selected(&self) -> Option<&Login> {
        self.list().selected().and_then(|at| self.listed().logins.get(at))
    }

    /// True while this login's secret is on its way.
    pub fn is_fetching(&self, id: &LoginId) -> bool {
        self.fetching.as_ref().is_some_and(|(_, _, fetched)| fetched == id)
    }

    /// How finely countdowns count now.
    pub fn grain(&self) -> Grain {
        if self.reduced_motion || !self.focused { Grain::Minutes } else { Grain::Seconds }
    }

    /// The next instant at which the text on the screen changes by itself; `None` where it never does.
    pub fn next_wakeup(&self, now: Timestamp) -> Option<Timestamp> {
        let leases = [self.reveal.as_ref().map(|r| r.until), self.lease.map(|lease| lease.until)];
        let counting = leases.iter().flatten().next().map(|_| 1);
        let rows = self.list().on_screen().filter_map(|at| self.listed().logins.get(at));
        let rows = rows.filter_map(|login| login.expiry.next_change(now, self.grain())).min();
        let seconds = [counting, rows].into_iter().flatten().min();
        let ticking = seconds.and_then(|seconds| Timestamp::from_second(now.as_second() + seconds).ok());
        let toast = self.toast.as_ref().and_then(|toast| toast.until);
        let detail = detail::changes_at(self, now);
        [ticking, detail, toast, self.summary_changes].into_iter().flatten().min()
    }

    /// What a dialog sees of the world.
    pub fn context(&self, now: Timestamp) -> Context<'_> {
        Context {
            inventory: &self.inventory,
            vault: &self.secrets.state,
            home: self.home.as_deref(),
            theme: self.theme,
            now,
            body: layout::body(self.size),
        }
    }

    fn touch(&mut self) {
        self.revision += 1;
    }

    fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        self.next_ticket
    }

    /// Makes the list fit the size: what is above its rows is the notices and the head.
    fn fit(&mut self) {
        let above = notices::lines(self, layout::list(self.size, false)).len() + 1;
        let list = layout::list(self.size, self.selected().is_none());
        let height = list.rows.saturating_sub(above).max(1);
        self.list_mut().resize(height);
    }

    fn arrange(&mut self, now: Timestamp) {
        self.logins.arrange(&self.inventory, now);
        self.secrets_list.arrange(&self.secrets.inventory, now);
        self.fit();
    }

    fn count(&mut self, now: Timestamp) {
        let (logins, of_logins) = Summary::of(&self.inventory.logins, now);
        let (secrets, of_secrets) = Summary::of(&self.secrets.inventory.logins, now);
        (self.summary, self.secrets_summary) = (logins, secrets);
        self.summary_changes = [of_logins, of_secrets].into_iter().flatten().min();
    }

    /// Shows a message that goes by itself.
    fn say(&mut self, words: impl Into<String>, now: Timestamp) {
        let until = Some(after(now, self.chosen.message.as_secs()));
        self.toast = Some(Toast { level: Level::Info, lines: vec![words.into()], until });
        self.touch();
    }

    /// Shows a failure until a key is pressed; whatever secret is on the screen goes.
    fn complain(&mut self, failure: Failure) -> Vec<Effect> {
        let lines = std::iter::once(failure.what).chain(failure.hints).collect();
        self.toast = Some(Toast::error(lines));
        self.touch();
        self.hide()
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
        Message::Input(Event::Key(key)) => keys::on_key(model, key, now),
        Message::Input(Event::Paste(pasted)) => {
            // It may be a password.
            let pasted = Zeroizing::new(pasted);
            keys::on_paste(model, &pasted, now)
        }
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
        Message::Fetched { ticket, id, answer } => model.take_secret(ticket, id, answer, now),
        Message::Copied { ticket, what, answer } => keys::on_copied(model, ticket, what, answer, now),
        Message::Submitted(answer) => model.take_submitted(answer, now),
        Message::VaultRead(secrets) => model.take_vault(*secrets, now),
        Message::Unlocked(answer) => model.take_unlocked(answer, now),
        Message::VaultMade(answer) => model.take_made(answer, now),
        Message::PassphraseWanted(why) => {
            model.want_passphrase(why);
            Vec::new()
        }
        Message::Reviewed { ticket, answer } => model.take_review(ticket, answer),
        Message::CarriedOut(answer) => model.take_changed(answer, now),
        Message::Undone(answer) => model.take_undone(answer, now),
        Message::Remembered(memory) => {
            model.take_memory(*memory);
            Vec::new()
        }
        Message::Checked { ticket, id, at, answer } => model.take_checked(ticket, &id, at, answer),
        Message::CheckEnded { ticket } => {
            model.take_check_ended(ticket, now);
            Vec::new()
        }
        Message::FormChecked { ticket, answer } => {
            model.take_form_checked(ticket, answer);
            Vec::new()
        }
        Message::ClipboardCleared => {
            model.say("The clipboard is cleared.", now);
            Vec::new()
        }
        Message::Terminate => vec![Effect::Quit],
        Message::TaskPanicked => model.take_panic(),
    }
}
