//! The new bytes before they are the file. On Linux they have no name until the last moment: a process that is killed
//! leaves nothing behind.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::{Builder, TempPath};

use super::target::Target;
use crate::file::leftover;

/// A file in the target's folder, and so on its file system. It goes when this is dropped.
pub(super) struct Temporary {
    file: File,
    name: Option<TempPath>,
}

impl Temporary {
    /// Makes an empty one that only its owner can read.
    pub fn make(target: &Target) -> io::Result<Self> {
        if let Some(file) = nameless(&target.folder) {
            return Ok(Self { file, name: None });
        }
        let (file, name) = builder(&leftover::prefix(&target.real)).tempfile_in(&target.folder)?.into_parts();
        Ok(Self { file, name: Some(name) })
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Writes all bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Waits until they are on the disk.
    pub fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Gives it a name, where it has none.
    pub fn name(&mut self, target: &Target) -> io::Result<()> {
        if self.name.is_none() {
            let named = builder(&leftover::prefix(&target.real))
                .make_in(&target.folder, |path| link(&self.file, path))?;
            self.name = Some(named.into_temp_path());
        }
        Ok(())
    }

    /// Makes it the file of this name; with `new`, only where there is none.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where somebody made a file meanwhile.
    pub fn rename(self, path: &Path, new: bool) -> io::Result<()> {
        let mut name = self.name.ok_or_else(|| io::Error::other("the new file has no name"))?;
        if new {
            name = match name.persist_noclobber(path) {
                Ok(()) => return Ok(()),
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Err(error.error),
                // Not every file system can do that.
                Err(error) => error.path,
            };
        }
        name.persist(path).map_err(|error| error.error)
    }
}

fn builder(prefix: &OsString) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix).rand_bytes(12);
    builder
}

/// Not every file system has files without a name (`O_TMPFILE`), nor every system `/proc` to name one later.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).mode(0o600).custom_flags(flags).open(folder).ok()?;
    Path::new(&of_process(&file)).exists().then_some(file)
}

#[cfg(target_os = "linux")]
fn of_process(file: &File) -> String {
    use std::os::fd::AsRawFd as _;
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    Ok(linkat(CWD, of_process(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
