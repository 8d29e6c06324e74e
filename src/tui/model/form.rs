//! The form over the list: what it is filled in from, its check, and what it is asked for before it is carried out.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::app::inventory::Inventory;
use crate::app::login::destination::{self, Destination, Target};
use crate::app::login::submission::Submission;
use crate::check::flow::Report;
use crate::credential::login::Login;
use crate::text;
use crate::tui::dialog::Context;
use crate::tui::dialog::confirm::Confirm;
use crate::tui::dialog::form::{Checked, Form, FormEvent, Step};
use crate::tui::effect::Effect;
use crate::tui::jobs::{Changed, Job, Outcome, Ticket};
use crate::tui::model::layers::Layer;
use crate::tui::model::{Model, Reason, Tab, Then};

impl Model {
    pub(super) fn may_add(&self) -> Result<(), Reason> {
        self.loaded.then_some(()).ok_or("the files are being read")
    }

    pub(super) fn may_edit(&self) -> Result<(), Reason> {
        self.row()?;
        let not_editable = self.edited().and_then(|(found, login)| destination::not_editable(found, login));
        not_editable.map_or(Ok(()), Err)
    }

    /// Opens the form, empty.
    pub(super) fn add(&mut self) -> Vec<Effect> {
        let is_secret = self.tab == Tab::Secrets;
        let form = Form::new(self.secrets.names(), is_secret);
        self.layers.push(Layer::Form(Box::new(form)));
        self.hide()
    }

    /// Opens the form, filled in from what the selected row stands for.
    pub(super) fn edit(&mut self) -> Vec<Effect> {
        if let Some((inventory, login)) = self.edited() {
            let place = self.place_for_docker(login).unwrap_or_else(|| destination::of(inventory, login));
            let form = Form::edit(login, place, self.secrets.names());
            self.layers.push(Layer::Form(Box::new(form)));
        }
        self.hide()
    }

    /// What an edit of the selected row changes, and where it was found. A login that a tool gets from the vault is changed
    /// there, with the name and the reminder that no other place has.
    pub fn edited(&self) -> Option<(&Inventory, &Login)> {
        let login = self.selected()?;
        let kept = &self.secrets.inventory;
        let record =
            login.is_ours().then(|| kept.logins.iter().find(|secret| secret.is_login_of(&login.id.key)));
        Some(record.flatten().map_or((self.listed(), login), |record| (kept, record)))
    }

    /// The place in the vault that docker's file leads to, where it is a row of that file that is changed.
    fn place_for_docker(&self, edited: &Login) -> Option<Destination> {
        let row = self.selected().filter(|row| row.is_ours() && edited.named.is_some())?;
        let is_dockers = destination::of(self.listed(), row) == Destination::Docker;
        let targets = destination::targets(&self.inventory, &edited.id.key);
        let is_there = |target: &Target| {
            target.destination == Destination::VaultForDocker && target.unavailable.is_none()
        };
        (is_dockers && targets.iter().any(is_there)).then_some(Destination::VaultForDocker)
    }

    /// A key while the form has the keyboard.
    pub(super) fn form_key(&mut self, mut form: Box<Form>, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        let (was_reviewed, asked) = (form.step() == Step::Review, form.asking());
        let event = form.on_key(key, &self.context(now));
        let is_new_review = form.step() == Step::Review && !was_reviewed;
        let mut effects: Vec<Effect> = form.abandoned_check(asked).map(Effect::Cancel).into_iter().collect();
        if !matches!(event, FormEvent::Close) {
            self.layers.push(Layer::Form(form));
        }
        if is_new_review {
            effects.extend(self.check_form());
        }
        effects.extend(self.on_form_event(event, now));
        effects
    }

    /// Lets the form, where one is open, see the world.
    pub(super) fn with_form<T>(
        &mut self,
        now: Timestamp,
        act: impl FnOnce(&mut Form, &Context<'_>) -> T,
    ) -> Option<T> {
        let mut layers = std::mem::take(&mut self.layers);
        let answer = layers.form_mut().map(|form| act(form, &self.context(now)));
        self.layers = layers;
        answer
    }

    /// Asks the registry about the login under review. The sample home has no registry.
    pub(super) fn check_form(&mut self) -> Vec<Effect> {
        let reviewed = self.layers.form().filter(|_| !self.demo).and_then(Form::reviewed);
        let Some(submission) = reviewed.cloned().map(Box::new) else { return Vec::new() };
        let options = Box::new(self.checks.options(None));
        let (ticket, start) = self.ticketed(Job::CheckForm { submission, options });
        if let Some(form) = self.layers.form_mut() {
            form.set_check(Checked::Asking(ticket));
        }
        vec![start]
    }

    pub(super) fn on_form_checked(&mut self, ticket: Ticket, answer: Outcome<Box<Report>>) -> Vec<Effect> {
        let is_asked = |form: &&mut Form| form.asking() == Some(ticket);
        let Some(form) = self.layers.form_mut().filter(is_asked) else { return Vec::new() };
        let key = form.reviewed().map(|submission| submission.registry_key.clone());
        let report = answer.as_ref().ok().cloned();
        form.set_check(answer.map_or_else(Checked::Failed, Checked::Found));
        self.touch();
        if let (Some(report), Some(key)) = (report, key) {
            self.ask_for_form(&report, &key);
        }
        Vec::new()
    }

    pub(super) fn on_form_event(&mut self, event: FormEvent, now: Timestamp) -> Vec<Effect> {
        match event {
            FormEvent::Stay | FormEvent::Close => {}
            FormEvent::AskLeave => {
                self.ask(leave_question(), Then::LeaveForm);
            }
            FormEvent::AskPlain(targets) => {
                let question = self.plain_question(&targets);
                self.ask(question, Then::AllowPlainFile);
            }
            FormEvent::Unlock => return self.open_unlock(now),
            FormEvent::AskRefused => {
                self.ask(refused_question(), Then::SubmitRefused);
            }
            FormEvent::Submit(submission) => return vec![self.start(Job::Submit(submission))],
        }
        Vec::new()
    }

    fn plain_question(&self, targets: &[Target]) -> Confirm {
        let files = targets.iter().filter_map(|target| target.file.as_deref());
        let files: Vec<String> = files.map(|file| text::short_path(file, self.home.as_deref())).collect();
        Confirm {
            title: "Keep the password in a plain file?".into(),
            lines: vec![
                format!("{} would hold it in base64, which is no encryption.", files.join(" and ")),
                "Every program that you run, every backup and everyone who gets the file can read it.".into(),
                if self.inventory.has_vault {
                    "The vault keeps it encrypted.".into()
                } else {
                    "A vault would keep it encrypted: choose another place, and o makes one.".into()
                },
            ],
            safe_word: "Choose another place",
            danger_word: "Use the plain file",
            typed: None,
        }
    }

    /// The form was carried out, or not: then everything that was typed is still there.
    pub(super) fn on_submitted(&mut self, answer: Outcome<Changed>, now: Timestamp) -> Vec<Effect> {
        match answer {
            Ok(changed) => {
                let form = self.layers.take_form();
                let handed_in = form.as_ref().and_then(|form| form.reviewed());
                if let Some(submission) = handed_in {
                    self.want(submission);
                }
                let forget = handed_in.map(|submission| self.forget_verdicts(&submission.registry_key));
                forget.into_iter().chain(self.on_changed(Ok(changed), now)).collect()
            }
            Err(notice) => {
                if let Some(form) = self.layers.form_mut() {
                    form.submission_failed();
                }
                // The places may be others than they were: the vault locked, a file broken.
                self.complain(notice).into_iter().chain(self.load()).collect()
            }
        }
    }

    /// What was handed in is selected once it is there.
    fn want(&mut self, submission: &Submission) {
        if submission.destinations.iter().any(|place| place.is_vault()) {
            self.secrets_list.want(&submission.name);
        }
        if submission.destinations != [Destination::Vault] {
            self.logins.want(&submission.registry_key);
        }
    }
}

fn refused_question() -> Confirm {
    Confirm {
        title: "Save a login that the registry refuses?".into(),
        lines: vec!["The registry does not accept it as it is; tools that use it will fail.".into()],
        safe_word: "Back to the review",
        danger_word: "Save it all the same",
        typed: None,
    }
}

fn leave_question() -> Confirm {
    Confirm {
        title: "Leave the form?".into(),
        lines: vec!["Leave and lose what was typed?".into()],
        safe_word: "Stay",
        danger_word: "Leave",
        typed: None,
    }
}
