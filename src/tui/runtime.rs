//! The loop around the model: waits for something to happen, tells the model, does what it wants, draws.
//!
//! There is no tick. Between two events the process sleeps; the model names the next instant at which the screen has
//! to change, if there is one.

mod alarm;
mod input;
mod signals;

use std::io;
use std::sync::Arc;

use crossterm::event::{Event, KeyEventKind};
use tokio::runtime::{Builder, Handle};
use tokio::sync::Notify;

use crate::app::Context;
use crate::clock::{Clock as _, SystemClock};
use crate::error::{Error, Result, plain_reason};
use crate::hardening;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Answered, Jobs};
use crate::tui::message::Message;
use crate::tui::model::{Model, update};
use crate::tui::terminal::{self, Guard, Screen, lost};
use crate::tui::view;
use alarm::Alarm;
use input::Input;
use signals::{Request, Signals};

/// How many events are taken in before a frame is drawn, however many more are ready: a held key must show.
const EVENTS_A_FRAME: usize = 256;

/// Shows the screens until the user or a signal ends them. `demo` says that the logins are samples.
///
/// # Errors
/// There is no terminal to draw on, or it is gone. The terminal is in its old modes by then.
pub fn run(ctx: Context, demo: bool) -> Result<()> {
    terminal::check(&ctx.settings.terminal)?;
    hardening::protect();
    // The screen waits on this thread, timer and all: a countdown wakes one thread a second and no other.
    let screen = Builder::new_current_thread().enable_all().build().map_err(not_started)?;
    // The jobs have threads of their own: a job's panic must not be the screen's, nor its work the screen's delay.
    let workers = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(not_started)?;
    let outcome = screen.block_on(show(ctx, demo, workers.handle().clone()));
    // A file that does not answer must not hold the program.
    workers.shutdown_background();
    outcome
}

async fn show(ctx: Context, demo: bool, workers: Handle) -> Result<()> {
    // Before the modes, so that no signal ends us between the two.
    let mut signals = Signals::new().map_err(not_started)?;
    let _guard = Guard::enter()?;
    let (mut ui, first_effects) = Ui::new(ctx, demo, workers).map_err(lost)?;
    let ended = ui.live(first_effects, &mut signals).await;
    // However it ended, a change that is being written is not cut short.
    let last = ui.jobs.finish().await;
    ended?;
    if let Some(sequence) = last {
        ui.screen.emit(sequence.expose()).map_err(lost)?;
    }
    Ok(())
}

fn not_started(error: io::Error) -> Error {
    Error::failed(format!("Could not start: {}.", plain_reason(&error))).because(error)
}

/// What woke the loop.
enum Happened {
    Told(Message),
    Answered(Answered),
    Pause,
    Nothing,
}

/// The screen, what it shows, and the work behind it.
struct Ui {
    model: Model,
    screen: Screen,
    jobs: Jobs,
    files_changed: Arc<Notify>,
    /// The revision on the screen; `None` where it must be drawn whatever it is.
    drawn: Option<u64>,
    pause: bool,
    done: bool,
}

impl Ui {
    fn new(ctx: Context, demo: bool, workers: Handle) -> io::Result<(Self, Vec<Effect>)> {
        let screen = Screen::new()?;
        let (model, effects) = Model::new(&ctx.settings, demo, screen.size()?);
        let files_changed = Arc::new(Notify::new());
        let jobs = Jobs::new(ctx, Arc::clone(&files_changed), workers);
        Ok((Self { model, screen, jobs, files_changed, drawn: None, pause: false, done: false }, effects))
    }

    /// Goes on until the user or a signal ends it, or the terminal is lost.
    async fn live(&mut self, first_effects: Vec<Effect>, signals: &mut Signals) -> Result<()> {
        // A picture first: only then are files read.
        self.draw()?;
        let mut input = Input::start().map_err(not_started)?;
        let mut alarm = Alarm::new().map_err(not_started)?;
        self.carry_out(first_effects)?;
        while !self.done {
            self.draw()?;
            let happened = self.wait(signals, &mut input, &mut alarm).await;
            self.take(happened)?;
            self.take_what_is_ready(&mut input)?;
            if std::mem::take(&mut self.pause) && terminal::can_suspend() {
                input.stop().await;
                self.suspend()?;
                input = Input::start().map_err(not_started)?;
            }
        }
        Ok(())
    }

    /// Sleeps until something happens. Signals come first: they must get through a flood of input.
    async fn wait(&mut self, signals: &mut Signals, input: &mut Input, alarm: &mut Alarm) -> Happened {
        let now = SystemClock.now();
        let due = self.model.next_wakeup(now);
        tokio::select! { biased;
            asked = signals.next() => match asked {
                Request::End => Happened::Told(Message::Terminate),
                Request::Pause => Happened::Pause,
            },
            Some(answered) = self.jobs.next() => Happened::Answered(answered),
            () = self.files_changed.notified() => Happened::Told(Message::FilesChanged),
            event = input.next() => heard(event),
            () = alarm.rings(due, now) => {
                let is_due = due.is_some_and(|due| SystemClock.now() >= due);
                if is_due { Happened::Told(Message::Wake) } else { Happened::Nothing }
            }
        }
    }

    fn take(&mut self, happened: Happened) -> Result<()> {
        match happened {
            Happened::Told(message) => self.tell(message),
            Happened::Answered(Answered { ticket, sequence, answer }) => {
                if let Some(sequence) = sequence {
                    self.screen.emit(sequence.expose()).map_err(lost)?;
                }
                self.tell(Message::Answer(ticket, answer))
            }
            Happened::Pause => {
                self.pause = true;
                Ok(())
            }
            Happened::Nothing => Ok(()),
        }
    }

    /// Takes in what came meanwhile, so that all of it costs one frame.
    fn take_what_is_ready(&mut self, input: &mut Input) -> Result<()> {
        for _ in 0..EVENTS_A_FRAME {
            if self.done || self.pause {
                break;
            }
            let job = self.jobs.try_next().map(Happened::Answered);
            match job.or_else(|| input.try_next().map(|event| heard(Some(event)))) {
                Some(happened) => self.take(happened)?,
                None => break,
            }
        }
        Ok(())
    }

    fn tell(&mut self, message: Message) -> Result<()> {
        if let Message::Input(Event::Resize(..)) = message {
            self.drawn = None;
        }
        let effects = update(&mut self.model, message, SystemClock.now());
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Result<()> {
        for effect in effects {
            match effect {
                Effect::Quit => self.done = true,
                Effect::Suspend => self.pause = true,
                Effect::Redraw => self.forget_screen()?,
                Effect::Start(ticket, job) => self.jobs.start(ticket, job),
                Effect::Cancel(ticket) => self.jobs.cancel(ticket),
            }
        }
        Ok(())
    }

    fn suspend(&mut self) -> Result<()> {
        self.tell(Message::Suspended)?;
        terminal::suspend()?;
        self.forget_screen()?;
        self.tell(Message::Wake)
    }

    fn forget_screen(&mut self) -> Result<()> {
        self.drawn = None;
        self.screen.forget().map_err(lost)
    }

    /// Draws, where the screen could look different from what is on it.
    fn draw(&mut self) -> Result<()> {
        let revision = Some(self.model.revision());
        if self.drawn != revision {
            let (model, now) = (&self.model, SystemClock.now());
            self.screen.draw(|frame| view::draw(model, frame, now)).map_err(lost)?;
            self.drawn = revision;
        }
        Ok(())
    }
}

/// What the terminal sent. Without a next event the terminal is gone.
fn heard(event: Option<io::Result<Event>>) -> Happened {
    match event {
        None | Some(Err(_)) => Happened::Told(Message::Terminate),
        // Windows reports both halves of a key press.
        Some(Ok(Event::Key(key))) if key.kind == KeyEventKind::Release => Happened::Nothing,
        Some(Ok(event)) => Happened::Told(Message::Input(event)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    #[test]
    fn a_key_counts_when_it_goes_down_and_while_it_is_held() {
        let table =
            [(KeyEventKind::Press, true), (KeyEventKind::Repeat, true), (KeyEventKind::Release, false)];
        for (kind, counts) in table {
            let key = KeyEvent::new_with_kind(KeyCode::Char('j'), KeyModifiers::NONE, kind);
            let happened = heard(Some(Ok(Event::Key(key))));
            assert_eq!(matches!(happened, Happened::Told(Message::Input(_))), counts, "{kind:?}");
        }
    }

    #[test]
    fn a_terminal_that_is_gone_ends_the_program() {
        for event in [None, Some(Err(io::Error::other("gone")))] {
            assert!(matches!(heard(event), Happened::Told(Message::Terminate)));
        }
    }
}
