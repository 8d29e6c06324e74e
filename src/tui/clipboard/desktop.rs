//! The clipboard of a desktop session. It has a thread of its own: on X11 and Wayland the program that copied must
//! stay there to hand the text out, and the libraries block.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::Fingerprint;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// How long the session may take to answer.
const LIMIT: Duration = Duration::from_secs(2);

/// A handle to the thread, which is started by the first copy.
#[derive(Debug, Default)]
pub struct Desktop {
    thread: Option<mpsc::Sender<Request>>,
}

/// What the thread is asked.
#[derive(Debug)]
enum Request {
    Put(Secret, oneshot::Sender<std::result::Result<(), String>>),
    ClearIf(Fingerprint, oneshot::Sender<()>),
    /// Answered when the thread has let go of the clipboard.
    Close(oneshot::Sender<()>),
}

impl Desktop {
    /// Copies a text, hidden from clipboard histories as far as they honour that.
    ///
    /// # Errors
    /// The text is not UTF-8, or the session does not take it.
    pub async fn put(&mut self, text: Secret) -> Result<()> {
        let failed = |why: &str| Error::failed(format!("Could not copy to the desktop's clipboard: {why}."));
        if text.expose_text().is_none() {
            return Err(failed("the secret is not UTF-8 text"));
        }
        match self.ask(|answer| Request::Put(text, answer)).await {
            Some(Ok(())) => Ok(()),
            Some(Err(why)) => Err(failed(&why)),
            None => {
                // A thread that hangs is left alone; the next copy gets a new one.
                self.thread = None;
                Err(failed("the session does not answer"))
            }
        }
    }

    /// Clears it, where it still holds the text with this fingerprint.
    pub async fn clear_if(&mut self, ours: Fingerprint) {
        let _nothing_else_to_try = self.ask(|answer| Request::ClearIf(ours, answer)).await;
    }

    /// Lets go of the clipboard, where it was used. A clipboard manager takes over what it holds.
    pub async fn close(&mut self) {
        if self.thread.is_some() {
            let _we_go_anyway = self.ask(Request::Close).await;
        }
    }

    async fn ask<A>(&mut self, request: impl FnOnce(oneshot::Sender<A>) -> Request) -> Option<A> {
        let (answer, answered) = oneshot::channel();
        let sent = self.thread.get_or_insert_with(start).send(request(answer));
        if let Err(mpsc::SendError(request)) = sent {
            self.thread.insert(start()).send(request).ok()?;
        }
        timeout(LIMIT, answered).await.ok()?.ok()
    }
}

fn start() -> mpsc::Sender<Request> {
    let (sender, requests) = mpsc::channel();
    // Without a thread nobody receives the requests: that is a session that does not answer.
    let _perhaps = thread::Builder::new().name("clipboard".into()).spawn(move || serve(open(), &requests));
    sender
}

/// What a session's clipboard can do.
trait Board {
    fn put(&mut self, text: &str) -> std::result::Result<(), String>;
    fn holds(&mut self, text: &Fingerprint) -> bool;
    fn clear(&mut self);
}

/// Answers until it is closed or nobody can ask any more. Without a clipboard it answers one request: the next one
/// starts anew.
fn serve(board: std::result::Result<impl Board, String>, requests: &mpsc::Receiver<Request>) {
    let (mut board, why_not) = match board {
        Ok(board) => (Some(board), String::new()),
        Err(why) => (None, why),
    };
    while let Ok(request) = requests.recv() {
        // Where nobody waits for an answer any more, it is lost, and that is all right.
        let _heard = match (request, &mut board) {
            (Request::Put(text, answer), Some(board)) => {
                answer.send(board.put(text.expose_text().unwrap_or_default())).is_ok()
            }
            (Request::Put(_, answer), None) => answer.send(Err(why_not.clone())).is_ok(),
            (Request::ClearIf(ours, answer), Some(board)) => {
                if board.holds(&ours) {
                    board.clear();
                }
                answer.send(()).is_ok()
            }
            (Request::ClearIf(_, answer), None) => answer.send(()).is_ok(),
            (Request::Close(answer), open) => {
                drop(open.take());
                answer.send(()).is_ok()
            }
        };
        if board.is_none() {
            return;
        }
    }
}

#[cfg(feature = "clipboard")]
fn open() -> std::result::Result<arboard::Clipboard, String> {
    arboard::Clipboard::new().map_err(|error| words(&error))
}

#[cfg(feature = "clipboard")]
impl Board for arboard::Clipboard {
    fn put(&mut self, text: &str) -> std::result::Result<(), String> {
        #[cfg(target_os = "macos")]
        use arboard::SetExtApple as _;
        #[cfg(all(unix, not(target_os = "macos")))]
        use arboard::SetExtLinux as _;
        #[cfg(windows)]
        use arboard::SetExtWindows as _;
        self.set().exclude_from_history().text(text).map_err(|error| words(&error))
    }

    fn holds(&mut self, text: &Fingerprint) -> bool {
        self.get_text().is_ok_and(|held| text.matches(Secret::from_text(held).expose()))
    }

    fn clear(&mut self) {
        let _nothing_else_to_try = arboard::Clipboard::clear(self);
    }
}

/// The reason, as the end of a sentence.
#[cfg(feature = "clipboard")]
fn words(error: &arboard::Error) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}

#[cfg(not(feature = "clipboard"))]
enum Absent {}

#[cfg(not(feature = "clipboard"))]
fn open() -> std::result::Result<Absent, String> {
    Err("this program was built without the feature \"clipboard\"".into())
}

#[cfg(not(feature = "clipboard"))]
impl Board for Absent {
    fn put(&mut self, _: &str) -> std::result::Result<(), String> {
        match *self {}
    }

    fn holds(&mut self, _: &Fingerprint) -> bool {
        match *self {}
    }

    fn clear(&mut self) {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// A clipboard whose content the test sees.
    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<String>>);

    impl Fake {
        fn content(&self) -> String {
            self.0.lock().unwrap().clone()
        }

        fn desktop(&self) -> Desktop {
            let (sender, requests) = mpsc::channel();
            let board = self.clone();
            thread::spawn(move || serve(Ok(board), &requests));
            Desktop { thread: Some(sender) }
        }
    }

    impl Board for Fake {
        fn put(&mut self, text: &str) -> std::result::Result<(), String> {
            text.clone_into(&mut self.0.lock().unwrap());
            Ok(())
        }

        fn holds(&mut self, text: &Fingerprint) -> bool {
            text.matches(self.content().as_bytes())
        }

        fn clear(&mut self) {
            self.0.lock().unwrap().clear();
        }
    }

    fn hunter2() -> Secret {
        Secret::from_text("hunter2".into())
    }

    #[tokio::test]
    async fn what_we_copied_is_cleared() {
        let fake = Fake::default();
        let mut desktop = fake.desktop();
        desktop.put(hunter2()).await.unwrap();
        assert_eq!(fake.content(), "hunter2");
        desktop.clear_if(Fingerprint::of(b"hunter2")).await;
        assert_eq!(fake.content(), "");
    }

    #[tokio::test]
    async fn what_somebody_else_copied_since_stays() {
        let fake = Fake::default();
        let mut desktop = fake.desktop();
        desktop.put(hunter2()).await.unwrap();
        "a letter".clone_into(&mut fake.0.lock().unwrap());
        desktop.clear_if(Fingerprint::of(b"hunter2")).await;
        assert_eq!(fake.content(), "a letter");
    }

    #[tokio::test]
    async fn a_session_without_a_clipboard_says_why() {
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || serve(Err::<Fake, _>("no display".into()), &requests));
        let mut desktop = Desktop { thread: Some(sender) };
        let error = desktop.put(hunter2()).await.unwrap_err();
        assert_eq!(error.what, "Could not copy to the desktop's clipboard: no display.");
    }

    #[tokio::test]
    async fn bytes_that_are_no_text_are_refused() {
        let error = Fake::default().desktop().put(Secret::new(vec![0xff])).await.unwrap_err();
        assert!(error.what.contains("not UTF-8"), "{error}");
    }

    #[tokio::test]
    async fn closing_lets_go_of_the_clipboard() {
        let fake = Fake::default();
        let mut desktop = fake.desktop();
        desktop.put(hunter2()).await.unwrap();
        desktop.close().await;
        assert_eq!(Arc::strong_count(&fake.0), 1);
    }
}
