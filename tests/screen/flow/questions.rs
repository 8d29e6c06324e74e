//! Questions that come by themselves, when a registry answers or a review is ready: keys that were meant for something else
//! answer none of them.

use pullpass::check::flow::{RealmPair, Report};
use pullpass::check::verdict::Verdict;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Planned, Ticket};

use super::removing::{logins, ticket_in};
use crate::support::player::{Player, jobs, report};

/// Presses v, then these keys; the answer is what the registry says when it wants the login sent elsewhere.
fn checked_and(player: &mut Player, keys: &str) -> (Vec<Effect>, (Ticket, Answer)) {
    let [.., Effect::Start(ticket, Job::Check { logins: jobs, .. })] = &*player.press("v") else {
        panic!("{}", player.text())
    };
    let pair = RealmPair { registry: "ghcr.io".into(), realm: "https://elsewhere.example".into() };
    let report = Report { ask: Some(pair), ..report(Verdict::RealmBlocked) };
    let (ticket, id, at) = (*ticket, jobs[0].id.clone(), player.now);
    (player.press(keys), (ticket, Answer::Checked { id, at, found: Ok(Box::new(report)) }))
}

fn title(player: &Player) -> &str {
    player.model.layers.question().map_or("", |(dialog, _)| &dialog.confirm().title)
}

#[test]
fn no_question_takes_the_place_of_another() {
    let planned = || Ok(Planned { lines: Vec::new(), is_wide: false });
    let mut player = logins();
    let (effects, said) = checked_and(&mut player, "d");
    let ticket = ticket_in(&effects);
    player.answer(ticket, Answer::Reviewed(planned()));
    player.answer(said.0, said.1);
    assert_eq!(title(&player), "Remove ghcr.io?");
    assert_eq!(jobs(&player.press("y")), [Job::CarryOut(ticket)]);
    let mut player = logins();
    let (effects, said) = checked_and(&mut player, "d");
    let ticket = ticket_in(&effects);
    player.answer(said.0, said.1);
    let effects = player.answer(ticket, Answer::Reviewed(planned()));
    assert_eq!(effects, [Effect::Cancel(ticket)], "what was reviewed is kept for nobody");
    assert_eq!(title(&player), "Send the login to another host?");
}

#[test]
fn no_question_pops_up_under_somebody_who_types() {
    for keys in ["/", "a", "e"] {
        let mut player = logins();
        let (_, said) = checked_and(&mut player, keys);
        player.answer(said.0, said.1);
        assert_eq!(title(&player), "", "{keys}");
        assert!(
            !player.press("y").iter().any(|effect| matches!(effect, Effect::Start(_, Job::Choose { .. }))),
            "{keys}"
        );
    }
}

#[test]
fn why_a_key_does_nothing_is_gone_with_the_next_key() {
    let mut player = logins();
    player.press("2 d");
    assert!(player.words().contains("Not now"), "{}", player.text());
    player.press("1");
    player.press("2 d");
    player.press("1");
    assert!(!player.words().contains("Not now"), "it outlived its page\n{}", player.text());
}
