//! The file to be written, behind all links, and what must stay as it is around it.

use std::fs::{self, File, Metadata};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::ReadOnly;
use crate::file::error::{FileError, Operation};
use crate::file::lock;

/// As many symbolic links as Linux follows (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// What a save would meet, for showing it beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetInfo {
    /// The file behind all links.
    pub real: PathBuf,
    /// True where the name is a symbolic link; it stays one.
    pub is_link: bool,
    /// True where there is a file.
    pub exists: bool,
    /// Its mode now, where others can read it: a save takes that away.
    pub tightens: Option<u32>,
    /// True where it is marked read-only: a save must be forced.
    pub read_only: bool,
}

/// Looks at a file without touching it.
///
/// # Errors
/// The links lead nowhere.
pub fn inspect(path: &Path) -> Result<TargetInfo, FileError> {
    let target = Target::find(path)?;
    Ok(TargetInfo {
        is_link: target.real != path,
        exists: target.metadata().is_some(),
        tightens: target.tightened_from(),
        read_only: target.is_read_only(),
        real: target.real,
    })
}

/// The file to be written.
pub(super) struct Target {
    /// As it was named.
    pub path: PathBuf,
    /// Behind all links.
    pub real: PathBuf,
    /// Where the real file lies.
    pub folder: PathBuf,
}

impl Target {
    /// Follows the links, also those that lead to no file yet.
    pub fn find(path: &Path) -> Result<Self, FileError> {
        let failed = |error| Operation::FollowLinks.failed(path, error);
        let real = real_path(path).map_err(failed)?;
        let folder = match real.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            Some(_) => PathBuf::from("."),
            None => return Err(failed(io::Error::other("it is a folder"))),
        };
        Ok(Self { path: path.to_owned(), real, folder })
    }

    /// Makes the folder, for its owner alone, where it is missing.
    pub fn make_folder(&self) -> Result<(), FileError> {
        if self.folder.is_dir() {
            return Ok(());
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder).map_err(|error| Operation::MakeFolder.failed(&self.folder, error))
    }

    /// The bytes as they are now.
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, FileError> {
        super::read(&self.real)
    }

    fn metadata(&self) -> Option<Metadata> {
        fs::metadata(&self.real).ok()
    }

    fn is_read_only(&self) -> bool {
        self.metadata().is_some_and(|metadata| metadata.permissions().readonly())
    }

    /// A file that its owner marked read-only is written only when asked for.
    pub fn check_writable(&self, mark: ReadOnly) -> Result<(), FileError> {
        if mark == ReadOnly::Write || !self.is_read_only() {
            return Ok(());
        }
        Err(FileError::ReadOnly(self.real.clone()))
    }

    /// Makes a rename last. Not every file system can; the file itself is safe by then.
    pub fn sync_folder(&self) {
        let _as_good_as_it_gets = File::open(&self.folder).and_then(|folder| folder.sync_all()).is_ok();
    }

    /// Writes over a file that cannot be replaced; false where it is not as it was `before` any more. The file itself is
    /// locked meanwhile, because its folder is another one behind every mount.
    ///
    /// Blanks at the end of JSON mean nothing: the file is made as long as it has to be with them, then the text is written
    /// in one piece, then what is too long is cut. So whoever reads it meanwhile, or after a kill, finds JSON: the old or the
    /// new, in a file of one page. The old bytes stay in memory, never in a second file, and come back when something fails.
    pub fn write_in_place(&self, before: &[u8], bytes: &[u8]) -> Result<bool, FileError> {
        let failed = |error| Operation::Write.failed(&self.real, error);
        let mut file = fs::OpenOptions::new().read(true).write(true).open(&self.real).map_err(failed)?;
        lock::hold(&file, &self.real)?;
        if self.read()?.as_ref().is_none_or(|now| **now != *before) {
            return Ok(false);
        }
        if let Err(error) = overwrite(&mut file, before.len(), bytes) {
            let back = write_at(&mut file, 0, before).and_then(|()| file.set_len(before.len() as u64));
            back.and_then(|()| file.sync_all()).map_err(failed)?;
            return Err(failed(error));
        }
        // The mode of a mounted file may not be ours to change.
        let _tightened = self.dress(&file).is_ok();
        Ok(true)
    }
}

/// Makes a file of this length one with these bytes, with blanks behind them until it is cut.
fn overwrite(file: &mut File, length: usize, bytes: &[u8]) -> io::Result<()> {
    if bytes.len() > length {
        write_at(file, length, &vec![b' '; bytes.len() - length])?;
        file.sync_all()?;
    }
    let mut whole = Zeroizing::new(Vec::with_capacity(length.max(bytes.len())));
    whole.extend_from_slice(bytes);
    whole.resize(length.max(bytes.len()), b' ');
    write_at(file, 0, &whole)?;
    file.sync_all()?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

fn write_at(file: &mut File, at: usize, bytes: &[u8]) -> io::Result<()> {
    file.seek(io::SeekFrom::Start(at as u64))?;
    file.write_all(bytes)
}

fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut real = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(next) = fs::read_link(&real) else {
            return Ok(real);
        };
        real = match real.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

    use super::{File, Target, fs, io};
    use crate::file::save::attributes;

    /// The bits that anybody but the owner has.
    const OTHERS: u32 = 0o077;

    impl Target {
        /// The mode now, where others have any right that a save takes away.
        pub fn tightened_from(&self) -> Option<u32> {
            let mode = self.metadata()?.mode() & 0o777;
            (mode & OTHERS != 0).then_some(mode)
        }

        /// Gives the new file the old one's owner, attributes, and mode without what others had. False where the owner
        /// could not be kept.
        pub fn dress(&self, file: &File) -> io::Result<bool> {
            let Some(old) = self.metadata() else {
                file.set_permissions(fs::Permissions::from_mode(0o600))?;
                return Ok(true);
            };
            let new = file.metadata()?;
            let same = (old.uid(), old.gid()) == (new.uid(), new.gid());
            let kept = same || fchown(file, Some(old.uid()), Some(old.gid())).is_ok();
            let mode = match old.mode() & 0o777 {
                shared if shared & OTHERS != 0 => shared & 0o600,
                mode => mode,
            };
            attributes::copy(&self.real, file);
            file.set_permissions(fs::Permissions::from_mode(mode))?;
            Ok(kept || old.uid() == new.uid())
        }
    }
}

#[cfg(not(unix))]
#[allow(clippy::unused_self, clippy::unnecessary_wraps)] // as on Unix
impl Target {
    /// There is no mode to tighten.
    pub fn tightened_from(&self) -> Option<u32> {
        None
    }

    /// The folder's rights are inherited.
    pub fn dress(&self, _: &File) -> io::Result<bool> {
        Ok(true)
    }
}
