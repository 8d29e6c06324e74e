//! Moving, filtering, sorting, opening and leaving.

use crossterm::event::{Event, KeyEvent, KeyEventKind};
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::Job;
use pullpass::tui::message::Message;
use pullpass::tui::model::Layer;
use serde_json::{Map, json};

use crate::support::home::{DOCKER, Home};
use crate::support::player::{Player, jobs, key};
use crate::support::tokens::auth;
use crate::support::{MARKER, now};

/// The names of the ten kinds, as the list shows them first.
const BY_NAME: [&str; 13] = [
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "210987654321.dkr.ecr.us-east-1.amazonaws.com",
    "broken.example.com",
    "contoso.azurecr.io",
    "docker.io",
    "empty.example.com",
    "europe-west3-docker.pkg.dev",
    "ghcr.io",
    "quay.io/acme",
    "registry.corp.example",
    "registry.digitalocean.com",
    "registry.us-west-4-i3er.saucelabs.com",
    "us-docker.pkg.dev",
];

fn ten_kinds() -> Player {
    // High enough for all rows.
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.resize(120, 40);
    player
}

/// docker's file with so many registries: `r00.example.com` and on.
fn many(count: usize) -> String {
    let entry = |number| (format!("r{number:02}.example.com"), json!({"auth": auth("jane", MARKER)}));
    json!({"auths": (0..count).map(entry).collect::<Map<_, _>>()}).to_string()
}

fn forty() -> Player {
    Player::of(&Home::with(&[(DOCKER, &many(40))]), &[])
}

#[test]
fn the_screen_says_that_it_reads_until_the_files_are_read() {
    let home = Home::ten_kinds(now());
    let (mut player, effects) = Player::start(&home, &[]);
    assert_eq!(jobs(&effects), [Job::Load, Job::ReadMemory]);
    assert!(player.text().contains("Reading the files"), "{}", player.text());
    assert!(!player.text().contains("No logins"), "not known yet");
    player.resize(120, 40);
    player.read_files();
    assert_eq!(player.rows(), BY_NAME);
    assert_eq!(player.selected(), BY_NAME[0]);
}

#[test]
fn keys_move_the_selection_and_stop_at_both_ends() {
    let page = forty().model.logins.height;
    let table = [
        ("j", 1),
        ("down", 1),
        ("j j k", 1),
        ("j up", 0),
        ("k", 0),
        ("G", 39),
        ("end", 39),
        ("G j", 39),
        ("G g g", 0),
        ("G home", 0),
        ("ctrl-d", page / 2),
        ("ctrl-d ctrl-d ctrl-u", page / 2),
        ("pgdn", page - 1),
        ("ctrl-f", page - 1),
        ("pgdn pgdn pgup", page - 1),
        ("pgdn ctrl-b", 0),
        ("G pgdn", 39),
        ("ctrl-u", 0),
        ("g x j", 1),
    ];
    for (keys, row) in table {
        let mut player = forty();
        assert_eq!(player.press(keys), [], "{keys}");
        assert_eq!(player.model.logins.position(), row, "{keys}");
        assert_eq!(player.selected(), format!("r{row:02}.example.com"), "{keys}");
    }
}

#[test]
fn the_selected_row_is_on_the_screen_wherever_it_goes() {
    let mut player = forty();
    for keys in ["G", "ctrl-u", "pgup", "k", "g g", "ctrl-d", "ctrl-d", "j", "pgdn", "end", "home"] {
        player.press(keys);
        assert!(player.rows().contains(&player.selected()), "{keys}: {:?}", player.rows());
        let line = format!("> {}", player.selected());
        assert!(player.text().contains(&line), "{keys}:\n{}", player.text());
    }
}

#[test]
fn a_smaller_screen_keeps_the_selected_row_and_a_larger_one_wastes_no_line() {
    let mut player = forty();
    player.press("G");
    player.resize(80, 10);
    assert!(player.rows().contains(&player.selected()));
    player.resize(80, 30);
    assert_eq!(player.rows().len(), player.model.logins.height);
    assert_eq!(player.rows().last().unwrap(), "r39.example.com");
}

#[test]
fn the_list_narrows_with_every_character_and_enter_keeps_it() {
    let mut player = ten_kinds();
    player.press("/");
    let steps = [("az", 3), ("u", 1), ("!", 0)];
    for (typed, count) in steps {
        player.write(typed);
        assert_eq!(player.model.logins.len(), count, "after {typed}: {:?}", player.rows());
    }
    player.press("backspace");
    assert_eq!(player.rows(), ["contoso.azurecr.io"]);
    player.press("enter");
    assert_eq!((player.model.layers.is_filtering(), player.rows().len()), (false, 1));
    assert!(player.text().contains("Logins /azu"), "the filter stays in sight:\n{}", player.text());
    player.press("esc");
    assert_eq!(player.rows(), BY_NAME);
}

#[test]
fn esc_while_typing_gives_the_whole_list_back() {
    let mut player = ten_kinds();
    player.press("/");
    player.write("ghcr");
    player.press("esc");
    assert_eq!((player.model.layers.is_filtering(), player.rows().len()), (false, BY_NAME.len()));
    assert_eq!(player.selected(), "ghcr.io", "the one that was found stays selected");
}

#[test]
fn the_filter_language_finds_what_it_names() {
    let table: &[(&str, &[&str])] = &[
        ("is:expired", &["210987654321.dkr.ecr.us-east-1.amazonaws.com"]),
        ("is:soon", &["registry.us-west-4-i3er.saucelabs.com"]),
        ("is:helper", &["registry.corp.example"]),
        ("user:jane !user:janedoe", &["ghcr.io"]),
        ("in:podman quay", &["quay.io/acme"]),
        ("pkg.dev !is:unknown", &["europe-west3-docker.pkg.dev"]),
        ("AMAZON is:valid", &["123456789012.dkr.ecr.eu-west-1.amazonaws.com"]),
        ("broken is:broken", &["broken.example.com"]),
        // "a registry" is what a registry without a provider's name is called, not what anybody looks for.
        ("registry !sauce !digital !google", &["registry.corp.example"]),
        ("nothing-like-this", &[]),
        ("is:nonsense", &[]),
    ];
    for (filter, expected) in table {
        let mut player = ten_kinds();
        player.press("/");
        player.write(filter);
        assert_eq!(player.rows(), *expected, "{filter}");
    }
}

#[test]
fn while_the_filter_is_typed_letters_are_text() {
    let mut player = ten_kinds();
    player.press("/");
    assert_eq!(player.press("q r c R p ? s n y s"), []);
    assert_eq!(player.model.logins.filter.text(), "qrcRp?snys");
    assert!(!player.model.privacy && player.model.layers.is_filtering());
    player.press("ctrl-u down up");
    assert_eq!(player.model.logins.filter.text(), "");
    assert_eq!(player.press("ctrl-c"), [Effect::Quit]);
}

#[test]
fn a_list_without_a_match_says_how_to_get_out_of_it() {
    let mut player = ten_kinds();
    player.press("/");
    player.write("zzz");
    assert!(player.text().contains("No login matches the filter"), "{}", player.text());
    assert_eq!(player.selected(), "");
    player.press("down up enter j G g g enter");
    player.press("esc");
    assert_eq!(player.rows().len(), BY_NAME.len());
}

#[test]
fn sorting_goes_by_name_by_time_left_and_by_gravity() {
    let table: &[(&str, &[&str])] = &[
        ("s n", &BY_NAME[..3]),
        (
            "s e",
            &[
                "210987654321.dkr.ecr.us-east-1.amazonaws.com",
                "registry.us-west-4-i3er.saucelabs.com",
                "us-docker.pkg.dev",
                "contoso.azurecr.io",
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            ],
        ),
        (
            "s s",
            &[
                "broken.example.com",
                "210987654321.dkr.ecr.us-east-1.amazonaws.com",
                "registry.us-west-4-i3er.saucelabs.com",
                "registry.corp.example",
                "empty.example.com",
            ],
        ),
    ];
    for (keys, first) in table {
        let mut player = ten_kinds();
        player.press(keys);
        assert_eq!(player.rows()[..first.len()], **first, "{keys}");
    }
    let mut player = ten_kinds();
    player.press("s e s n");
    assert_eq!(player.rows(), BY_NAME);
}

#[test]
fn the_selected_login_stays_selected_over_a_new_order_and_a_new_reading() {
    let home = Home::ten_kinds(now());
    let mut player = Player::of(&home, &[]);
    player.select("ghcr.io");
    for keys in ["s e", "s s", "s n", "/ g enter", "esc"] {
        player.press(keys);
        assert_eq!(player.selected(), "ghcr.io", "{keys}");
    }
    home.write(".dockercfg", &json!({"aaa.example.com": {"auth": auth("jane", MARKER)}}).to_string());
    player.read_files();
    assert_eq!(player.selected(), "ghcr.io");
}

#[test]
fn where_the_selected_login_is_gone_the_next_one_is_selected() {
    let home = Home::with(&[(DOCKER, &many(3))]);
    let mut player = Player::of(&home, &[]);
    player.press("G");
    home.write(DOCKER, &many(2));
    player.read_files();
    assert_eq!(player.selected(), "r01.example.com");
    home.write(DOCKER, "{}");
    player.read_files();
    assert_eq!((player.selected(), player.rows().len()), (String::new(), 0));
    assert!(player.text().contains("No logins found."), "{}", player.text());
}

#[test]
fn what_is_open_closes_before_the_program_does() {
    for (open, close) in [("enter", "q"), ("enter", "esc"), ("l", "h"), ("?", "q"), ("?", "esc"), ("?", "?")]
    {
        let mut player = ten_kinds();
        player.press(open);
        assert!(!player.model.layers.is_empty(), "{open}");
        assert_eq!(player.press(close), [], "{close}");
        assert!(player.model.layers.is_empty(), "{open} {close}");
    }
    assert_eq!(ten_kinds().press("q"), [Effect::Quit]);
}

#[test]
fn ctrl_c_leaves_from_everywhere_and_other_controls_do_their_work_there_too() {
    for before in ["j", "enter", "?", "/", "y", "g", "p"] {
        for (keys, effect) in [("ctrl-c", Effect::Quit), ("ctrl-z", Effect::Suspend)] {
            let mut player = ten_kinds();
            player.press(before);
            let effects = player.press(keys);
            // The second key of a sequence that means nothing ends the sequence; the next one counts.
            let effects = if effects.is_empty() { player.press(keys) } else { effects };
            assert_eq!(effects, [effect], "{before} {keys}");
        }
    }
    assert_eq!(ten_kinds().press("ctrl-l"), [Effect::Redraw]);
}

#[test]
fn in_what_is_open_the_keys_scroll_and_the_selection_stays() {
    for open in ["enter", "?"] {
        let mut player = forty();
        player.resize(60, 8);
        player.press(open);
        let top = player.text();
        player.press("j");
        assert_ne!(player.text(), top, "{open}");
        player.press("G");
        let bottom = player.text();
        player.press("j pgdn ctrl-d");
        assert_eq!(player.text(), bottom, "{open}: there is nothing below the end");
        player.press("k");
        assert_ne!(player.text(), bottom, "{open}: one key up from the end is one line");
        player.press("g g");
        assert_eq!(player.text(), top, "{open}");
        assert_eq!(player.model.logins.position(), 0, "{open}");
    }
}

#[test]
fn the_detail_shows_the_login_that_was_selected() {
    let mut player = ten_kinds();
    player.select("contoso.azurecr.io");
    player.press("enter");
    assert!(matches!(player.model.layers.top(), Some(Layer::Detail { scroll: 0 })));
    assert!(player.text().contains("Azure ACR refresh token"), "{}", player.text());
    assert!(!player.text().contains("ghcr.io"), "the list is covered:\n{}", player.text());
}

#[test]
fn the_release_of_a_key_is_no_key() {
    let mut player = forty();
    let release = KeyEvent { kind: KeyEventKind::Release, ..key("j") };
    player.tell(Message::Input(Event::Key(release)));
    assert_eq!(player.model.logins.position(), 0);
}

/// Where to start, which login to select, the keys, and what the screen says to them.
type Refusal = (fn() -> Player, &'static str, &'static str, &'static str);

#[test]
fn an_action_that_cannot_be_done_says_why() {
    let empty: fn() -> Player = || Player::of(&Home::empty(), &[]);
    let table: &[Refusal] = &[
        (empty, "", "r", "no login is selected"),
        (empty, "", "i", "no login is selected"),
        (empty, "", "2 r", "no secret is selected"),
        (empty, "", "2 d", "no secret is selected"),
        (empty, "", "enter", "no login is selected"),
        (empty, "", "y s", "no login is selected"),
        (empty, "", "y u", "no login is selected"),
        (empty, "", "y r", "no login is selected"),
        (empty, "", "y a", "no login is selected"),
        (empty, "", "c", "nothing secret is on the clipboard"),
        (ten_kinds, "broken.example.com", "r", "there is no secret to show"),
        (ten_kinds, "empty.example.com", "r", "there is no secret to show"),
        (ten_kinds, "broken.example.com", "y s", "there is no secret to copy"),
        (ten_kinds, "registry.digitalocean.com", "y u", "no user name is known"),
        (ten_kinds, "ghcr.io", "i", "the file says all that there is"),
        (ten_kinds, "ghcr.io", "p r", "privacy mode is on"),
        (ten_kinds, "ghcr.io", "? /", "close the help first"),
    ];
    for (start, registry, keys, reason) in table {
        let mut player = start();
        if !registry.is_empty() {
            player.select(registry);
        }
        assert_eq!(player.press(keys), [], "{registry} {keys}");
        assert!(player.toast().contains(reason), "{registry} {keys}: {:?}", player.toast());
        assert!(player.text().contains(reason), "{registry} {keys}:\n{}", player.text());
    }
}

#[test]
fn esc_on_a_plain_list_is_a_habit_that_needs_no_answer() {
    let mut player = ten_kinds();
    assert_eq!(player.press("esc h left"), []);
    assert_eq!(player.toast(), "");
}

#[test]
fn a_paste_is_text_in_the_filter_and_nothing_elsewhere() {
    let mut player = ten_kinds();
    let before = (player.selected(), player.rows());
    assert_eq!(player.paste("jq\nr\n"), []);
    assert_eq!((player.selected(), player.rows()), before);
    assert!(player.toast().contains("A paste means nothing here"), "{}", player.toast());
    player.press("/");
    player.paste("gh\u{1b}[2Jcr\nsecond line");
    assert_eq!(player.model.logins.filter.text(), "gh[2Jcr", "one line, without what moves a cursor");
}

#[test]

fn the_footer_names_what_follows_the_first_key_of_a_sequence() {
    let mut player = ten_kinds();
    player.press("y");
    let footer = player.text().lines().last().unwrap().to_owned();
    for key in [" s ", " u ", " r ", " a "] {
        assert!(footer.contains(key), "{footer}");
    }
    player.press("esc");
    assert_eq!(player.model.prefix, None);
}
