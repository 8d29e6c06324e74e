//! Meanings to styles. The terminal's own sixteen colours, nothing painted, the selection reversed; a glyph and a word
//! carry every meaning as well.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use crate::settings::TerminalSettings;
use crate::tui::content::Tone;

/// How things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// `NO_COLOR`: attributes only.
    pub mono: bool,
    /// The locale is not UTF-8.
    pub ascii: bool,
}

/// Lines that every terminal can show.
const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

#[allow(clippy::unused_self)] // every meaning is asked of the theme, whatever it depends on today
impl Theme {
    /// What the environment asks for.
    pub fn of(settings: &TerminalSettings) -> Self {
        Self { mono: settings.no_color, ascii: settings.ascii }
    }

    fn colour(self, colour: Color) -> Style {
        if self.mono { Style::new() } else { Style::new().fg(colour) }
    }

    pub fn style(self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.text(),
            Tone::Dim => self.dim(),
            Tone::Heading => self.heading(),
            Tone::Good => self.good(),
            Tone::Warning => self.warning(),
            Tone::Bad => self.bad(),
        }
    }

    pub fn text(self) -> Style {
        Style::new()
    }

    /// Headings and names of columns.
    pub fn heading(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// Keys in the footer and the help.
    pub fn key(self) -> Style {
        self.colour(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// Labels of the detail pane.
    pub fn label(self) -> Style {
        self.colour(Color::Cyan)
    }

    pub fn good(self) -> Style {
        self.colour(Color::Green)
    }

    pub fn warning(self) -> Style {
        self.colour(Color::Yellow)
    }

    pub fn bad(self) -> Style {
        self.colour(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// The selected row.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The lines of a box.
    pub fn border(self) -> border::Set<'static> {
        if self.ascii { ASCII_BORDER } else { border::PLAIN }
    }

    /// What stands for a secret: always as long, so that it never tells the length.
    pub fn mask(self) -> &'static str {
        if self.ascii { "********" } else { "••••••••" }
    }

    /// Between parts of a sentence.
    pub fn dot(self) -> &'static str {
        if self.ascii { "," } else { " ·" }
    }
}
