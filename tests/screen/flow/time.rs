//! Time passes. The model names the next instant at which the screen changes by itself: never a tick too many, and
//! never a text that stands still while it should not.

use crossterm::event::Event;
use jiff::Timestamp;
use pullpass::tui::jobs::Job;
use pullpass::tui::message::Message;
use serde_json::{Map, Value, json};

use crate::support::home::Home;
use crate::support::player::{Player, copy_in, jobs, lines};
use crate::support::tokens::{auth, ecr, jwt};
use crate::support::{MARKER, after, now};

const REDUCED: &[(&str, &str)] = &[("REDUCED_MOTION", "1")];

/// Seconds until the model wants to be woken; `None` for never.
fn nap(player: &Player) -> Option<i64> {
    player.model.next_wakeup(player.now).map(|at| at.as_second() - player.now.as_second())
}

/// One login whose token ends in so many seconds.
fn one(seconds: i64, variables: &[(&str, &str)]) -> Player {
    let token = ecr(after(now(), seconds));
    Player::of(&Home::docker(&json!({"auths": {"r.example.com": {"auth": auth("AWS", &token)}}})), variables)
}

#[test]
fn without_a_countdown_nothing_ever_wakes_the_model() {
    let home = Home::docker_hub();
    let (player, _load) = Player::start(&home, &[]);
    assert_eq!(nap(&player), None, "while the files are read");
    assert_eq!(nap(&Player::of(&home, &[])), None);
    assert_eq!(nap(&Player::of(&Home::empty(), &[])), None);
}

#[test]
fn a_countdown_wakes_the_model_when_its_text_changes() {
    let table = [
        (2 * 86_400, 1),
        (86_400 * 2 + 1_799, 1_800),
        (42_120, 1),
        (42_119, 60),
        (3_600, 1),
        (2_527, 1),
        (41, 1),
        (1, 1),
    ];
    for (left, seconds) in table {
        assert_eq!(nap(&one(left, &[])), Some(seconds), "{left} s left");
    }
}

#[test]
fn inside_the_hour_seconds_count_only_where_somebody_watches() {
    // Left, and the seconds until "43 min" becomes "42 min", or the claim's "in 42m" becomes "in 41m".
    let table = [(2_527, 7), (2_521, 1), (2_520, 1), (2_519, 59), (61, 1), (60, 1), (59, 59)];
    for (left, seconds) in table {
        assert_eq!(nap(&one(left, REDUCED)), Some(seconds), "reduced motion, {left} s left");
        let mut player = one(left, &[]);
        player.tell(Message::Input(Event::FocusLost));
        assert_eq!(nap(&player), Some(seconds), "another window, {left} s left");
        player.tell(Message::Input(Event::FocusGained));
        assert_eq!(nap(&player), Some(1), "back again, {left} s left");
    }
}

#[test]
fn reduced_motion_shows_minutes_that_are_never_more_than_is_left_rounded_up() {
    for (left, shown) in [(2_527, "43 min"), (2_520, "42 min"), (900, "15 min !"), (1, "1 min !")] {
        let text = one(left, REDUCED).text();
        assert!(text.contains(shown), "{left}: {text}");
    }
}

#[test]
fn a_row_out_of_sight_counts_no_seconds() {
    let start = now();
    let mut auths: Map<_, _> =
        (0..40).map(|n| (format!("r{n:02}.example.com"), json!({"auth": auth("jane", MARKER)}))).collect();
    auths.insert("z.example.com".into(), json!({"auth": auth("AWS", &ecr(after(start, 2_527)))}));
    let mut player = Player::of(&Home::docker(&json!({"auths": auths})), &[]);
    assert_eq!(nap(&player), Some(2_527 - 900), "only the header's \"soon\" will change");
    player.press("G");
    assert_eq!(nap(&player), Some(1), "in sight");
    player.press("g g");
    assert_eq!(nap(&player), Some(2_527 - 900));
}

/// How a player may look at a home.
type Look = (&'static str, &'static [(&'static str, &'static str)], fn(&mut Player));

/// Ways to look at the ten kinds: what counts differs with each.
const LOOKS: &[Look] = &[
    ("the list", &[], |_| {}),
    ("a wide list", &[], |player| drop(player.resize(120, 40))),
    ("a low list", &[], |player| drop(player.resize(60, 8))),
    ("privacy", &[], |player| drop(player.press("p"))),
    ("the help", &[], |player| drop(player.press("?"))),
    ("by expiry", &[], |player| drop(player.press("s e"))),
    ("only the valid", &[], |player| {
        player.press("/");
        player.write("is:valid");
        player.press("enter");
    }),
    ("a reveal", &[], |player| {
        player.select("docker.io");
        player.reveal();
    }),
    ("a lease", &[], |player| {
        player.select("docker.io");
        let ticket = copy_in(&player.press("y s"));
        player.copied(ticket);
    }),
    ("a message", &[], |player| drop(player.press("c"))),
];

/// Ways in which nothing counts seconds.
const LOOKS_IN_MINUTES: &[Look] = &[
    ("another window", &[], |player| drop(player.tell(Message::Input(Event::FocusLost)))),
    ("reduced motion", REDUCED, |_| {}),
];

/// Asserts that the screen looks the same until the model wants to be woken.
fn stands_still(player: &Player, what: &str) {
    let picture = player.draw();
    let until = player.model.next_wakeup(player.now).unwrap_or_else(|| after(player.now, 400_000));
    let left = until.as_second() - player.now.as_second();
    assert!(left > 0, "{what}: a wake-up that is over would never end");
    // Each second of a short nap; of a long one its edges and some in between.
    let seconds = (1..left.min(90)).chain((90..left).step_by(977)).chain([left - 1]);
    for second in seconds.filter(|second| (1..left).contains(second)) {
        let later = player.draw_at(after(player.now, second));
        if later != picture {
            let (before, after) = (lines(&picture), lines(&later));
            let changed: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
            panic!("{what}: changed {second} s after {} instead of {left} s: {changed:#?}", player.now);
        }
    }
}

/// Follows the screen from wake-up to wake-up.
fn follow(mut player: Player, what: &str) {
    for _ in 0..8 {
        stands_still(&player, what);
        let Some(at) = player.model.next_wakeup(player.now) else { return };
        player.now = at;
        player.tell(Message::Wake);
    }
}

/// Follows the ten kinds in each of these looks, with logins of each way to end selected.
fn follow_looks(looks: &[Look]) {
    for (what, variables, look) in looks {
        for registry in ["docker.io", "contoso.azurecr.io", "us-docker.pkg.dev", "ghcr.io"] {
            let mut player = Player::of(&Home::ten_kinds(now()), variables);
            player.listed("corp", &[]);
            player.select(registry);
            look(&mut player);
            follow(player, &format!("{what}, {registry}"));
        }
    }
}

/// Follows the detail of one login, with and without motion.
fn follow_detail(what: &str, auths: &Value) {
    for variables in [&[][..], REDUCED] {
        let mut player = Player::of(&Home::docker(&json!({"auths": auths})), variables);
        player.press("enter");
        follow(player, &format!("{what}, {variables:?}"));
    }
}

fn token(seconds: i64) -> Value {
    json!({"auth": auth("janedoe", &jwt(after(now(), seconds)))})
}

#[test]
fn the_screen_never_changes_before_the_model_wants_to_be_woken() {
    follow_looks(LOOKS);
}

#[test]

fn a_screen_that_counts_minutes_only_never_changes_before_the_model_wants_to_be_woken() {
    follow_looks(LOOKS_IN_MINUTES);
}

#[test]

fn the_detail_of_a_token_never_changes_before_the_model_wants_to_be_woken() {
    follow_detail("a token that counts", &json!({"r.example.com": token(2_527)}));
}

#[test]

fn the_detail_of_a_token_that_has_ended_never_changes_before_the_model_wants_to_be_woken() {
    follow_detail("a token that has ended", &json!({"r.example.com": token(-90)}));
}

#[test]

fn the_detail_of_a_web_login_never_changes_before_the_model_wants_to_be_woken() {
    let hub = "https://index.docker.io/v1/";
    let auths = json!({hub: {"auth": auth("janedoe", MARKER)}, format!("{hub}access-token"): token(840)});
    follow_detail("docker's web login", &auths);
}

#[test]
fn a_night_of_sleep_is_one_update_and_the_right_state() {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.select("docker.io");
    player.reveal();
    let ticket = copy_in(&player.press("y s"));
    player.copied(ticket);
    let nine_hours = 9 * 3_600;
    assert_eq!(jobs(&player.wait(nine_hours)), [Job::ClearClipboard]);
    assert!(!player.is_revealed() && player.model.lease.is_none() && player.toast().is_empty());
    assert_eq!((player.model.counts.logins.expired, player.model.counts.logins.soon), (3, 0));
    assert!(player.text().contains("2h42m"), "{}", player.text());
    assert_eq!(player.wait(0), [], "one update was enough");
}

#[test]
fn a_clock_that_is_set_back_hurts_nothing() {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.select("docker.io");
    player.reveal();
    player.now = "2020-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
    player.tell(Message::Wake);
    player.draw();
    assert!(nap(&player).is_some());
}

#[test]
fn the_header_and_a_filter_by_state_follow_the_time() {
    let mut player = one(902, &[]);
    let counts = |player: &Player| (player.model.counts.logins.soon, player.model.counts.logins.expired);
    player.press("/");
    player.write("is:soon");
    player.press("enter");
    let steps = [(0, (0, 0), 0), (2, (1, 0), 1), (899, (1, 0), 1), (1, (0, 1), 0)];
    for (seconds, expected, rows) in steps {
        let due = nap(&player).unwrap_or_default();
        assert!(seconds == 0 || due <= seconds, "the model sleeps {due} s, something changes in {seconds} s");
        player.wait(seconds);
        assert_eq!(counts(&player), expected, "{}", player.now);
        assert_eq!(player.rows().len(), rows, "{}", player.now);
    }
    player.press("esc /");
    player.write("is:expired");
    assert_eq!(player.rows(), ["r.example.com"]);
}

#[test]
fn an_order_by_state_follows_the_time() {
    let home = Home::docker(&json!({"auths": {"a.example.com": token(50_000), "b.example.com": token(10)}}));
    let mut player = Player::of(&home, &[]);
    player.press("s s");
    assert_eq!(player.rows(), ["b.example.com", "a.example.com"], "soon before valid");
    player.press("s n");
    player.wait(10);
    assert_eq!(player.rows(), ["a.example.com", "b.example.com"]);
    player.press("s s");
    assert_eq!(player.rows(), ["b.example.com", "a.example.com"], "expired before valid");
}
