//! The state of the screen, and what each thing that happens does to it. Pure: no clock, no files, no channels. Here stands
//! which action and which answer is whose; each feature has a file of its own.

mod changes;
mod checking;
mod clipboard;
pub(super) mod detail;
mod files;
mod form;
pub(super) mod help;
mod keys;
mod layers;
pub(super) mod list;
pub(super) mod notices;
mod pages;
mod permission;
mod questions;
pub(super) mod report;
mod rows;
mod secret;
mod shown;
mod summary;
mod time;
mod toast;
mod uses;
mod vault;

use std::path::PathBuf;

use crossterm::event::{Event, KeyEventKind};
use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::inventory::Inventory;
use crate::app::vault::rows::Secrets;
use crate::settings::Settings;
use crate::settings::preferences::Screen;
use crate::tui::action::{Action, Binding};
use crate::tui::dialog::vault_step;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Answer, Change, Job, Part, Ticket};
use crate::tui::message::Message;
use crate::tui::theme::Theme;
use changes::Changing;
use files::{Helpers, Reading};
use list::List;
use report::Report;
use secret::Fetching;
use summary::Counts;
use uses::Uses;

pub use checking::{Checks, Found};
pub use clipboard::Lease;
pub use layers::{Layer, Layers};
pub use pages::Tab;
pub use questions::Then;
pub use secret::Reveal;
pub use toast::{Level, Toast};

/// Why an action cannot be done now, in words.
pub type Reason = &'static str;

/// Everything the screen shows.
#[derive(Debug)]
pub struct Model {
    revision: u64,
    last_ticket: Ticket,

    /// How things look.
    pub(super) theme: Theme,
    /// Columns and rows.
    pub size: (u16, u16),
    focused: bool,
    reduced_motion: bool,
    chosen: Screen,
    home: Option<PathBuf>,
    /// On sample data.
    pub demo: bool,

    /// What was found.
    pub inventory: Inventory,
    /// True once the files were read.
    pub loaded: bool,
    reading_files: Reading,
    pub(super) helpers: Helpers,
    /// What became of the vault, and what is in it.
    pub secrets: Secrets,
    reading_vault: Reading,
    pub(super) checks: Checks,
    pub(super) uses: Uses,
    /// What is read over the list.
    pub(super) report: Option<Report>,
    /// The numbers of the header.
    pub counts: Counts,

    /// The page on the screen.
    pub tab: Tab,
    /// The list of logins.
    pub logins: List,
    /// The list of secrets.
    pub secrets_list: List,
    /// What lies over the list.
    pub layers: Layers,
    /// The first key of a sequence.
    pub prefix: Option<char>,
    /// Names and hosts are hidden.
    pub privacy: bool,
    /// What must be said.
    pub toast: Option<Toast>,

    /// The one secret on the screen.
    pub reveal: Option<Reveal>,
    fetching: Option<Fetching>,
    /// The secret on the clipboard.
    pub lease: Option<Lease>,
    copying: Option<(Ticket, Part)>,
    changing: Changing,
    /// How many changes of this session can be taken back.
    pub undo_steps: usize,
}

impl Model {
    /// The state before anything was read, and what to do first.
    pub fn new(settings: &Settings, demo: bool, size: (u16, u16)) -> (Self, Vec<Effect>) {
        let home = settings.locations.home.clone();
        let mut model = Self {
            revision: 1,
            last_ticket: 0,
            theme: Theme::of(&settings.terminal),
            size,
            focused: true,
            reduced_motion: settings.terminal.reduced_motion,
            chosen: settings.preferences.screen.clone(),
            toast: settings.file.notice(home.as_deref()).map(Toast::error),
            home,
            demo,
            inventory: Inventory::default(),
            loaded: false,
            reading_files: Reading::default(),
            helpers: Helpers::default(),
            secrets: Secrets::default(),
            reading_vault: Reading::default(),
            checks: Checks::default(),
            uses: Uses::default(),
            report: None,
            counts: Counts::default(),
            tab: Tab::default(),
            logins: List::default(),
            secrets_list: List::default(),
            layers: Layers::default(),
            prefix: None,
            privacy: false,
            reveal: None,
            fetching: None,
            lease: None,
            copying: None,
            changing: Changing::default(),
            undo_steps: 0,
        };
        model.fit();
        let mut effects = model.load();
        effects.push(model.start(Job::ReadMemory));
        (model, effects)
    }
}

/// Tells the model what happened; it answers what to do.
pub fn update(model: &mut Model, message: Message, now: Timestamp) -> Vec<Effect> {
    let mut effects = match message {
        Message::Input(event) => model.on_input(event, now),
        Message::Answer(ticket, answer) => model.on_answer(ticket, answer, now),
        Message::Wake => model.on_wake(now),
        Message::Suspended => model.hide(),
        Message::FilesChanged => model.load(),
        Message::Terminate => vec![Effect::Quit],
    };
    effects.extend(model.ask_uses());
    effects
}

impl Model {
    fn on_input(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        match event {
            Event::Key(key) if key.kind == KeyEventKind::Release => Vec::new(),
            Event::Key(key) => self.on_key(key, now),
            Event::Paste(pasted) => {
                // It may be a password.
                let pasted = Zeroizing::new(pasted);
                self.on_paste(&pasted, now)
            }
            Event::Resize(columns, rows) => {
                self.size = (columns, rows);
                self.fit();
                self.touch();
                self.hide()
            }
            Event::FocusLost => {
                self.focused = false;
                self.touch();
                self.hide()
            }
            Event::FocusGained => {
                self.focused = true;
                self.touch();
                // Network file systems tell nobody when a file changes.
                self.load()
            }
            Event::Mouse(_) => Vec::new(),
        }
    }

    fn on_answer(&mut self, ticket: Ticket, answer: Answer, now: Timestamp) -> Vec<Effect> {
        match answer {
            Answer::Loaded(answer) => self.on_loaded(answer, now),
            Answer::Listed(helper, answer) => self.on_listed(helper, answer, now),
            Answer::Reported(answer) => self.on_reported(ticket, answer),
            Answer::Uses(answer) => self.on_uses(ticket, answer),
            Answer::Remembered(answer) => self.on_remembered(answer),
            Answer::VaultRead(answer) => self.on_vault_read(answer, now),
            Answer::Unlocked(answer) => self.on_unlocked(answer, now),
            Answer::VaultMade(answer) => self.on_vault_made(answer, now),
            Answer::Fetched(answer) => self.on_fetched(ticket, answer, now),
            Answer::Copied(answer) => self.on_copied(ticket, answer, now),
            Answer::ClipboardCleared(answer) => self.on_clipboard_cleared(answer, now),
            Answer::Submitted(answer) => self.on_submitted(answer, now),
            Answer::Reviewed(answer) => self.on_reviewed(ticket, answer),
            Answer::CarriedOut(answer) => self.on_changed(answer, now),
            Answer::Undone(answer) => self.on_undone(answer, now),
            Answer::Checked { id, at, found } => self.on_checked(ticket, &id, at, found),
            Answer::CheckEnded(answer) => self.on_check_ended(ticket, answer, now),
            Answer::FormChecked(answer) => self.on_form_checked(ticket, answer),
            Answer::Noted(answer) => answer.map_or_else(|notice| self.complain(notice), |()| Vec::new()),
        }
    }

    /// Why an action cannot be done now; `None` where it can.
    pub fn unavailable(&self, action: Action) -> Option<Reason> {
        let shows_names = matches!(
            action,
            Action::Reveal
                | Action::Edit
                | Action::Remove
                | Action::Undo
                | Action::Seal
                | Action::Which
                | Action::Doctor
        );
        if shows_names && self.privacy {
            return Some("privacy mode is on: press p first");
        }
        let may = match action {
            Action::Open => self.row().map(|_| ()),
            Action::Back => self.may_go_back(),
            Action::Add => self.may_add(),
            Action::Edit => self.may_edit(),
            Action::Remove => self.may_remove(),
            Action::Seal => self.may_seal(),
            Action::Undo => self.may_undo(),
            Action::Unlock => self.may_unlock(),
            Action::Check | Action::CheckImage => self.may_check(),
            Action::CheckAll => self.may_check_all(),
            Action::Reveal => self.may_reveal(),
            Action::Inspect => self.may_inspect(),
            Action::Which => self.may_ask_which(),
            Action::Copy(part) => self.may_copy(part),
            Action::ClearClipboard => self.may_clear_clipboard(),
            Action::Logins
            | Action::Secrets
            | Action::NextTab
            | Action::Filter
            | Action::SortByName
            | Action::SortByExpiry
            | Action::SortByState => self.may_see_list(),
            _ => Ok(()),
        };
        may.err()
    }

    /// Does what an available action means.
    fn perform(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        match action {
            Action::Add => self.add(),
            Action::Edit => self.edit(),
            Action::Remove => self.review(Change::Remove, now),
            Action::Seal => self.review(Change::Seal, now),
            Action::Undo => self.undo(now),
            Action::Unlock => self.open_unlock(now),
            Action::Check => self.check(),
            Action::CheckAll => self.check_all(),
            Action::CheckImage => self.ask_image(),
            Action::Back if self.layers.is_empty() && self.checks.progress().is_some() => {
                self.stop_check(now)
            }
            Action::Reveal => self.reveal(),
            Action::Inspect => self.inspect(),
            Action::Which => self.which(),
            Action::Doctor => self.doctor(),
            Action::Copy(part) => self.copy(part),
            Action::ClearClipboard => self.clear_clipboard(),
            Action::Reload => self.reload(),
            Action::Redraw => vec![Effect::Redraw],
            Action::Suspend => self.suspend(),
            Action::Quit if self.layers.is_empty() => vec![Effect::Quit],
            Action::QuitNow => vec![Effect::Quit],
            view => self.show(view, now),
        }
    }

    /// The word in the footer, as it is meant now.
    pub fn hint(&self, binding: &Binding) -> &'static str {
        match binding.action {
            Action::Unlock => vault_step(&self.inventory, &self.secrets.state).unwrap_or(binding.hint),
            _ => binding.hint,
        }
    }

    /// Grows whenever the screen may look different.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn touch(&mut self) {
        self.revision += 1;
    }

    /// Starts a job whose answer is taken whenever it comes.
    fn start(&mut self, job: Job) -> Effect {
        self.ticketed(job).1
    }

    /// Starts a job whose answer is wanted only while somebody keeps its ticket.
    fn ticketed(&mut self, job: Job) -> (Ticket, Effect) {
        self.last_ticket += 1;
        (self.last_ticket, Effect::Start(self.last_ticket, job))
    }
}
