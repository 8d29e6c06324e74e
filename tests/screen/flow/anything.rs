//! Whatever a person types, pastes and does to the window: nothing breaks, nothing is written, no secret shows.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use pullpass::app::describe::Fact;
use pullpass::app::inventory::Inventory;
use pullpass::app::vault::rows::{Secrets, Unlock};
use pullpass::check::flow;
use pullpass::check::verdict::Verdict;
use pullpass::error::Notice;
use pullpass::tui::clipboard::Route;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Changed, Job, Made, Planned};
use pullpass::tui::message::Message;
use pullpass::tui::model::{Layer, Then};

use crate::support::player::{Player, key, report};
use crate::support::vault::{locked, some_secrets};
use crate::support::{MARKER, leaks, now};

/// Cases and things that happen in each: a hundred thousand in all.
const CASES: u32 = 200;
const EVENTS: usize = 500;

/// Keys that do something, by the names of the action table.
const KEYS: &[&str] = &[
    "j",
    "k",
    "g",
    "G",
    "enter",
    "esc",
    "h",
    "l",
    "r",
    "r",
    "r",
    "y",
    "s",
    "u",
    "a",
    "c",
    "i",
    "/",
    "n",
    "e",
    "d",
    "d",
    "d",
    "d",
    "d",
    "d",
    "1",
    "2",
    "o",
    "p",
    "R",
    "?",
    "q",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pgup",
    "pgdn",
    "m",
    "m",
    "v",
    "v",
    "V",
    "I",
    "ctrl-d",
    "ctrl-u",
    "ctrl-f",
    "ctrl-b",
    "ctrl-l",
    "ctrl-z",
    "ctrl-c",
    "ctrl-w",
    "backspace",
    "delete",
    "tab",
    "space",
    "f1",
    "f5",
    "x",
    "!",
    ":",
];

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    Key(KeyEvent),
    Paste(&'static str),
    Resize(u16, u16),
    Focus(bool),
    /// So many seconds pass.
    Wait(i64),
    FilesChanged,
    Suspended,
    /// The oldest question is answered, well or not.
    Answer(bool),
}

/// Texts that somebody may paste.
const PASTES: &[&str] = &["", "ghcr", "is:expired", "a\nq\n", "\u{1b}[2J\u{202e}", "東京 ", "!!!", "q\r"];

impl Step {
    /// What a number stands for. A strategy for each kind of step would make a hundred thousand of them slow.
    fn of(number: u64) -> Self {
        let rest = number / 32;
        let pick = |most: u64| rest % most;
        let (columns, rows) = (pick(140) as u16, (rest / 140 % 50) as u16);
        match number % 32 {
            0..14 => Self::Key(key(KEYS[pick(KEYS.len() as u64) as usize])),
            14 => {
                let c = char::from_u32(pick(0x11_0000) as u32).unwrap_or('?');
                Self::Key(KeyEvent::new(
                    KeyCode::Char(c),
                    KeyModifiers::from_bits_truncate((rest >> 32) as u8),
                ))
            }
            15 => Self::Paste(PASTES[pick(PASTES.len() as u64) as usize]),
            16 => Self::Resize(columns, rows),
            17 => Self::Focus(pick(2) == 0),
            18 => Self::Wait(pick(20) as i64),
            19 => Self::Wait(pick(100_000) as i64),
            20 => Self::FilesChanged,
            21 => Self::Suspended,
            // Mostly well: the way to a secret on the screen is long.
            22..30 => Self::Answer(true),
            _ => Self::Answer(false),
        }
    }
}

/// What the screen may ever want. A job that is not named here does not compile: whoever adds one decides, in this
/// place, whether keys alone may lead to it.
fn changes_nothing_on_this_machine(effect: &Effect) -> bool {
    let Effect::Start(_, job) = effect else { return true };
    match job {
        Job::Load
        | Job::Uses { .. }
        | Job::Which { .. }
        | Job::Doctor(_)
        | Job::ReadMemory
        | Job::ReadVault
        | Job::Unlock(_)
        | Job::Review(..)
        | Job::ReviewUndo
        | Job::List(_)
        | Job::Fetch(_)
        | Job::Copy(..)
        | Job::ClearClipboard
        // It only changes the order in which changes are taken back.
        | Job::SkipUndo => true,
        // Only Submit on the review hands a login in; `form_flow` has a walk that gets there often.
        // Only a yes to the question leads to a removal; an undo takes back what was changed before.
        // A registry is asked on a key alone, a token service is remembered on a yes alone, and verdicts are forgotten
        // after a login was changed.
        Job::Submit(_)
        | Job::CarryOut(_)
        | Job::Undo
        | Job::MakeVault(_)
        | Job::Check { .. }
        | Job::CheckForm { .. }
        | Job::Choose { .. }
        | Job::ForgetChecks(_) => false,
    }
}

/// True where this step is a person's yes to the removal that is on the screen.
fn is_yes(player: &Player, step: &Step) -> bool {
    let is_asked = matches!(player.model.layers.question(), Some((_, Then::CarryOut(_) | Then::MakeVault)));
    is_asked && matches!(step, Step::Key(key) if matches!(key.code, KeyCode::Enter | KeyCode::Char('y')))
}

/// What there is to find on this machine.
struct Found {
    files: Inventory,
    secrets: Secrets,
}

fn play(player: &mut Player, step: Step, open: &mut Vec<Effect>, found: &Found) -> Vec<Effect> {
    match step {
        Step::Key(key) => player.tell(Message::Input(Event::Key(key))),
        Step::Paste(text) => player.paste(text),
        Step::Resize(columns, rows) => player.resize(columns, rows),
        Step::Focus(true) => player.tell(Message::Input(Event::FocusGained)),
        Step::Focus(false) => player.tell(Message::Input(Event::FocusLost)),
        Step::Wait(seconds) => player.wait(seconds),
        Step::FilesChanged => player.tell(Message::FilesChanged),
        Step::Suspended => player.tell(Message::Suspended),
        Step::Answer(_) if open.is_empty() => Vec::new(),
        Step::Answer(well) => {
            // Any key takes this one back: left to its turn it would hardly ever be answered in time.
            let review = open.iter().position(|effect| matches!(effect, Effect::Start(_, Job::Review(..))));
            answer(player, open.remove(review.unwrap_or_default()), well, found)
        }
    }
}

fn answer(player: &mut Player, effect: Effect, well: bool, found: &Found) -> Vec<Effect> {
    let failure = || Notice { what: "It did not work.".into(), hints: Vec::new() };
    let changed = |words: &str, undo_steps| {
        if well { Ok(Changed { words: words.into(), undo_steps }) } else { Err(failure()) }
    };
    let Effect::Start(ticket, job) = effect else { return Vec::new() };
    let answer = match job {
        Job::Which { .. } | Job::Doctor(_) => {
            Answer::Reported(if well { Ok(vec![Fact::new("sends", "docker")]) } else { Err(failure()) })
        }
        Job::Uses { .. } => Answer::Uses(Ok(Vec::new())),
        Job::Load => Answer::Loaded(Ok(Box::new(found.files.clone()))),
        Job::List(helper) if well => return player.listed(&helper, &[("registry.corp.example", "ci")]),
        Job::List(helper) => return player.not_listed(&helper, "It did not work."),
        Job::Fetch(id) if well => return player.fetched(ticket, &id, "jane", MARKER),
        Job::Fetch(_) => Answer::Fetched(Err(failure())),
        Job::Copy(..) => Answer::Copied(if well { Ok(Route::Desktop) } else { Err(failure()) }),
        Job::ClearClipboard => Answer::ClipboardCleared(Ok(())),
        Job::Submit(_) => Answer::Submitted(Err(failure())),
        Job::ReadMemory => Answer::Remembered(Ok(Box::default())),
        Job::Check { logins, .. } => {
            let effects = logins.into_iter().flat_map(|job| {
                let found = if well { Ok(Box::new(asking_report())) } else { Err(failure()) };
                player.answer(ticket, Answer::Checked { id: job.id, at: player.now, found })
            });
            let effects: Vec<_> = effects.collect();
            return effects.into_iter().chain(player.answer(ticket, Answer::CheckEnded(Ok(())))).collect();
        }
        Job::CheckForm { .. } => {
            Answer::FormChecked(if well { Ok(Box::new(asking_report())) } else { Err(failure()) })
        }
        Job::ReadVault if well => Answer::VaultRead(Ok(Box::new(found.secrets.clone()))),
        Job::ReadVault => Answer::VaultRead(Ok(Box::new(locked(Unlock::Passphrase)))),
        Job::Unlock(_) => Answer::Unlocked(if well { Ok("It is open.".into()) } else { Err(failure()) }),
        Job::Review(..) | Job::ReviewUndo => {
            let planned = Planned { lines: vec!["It goes.".into()], is_wide: ticket % 4 == 0 };
            Answer::Reviewed(if well { Ok(planned) } else { Err(failure()) })
        }
        Job::CarryOut(_) => Answer::CarriedOut(changed("Removed it.", 1)),
        Job::Undo | Job::SkipUndo => Answer::Undone(changed("Undone.", 0)),
        Job::MakeVault(_) => Answer::VaultMade(Ok(Made::PassphraseWanted("No keyring.".into()))),
        Job::Choose { .. } | Job::ForgetChecks(_) => {
            Answer::Noted(if well { Ok(()) } else { Err(failure()) })
        }
    };
    player.answer(ticket, answer)
}

/// A registry that wants the login elsewhere.
fn asking_report() -> flow::Report {
    let pair = flow::RealmPair { registry: "ghcr.io".into(), realm: "https://auth.example".into() };
    flow::Report { ask: Some(pair), ..report(Verdict::RealmBlocked) }
}

/// True where a person pressed what asks a registry, or said yes to a token service.
fn asks_a_registry(player: &Player, step: &Step) -> bool {
    let Step::Key(key) = step else { return false };
    let is_yes = matches!(key.code, KeyCode::Enter | KeyCode::Char('y'));
    match player.model.layers.top() {
        Some(Layer::Question(_, Then::SendLogin | Then::AllowPlainFile)) => is_yes,
        Some(Layer::Form(_) | Layer::AskImage(_)) => key.code == KeyCode::Enter,
        None | Some(Layer::Detail { .. } | Layer::Help { .. } | Layer::Report { .. }) => {
            matches!(key.code, KeyCode::Char('v' | 'V'))
        }
        Some(_) => false,
    }
}

/// True where a person presses Submit on the review, or says yes to a login that its registry refuses.
fn hands_in(player: &Player, step: &Step) -> bool {
    let Step::Key(key) = step else { return false };
    let is_reviewed =
        player.model.layers.form().is_some_and(|form| form.is_on_submit() && form.reviewed().is_some());
    match player.model.layers.question() {
        Some((_, Then::SubmitRefused)) => matches!(key.code, KeyCode::Enter | KeyCode::Char('y')),
        Some(_) => false,
        None => is_reviewed && key.code == KeyCode::Enter,
    }
}

/// What must hold after every step.
fn check(player: &Player, step: &Step) -> Result<(), TestCaseError> {
    let screen = player.text();
    prop_assert!(player.is_revealed() || !leaks(&screen), "after {step:?}:\n{screen}");
    let shown = format!("{:?}", player.model);
    prop_assert!(!leaks(&shown), "the model's debug output after {step:?}");
    let due = player.model.next_wakeup(player.now);
    prop_assert!(due.is_none_or(|due| due > player.now), "{due:?} is over after {step:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    fn whatever_happens(
        numbers in prop::collection::vec(any::<u64>(), EVENTS)
    ) {
        let home = some_secrets(now());
        let (mut player, mut open) = Player::start(&home, &[]);
        let found = Found { files: player.found(), secrets: player.found_secrets() };
        let mut revealed = 0;
        for (at, step) in numbers.into_iter().map(Step::of).enumerate() {
            let (is_yes, can_undo) = (is_yes(&player, &step), player.model.undo_steps > 0);
            let (asks, hands_in) = (asks_a_registry(&player, &step), hands_in(&player, &step));
            let effects = play(&mut player, step, &mut open, &found);
            for effect in &effects {
                match effect {
                    Effect::Start(_, Job::MakeVault(None)) => prop_assert!(is_yes, "a vault made by {step:?}"),
                    Effect::Start(_, Job::CarryOut(_)) => prop_assert!(is_yes, "removed by {step:?}"),
                    Effect::Start(_, Job::Undo) => prop_assert!(can_undo && matches!(step, Step::Key(_)), "undone by {step:?}"),
                    Effect::Start(_, Job::Submit(_)) => prop_assert!(hands_in, "handed in by {step:?}"),
                    Effect::Start(_, Job::Check { .. } | Job::CheckForm { .. }) => {
                        prop_assert!(asks, "asked a registry after {step:?}");
                    }
                    Effect::Start(_, Job::Choose { .. }) => prop_assert!(asks && matches!(step, Step::Key(_)), "{step:?}"),
                    effect => prop_assert!(changes_nothing_on_this_machine(effect), "{effect:?}"),
                }
            }
            REMOVED.fetch_add(usize::from(effects.iter().any(|effect| matches!(effect, Effect::Start(_, Job::CarryOut(_))))), Relaxed);
            open.extend(effects);
            revealed += usize::from(player.is_revealed());
            // Pictures and debug output are slow: some of them, and each with a secret on the screen.
            if at % 50 == 0 || player.is_revealed() && revealed % 10 == 1 {
                check(&player, &step)?;
            }
        }
        check(&player, &Step::Wait(0))?;
    }
}

/// How often the walk came as far as a yes.
static REMOVED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn nothing_breaks_nothing_is_written_and_no_secret_shows() {
    whatever_happens();
    let count = REMOVED.load(Relaxed);
    assert!(count > 10, "only {count} removals were said yes to: the walk proves nothing");
}
