//! What the tests of the form share: a home folder, and a person in front of the screen.

use std::ffi::OsString;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use pullpass::app::inventory;
use pullpass::app::login::submission::Submission;
use pullpass::check::flow::Report;
use pullpass::check::verdict::Verdict;
use pullpass::error::Notice;
use pullpass::settings::Settings;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Ticket};
use pullpass::tui::message::Message;
use pullpass::tui::model::{Model, update};
use pullpass::tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::MARKER;
use super::player::{self, key, lines};
use super::vault::VAULT;

/// A token with the marker inside.
pub fn token() -> String {
    format!("ghp_{MARKER}DEMOdemoDEMOdemoDEMOdemo12345")
}

/// Docker's file with a login for Docker Hub, one of a team and one without a name.
pub fn some_logins() -> Value {
    json!({"auths": {
        "https://index.docker.io/v1/": {"auth": "amFuZWRvZTpvbGQtcGFzc3dvcmQ=", "email": "jane@example.com"},
        "quay.io/acme": {"auth": "YWNtZStjaTpvbGQtcGFzc3dvcmQ="},
        "contoso.azurecr.io": {"auth": "MDowOg==", "identitytoken": "old-token"},
    }})
}

/// The screen with a person in front of it.
pub struct Screen {
    pub model: Model,
    pub now: Timestamp,
    settings: Settings,
    home: TempDir,
    /// What the registry says of a login under review at once; `None` where a test answers by itself.
    pub registry: Option<Verdict>,
}

impl Screen {
    /// With docker's file as given, on 80 columns and 24 rows.
    pub fn of(docker: &Value) -> Self {
        Self::with(docker, &[])
    }

    /// With variables beside it.
    pub fn with(docker: &Value, variables: &[(&str, &str)]) -> Self {
        let home = TempDir::with_prefix("pullpass-form-").unwrap();
        let mut all: Vec<(String, OsString)> = vec![
            ("HOME".into(), home.path().into()),
            ("XDG_RUNTIME_DIR".into(), home.path().join("run").into()),
            ("LANG".into(), "C.UTF-8".into()),
        ];
        all.extend(variables.iter().map(|(name, value)| ((*name).into(), value.into())));
        let get =
            |name: &str| all.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let settings = Settings::from_environment(get);
        let (model, _load) = Model::new(&settings, false, (80, 24));
        // Noon, so that the day is the same in most of the world.
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let registry = Some(Verdict::Verified);
        let mut screen = Self { model, now, settings, home, registry };
        // There is a vault; what is in it is not asked here.
        screen.write_file(VAULT, "");
        screen.write_docker_file(docker);
        screen
    }

    /// Takes a file away.
    pub fn remove_file(&mut self, name: &str) {
        std::fs::remove_file(self.home.path().join(name)).unwrap();
        self.read();
    }

    /// docker would find the helper that we are.
    pub fn put_us_on_path(&mut self) {
        self.model.inventory.finds_us = true;
    }

    /// Another docker file, read at once.
    pub fn write_docker_file(&mut self, docker: &Value) {
        self.write_file(".docker/config.json", &docker.to_string());
    }

    /// Another file, read at once.
    pub fn write_file(&mut self, name: &str, text: &str) {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self.read();
    }

    fn read(&mut self) {
        let found = inventory::read(&self.settings, self.now);
        let _asked = self.told(Answer::Loaded(Ok(Box::new(found))));
    }

    /// The settings of a program that runs here.
    pub fn settings(&self) -> Settings {
        self.settings.clone()
    }

    pub fn tell(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = update(&mut self.model, message, self.now);
        if let Some(verdict) = self.registry
            && let Some(ticket) = check_in(&effects)
        {
            effects.retain(|effect| !matches!(effect, Effect::Start(_, Job::CheckForm { .. })));
            effects.extend(self.checked(ticket, Ok(player::report(verdict))));
        }
        effects
    }

    /// Answers the job with this ticket.
    pub fn answer(&mut self, ticket: Ticket, answer: Answer) -> Vec<Effect> {
        self.tell(Message::Answer(ticket, answer))
    }

    /// Answers a job whose answer is taken whenever it comes.
    pub fn told(&mut self, answer: Answer) -> Vec<Effect> {
        self.answer(0, answer)
    }

    /// Answers [`Job::CheckForm`].
    pub fn checked(&mut self, ticket: Ticket, answer: Result<Report, Notice>) -> Vec<Effect> {
        self.answer(ticket, Answer::FormChecked(answer.map(Box::new)))
    }

    /// Presses keys by their names, separated by blanks.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        keys.split_whitespace().flat_map(|name| self.key(key(name))).collect()
    }

    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        self.tell(Message::Input(Event::Key(key)))
    }

    /// Types a text, character by character.
    pub fn write(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| self.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))).collect()
    }

    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.tell(Message::Input(Event::Paste(text.into())))
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let _effects = self.tell(Message::Input(Event::Resize(columns, rows)));
    }

    /// Types each text and presses Enter after it.
    pub fn fill(&mut self, texts: &[&str]) {
        for text in texts {
            let effects: Vec<_> = self.write(text).into_iter().chain(self.press("enter")).collect();
            assert!(effects.is_empty(), "{effects:?}");
        }
    }

    /// An open form for Docker Hub, with all fields filled in: on the page of the places.
    pub fn filled(docker: &Value) -> Self {
        let mut screen = Self::of(docker);
        screen.press("a enter");
        screen.fill(&["my-secret", "janedoe", &format!("pw-{MARKER}"), "jane@example.com", "90d"]);
        screen
    }

    pub fn draw(&self) -> Buffer {
        let (columns, rows) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| view::draw(&self.model, frame, self.now)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The screen as lines of text.
    pub fn text(&self) -> String {
        lines(&self.draw()).join("\n")
    }

    /// The words on the screen, as if no line were too short for them.
    pub fn words(&self) -> String {
        let text: String = self.text().replace(['│', '─', '┌', '┐', '└', '┘'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails where the words are not on the screen.
    pub fn shows(&self, words: &str) {
        assert!(self.words().contains(words), "{words:?} is not on\n{}", self.text());
    }

    /// Fails where the words are on the screen.
    pub fn hides(&self, words: &str) {
        assert!(!self.words().contains(words), "{words:?} is on\n{}", self.text());
    }
}

/// The ticket of the check of the form among these effects.
pub fn check_in(effects: &[Effect]) -> Option<Ticket> {
    effects.iter().find_map(|effect| match effect {
        Effect::Start(ticket, Job::CheckForm { .. }) => Some(*ticket),
        _ => None,
    })
}

/// The one submission among the effects.
pub fn submission(effects: Vec<Effect>) -> Submission {
    match effects.into_iter().next() {
        Some(Effect::Start(_, Job::Submit(submission))) => *submission,
        other => panic!("not a submission: {other:?}"),
    }
}
