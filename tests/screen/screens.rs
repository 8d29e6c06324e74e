//! What the screen looks like. Each scene is kept as a picture, text and styles, at three sizes; what must hold for
//! every scene is asserted at all of them.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test screen`, and look at each new picture.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use serde_json::json;

use crate::scenes::{EVIL, SCENES, Variables, hostile, privacy, ten_kinds};
use crate::support::home::Home;
use crate::support::picture::picture;
use crate::support::player::Player;
use crate::support::tokens::auth;

/// The sizes of the pictures: the design size, a wide and a narrow one.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 20)];

const ANSI: Variables = &[];
const MONO: Variables = &[("NO_COLOR", "1")];
const ASCII: Variables = &[("LANG", "C")];

/// A player at a size.
fn at((columns, rows): (u16, u16), start: fn(Variables) -> Player, variables: Variables) -> Player {
    let mut player = start(variables);
    // The size first, as the program learns it; then the way to the scene. A new size hides a secret.
    let is_revealed = player.is_revealed();
    player.resize(columns, rows);
    if is_revealed {
        player.reveal();
    }
    player
}

fn assert_pictures(name: &str, start: fn(Variables) -> Player, variables: Variables, theme: &str) {
    for (columns, rows) in SIZES {
        let player = at((columns, rows), start, variables);
        let name = format!("{name}_{columns}x{rows}_{theme}");
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!(name, picture(&player.draw()));
        });
    }
}

#[test]
fn every_scene_looks_as_it_was_agreed() {
    for (name, start) in SCENES {
        assert_pictures(name, *start, ANSI, "ansi");
    }
}

#[test]
fn the_list_looks_as_it_was_agreed_without_colours() {
    assert_pictures("list", ten_kinds, MONO, "mono");
}

#[test]
fn the_list_looks_as_it_was_agreed_in_ascii() {
    assert_pictures("list", ten_kinds, ASCII, "ascii");
}

/// Calls back with each cell of each scene.
fn each_cell(variables: Variables, mut check: impl FnMut(&Cell, &str)) {
    for (name, start) in SCENES {
        for size in SIZES {
            let buffer = at(size, *start, variables).draw();
            for (number, cell) in buffer.content().iter().enumerate() {
                let (x, y) = buffer.pos_of(number);
                check(cell, &format!("{name} at {size:?}, column {x}, line {y}"));
            }
        }
    }
}

#[test]
fn nothing_is_painted() {
    each_cell(ANSI, |cell, place| assert_eq!(cell.bg, Color::Reset, "{place}"));
}

#[test]
fn only_the_terminals_own_colours_are_used() {
    each_cell(ANSI, |cell, place| {
        assert!(!matches!(cell.fg, Color::Rgb(..) | Color::Indexed(_)), "{place}: {}", cell.fg);
    });
}

#[test]
fn without_colours_there_is_none_and_the_selection_is_still_seen() {
    let mut reversed = 0;
    each_cell(MONO, |cell, place| {
        let colours = [cell.fg, cell.bg, cell.underline_color];
        assert_eq!(colours, [Color::Reset; 3], "{place}");
        reversed += usize::from(cell.modifier.contains(Modifier::REVERSED));
    });
    assert!(reversed > 0);
}

#[test]
fn beside_ascii_there_are_boxes_bullets_dots_and_ellipses_only() {
    each_cell(ANSI, |cell, place| {
        let odd = cell.symbol().chars().find(|c| !c.is_ascii() && !"•…·─│┌┐└┘".contains(*c));
        assert_eq!(odd, None, "{place}");
    });
}

#[test]
fn in_a_locale_without_utf8_everything_is_ascii() {
    each_cell(ASCII, |cell, place| assert!(cell.symbol().is_ascii(), "{place}: {}", cell.symbol()));
}

#[test]
fn what_others_wrote_never_reaches_a_cell_as_it_is() {
    each_cell(ANSI, |cell, place| {
        let raw = cell.symbol().chars().find(|c| c.is_control() || "\u{202e}\u{2066}".contains(*c));
        assert_eq!(raw, None, "{place}");
    });
    // Left out would be as wrong: two names that differ must not look the same.
    let mut player = at((120, 40), hostile, ANSI);
    player.select(&format!("{EVIL}.example.com"));
    player.press("enter");
    for label in ["key", "account", "email"] {
        let shown = format!(
            "{label} \\u{{202e}}ev\\x1b[2J\\x1b]52;c;b3duZWQ=\\x07\\u{{202e}}\\x0d\\x9b31m\\u{{2066}}il"
        );
        assert!(player.words().contains(&shown), "{shown}\n{}", player.text());
    }
}

#[test]
fn a_hostile_secret_is_shown_as_escapes() {
    let home = Home::docker(&json!({"auths": {"r.example.com": {"auth": auth("jane", EVIL)}}}));
    let mut player = Player::of(&home, ANSI);
    player.reveal();
    assert!(player.text().contains("ev\\x1b[2J"), "{}", player.text());
    assert!(!player.draw().content().iter().any(|cell| cell.symbol().contains(char::is_control)));
}

#[test]
fn the_mask_is_as_long_for_a_short_password_as_for_a_long_one() {
    let screen = |password: &str| {
        let home = Home::docker(&json!({"auths": {"r.example.com": {"auth": auth("jane", password)}}}));
        Player::of(&home, ANSI).draw()
    };
    // A long one without blanks is taken for a token, and that may be said.
    assert_eq!(screen("a1!"), screen("correct-horse-1!"));
}

#[test]
fn in_privacy_mode_no_name_and_no_host_is_on_the_screen() {
    let names =
        ["janedoe", "jane", "ci-pull", "acme", "amazonaws", "ghcr", "contoso", "example", "saucelabs", "AWS"];
    for open in ["tab", "enter", "y", "/"] {
        let mut player = privacy(ANSI);
        player.resize(120, 40);
        player.press(open);
        for _ in 0..player.model.logins.len() {
            // The path of a file is neither; it names the person, though.
            let text = player.text().replace("/home/jane", "");
            for name in names {
                assert!(!text.contains(name), "{name} after {open}:\n{text}");
            }
            player.press("esc down");
            player.press("p p");
            player.press(open);
        }
    }
}

#[test]
fn below_forty_by_six_one_sentence_stands_as_far_as_it_fits() {
    for size in [(39, 24), (80, 5), (39, 5), (20, 3)] {
        let player = at(size, ten_kinds, ANSI);
        let words = player.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, "pullpass needs 40 columns and 6 rows.", "{size:?}");
    }
    let smallest = at((40, 6), ten_kinds, ANSI).text();
    assert!(smallest.contains("1234567890"), "{smallest}");
}

#[test]
fn no_size_breaks_a_scene() {
    /// What has a layout of its own is drawn at each size, what differs from that in its words at some.
    const LAYOUTS: [&str; 3] = ["list", "detail", "help"];
    std::thread::scope(|scope| {
        for (name, start) in SCENES {
            let step = if LAYOUTS.contains(name) { 1 } else { 3 };
            scope.spawn(move || {
                let mut player = start(ANSI);
                for rows in 0..=40 {
                    for columns in (rows % 3 * (step - 1) / 2..=130).step_by(step.into()) {
                        player.resize(columns, rows);
                        player.draw();
                    }
                }
            });
        }
    });
}

#[test]
fn a_frame_between_a_resize_and_its_message_breaks_nothing() {
    // The terminal has shrunk or grown, and the model does not know it yet.
    for (_, start) in SCENES {
        for (known, real) in
            [((120, 40), (20, 5)), ((80, 24), (79, 23)), ((40, 6), (200, 60)), ((80, 24), (1, 1))]
        {
            let mut player = at(known, *start, ANSI);
            player.draw_on(real);
            player.resize(real.0, real.1);
            player.draw();
        }
    }
}
