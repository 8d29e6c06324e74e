//! What the Secrets tab says where the vault has no rows to show.

use ratatui::style::Style;

use crate::app::vault::rows::{State, Trouble, Unlock};
use crate::text;
use crate::tui::model::Model;
use crate::tui::theme::Theme;

/// The sentences, each with its style.
pub fn instead_of_rows(model: &Model, theme: Theme) -> Vec<(String, Style)> {
    let heading = |words: &str| (words.to_owned(), theme.heading());
    let plain = |words: &str| (words.to_owned(), theme.text());
    match &model.secrets.state {
        State::NotRead => vec![("Reading the vault ...".into(), theme.dim())],
        State::Missing => vec![
            heading("There is no vault yet."),
            plain("It keeps named secrets in one encrypted file, and docker's logins once they are sealed."),
            plain("o makes one, and so does pullpass vault init."),
        ],
        State::Open => vec![
            heading("The vault is empty."),
            plain("a adds a secret; e on a login saves it here as well."),
        ],
        State::Locked { why, by } => {
            let mut words = vec![(text::safe(&why.what).into_owned(), theme.warning())];
            match by {
                Some(Unlock::Passphrase) => words.push(plain("Press o to give its passphrase.")),
                Some(Unlock::Keyring) => {
                    words.push(plain("Press o to unlock the keyring; it asks for its own password."));
                    words.extend(hints(why, theme));
                }
                None => words.extend(hints(why, theme)),
            }
            words
        }
        State::Broken(why) => {
            let mut words = vec![(text::safe(&why.what).into_owned(), theme.bad())];
            words.extend(hints(why, theme));
            words
        }
    }
}

fn hints(why: &Trouble, theme: Theme) -> Vec<(String, Style)> {
    why.hints.iter().map(|hint| (text::safe(hint).into_owned(), theme.text())).collect()
}

/// The vault in a word or two, for the header: where its key is, or that it is locked.
pub fn remark(model: &Model) -> Option<String> {
    match &model.secrets.state {
        State::Open => model.secrets.key.map(|key| format!("vault: {key}")),
        State::Locked { .. } => Some("vault: locked".into()),
        State::Broken(_) => Some("vault: broken".into()),
        State::NotRead | State::Missing => None,
    }
}
