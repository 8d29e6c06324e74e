//! What is wrong with whole files, above the rows: a broken file never looks like an empty one.

use crate::app::inventory::SourceState;
use crate::text;
use crate::tui::content::Tone;
use crate::tui::layout::Room;
use crate::tui::model::{Model, Tab};

/// The notices as lines that fit into the list's room.
pub fn lines(model: &Model, room: Room) -> Vec<(String, Tone)> {
    let wrap = |(words, tone): (String, Tone)| {
        let parts = text::wrap(&text::safe(&words), room.columns);
        parts.into_iter().map(move |part| (part, tone))
    };
    let mut lines: Vec<_> = notices(model).into_iter().flat_map(wrap).collect();
    // Most of the room is the rows'; each login says the rest.
    lines.truncate((room.rows / 3).min(4));
    lines
}

fn notices(model: &Model) -> Vec<(String, Tone)> {
    if model.tab == Tab::Secrets {
        // What is wrong with the vault stands where the rows would be.
        return Vec::new();
    }
    let mut notices = Vec::new();
    for source in &model.inventory.sources {
        let name = model.shorten(&source.place.name);
        match &source.state {
            SourceState::Broken(problem) => {
                notices.push((format!("x {name}: {}", problem.sentence()), Tone::Bad));
            }
            SourceState::Unreadable(reason) => {
                notices.push((format!("x {name}: cannot be read: {reason}"), Tone::Bad));
            }
            SourceState::Read if source.is_refused_by_docker() => {
                let words = format!("! {name}: docker refuses the whole file; is:broken shows the entry");
                notices.push((words, Tone::Warning));
            }
            SourceState::Read | SourceState::Missing => {}
        }
    }
    let odd = model.inventory.diagnostics.iter();
    notices.extend(odd.map(|diagnostic| (format!("! {}", diagnostic.sentence()), Tone::Warning)));
    notices
}
