//! Where things are on a screen of some size. The model needs of it only how many columns and rows there are.

use ratatui::layout::{Constraint, Layout, Rect};

/// Below this, one sentence is all that fits.
const SMALLEST: (u16, u16) = (40, 6);

/// From this width on the detail stands beside the list.
const WIDE: u16 = 110;

/// Below this many rows the frame of a dialog gives its room to the words.
const LOWEST_FRAME: usize = 8;

/// Columns and rows for something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    pub columns: usize,
    pub rows: usize,
}

impl Room {
    pub fn of(area: Rect) -> Self {
        Self { columns: area.width.into(), rows: area.height.into() }
    }

    /// True where a dialog has room for a frame.
    pub fn is_framed(self) -> bool {
        self.rows >= LOWEST_FRAME
    }

    /// What a frame leaves of it.
    #[must_use]
    pub fn inside(self) -> Self {
        Self { columns: self.columns.saturating_sub(2), rows: self.rows.saturating_sub(2) }
    }
}

/// Where things are for a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    pub header: Rect,
    /// The list with its frame.
    pub list: Rect,
    /// The detail pane, where there is room for one.
    pub detail: Option<Rect>,
    /// List and detail together.
    pub body: Rect,
    pub footer: Rect,
}

impl Areas {
    /// The areas for a screen of this size; `None` where it is too small.
    ///
    /// An empty list has no detail to show: it gets all the room, for what it says instead.
    pub fn of(size: (u16, u16), is_empty: bool) -> Option<Self> {
        if size.0 < SMALLEST.0 || size.1 < SMALLEST.1 {
            return None;
        }
        let whole = Rect::new(0, 0, size.0, size.1);
        let [header, body, footer] = whole.layout(&Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(1),
        ]));
        let (list, detail) = if is_empty {
            (body, None)
        } else if size.0 >= WIDE {
            let width = (size.0 / 3).clamp(42, 70);
            let [list, detail] =
                body.layout(&Layout::horizontal([Constraint::Fill(1), Constraint::Length(width)]));
            (list, Some(detail))
        } else if body.height >= 16 {
            let [list, detail] = body.layout(&Layout::vertical([
                Constraint::Fill(1),
                Constraint::Length(body.height * 2 / 5 + 1),
            ]));
            (list, Some(detail))
        } else {
            (body, None)
        };
        Some(Self { header, list, detail, body, footer })
    }
}

/// The room between header and footer; none where the screen is too small.
pub fn body(size: (u16, u16)) -> Room {
    Areas::of(size, false).map(|areas| Room::of(areas.body)).unwrap_or_default()
}

/// The room inside the frame of the list.
pub fn list(size: (u16, u16), is_empty: bool) -> Room {
    Areas::of(size, is_empty).map(|areas| Room::of(areas.list).inside()).unwrap_or_default()
}

/// True where the detail is shown with the list.
pub fn has_pane(size: (u16, u16)) -> bool {
    Areas::of(size, false).is_some_and(|areas| areas.detail.is_some())
}
