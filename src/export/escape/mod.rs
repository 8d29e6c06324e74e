//! How each language writes a text so that its readers get the same text back. Files of platforms quote nothing by hand.

pub mod dotenv;
pub mod github;
pub mod go_env;
pub mod groovy;
pub mod hcl;
pub mod json;
pub mod shell;
pub mod systemd;
pub mod toml;
pub mod xml;
pub mod yaml;

use crate::secret::Secret;

use crate::export::artifact::buffer;

/// A secret in the words of a language, in one piece of memory: each byte of it becomes at most `growth` bytes, and the
/// quotes two more.
fn sealed(text: &str, growth: usize, push: impl FnOnce(&mut String, &str)) -> Secret {
    let mut out = buffer(2 + text.len() * growth);
    push(&mut out, text);
    Secret::from_text(std::mem::take(&mut *out))
}
