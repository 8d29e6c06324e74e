//! What a change will do, and did: facts without any secret. They become words where somebody reads them.

use std::path::{Path, PathBuf};

use crate::config::plan::{self, Change};
use crate::text;

/// One thing to tell of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the next lines are about.
    In {
        /// The file.
        file: PathBuf,
        /// There is none yet.
        is_new: bool,
    },
    /// What a helper or the vault is told, as a sentence.
    Step(String),
    /// What happens in the file.
    Change(Change),
    /// What a person should know before saying yes.
    Note(Note),
    /// Another key of the same host, which stays.
    Related(String),
    /// Something that stays as it is, and why.
    Stays(String),
    /// What happened in a file.
    Changed(PathBuf, Change),
    /// What happened to a file besides.
    Besides(PathBuf, Besides),
    /// A login that is kept elsewhere now.
    Moved {
        /// Its key.
        key: String,
        /// Whose it is, as it may be shown.
        user: String,
        /// The file that it lay in.
        from: PathBuf,
        /// Who keeps it, in words.
        to: String,
    },
    /// Anything else, as a sentence.
    Said(String),
}

/// What a person should know of a change before saying yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Of what the plan does.
    Plan(plan::Note),
    /// The secret will lie in the file.
    Plain,
    /// The file is a link to this one.
    Link(PathBuf),
    /// Others can read it until now: its mode.
    Closed(u32),
    /// It is marked read-only.
    ReadOnly,
    /// What could not be found out.
    Unknown(String),
}

/// What happened to a file besides its change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Besides {
    /// Others could read it: its mode was this.
    Closed(u32),
    /// Its owner could not be kept.
    NewOwner,
    /// It was written in place.
    InPlace,
}

/// Lines in words, safe for a terminal. Paths call `home` `~`.
pub fn words(lines: &[Line], home: Option<&Path>) -> Vec<String> {
    lines.iter().map(|line| line.words(home)).collect()
}

impl Line {
    /// It in words, safe for a terminal. Paths call `home` `~`.
    pub fn words(&self, home: Option<&Path>) -> String {
        let path = |path: &Path| shown(path, home);
        match self {
            Self::In { file, is_new: false } => format!("in {}", path(file)),
            Self::In { file, is_new: true } => format!("in the new file {}", path(file)),
            Self::Change(change) => change.sentence(),
            Self::Note(note) => format!("note: {}", note.words(home)),
            Self::Related(key) => format!("{} stays: another key of the same host", text::safe(key)),
            Self::Stays(why) => format!("stays: {why}"),
            Self::Changed(file, change) => format!("{}: {}", path(file), change.sentence()),
            Self::Besides(file, Besides::Closed(mode)) => {
                format!("{}: others could read it (mode {mode:o}); now only you can", path(file))
            }
            Self::Besides(file, Besides::NewOwner) => {
                format!("{}: it now belongs to you; its old owner could not be kept", path(file))
            }
            Self::Besides(file, Besides::InPlace) => {
                format!("{}: it is mounted, so it was written in place", path(file))
            }
            Self::Moved { key, user, from, to } => {
                format!("{} for {user}: out of {}, into {to}", text::safe(key), path(from))
            }
            Self::Step(words) | Self::Said(words) => words.clone(),
        }
    }
}

impl Note {
    fn words(&self, home: Option<&Path>) -> String {
        match self {
            Self::Plan(note) => note.words().into(),
            Self::Plain => "the secret will lie in this file in base64, which is not encryption".into(),
            Self::Link(real) => format!("it is a link to {}, which is written", shown(real, home)),
            Self::Closed(mode) => format!("its mode {mode:o} lets others read it: from now on only you can"),
            Self::ReadOnly => "it is marked read-only".into(),
            Self::Unknown(why) => why.clone(),
        }
    }
}

fn shown(path: &Path, home: Option<&Path>) -> String {
    text::safe(&text::short_path(&path.to_string_lossy(), home)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_is_shortened_whatever_else_a_line_says() {
        let home = Some(Path::new("/home/jane"));
        let file = || PathBuf::from("/home/jane/.docker/config.json");
        let remove = || Change::RemoveEntry("/home/jane/x".into());
        let table = [
            (Line::In { file: file(), is_new: false }, "in ~/.docker/config.json"),
            (Line::In { file: "/etc/auth.json".into(), is_new: true }, "in the new file /etc/auth.json"),
            (Line::Changed(file(), remove()), "~/.docker/config.json: remove /home/jane/x"),
            (Line::Change(remove()), "remove /home/jane/x"),
            (
                Line::Note(Note::Link("/home/jane/a\u{1b}".into())),
                r"note: it is a link to ~/a\x1b, which is written",
            ),
            (
                Line::Besides(file(), Besides::InPlace),
                "~/.docker/config.json: it is mounted, so it was written in place",
            ),
            (
                Line::Moved { key: "r.io".into(), user: "u".into(), from: file(), to: "the vault".into() },
                "r.io for u: out of ~/.docker/config.json, into the vault",
            ),
        ];
        for (line, expected) in table {
            assert_eq!(line.words(home), expected);
        }
        assert_eq!(Line::In { file: file(), is_new: false }.words(None), format!("in {}", file().display()));
    }
}
