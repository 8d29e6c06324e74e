//! Asking for a secret on the terminal: nothing is echoed, not even its length.

use std::io::Read as _;

use zeroize::Zeroizing;

use crate::cli::output::Output;
use crate::credential::rules;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// No secret that people type or paste is larger, in bytes.
const LARGEST: usize = 64 * 1024;

/// What takes a passphrase where there is no terminal.
const INSTEAD: &str = "--passphrase-stdin";

/// What is typed, byte by byte.
#[cfg(any(unix, test))]
struct Line {
    bytes: Zeroizing<Vec<u8>>,
}

/// What a byte did.
#[cfg(any(unix, test))]
#[derive(Debug, PartialEq, Eq)]
enum Typed {
    More,
    Done,
    GivenUp,
    TooLong,
}

#[cfg(any(unix, test))]
impl Line {
    /// With room for the longest line: a growing one would leave copies behind.
    fn new() -> Self {
        Self { bytes: Zeroizing::new(Vec::with_capacity(LARGEST)) }
    }

    fn feed(&mut self, byte: u8) -> Typed {
        match byte {
            b'\r' | b'\n' => return Typed::Done,
            // Ctrl-C, Ctrl-backslash, and Ctrl-D on an empty line.
            0x03 | 0x1c => return Typed::GivenUp,
            0x04 if self.bytes.is_empty() => return Typed::GivenUp,
            0x08 | 0x7f => {
                while let Some(removed) = self.bytes.pop() {
                    if removed & 0xc0 != 0x80 {
                        break;
                    }
                }
            }
            // Ctrl-U.
            0x15 => self.bytes.clear(),
            _ if self.bytes.len() == LARGEST => return Typed::TooLong,
            byte => self.bytes.push(byte),
        }
        Typed::More
    }
}

/// Asks for a secret on the terminal; `instead` is the option that takes it without one.
///
/// # Errors
/// There is no terminal, nothing was typed, or the person gave up.
pub fn secret(output: &Output, question: &str, instead: &str) -> Result<Secret> {
    let typed = terminal::read(output, question, instead)?;
    if typed.is_empty() {
        return Err(Error::usage("Nothing was typed.").hint("Nothing was changed."));
    }
    Ok(typed)
}

/// The passphrase that opens something: typed, or piped in where that is asked for.
///
/// # Errors
/// As [`secret`], or standard input is empty.
pub fn passphrase(output: &Output, from_stdin: bool) -> Result<Secret> {
    if from_stdin { piped() } else { secret(output, "Passphrase: ", INSTEAD) }
}

/// A passphrase for something new, typed twice.
///
/// # Errors
/// As [`passphrase`], or the two differ.
pub fn new_passphrase(output: &Output, from_stdin: bool) -> Result<Secret> {
    if from_stdin {
        return piped();
    }
    let first = secret(output, "New passphrase: ", INSTEAD)?;
    let second = secret(output, "The same again: ", INSTEAD)?;
    if first == second {
        Ok(first)
    } else {
        Err(Error::failed("The two passphrases differ; nothing was made."))
    }
}

/// All of standard input; `None` where it has more than so many bytes.
///
/// # Errors
/// It cannot be read.
pub fn all_of_stdin(most: usize) -> Result<Option<Zeroizing<Vec<u8>>>> {
    // With room for all of it: a growing buffer would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 2));
    let read = std::io::stdin().lock().take(most as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::failed("Could not read standard input.").because(error))?;
    Ok((bytes.len() <= most).then_some(bytes))
}

fn piped() -> Result<Secret> {
    let bytes = all_of_stdin(LARGEST)?
        .ok_or_else(|| Error::usage("The passphrase on standard input is larger than 64 KiB."))?;
    let piped = rules::stdin_password(&bytes);
    piped.map(|found| found.password).ok_or_else(|| Error::usage("There is no passphrase on standard input."))
}

#[cfg(unix)]
mod terminal {
    use std::fs::File;
    use std::io::Read as _;

    use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};

    use super::{Line, Typed};
    use crate::cli::output::Output;
    use crate::error::{Error, Result};
    use crate::secret::Secret;

    /// The terminal without echo; it comes back when this is dropped.
    struct Silent {
        tty: File,
        before: Termios,
    }

    impl Silent {
        /// Without the kernel's line editing, which cuts a line after 4,095 bytes, and without signals, so that
        /// nothing ends us while the echo is off.
        fn new(instead: &str) -> Result<Self> {
            let no_terminal = |error: std::io::Error| {
                Error::usage("There is no terminal to ask on.")
                    .hint(format!("Pipe it in with {instead}."))
                    .because(error)
            };
            let tty = File::options().read(true).write(true).open("/dev/tty").map_err(no_terminal)?;
            let before = termios::tcgetattr(&tty).map_err(|error| no_terminal(error.into()))?;
            let mut silent = before.clone();
            silent.local_modes &= !(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
            silent.special_codes[SpecialCodeIndex::VMIN] = 1;
            silent.special_codes[SpecialCodeIndex::VTIME] = 0;
            termios::tcsetattr(&tty, OptionalActions::Now, &silent)
                .map_err(|error| no_terminal(error.into()))?;
            Ok(Self { tty, before })
        }
    }

    impl Drop for Silent {
        fn drop(&mut self) {
            let _gone = termios::tcsetattr(&self.tty, OptionalActions::Now, &self.before).is_err();
        }
    }

    pub fn read(output: &Output, question: &str, instead: &str) -> Result<Secret> {
        let mut silent = Silent::new(instead)?;
        output.question(question);
        let (mut line, mut byte) = (Line::new(), zeroize::Zeroizing::new([0]));
        loop {
            let count = silent.tty.read(&mut *byte);
            let typed = match count {
                Ok(1..) => line.feed(byte[0]),
                Ok(0) => Typed::GivenUp,
                Err(error) => return Err(Error::failed("Could not read from the terminal.").because(error)),
            };
            if typed == Typed::More {
                continue;
            }
            output.question("\n");
            return match typed {
                Typed::Done => Ok(Secret::new(line.bytes.to_vec())),
                Typed::TooLong => Err(Error::usage("What was typed is longer than 64 KiB.")),
                Typed::More | Typed::GivenUp => Err(Error::failed("Nothing was changed.")),
            };
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    use crate::cli::output::Output;
    use crate::error::{Error, Result};
    use crate::secret::Secret;

    pub fn read(_: &Output, _: &str, instead: &str) -> Result<Secret> {
        Err(Error::usage("This system has no prompt that hides what is typed.")
            .hint(format!("Pipe it in with {instead}.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_and_ended_or_given_up() {
        let table: &[(&[u8], &[u8], Typed)] = &[
            (b"pw\r", b"pw", Typed::Done),
            (b"pw\n", b"pw", Typed::Done),
            (b"px\x7fw\n", b"pw", Typed::Done),
            ("pä\x08w\n".as_bytes(), b"pw", Typed::Done),
            (b"\x7f\x7fpw\n", b"pw", Typed::Done),
            (b"wrong\x15pw\n", b"pw", Typed::Done),
            (b"pw\x03", b"pw", Typed::GivenUp),
            (b"\x04", b"", Typed::GivenUp),
        ];
        for (bytes, expected, end) in table {
            let mut line = Line::new();
            let last = bytes.iter().map(|byte| line.feed(*byte)).last();
            assert_eq!((line.bytes.as_slice(), last.as_ref()), (*expected, Some(end)), "{bytes:?}");
        }
    }

    #[test]
    fn an_endless_line_ends() {
        let mut line = Line::new();
        assert!((0..LARGEST).all(|_| line.feed(b'x') == Typed::More));
        assert_eq!(line.feed(b'x'), Typed::TooLong);
        assert_eq!(line.bytes.capacity(), LARGEST);
    }
}
