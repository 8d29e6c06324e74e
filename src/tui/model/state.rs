//! What the model is made of.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::app::inventory::Inventory;
use crate::app::vault::rows::Secrets;
use crate::credential::login::{Login, LoginId};
use crate::settings::Settings;
use crate::settings::preferences::Screen;
use crate::tui::dialog::Context;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Part, Ticket};
use crate::tui::layout;
use crate::tui::model::changes::Changing;
use crate::tui::model::checking::Checks;
use crate::tui::model::clipboard::Lease;
use crate::tui::model::files::{Helpers, Reading};
use crate::tui::model::layers::Layers;
use crate::tui::model::list::List;
use crate::tui::model::notices;
use crate::tui::model::secret::{Fetching, Reveal};
use crate::tui::model::summary::Counts;
use crate::tui::model::toast::Toast;
use crate::tui::theme::Theme;

/// Why an action cannot be done now, in words.
pub type Reason = &'static str;

/// A page of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What tools on this machine use.
    #[default]
    Logins,
    /// The named secrets of the vault.
    Secrets,
}

impl Tab {
    /// Its word.
    pub fn title(self) -> &'static str {
        match self {
            Self::Logins => "Logins",
            Self::Secrets => "Secrets",
        }
    }

    /// The next one; after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Logins => Self::Secrets,
            Self::Secrets => Self::Logins,
        }
    }
}

/// Everything the screen shows.
#[derive(Debug)]
pub struct Model {
    pub(super) revision: u64,
    pub(super) last_ticket: Ticket,

    /// How things look.
    pub(in crate::tui) theme: Theme,
    /// Columns and rows.
    pub size: (u16, u16),
    pub(super) focused: bool,
    pub(super) reduced_motion: bool,
    pub(super) chosen: Screen,
    pub(super) home: Option<PathBuf>,
    /// On sample data.
    pub demo: bool,

    /// What was found.
    pub inventory: Inventory,
    /// True once the files were read.
    pub loaded: bool,
    pub(super) reading_files: Reading,
    pub(in crate::tui) helpers: Helpers,
    /// What became of the vault, and what is in it.
    pub secrets: Secrets,
    pub(super) reading_vault: Reading,
    pub(in crate::tui) checks: Checks,
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
    pub(super) fetching: Option<Fetching>,
    /// The secret on the clipboard.
    pub lease: Option<Lease>,
    pub(super) copying: Option<(Ticket, Part)>,
    pub(super) changing: Changing,
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

    /// Grows whenever the screen may look different.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn touch(&mut self) {
        self.revision += 1;
    }

    /// Starts a job whose answer is taken whenever it comes.
    pub(super) fn start(&mut self, job: Job) -> Effect {
        self.ticketed(job).1
    }

    /// Starts a job whose answer is wanted only while somebody keeps its ticket.
    pub(super) fn ticketed(&mut self, job: Job) -> (Ticket, Effect) {
        self.last_ticket += 1;
        (self.last_ticket, Effect::Start(self.last_ticket, job))
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

    pub(super) fn list_mut(&mut self) -> &mut List {
        match self.tab {
            Tab::Logins => &mut self.logins,
            Tab::Secrets => &mut self.secrets_list,
        }
    }

    /// The login or secret under the cursor.
    pub fn selected(&self) -> Option<&Login> {
        self.list().selected().and_then(|at| self.listed().logins.get(at))
    }

    /// The selected row, for an action that needs one.
    pub(super) fn row(&self) -> Result<&Login, Reason> {
        self.selected().ok_or(match self.tab {
            Tab::Logins => "no login is selected",
            Tab::Secrets => "no secret is selected",
        })
    }

    /// The login or secret with this identity.
    pub fn find(&self, id: &LoginId) -> Option<&Login> {
        let inventory =
            if id.store.vault_name().is_some() { &self.secrets.inventory } else { &self.inventory };
        inventory.find(id)
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

    /// Makes the list fit the size: what is above its rows is the notices and the head.
    pub(super) fn fit(&mut self) {
        let above = notices::lines(self, layout::list(self.size, false)).len() + 1;
        let list = layout::list(self.size, self.selected().is_none());
        let height = list.rows.saturating_sub(above).max(1);
        self.list_mut().resize(height);
    }

    pub(super) fn arrange(&mut self, now: Timestamp) {
        self.logins.arrange(&self.inventory, now);
        self.secrets_list.arrange(&self.secrets.inventory, now);
        self.fit();
    }
}
