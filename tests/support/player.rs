//! Plays the person and the machine around the screen: presses keys, lets time pass, answers what the model asks for.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use pullpass::app::Context;
use pullpass::app::inventory::{self, Inventory, Listings};
use pullpass::app::login::fetch;
use pullpass::app::login::fetch::Fetched;
use pullpass::app::vault::rows;
use pullpass::app::vault::rows::Secrets;
use pullpass::app::which::used_by::{ToolView, used_by};
use pullpass::app::which::{self, Who};
use pullpass::check::flow;
use pullpass::check::verdict::Verdict;
use pullpass::clock::FixedClock;
use pullpass::credential::Credential;
use pullpass::credential::diagnostic::Diagnostics;
use pullpass::credential::login::{Login, LoginId};
use pullpass::credential::token;
use pullpass::credential_helper::Listed;
use pullpass::error::Notice;
use pullpass::registry::key;
use pullpass::secret::Secret;
use pullpass::settings::Settings;
use pullpass::tui::clipboard::Route;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Ticket};
use pullpass::tui::message::Message;
use pullpass::tui::model::{Model, update};
use pullpass::tui::view;
use pullpass::vault::Access;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::home::Home;
use super::{after, now};

/// The home folder on the pictures: a temporary folder's name would be another one each time.
const SHOWN_HOME: &str = "/home/jane";

/// The screen with a person in front of it.
pub struct Player {
    /// The state of the screen.
    pub model: Model,
    /// The time.
    pub now: Timestamp,
    settings: Settings,
    home: Home,
    /// What the registry says of a login in the form at once; `None` where a test answers by itself.
    pub registry: Option<Verdict>,
}

impl Player {
    /// Before anything was read, on 80 columns and 24 rows.
    pub fn start(home: &Home, variables: &[(&str, &str)]) -> (Self, Vec<Effect>) {
        let settings = home.settings(variables);
        let mut shown = settings.clone();
        shown.locations.home = Some(SHOWN_HOME.into());
        let (model, effects) = Model::new(&shown, false, (80, 24));
        (Self { model, now: now(), settings, home: home.clone(), registry: None }, effects)
    }

    /// With the files read. The helpers were asked and have not answered.
    pub fn of(home: &Home, variables: &[(&str, &str)]) -> Self {
        let (mut player, _load) = Self::start(home, variables);
        player.registry = Some(Verdict::Verified);
        let _asked = player.read_files();
        player
    }

    /// With the files and the vault read, on the page of the secrets.
    pub fn of_secrets(home: &Home, variables: &[(&str, &str)]) -> Self {
        let mut player = Self::of(home, variables);
        let effects = player.read_vault();
        assert!(effects.is_empty(), "{effects:?}");
        player.press("2");
        player
    }

    /// The home folder that it plays in.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Tells the model what happened.
    pub fn tell(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = update(&mut self.model, message, self.now);
        let check =
            effects.iter().position(|effect| matches!(effect, Effect::Start(_, Job::CheckForm { .. })));
        if let (Some(verdict), Some(at)) = (self.registry, check)
            && let Effect::Start(ticket, Job::CheckForm { .. }) = effects.remove(at)
        {
            let answer = Ok(Box::new(report(verdict)));
            effects.extend(self.answer(ticket, Answer::FormChecked(answer)));
        }
        let uses = effects.iter().position(|effect| matches!(effect, Effect::Start(_, Job::Uses { .. })));
        if let Some(Effect::Start(ticket, Job::Uses { login, listings })) = uses.map(|at| effects.remove(at))
        {
            let answer = Answer::Uses(Ok(self.uses(*login, &listings)));
            effects.extend(self.answer(ticket, answer));
        }
        effects
    }

    /// Who uses a login, as the program finds it out.
    fn uses(&self, mut login: Login, listings: &Listings) -> Vec<ToolView> {
        let real_home = self.settings.locations.home.as_deref().unwrap();
        login.id.source = login.id.source.replace(SHOWN_HOME, &real_home.display().to_string()).into();
        let mut snapshot = which::snapshot(&self.settings, listings, Who::Me);
        used_by(&mut snapshot, &login, Some(real_home))
    }

    /// Answers the job with this ticket.
    pub fn answer(&mut self, ticket: Ticket, answer: Answer) -> Vec<Effect> {
        self.tell(Message::Answer(ticket, answer))
    }

    /// Answers a job whose answer is taken whenever it comes.
    pub fn told(&mut self, answer: Answer) -> Vec<Effect> {
        self.answer(0, answer)
    }

    /// Answers [`Job::Load`] with the files as they are.
    pub fn read_files(&mut self) -> Vec<Effect> {
        let found = self.found();
        self.told(Answer::Loaded(Ok(Box::new(found))))
    }

    /// What the files hold now, in the home that is shown.
    pub fn found(&self) -> Inventory {
        let mut found = inventory::read(&self.settings, self.now);
        self.lead_to_shown_home(&mut found);
        found
    }

    fn lead_to_shown_home(&self, found: &mut Inventory) {
        let real_home = self.settings.locations.home.as_ref().unwrap().display().to_string();
        for source in &mut found.sources {
            source.place.name = source.place.name.replace(&real_home, SHOWN_HOME).into();
        }
        for login in &mut found.logins {
            login.id.source = login.id.source.replace(&real_home, SHOWN_HOME).into();
        }
    }

    /// Answers [`Job::ReadVault`] with the vault as it is.
    pub fn read_vault(&mut self) -> Vec<Effect> {
        let found = self.found_secrets();
        self.told(Answer::VaultRead(Ok(Box::new(found))))
    }

    /// What the vault holds now, in the home that is shown.
    pub fn found_secrets(&self) -> Secrets {
        let mut found = rows::read(&Access::new(self.settings.vault.clone()), self.now);
        self.lead_to_shown_home(&mut found.inventory);
        found
    }

    /// The settings of a program that runs here.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Presses keys by their names, separated by blanks.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        keys.split(' ').flat_map(|name| self.tell(Message::Input(Event::Key(key(name))))).collect()
    }

    /// Types each character of a text.
    pub fn write(&mut self, text: &str) -> Vec<Effect> {
        let keys = text.chars().map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        keys.flat_map(|key| self.tell(Message::Input(Event::Key(key)))).collect()
    }

    /// Pastes.
    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.tell(Message::Input(Event::Paste(text.into())))
    }

    /// Changes the size.
    pub fn resize(&mut self, columns: u16, rows: u16) -> Vec<Effect> {
        self.tell(Message::Input(Event::Resize(columns, rows)))
    }

    /// Lets time pass, and wakes the model once at the end of it.
    pub fn wait(&mut self, seconds: i64) -> Vec<Effect> {
        self.now = after(self.now, seconds);
        self.tell(Message::Wake)
    }

    /// Selects a login by the name of its registry, or a secret by its own.
    pub fn select(&mut self, registry: &str) {
        self.press("home");
        for _ in 0..self.model.list().len() {
            if self.selected() == registry {
                return;
            }
            self.press("j");
        }
        panic!("{registry} is not in the list: {:?}", self.rows());
    }

    /// The name of the selected registry or secret.
    pub fn selected(&self) -> String {
        self.model.selected().map_or_else(String::new, name_of)
    }

    /// Which login is selected.
    pub fn selected_id(&self) -> LoginId {
        self.model.selected().unwrap().id.clone()
    }

    /// The names on the screen, from the top.
    pub fn rows(&self) -> Vec<String> {
        let logins = &self.model.listed().logins;
        self.model.list().on_screen().map(|at| name_of(&logins[at])).collect()
    }

    /// Answers [`Job::Fetch`] of a login that its file holds, as the program does it.
    pub fn fetch_from_file(&mut self, ticket: Ticket, id: &LoginId) -> Vec<Effect> {
        let mut real = id.clone();
        let real_home = self.settings.locations.home.as_ref().unwrap().display().to_string();
        real.source = real.source.replace(SHOWN_HOME, &real_home).into();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ctx = Context::new(self.settings.clone(), FixedClock(self.now));
        let fetched = runtime.block_on(fetch::fetch(&ctx, &real));
        let answer = fetched.map(Box::new).map_err(Notice::from);
        self.answer(ticket, Answer::Fetched(answer))
    }

    /// Presses r on the selected login of a file and answers what it asks for.
    pub fn reveal(&mut self) -> Vec<Effect> {
        let (ticket, id) = fetch_in(&self.press("r"));
        self.fetch_from_file(ticket, &id)
    }

    /// Answers [`Job::Fetch`] with this secret.
    pub fn fetched(&mut self, ticket: Ticket, id: &LoginId, username: &str, secret: &str) -> Vec<Effect> {
        let answer = Ok(Box::new(fetched(&id.key, username, secret, self.now)));
        self.answer(ticket, Answer::Fetched(answer))
    }

    /// Answers [`Job::Copy`]: it is on the desktop's clipboard.
    pub fn copied(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.answer(ticket, Answer::Copied(Ok(Route::Desktop)))
    }

    /// Answers [`Job::List`] with keys and user names.
    pub fn listed(&mut self, helper: &str, logins: &[(&str, &str)]) -> Vec<Effect> {
        let one =
            |(key, username): &(&str, &str)| Listed { key: (*key).into(), username: (*username).into() };
        let answer = Ok(logins.iter().map(one).collect());
        self.told(Answer::Listed(helper.into(), answer))
    }

    /// Answers [`Job::List`] with the reason why there is none.
    pub fn not_listed(&mut self, helper: &str, reason: &str) -> Vec<Effect> {
        self.told(Answer::Listed(helper.into(), Err(Arc::from(reason))))
    }

    /// What is on the screen at an instant.
    pub fn draw_at(&self, now: Timestamp) -> Buffer {
        self.picture(self.model.size, now)
    }

    /// What is on a screen of another size than the model knows of.
    pub fn draw_on(&self, size: (u16, u16)) -> Buffer {
        self.picture(size, self.now)
    }

    fn picture(&self, (columns, rows): (u16, u16), now: Timestamp) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| view::draw(&self.model, frame, now)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// What is on the screen now.
    pub fn draw(&self) -> Buffer {
        self.draw_at(self.now)
    }

    /// The screen as lines of text.
    pub fn text(&self) -> String {
        lines(&self.draw()).join("\n")
    }

    /// The words on the screen, without the frames and as if no line were too short for them.
    pub fn words(&self) -> String {
        let text: String =
            self.text().chars().filter(|c| !matches!(c, '│' | '─' | '┌' | '┐' | '└' | '┘')).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The lines of the message that is shown, or nothing.
    pub fn toast(&self) -> String {
        self.model.toast.as_ref().map_or_else(String::new, |toast| toast.lines.join(" "))
    }

    /// True while a secret is shown.
    pub fn is_revealed(&self) -> bool {
        self.model.reveal.is_some()
    }
}

fn name_of(login: &Login) -> String {
    let registry = || key::display_name(&login.id.key).into_owned();
    login.named.as_ref().map_or_else(registry, |named| named.name.to_string())
}

/// The lines of a buffer, without the blanks at their ends.
pub fn lines(buffer: &Buffer) -> Vec<String> {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(|y| row(y).trim_end().to_owned()).collect()
}

/// A key by its name in the action table, or by the character that it types.
pub fn key(name: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let name = match name.strip_prefix("ctrl-") {
        Some(rest) => {
            modifiers = KeyModifiers::CONTROL;
            rest
        }
        None => name,
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "f1" => KeyCode::F(1),
        "f5" => KeyCode::F(5),
        name => KeyCode::Char(name.chars().next().expect("a key")),
    };
    KeyEvent::new(code, modifiers)
}

/// What a secret says of itself, as the program finds it out.
pub fn fetched(host_key: &str, username: &str, secret: &str, now: Timestamp) -> Fetched {
    let token = token::classify(host_key, username, secret.as_bytes(), None, now);
    Fetched {
        credential: Credential::new(username, Secret::from_text(secret.into())),
        claims: token::decode(secret.as_bytes()),
        kind: token.kind,
        expiry: token.expiry,
        warnings: Diagnostics::default(),
    }
}

/// What a check of some login tells.
pub fn report(verdict: Verdict) -> flow::Report {
    let login = flow::Login::RegistryToken(Secret::from_text(super::MARKER.into()));
    flow::Report::new(&flow::Question::new("ghcr.io", login), verdict)
}

/// The jobs that these effects start.
pub fn jobs(effects: &[Effect]) -> Vec<Job> {
    let start = |effect: &Effect| match effect {
        Effect::Start(_, job) => Some(job.clone()),
        _ => None,
    };
    effects.iter().filter_map(start).collect()
}

/// The one fetch among these effects.
pub fn fetch_in(effects: &[Effect]) -> (Ticket, LoginId) {
    match effects {
        [.., Effect::Start(ticket, Job::Fetch(id))] => (*ticket, id.clone()),
        other => panic!("no fetch in {other:?}"),
    }
}

/// The ticket of the one copy among these effects.
pub fn copy_in(effects: &[Effect]) -> Ticket {
    match effects {
        [.., Effect::Start(ticket, Job::Copy(..))] => *ticket,
        other => panic!("no copy in {other:?}"),
    }
}
