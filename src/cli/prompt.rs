//! Asking for a passphrase: from the terminal without echo, or from standard input where that is asked for.

use std::io::{IsTerminal as _, Read as _};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use zeroize::Zeroizing;

use crate::cli::output::Output;
use crate::credential::rules;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A passphrase is no longer than this, in bytes.
const LONGEST: usize = 4096;

/// The passphrase that opens something.
///
/// # Errors
/// There is none: standard input is empty or no terminal, or the question was cancelled.
pub fn passphrase(output: Output, from_stdin: bool) -> Result<Secret> {
    if from_stdin { piped() } else { typed(output, "Passphrase") }
}

/// A passphrase for something new, typed twice.
///
/// # Errors
/// As [`passphrase`], or the two differ.
pub fn new_passphrase(output: Output, from_stdin: bool) -> Result<Secret> {
    if from_stdin {
        return piped();
    }
    let first = typed(output, "New passphrase")?;
    let second = typed(output, "The same again")?;
    if first == second {
        Ok(first)
    } else {
        Err(Error::failed("The two passphrases differ; nothing was made."))
    }
}

fn piped() -> Result<Secret> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 2));
    let read = std::io::stdin().lock().take(LONGEST as u64).read_to_end(&mut bytes);
    read.map_err(|error| Error::failed("Could not read standard input.").because(error))?;
    let piped = rules::stdin_password(&bytes);
    piped.map(|found| found.password).ok_or_else(|| Error::usage("There is no passphrase on standard input."))
}

fn typed(output: Output, question: &str) -> Result<Secret> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::usage("There is no terminal to ask for the passphrase on.")
            .hint("Pipe it in, with --passphrase-stdin."));
    }
    output.ask(question);
    let answer = Hidden::enter().and_then(|_hidden| read_line());
    output.answered();
    answer?.ok_or_else(|| Error::failed("Cancelled."))
}

/// The terminal without echo. Ctrl-C comes as a key then, so that the echo always comes back.
struct Hidden;

impl Hidden {
    fn enter() -> Result<Self> {
        enable_raw_mode().map_err(|error| Error::failed("Could not hide what is typed.").because(error))?;
        Ok(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _gone = disable_raw_mode().is_err();
    }
}

/// The line that is typed; `None` where it is cancelled.
fn read_line() -> Result<Option<Secret>> {
    let mut line = Zeroizing::new(String::with_capacity(LONGEST));
    loop {
        let event = event::read();
        let event = event.map_err(|error| Error::failed("Could not read the terminal.").because(error))?;
        let Event::Key(key) = event else { continue };
        match typed_key(&mut line, key) {
            Step::More => {}
            Step::Done => return Ok(Some(Secret::new(line.as_bytes().to_vec()))),
            Step::Cancelled => return Ok(None),
        }
    }
}

/// What a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    More,
    Done,
    Cancelled,
}

fn typed_key(line: &mut String, key: KeyEvent) -> Step {
    if key.kind == KeyEventKind::Release {
        return Step::More;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if control => return Step::Cancelled,
        KeyCode::Esc => return Step::Cancelled,
        KeyCode::Char('u') if control => line.clear(),
        KeyCode::Enter => return Step::Done,
        KeyCode::Char('j' | 'm') if control => return Step::Done,
        KeyCode::Backspace => {
            line.pop();
        }
        KeyCode::Char(c) if !control && line.len() + c.len_utf8() <= LONGEST => line.push(c),
        _ => {}
    }
    Step::More
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, control: bool) -> KeyEvent {
        KeyEvent::new(code, if control { KeyModifiers::CONTROL } else { KeyModifiers::NONE })
    }

    #[test]
    fn a_line_is_edited_and_ended() {
        let mut line = String::new();
        for c in "aé".chars() {
            assert_eq!(typed_key(&mut line, key(KeyCode::Char(c), false)), Step::More);
        }
        typed_key(&mut line, key(KeyCode::Backspace, false));
        assert_eq!(line, "a");
        typed_key(&mut line, key(KeyCode::Char('u'), true));
        assert_eq!(line, "");
        assert_eq!(typed_key(&mut line, key(KeyCode::Char('c'), true)), Step::Cancelled);
        assert_eq!(typed_key(&mut line, key(KeyCode::Enter, false)), Step::Done);
    }
}
