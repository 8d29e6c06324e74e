//! A line of text that is being typed. Not for secrets.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// More than this is no filter.
const LONGEST: usize = 200;

/// The text and where the cursor stands in it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    text: String,
    cursor: usize,
    longest: usize,
}

impl Default for Input {
    fn default() -> Self {
        Self::up_to(LONGEST)
    }
}

impl Input {
    /// An empty line that takes at most so many bytes.
    pub fn up_to(longest: usize) -> Self {
        Self { text: String::new(), cursor: 0, longest }
    }

    /// Puts another text in, with the cursor behind it.
    pub fn set(&mut self, text: &str) {
        self.clear();
        self.insert(text);
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The part before the cursor, for its column.
    pub fn before_cursor(&self) -> &str {
        &self.text[..self.cursor]
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    /// Takes a typed or pasted text; what could move the terminal's cursor is left out.
    pub fn insert(&mut self, typed: &str) {
        for c in typed.chars().filter(|c| !text::is_unsafe(*c)) {
            if self.text.len() + c.len_utf8() <= self.longest {
                self.text.insert(self.cursor, c);
                self.cursor += c.len_utf8();
            }
        }
    }

    /// Does what the key means while typing; false where it means nothing here.
    pub fn on_key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('u') if control => {
                self.text.drain(..self.cursor);
                self.cursor = 0;
            }
            KeyCode::Char('w') if control => self.delete_back_to(self.word_start()),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Backspace => self.delete_back_to(self.previous()),
            KeyCode::Delete => {
                let end = self.next();
                self.text.drain(self.cursor..end);
            }
            KeyCode::Left => self.cursor = self.previous(),
            KeyCode::Right => self.cursor = self.next(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn delete_back_to(&mut self, start: usize) {
        self.text.drain(start..self.cursor);
        self.cursor = start;
    }

    fn previous(&self) -> usize {
        self.before_cursor().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn next(&self) -> usize {
        let rest = &self.text[self.cursor..];
        self.cursor + rest.graphemes(true).next().map_or(0, str::len)
    }

    fn word_start(&self) -> usize {
        let before = self.before_cursor().trim_end();
        before.rfind(' ').map_or(0, |blank| blank + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[KeyEvent]) -> (String, usize) {
        let mut input = Input::default();
        input.insert("one twö three");
        for key in keys {
            assert!(input.on_key(*key), "{key:?}");
        }
        (input.text().to_owned(), input.before_cursor().chars().count())
    }

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn control(c: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)
    }

    #[test]
    fn editing_keys_do_what_a_shell_does() {
        let table: &[(&[KeyEvent], &str, usize)] = &[
            (&[key(KeyCode::Backspace)], "one twö thre", 12),
            (&[control('w')], "one twö ", 8),
            (&[control('w'), control('w')], "one ", 4),
            (&[control('u')], "", 0),
            (&[key(KeyCode::Home), key(KeyCode::Delete)], "ne twö three", 0),
            (&[key(KeyCode::Left), key(KeyCode::Char('x'))], "one twö threxe", 13),
            (&[key(KeyCode::Home), key(KeyCode::Right), key(KeyCode::End)], "one twö three", 13),
        ];
        for (keys, text, cursor) in table {
            assert_eq!(typed(keys), ((*text).to_owned(), *cursor), "{keys:?}");
        }
    }

    #[test]
    fn control_characters_and_overlong_pastes_are_left_out() {
        let mut input = Input::default();
        input.insert("a\u{1b}[2J\u{202e}b\n");
        assert_eq!(input.text(), "a[2Jb");
        input.insert(&"x".repeat(5_000));
        assert_eq!(input.text().len(), LONGEST);
    }
}
