//! What is read over the list: which login each tool sends, and what is odd.

use pullpass::app::describe::Fact;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Ticket};

use crate::support::home::Home;
use crate::support::now;
use crate::support::player::Player;

/// The one job that these effects start.
fn job(effects: Vec<Effect>) -> (Ticket, Job) {
    let mut jobs = effects.into_iter().filter_map(|effect| match effect {
        Effect::Start(ticket, job) => Some((ticket, job)),
        _ => None,
    });
    let job = jobs.next().expect("a job");
    assert!(jobs.next().is_none());
    job
}

#[test]
fn w_asks_about_an_image_of_the_selected_registry_and_shows_what_came() {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.select("ghcr.io");
    let (ticket, asked) = job(player.press("w"));
    assert!(matches!(&asked, Job::Which { image, .. } if image == "ghcr.io/image"), "{asked:?}");
    assert!(player.words().contains("Looking ..."), "{}", player.text());
    let facts = vec![Fact::new("sends", "docker: jane from ~/.docker/config.json, under ghcr.io")];
    player.answer(ticket, Answer::Reported(Ok(facts)));
    assert!(player.words().contains("sends docker: jane from ~/.docker/config.json"), "{}", player.text());
    player.press("p");
    assert!(!player.words().contains("jane"), "{}", player.text());
    player.press("p esc");
    assert!(!player.words().contains("sends docker"), "{}", player.text());
    // Names stand in it.
    player.press("p");
    assert!(player.press("w").is_empty() && player.press("3").is_empty());
}

#[test]
fn three_asks_what_is_odd_and_an_answer_to_an_older_question_is_dropped() {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    let (old, _) = job(player.press("3"));
    player.press("esc");
    let (ticket, asked) = job(player.press("3"));
    assert!(matches!(asked, Job::Doctor(_)), "{asked:?}");
    player.answer(old, Answer::Reported(Ok(vec![Fact::new("problem", "of before")])));
    assert!(!player.words().contains("of before"), "{}", player.text());
    player.answer(ticket, Answer::Reported(Ok(Vec::new())));
    assert!(player.words().contains("Nothing is odd on this machine."), "{}", player.text());
}
