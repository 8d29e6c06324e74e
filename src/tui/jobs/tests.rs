use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::clock::SystemClock;
use crate::credential::login::Store;
use crate::settings::Settings;
use crate::tui::clipboard::Route;
use crate::tui::effect::Change;

fn jobs() -> Jobs {
    let variable = |name: &str| (name == "HOME").then(|| "/nonexistent".into());
    Jobs::new(
        Context::new(Settings::from_environment(variable), SystemClock),
        Arc::new(Notify::new()),
        Handle::current(),
    )
}

fn copy_of_registry(ticket: Ticket) -> Effect {
    let id = LoginId { source: "file".into(), key: "ghcr.io".into(), store: Store::Inline };
    Effect::Copy { ticket, id, part: Part::Registry }
}

fn over_ssh() -> Jobs {
    let variable = |name: &str| matches!(name, "SSH_TTY" | "HOME").then(|| "/nonexistent".into());
    Jobs::new(
        Context::new(Settings::from_environment(variable), SystemClock),
        Arc::new(Notify::new()),
        Handle::current(),
    )
}

#[tokio::test]
async fn a_copy_over_ssh_is_for_the_terminal_to_write() {
    let mut jobs = over_ssh();
    jobs.start(copy_of_registry(7));
    let Some(Outcome::Emit(sequence, Message::Copied { ticket: 7, answer: Ok(Route::Osc52), .. })) =
        jobs.next().await
    else {
        panic!("not a copy for the terminal");
    };
    assert_eq!(sequence.expose_text(), Some("\u{1b}]52;c;Z2hjci5pbw==\u{1b}\\"));
    assert!(jobs.next().await.is_none());
}

#[tokio::test]
async fn what_was_cancelled_is_not_told_even_if_it_was_done() {
    let mut jobs = over_ssh();
    jobs.start(copy_of_registry(7));
    // On this one thread, the job runs to its end here.
    tokio::task::yield_now().await;
    jobs.start(Effect::Cancel(7));
    assert!(matches!(jobs.next().await, Some(Outcome::Nothing)));
}

#[tokio::test]
async fn a_cancelled_job_ends_at_once() {
    let mut jobs = jobs();
    let job = jobs.running.spawn(std::future::pending());
    jobs.wanted.insert(7, job);
    jobs.start(Effect::Cancel(7));
    assert!(matches!(jobs.next().await, Some(Outcome::Nothing)));
}

#[tokio::test]
async fn a_panic_is_told_without_its_words() {
    let mut jobs = jobs();
    jobs.running.spawn(async { panic!("hunter2") });
    let outcome = jobs.next().await;
    assert!(matches!(outcome, Some(Outcome::Tell(Message::TaskPanicked))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_a_change_that_is_being_written() {
    let mut jobs = over_ssh();
    let shared = Arc::clone(&jobs.shared);
    let (tell, told) = tokio::sync::oneshot::channel();
    let write = async move {
        let _held = shared.changes.writing.lock().await;
        tokio::time::sleep(LAST_WRITE / 2).await;
        tell.send(()).unwrap();
        Outcome::Nothing
    };
    jobs.running.spawn(write);
    tokio::task::yield_now().await;
    jobs.finish().await;
    assert!(told.await.is_ok(), "the write was cut short");
}

/// Notes, when it goes, whether a change could begin then.
struct Last(Arc<Shared>, Arc<AtomicBool>);

impl Drop for Last {
    fn drop(&mut self) {
        self.1.store(self.0.changes.writing.try_lock().is_ok(), Ordering::Relaxed);
    }
}

#[tokio::test]
async fn no_change_begins_while_the_jobs_are_ended() {
    let mut jobs = over_ssh();
    let may_write = Arc::new(AtomicBool::new(true));
    let last = Last(Arc::clone(&jobs.shared), Arc::clone(&may_write));
    jobs.running.spawn(async move {
        let _last = last;
        std::future::pending().await
    });
    tokio::task::yield_now().await;
    jobs.finish().await;
    assert!(!may_write.load(Ordering::Relaxed));
}

#[tokio::test(start_paused = true)]
async fn the_end_does_not_wait_for_a_job_that_hangs() {
    let mut jobs = over_ssh();
    // It holds the clipboard, and it cannot be stopped.
    let held = Arc::clone(&jobs.shared).clipboard.try_lock().map(std::mem::forget);
    assert!(held.is_ok());
    let before = tokio::time::Instant::now();
    assert!(jobs.finish().await.is_none());
    assert_eq!(before.elapsed(), LAST_WAIT);
}

#[tokio::test]
async fn a_review_that_was_ready_after_it_was_cancelled_is_kept_for_nobody() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(".docker/config.json");
    let text = r#"{"auths": {"r.io": {"auth": "dTpw"}}}"#;
    std::fs::create_dir(home.path().join(".docker")).unwrap();
    std::fs::write(&file, text).unwrap();
    let variable = |name: &str| (name == "HOME").then(|| home.path().into());
    let settings = Settings::from_environment(variable);
    let mut jobs = Jobs::new(Context::new(settings, SystemClock), Arc::new(Notify::new()), Handle::current());
    jobs.start(Effect::Cancel(7));
    let source = file.display().to_string().into();
    let id = LoginId { source, key: "r.io".into(), store: Store::Inline };
    let shared = Arc::clone(&jobs.shared);
    jobs.running.spawn(async move { shared.review(7, &id, Change::Remove).await });
    assert!(matches!(jobs.next().await, Some(Outcome::Nothing)));
    let Outcome::Tell(Message::CarriedOut(Err(failure))) = jobs.shared.carry_out(7).await else {
        panic!("it was carried out");
    };
    assert!(failure.what.contains("no longer at hand"), "{}", failure.what);
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}
