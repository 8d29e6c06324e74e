//! Each page of the form as a picture: the text, then the styles in colour and under `NO_COLOR`.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use serde_json::json;

use crate::support::MARKER;
use crate::support::form::{Screen, some_logins, token};

const SIZES: &[(u16, u16)] = &[(80, 24), (60, 20), (120, 40)];

/// How to get to a page.
type KeySource = fn(&mut Screen);

const PAGES: &[(&str, KeySource)] = &[
    ("type", |screen| {
        screen.press("a j");
    }),
    ("fields_empty", |screen| {
        screen.press("a j enter");
    }),
    ("fields_judged", judged),
    ("edit", |screen| {
        screen.press("g g j e tab tab");
    }),
    ("leave", |screen| {
        screen.press("a enter x esc");
    }),
    ("places", |screen| {
        filled(screen);
        screen.press("down space");
    }),
    ("plain", |screen| {
        filled(screen);
        screen.press("down space enter");
    }),
    ("review", |screen| {
        filled(screen);
        screen.press("down space enter y");
    }),
];

/// Wrong, odd, recognised and trimmed, all at once.
fn judged(screen: &mut Screen) {
    screen.press("a j enter");
    screen.fill(&["My_Secret", "ghcr.io/acme/app:1.2", "jane"]);
    screen.paste(&format!("{}\n", token().replace("ghp_", "github_pat_")));
    screen.press("tab");
    screen.fill(&["jane@localhost"]);
    screen.write("2020-01-01");
    screen.press("up up");
}

fn filled(screen: &mut Screen) {
    screen.press("a j enter");
    screen.fill(&["my-secret", "ghcr.io", "jane", &token(), "", "90d"]);
}

fn at(way: KeySource, size: (u16, u16), variables: &[(&str, &str)]) -> Buffer {
    let mut screen = Screen::with(&some_logins(), variables);
    way(&mut screen);
    screen.resize(size.0, size.1);
    let buffer = screen.draw();
    assert!(!text(&buffer).contains(MARKER));
    buffer
}

fn text(buffer: &Buffer) -> String {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    let rows = (0..buffer.area.height).map(|y| row(y).trim_end().to_owned() + "\n");
    rows.collect()
}

/// One line a run of cells that look alike and not plain.
fn styles(buffer: &Buffer) -> String {
    let look = |x, y| (buffer[(x, y)].fg, buffer[(x, y)].bg, buffer[(x, y)].modifier);
    let plain = (Color::Reset, Color::Reset, Modifier::empty());
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let (start, style) = (x, look(x, y));
            while x < buffer.area.width && look(x, y) == style {
                x += 1;
            }
            if style != plain {
                writeln!(out, "{y}:{start}-{} {:?} {:?} {:?}", x - 1, style.0, style.1, style.2).unwrap();
            }
        }
    }
    out
}

#[test]
fn each_page_at_each_size_in_colour_and_without() {
    for (name, way) in PAGES {
        for size in SIZES {
            let (ansi, mono) = (at(*way, *size, &[]), at(*way, *size, &[("NO_COLOR", "1")]));
            assert_eq!(text(&ansi), text(&mono), "{name}: the words must not need colour");
            let coloured = styles(&mono).lines().any(|line| !line.contains(" Reset Reset "));
            assert!(!coloured, "{name}: NO_COLOR");
            let picture = format!("{}\nansi\n{}\nmono\n{}", text(&ansi), styles(&ansi), styles(&mono));
            insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), picture);
        }
    }
}

#[test]
fn a_locale_without_utf8_gets_ascii() {
    for (name, way) in PAGES {
        let drawn = text(&at(*way, (80, 24), &[("LANG", "C")]));
        let ascii = drawn.replace('…', "");
        assert!(ascii.is_ascii(), "{name}:\n{drawn}");
    }
}

#[test]
fn on_the_smallest_screen_the_focused_field_and_its_words_are_seen() {
    let mut screen = Screen::of(&json!({}));
    screen.resize(40, 6);
    screen.press("a j enter");
    let labels = ["Name*", "Registry URL*", "Username*", "Password*", "Email", "Expires on"];
    for label in labels {
        screen.shows(&format!("> {label}"));
        screen.press("down");
    }
    screen.press("up up up up up");
    screen.press("enter enter enter enter enter enter");
    insta::assert_snapshot!("smallest_wrong_40x6", screen.text());
}

#[test]
fn no_size_breaks_a_page() {
    for (_, way) in PAGES {
        let mut screen = Screen::of(&some_logins());
        way(&mut screen);
        for columns in (0..130).step_by(3) {
            for rows in 0..30 {
                screen.resize(columns, rows);
                let _drawn = screen.draw();
            }
        }
    }
}

#[test]
fn the_review_can_be_read_to_its_end_on_a_low_screen() {
    let mut screen = Screen::of(&json!({}));
    filled(&mut screen);
    screen.press("enter");
    screen.resize(60, 10);
    screen.shows("more lines: j");
    screen.hides("goes to");
    screen.press("j j j j j j j j j j j j j j j j j j j j");
    screen.shows("goes to");
    screen.hides("more lines");
    screen.shows("> [ Submit ]");
    screen.press("k");
    screen.shows("1 more line: j");
}
