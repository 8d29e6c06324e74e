//! The signals that the screens answer.

use std::io;
#[cfg(unix)]
use std::sync::Arc;

#[cfg(unix)]
use tokio::sync::Notify;

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// To end.
    End,
    /// To give the terminal back until the user returns.
    #[cfg_attr(not(unix), allow(dead_code))] // nothing else stops a program
    Pause,
}

/// The signals that would otherwise end or stop us with the terminal in our modes.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    stop: tokio::signal::unix::Signal,
    gone: Arc<Notify>,
}

#[cfg(unix)]
impl Signals {
    /// Takes the signals over, for the rest of the process's life.
    ///
    /// # Errors
    /// The system refuses.
    pub fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        /// Not among tokio's own: the number differs between systems.
        const STOP: i32 = rustix::process::Signal::TSTP.as_raw();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            stop: signal(SignalKind::from_raw(STOP))?,
            gone: watch_terminal()?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Request {
        tokio::select! {
            _ = self.interrupt.recv() => Request::End,
            _ = self.terminate.recv() => Request::End,
            _ = self.hangup.recv() => Request::End,
            _ = self.quit.recv() => Request::End,
            _ = self.stop.recv() => Request::Pause,
            () = self.gone.notified() => Request::End,
        }
    }
}

/// Notifies when the terminal is gone. Only a session's leader gets a signal for that; for everybody else crossterm
/// 0.29 would read the end of the input for ever (crossterm#793). The thread sleeps until then.
#[cfg(unix)]
fn watch_terminal() -> io::Result<Arc<Notify>> {
    let gone = Arc::new(Notify::new());
    let tell = Arc::clone(&gone);
    std::thread::Builder::new().name("hang-up".into()).spawn(move || {
        wait_for_hang_up();
        tell.notify_one();
    })?;
    Ok(gone)
}

#[cfg(unix)]
fn wait_for_hang_up() {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdin = rustix::stdio::stdin();
    // No event is asked for: hang-up and error are always told.
    let mut terminal = [PollFd::new(&stdin, PollFlags::empty())];
    // A signal interrupts the wait, among them the one that brings us back from the background.
    while poll(&mut terminal, None) == Err(rustix::io::Errno::INTR) {}
}

/// Elsewhere there is one: Ctrl-C, or the window that is closed.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Signals(());

#[cfg(not(unix))]
impl Signals {
    /// Nothing to take over yet.
    ///
    /// # Errors
    /// None.
    #[allow(clippy::unnecessary_wraps)] // the same shape as above
    pub fn new() -> io::Result<Self> {
        Ok(Self(()))
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Request {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Request::End,
            Err(_) => std::future::pending().await,
        }
    }
}
