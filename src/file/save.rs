//! Writing a file that others read and write too: nobody ever sees half of it, and nothing that they wrote is lost.
//!
//! ```text
//! save          lock, read, edit, write beside, compare, rename: again where somebody was faster
//!   ├─ target     the file behind the links: its mode, its owner, its folder
//!   │    └─ attributes  what else hangs on it
//!   ├─ lock       one pullpass at a time
//!   ├─ temporary  the new bytes, without a name until the last moment
//!   └─ rivals     traces of docker and podman at work
//! ```

#[cfg(unix)]
mod attributes;
mod lock;
pub mod rivals;
mod target;
mod temporary;

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::file::contents;
use crate::file::leftover;
use crate::secret::Secret;
use lock::Lock;
use target::Target;
pub use target::{Outlook, look};
use temporary::Temporary;

/// How often an edit is made again because somebody else wrote the file in between.
const TRIES: usize = 100;

/// What an edit makes of a file.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing: it stays as it is.
    Same,
    /// These bytes.
    Write(Zeroizing<Vec<u8>>),
    /// The file goes.
    Remove,
}

/// How far a save has come. At each of these a process can be killed, and the old file or the new one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// No other pullpass writes.
    Locked,
    /// The bytes were read and edited.
    Edited,
    /// There is a place for the new ones.
    Made,
    /// They are written.
    Written,
    /// They are on the disk.
    Synced,
    /// The file is still the one that was read.
    Compared,
    /// The new one has a name: the only instant at which a kill leaves it behind. The next save removes it.
    Named,
    /// It is the file now.
    Renamed,
    /// The folder is on the disk, too.
    Done,
}

impl Step {
    /// All steps of a save that renames, in order.
    pub const ALL: [Self; 9] = [
        Self::Locked,
        Self::Edited,
        Self::Made,
        Self::Written,
        Self::Synced,
        Self::Compared,
        Self::Named,
        Self::Renamed,
        Self::Done,
    ];
}

/// What a save did.
#[derive(Debug)]
pub struct Saved {
    /// The file that was written, behind all links.
    pub real: PathBuf,
    /// Its bytes before; `None` where there was no file.
    pub before: Option<Secret>,
    /// Its bytes after; `None` where it went.
    pub after: Option<Secret>,
    /// Its mode before, where others could read it and now cannot.
    pub tightened_from: Option<u32>,
    /// True where its old owner could not be kept.
    pub owner_changed: bool,
    /// True where it could not be replaced and was written in place: a mounted file.
    pub in_place: bool,
}

/// Writes a file. `edit` gets its bytes as they are now, perhaps more than once. With `force` a file that is marked
/// read-only is written, too. `on_step` hears how far it is.
///
/// # Errors
/// The edit's own, or the file system's: the file is as it was.
pub fn save(
    path: &Path,
    force: bool,
    edit: &mut dyn FnMut(Option<&[u8]>) -> Result<Outcome>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Saved> {
    let target = Target::find(path)?;
    target.make_folder()?;
    let lock = Lock::take(&target.folder)?;
    if lock.is_held() {
        leftover::remove(&target.real);
    }
    on_step(Step::Locked);
    for _ in 0..TRIES {
        if let Some(saved) = attempt(&target, force, edit, on_step)? {
            return Ok(saved);
        }
    }
    Err(Error::failed(format!("Did not write {}: another program keeps changing it.", path.display()))
        .hint("Try again when that program has ended."))
}

/// `None` where somebody wrote the file in the meantime.
fn attempt(
    target: &Target,
    force: bool,
    edit: &mut dyn FnMut(Option<&[u8]>) -> Result<Outcome>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Option<Saved>> {
    let before = target.read()?;
    let outcome = edit(before.as_deref().map(Vec::as_slice))?;
    on_step(Step::Edited);
    let mut saved = Saved {
        real: target.real.clone(),
        before: before.as_deref().map(|bytes| Secret::new(bytes.clone())),
        after: None,
        tightened_from: None,
        owner_changed: false,
        in_place: false,
    };
    if !matches!(outcome, Outcome::Same) {
        target.check_writable(force)?;
    }
    match outcome {
        Outcome::Same => saved.after = saved.before.clone(),
        Outcome::Remove => {
            if target.read()? != before {
                return Ok(None);
            }
            std::fs::remove_file(&target.real).map_err(|error| target.error("remove", error))?;
            target.sync_folder();
        }
        Outcome::Write(bytes) => {
            if !write(target, before.as_ref(), &bytes, &mut saved, on_step)? {
                return Ok(None);
            }
            saved.after = Some(Secret::new(bytes.to_vec()));
        }
    }
    on_step(Step::Done);
    Ok(Some(saved))
}

/// False where somebody wrote the file in the meantime.
fn write(
    target: &Target,
    before: Option<&Zeroizing<Vec<u8>>>,
    bytes: &[u8],
    saved: &mut Saved,
    on_step: &mut dyn FnMut(Step),
) -> Result<bool> {
    let failed = |error| target.error("write", error);
    let mut new = Temporary::make(target).map_err(|error| target.error("write beside", error))?;
    on_step(Step::Made);
    new.write(bytes).map_err(failed)?;
    on_step(Step::Written);
    saved.tightened_from = target.tightened_from();
    saved.owner_changed = !target.dress(new.file()).map_err(failed)?;
    new.sync().map_err(failed)?;
    on_step(Step::Synced);
    if target.read()?.as_ref() != before {
        return Ok(false);
    }
    on_step(Step::Compared);
    new.name(target).map_err(failed)?;
    on_step(Step::Named);
    match (new.rename(&target.real, before.is_none()), before) {
        (Ok(()), _) => {}
        (Err(error), None) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        // Something is mounted on the file itself: it can be written, not replaced.
        (Err(error), Some(before)) if error.kind() == io::ErrorKind::ResourceBusy => {
            target.write_in_place(before, bytes).map_err(failed)?;
            saved.in_place = true;
        }
        (Err(error), _) => return Err(failed(error)),
    }
    on_step(Step::Renamed);
    target.sync_folder();
    Ok(true)
}

/// The bytes of a file as they are now; `None` where it is not there.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>> {
    let content = contents::find(path).map_err(|error| Error::io("read", path, error))?;
    Ok(content.map(|content| content.bytes))
}

#[cfg(test)]
mod tests;
