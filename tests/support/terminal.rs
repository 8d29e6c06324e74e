//! Runs a program in a real pseudo-terminal and looks at what a person would see.
//!
//! Nothing here sleeps for a while and hopes: each step waits for a condition, with a deadline. The terminal never
//! answers, and every session checks at its end that it was never asked.

use std::fs::File;
use std::io::{Read as _, Write};
use std::num::NonZeroU16;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal};
use rustix::termios::{LocalModes, tcgetattr};

use super::program::PULLPASS;

/// Longer than anything takes, also on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// Questions to the terminal: cursor, device, colours, keyboard protocol, size, modes, names.
const QUERIES: &[&str] = &[
    "\x1b[6n",
    "\x1b[?6n",
    "\x1b[5n",
    "\x1b[c",
    "\x1b[0c",
    "\x1b[>c",
    "\x1b[>0c",
    "\x1b[=c",
    "\x1b]10;?",
    "\x1b]11;?",
    "\x1b]4;",
    "\x1b]52;c;?",
    "\x1b[?u",
    "\x1b[14t",
    "\x1b[16t",
    "\x1b[18t",
    "$p",
    "\x1bP+q",
    "\x1b[>0q",
    "\x1b[>q",
];

/// The private modes that a program can leave behind: alternate screen, paste, focus, mouse, synchronised frames.
const MODES: &[&str] = &["1049", "2004", "1004", "1000", "1002", "1003", "1006", "2026"];

/// Waits until the condition holds.
///
/// # Panics
/// Where it does not hold in time, with what `explain` says.
pub fn until(condition: impl Fn() -> bool, explain: impl Fn() -> String) {
    let deadline = Instant::now() + DEADLINE;
    while !condition() {
        assert!(Instant::now() < deadline, "{}", explain());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// All that the program wrote.
struct Output {
    bytes: Vec<u8>,
    emulator: vt100::Parser,
}

/// A program in a pseudo-terminal.
pub struct Session {
    child: Mutex<Box<dyn Child + Send + Sync>>,
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Box<dyn Write + Send>,
    output: Arc<Mutex<Output>>,
    /// The program's side, kept open so that its settings can be read after the end.
    tty: File,
    is_closing: Arc<AtomicBool>,
    /// tmux asks its terminal; our program must not.
    may_ask: bool,
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a size above zero")
}

impl Session {
    /// Starts `pullpass` in an 80 by 24 terminal.
    pub fn pullpass(home: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start(&[PULLPASS], home, variables)
    }

    /// Starts a program with an environment of its own: this home and nothing of ours.
    pub fn start(command: &[&str], home: &Path, variables: &[(&str, &str)]) -> Self {
        let pty = native_pty_system().openpty(pty_size(80, 24)).expect("a pseudo-terminal");
        let mut builder = CommandBuilder::new(command[0]);
        builder.args(&command[1..]);
        builder.cwd(home);
        builder.env_clear();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", home.join("bin").display());
        builder.env("HOME", home);
        builder.env("PATH", path);
        builder.env("XDG_RUNTIME_DIR", home.join("run"));
        builder.env("TERM", "xterm-256color");
        builder.env("LANG", "C.UTF-8");
        for (name, value) in variables {
            builder.env(name, value);
        }

        let tty_name = pty.master.tty_name().expect("the terminal's name");
        let no_controlling_terminal = rustix::fs::OFlags::NOCTTY.bits().cast_signed();
        let tty = File::options().read(true).write(true).custom_flags(no_controlling_terminal).open(tty_name);
        let child = pty.slave.spawn_command(builder).expect("the program starts");
        let mut reader = pty.master.try_clone_reader().expect("a reader");
        let keyboard = pty.master.take_writer().expect("a writer");
        let emulator = vt100::Parser::new(cells(24), cells(80), 0);
        let output = Arc::new(Mutex::new(Output { bytes: Vec::new(), emulator }));
        let is_closing = Arc::new(AtomicBool::new(false));
        let (seen, closing) = (Arc::clone(&output), Arc::clone(&is_closing));
        std::thread::spawn(move || {
            let mut block = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut block) {
                let mut seen = seen.lock().unwrap();
                seen.bytes.extend_from_slice(&block[..count]);
                seen.emulator.process(&block[..count]);
                if closing.load(Ordering::SeqCst) {
                    break;
                }
            }
        });
        Self {
            child: Mutex::new(child),
            master: Some(pty.master),
            keyboard,
            output,
            tty: tty.expect("the terminal opens"),
            is_closing,
            may_ask: false,
        }
    }

    /// Allows questions to the terminal.
    pub fn may_ask(mut self) -> Self {
        self.may_ask = true;
        self
    }

    fn output(&self) -> MutexGuard<'_, Output> {
        self.output.lock().unwrap()
    }

    /// The screen as text.
    pub fn text(&self) -> String {
        self.output().emulator.screen().contents()
    }

    /// Everything that was written so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.output().bytes.clone()
    }

    /// How often this was written so far.
    pub fn count(&self, sequence: &str) -> usize {
        let bytes = self.bytes();
        bytes.windows(sequence.len()).filter(|part| *part == sequence.as_bytes()).count()
    }

    /// Waits until the screen shows this.
    pub fn see(&self, words: &str) {
        until(|| self.text().contains(words), || format!("never saw {words:?}:\n{}", self.text()));
    }

    /// Waits until the screen does not show this any more.
    pub fn see_no(&self, words: &str) {
        until(|| !self.text().contains(words), || format!("still see {words:?}:\n{}", self.text()));
    }

    /// Waits until this was written, shown or not.
    pub fn see_sequence(&self, sequence: &str) {
        until(|| self.count(sequence) > 0, || format!("never wrote {sequence:?}:\n{}", self.text()));
    }

    /// The texts of the rows that have a reversed cell.
    pub fn reversed_rows(&self) -> Vec<String> {
        let output = self.output();
        let screen = output.emulator.screen();
        let (rows, columns) = screen.size();
        let is_reversed =
            |row| (0..columns.get()).any(|column| screen.cell(row, column).is_some_and(vt100::Cell::inverse));
        let text = |row: u16| screen.rows(0, columns.get()).nth(row.into()).unwrap_or_default();
        (0..rows.get()).filter(|row| is_reversed(*row)).map(text).collect()
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the keys are taken");
        self.keyboard.flush().expect("the keys are taken");
    }

    /// Changes the size; the program gets SIGWINCH.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.output().emulator.set_size(cells(rows), cells(columns));
        let master = self.master.as_ref().expect("a terminal");
        master.resize(pty_size(columns, rows)).expect("the size is taken");
    }

    /// Closes the terminal's window. The reader holds it open until it has read once more: hence the key.
    pub fn hang_up(&mut self) {
        self.is_closing.store(true, Ordering::SeqCst);
        self.press("j");
        self.keyboard = Box::new(std::io::sink());
        self.master = None;
    }

    /// The process number.
    pub fn pid(&self) -> Pid {
        let pid = self.child.lock().unwrap().process_id().expect("a running program");
        Pid::from_raw(pid.cast_signed()).expect("a process number")
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid(), signal).expect("the program runs");
    }

    /// True where it has not ended.
    pub fn runs(&self) -> bool {
        self.child.lock().unwrap().try_wait().expect("a status").is_none()
    }

    /// Waits for the end.
    pub fn end(&self) -> ExitStatus {
        let status = Mutex::new(None);
        until(
            || {
                let ended = self.child.lock().unwrap().try_wait().expect("a status");
                status.lock().unwrap().clone_from(&ended);
                ended.is_some()
            },
            || format!("it did not end:\n{}", self.text()),
        );
        let ended = status.lock().unwrap().take();
        ended.expect("a status")
    }

    /// True while keys are not echoed and not collected into lines.
    pub fn is_raw(&self) -> bool {
        let modes = tcgetattr(&self.tty).expect("the terminal's settings").local_modes;
        !modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    fn is_cooked(&self) -> bool {
        let modes = tcgetattr(&self.tty).expect("the terminal's settings").local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }

    /// The modes that are on.
    pub fn modes(&self) -> Vec<&'static str> {
        let text = String::from_utf8_lossy(&self.bytes()).into_owned();
        let last = |sequence: String| text.rfind(&sequence);
        let is_on = |mode: &&&str| last(format!("\x1b[?{mode}h")) > last(format!("\x1b[?{mode}l"));
        MODES.iter().filter(is_on).copied().collect()
    }

    /// Waits until the modes of a running program are on, and no others.
    pub fn has_modes(&self) {
        until(|| self.modes() == ["1049", "2004", "1004"], || format!("on: {:?}", self.modes()));
    }

    /// Waits until the terminal is as it was before the program: modes off, cursor shown, keys echoed.
    pub fn is_given_back(&self) {
        let cursor_is_shown = || !self.output().emulator.screen().hide_cursor();
        until(
            || self.modes().is_empty() && cursor_is_shown() && self.is_cooked(),
            || {
                let (modes, shown, cooked) = (self.modes(), cursor_is_shown(), self.is_cooked());
                format!("still on: {modes:?}; cursor shown: {shown}; keys echoed: {cooked}")
            },
        );
    }

    fn queries(&self) -> Vec<&'static str> {
        QUERIES.iter().filter(|query| self.count(query) > 0).copied().collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            let _ended_already = child.kill();
            let _reaped = child.wait();
        }
        if !std::thread::panicking() && !self.may_ask {
            assert_eq!(self.queries(), [""; 0], "the terminal was asked");
        }
    }
}
