//! The terminal as we borrow it: modes on and off with one way out of them, and the frames in between.
//!
//! Nothing here asks the terminal a question: an answer that comes late is typed into the user's shell.

use std::io::{self, IsTerminal as _, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, style};
use ratatui::Frame;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Error, Result, plain_reason};
use crate::settings::TerminalSettings;

/// True while the modes are on. Whoever turns it off leaves them: drop, panic hook or suspend, never two of them.
static MODES_ARE_ON: AtomicBool = AtomicBool::new(false);

/// DEC private mode 2026: the terminal shows what lies between the two at once.
const BEGIN_FRAME: &[u8] = b"\x1b[?2026h";
const END_FRAME: &[u8] = b"\x1b[?2026l";

/// Makes sure that there is a terminal that can be drawn on.
///
/// # Errors
/// Standard input or output is not a terminal, or `TERM` is `dumb`.
pub fn check(settings: &TerminalSettings) -> Result<()> {
    let refuse =
        |what: &str| Err(Error::failed(what).hint("For scripts, pipes and plain terminals: pullpass list"));
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return refuse("The screens need a terminal for input and output.");
    }
    if settings.dumb {
        return refuse("The screens need a terminal that can move the cursor, and TERM is \"dumb\".");
    }
    Ok(())
}

/// The terminal in our modes. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    /// Turns the modes on, and sees to it that a panic of this thread turns them off.
    ///
    /// # Errors
    /// The terminal cannot be written to. It is back in its old modes then.
    pub fn enter() -> Result<Self> {
        install_panic_hook();
        // With NO_COLOR, crossterm 0.29 writes an empty SGR, which wipes the reversed row (crossterm#1069).
        // The theme knows NO_COLOR by itself.
        style::force_color_output(true);
        enter().map_err(lost)?;
        Ok(Self(()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() -> io::Result<()> {
    MODES_ARE_ON.store(true, Ordering::SeqCst);
    enable_raw_mode()
        .and_then(|()| {
            execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, Hide)
        })
        .inspect_err(|_| leave())
}

/// Turns the modes off, once. Each step is tried, whatever became of the others.
fn leave() {
    if !MODES_ARE_ON.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    let _each_tried = (
        execute!(out, DisableFocusChange),
        execute!(out, DisableBracketedPaste),
        // A terminal without an alternate screen would keep a shown secret in its scrollback.
        execute!(out, Clear(ClearType::All), MoveTo(0, 0)),
        execute!(out, LeaveAlternateScreen),
        execute!(out, Show),
        // Last: until here, what the terminal still sends is not echoed.
        disable_raw_mode(),
    );
}

/// A panic of this thread gives the terminal back and tells where it was. Others are silent, because the screen lives
/// on. The message of a panic is never shown: it may quote a secret.
fn install_panic_hook() {
    let ui = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() != ui {
            return;
        }
        leave();
        let place = panic.location().map_or_else(|| "an unknown place".into(), ToString::to_string);
        let version = env!("CARGO_PKG_VERSION");
        let _nobody_reads_it =
            writeln!(io::stderr(), "pullpass {version} stopped because of a mistake of its own, at {place}.");
    }));
}

/// True where a shell is there to bring us back. A session leader has none (`ssh -t host pullpass`, the first process
/// of a container): stopped, it would stay stopped.
pub fn can_suspend() -> bool {
    #[cfg(unix)]
    {
        rustix::process::getsid(None).is_ok_and(|leader| leader != rustix::process::getpid())
    }
    #[cfg(not(unix))]
    {
        false
    }
}

/// Gives the terminal to the shell and comes back when the user does. Stop the input before, or it takes the
/// shell's keys; draw everything again after.
///
/// # Errors
/// The terminal is gone.
pub fn suspend() -> Result<()> {
    leave();
    // The whole group, as the terminal's own Ctrl-Z does it. STOP, because TSTP comes to our handler.
    #[cfg(unix)]
    let _goes_on_at_once = rustix::process::kill_current_process_group(rustix::process::Signal::STOP);
    enter().map_err(lost)
}

/// An error of the terminal itself.
pub fn lost(error: io::Error) -> Error {
    Error::failed(format!("Could not write to the terminal: {}.", plain_reason(&error))).because(error)
}

/// What is drawn on: one write a frame.
#[derive(Debug)]
pub struct Screen {
    terminal: ratatui::Terminal<CrosstermBackend<FrameWriter<Out>>>,
}

impl Screen {
    /// The whole terminal.
    ///
    /// # Errors
    /// The size cannot be read.
    pub fn new() -> io::Result<Self> {
        let backend = CrosstermBackend::new(FrameWriter::new(open_stdout()?));
        Ok(Self { terminal: ratatui::Terminal::new(backend)? })
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// The size cannot be read.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws a frame; what did not change is not written.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(paint).map(drop)
    }

    /// Forgets what is on the screen, so that the next frame paints every cell.
    ///
    /// # Errors
    /// The size cannot be read.
    pub fn forget(&mut self) -> io::Result<()> {
        let (width, height) = self.size()?;
        // Not `clear`: that asks for the cursor, and the answer races the event stream (ratatui#2691).
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Writes a control sequence between two frames.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn emit(&mut self, sequence: &[u8]) -> io::Result<()> {
        let out = self.terminal.backend_mut();
        out.write_all(sequence)?;
        Write::flush(out)
    }
}

/// Collects a frame and writes it in one piece.
///
/// Its buffer is wiped, because a frame may show a secret, and it is not written on drop: after a panic, half a frame
/// would land on the shell's screen.
#[derive(Debug)]
struct FrameWriter<W> {
    out: W,
    bytes: Zeroizing<Vec<u8>>,
}

impl<W: Write> FrameWriter<W> {
    fn new(out: W) -> Self {
        Self { out, bytes: Zeroizing::new(BEGIN_FRAME.to_vec()) }
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.len() == BEGIN_FRAME.len() {
            return Ok(());
        }
        self.bytes.extend_from_slice(END_FRAME);
        let written = self.out.write_all(&self.bytes).and_then(|()| self.out.flush());
        self.bytes.zeroize();
        self.bytes.extend_from_slice(BEGIN_FRAME);
        written
    }
}

/// Past the buffer of [`io::Stdout`], which would keep a copy of a shown secret for good.
#[cfg(unix)]
type Out = std::fs::File;

#[cfg(unix)]
fn open_stdout() -> io::Result<Out> {
    use std::os::fd::AsFd as _;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
type Out = io::Stdout;

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)] // the same shape as above
fn open_stdout() -> io::Result<Out> {
    Ok(io::stdout())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts the writes.
    #[derive(Default)]
    struct Log(Vec<String>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_is_one_write_between_two_marks() {
        let mut writer = FrameWriter::new(Log::default());
        writer.write_all(b"one ").unwrap();
        writer.write_all(b"frame").unwrap();
        writer.flush().unwrap();
        writer.flush().unwrap();
        writer.write_all(b"another").unwrap();
        writer.flush().unwrap();
        assert_eq!(
            writer.out.0,
            ["\u{1b}[?2026hone frame\u{1b}[?2026l", "\u{1b}[?2026hanother\u{1b}[?2026l"]
        );
    }

    #[test]
    fn a_frame_that_was_written_is_wiped() {
        let mut writer = FrameWriter::new(Log::default());
        writer.write_all(b"hunter2").unwrap();
        writer.flush().unwrap();
        assert_eq!(*writer.bytes, BEGIN_FRAME);
    }

    #[test]
    fn half_a_frame_is_never_written() {
        let mut log = Log::default();
        let mut writer = FrameWriter::new(&mut log);
        writer.write_all(b"half a fra").unwrap();
        drop(writer);
        assert!(log.0.is_empty());
    }

    #[test]
    fn leaving_twice_does_nothing_the_second_time() {
        leave();
        assert!(!MODES_ARE_ON.load(Ordering::SeqCst));
    }

    #[test]
    fn a_dumb_terminal_is_refused_with_the_next_step() {
        let settings = TerminalSettings { dumb: true, ..TerminalSettings::default() };
        let error = check(&settings).unwrap_err();
        assert_eq!(error.kind.exit_status(), 1);
        assert!(error.hints[0].contains("pullpass list"), "{:?}", error.hints);
    }
}
