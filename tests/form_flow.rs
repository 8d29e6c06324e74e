//! The form, played key by key.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may

mod form_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use form_support::{MARKER, Screen, key, some_logins, submission, token};
use pullpass::app::destination::Destination;
use pullpass::app::submit::{Origin, Password};
use pullpass::credential::rules::SecretType;
use pullpass::secret::Secret;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Jobs, Outcome};
use pullpass::tui::message::{Failure, Message};
use pullpass::tui::screen::form::{Field, Step};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::Notify;

fn step(screen: &Screen) -> Option<Step> {
    screen.model.form.as_ref().map(|form| form.step())
}

fn focus(screen: &Screen) -> Option<Field> {
    screen.model.form.as_ref().and_then(|form| form.focus())
}

#[test]
fn a_new_login_goes_from_its_type_to_submit() {
    let mut screen = Screen::filled(&json!({}));
    screen.shows("Where does it go?");
    assert!(screen.press("enter").is_empty(), "nothing is handed in before Submit");
    let found = submission(screen.press("enter"));
    assert_eq!(found.origin, Origin::New);
    assert_eq!((found.kind, &*found.name), (SecretType::DockerHub, "my-secret"));
    assert_eq!((&*found.registry_key, &*found.username), ("https://index.docker.io/v1/", "janedoe"));
    assert_eq!(found.password, Password::New(Secret::from_text(format!("pw-{MARKER}"))));
    assert_eq!((&*found.email, found.expires_on), ("jane@example.com", Some("2027-02-18".parse().unwrap())));
    assert_eq!((found.destinations, found.allows_plain_file), (vec![Destination::Vault], false));
}

#[test]
fn the_fields_come_in_the_order_of_rapyuta() {
    use Field::{Email, ExpiresOn, Name, Password, Registry, Username};
    let table: &[(&str, &[Field])] = &[
        ("a enter", &[Name, Username, Password, Email, ExpiresOn]),
        ("a j enter", &[Name, Registry, Username, Password, Email, ExpiresOn]),
        ("a j j enter", &[Name, Registry, Username, Password, Email, ExpiresOn]),
    ];
    for (keys, fields) in table {
        let mut screen = Screen::of(&json!({}));
        screen.press(keys);
        for field in *fields {
            assert_eq!(focus(&screen), Some(*field), "{keys}");
            screen.press("down");
        }
        assert_eq!(focus(&screen), Some(ExpiresOn), "down stops at the last one");
        for field in fields.iter().rev() {
            assert_eq!(focus(&screen), Some(*field), "{keys} and back");
            screen.press("backtab");
        }
        assert_eq!(step(&screen), Some(Step::Type));
    }
}

#[test]
fn a_type_with_one_user_name_fills_it_in_unless_another_was_typed() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a j j enter");
    screen.shows("[AWS ");
    screen.press("backtab j enter");
    screen.shows("[oauth2accesstoken ");
    screen.press("tab tab x backtab backtab backtab k enter");
    screen.shows("[oauth2accesstokenx ");
}

#[test]
fn a_field_is_judged_when_it_is_left_and_live_once_it_was_wrong() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.write("My_Secret");
    screen.hides("Use lower-case letters");
    screen.press("tab");
    screen.shows("x Use lower-case letters, digits or \"-\"; start and end with a letter or digit.");
    screen.shows("How about \"my-secret\"?");
    screen.press("backtab");
    screen.shows("x Use lower-case letters");
    screen.press("ctrl-u m y");
    screen.shows("x A name has 3 to 253 characters. Make it longer.");
    screen.press("s");
    screen.hides("3 to 253 characters. Make");
}

#[test]
fn the_last_enter_jumps_to_the_first_wrong_field() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.fill(&["my-secret", "jane:doe", "pw", "jane@", ""]);
    assert_eq!((step(&screen), focus(&screen)), (Some(Step::Fields), Some(Field::Username)));
    screen.shows("docker takes what follows it for the password");
    screen.shows("This is no e-mail address.");
    screen.press("ctrl-u j tab tab tab tab");
    assert_eq!(focus(&screen), Some(Field::Email));
    screen.press("ctrl-u tab tab");
    assert_eq!(step(&screen), Some(Step::Places), "an e-mail address is not a must");
}

#[test]
fn a_name_in_the_vault_is_not_given_twice() {
    let mut screen = Screen::of(&some_logins());
    screen.model.secret_names = vec!["my-secret".into(), "quay-io-acme-acme-ci".into()];
    screen.press("a enter");
    screen.fill(&["my-secret"]);
    screen.shows("A secret of this name is in the vault.");
    screen.press("esc y G e");
    screen.shows("[quay-io-acme-acme-ci-2 ");
}

#[test]
fn a_pasted_image_becomes_its_registry() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a j enter tab");
    screen.paste("ghcr.io/acme/app:1.2\n");
    screen.press("tab");
    screen.shows("[ghcr.io ");
    screen.shows("Taken from \"ghcr.io/acme/app:1.2\".");
    screen.press("backtab ctrl-u");
    screen.write("http://registry.example.com");
    screen.press("tab");
    screen.shows("[http://registry.example.com ");
    screen.shows("! Over http:// the password travels in clear");
}

#[test]
fn a_token_is_named_while_it_is_typed_and_a_wrong_pairing_when_it_is_left() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.fill(&["my-secret", "jane"]);
    screen.write(&token());
    screen.shows("GitHub classic personal access token.");
    screen.hides("another provider");
    screen.press("tab");
    screen.shows("! This is a token of another provider (GitHub classic personal access token): Docker Hub");
}

#[test]
fn a_paste_into_the_password_loses_its_line_ending_and_says_so() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.fill(&["my-secret", "jane"]);
    screen.paste("pw\n");
    screen.shows("The line ending at the end of the paste was left out.");
    screen.paste(&"x".repeat(20_000));
    screen.shows("it is longer than 16 KiB");
    screen.press("tab tab tab enter");
    let found = submission(screen.press("enter"));
    assert_eq!(found.password, Password::New(Secret::from_text("pw".into())));
}

#[test]
fn a_paste_into_a_text_field_is_one_line() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter tab");
    screen.paste("  jane\rdoe\r");
    screen.shows("[jane ");
    screen.shows("Only the first line of the paste was taken.");
    screen.paste(&"x".repeat(600));
    screen.shows("[jane ");
    screen.shows("too long for this field");
}

#[test]
fn the_password_shows_as_much_for_one_character_as_for_a_thousand() {
    let with = |text: &str| {
        let mut screen = Screen::of(&json!({}));
        screen.press("a enter tab tab");
        screen.paste(text);
        screen.text()
    };
    let short = with("x");
    assert!(short.contains("[••••••••"));
    for length in [2, 8, 9, 39, 40, 41, 100, 1_000] {
        assert_eq!(with(&"x".repeat(length)), short, "{length}");
    }
}

#[test]
fn leaving_a_half_filled_form_asks_and_an_empty_one_does_not() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a esc");
    assert_eq!(step(&screen), None);
    screen.press("a j j enter esc");
    assert_eq!(step(&screen), None, "the user name that the type fills in is nothing to lose");
    for keys in ["a enter x", "a enter tab tab x"] {
        screen.press(keys);
        screen.press("esc");
        screen.shows("Leave and lose what was typed?");
        screen.shows("> [ Stay ]");
        screen.press("enter");
        assert_eq!(step(&screen), Some(Step::Fields), "{keys}");
        screen.press("esc esc");
        assert_eq!(step(&screen), Some(Step::Fields), "{keys}");
        screen.press("esc tab enter");
        assert_eq!(step(&screen), None, "{keys}");
    }
}

#[test]
fn an_edit_is_filled_in_and_keeps_the_password() {
    let mut screen = Screen::of(&some_logins());
    screen.press("g g j e");
    for words in [
        "Change a login: Docker Hub",
        "[docker-io-janedoe ",
        "[janedoe ",
        "[jane@example.com ",
        "(unchanged)",
    ] {
        screen.shows(words);
    }
    screen.hides("old-password");
    let id = screen.model.selected().unwrap().id.clone();
    screen.press("tab tab");
    screen.shows("Leave it empty to keep the old one.");
    screen.press("tab tab tab enter y");
    screen.shows("password unchanged: the old one is kept");
    let found = submission(screen.press("enter"));
    assert_eq!((found.origin, found.password), (Origin::Edit(id), Password::Keep));
    assert_eq!(found.destinations, [Destination::Docker]);
}

#[test]
fn an_edit_keeps_a_key_that_nobody_touched() {
    let mut screen = Screen::of(&some_logins());
    screen.press("G e");
    screen.shows("[quay.io/acme ");
    screen.press("tab tab tab tab tab tab enter y");
    assert_eq!(submission(screen.press("enter")).registry_key, "quay.io/acme");
}

#[test]
fn a_login_without_a_password_of_its_own_is_not_edited() {
    let mut screen = Screen::of(&some_logins());
    screen.press("g g e");
    assert_eq!(step(&screen), None);
    screen.shows("Not now: it has a token instead of a password");
    screen.press("p G e");
    screen.shows("Not now: privacy mode is on");
    let mut screen =
        Screen::with(&json!({}), &[("DOCKER_AUTH_CONFIG", r#"{"auths":{"a.io":{"auth":"YTpi"}}}"#)]);
    screen.press("e");
    screen.shows("Not now: it lies in the environment");
}

#[test]
fn the_review_shows_the_pair_masked() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("enter");
    for words in [
        "name my-secret",
        "registry docker.io (stored under https://index.docker.io/v1/)",
        "user janedoe",
        "password ••••••••",
        "Authorization: Basic ••••••••",
        "base64 of janedoe:••••••••",
        "reminder on 2027-02-18",
        "goes to the vault: encrypted",
        "> [ Submit ]",
    ] {
        screen.shows(words);
    }
    // base64 of "janedoe:pw-" as it would begin.
    assert!(!screen.text().contains(MARKER) && !screen.text().contains("amFuZWRvZTpw"));
    assert!(!format!("{:?}", screen.model).contains(MARKER));
    let effects = screen.press("enter");
    assert!(!format!("{effects:?}").contains(MARKER));
}

#[test]
fn the_review_names_the_token_and_its_end() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a j enter");
    screen.fill(&["my-secret", "reg.example.com", "jane"]);
    // {"alg":"RS256"}.{"exp":1795262400}, 2026-11-21T12:00:00Z
    screen.paste("eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3OTUyNjI0MDB9.c2ln");
    screen.shows("JSON web token; until 2026-11-21");
    screen.press("tab tab tab enter");
    screen.shows("token JSON web token lives until 2026-11-21");
    screen.shows("says the token's own \"exp\"");
    screen.shows("warning Email: None given: docker and podman need none");
}

#[test]
fn a_plain_file_wants_a_yes() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("space down space");
    screen.shows("[x] docker's own store ! plain text in ~/.docker/config.json");
    screen.press("enter");
    screen.shows("Keep the password in a plain file?");
    screen.shows("~/.docker/config.json would hold it in base64, which is no encryption.");
    screen.press("enter");
    assert_eq!(step(&screen), Some(Step::Places), "the focused answer is the safe one");
    screen.press("enter tab enter");
    assert_eq!(step(&screen), Some(Step::Review));
    let found = submission(screen.press("enter"));
    assert_eq!((found.destinations, found.allows_plain_file), (vec![Destination::Docker], true));
}

#[test]
fn each_plain_file_is_asked_about_and_a_yes_is_remembered() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("down space enter y esc");
    screen.press("enter");
    assert_eq!(step(&screen), Some(Step::Review), "asked once");
    screen.press("esc down space enter");
    screen.shows("~/.docker/config.json and ~/run/containers/auth.json would hold it");
    screen.press("n");
    assert_eq!(step(&screen), Some(Step::Places));
}

#[test]
fn a_store_that_docker_is_configured_for_needs_no_yes() {
    let mut screen = Screen::filled(&json!({"credsStore": "pass"}));
    screen.press("space down space");
    screen.shows("docker-credential-pass keeps it");
    screen.press("enter");
    assert_eq!(step(&screen), Some(Step::Review));
    assert!(!submission(screen.press("enter")).allows_plain_file);
}

#[test]
fn a_store_that_is_gone_before_submit_is_asked_about() {
    let mut screen = Screen::filled(&json!({"credsStore": "pass"}));
    screen.press("down space enter");
    assert_eq!(step(&screen), Some(Step::Review));
    screen.write_docker_file(&json!({}));
    assert!(screen.press("enter").is_empty());
    screen.shows("Keep the password in a plain file?");
    screen.press("y");
    assert!(submission(screen.press("enter")).allows_plain_file);
}

#[test]
fn a_login_goes_somewhere_and_not_into_a_broken_file() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("space enter");
    screen.shows("It must go somewhere");
    assert_eq!(step(&screen), Some(Step::Places));
    screen.write_file(".docker/config.json", "{");
    screen.press("down space");
    screen.shows("Not there: the file is broken");
    screen.shows("[-] docker's own store");
    let mut screen = Screen::filled(&json!({}));
    screen.press("down space");
    screen.write_file(".docker/config.json", "{");
    screen.press("enter");
    assert_eq!(step(&screen), Some(Step::Places), "broken after it was chosen");
}

#[test]
fn a_failure_leaves_everything_typed_and_a_success_closes_the_form() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("enter");
    let first = submission(screen.press("enter"));
    screen.shows("saving");
    assert!(screen.press("enter esc tab enter y").is_empty(), "one submission at a time");
    let failure = Failure { what: "The disk is full.".into(), hints: vec!["Make room.".into()] };
    screen.tell(Message::Submitted(Err(failure)));
    screen.shows("The disk is full. Make room.");
    let again = submission(screen.press("enter"));
    assert_eq!(again, first);
    screen.tell(Message::TaskPanicked);
    assert_eq!(submission(screen.press("enter")), first);
    let effects = screen.tell(Message::Submitted(Ok("my-secret is in the vault.".into())));
    assert_eq!((step(&screen), effects), (None, vec![Effect::Load]));
    screen.shows("my-secret is in the vault.");
}

#[test]
fn back_goes_page_by_page_and_keeps_what_was_typed() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("enter tab enter");
    assert_eq!(step(&screen), Some(Step::Places));
    screen.press("esc");
    assert_eq!(step(&screen), Some(Step::Fields));
    screen.shows("[my-secret ");
    screen.shows("[••••••••");
}

#[test]
fn the_program_can_be_left_and_suspended_from_the_form() {
    let mut screen = Screen::filled(&json!({}));
    assert_eq!(screen.press("ctrl-z"), [Effect::Suspend]);
    assert_eq!(screen.press("ctrl-l"), [Effect::Redraw]);
    assert_eq!(screen.press("ctrl-c"), [Effect::Quit]);
    screen.press("esc esc");
    screen.shows("Leave the form?");
    assert_eq!(screen.press("ctrl-c"), [Effect::Quit]);
}

#[test]
fn a_secret_on_the_screen_goes_when_the_form_opens() {
    let mut screen = Screen::of(&some_logins());
    screen.press("g g j");
    let Some(Effect::Fetch { ticket, .. }) = screen.press("r").into_iter().next() else { panic!("no fetch") };
    assert_eq!(screen.press("a"), [Effect::Cancel(ticket)]);
}

#[tokio::test]
async fn a_submission_is_always_answered() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("enter");
    let found = submission(screen.press("enter"));
    let mut jobs = Jobs::new(screen.settings(), Arc::new(Notify::new()), Handle::current());
    jobs.start(Effect::Submit(Box::new(found)), screen.now);
    let outcome = jobs.next().await;
    let Some(Outcome::Tell(message @ Message::Submitted(_))) = outcome else { panic!("{outcome:?}") };
    screen.tell(message);
    assert!(!screen.model.form.as_ref().is_some_and(|form| form.is_sending()));
}

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
        1 => Just(Move::FillIn),
        1 => (0u16..130, 0u16..40).prop_map(|(columns, rows)| Move::Resize(columns, rows)),
        1 => any::<bool>().prop_map(Move::Answer),
    ];
    proptest::collection::vec(one, 500)
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
        Move::Answer(true) => screen.tell(Message::Submitted(Ok("Done.".into()))),
        Move::Answer(false) => {
            screen.tell(Message::Submitted(Err(Failure { what: "No.".into(), hints: Vec::new() })))
        }
    };
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Submit(_))), "{one:?}");
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
    let form = screen.model.form.as_ref();
    let may = screen.model.question.is_none()
        && form.is_some_and(|form| form.is_on_submit() && form.reviewed().is_some())
        && pressed.code == KeyCode::Enter;
    let reviewed = form.and_then(|form| form.reviewed().cloned());
    let effects = screen.key(pressed);
    assert!(!format!("{effects:?}").contains(MARKER));
    let Some(handed_in) = effects.into_iter().find_map(|effect| match effect {
        Effect::Submit(submission) => Some(*submission),
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
