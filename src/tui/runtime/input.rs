//! What the terminal sends, read on a thread of its own.
//!
//! When the terminal is gone, crossterm 0.29 reads it in an endless loop (crossterm#793). Here that cannot keep the
//! screens from hearing the hang-up signal, and it ends with the process.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How many events wait to be taken; what is more waits in the terminal.
const WAITING: usize = 64;

/// How long a reader may take to stop. One that is caught in crossterm's loop never does.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// The events of the terminal.
#[derive(Debug)]
pub struct Input {
    events: mpsc::Receiver<io::Result<Event>>,
}

impl Input {
    /// Starts to read.
    ///
    /// # Errors
    /// The system gives no thread.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start() -> io::Result<Self> {
        let (sender, events) = mpsc::channel(WAITING);
        let runtime = Handle::current();
        thread::Builder::new().name("input".into()).spawn(move || runtime.block_on(read(&sender)))?;
        Ok(Self { events })
    }

    /// Waits for the next event; `None` where there will be none any more.
    pub async fn next(&mut self) -> Option<io::Result<Event>> {
        self.events.recv().await
    }

    /// An event that is there already.
    pub fn try_next(&mut self) -> Option<io::Result<Event>> {
        self.events.try_recv().ok()
    }

    /// Stops to read: from here on the keys are for whoever reads them next. Two readers would each get some.
    pub async fn stop(mut self) {
        self.events.close();
        let all_is_dropped = async { while self.events.recv().await.is_some() {} };
        let _caught_in_a_loop = timeout(LAST_WAIT, all_is_dropped).await;
    }
}

async fn read(sender: &mpsc::Sender<io::Result<Event>>) {
    let mut stream = EventStream::new();
    loop {
        let event = tokio::select! { biased;
            () = sender.closed() => return,
            event = stream.next() => event,
        };
        let Some(event) = event else { return };
        if sender.send(event).await.is_err() {
            return;
        }
    }
}
