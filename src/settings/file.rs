//! `config.toml`: where it is, and what of it counts. What does not is told, and costs nothing but itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Place, Position, SettingsFile, What};
use super::preferences::{CLASHES, Preferences};
use super::table::{Name, full_name};
use super::value::Reader;
use crate::error::plain_reason;
use crate::file::contents;

/// The variable that names another file.
pub const VARIABLE: &str = "PULLPASS_CONFIG";

/// A settings file is no larger than this, in bytes.
const LARGEST: usize = 1 << 20;

/// Where each setting was chosen.
type Chosen = Vec<(Name, Place)>;

/// Where the settings file is, and whether a variable says so. `folder` is where programs keep their settings.
pub fn place(get: impl Fn(&str) -> Option<OsString>, folder: Option<PathBuf>) -> (Option<PathBuf>, bool) {
    match get(VARIABLE) {
        Some(path) => (Some(path.into()), true),
        None => (folder.map(|folder| folder.join("config.toml")), false),
    }
}

/// Reads the file, if it is there, and then the variables, which win.
pub fn read(
    (path, is_named): (Option<PathBuf>, bool),
    get: impl Fn(&str) -> Option<OsString>,
    home: Option<&Path>,
) -> (Preferences, SettingsFile) {
    let whole = |what| Fault { place: Place::File, what };
    let mut read = match path.as_deref().map(contents::find) {
        None | Some(Ok(None)) if is_named => Reading::with(whole(What::Missing)),
        None | Some(Ok(None)) => Reading::default(),
        Some(Ok(Some(content))) if content.bytes.len() > LARGEST => {
            Reading::with(whole(What::Unreadable("it is larger than 1 MiB".to_owned())))
        }
        Some(Ok(Some(content))) => Reading::of(&content.bytes, home),
        Some(Err(error)) => Reading::with(whole(What::Unreadable(plain_reason(&error)))),
    };
    read.take_variables(get);
    read.settle();
    let variable = |(name, place): (Name, Place)| match place {
        Place::Variable(variable) => Some((name, variable)),
        Place::File | Place::At(_) => None,
    };
    let variables = read.chosen.into_iter().filter_map(variable).collect();
    (read.preferences, SettingsFile { path, faults: read.faults, variables })
}

/// What the bytes of a settings file choose, without any variable.
pub fn parse(bytes: &[u8], home: Option<&Path>) -> (Preferences, Vec<Fault>) {
    let mut read = Reading::of(bytes, home);
    read.settle();
    (read.preferences, read.faults)
}

/// Settings on their way.
#[derive(Default)]
struct Reading {
    preferences: Preferences,
    chosen: Chosen,
    faults: Vec<Fault>,
}

impl Reading {
    fn with(fault: Fault) -> Self {
        Self { faults: vec![fault], ..Self::default() }
    }

    fn of(bytes: &[u8], home: Option<&Path>) -> Self {
        let syntax = |text: &str, byte: usize, why: &str| {
            let place = Place::At(Position::of(text, byte));
            Self::with(Fault { place, what: What::Syntax(why.to_owned()) })
        };
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                return syntax(&valid, valid.len(), "it is not UTF-8");
            }
        };
        match DeTable::parse(text) {
            Ok(table) => {
                let mut read = Self::default();
                read.take(text, table.get_ref(), home);
                read
            }
            Err(error) => syntax(text, error.span().map_or(0, |span| span.start), error.message()),
        }
    }

    fn take(&mut self, text: &str, table: &DeTable<'_>, home: Option<&Path>) {
        let at = |byte: usize| Place::At(Position::of(text, byte));
        for (section, value) in table {
            let (place, section) = (at(section.span().start), section.get_ref());
            if !Preferences::has_section(section) {
                self.faults.push(Fault { place, what: What::Unknown(section.to_string()) });
                continue;
            }
            match value.get_ref() {
                DeValue::Table(settings) => self.take_section(section, settings, &at, home),
                _ => self.faults.push(Fault { place, what: What::NoSection(section.to_string()) }),
            }
        }
    }

    fn take_section(
        &mut self,
        section: &str,
        settings: &DeTable<'_>,
        at: &impl Fn(usize) -> Place,
        home: Option<&Path>,
    ) {
        for (name, value) in settings {
            let mut reader = Reader { home, wrong: Vec::new() };
            let place = at(name.span().start);
            match self.preferences.take((section, name.get_ref()), value, &mut reader) {
                None => {
                    let what = What::Unknown(full_name((section, name.get_ref())));
                    self.faults.push(Fault { place, what });
                }
                Some(name) => {
                    let wrong = reader.wrong.iter();
                    self.faults
                        .extend(wrong.map(|span| Fault { place: at(span.start), what: What::Wrong(name) }));
                    self.chosen.push((name, place));
                }
            }
        }
    }

    fn take_variables(&mut self, get: impl Fn(&str) -> Option<OsString>) {
        let (chosen, faults) = (&mut self.chosen, &mut self.faults);
        self.preferences.take_variables(get, |name, variable, is_read| {
            let place = Place::Variable(variable);
            if is_read {
                chosen.retain(|(known, _)| *known != name);
                chosen.push((name, place));
            } else {
                faults.push(Fault { place, what: What::Wrong(name) });
            }
        });
    }

    /// Gives its default to what contradicts something else, and puts the faults in the order of the file.
    fn settle(&mut self) {
        for clash in CLASHES {
            let chosen = self.chosen.iter().find(|(known, _)| *known == clash.one);
            if let Some((_, place)) = chosen.filter(|_| (clash.is_met)(&self.preferences)) {
                self.faults.push(Fault { place: *place, what: What::Clash(clash) });
                self.preferences.reset(clash.one);
            }
        }
        self.faults.sort_by_key(|fault| fault.place);
    }
}

#[cfg(test)]
mod tests;
