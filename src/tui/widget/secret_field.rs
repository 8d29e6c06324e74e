//! A password that is being typed or pasted. The bytes lie in one buffer that never grows, so that no copy of them is
//! left behind; there is no undo, no selection, and nothing on the screen tells how long it is.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize as _, Zeroizing};

use crate::secret::Secret;

/// Room for a service account's key in base64, twice over.
pub const CAPACITY: usize = 16 * 1024;

/// What became of a paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// It is in the field.
    Whole,
    /// It is in the field, without the line ending at its end.
    Trimmed,
    /// It is longer than the field, which is as before.
    TooLong,
}

pub struct SecretField(Zeroizing<Vec<u8>>);

impl Default for SecretField {
    fn default() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(CAPACITY)))
    }
}

impl fmt::Debug for SecretField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretField(•••)")
    }
}

impl SecretField {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes themselves, for judging them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// A copy to hand in.
    pub fn secret(&self) -> Secret {
        Secret::new(self.0.to_vec())
    }

    pub fn clear(&mut self) {
        self.0.zeroize();
    }

    /// Takes a paste in at the end. Terminals send the line endings of a paste as CR: they become LF again, and those
    /// at the end go.
    pub fn paste(&mut self, pasted: &str) -> Pasted {
        let kept = pasted.trim_end_matches(['\r', '\n']);
        if self.0.len() + kept.len() > CAPACITY {
            return Pasted::TooLong;
        }
        let mut bytes = kept.bytes().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' if bytes.peek() == Some(&b'\n') => {}
                b'\r' => self.0.push(b'\n'),
                byte => self.0.push(byte),
            }
        }
        if kept.len() == pasted.len() { Pasted::Whole } else { Pasted::Trimmed }
    }

    /// Does what the key means while typing; false where it means nothing here.
    pub fn on_key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if control => self.clear(),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => {
                if self.0.len() + c.len_utf8() <= CAPACITY {
                    self.0.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            KeyCode::Backspace => self.remove_last(),
            _ => return false,
        }
        true
    }

    fn remove_last(&mut self) {
        // Only text gets in, so that this is the last character.
        let text = std::str::from_utf8(&self.0).unwrap_or_default();
        let last = text.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.0[last..].zeroize();
        self.0.truncate(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn the_buffer_never_moves_and_never_grows() {
        let mut field = SecretField::default();
        let (place, room) = (field.expose().as_ptr(), field.0.capacity());
        for _ in 0..CAPACITY + 10 {
            field.on_key(key(KeyCode::Char('x')));
        }
        assert_eq!(field.expose().len(), CAPACITY);
        field.on_key(key(KeyCode::Char('ä')));
        assert_eq!(field.paste("y"), Pasted::TooLong);
        field.clear();
        assert_eq!(field.paste(&"z".repeat(CAPACITY + 1)), Pasted::TooLong);
        assert!(field.is_empty());
        assert_eq!(field.paste(&"z".repeat(CAPACITY)), Pasted::Whole);
        assert_eq!((field.expose().as_ptr(), field.0.capacity()), (place, room));
    }

    #[test]
    fn a_paste_loses_its_last_line_ending_and_gets_its_others_back() {
        let table = [
            ("pw", "pw", Pasted::Whole),
            ("pw\n", "pw", Pasted::Trimmed),
            ("pw\r\n\r", "pw", Pasted::Trimmed),
            (" pw ", " pw ", Pasted::Whole),
            ("{\r  \"a\": 1\r}\r", "{\n  \"a\": 1\n}", Pasted::Trimmed),
            ("a\r\nb", "a\nb", Pasted::Whole),
            ("\n", "", Pasted::Trimmed),
        ];
        for (pasted, kept, outcome) in table {
            let mut field = SecretField::default();
            assert_eq!(field.paste(pasted), outcome, "{pasted:?}");
            assert_eq!(field.expose(), kept.as_bytes(), "{pasted:?}");
        }
    }

    #[test]
    fn keys_type_take_back_and_wipe() {
        let mut field = SecretField::default();
        field.paste("pässe\u{301}");
        field.on_key(key(KeyCode::Backspace));
        assert_eq!(field.expose(), "päss".as_bytes());
        field.on_key(key(KeyCode::Char('!')));
        assert_eq!(field.secret(), Secret::from_text("päss!".into()));
        field.on_key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        field.on_key(key(KeyCode::Backspace));
        assert!(field.is_empty());
        assert!(!field.on_key(key(KeyCode::Left)));
        assert!(!field.on_key(KeyEvent::new(KeyCode::Char('x'), KeyModifiers::CONTROL)));
    }

    #[test]
    fn debug_shows_neither_bytes_nor_length() {
        let mut field = SecretField::default();
        field.paste("hunter2");
        assert_eq!(format!("{field:?}"), format!("{:?}", SecretField::default()));
    }
}
