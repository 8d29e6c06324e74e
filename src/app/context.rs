//! What every use case works with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use crate::app::transaction::journal::Ahead;
use crate::clock::Clock;
use crate::credential_helper::Client;
use crate::error::{Error, Result};
use crate::process::Limits;
use crate::settings::Settings;
use crate::vault::Access;

/// This machine as the environment describes it, and what a run has of its own. It is made once, at the edge.
#[derive(Clone, Debug)]
pub struct Context {
    /// What the environment says.
    pub settings: Settings,
    /// What leads to the vault, with its key where a person unlocked it in this run.
    pub vault: Access,
    /// Runs helper programs.
    pub client: Arc<Client>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where the steps of a change are written down before they are taken.
    pub(super) ahead: Ahead,
    /// Somebody asked to end: no further step begins.
    stops: Arc<AtomicBool>,
}

impl Context {
    /// A run under these settings.
    pub fn new(settings: Settings, clock: impl Clock + 'static) -> Self {
        let limits = Limits { time: settings.preferences.helpers.timeout, ..Limits::default() };
        Self {
            client: Arc::new(Client::new(settings.path.clone(), limits)),
            vault: Access::new(settings.vault.clone()),
            clock: Arc::new(clock),
            ahead: Ahead::default(),
            stops: Arc::default(),
            settings,
        }
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Asks whatever runs to begin no further step.
    pub fn stop(&self) {
        self.stops.store(true, Ordering::Relaxed);
    }

    /// True after [`Self::stop`].
    pub(super) fn is_stopping(&self) -> bool {
        self.stops.load(Ordering::Relaxed)
    }

    /// The same run, with the steps of a change written down there.
    pub(super) fn writing(&self, ahead: Ahead) -> Self {
        Self { ahead, ..self.clone() }
    }

    /// Works with the vault on a thread of its own: the keyring may take its time.
    pub(super) async fn with_vault<T: Send + 'static, E: Into<Error>>(
        &self,
        work: impl FnOnce(&Access) -> std::result::Result<T, E> + Send + 'static,
    ) -> Result<T> {
        let vault = self.vault.clone();
        blocking(move || work(&vault).map_err(E::into)).await
    }
}

/// Runs what blocks on the file system beside the event loop.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.map_err(|error| Error::failed("The work ended unexpectedly.").because(error))?
}

/// Runs a use case to its end, for who has no event loop.
///
/// # Errors
/// The system gives no event loop.
pub fn block_on<T>(future: impl Future<Output = T>) -> Result<T> {
    Ok(event_loop()?.block_on(future))
}

/// An event loop for this thread.
///
/// # Errors
/// The system gives none.
pub fn event_loop() -> Result<tokio::runtime::Runtime> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Error::failed("Could not start the event loop.").because(error))
}
