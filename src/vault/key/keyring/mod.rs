//! A key in the session's keyring: one small item, so no size limit bites and one prompt unlocks all. The traits are the
//! keyring project's, on all three systems; for Linux the store behind them is ours.

#[cfg(target_os = "linux")]
mod secret_service;

use std::collections::HashMap;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};

use super::Key;
use crate::secret::Secret;

/// The `service` of the item; its user name is the public half of the key.
const SERVICE: &str = "pullpass";

/// Whether the keyring may ask its owner for a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nobody sits there, or nobody asked for anything: a locked keyring is an error at once.
    Never,
    /// Somebody has just asked for it.
    Allowed,
}

impl Prompt {
    /// How long the keyring may take.
    fn deadline(self) -> Duration {
        match self {
            Self::Never => Duration::from_secs(5),
            Self::Allowed => Duration::from_mins(2),
        }
    }
}

/// What is known of the session before its keyring is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// There is a bus to ask on; always true where a keyring needs none.
    pub has_bus: bool,
    /// Whether it may ask its owner.
    pub prompt: Prompt,
}

/// Reads the key with this public half; `None` where the keyring has none.
///
/// # Errors
/// Why the keyring does not answer, as the rest of a sentence.
pub fn read(session: Session, public: &str) -> Result<Option<Key>, String> {
    let account = public.to_owned();
    let read = move || match entry(&account, session.prompt)?.get_secret() {
        Ok(bytes) => Ok(Some(Secret::new(bytes))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    };
    let key = |secret: Secret| Key::parse(&secret).ok_or_else(|| "holds something else there".to_owned());
    on_its_own_thread(session, read)?.map(key).transpose()
}

/// Keeps the key, and reads it back.
///
/// # Errors
/// Why the keyring does not keep it, as the rest of a sentence.
pub fn write(session: Session, key: &Key) -> Result<(), String> {
    let (account, secret) = (key.public(), key.to_lines());
    on_its_own_thread(session, move || entry(&account, session.prompt)?.set_secret(secret.expose()))?;
    match read(session, &key.public())? {
        Some(kept) if kept.public() == key.public() => Ok(()),
        _ => Err("did not keep the key".to_owned()),
    }
}

/// Where the system's keyring has the key, whether it is there or not.
#[cfg_attr(not(target_os = "linux"), allow(unused_variables))] // the other systems decide for themselves when to ask
fn entry(account: &str, prompt: Prompt) -> keyring_core::Result<Entry> {
    #[cfg(target_os = "linux")]
    let store = secret_service::Store { prompt };
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new()?;
    store.build(SERVICE, account, None::<&HashMap<&str, &str>>)
}

/// Why the keyring does not do what it should, as the rest of a sentence.
fn words(error: &Error) -> String {
    match error {
        Error::NoDefaultStore => "is not there: no Secret Service runs in this session".to_owned(),
        Error::NoStorageAccess(_) => "is locked".to_owned(),
        Error::PlatformFailure(cause) => format!("does not work: {cause}"),
        Error::BadStoreFormat(reason) => format!("does not work: {reason}"),
        error => format!("does not work: {error}"),
    }
}

/// A keyring that does not answer must not hang `docker pull`: the thread is left behind after the deadline.
fn on_its_own_thread<T: Send + 'static>(
    session: Session,
    work: impl FnOnce() -> keyring_core::Result<T> + Send + 'static,
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
    match told.recv_timeout(session.prompt.deadline()) {
        Ok(answer) => answer.map_err(|error| words(&error)),
        Err(RecvTimeoutError::Timeout) => {
            Err(format!("did not answer within {} seconds", session.prompt.deadline().as_secs()))
        }
        Err(RecvTimeoutError::Disconnected) => Err("stopped working".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_bus_nothing_is_asked() {
        let session = Session { has_bus: false, prompt: Prompt::Never };
        let asked = on_its_own_thread(session, || Ok(()));
        assert!(asked.unwrap_err().contains("session bus"));
    }

    #[test]
    fn a_keyring_that_breaks_is_an_error() {
        let session = Session { has_bus: true, prompt: Prompt::Never };
        let broken = on_its_own_thread(session, || -> keyring_core::Result<()> {
            std::panic::resume_unwind(Box::new("broken"))
        });
        assert_eq!(broken.unwrap_err(), "stopped working");
    }

    #[test]
    fn each_error_is_the_rest_of_a_sentence() {
        let cause = || "the cause".into();
        let table = [
            (Error::NoDefaultStore, "is not there: no Secret Service runs in this session"),
            (Error::NoStorageAccess(cause()), "is locked"),
            (Error::PlatformFailure(cause()), "does not work: the cause"),
            (Error::BadStoreFormat("the reason".into()), "does not work: the reason"),
            (
                Error::TooLong("x".into(), 1),
                "does not work: Value of 'x' is longer than the platform limit of 1 chars",
            ),
        ];
        let session = Session { has_bus: true, prompt: Prompt::Never };
        for (error, expected) in table {
            let answer: Result<(), String> = on_its_own_thread(session, || Err(error));
            assert_eq!(answer.unwrap_err(), expected);
        }
    }
}
