//! The page of the vault: its rows, what stands there without them, and a locked vault that is opened.

use std::fs;

use pullpass::app::login::destination::Destination;
use pullpass::app::login::submission::{Origin, Password};
use pullpass::app::vault::rows::{Secrets, State, Unlock};
use pullpass::error::Notice;
use pullpass::secret::Secret;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Planned};
use pullpass::tui::model::Tab;

use crate::support::home::Home;
use crate::support::player::{Player, copy_in, fetch_in, jobs};
use crate::support::vault::{self, NAMES, VAULT, locked, some_secrets};
use crate::support::{MARKER, leaks, now};

fn secrets() -> Player {
    Player::of_secrets(&some_secrets(now()), &[])
}

fn with(secrets: Secrets) -> Player {
    let mut player = Player::of(&some_secrets(now()), &[]);
    player.told(Answer::VaultRead(Ok(Box::new(secrets))));
    player.press("2");
    player
}

#[test]
fn the_vault_is_read_after_the_files_and_only_where_there_is_one() {
    let (mut player, effects) = Player::start(&some_secrets(now()), &[]);
    assert_eq!(jobs(&effects), [Job::Load, Job::ReadMemory]);
    assert!(jobs(&player.read_files()).contains(&Job::ReadVault));
    let mut player = Player::of(&Home::docker_hub(), &[]);
    assert_eq!(player.read_files(), []);
    player.press("2");
    assert!(player.words().contains("There is no vault yet."), "{}", player.text());
    assert!(player.words().contains("o makes one, and so does pullpass vault init."), "{}", player.text());
}

#[test]
fn it_is_read_again_after_a_change_but_not_twice_at_once() {
    let mut player = Player::of(&some_secrets(now()), &[]);
    assert_eq!(player.read_files(), [], "it is being read");
    assert_eq!(jobs(&player.read_vault()), [Job::ReadVault], "what was read may be old");
    assert_eq!(player.read_vault(), []);
    assert_eq!(jobs(&player.read_files()), [Job::ReadVault]);
    let crash = Notice { what: "A background task crashed.".into(), hints: Vec::new() };
    player.told(Answer::VaultRead(Err(crash)));
    assert!(
        jobs(&player.read_files()).contains(&Job::ReadVault),
        "the reading that crashed is not waited for"
    );
}

#[test]
fn keys_turn_the_pages_and_each_keeps_its_own_list() {
    let mut player = secrets();
    assert_eq!(player.rows(), NAMES);
    player.press("j j s e");
    let selected = player.selected();
    player.press("/");
    player.write("is:due");
    player.press("enter");
    assert_eq!(player.rows(), ["old-quay"]);
    for (key, tab) in [("1", Tab::Logins), ("2", Tab::Secrets), ("tab", Tab::Logins), ("tab", Tab::Secrets)] {
        player.press(key);
        assert_eq!(player.model.tab, tab, "{key}");
        let rows = if tab == Tab::Logins { player.model.inventory.logins.len() } else { 1 };
        assert_eq!(player.model.list().len(), rows, "{key}");
    }
    player.press("esc");
    assert_eq!(player.rows()[..2], ["old-quay", "sauce-robot"], "ordered by the time left");
    assert!(NAMES.contains(&&*selected));
    player.press("enter 1");
    assert_eq!((player.model.layers.is_empty(), player.model.tab), (true, Tab::Logins));
}

#[test]
fn words_find_a_secret_by_name_registry_user_and_state() {
    let table = [
        ("hub", &["ghcr-bot", "hub-ci"][..]),
        ("docker.io", &["hub-ci"]),
        ("user:acme", &["ghcr-bot", "old-quay"]),
        ("is:soon", &["sauce-robot"]),
        ("is:due", &["old-quay"]),
        ("is:plain", &[]),
        ("in:docker", &[]),
        ("!is:valid !quay", &["ghcr-bot", "hub-ci"]),
    ];
    for (typed, expected) in table {
        let mut player = secrets();
        player.press("/");
        player.write(typed);
        assert_eq!(player.rows(), expected, "{typed}");
    }
}

#[test]
fn a_reminder_reads_as_one_and_an_end_as_a_fact() {
    let mut player = secrets();
    player.resize(120, 40);
    for (name, row, detail) in [
        ("hub-ci", "in 4", "reminder"),
        ("old-quay", "due !", "the day is your own, not the token's"),
        ("sauce-robot", "04:59 !", "valid for 04:59, says the token's own \"exp\""),
        ("ghcr-bot", "none", "carries no expiry"),
    ] {
        player.select(name);
        assert!(player.text().contains(row), "{row}\n{}", player.text());
        player.press("enter");
        assert!(player.text().contains(detail), "{detail}\n{}", player.text());
        player.press("esc");
    }
    let text = player.text();
    assert!(text.contains("1 soon · 1 due") && text.contains("vault: identity file"), "{text}");
}

#[test]
fn a_countdown_goes_on_and_a_reminder_does_not_wake_the_screen_each_second() {
    let mut player = secrets();
    assert_eq!(player.model.next_wakeup(player.now).map(|at| at.as_second() - now().as_second()), Some(1));
    player.press("/");
    player.write("old-quay");
    let next = player.model.next_wakeup(player.now).map(|at| at.as_second() - now().as_second());
    assert!(next.is_none_or(|next| next >= 59), "{next:?}");
}

#[test]
fn a_secret_is_shown_and_copied_by_the_same_keys() {
    let mut player = secrets();
    player.select("ghcr-bot");
    player.reveal();
    assert!(player.text().contains(MARKER), "{}", player.text());
    player.press("1");
    assert!(!player.is_revealed() && !leaks(&player.text()));
    player.press("2");
    let ticket = copy_in(&player.press("y s"));
    player.copied(ticket);
    assert!(player.model.lease.is_some());
}

#[test]
fn a_secret_that_is_gone_is_hidden_and_a_reading_of_the_files_hides_none() {
    let home = some_secrets(now());
    let mut player = Player::of_secrets(&home, &[]);
    player.select("ghcr-bot");
    player.reveal();
    player.read_files();
    assert!(player.is_revealed());
    pullpass::vault::Vault::open(&home.settings(&[]).vault).unwrap().remove("ghcr-bot").unwrap();
    player.read_vault();
    assert!(!player.is_revealed() && !leaks(&player.text()));
    assert!(!player.rows().contains(&"ghcr-bot".to_owned()));
}

#[test]
fn in_privacy_mode_no_name_of_a_secret_is_shown() {
    let mut player = secrets();
    player.resize(120, 40);
    player.press("p");
    for _ in NAMES {
        let text = player.text().replace("/home/jane", "");
        let names = ["hub-ci", "ghcr-bot", "sauce-robot", "quay", "jane", "acme", "example", "amazonaws"];
        assert_eq!(names.into_iter().find(|name| text.contains(name)), None, "{text}");
        player.press("j");
    }
    player.model.undo_steps = 1;
    for key in ["e", "d", "r", "u"] {
        player.press(key);
        assert!(player.toast().contains("privacy mode is on"), "{key}: {}", player.toast());
    }
}

#[test]
fn names_that_others_wrote_are_drawn_as_escapes() {
    const EVIL: &str = "\u{202e}ev\u{1b}[2J\r\u{9b}31m\u{2066}il";
    let home = Home::docker_hub();
    let mut record = vault::record(EVIL, EVIL, EVIL, MARKER);
    record.email = Some(EVIL.into());
    vault::make(&home).add(record).unwrap();
    let mut player = Player::of_secrets(&home, &[]);
    let (ticket, _) = review_in(&player.press("d"));
    let planned = Planned { lines: vec![EVIL.into()], is_wide: true };
    player.answer(ticket, Answer::Reviewed(Ok(planned)));
    for keys in ["esc", "enter", "esc /"] {
        let raw = player
            .draw()
            .content()
            .iter()
            .any(|cell| cell.symbol().chars().any(|c| c.is_control() || "\u{202e}\u{2066}".contains(c)));
        assert!(!raw, "before {keys}:\n{}", player.text());
        player.press(keys);
    }
}

fn review_in(effects: &[Effect]) -> (u64, String) {
    match effects {
        [.., Effect::Start(ticket, Job::Review(id, _))] => (*ticket, id.key.to_string()),
        other => panic!("no review in {other:?}"),
    }
}

#[test]
fn a_broken_vault_says_why_and_its_file_is_left_alone() {
    let home = some_secrets(now());
    let bytes = fs::read(home.file(VAULT)).unwrap();
    let cut = &bytes[..bytes.len() - 7];
    fs::write(home.file(VAULT), cut).unwrap();
    let player = Player::of_secrets(&home, &[]);
    let words = player.words();
    assert!(words.contains("is damaged: it is cut short or was changed."), "{words}");
    assert!(words.contains("Bring it back from a backup.") && words.contains("vault: broken"), "{words}");
    assert_eq!(fs::read(home.file(VAULT)).unwrap(), cut);
}

#[test]
fn a_passphrase_is_asked_for_handed_over_once_and_never_shown() {
    let mut player = with(locked(Unlock::Passphrase));
    assert!(
        player.words().contains("The vault is locked. Press o to give its passphrase."),
        "{}",
        player.text()
    );
    assert_eq!(player.press("o"), []);
    player.write(MARKER);
    player.paste(" and more\n");
    assert!(!leaks(&player.text()) && !leaks(&format!("{:?}", player.model)));
    let passphrase = Secret::from_text(format!("{MARKER} and more"));
    let effects = player.press("enter");
    assert!(!leaks(&format!("{effects:?}")));
    assert_eq!(jobs(&effects), [Job::Unlock(Some(passphrase))]);
    assert_eq!(player.press("enter x enter"), [], "one try at a time");
    let wrong = Notice { what: "The passphrase is wrong.".into(), hints: Vec::new() };
    player.told(Answer::Unlocked(Err(wrong)));
    assert!(player.words().contains("x The passphrase is wrong."), "{}", player.text());
    player.write("q");
    assert_eq!(
        jobs(&player.press("enter")),
        [Job::Unlock(Some(Secret::from_text("q".into())))],
        "the old one is gone"
    );
    assert_eq!(
        jobs(&player.told(Answer::Unlocked(Ok("The vault is open for 8h.".into())))),
        [Job::ReadVault]
    );
    player.read_vault();
    assert_eq!((player.rows().len(), player.toast()), (NAMES.len(), "The vault is open for 8h.".to_owned()));
}

#[test]
fn a_passphrase_is_asked_for_on_the_page_of_the_logins_too_so_that_it_never_runs_as_keys() {
    let mut player = with(locked(Unlock::Passphrase));
    player.press("1 o");
    // Each of these letters does something where nobody asks: one opens the form, one removes.
    player.write("a d p");
    assert!(player.model.layers.form().is_none() && !player.text().contains("a d p"), "{}", player.text());
    assert_eq!(jobs(&player.press("enter")), [Job::Unlock(Some(Secret::from_text("a d p".into())))]);
}

#[test]
fn the_question_can_be_left_and_the_program_too() {
    let mut player = with(locked(Unlock::Passphrase));
    player.press("o");
    assert_eq!(player.press("ctrl-z"), [Effect::Suspend]);
    assert_eq!(player.press("ctrl-c"), [Effect::Quit]);
    assert_eq!(player.press("enter"), [], "nothing was typed");
    assert_eq!(player.press("x esc"), []);
    assert!(player.model.layers.is_empty());
    player.press("o");
    assert_eq!(player.press("enter"), [], "what was typed before is gone");
}

#[test]
fn a_locked_keyring_is_asked_without_a_passphrase_of_ours() {
    let mut player = with(locked(Unlock::Keyring));
    assert_eq!(jobs(&player.press("o")), [Job::Unlock(None)]);
    let refused = Notice { what: "The keyring stays locked.".into(), hints: Vec::new() };
    player.told(Answer::Unlocked(Err(refused)));
    assert!(player.words().contains("The keyring stays locked."), "{}", player.text());
}

#[test]
fn what_cannot_be_unlocked_says_why() {
    let why = Notice { what: "Nothing says where the key is.".into(), hints: Vec::new() };
    let table = [
        (Secrets { state: State::Broken(why.clone()), ..Secrets::default() }, "it cannot be read"),
        (
            Secrets { state: State::Locked { why, by: None }, ..Secrets::default() },
            "nothing tells where its key is",
        ),
        (Secrets { state: State::Open, ..Secrets::default() }, "the vault is open"),
    ];
    for (secrets, reason) in table {
        let mut player = with(secrets);
        assert_eq!(player.press("o"), []);
        assert!(player.toast().contains(reason), "{}", player.toast());
    }
}

#[test]
fn a_secret_is_edited_as_itself_under_any_name_that_no_other_has() {
    let mut player = secrets();
    player.select("hub-ci");
    player.press("e");
    let words = player.words();
    for shown in ["Change a secret: Docker Hub", "[hub-ci ", "[janedoe ", "[jane@example.com ", "(unchanged)"]
    {
        assert!(words.contains(shown), "{shown}\n{}", player.text());
    }
    player.press("ctrl-u");
    player.write("ghcr-bot");
    player.press("tab");
    assert!(player.words().contains("A secret of this name is in the vault."), "{}", player.text());
    player.press("up ctrl-u");
    player.write("hub-ci-2");
    player.press("tab tab tab tab tab enter");
    let Some(Effect::Start(_, Job::Submit(found))) = player.press("enter").pop() else {
        panic!("{}", player.text())
    };
    let id = player.selected_id();
    assert_eq!(
        (id.store.vault_name().map(|name| &**name), &found.origin),
        (Some("hub-ci"), &Origin::Edit(id.clone()))
    );
    assert_eq!((&*found.name, &found.password), ("hub-ci-2", &Password::Keep));
    assert_eq!(found.destinations, [Destination::Vault]);
    assert!(found.expires_on.is_some());
}

#[test]
fn a_locked_vault_can_be_opened_from_the_form() {
    let mut player = with(locked(Unlock::Passphrase));
    player.press("a enter");
    for text in ["hub-ci", "jane", "some-password", "", ""] {
        player.write(text);
        player.press("enter");
    }
    assert!(player.words().contains("it is locked: o unlocks it"), "{}", player.text());
    player.press("o");
    player.write("open");
    assert_eq!(player.press("enter").len(), 1);
    player.told(Answer::Unlocked(Ok("The vault is open for 8h.".into())));
    player.read_vault();
    player.press("enter");
    assert!(
        player.words().contains("A secret of this name is in the vault."),
        "the name is taken, as is known now\n{}",
        player.text()
    );
}

#[test]
fn r_asks_for_the_secret_of_that_name() {
    let mut player = secrets();
    player.select("sauce-robot");
    let (_, id) = fetch_in(&player.press("r"));
    assert_eq!(id.store.vault_name().map(|name| &**name), Some("sauce-robot"));
}

#[test]
fn a_vault_that_was_locked_meanwhile_is_looked_into_again() {
    let mut player = secrets();
    let (ticket, _) = fetch_in(&player.press("r"));
    let locked = || Notice { what: "The vault is locked.".into(), hints: Vec::new() };
    let effects = player.answer(ticket, Answer::Fetched(Err(locked())));
    assert_eq!(jobs(&effects), [Job::ReadVault]);
    let effects = player.told(Answer::Submitted(Err(locked())));
    assert_eq!(jobs(&effects), [Job::Load], "the vault is read after the files");
}
