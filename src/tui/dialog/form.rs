//! The form for a new login or a changed one: type, fields, places, review. One step is on the screen at a time, and
//! nothing is written before Submit on the last one.

mod draw;
mod field;
mod fill;
mod judge;
mod keys;
mod paste;
mod places;
mod review;

use std::fmt;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::login::destination::{Destination, Target};
use crate::app::login::submission::{Origin, Submission};
use crate::check::flow::Report;
use crate::check::verdict::Standing;
use crate::credential::rules::SecretType;
use crate::error::Notice;
use crate::tui::dialog::{Context, Dialog, Hint, vault_step};
use crate::tui::jobs::Ticket;
use crate::tui::widget::input::Input;
use crate::tui::widget::secret_field::SecretField;

pub use field::Field;

/// More than any field's rule allows, so that what is too long can be judged instead of cut.
const LONGEST: usize = 512;

/// A page of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What the login is for.
    Type,
    /// The fields.
    Fields,
    /// Where it goes.
    Places,
    /// All of it once more, and Submit.
    Review,
}

/// How far the check of the reviewed login has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Checked {
    /// It is not to be checked, or not yet.
    #[default]
    No,
    /// The registry is being asked.
    Asking(Ticket),
    /// The person does not want to wait for it.
    Skipped,
    /// What was found.
    Found(Box<Report>),
    /// Why nothing could be asked.
    Failed(Notice),
}

/// What the form wants after a key.
#[derive(Debug)]
pub enum FormEvent {
    /// Nothing but to be drawn again.
    Stay,
    /// To be closed: nothing was typed.
    Close,
    /// To ask whether what was typed may be lost.
    AskLeave,
    /// To ask whether a plain file may hold the password.
    AskPlain(Vec<Target>),
    /// The locked vault to be opened, so that it can take the login.
    Unlock,
    /// To ask whether a login that the registry refuses is saved all the same.
    AskRefused,
    /// To be carried out.
    Submit(Box<Submission>),
}

/// A field's text and what is known of it.
struct Entry {
    input: Input,
    /// It was left once, so that its verdict is shown.
    was_left: bool,
    /// Its verdict was shown, so that it follows every key.
    is_live: bool,
    /// What a paste or a reading made of the text.
    note: Option<String>,
}

impl Default for Entry {
    fn default() -> Self {
        Self { input: Input::up_to(LONGEST), was_left: false, is_live: false, note: None }
    }
}

/// The form.
pub struct Form {
    origin: Origin,
    /// No tool is to use by itself what is added.
    is_secret: bool,
    /// The names that other secrets have.
    taken: Vec<String>,
    step: Step,
    kind: SecretType,
    focus: Field,
    entries: [Entry; Field::COUNT],
    password: SecretField,
    /// What the fields held before anything was typed.
    untouched: [String; Field::COUNT],
    untouched_kind: SecretType,
    chosen: Vec<Destination>,
    /// The person chose the places, or the login lies there.
    is_chosen: bool,
    /// The row that is focused on [`Step::Places`].
    place: Destination,
    place_problem: Option<String>,
    /// The plain places that the person said yes to.
    plain_allowed: Vec<Destination>,
    /// What is shown on [`Step::Review`], and nothing else, is handed in.
    reviewed: Option<Box<Submission>>,
    is_on_submit: bool,
    scroll: usize,
    is_sending: bool,
    check: Checked,
}

/// Whatever was typed may be a secret in the wrong field: none of it is told.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("origin", &self.origin)
            .field("step", &self.step)
            .field("focus", &self.focus)
            .finish_non_exhaustive()
    }
}

impl Form {
    /// The page on the screen.
    pub fn step(&self) -> Step {
        self.step
    }

    /// The focused field, on [`Step::Fields`].
    pub fn focus(&self) -> Option<Field> {
        (self.step == Step::Fields).then_some(self.focus)
    }

    /// True where Enter would hand the login in.
    pub fn is_on_submit(&self) -> bool {
        self.step == Step::Review && self.is_on_submit && !self.is_sending
    }

    /// True while a submission is carried out.
    pub fn is_sending(&self) -> bool {
        self.is_sending
    }

    /// What the last page shows.
    pub fn reviewed(&self) -> Option<&Submission> {
        self.reviewed.as_deref()
    }

    /// What is known of the reviewed login from its registry.
    pub fn check(&self) -> &Checked {
        &self.check
    }

    /// Takes the next step of the check in.
    pub fn set_check(&mut self, check: Checked) {
        self.check = check;
    }

    /// The ticket of the check that is on its way.
    pub fn asking(&self) -> Option<Ticket> {
        match self.check {
            Checked::Asking(ticket) => Some(ticket),
            _ => None,
        }
    }

    /// What of a check that was on its way nobody waits for any more: the person skipped it, or left the page.
    pub fn abandoned_check(&mut self, before: Option<Ticket>) -> Option<Ticket> {
        if self.step != Step::Review {
            self.check = Checked::No;
        }
        before.filter(|_| self.asking().is_none())
    }

    /// True where the registry said that it does not take this login.
    pub fn is_refused(&self) -> bool {
        matches!(&self.check, Checked::Found(report) if report.verdict.standing() == Standing::Refused)
    }

    /// The submission came to nothing: everything is as it was before.
    pub fn submission_failed(&mut self) {
        self.is_sending = false;
    }

    /// The person said yes to a plain file in these places.
    pub fn allow_plain(&mut self, context: &Context<'_>) {
        self.plain_allowed = self.plain_targets(context).iter().map(|target| target.destination).collect();
        self.review(context);
    }

    /// True where leaving would lose something.
    pub fn is_dirty(&self) -> bool {
        let is_changed = |(entry, before): (&Entry, &String)| entry.input.text() != before;
        !self.password.is_empty() || self.entries.iter().zip(&self.untouched).any(is_changed)
    }

    /// The first line of the review on the screen.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    fn entry(&self, field: Field) -> &Entry {
        &self.entries[field as usize]
    }

    fn entry_mut(&mut self, field: Field) -> &mut Entry {
        &mut self.entries[field as usize]
    }

    fn text(&self, field: Field) -> &str {
        self.entry(field).input.text()
    }

    /// True where a secret of the vault is changed.
    fn edits_secret(&self) -> bool {
        matches!(&self.origin, Origin::Edit(id) if id.store.vault_name().is_some())
    }

    fn is_edit(&self) -> bool {
        matches!(self.origin, Origin::Edit(_))
    }
}

impl Dialog for Form {
    fn on_paste(&mut self, pasted: &str) -> Option<&'static str> {
        if self.step != Step::Fields || self.is_sending {
            return Some("A paste means nothing here.");
        }
        let note = match self.paste_login(pasted) {
            Some(note) => Some(note),
            None if self.focus == Field::Password => self.paste_secret(pasted),
            None => self.paste(pasted),
        };
        self.entry_mut(self.focus).note = note.map(str::to_owned);
        None
    }

    /// The keys of this page.
    fn hints(&self, context: &Context<'_>) -> Vec<Hint> {
        let hints: &[(&str, &str)] = match self.step {
            _ if self.is_sending => &[("ctrl-c", "leave at once")],
            Step::Type => &[("j k", "choose"), ("enter", "go on"), ("esc", "leave")],
            Step::Fields => {
                &[("enter", "next"), ("esc", "leave"), ("shift-tab", "back"), ("ctrl-u", "empty")]
            }
            Step::Places => &[("space", "choose"), ("enter", "review"), ("esc", "back")],
            Step::Review if matches!(self.check, Checked::Asking(_)) => {
                &[("s", "skip the check"), ("tab", "other button"), ("esc", "back")]
            }
            Step::Review => &[("enter", "press"), ("tab", "other button"), ("esc", "back")],
        };
        let vault = vault_step(context.inventory, context.vault);
        let vault = vault.filter(|_| self.step == Step::Places).map(|word| ("o", word));
        hints.iter().copied().chain(vault).map(|(key, word)| (key, word.to_owned())).collect()
    }

    fn draw(&self, frame: &mut Frame<'_>, body: Rect, context: &Context<'_>) {
        draw::draw(frame, body, self, context);
    }

    /// The registry answers on the last page, where nothing is typed.
    fn may_be_covered(&self) -> bool {
        self.step == Step::Review
    }

    fn fills_body(&self) -> bool {
        true
    }
}
