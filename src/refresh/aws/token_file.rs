//! Files in which somebody else keeps a token up to date: a web identity's, a container's.

use std::io::Read as _;
use std::path::Path;

use crate::error::plain_reason;
use crate::refresh::error::Cause;
use crate::secret::Secret;

/// More than this, a file holds no token; in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// The text of a file that holds a token, without the blanks around it.
pub(super) fn read(path: &Path) -> Result<Secret, Cause> {
    let unreadable = |why: String| Cause::FileUnreadable { path: path.to_owned(), why };
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    read.map_err(|error| unreadable(plain_reason(&error)))?;
    let token = Secret::from_text(text.trim().to_owned());
    if token.is_empty() { Err(unreadable("it is empty".to_owned())) } else { Ok(token) }
}
