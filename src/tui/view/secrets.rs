//! What the Secrets tab says where the vault has no rows to show.

use crate::app::vault::rows::{State, Unlock};
use crate::error::Notice;
use crate::text;
use crate::tui::content::Tone;
use crate::tui::model::Model;

/// The sentences, each as it is meant.
pub fn instead_of_rows(model: &Model) -> Vec<(String, Tone)> {
    let heading = |words: &str| (words.to_owned(), Tone::Heading);
    let plain = |words: &str| (words.to_owned(), Tone::Plain);
    match &model.secrets.state {
        State::NotRead => vec![("Reading the vault ...".into(), Tone::Dim)],
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
            let mut words = vec![(text::safe(&why.what).into_owned(), Tone::Warning)];
            match by {
                Some(Unlock::Passphrase) => words.push(plain("Press o to give its passphrase.")),
                Some(Unlock::Keyring) => {
                    words.push(plain("Press o to unlock the keyring; it asks for its own password."));
                    words.extend(hints(why));
                }
                None => words.extend(hints(why)),
            }
            words
        }
        State::Broken(why) => {
            let mut words = vec![(text::safe(&why.what).into_owned(), Tone::Bad)];
            words.extend(hints(why));
            words
        }
    }
}

fn hints(why: &Notice) -> Vec<(String, Tone)> {
    why.hints.iter().map(|hint| (text::safe(hint).into_owned(), Tone::Plain)).collect()
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
