//! Checking logins against their registries: what runs, what was found, and what the person is asked about it.

use std::collections::{HashMap, HashSet};

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::app::check::history::Memory;
use crate::app::check::{CheckOptions, Job};
use crate::app::inventory::Source;
use crate::check::flow::{Report, host_of};
use crate::check::verdict::{Standing, Verdict};
use crate::credential::login::{Login, LoginId};
use crate::registry::image::Image;
use crate::text;
use crate::tui::dialog::ask_image::{AskImage, AskImageEvent};
use crate::tui::effect::Effect;
use crate::tui::jobs::{self, Outcome, Ticket};
use crate::tui::model::layers::Layer;
use crate::tui::model::permission::Permission;
use crate::tui::model::{Level, Model, Reason, Then, Toast};
use crate::tui::verdict;

/// What is known of logins from their registries.
#[derive(Debug, Default)]
pub struct Checks {
    found: HashMap<LoginId, Found>,
    memory: Memory,
    running: Option<Running>,
    paused: Option<Paused>,
    /// Registries that may be asked over plain http in this session.
    plain_http: Vec<String>,
}

/// What a check of a login found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// When the answer came, or came in an earlier run.
    pub at: Timestamp,
    /// What.
    pub verdict: Verdict,
    /// All of it, where the check was in this session.
    pub report: Option<Box<Report>>,
}

/// A check that goes on once the person allows it.
#[derive(Clone, Debug)]
struct Paused {
    what: Permission,
    /// For which login; `None` for the one in the form.
    id: Option<LoginId>,
    image: Option<Image>,
}

/// A check on its way.
#[derive(Debug)]
struct Running {
    ticket: Ticket,
    waiting: HashSet<LoginId>,
    total: usize,
    counts: Counts,
    image: Option<Image>,
}

/// How many logins turned out how.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    works: usize,
    refused: usize,
    other: usize,
}

impl Found {
    /// True where the file was written after the check: it may hold another secret by now.
    pub fn is_older_than(&self, source: &Source) -> bool {
        source.modified.is_some_and(|modified| modified > self.at)
    }

    fn seconds_since(&self, now: Timestamp) -> i64 {
        (now.as_second() - self.at.as_second()).max(0)
    }

    /// "works, 3m ago"
    pub fn words(&self, now: Timestamp) -> String {
        let past = self.seconds_since(now);
        let when = if past < 60 { "just now".to_owned() } else { format!("{} ago", text::rough(past)) };
        format!("{}, {when}", self.verdict.word())
    }

    /// Seconds until [`Self::words`] says something else.
    pub fn changes_in(&self, now: Timestamp) -> i64 {
        text::rough_step(self.seconds_since(now), true)
    }
}

impl Checks {
    /// What the last check of a login found.
    pub fn of(&self, id: &LoginId) -> Option<&Found> {
        self.found.get(id)
    }

    /// True while the registry is asked about this login.
    pub fn is_checking(&self, id: &LoginId) -> bool {
        self.running.as_ref().is_some_and(|running| running.waiting.contains(id))
    }

    /// How many logins of a check are done, and how many there are; `None` where none runs.
    pub fn progress(&self) -> Option<(usize, usize)> {
        let running = self.running.as_ref()?;
        Some((running.total - running.waiting.len(), running.total))
    }

    /// What the person allowed before.
    pub(super) fn options(&self, image: Option<Image>) -> CheckOptions {
        let (choices, plain_http) = (self.memory.choices(), self.plain_http.clone());
        CheckOptions { image, rate_limit: true, choices, plain_http, ..CheckOptions::default() }
    }

    /// Fills in what earlier runs found of these logins.
    pub(super) fn recall<'a>(&mut self, logins: impl Iterator<Item = &'a Login>) {
        let memory = self.memory.by_key();
        for login in logins {
            if !self.found.contains_key(&login.id)
                && let Some(last) = memory.last(&login.id)
                && let Some(verdict) = last.verdict()
            {
                self.found.insert(login.id.clone(), Found { at: last.at, verdict, report: None });
            }
        }
    }
}

impl Model {
    /// Earlier runs' verdicts and choices were read.
    pub(super) fn on_remembered(&mut self, answer: Outcome<Box<Memory>>) -> Vec<Effect> {
        match answer {
            Ok(memory) => self.checks.memory = *memory,
            Err(notice) => return self.complain(notice),
        }
        self.recall();
        self.touch();
        Vec::new()
    }

    /// Fills in what is remembered of the logins that are there now.
    pub(super) fn recall(&mut self) {
        let logins = self.inventory.logins.iter().chain(&self.secrets.inventory.logins);
        self.checks.recall(logins);
    }

    pub(super) fn may_check(&self) -> Result<(), Reason> {
        // The message and the questions name hosts.
        if self.privacy {
            return Err("privacy mode is on: press p first");
        }
        self.may_ask_registries()?;
        Job::of(self.selected().ok_or("no login is selected")?).map(|_| ())
    }

    pub(super) fn may_check_all(&self) -> Result<(), Reason> {
        self.may_ask_registries()?;
        if self.jobs_of_all().is_empty() { Err("there is no login to check") } else { Ok(()) }
    }

    fn may_ask_registries(&self) -> Result<(), Reason> {
        match self.checks.running {
            _ if self.demo => Err("the sample logins are made up; nothing is sent"),
            Some(_) => Err("a check is running; Esc stops it"),
            None => Ok(()),
        }
    }

    /// Every login that the list shows, also those beyond the screen.
    fn jobs_of_all(&self) -> Vec<Job> {
        let logins = self.list().places().filter_map(|at| self.listed().logins.get(at));
        logins.filter_map(|login| Job::of(login).ok()).collect()
    }

    pub(super) fn check(&mut self) -> Vec<Effect> {
        let job = self.selected().and_then(|login| Job::of(login).ok());
        self.start_check(job.into_iter().collect(), self.checks.options(None))
    }

    pub(super) fn check_all(&mut self) -> Vec<Effect> {
        let options = CheckOptions { rate_limit: false, ..self.checks.options(None) };
        self.start_check(self.jobs_of_all(), options)
    }

    /// Asks for the image whose pull is to be checked.
    pub(super) fn ask_image(&mut self) -> Vec<Effect> {
        if let Some(login) = self.selected() {
            self.layers.push(Layer::AskImage(AskImage::of(&login.id)));
        }
        self.hide()
    }

    /// A key while the image is asked for.
    pub(super) fn image_key(&mut self, mut asked: AskImage, key: KeyEvent) -> Vec<Effect> {
        match asked.on_key(key) {
            AskImageEvent::Stay => {
                self.layers.push(Layer::AskImage(asked));
                Vec::new()
            }
            AskImageEvent::Close => Vec::new(),
            AskImageEvent::Check(image) => {
                // The one that was asked about: the list may have moved since.
                let job = self.find(&asked.into_id()).and_then(|login| Job::of(login).ok());
                self.start_check(job.into_iter().collect(), self.checks.options(Some(image)))
            }
        }
    }

    fn start_check(&mut self, jobs: Vec<Job>, options: CheckOptions) -> Vec<Effect> {
        let mut effects = self.hide();
        if jobs.is_empty() {
            return effects;
        }
        let waiting: HashSet<_> = jobs.iter().map(|job| job.id.clone()).collect();
        let (total, image) = (jobs.len(), options.image.clone());
        let (ticket, start) = self.ticketed(jobs::Job::Check { logins: jobs, options: Box::new(options) });
        self.checks.running = Some(Running { ticket, waiting, total, counts: Counts::default(), image });
        effects.push(start);
        effects
    }

    /// Stops a check; what was found stays.
    pub(super) fn stop_check(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(running) = self.checks.running.take() else { return Vec::new() };
        let done = running.total - running.waiting.len();
        self.say(format!("Stopped after {done} of {} logins.", running.total), now);
        vec![Effect::Cancel(running.ticket)]
    }

    /// One login's result came.
    pub(super) fn on_checked(
        &mut self,
        ticket: Ticket,
        id: &LoginId,
        at: Timestamp,
        answer: Outcome<Box<Report>>,
    ) -> Vec<Effect> {
        let Some(running) = self.checks.running.as_mut().filter(|running| running.ticket == ticket) else {
            return Vec::new();
        };
        running.waiting.remove(id);
        let (is_alone, image) = (running.total == 1, running.image.clone());
        match answer.as_ref().map(|report| report.verdict.standing()) {
            Ok(Standing::Works) => running.counts.works += 1,
            Ok(Standing::Refused) => running.counts.refused += 1,
            Ok(_) | Err(_) => running.counts.other += 1,
        }
        self.touch();
        match answer {
            Ok(report) => {
                if is_alone {
                    self.tell_verdict(id, image, &report);
                }
                let found = Found { at, verdict: report.verdict, report: Some(report) };
                self.checks.found.insert(id.clone(), found);
                Vec::new()
            }
            Err(notice) if is_alone => self.complain(notice),
            Err(_) => Vec::new(),
        }
    }

    /// A check of one login is told in full, and asks where a person must decide.
    fn tell_verdict(&mut self, id: &LoginId, image: Option<Image>, report: &Report) {
        let name = self.find(id).map_or_else(String::new, |login| self.registry_name(login));
        if let Some(what) = Permission::of(report, host_of(&id.key))
            && self.ask(what.question(), Then::SendLogin)
        {
            self.checks.paused = Some(Paused { what, id: Some(id.clone()), image });
            return;
        }
        let sentence = format!("{name}: {}", verdict::sentence(report));
        let (level, lines) = match report.verdict.standing() {
            Standing::Works => (Level::Info, vec![sentence]),
            _ => (Level::Error, std::iter::once(sentence).chain(verdict::more(report)).collect()),
        };
        self.toast = Some(Toast { level, lines, until: None });
    }

    /// A whole check is over.
    pub(super) fn on_check_ended(
        &mut self,
        ticket: Ticket,
        answer: Outcome<()>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(running) = self.checks.running.take_if(|running| running.ticket == ticket) else {
            return Vec::new();
        };
        if let Err(notice) = answer {
            return self.complain(notice);
        }
        self.touch();
        match (&self.toast, running.total) {
            // What was found of one login is on the screen; it goes by itself like any message.
            (Some(Toast { level: Level::Info, lines, .. }), 1) => {
                let words = lines.join(" ");
                self.say(words, now);
            }
            (_, 1) => {}
            (_, total) => {
                let Counts { works, refused, other } = running.counts;
                self.say(
                    format!("Of {total} logins {works} accepted, {refused} refused, {other} not proved."),
                    now,
                );
            }
        }
        Vec::new()
    }

    /// The person said yes: the check is made again, and the login goes there.
    pub(super) fn send_login(&mut self) -> Vec<Effect> {
        let Some(Paused { what, id, image }) = self.checks.paused.take() else { return Vec::new() };
        let mut effects = Vec::new();
        match what {
            Permission::Realm(pair) => {
                self.checks.memory.choose(&pair, true);
                effects.push(self.start(jobs::Job::Choose { pair, allowed: true }));
            }
            Permission::PlainHttp(host) => self.checks.plain_http.push(host),
        }
        match id.map(|id| self.find(&id).and_then(|login| Job::of(login).ok())) {
            Some(job) => {
                let options = self.checks.options(image);
                effects.extend(self.start_check(job.into_iter().collect(), options));
            }
            None => effects.extend(self.check_form()),
        }
        effects
    }

    /// Asks what the check of the login in the form needs a yes for.
    pub(super) fn ask_for_form(&mut self, report: &Report, key: &str) {
        if let Some(what) = Permission::of(report, host_of(key))
            && self.ask(what.question(), Then::SendLogin)
        {
            self.checks.paused = Some(Paused { what, id: None, image: None });
        }
    }

    /// The login was changed: what was found of the old one says nothing of the new.
    pub(super) fn forget_verdicts(&mut self, key: &str) -> Effect {
        let host = host_of(key);
        self.checks.found.retain(|id, _| host_of(&id.key) != host);
        self.checks.memory.forget(&host);
        self.start(jobs::Job::ForgetChecks(host))
    }
}
