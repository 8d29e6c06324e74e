//! The extended attributes of the old file, for the new one: what other programs wrote beside the bytes, and the label
//! that lets a container read it. Access lists stay behind (they give rights to others), and so do seals of the content.

use std::fs::File;
use std::path::Path;

/// Takes over what can be taken over. A file system without attributes, or a label that only root may give, is no error.
#[cfg(target_os = "linux")]
pub(super) fn copy(from: &Path, to: &File) {
    use rustix::fs::{XattrFlags, fsetxattr, getxattr, listxattr};
    let mut names = vec![0; MOST_BYTES];
    let Ok(length) = listxattr(from, &mut names[..]) else { return };
    let mut value = vec![0; MOST_BYTES];
    for name in names[..length].split(|byte| *byte == 0).filter(|name| is_ours_to_copy(name)) {
        if let Ok(length) = getxattr(from, name, &mut value[..]) {
            let _not_allowed = fsetxattr(to, name, &value[..length], XattrFlags::empty()).is_err();
        }
    }
}

/// The most that Linux keeps, of names and of one value (`xattr(7)`).
#[cfg(target_os = "linux")]
const MOST_BYTES: usize = 64 * 1024;

#[cfg(target_os = "linux")]
fn is_ours_to_copy(name: &[u8]) -> bool {
    name.starts_with(b"user.") || name == b"security.selinux"
}

/// Other systems are left to their defaults.
#[cfg(not(target_os = "linux"))]
pub(super) fn copy(_: &Path, _: &File) {}
