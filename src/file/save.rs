//! Writing a file that others read and write too: nobody ever sees half of it, and nothing that they wrote is lost.
//!
//! ```text
//! save          lock, read, edit, write beside, compare, rename: again where somebody was faster
//!   ├─ target     the file behind the links: its mode, its owner, its folder
//!   │    └─ attributes  what else hangs on it
//!   ├─ temporary  the new bytes, without a name until the last moment
//!   └─ rivals     traces of docker and podman at work
//! ```

#[cfg(unix)]
mod attributes;
pub mod rivals;
mod target;
mod temporary;

use std::io;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::file::contents;
use crate::file::error::{FileError, Operation};
use crate::file::leftover;
use crate::file::lock::Lock;
use crate::secret::Secret;
use target::Target;
pub use target::{TargetInfo, inspect};
use temporary::Temporary;

/// How often an edit is made again because somebody else wrote the file in between.
const TRIES: usize = 100;

/// What becomes of a file that its owner marked read-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// It is not written.
    Refuse,
    /// It is written, and keeps the mark.
    Write,
}

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

/// Makes new bytes of those that are there; `None` where there is no file.
pub type Edit<'a, E> = dyn FnMut(Option<&[u8]>) -> Result<Outcome, E> + 'a;

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

/// Writes a file that others write too. `edit` gets its bytes as they are now, perhaps more than once. `on_step` hears
/// how far it is.
///
/// # Errors
/// The edit's own, or the file system's: the file is as it was.
pub fn save<E: From<FileError>>(
    path: &Path,
    read_only: ReadOnly,
    edit: &mut Edit<'_, E>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Saved, E> {
    let target = Target::find(path)?;
    target.make_folder()?;
    let lock = Lock::of_folder(&target.folder)?;
    under(&lock, &target, read_only, edit, on_step)
}

/// Writes a file of ours, whatever it holds now, under the lock that every writer of it takes.
///
/// # Errors
/// The file system's: the file is as it was.
pub fn replace(lock: &Lock, path: &Path, bytes: Vec<u8>) -> Result<(), FileError> {
    let bytes = Zeroizing::new(bytes);
    let mut edit = |_: Option<&[u8]>| Ok::<_, FileError>(Outcome::Write(bytes.clone()));
    under(lock, &Target::find(path)?, ReadOnly::Write, &mut edit, &mut |_| {}).map(drop)
}

/// As [`replace`], but only a file that still holds what it held `before`; with `None`, only where there is none.
///
/// # Errors
/// As [`replace`], or somebody wrote the file in the meantime, who did not ask for the lock.
pub fn swap(lock: &Lock, path: &Path, before: Option<&[u8]>, bytes: Vec<u8>) -> Result<(), FileError> {
    let bytes = Zeroizing::new(bytes);
    let mut edit = |now: Option<&[u8]>| {
        let is_as_read = now == before;
        let write = || Outcome::Write(bytes.clone());
        is_as_read.then(write).ok_or_else(|| FileError::Overtaken(path.to_owned()))
    };
    under(lock, &Target::find(path)?, ReadOnly::Write, &mut edit, &mut |_| {}).map(drop)
}

/// Makes a file of ours that has no lock of its own, its folder too; never over one that is there.
///
/// # Errors
/// As [`swap`].
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    make_folder_of(path)?;
    let target = Target::find(path)?;
    swap(&Lock::of_folder(&target.folder)?, path, None, bytes.to_vec())
}

/// The file behind all links of a name, also of one that leads to no file yet.
///
/// # Errors
/// The links lead nowhere.
pub fn real_path_of(path: &Path) -> Result<PathBuf, FileError> {
    Target::find(path).map(|target| target.real)
}

/// Makes the folder of a file, for its owner alone, where it is missing.
///
/// # Errors
/// It cannot be made.
pub fn make_folder_of(path: &Path) -> Result<(), FileError> {
    Target::find(path)?.make_folder()
}

fn under<E: From<FileError>>(
    lock: &Lock,
    target: &Target,
    read_only: ReadOnly,
    edit: &mut Edit<'_, E>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Saved, E> {
    if lock.is_held() {
        leftover::remove(&target.real);
    }
    on_step(Step::Locked);
    for _ in 0..TRIES {
        if let Some(saved) = attempt(target, read_only, edit, on_step)? {
            return Ok(saved);
        }
    }
    Err(FileError::KeepsChanging(target.path.clone()).into())
}

/// `None` where somebody wrote the file in the meantime.
fn attempt<E: From<FileError>>(
    target: &Target,
    read_only: ReadOnly,
    edit: &mut Edit<'_, E>,
    on_step: &mut dyn FnMut(Step),
) -> Result<Option<Saved>, E> {
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
        target.check_writable(read_only)?;
    }
    match outcome {
        Outcome::Same => saved.after = saved.before.clone(),
        Outcome::Remove => {
            if target.read()? != before {
                return Ok(None);
            }
            std::fs::remove_file(&target.real)
                .map_err(|error| Operation::Remove.failed(&target.real, error))?;
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
) -> Result<bool, FileError> {
    let failed = |error| Operation::Write.failed(&target.real, error);
    // What cannot be read any more must not take the place of what can.
    if bytes.len() as u64 > contents::LARGEST {
        return Err(failed(io::Error::other("it would be larger than 64 MiB")));
    }
    let mut new =
        Temporary::make(target).map_err(|error| Operation::WriteBeside.failed(&target.real, error))?;
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
            if !target.write_in_place(before, bytes)? {
                return Ok(false);
            }
            saved.in_place = true;
        }
        // Some systems report what went wrong after the rename: which of the two is there, is looked at.
        (Err(_), _) if target.read()?.is_some_and(|now| *now == bytes) => {}
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
pub fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
    let content = contents::find(path).map_err(|error| Operation::Read.failed(path, error))?;
    Ok(content.map(|content| content.bytes))
}

#[cfg(test)]
mod tests;
