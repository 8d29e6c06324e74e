//! Copies, the lease of a copied secret, and the messages about it all.

use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Part};
use pullpass::tui::message::Message;

use crate::support::home::Home;
use crate::support::player::{Player, copy_in, jobs};
use crate::support::{after, now};

/// The keys, the part that they copy, its words, and whether it must be cleared later.
const PARTS: [(&str, Part, &str, bool); 4] = [
    ("y s", Part::Secret, "secret", true),
    ("y u", Part::User, "user name", false),
    ("y r", Part::Registry, "registry", false),
    ("y a", Part::Auth, "auth value", true),
];

fn ready() -> Player {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.select("docker.io");
    player
}

/// Copies a part and gets it onto the clipboard.
fn copy(player: &mut Player, keys: &str) {
    let (_, part, words, _) = PARTS.into_iter().find(|(known, ..)| *known == keys).unwrap();
    let ticket = copy_in(&player.press(keys));
    player.copied(ticket);
    assert_eq!(part.words(), words);
}

#[test]
fn each_part_has_its_keys() {
    for (keys, wanted, ..) in PARTS {
        let mut player = ready();
        let id = player.selected_id();
        match player.press(keys).as_slice() {
            [Effect::Start(_, Job::Copy(copied, part))] => {
                assert_eq!((copied, *part), (&id, wanted), "{keys}");
            }
            other => panic!("{keys}: {other:?}"),
        }
        assert_eq!(player.model.lease, None, "nothing is on the clipboard before the answer");
    }
}

#[test]
fn only_a_secret_is_cleared_again() {
    for (keys, part, words, is_secret) in PARTS {
        let mut player = ready();
        copy(&mut player, keys);
        assert_eq!(part.is_secret(), is_secret);
        assert_eq!(
            player.model.lease.map(|lease| lease.until),
            is_secret.then(|| after(now(), 45)),
            "{keys}"
        );
        let toast = player.toast();
        assert!(toast.contains(&format!("The {words} is on the clipboard of this desktop")), "{toast}");
        assert_eq!(toast.contains("cleared in 45 seconds"), is_secret, "{toast}");
        assert_eq!(player.text().contains("clipboard clears in 00:45"), is_secret, "{}", player.text());
    }
}

#[test]
fn the_clipboard_is_cleared_after_forty_five_seconds() {
    let mut player = ready();
    copy(&mut player, "y s");
    assert_eq!(player.wait(44), []);
    assert!(player.text().contains("clipboard clears in 00:01"), "{}", player.text());
    assert_eq!(jobs(&player.wait(1)), [Job::ClearClipboard]);
    assert_eq!(player.model.lease, None);
    player.told(Answer::ClipboardCleared(Ok(())));
    assert!(player.toast().contains("The clipboard is cleared."), "{}", player.toast());
    assert_eq!(player.wait(60), [], "once is enough");
}

#[test]
fn c_clears_at_once() {
    let mut player = ready();
    copy(&mut player, "y s");
    assert_eq!(jobs(&player.press("c")), [Job::ClearClipboard]);
    assert_eq!(player.model.lease, None);
    assert_eq!(player.press("c"), []);
    assert_eq!(player.wait(60), []);
}

#[test]
fn a_second_secret_has_a_lease_of_its_own() {
    let mut player = ready();
    copy(&mut player, "y s");
    player.wait(30);
    copy(&mut player, "y a");
    assert_eq!(player.wait(15), [], "the first lease is over, and what it was for is gone");
    assert_eq!(jobs(&player.wait(30)), [Job::ClearClipboard]);
}

#[test]
fn a_name_over_a_secret_ends_the_lease() {
    let mut player = ready();
    copy(&mut player, "y s");
    copy(&mut player, "y u");
    assert_eq!(player.model.lease, None);
    assert_eq!(player.wait(60), [], "the name stays");
}

#[test]
fn only_the_last_copy_counts() {
    let mut player = ready();
    let old = copy_in(&player.press("y s"));
    let effects = player.press("y u");
    let new = copy_in(&effects);
    assert_eq!(effects[0], Effect::Cancel(old));
    player.copied(old);
    assert_eq!((player.model.lease, player.toast()), (None, String::new()), "the stale answer is dropped");
    player.copied(new);
    assert!(player.toast().contains("user name"), "{}", player.toast());
}

#[test]
fn after_a_failed_copy_the_secret_from_before_is_still_cleared() {
    let mut player = ready();
    copy(&mut player, "y s");
    let ticket = copy_in(&player.press("y u"));
    let failure = Notice { what: "There is no clipboard here.".into(), hints: vec!["Press r.".into()] };
    player.answer(ticket, Answer::Copied(Err(failure)));
    assert!(player.text().contains("There is no clipboard here."), "{}", player.text());
    assert_eq!(jobs(&player.wait(45)), [Job::ClearClipboard]);
}

#[test]
fn a_lease_survives_what_ends_a_reveal() {
    let mut player = ready();
    copy(&mut player, "y s");
    player.press("j");
    player.resize(100, 30);
    player.tell(Message::Suspended);
    player.press("p");
    assert!(player.model.lease.is_some());
}

#[test]
fn a_message_stays_four_seconds() {
    let mut player = ready();
    copy(&mut player, "y u");
    assert_eq!(player.model.next_wakeup(player.now).map(|at| at <= after(player.now, 4)), Some(true));
    player.wait(3);
    assert!(player.text().contains("The user name is on"), "{}", player.text());
    player.wait(1);
    assert_eq!(player.toast(), "");
}

#[test]
fn a_new_message_takes_the_place_of_the_old_one_and_has_its_own_four_seconds() {
    let mut player = ready();
    copy(&mut player, "y u");
    player.wait(3);
    copy(&mut player, "y r");
    player.wait(3);
    assert!(player.text().contains("The registry is on"), "{}", player.text());
    player.wait(1);
    assert_eq!(player.toast(), "");
}
