//! Changes of the settings file. As in docker's files, an edit is a splice of the text: everything else keeps its bytes,
//! comments, order and line endings among them.

use std::path::Path;

use super::fault::{Fault, What};
use super::table::{Row, full_name};
use super::value::quoted;
use super::{file, splice};
use crate::error::{Error, Result};
use crate::file::save::{self, Outcome, ReadOnly};
use crate::text;

/// Gives a setting a value in the file at `path`, which is made where it is missing. The value is TOML, or a text that may
/// stand without its quotes.
///
/// # Errors
/// The value is not what the setting must be, or contradicts another one; the file is no TOML, or cannot be written.
pub fn set(path: &Path, row: &Row, value: &str, home: Option<&Path>) -> Result<()> {
    change(path, &mut |before| {
        let texts = [value.trim().to_owned(), quoted(value)];
        let tries = texts.iter().filter_map(|value| splice::with(before, row.name, value));
        let mut refusal = None;
        for after in tries {
            match refused(&after, row, home) {
                None => return Ok(Some(after)),
                Some(fault) => refusal = Some(fault),
            }
        }
        Err(not_set(row, refusal.map(|fault| fault.what)))
    })
    .map(drop)
}

/// Takes a setting out of the file, so that its default holds, and says whether it was there.
///
/// # Errors
/// The file is no TOML, or cannot be written.
pub fn unset(path: &Path, row: &Row) -> Result<bool> {
    change(path, &mut |before| {
        if !splice::has(before, row.name) {
            return Ok(None);
        }
        let refused = || Error::failed(format!("Did not take it out: {}", by_hand(row)));
        splice::without(before, row.name).map(Some).ok_or_else(refused)
    })
}

/// Makes the file with this text.
///
/// # Errors
/// There is one already, or it cannot be written.
pub fn create(path: &Path, text: &str) -> Result<()> {
    let edit = &mut |before: Option<&[u8]>| match before {
        Some(_) => Err(Error::failed(format!("{} is there already.", shown(path)))
            .hint("A settings file is never overwritten: change it with pullpass config set, or an editor.")),
        None => Ok(Outcome::Write(text.as_bytes().to_vec().into())),
    };
    save::save(path, ReadOnly::Refuse, edit, &mut |_| ()).map(drop)
}

/// Writes what an edit makes of the file's text, and says whether it made anything.
fn change(path: &Path, edit: &mut dyn FnMut(&str) -> Result<Option<String>>) -> Result<bool> {
    let edit = &mut |before: Option<&[u8]>| {
        let before = before.unwrap_or_default();
        let refused = |fault: &Fault| {
            let file = path.to_string_lossy();
            Error::failed(format!("Changed nothing. {}", fault.words(&file)))
                .hint("Mend the file with an editor; pullpass config check tells when it is whole.")
        };
        let (_, faults) = file::parse(before, None);
        let broken = faults.iter().find(|fault| matches!(fault.what, What::Syntax(_)));
        let text = str::from_utf8(before).unwrap_or_default();
        match broken {
            Some(fault) => Err(refused(fault)),
            None => Ok(edit(text)?.map_or(Outcome::Same, |text| Outcome::Write(text.into_bytes().into()))),
        }
    };
    let mode = std::fs::metadata(path).map(|metadata| metadata.permissions());
    let saved = save::save(path, ReadOnly::Refuse, edit, &mut |_| ())?;
    // No secret is in it: who could read it still can.
    if let (Ok(mode), Some(_)) = (mode, saved.tightened_from) {
        let set = std::fs::set_permissions(&saved.real, mode);
        set.map_err(|error| Error::io("give its mode back to", &saved.real, error))?;
    }
    Ok(saved.before != saved.after)
}

/// What keeps a setting from counting in this text.
fn refused(text: &str, row: &Row, home: Option<&Path>) -> Option<Fault> {
    let (_, faults) = file::parse(text.as_bytes(), home);
    faults.into_iter().find(|fault| match &fault.what {
        What::Wrong(name, _) => *name == row.name,
        What::Clash(clash) => clash.one == row.name || clash.other == row.name,
        _ => false,
    })
}

fn not_set(row: &Row, why: Option<What>) -> Error {
    let Some(why) = why else {
        return Error::failed(format!("Did not set it: {}", by_hand(row)));
    };
    let error = Error::usage(format!("Did not set it: {}", why.words()));
    match why {
        What::Clash(clash) => {
            let other = if clash.one == row.name { clash.other } else { clash.one };
            error.hint(format!("Set {} first.", full_name(other)))
        }
        _ => error,
    }
}

fn by_hand(row: &Row) -> String {
    format!("the file has {} in a form that only an editor can change.", row.name.0)
}

fn shown(path: &Path) -> String {
    text::safe(&path.to_string_lossy()).into_owned()
}
