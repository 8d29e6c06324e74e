//! The unlocked key in the kernel's memory, under the user's own keyring, for some hours: never on a disk, gone with
//! the machine. Only Linux has it, and a container may forbid it.

use std::time::Duration;

use super::Key;

/// Keeps the key for so long.
///
/// # Errors
/// Why the kernel does not keep it, in words.
pub fn remember(key: &Key, time: Duration) -> Result<(), String> {
    system::remember(&name(&key.public()), &key.to_lines(), time)
}

/// The key with this public half, where the kernel still has it.
pub fn recall(public: &str) -> Option<Key> {
    Key::parse(&system::recall(&name(public))?).filter(|key| key.public() == public)
}

/// Makes the kernel forget the key; true where it had it.
pub fn forget(public: &str) -> bool {
    system::forget(&name(public))
}

/// A name for each key: a vault never gets another vault's key.
fn name(public: &str) -> String {
    format!("pullpass:{public}")
}

#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use linux_keyutils::{KeyError, KeyRing, KeyRingIdentifier};

    use crate::secret::Secret;

    pub fn remember(name: &str, secret: &Secret, time: Duration) -> Result<(), String> {
        let ring = ring().map_err(words)?;
        let key = ring.add_key(name, secret.expose()).map_err(words)?;
        let seconds = usize::try_from(time.as_secs().max(1)).unwrap_or(usize::MAX);
        key.set_timeout(seconds).map_err(|error| {
            // A key without an end is not what was asked for.
            let _best_effort = ring.unlink_key(key);
            words(error)
        })
    }

    pub fn recall(name: &str) -> Option<Secret> {
        ring().ok()?.search(name).ok()?.read_to_vec().ok().map(Secret::new)
    }

    pub fn forget(name: &str) -> bool {
        let Ok(ring) = ring() else { return false };
        ring.search(name).and_then(|key| ring.unlink_key(key)).is_ok()
    }

    /// The user's keyring, reachable from this process: a session that was made without it (a container's, `su`'s)
    /// could add a key to it, but not read it.
    fn ring() -> Result<KeyRing, KeyError> {
        let user = KeyRing::from_special_id(KeyRingIdentifier::User, false)?;
        KeyRing::from_special_id(KeyRingIdentifier::Process, true)?.link_keyring(user)?;
        Ok(user)
    }

    fn words(error: KeyError) -> String {
        match error {
            KeyError::AccessDenied | KeyError::PermissionDenied | KeyError::OperationNotSupported => {
                "the kernel's keyring is forbidden here (in a container its security profile may do that)"
                    .into()
            }
            KeyError::QuotaExceeded => "the kernel's keyring of this user is full".into(),
            error => format!("the kernel's keyring does not work: {error:?}"),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::time::Duration;

    use crate::secret::Secret;

    pub fn remember(_: &str, _: &Secret, _: Duration) -> Result<(), String> {
        Err("only Linux can keep it in memory".to_owned())
    }

    pub fn recall(_: &str) -> Option<Secret> {
        None
    }

    pub fn forget(_: &str) -> bool {
        false
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_there_until_it_is_forgotten() {
        let key = Key::generate();
        assert!(recall(&key.public()).is_none());
        if let Err(reason) = remember(&key, Duration::from_mins(1)) {
            println!("skipped: {reason}");
            return;
        }
        assert_eq!(recall(&key.public()).map(|key| key.public()), Some(key.public()));
        assert!(recall(&Key::generate().public()).is_none());
        assert!(forget(&key.public()));
        assert!(recall(&key.public()).is_none());
        assert!(!forget(&key.public()));
    }
}
