//! Removing and taking back: what is shown, what is asked, and what is done on which key.

use std::sync::Arc;

use pullpass::app::login::submission::Origin;
use pullpass::credential::login::LoginId;
use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Answered, Changed, Job, Jobs, Planned, Ticket};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::support::home::{DOCKER, Home};
use crate::support::player::{Player, jobs};
use crate::support::tokens::auth;
use crate::support::vault::{kept, some_secrets};
use crate::support::{MARKER, leaks, now};

pub fn logins() -> Player {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.select("ghcr.io");
    player
}

pub fn ticket_in(effects: &[Effect]) -> Ticket {
    match effects {
        [.., Effect::Start(ticket, Job::Review(..))] => *ticket,
        other => panic!("no review in {other:?}"),
    }
}

/// Presses d and answers what it asks for.
fn ask(player: &mut Player, is_wide: bool) -> Ticket {
    let ticket = ticket_in(&player.press("d"));
    let lines = vec!["in /home/jane/.docker/config.json".into(), "remove ghcr.io".into()];
    assert_eq!(player.answer(ticket, Answer::Reviewed(Ok(Planned { lines, is_wide }))), []);
    ticket
}

pub fn done(words: &str, undo_steps: usize) -> Changed {
    Changed { words: words.into(), undo_steps }
}

#[test]
fn only_the_danger_answer_removes() {
    for (keys, removes) in [
        ("enter", false),
        ("esc", false),
        ("n", false),
        ("tab esc", false),
        ("x d enter", false),
        ("y", true),
        ("tab enter", true),
        ("right enter", true),
    ] {
        let mut player = logins();
        let ticket = ask(&mut player, false);
        let words = player.words();
        assert!(words.contains("Remove ghcr.io?") && words.contains("> [ Keep ]"), "{}", player.text());
        let effects = player.press(keys);
        if removes {
            assert_eq!(jobs(&effects), [Job::CarryOut(ticket)], "{keys}");
        } else {
            assert_eq!(effects, [Effect::Cancel(ticket)], "{keys}");
        }
        assert!(player.model.layers.question().is_none(), "{keys}");
    }
}

#[test]
fn what_goes_far_wants_its_name_typed() {
    let mut player = logins();
    let ticket = ask(&mut player, true);
    assert!(player.words().contains("> type ghcr.io here to go on"), "{}", player.text());
    assert_eq!(player.press("y tab enter"), []);
    player.press("ctrl-u");
    player.write("ghcr.io");
    assert_eq!(jobs(&player.press("enter")), [Job::CarryOut(ticket)]);
}

#[test]
fn a_question_never_pops_up_under_somebody_who_went_on() {
    let mut player = logins();
    let ticket = ticket_in(&player.press("d"));
    assert_eq!(player.press("y"), [Effect::Cancel(ticket)]);
    let planned = Planned { lines: Vec::new(), is_wide: false };
    player.answer(ticket, Answer::Reviewed(Ok(planned)));
    assert!(player.model.layers.question().is_none());
    let copy = player.press("s");
    assert!(matches!(copy[..], [Effect::Start(_, Job::Copy(..))]), "y s still copies: {copy:?}");
}

#[test]
fn a_review_that_fails_asks_nothing() {
    let mut player = logins();
    let ticket = ticket_in(&player.press("d"));
    let failure = Notice { what: "The file is broken.".into(), hints: Vec::new() };
    player.answer(ticket, Answer::Reviewed(Err(failure)));
    assert!(player.model.layers.question().is_none());
    assert_eq!(player.toast(), "The file is broken.");
}

#[test]
fn one_change_at_a_time_and_as_many_steps_back_as_were_made() {
    let mut player = logins();
    ask(&mut player, false);
    player.press("y");
    for key in ["d", "u"] {
        assert_eq!(player.press(key), []);
        assert!(player.toast().contains("a change is being written"), "{}", player.toast());
    }
    assert_eq!(jobs(&player.told(Answer::CarriedOut(Ok(done("Removed ghcr.io.", 1))))), [Job::Load]);
    assert_eq!(player.toast(), "Removed ghcr.io. u undoes it.");
    assert_eq!(jobs(&player.press("u")), [Job::Undo]);
    assert_eq!(player.press("u"), []);
    player.told(Answer::Undone(Err(Notice {
        what: "It was changed in the meantime.".into(),
        hints: Vec::new(),
    })));
    assert_eq!(player.toast(), "It was changed in the meantime.");
    assert_eq!(jobs(&player.press("u")), [Job::Undo], "it can be tried again");
    player.told(Answer::Undone(Ok(done("Undone: removing ghcr.io.", 0))));
    assert_eq!(player.toast(), "Undone: removing ghcr.io.");
    assert_eq!(jobs(&player.press("u")), [Job::ReviewUndo], "and then what other runs did");
}

#[test]
fn after_a_change_helpers_are_asked_again() {
    let mut player = logins();
    player.listed("corp", &[("registry.corp.example", "ci")]);
    assert_eq!(player.read_files(), [], "an answer is good until something changes");
    ask(&mut player, false);
    player.press("y");
    player.told(Answer::CarriedOut(Ok(done("Removed ghcr.io.", 1))));
    assert_eq!(jobs(&player.read_files()), [Job::List("corp".into())]);
}

#[test]
fn after_a_crash_changes_can_be_made_again() {
    let mut player = logins();
    ask(&mut player, false);
    player.press("y");
    let crash = Notice { what: "A background task crashed.".into(), hints: Vec::new() };
    player.told(Answer::CarriedOut(Err(crash)));
    ticket_in(&player.press("d"));
}

#[test]
fn a_login_of_the_environment_is_not_removed() {
    let text = json!({"auths": {"a.io": {"auth": auth("jane", MARKER)}}}).to_string();
    let mut player = Player::of(&Home::docker_hub(), &[("DOCKER_AUTH_CONFIG", &text)]);
    player.select("a.io");
    assert_eq!(player.press("d"), []);
    assert!(player.toast().contains("it lies in the environment"), "{}", player.toast());
}

/// The program behind the screen, in the real home.
pub struct Machine {
    home: Home,
    jobs: Jobs,
}

impl Machine {
    pub fn of(home: Home) -> Self {
        Self::with(home, &[])
    }

    pub fn with(home: Home, variables: &[(&str, &str)]) -> Self {
        let jobs = Jobs::new(home.context(variables), Arc::new(Notify::new()), Handle::current());
        Self { home, jobs }
    }

    /// Carries the one effect out that changes something, and tells the player.
    pub async fn run(&mut self, player: &mut Player, effects: Vec<Effect>) {
        for mut effect in effects {
            if let Effect::Start(_, Job::Review(id, _)) = &mut effect {
                self.lead_home(id);
            }
            if let Effect::Start(_, Job::Submit(submission)) = &mut effect
                && let Origin::Edit(id) = &mut submission.origin
            {
                self.lead_home(id);
            }
            if matches!(effect, Effect::Start(_, Job::ForgetChecks(_))) {
                continue;
            }
            if matches!(effect, Effect::Start(_, Job::Load)) {
                player.read_files();
                player.read_vault();
                continue;
            }
            let Effect::Start(ticket, job) = effect else { panic!("no job: {effect:?}") };
            self.jobs.start(ticket, job);
            let Some(Answered { ticket, answer, .. }) = self.jobs.next().await else { panic!("no answer") };
            assert!(!leaks(&format!("{answer:?}")));
            let more = player.answer(ticket, answer);
            Box::pin(self.run(player, more)).await;
        }
    }

    /// From the home that is shown to the real one.
    fn lead_home(&self, id: &mut LoginId) {
        let real = self.home.path().display().to_string();
        id.source = id.source.replace("/home/jane", &real).into();
    }

    pub fn config(&self) -> String {
        std::fs::read_to_string(self.home.file(DOCKER)).unwrap()
    }
}

#[tokio::test]
async fn files_are_named_shortly_in_the_question() {
    let mut machine = Machine::of(Home::ten_kinds(now()));
    let mut player = Player::of(&machine.home, &[]);
    player.select("ghcr.io");
    let effects = player.press("d");
    machine.run(&mut player, effects).await;
    assert!(player.words().contains(" in ~/.docker/config.json"), "{}", player.text());
}

#[tokio::test]
async fn a_login_and_a_secret_are_removed_and_come_back_the_last_one_first() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of(&machine.home, &[]);
    player.read_vault();
    let before = machine.config();
    player.select("ghcr.io");
    let effects = player.press("d");
    machine.run(&mut player, effects).await;
    assert!(player.words().contains("remove ghcr.io"), "{}", player.text());
    assert_eq!(machine.config(), before, "nothing goes before the yes");
    let effects = player.press("y");
    machine.run(&mut player, effects).await;
    assert!(!machine.config().contains("ghcr.io"));
    player.press("2");
    player.select("old-quay");
    let secret = kept(player.settings(), "old-quay");
    let effects = player.press("d");
    machine.run(&mut player, effects).await;
    assert!(
        player.words().contains("docker does not use it: does not ask docker-credential-pullpass"),
        "{}",
        player.text()
    );
    let effects = player.press("y");
    machine.run(&mut player, effects).await;
    assert_eq!((kept(player.settings(), "old-quay"), player.model.undo_steps), (None, 2));
    assert!(!player.rows().contains(&"old-quay".to_owned()));
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert_eq!((kept(player.settings(), "old-quay"), player.model.undo_steps), (secret, 1));
    assert!(!machine.config().contains("ghcr.io"));
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert_eq!((machine.config(), player.model.undo_steps), (before, 0));
}

#[tokio::test]
async fn what_the_form_did_is_taken_back_too() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of_secrets(&machine.home, &[]);
    let before = kept(player.settings(), "hub-ci");
    player.select("hub-ci");
    player.press("e ctrl-u");
    player.write("renamed");
    player.press("tab tab tab tab tab enter");
    let effects = player.press("enter");
    machine.run(&mut player, effects).await;
    assert_eq!(
        (player.toast().as_str(), player.model.undo_steps),
        ("The vault keeps renamed. u undoes it.", 1)
    );
    assert_eq!(kept(player.settings(), "hub-ci"), None);
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert_eq!((kept(player.settings(), "hub-ci"), player.model.undo_steps), (before, 0));
    assert_eq!(player.toast(), "Undone: changing renamed.");
}

#[tokio::test]
async fn a_secret_that_changed_after_it_was_shown_stays() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of_secrets(&machine.home, &[]);
    player.select("ghcr-bot");
    let effects = player.press("d");
    machine.run(&mut player, effects).await;
    let mut changed = kept(player.settings(), "ghcr-bot").unwrap();
    changed.credential.username = "another".into();
    let vault = pullpass::vault::Vault::open(&player.settings().vault).unwrap();
    vault.replace("ghcr-bot", changed.clone()).unwrap();
    let effects = player.press("y");
    machine.run(&mut player, effects).await;
    assert!(player.toast().contains("was changed in the meantime"), "{}", player.toast());
    assert_eq!((kept(player.settings(), "ghcr-bot"), player.model.undo_steps), (Some(changed), 0));
}

#[tokio::test]
async fn what_was_not_agreed_to_is_not_removed() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of_secrets(&machine.home, &[]);
    let effects = player.press("d");
    machine.run(&mut player, effects).await;
    let [Effect::Cancel(ticket)] = player.press("esc")[..] else { panic!("nothing is let go") };
    machine.jobs.cancel(ticket);
    for review in [4_711, ticket] {
        machine.jobs.start(100, Job::CarryOut(review));
        let answered = machine.jobs.next().await;
        let refused = matches!(answered, Some(Answered { answer: Answer::CarriedOut(Err(_)), .. }));
        assert!(refused, "{review}: {answered:?}");
    }
    assert_eq!(player.rows().len(), 5);
}

#[tokio::test]
async fn a_change_that_cannot_be_taken_back_is_skipped_and_not_lost() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of_secrets(&machine.home, &[]);
    let vault = pullpass::vault::Vault::open(&player.settings().vault).unwrap();
    let before = kept(player.settings(), "ghcr-bot");
    let removed = kept(player.settings(), "hub-ci").unwrap();
    for name in ["ghcr-bot", "hub-ci"] {
        player.select(name);
        let effects = player.press("d");
        machine.run(&mut player, effects).await;
        let effects = player.press("y");
        machine.run(&mut player, effects).await;
    }
    // Somebody takes the name of what was removed last.
    let mut other = removed.clone();
    other.credential.username = "another".into();
    vault.add(other).unwrap();
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert!(player.words().contains("was changed in the vault in the meantime"), "{}", player.text());
    let effects = player.press("enter");
    machine.run(&mut player, effects).await;
    assert_eq!(
        (kept(player.settings(), "ghcr-bot"), player.model.undo_steps),
        (None, 2),
        "left, not skipped"
    );
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    let effects = player.press("y");
    machine.run(&mut player, effects).await;
    assert_eq!(player.toast(), "Skipped: removing hub-ci. The next u takes back removing ghcr-bot.");
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert_eq!((kept(player.settings(), "ghcr-bot"), player.model.undo_steps), (before, 1));
    // The skipped one is still there, and comes back once its name is free.
    vault.remove("hub-ci").unwrap();
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert_eq!((kept(player.settings(), "hub-ci"), player.model.undo_steps), (Some(removed), 0));
}

#[tokio::test]
async fn what_the_form_added_is_selected() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of_secrets(&machine.home, &[]);
    for name in ["new-one", "new-two"] {
        player.press("g g a enter");
        for text in [name, "jane", "some-password", "", ""] {
            player.write(text);
            player.press("enter");
        }
        player.press("enter");
        let mut effects = player.press("s enter");
        effects.retain(|effect| matches!(effect, Effect::Start(_, Job::Submit(_))));
        machine.run(&mut player, effects).await;
        assert_eq!(player.selected(), name, "{}", player.text());
    }
}

#[tokio::test]
async fn a_form_that_changes_nothing_says_so() {
    let mut machine = Machine::of(some_secrets(now()));
    let mut player = Player::of(&machine.home, &[]);
    let before = machine.config();
    player.select("ghcr.io");
    player.press("e tab tab tab tab tab tab enter y");
    let mut effects = player.press("s enter");
    effects.retain(|effect| matches!(effect, Effect::Start(_, Job::Submit(_))));
    machine.run(&mut player, effects).await;
    assert_eq!(player.toast(), "It is so already; nothing was written.");
    assert_eq!((machine.config(), player.model.undo_steps), (before, 0));
}
