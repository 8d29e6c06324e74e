//! What an export gives: files of plain and secret pieces, steps, fields to type, warnings.

use zeroize::Zeroizing;

use crate::secret::Secret;

/// The permissions of every file of an export, with a secret in it or not: a later form of it may hold one.
pub const FILE_MODE: u32 = 0o600;
/// What stands for a secret wherever it is not asked for. Its length tells nothing.
pub const MASK: &str = "••••••••";

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Anybody may see it.
    Text(String),
    /// A secret, already in the words of the text's language; UTF-8.
    Secret(Secret),
}

/// A text with secrets in it. A preview can only show what is no secret, because the two never mix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body(Vec<Piece>);

impl Body {
    /// The pieces in order. Two pieces of plain text never follow each other.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Adds what anybody may see.
    pub fn text(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.0.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }

    /// Adds a secret that is already escaped.
    pub fn secret(&mut self, secret: Secret) {
        self.0.push(Piece::Secret(secret));
    }

    /// Adds all of another text.
    pub fn append(&mut self, other: Self) {
        for piece in other.0 {
            match piece {
                Piece::Text(text) => self.text(&text),
                Piece::Secret(secret) => self.secret(secret),
            }
        }
    }

    /// True where a secret is in it.
    pub fn holds_secret(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Secret(_)))
    }

    /// The text with [`MASK`] for each secret.
    pub fn masked(&self) -> String {
        let shown = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Secret(_) => MASK,
        });
        shown.collect()
    }

    /// The whole text, secrets included, in one piece of memory.
    pub fn reveal(&self) -> Secret {
        let bytes = || {
            self.0.iter().map(|piece| match piece {
                Piece::Text(text) => text.as_bytes(),
                Piece::Secret(secret) => secret.expose(),
            })
        };
        let mut whole = Vec::with_capacity(bytes().map(<[u8]>::len).sum());
        bytes().for_each(|part| whole.extend_from_slice(part));
        Secret::new(whole)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        let mut body = Self::default();
        body.text(&text);
        body
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// A text under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where the platform expects it, relative to where the person works: `.circleci/config.yml`.
    pub name: String,
    /// The text, with a line feed at its end.
    pub body: Body,
    /// True for a part to paste into a file that is there already, so that nobody saves it over the whole.
    pub is_fragment: bool,
}

/// One thing to do. Who shows it numbers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What to do and why, in whole sentences.
    pub says: String,
    /// A command line for a POSIX shell, without a secret in it.
    pub command: Option<String>,
}

/// What is typed into one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// Anybody may see it.
    Text(String),
    /// A secret; `None` where the caller has not fetched it.
    Secret(Option<Secret>),
}

/// One field of a form that a person fills in by hand; each is copied alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field's name at the platform.
    pub label: String,
    /// What to type.
    pub value: FieldValue,
}

impl Field {
    /// What a preview shows.
    pub fn masked(&self) -> &str {
        match &self.value {
            FieldValue::Text(text) => text,
            FieldValue::Secret(_) => MASK,
        }
    }
}

/// What an export gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifact {
    /// The files, the main one first.
    pub files: Vec<File>,
    /// What to do with them, in order.
    pub steps: Vec<Step>,
    /// What to type where the platform is filled in by hand, in the order of its form.
    pub fields: Vec<Field>,
    /// What may go wrong or leak, in whole sentences.
    pub warnings: Vec<String>,
}

impl Artifact {
    /// True where a file holds a secret: it goes to no terminal unasked.
    pub fn holds_secret(&self) -> bool {
        self.files.iter().any(|file| file.body.holds_secret())
    }

    pub(super) fn file(&mut self, name: impl Into<String>, body: impl Into<Body>) -> &mut Self {
        self.files.push(File { name: name.into(), body: body.into(), is_fragment: false });
        self
    }

    pub(super) fn fragment(&mut self, name: impl Into<String>, body: impl Into<Body>) -> &mut Self {
        self.files.push(File { name: name.into(), body: body.into(), is_fragment: true });
        self
    }

    pub(super) fn step(&mut self, says: impl Into<String>) -> &mut Self {
        self.steps.push(Step { says: says.into(), command: None });
        self
    }

    pub(super) fn run(&mut self, says: impl Into<String>, command: impl Into<String>) -> &mut Self {
        self.steps.push(Step { says: says.into(), command: Some(command.into()) });
        self
    }

    pub(super) fn field(&mut self, label: impl Into<String>, text: impl Into<String>) -> &mut Self {
        self.fields.push(Field { label: label.into(), value: FieldValue::Text(text.into()) });
        self
    }

    pub(super) fn secret_field(&mut self, label: impl Into<String>, secret: Option<Secret>) -> &mut Self {
        self.fields.push(Field { label: label.into(), value: FieldValue::Secret(secret) });
        self
    }

    pub(super) fn warn(&mut self, words: impl Into<String>) -> &mut Self {
        self.warnings.push(words.into());
        self
    }
}

/// The start of a buffer that becomes a [`Secret`]: with room for `room` bytes, so that no copy is left behind.
pub(super) fn buffer(room: usize) -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_shows_a_mask_of_one_length_for_every_secret() {
        let mut body = Body::from("password: \"");
        body.secret(Secret::from_text("hunter2".into()));
        body.text("\"");
        body.text("\nemail: \"");
        body.secret(Secret::from_text("x".into()));
        body.text("\"\n");
        assert_eq!(body.masked(), "password: \"••••••••\"\nemail: \"••••••••\"\n");
        assert_eq!(body.reveal().expose_text(), Some("password: \"hunter2\"\nemail: \"x\"\n"));
        assert_eq!(body.pieces().len(), 5);
        assert!(body.holds_secret() && !Body::from("x").holds_secret());
        assert!(!format!("{body:?}").contains("hunter2"));
    }

    #[test]
    fn texts_are_joined_with_their_secrets_in_place() {
        let mut one = Body::from("a");
        let mut other = Body::from("b");
        other.secret(Secret::from_text("s".into()));
        other.text("c");
        one.append(other);
        assert_eq!(one.masked(), "ab••••••••c");
        assert_eq!(one.pieces().len(), 3);
        assert_eq!(Body::from("").pieces(), []);
    }
}
