//! A key in the session's keyring: one small item, so no size limit bites and one prompt unlocks all.

#[cfg(not(target_os = "linux"))]
#[path = "native.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "secret_service.rs"]
mod system;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::Key;
use crate::secret::Secret;

/// The `service` of the item; its user name is the public half of the key.
const SERVICE: &str = "pullpass";

/// Whether the keyring may ask its owner for a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Nobody sits there, or nobody asked for anything: a locked keyring is an error at once.
    Nobody,
    /// Somebody has just asked for it.
    ThePerson,
}

impl Ask {
    /// What is left to do about a keyring that stays locked.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::Nobody => "Unlock the keyring: pullpass vault unlock",
            Self::ThePerson => {
                "Its own question was not answered, or cannot be shown here: unlock it as your desktop does."
            }
        }
    }

    /// How long the keyring may take.
    fn deadline(self) -> Duration {
        match self {
            Self::Nobody => Duration::from_secs(5),
            Self::ThePerson => Duration::from_mins(2),
        }
    }
}

/// What is known of the session before its keyring is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// There is a bus to ask on; always true where a keyring needs none.
    pub has_bus: bool,
    /// Whether it may ask its owner.
    pub ask: Ask,
}

/// Reads the key with this public half; `None` where the keyring has none.
///
/// # Errors
/// Why the keyring does not answer, as the rest of a sentence.
pub fn read(session: Session, public: &str) -> Result<Option<Key>, String> {
    let account = public.to_owned();
    let secret = on_its_own_thread(session, move || system::read(SERVICE, &account, session.ask))?;
    let key = |secret: Secret| Key::parse(&secret).ok_or_else(|| "holds something else there".to_owned());
    secret.map(key).transpose()
}

/// Keeps the key, and reads it back.
///
/// # Errors
/// Why the keyring does not keep it, as the rest of a sentence.
pub fn write(session: Session, key: &Key) -> Result<(), String> {
    let (account, secret) = (key.public(), key.to_lines());
    on_its_own_thread(session, move || system::write(SERVICE, &account, &secret, session.ask))?;
    match read(session, &key.public())? {
        Some(kept) if kept.public() == key.public() => Ok(()),
        _ => Err("did not keep the key".to_owned()),
    }
}

/// Removes the key.
///
/// # Errors
/// Why it is still there, as the rest of a sentence.
pub fn delete(session: Session, public: &str) -> Result<(), String> {
    let account = public.to_owned();
    on_its_own_thread(session, move || system::delete(SERVICE, &account, session.ask))
}

/// A keyring that does not answer must not hang `docker pull`: the thread is left behind after the deadline.
fn on_its_own_thread<T: Send + 'static>(
    session: Session,
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    if !session.has_bus {
        return Err("needs a session bus, and there is none (DBUS_SESSION_BUS_ADDRESS is not set)".to_owned());
    }
    let (tell, told) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("keyring".into()).spawn(move || {
        // Nobody listens any more after the deadline.
        let _late = tell.send(work());
    });
    thread.map_err(|error| format!("could not be asked: {error}"))?;
    match told.recv_timeout(session.ask.deadline()) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            Err(format!("did not answer within {} seconds", session.ask.deadline().as_secs()))
        }
        Err(RecvTimeoutError::Disconnected) => Err("stopped working".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_bus_nothing_is_asked() {
        let session = Session { has_bus: false, ask: Ask::Nobody };
        let asked = on_its_own_thread(session, || Ok(()));
        assert!(asked.unwrap_err().contains("session bus"));
    }

    #[test]
    fn a_keyring_that_breaks_is_an_error() {
        let session = Session { has_bus: true, ask: Ask::Nobody };
        let broken = on_its_own_thread(session, || -> Result<(), String> {
            std::panic::resume_unwind(Box::new("broken"))
        });
        assert_eq!(broken.unwrap_err(), "stopped working");
    }
}
