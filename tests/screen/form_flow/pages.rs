//! From page to page: what is handed in, what is asked before, and what is kept.

use std::sync::Arc;

use pullpass::app::Context;
use pullpass::app::login::destination::Destination;
use pullpass::app::login::submission::{Origin, Password};
use pullpass::app::vault::rows::{Secrets, State};
use pullpass::clock::FixedClock;
use pullpass::credential::rules::SecretType;
use pullpass::error::Notice;
use pullpass::secret::Secret;
use pullpass::tui::effect::Effect;
use pullpass::tui::form::{Form, Step};
use pullpass::tui::jobs::{Answer, Answered, Changed, Job, Jobs, Made};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::step;
use crate::support::MARKER;
use crate::support::form::{Screen, some_logins, submission};
use crate::support::player::jobs;
use crate::support::vault::VAULT;

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
        "goes to the vault alone: encrypted; docker does not look there",
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
    screen.hides("warning");
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
    screen.shows("> [x] docker's own store - docker-credential-pass keeps it");
    screen.press("enter");
    assert_eq!(step(&screen), Some(Step::Review));
    assert!(!submission(screen.press("enter")).allows_plain_file);
}

#[test]
fn what_only_the_vault_keeps_is_not_promised_of_another_place() {
    let mut screen = Screen::filled(&json!({"credsStore": "pass"}));
    screen.press("enter");
    screen.shows("warning Expires on: only the vault keeps it; here it is lost.");
    screen.hides("name my-secret");
    screen.press("esc up space enter");
    screen.shows("goes to the vault alone");
    screen.shows("name my-secret");
    screen.hides("here it is lost");
    // What was there before stays where it is.
    let mut screen = Screen::of(&some_logins());
    screen.press("/");
    screen.write("docker.io");
    screen.press("enter e tab");
    screen.write("x");
    screen.press("tab tab tab enter enter y");
    screen.shows("email jane@example.com");
    screen.hides("here it is lost");
}

#[test]
fn a_store_that_is_gone_before_submit_is_asked_about() {
    let mut screen = Screen::filled(&json!({"credsStore": "pass"}));
    screen.press("enter");
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
    let failure = Notice { what: "The disk is full.".into(), hints: vec!["Make room.".into()] };
    screen.told(Answer::Submitted(Err(failure)));
    screen.shows("The disk is full. Make room.");
    let again = submission(screen.press("enter"));
    assert_eq!(again, first);
    let crash = Notice { what: "A background task crashed.".into(), hints: Vec::new() };
    screen.told(Answer::Submitted(Err(crash)));
    assert_eq!(submission(screen.press("enter")), first);
    let report = Changed { words: "my-secret is in the vault.".into(), undo_steps: 1 };
    let effects = screen.told(Answer::Submitted(Ok(report)));
    let forget = Job::ForgetChecks("registry-1.docker.io".into());
    assert_eq!((step(&screen), jobs(&effects)), (None, vec![forget]), "the files are being read already");
    screen.shows("my-secret is in the vault. u undoes it.");
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
    let Some(Effect::Start(ticket, Job::Fetch(_))) = screen.press("r").into_iter().next() else {
        panic!("no fetch")
    };
    assert_eq!(screen.press("a"), [Effect::Cancel(ticket)]);
}

#[tokio::test]
async fn a_submission_is_always_answered() {
    let mut screen = Screen::filled(&json!({}));
    screen.press("enter");
    let found = submission(screen.press("enter"));
    let mut jobs = Jobs::new(
        Context::new(screen.settings(), FixedClock(screen.now)),
        Arc::new(Notify::new()),
        Handle::current(),
    );
    jobs.start(7, Job::Submit(Box::new(found)));
    let answered = jobs.next().await;
    let Some(Answered { ticket: 7, answer: answer @ Answer::Submitted(_), .. }) = answered else {
        panic!("{answered:?}")
    };
    screen.told(answer);
    assert!(!screen.model.layers.form().is_some_and(Form::is_sending));
}

#[test]
fn a_login_is_preselected_for_where_docker_finds_it_and_a_secret_is_not() {
    let mut screen = Screen::filled(&json!({}));
    screen.put_us_on_path();
    screen.press("esc enter");
    screen.shows("[x] the vault, for docker");
    screen.shows("~/.docker/config.json tells docker to ask the vault for it");
    screen.press("down space");
    screen.shows("[ ] the vault, for docker");
    screen.shows("[x] the vault alone - encrypted; docker does not look there.");
    screen.press("up space down down down space");
    screen.hides("[x] the vault alone");
    assert_eq!(
        chosen(&screen),
        [Destination::VaultForDocker, Destination::Podman],
        "docker looks in one place"
    );
    let mut screen = Screen::of(&json!({}));
    screen.put_us_on_path();
    screen.press("2 a enter");
    screen.fill(&["my-secret", "janedoe", MARKER, "", ""]);
    assert_eq!(chosen(&screen), [Destination::Vault]);
}

#[test]
fn without_a_vault_a_plain_file_is_not_chosen_and_the_way_to_one_is_said() {
    let mut screen = Screen::of(&json!({}));
    screen.remove_file(VAULT);
    screen.press("a enter");
    screen.fill(&["my-secret", "janedoe", MARKER, "", ""]);
    assert!(chosen(&screen).is_empty());
    screen.shows("[-] the vault alone - there is none yet: o makes one.");
    screen.shows("o make a vault");
    screen.press("enter");
    screen.shows("It must go somewhere");
    assert_eq!(screen.press("o enter"), [], "the focused answer makes none");
    assert_eq!(jobs(&screen.press("o y")), [Job::MakeVault(None)]);
    screen.write_file(VAULT, "");
    screen.told(Answer::VaultMade(Ok(Made::Vault("The vault is made.".into()))));
    let open = Secrets { state: State::Open, ..Secrets::default() };
    screen.told(Answer::VaultRead(Ok(Box::new(open))));
    assert_eq!(chosen(&screen), [Destination::Vault], "without another key");
    let mut screen = Screen::of(&json!({"credsStore": "pass"}));
    screen.remove_file(VAULT);
    screen.press("a enter");
    screen.fill(&["my-secret", "janedoe", MARKER, "", ""]);
    assert_eq!(chosen(&screen), [Destination::Docker], "a helper keeps it, encrypted");
}

fn chosen(screen: &Screen) -> Vec<Destination> {
    let form = screen.model.layers.form().unwrap();
    assert_eq!(form.step(), Step::Places);
    form.chosen_targets(&screen.model.context(screen.now)).iter().map(|target| target.destination).collect()
}
