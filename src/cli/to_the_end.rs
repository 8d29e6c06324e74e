//! A change is not cut short by a signal: it comes to the end of the step in hand, and stops before the next one. Who asks a
//! second time with Ctrl-C is obeyed at once; then the journal knows how far the change came.

use crate::app::Context;
use crate::app::context::event_loop;
use crate::cli::output::Output;
use crate::error::{Error, Kind, Result};

/// Makes a change, whatever signal comes meanwhile. The second half of the answer is the signal that came.
///
/// # Errors
/// The event loop cannot be started, or Ctrl-C came twice.
pub fn run<T>(ctx: &Context, output: &Output, work: impl Future<Output = T>) -> Result<(T, Option<u8>)> {
    let runtime = event_loop()?;
    let made = runtime.block_on(watched(ctx, *output, work));
    // What still blocks a thread is not waited for: it was asked to end at once.
    runtime.shutdown_background();
    made
}

/// The error of a change that is whole, and of a program that was told to end meanwhile.
pub fn ended(signal: u8) -> Error {
    Error::new(Kind::Signal(signal), "Ended by a signal, after the step in hand.")
}

#[cfg(unix)]
async fn watched<T>(ctx: &Context, output: Output, work: impl Future<Output = T>) -> Result<(T, Option<u8>)> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind: SignalKind| {
        signal(kind).map_err(|error| Error::failed("Could not listen to signals.").because(error))
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let (mut terminate, mut hang_up) = (listen(SignalKind::terminate())?, listen(SignalKind::hangup())?);
    let mut work = std::pin::pin!(work);
    let mut came = None;
    loop {
        let kind = tokio::select! { biased;
            done = &mut work => return Ok((done, came)),
            _ = interrupt.recv() => SignalKind::interrupt(),
            _ = terminate.recv() => SignalKind::terminate(),
            _ = hang_up.recv() => SignalKind::hangup(),
        };
        let number = u8::try_from(kind.as_raw_value()).unwrap_or_default();
        if came.is_some() && kind == SignalKind::interrupt() {
            return Err(Error::new(Kind::Signal(number), "Ended at once: the change was broken off.")
                .hint("pullpass undo takes back how far it came."));
        }
        if came.is_none() {
            output.remark("the step in hand comes to its end first; Ctrl-C once more ends it at once");
        }
        came = came.or(Some(number));
        ctx.stop();
    }
}

#[cfg(not(unix))]
async fn watched<T>(_: &Context, _: Output, work: impl Future<Output = T>) -> Result<(T, Option<u8>)> {
    Ok((work.await, None))
}
