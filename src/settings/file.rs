//! `config.toml`: where it is, and what of it counts. What does not is told, and costs nothing but itself.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::fault::{Counter, Fault, Place, SettingsFile, What};
use super::preferences::{CLASHES, Preferences};
use super::table::{Name, full_name};
use super::value::Reader;
use crate::error::plain_reason;
use crate::file::contents;

/// The variable that names another file.
pub const VARIABLE: &str = "PULLPASS_CONFIG";

/// A settings file is no larger than this, in bytes.
const LARGEST: usize = 1 << 20;

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
    let found = path.as_deref().map(contents::find);
    let mut read = match &found {
        None | Some(Ok(None)) if is_named => Reading::with(What::Missing),
        None | Some(Ok(None)) => Reading::default(),
        Some(Ok(Some(content))) if content.bytes.len() > LARGEST => {
            Reading::with(What::Unreadable("it is larger than 1 MiB".to_owned()))
        }
        Some(Ok(Some(content))) => Reading::of(&content.bytes, home),
        Some(Err(error)) => Reading::with(What::Unreadable(plain_reason(error))),
    };
    read.take_variables(get);
    let variables = read.chosen.iter().filter_map(|(name, spot)| match spot {
        Spot::Variable(variable) => Some((*name, *variable)),
        Spot::File | Spot::Byte(_) => None,
    });
    let variables = variables.collect();
    let (preferences, faults) = read.settled();
    (preferences, SettingsFile { path, faults, variables })
}

/// What the bytes of a settings file choose, without any variable.
pub fn parse(bytes: &[u8], home: Option<&Path>) -> (Preferences, Vec<Fault>) {
    Reading::of(bytes, home).settled()
}

/// Where something was chosen, as long as nobody asks for its line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    /// In the file as a whole.
    File,
    /// At this byte of it.
    Byte(usize),
    /// In this variable.
    Variable(&'static str),
}

/// Settings on their way.
#[derive(Default)]
struct Reading<'a> {
    text: &'a str,
    preferences: Preferences,
    chosen: Vec<(Name, Spot)>,
    faults: Vec<(Spot, What)>,
}

impl<'a> Reading<'a> {
    fn with(what: What) -> Self {
        Self { faults: vec![(Spot::File, what)], ..Self::default() }
    }

    fn of(bytes: &'a [u8], home: Option<&Path>) -> Self {
        let (valid, is_text) = match str::from_utf8(bytes) {
            Ok(text) => (text, true),
            Err(error) => (str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(), false),
        };
        let mut read = Self { text: valid, ..Self::default() };
        if !is_text {
            read.fault(valid.len(), What::Syntax("it is not UTF-8".to_owned()));
            return read;
        }
        match DeTable::parse(valid) {
            Ok(table) => read.take(table.get_ref(), home),
            Err(error) => {
                let byte = error.span().map_or(0, |span| span.start);
                read.fault(byte, What::Syntax(error.message().to_owned()));
            }
        }
        read
    }

    fn fault(&mut self, byte: usize, what: What) {
        self.faults.push((Spot::Byte(byte), what));
    }

    fn take(&mut self, table: &DeTable<'_>, home: Option<&Path>) {
        for (section, value) in table {
            let (byte, section) = (section.span().start, section.get_ref());
            if !Preferences::has_section(section) {
                self.fault(byte, What::Unknown(section.to_string()));
                continue;
            }
            match value.get_ref() {
                DeValue::Table(settings) => self.take_section(section, settings, home),
                _ => self.fault(byte, What::NoSection(section.to_string())),
            }
        }
    }

    fn take_section(&mut self, section: &str, settings: &DeTable<'_>, home: Option<&Path>) {
        for (name, value) in settings {
            let (byte, name) = (name.span().start, (section, &**name.get_ref()));
            let mut reader = Reader { home, wrong: Vec::new() };
            match self.preferences.take(name, value, &mut reader) {
                None => self.fault(byte, What::Unknown(full_name(name))),
                Some(name) => {
                    self.chosen.push((name, Spot::Byte(byte)));
                    for (span, why) in reader.wrong {
                        self.fault(span.start, What::Wrong(name, why));
                    }
                }
            }
        }
    }

    fn take_variables(&mut self, get: impl Fn(&str) -> Option<OsString>) {
        let (chosen, faults) = (&mut self.chosen, &mut self.faults);
        self.preferences.take_variables(get, |name, variable, is_read| {
            let spot = Spot::Variable(variable);
            if is_read {
                chosen.retain(|(known, _)| *known != name);
                chosen.push((name, spot));
            } else {
                faults.push((spot, What::Wrong(name, None)));
            }
        });
    }

    /// Gives its default to what contradicts something else, and puts the faults in the order of the file.
    fn settled(mut self) -> (Preferences, Vec<Fault>) {
        for clash in CLASHES {
            let chosen = self.chosen.iter().find(|(known, _)| *known == clash.one);
            if let Some((_, spot)) = chosen.filter(|_| (clash.is_met)(&self.preferences)) {
                self.faults.push((*spot, What::Clash(clash)));
                self.preferences.reset(clash.one);
            }
        }
        self.faults.sort_by_key(|(spot, _)| *spot);
        let mut counter = Counter::new(self.text);
        let fault = |(spot, what)| {
            let place = match spot {
                Spot::File => Place::File,
                Spot::Byte(byte) => Place::At(counter.position(byte)),
                Spot::Variable(name) => Place::Variable(name),
            };
            Fault { place, what }
        };
        (self.preferences, self.faults.into_iter().map(fault).collect())
    }
}

#[cfg(test)]
mod tests;
