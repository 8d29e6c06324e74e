//! Nobody is asked for anything by itself: no registry, no helper for a secret, whatever happens and however long it
//! takes, until a person presses the key for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::Event;
use pullpass::app::check::history::Memory;
use pullpass::app::check::{self, Checked};
use pullpass::check::verdict::Verdict;
use pullpass::credential::login::Login;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job};
use pullpass::tui::message::Message;
use serde_json::Value;

use crate::support::home::{DOCKER, Home};
use crate::support::player::{Player, report};
use crate::support::vault::some_secrets;
use crate::support::{after, now};

/// Ten kinds of logins, tokens that end while we look and a vault with reminders among them, and two helpers.
fn home() -> Home {
    let home = some_secrets(now());
    let text = std::fs::read_to_string(home.file(DOCKER)).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    config["credHelpers"]["minted.example.com"] = "mint".into();
    home.write(DOCKER, &config.to_string());
    home
}

/// What earlier checks found: one worked and one was refused, both long ago.
fn old_verdicts(player: &Player) -> Memory {
    let checked = |(login, verdict): (Login, Verdict)| {
        let job = check::Job { id: login.id, kind: login.kind, account: None };
        Checked { job, at: after(now(), -90 * 86_400), result: Ok(report(verdict)) }
    };
    let verdicts = [Verdict::Verified, Verdict::Rejected];
    let checks: Vec<_> = player.found().logins.into_iter().zip(verdicts).map(checked).collect();
    let mut memory = Memory::default();
    memory.add(&checks);
    memory
}

/// Reads the answers to what the model may ask for by itself into it, until it asks for nothing more.
fn answered(player: &mut Player, effects: Vec<Effect>, all: &mut Vec<Effect>) {
    for effect in effects {
        all.push(effect.clone());
        let more = match effect {
            Effect::Start(_, Job::Load) => player.read_files(),
            Effect::Start(_, Job::ReadVault) => player.read_vault(),
            Effect::Start(_, Job::ReadMemory) => {
                let memory = old_verdicts(player);
                player.told(Answer::Remembered(Ok(Box::new(memory))))
            }
            Effect::Start(_, Job::List(helper)) if *helper == *"mint" => {
                player.not_listed("mint", "it is broken")
            }
            Effect::Start(_, Job::List(helper)) => player.listed(&helper, &[("new.example.com", "jane")]),
            _ => Vec::new(),
        };
        answered(player, more, all);
    }
}

#[test]
fn in_a_month_without_a_key_no_registry_and_no_helper_is_asked_for_a_secret() {
    let (mut player, start) = Player::start(&home(), &[]);
    let mut all = Vec::new();
    answered(&mut player, start, &mut all);
    let end = after(now(), 31 * 86_400);
    let mut naps = 0;
    // The texts count for some hours; afterwards they change once a day, and in the end never.
    while let Some(at) = player.model.next_wakeup(player.now).filter(|at| *at < end && naps < 50_000) {
        naps += 1;
        player.now = at;
        let effects = player.tell(Message::Wake);
        answered(&mut player, effects, &mut all);
        if naps % 1_000 == 1 {
            for message in [
                Message::FilesChanged,
                Message::Input(Event::FocusLost),
                Message::Input(Event::FocusGained),
                Message::Input(Event::Resize(120, 40)),
                Message::Suspended,
            ] {
                let effects = player.tell(message);
                answered(&mut player, effects, &mut all);
            }
        }
    }
    assert!(naps > 1_000, "only {naps} times something changed");
    let quiet = |effect: &&Effect| {
        !matches!(effect, Effect::Start(_, Job::Load | Job::ReadMemory | Job::ReadVault | Job::List(_)))
    };
    assert_eq!(all.iter().find(quiet), None);
    // A helper is asked for its list once, which shows no secret; the screen says whom it asks.
    let lists: Vec<&Arc<str>> = all
        .iter()
        .filter_map(
            |effect| if let Effect::Start(_, Job::List(helper)) = effect { Some(helper) } else { None },
        )
        .collect();
    assert_eq!(lists.len(), lists.iter().collect::<BTreeSet<_>>().len(), "{lists:?}");
    assert!(lists.iter().any(|helper| ***helper == *"mint"), "{lists:?}");
    // The test would see a check.
    assert!(matches!(player.press("v")[..], [.., Effect::Start(_, Job::Check { .. })]));
}
