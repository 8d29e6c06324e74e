use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::clock::SystemClock;
use crate::credential::login::{LoginId, Store};
use crate::settings::Settings;
use crate::tui::clipboard::Route;
use crate::tui::jobs::{Change, Job, Part};

fn of(settings: Settings) -> Jobs {
    Jobs::new(Context::new(settings, SystemClock), Arc::new(Notify::new()), Handle::current())
}

fn over_ssh() -> Jobs {
    let variable = |name: &str| matches!(name, "SSH_TTY" | "HOME").then(|| "/nonexistent".into());
    of(Settings::from_environment(variable))
}

fn copy_of_registry() -> Job {
    let id = LoginId { source: "file".into(), key: "ghcr.io".into(), store: Store::Inline };
    Job::Copy(id, Part::Registry)
}

#[tokio::test]
async fn a_copy_over_ssh_is_for_the_terminal_to_write() {
    let mut jobs = over_ssh();
    jobs.start(7, copy_of_registry());
    let Some(Answered { ticket: 7, sequence: Some(sequence), answer: Answer::Copied(Ok(Route::Osc52)) }) =
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
    jobs.start(7, copy_of_registry());
    // On this one thread, the job runs to its end here.
    tokio::task::yield_now().await;
    jobs.cancel(7);
    assert!(jobs.next().await.is_none());
}

#[tokio::test]
async fn what_a_cancelled_job_told_before_is_not_heard() {
    let mut jobs = over_ssh();
    for (ticket, is_heard) in [(7, false), (8, true)] {
        let tell = jobs.teller(ticket);
        jobs.spawn(ticket, Answer::CheckEnded, async move {
            tell(Answer::Noted(Ok(())));
            std::future::pending().await
        });
        tokio::task::yield_now().await;
        if !is_heard {
            jobs.cancel(ticket);
        }
        assert_eq!(jobs.try_next().is_some(), is_heard, "{ticket}");
    }
}

#[tokio::test]
async fn a_cancelled_job_ends_at_once() {
    let mut jobs = over_ssh();
    jobs.spawn(7, Answer::Noted, std::future::pending());
    jobs.cancel(7);
    assert!(jobs.next().await.is_none());
}

#[tokio::test]
async fn a_crash_is_a_failure_of_its_own_job_without_its_words() {
    let mut jobs = over_ssh();
    jobs.spawn(7, Answer::CarriedOut, async { panic!("hunter2") });
    let changed = jobs.next().await;
    jobs.block(8, Answer::Unlocked, || panic!("hunter2"));
    let unlocked = jobs.next().await;
    let (
        Some(Answered { ticket: 7, answer: Answer::CarriedOut(Err(changed)), .. }),
        Some(Answered { ticket: 8, answer: Answer::Unlocked(Err(unlocked)), .. }),
    ) = (changed, unlocked)
    else {
        panic!("other answers");
    };
    assert_eq!((&*changed.what, &changed), ("A background task crashed.", &unlocked));
}

#[tokio::test(start_paused = true)]
async fn the_end_waits_for_a_change_that_is_being_written() {
    let mut jobs = over_ssh();
    let shared = jobs.shared();
    let (tell, told) = tokio::sync::oneshot::channel();
    jobs.spawn(7, Answer::Noted, async move {
        let _held = shared.changes.writing.lock().await;
        tokio::time::sleep(LAST_WRITE / 2).await;
        tell.send(()).unwrap();
        Ok(())
    });
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
    let last = Last(jobs.shared(), Arc::clone(&may_write));
    jobs.spawn(7, Answer::Noted, async move {
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
    let held = jobs.shared().clipboard.try_lock().map(std::mem::forget);
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
    let mut jobs = of(Settings::from_environment(variable));
    let source = file.display().to_string().into();
    let id = LoginId { source, key: "r.io".into(), store: Store::Inline };
    jobs.start(7, Job::Review(id, Change::Remove));
    // As if the abort came too late to stop it.
    jobs.wanted.clear();
    assert!(jobs.next().await.is_none());
    jobs.start(8, Job::CarryOut(7));
    let Some(Answered { answer: Answer::CarriedOut(Err(notice)), .. }) = jobs.next().await else {
        panic!("it was carried out");
    };
    assert!(notice.what.contains("no longer at hand"), "{}", notice.what);
    assert_eq!(std::fs::read_to_string(file).unwrap(), text);
}
