//! Taking back what another run of pullpass changed.

use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Planned};

use super::removing::logins;
use crate::support::player::jobs;

#[test]
fn what_another_run_changed_is_asked_about_before_it_is_taken_back() {
    for (key, takes_back) in [("enter", false), ("n", false), ("y", true)] {
        let mut player = logins();
        let effects = player.press("u");
        let [.., Effect::Start(ticket, Job::ReviewUndo)] = effects[..] else { panic!("{effects:?}") };
        let lines = vec!["remove ghcr.io".into()];
        player.answer(ticket, Answer::Reviewed(Ok(Planned { lines, is_wide: false })));
        let words = player.words();
        assert!(words.contains("Take back the last change?") && words.contains("> [ Leave it ]"), "{words}");
        let effects = player.press(key);
        if takes_back {
            assert_eq!(jobs(&effects), [Job::CarryOut(ticket)]);
        } else {
            assert_eq!(effects, [Effect::Cancel(ticket)], "{key}");
        }
    }
}
