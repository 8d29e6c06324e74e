//! A screen as text: its lines, and how they look.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

use super::player::lines;

/// The lines, and below them for each line the columns that do not look plain.
pub fn picture(buffer: &Buffer) -> String {
    let text = lines(buffer).join("\n");
    let mut out = format!("{}\n---\n", without_times(&text));
    for y in 0..buffer.area.height {
        let mut runs = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let start = x;
            let look = look(&buffer[(x, y)]);
            while x < buffer.area.width && self::look(&buffer[(x, y)]) == look {
                x += 1;
            }
            if !look.is_empty() {
                write!(runs, " {start}-{} {look}", x - 1).unwrap();
            }
        }
        if !runs.is_empty() {
            writeln!(out, "{y}:{runs}").unwrap();
        }
    }
    out
}

fn look(cell: &Cell) -> String {
    let mut words = Vec::new();
    for (what, colour) in [("", cell.fg), ("on", cell.bg), ("under", cell.underline_color)] {
        if colour != Color::Reset {
            words.push(format!("{what}{colour}").to_lowercase());
        }
    }
    words.extend(cell.modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    words.join("+")
}

/// The machine's zone decides how a moment or a day reads; it is not the picture's business.
fn without_times(text: &str) -> String {
    const FORMS: [(&str, &str); 2] =
        [("dddd-dd-dd dd:dd:dd", "YYYY-MM-DD hh:mm:ss"), ("dddd-dd-dd", "YYYY-MM-DD")];
    let mut bytes = text.as_bytes().to_vec();
    for (form, hidden) in FORMS {
        let is_like = |(c, form): (&u8, u8)| if form == b'd' { c.is_ascii_digit() } else { *c == form };
        for at in 0..bytes.len().saturating_sub(form.len() - 1) {
            if bytes[at..at + form.len()].iter().zip(form.bytes()).all(is_like) {
                bytes[at..at + form.len()].copy_from_slice(hidden.as_bytes());
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
