//! Random keys and pastes: nothing is handed in that was not shown before, and no secret is told.

use std::sync::atomic::{AtomicUsize, Ordering};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::form::Field;
use pullpass::tui::jobs::{Answer, Changed, Job};
use pullpass::tui::message::Message;

use super::focus;
use crate::support::MARKER;
use crate::support::form::{Screen, some_logins};
use crate::support::player::key;

/// What a cat on the keyboard does, and what a person does now and then.
#[derive(Clone, Debug)]
enum Move {
    Key(&'static str),
    Control(char),
    Paste(&'static str),
    FillIn,
    Resize(u16, u16),
    Answer(bool),
}

const KEYS: &[&str] = &[
    "enter",
    "enter",
    "enter",
    "esc",
    "tab",
    "backtab",
    "up",
    "down",
    "left",
    "right",
    "space",
    "backspace",
    "home",
    "end",
    "a",
    "e",
    "d",
    "u",
    "o",
    "y",
    "n",
    "j",
    "k",
    "x",
    "q",
    "r",
    "G",
    "?",
    "/",
    "1",
    ":",
    "ä",
];

fn moves() -> impl proptest::strategy::Strategy<Value = Vec<Move>> {
    use proptest::prelude::*;
    let one = prop_oneof![
        20 => proptest::sample::select(KEYS).prop_map(Move::Key),
        1 => proptest::char::range('a', 'z').prop_map(Move::Control),
        2 => proptest::sample::select(&["x\r\n", "ghcr.io/a/b", "90d\n", "", "\u{1b}[2J"][..]).prop_map(Move::Paste),
        2 => Just(Move::FillIn),
        1 => (0u16..130, 0u16..40).prop_map(|(columns, rows)| Move::Resize(columns, rows)),
        1 => any::<bool>().prop_map(Move::Answer),
    ];
    proptest::collection::vec(one, 500)
}

/// True for what writes something.
fn is_a_change(effect: &Effect) -> bool {
    matches!(effect, Effect::Start(_, Job::Submit(_) | Job::CarryOut(_) | Job::Undo))
}

/// Does one move; the answer says whether something was handed in.
fn play(screen: &mut Screen, one: &Move) -> bool {
    let effects = match one {
        Move::Key(name) => return press_and_judge(screen, key(name)),
        Move::Control(c) => screen.key(KeyEvent::new(KeyCode::Char(*c), KeyModifiers::CONTROL)),
        Move::Paste(_) if focus(screen) == Some(Field::Password) => screen.paste(&format!("{MARKER}\n")),
        Move::Paste(text) => screen.paste(text),
        Move::FillIn => {
            fill_in(screen);
            Vec::new()
        }
        Move::Resize(columns, rows) => screen.tell(Message::Input(Event::Resize(*columns, *rows))),
        Move::Answer(true) => {
            screen.told(Answer::Submitted(Ok(Changed { words: "Done.".into(), undo_steps: 0 })))
        }
        Move::Answer(false) => {
            screen.told(Answer::Submitted(Err(Notice { what: "No.".into(), hints: Vec::new() })))
        }
    };
    assert!(!effects.iter().any(is_a_change), "{one:?}");
    false
}

/// Fills every field in as its rule wants it; a random walk would hardly ever get there.
fn fill_in(screen: &mut Screen) {
    for _ in 0..Field::COUNT {
        screen.press("up");
    }
    for _ in 0..Field::COUNT {
        let Some(field) = focus(screen) else { return };
        screen.press("ctrl-u");
        screen.write(match field {
            Field::Name => "my-secret",
            Field::Registry => "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            Field::Username => "jane",
            Field::Password => MARKER,
            Field::Email | Field::ExpiresOn => "",
        });
        screen.press("down");
    }
}

fn press_and_judge(screen: &mut Screen, pressed: KeyEvent) -> bool {
    let form = screen.model.layers.form();
    let may = screen.model.layers.question().is_none()
        && form.is_some_and(|form| form.is_on_submit() && form.reviewed().is_some())
        && pressed.code == KeyCode::Enter;
    let reviewed = form.and_then(|form| form.reviewed().cloned());
    let effects = screen.key(pressed);
    assert!(!format!("{effects:?}").contains(MARKER));
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Start(_, Job::CarryOut(_) | Job::Undo))),
        "{pressed:?}"
    );
    let Some(handed_in) = effects.into_iter().find_map(|effect| match effect {
        Effect::Start(_, Job::Submit(submission)) => Some(*submission),
        _ => None,
    }) else {
        return false;
    };
    assert!(may, "handed in by {pressed:?}");
    assert_eq!(Some(handed_in), reviewed, "another one than was shown");
    true
}

#[test]
fn a_hundred_thousand_random_keys_hand_nothing_in_without_the_review() {
    static HANDED_IN: AtomicUsize = AtomicUsize::new(0);
    let config =
        proptest::test_runner::Config { cases: 200, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = runner.run(&moves(), |moves| {
        let mut screen = Screen::of(&some_logins());
        for (at, one) in moves.iter().enumerate() {
            if play(&mut screen, one) {
                HANDED_IN.fetch_add(1, Ordering::Relaxed);
            }
            assert!(!format!("{:?}", screen.model).contains(MARKER), "after {one:?}");
            if at % 20 == 0 {
                assert!(!screen.text().contains(MARKER), "after {one:?}");
            }
        }
        Ok(())
    });
    run.unwrap();
    let count = HANDED_IN.load(Ordering::Relaxed);
    assert!(count > 20, "only {count} came as far as Submit: the walk proves nothing");
}
