//! A picture of the screen as SVG, drawn by the real view.

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::app::Context;
use crate::app::inventory::Inventory;
use crate::app::vault::rows;
use crate::tui::jobs::Answer;
use crate::tui::message::Message;
use crate::tui::model::{Model, update};
use crate::tui::view;

/// Pixels of one cell.
const CELL: (u32, u32) = (9, 19);

/// Draws what the screen shows of these logins at this size, and writes it as SVG.
pub fn svg(ctx: &Context, inventory: Inventory, (columns, rows): (u16, u16)) -> String {
    let now = ctx.now();
    // Nobody carries the effects out: the helpers have answered already.
    let (mut model, _effects) = Model::new(&ctx.settings, false, (columns, rows));
    let _effects = update(&mut model, Message::Answer(0, Answer::Loaded(Ok(Box::new(inventory)))), now);
    let secrets = rows::read(&ctx.vault, now);
    let _effects = update(&mut model, Message::Answer(0, Answer::VaultRead(Ok(Box::new(secrets)))), now);
    model.helpers.asking.clear();
    let Ok(mut terminal) = Terminal::new(TestBackend::new(columns, rows));
    let Ok(_) = terminal.draw(|frame| view::draw(&model, frame, now));
    picture(terminal.backend().buffer())
}

/// A buffer as SVG: one text element for each run of cells that look alike.
fn picture(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) = (u32::from(area.width) * CELL.0 + 16, u32::from(area.height) * CELL.1 + 16);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace\" font-size=\"15\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f27\"/>\n"
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let style = look(buffer, x, y);
            let start = x;
            let mut words = String::new();
            while x < area.width && look(buffer, x, y) == style {
                words.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            run(&mut out, &words, (start, y), x - start, style);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn look(buffer: &Buffer, x: u16, y: u16) -> (Color, Modifier) {
    let cell = &buffer[(x, y)];
    (cell.fg, cell.modifier)
}

fn run(
    out: &mut String,
    words: &str,
    (x, y): (u16, u16),
    columns: u16,
    (colour, modifier): (Color, Modifier),
) {
    let reversed = modifier.contains(Modifier::REVERSED);
    if words.trim().is_empty() && !reversed {
        return;
    }
    let (left, top) = (u32::from(x) * CELL.0 + 8, u32::from(y) * CELL.1 + 8);
    let width = u32::from(columns) * CELL.0;
    let mut fill = hex(colour);
    if reversed {
        let _infallible = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{fill}\"/>",
            CELL.1
        );
        fill = "#1b1f27";
    }
    let weight = if modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let faint = if modifier.contains(Modifier::DIM) { " opacity=\"0.6\"" } else { "" };
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _infallible = writeln!(
        out,
        "<text x=\"{left}\" y=\"{}\" textLength=\"{width}\" fill=\"{fill}\"{weight}{faint} \
         xml:space=\"preserve\">{words}</text>",
        top + 15
    );
}

fn hex(colour: Color) -> &'static str {
    match colour {
        Color::Red => "#f2777a",
        Color::Green => "#99cc99",
        Color::Yellow => "#ffcc66",
        Color::Cyan => "#66cccc",
        _ => "#d3d7de",
    }
}
