//! What of the settings cannot be as it is written, in words.

use std::fmt;
use std::path::{Path, PathBuf};

use super::preferences::{self, Clash, SECTIONS};
use super::table::{Name, Row, full_name};
use crate::error::{Error, Result};
use crate::text;

/// The most of an unknown name that is shown, in columns.
const LONGEST_NAME: usize = 60;

/// Something in the settings that does not count.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where it is written.
    pub place: Place,
    /// What is wrong with it.
    pub what: What,
}

/// Where a setting is chosen, or something else is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The settings file as a whole.
    File,
    /// A place in it.
    At(Position),
    /// This variable.
    Variable(&'static str),
}

/// A place in a text; both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub enum What {
    /// The file is there and cannot be read, for this reason.
    Unreadable(String),
    /// The file that `PULLPASS_CONFIG` names is not there.
    Missing,
    /// It is no TOML, for this reason.
    Syntax(String),
    /// There is no section or setting of this name.
    Unknown(String),
    /// It is the name of a section and stands for one value.
    NoSection(String),
    /// It is not what the setting must be, or a part of it is not, for this reason.
    Wrong(Name, Option<&'static str>),
    /// It contradicts another setting.
    Clash(&'static Clash),
}

/// Counts lines and columns from one place of a text to the next, so that many cost no more than one.
#[derive(Debug)]
pub struct Counter<'a> {
    rest: &'a str,
    byte: usize,
    position: Position,
}

impl<'a> Counter<'a> {
    /// At the beginning of a text, behind the mark of UTF-8 that some editors put first.
    pub fn new(text: &'a str) -> Self {
        let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { rest, byte: text.len() - rest.len(), position: Position { line: 1, column: 1 } }
    }

    /// The place of a byte, which does not come before the last one that was asked for.
    pub fn position(&mut self, byte: usize) -> Position {
        let Some((passed, rest)) = self.rest.split_at_checked(byte.saturating_sub(self.byte)) else {
            return self.position;
        };
        if let Some((before, line)) = passed.rsplit_once('\n') {
            self.position.line += before.matches('\n').count() + 1;
            self.position.column = line.chars().count() + 1;
        } else {
            self.position.column += passed.chars().count();
        }
        (self.rest, self.byte) = (rest, self.byte + passed.len());
        self.position
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Fault {
    /// The place, what is wrong there and what that means, in one line:
    /// `~/.config/pullpass/config.toml:3:1: There is no setting helpers.timeot. Is helpers.timeout meant?`
    pub fn words(&self, file: &str) -> String {
        let file = text::safe(file);
        let place = match self.place {
            Place::File => file.into_owned(),
            Place::At(position) => format!("{file}:{position}"),
            Place::Variable(name) => name.to_owned(),
        };
        let (why, so) = (self.what.words(), self.what.consequence());
        format!("{place}: {why}{}{so}", if so.is_empty() { "" } else { " " })
    }
}

impl What {
    /// What is wrong.
    pub fn words(&self) -> String {
        match self {
            Self::Unreadable(why) => format!("It cannot be read: {why}."),
            Self::Missing => "PULLPASS_CONFIG names this file, and it is not there.".to_owned(),
            Self::Syntax(why) => format!("It is no TOML: {}.", text::safe(why)),
            Self::Unknown(name) => {
                let shown = text::safe(name);
                format!("There is no setting {}. {}", text::end_ellipsis(&shown, LONGEST_NAME), instead(name))
            }
            Self::NoSection(name) => {
                format!("{name} is a section: its settings stand below a line [{name}].")
            }
            Self::Wrong(name, Some(why)) => format!("{}: {why}.", full_name(*name)),
            Self::Wrong(name, None) => {
                let name = full_name(*name);
                let wanted = preferences::find(&name).map(|row| (row.words)()).unwrap_or_default();
                format!("{name} must be {wanted}.")
            }
            Self::Clash(clash) => {
                let (one, other) = (full_name(clash.one), full_name(clash.other));
                format!("{one} and {other} contradict each other: {}.", clash.words)
            }
        }
    }

    fn consequence(&self) -> &'static str {
        match self {
            Self::Unreadable(_) | Self::Syntax(_) => "Nothing of it counts.",
            Self::Wrong(..) | Self::Clash(_) => "What is written here does not count.",
            Self::Missing | Self::Unknown(_) | Self::NoSection(_) => "",
        }
    }
}

/// What was probably meant by a name, or what there is.
pub fn instead(name: &str) -> String {
    let full: Vec<String> = preferences::rows().map(Row::full_name).collect();
    let sections = || SECTIONS.iter().map(|section| section.name);
    let section = SECTIONS.iter().find(|section| name.split('.').next() == Some(section.name));
    let known = match name.split_once('.') {
        Some(_) => text::nearest(name, full.iter().map(String::as_str)),
        // A setting outside of its section, under the name that it has there.
        None => full.iter().map(String::as_str).find(|full| full.ends_with(&format!(".{name}"))),
    };
    let near = || text::nearest(name, sections()).filter(|_| section.is_none());
    if let Some(meant) = known.or_else(near) {
        return format!("Is {meant} meant?");
    }
    match section {
        Some(section) => {
            let names: Vec<&str> = section.rows.iter().map(|row| row.name.1).collect();
            format!("In {} there are {}.", section.name, names.join(", "))
        }
        None => format!("There are the sections {}.", sections().collect::<Vec<_>>().join(", ")),
    }
}

/// The settings file, and what does not count in it or in the variables.
#[derive(Clone, Debug, Default)]
pub struct SettingsFile {
    /// Where the file is, or would be; `None` where there is no home folder.
    pub path: Option<PathBuf>,
    /// What does not count, in the order of the file.
    pub faults: Vec<Fault>,
    /// The variables that win over it.
    pub variables: Vec<(Name, &'static str)>,
}

impl SettingsFile {
    /// Where it is, or would be.
    ///
    /// # Errors
    /// No home folder is known.
    pub fn place(&self) -> Result<&Path> {
        self.path.as_deref().ok_or_else(|| {
            Error::failed("There is no place for a settings file: no home folder is known.")
                .hint("Set HOME, or name the file in PULLPASS_CONFIG.")
        })
    }

    /// The variable that decides a setting, whatever the file says.
    pub fn variable_of(&self, name: Name) -> Option<&'static str> {
        self.variables.iter().find(|(known, _)| *known == name).map(|(_, variable)| *variable)
    }

    /// A line for each fault.
    pub fn lines(&self, home: Option<&Path>) -> Vec<String> {
        let shown = self.shown(home);
        self.faults.iter().map(|fault| fault.words(&shown)).collect()
    }

    /// What is said where nobody asked for it: the first fault, and how to see the others.
    pub fn notice(&self, home: Option<&Path>) -> Option<Vec<String>> {
        let (first, more) = self.faults.split_first()?;
        let mut lines = vec![first.words(&self.shown(home))];
        if !more.is_empty() {
            lines.push(format!("{} more: pullpass config check shows them.", more.len()));
        }
        Some(lines)
    }

    fn shown(&self, home: Option<&Path>) -> String {
        let path = self.path.as_ref().map(|path| path.to_string_lossy()).unwrap_or_default();
        text::short_path(&path, home)
    }
}
