//! What an error means to a person: the exit status, and the next step to take. The errors of the layers below say
//! themselves what happened; what to do about it is said here and nowhere else.

use std::error::Error as StdError;
use std::io::ErrorKind;

use crate::config::edit_refused::{EditError, EditRefused};
use crate::credential_helper::{HelperError, Hint};
use crate::error::{Error, Kind};
use crate::export::CannotWrite;
use crate::file::error::{FileError, Operation, shown};
use crate::import::CannotRead;
use crate::store::error::StoreError;
use crate::text::safe;
use crate::vault::error::{LockedBecause, VaultError};
use crate::vault::key::keyring::Prompt;

/// An error with all that a person wants to know of it.
fn told<H: Into<String>>(
    error: impl StdError + Send + Sync + 'static,
    kind: Kind,
    hints: impl IntoIterator<Item = H>,
) -> Error {
    let told = Error::new(kind, error.to_string());
    hints.into_iter().fold(told, Error::hint).because(error)
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        let hint = match &error {
            FileError::System {
                tried: Operation::WriteBeside | Operation::Write | Operation::Remove,
                source,
                ..
            } => Some(match source.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                    "The disk is full. The file is as it was."
                }
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                    "The folder must be writable: the new file is made beside the old one. The file is as it was."
                }
                _ => "The file is as it was.",
            }),
            FileError::System { .. } => None,
            FileError::FolderLocked(_) => {
                Some("Is another pullpass waiting for something? Try again when it has ended.")
            }
            FileError::Locked(_) => Some("Nothing was changed; try again when it is done."),
            FileError::ReadOnly(_) => {
                Some("Somebody did so on purpose; --force writes it and keeps the mark.")
            }
            FileError::KeepsChanging(_) => Some("Try again when that program has ended."),
            FileError::Overtaken(_) => Some("It is as that program left it; look at it, and try again."),
        };
        told(error, Kind::Failed, hint)
    }
}

impl From<CannotWrite> for Error {
    fn from(reason: CannotWrite) -> Self {
        use CannotWrite as W;
        let kind = match reason {
            W::Nothing
            | W::OneAtATime
            | W::FormNotOffered { .. }
            | W::NoSuchField(_)
            | W::AnswerMissing { .. }
            | W::Answer { .. }
            | W::SameName { .. } => Kind::Usage,
            W::SecretNotFetched
            | W::NotText
            | W::Unfit(_)
            | W::IdentityToken
            | W::NoLogin
            | W::PlainHttp
            | W::KeyNeverMatches
            | W::Characters { .. }
            | W::Unsuitable { .. } => Kind::Failed,
        };
        Self::new(kind, reason.what()).hint(reason.next())
    }
}

impl From<CannotRead> for Error {
    fn from(reason: CannotRead) -> Self {
        Self::failed(reason.what()).hint(reason.next())
    }
}

impl From<LockedBecause> for Error {
    fn from(error: LockedBecause) -> Self {
        use LockedBecause as L;
        let hint = match &error {
            L::PassphraseWanted => "Unlock it: pullpass vault unlock".to_owned(),
            L::PassphraseWrong => {
                "Try again. Nothing but the passphrase opens it, unless it is sealed for another key too."
                    .to_owned()
            }
            L::NotInKeyring => "The key may lie in another session's keyring, or be gone.".to_owned(),
            L::KeyringRefuses { prompt: Prompt::Never, .. } => {
                "Unlock the keyring: pullpass vault unlock".to_owned()
            }
            L::KeyringRefuses { prompt: Prompt::Allowed, .. } => {
                "Its own question was not answered, or cannot be shown here: unlock it as your desktop does."
                    .to_owned()
            }
            L::IdentityUnreadable { .. } => {
                "PULLPASS_IDENTITY, the settings (vault.identity) or vault.json name it; the vault stays locked without it."
                    .to_owned()
            }
            L::NotAnIdentity(_) => {
                "It holds lines that begin with AGE-SECRET-KEY-1, as age-keygen writes them, and no passphrase."
                    .to_owned()
            }
            L::NoConfig { config, .. } => {
                format!("{} is missing; name the key in PULLPASS_IDENTITY.", shown(config))
            }
        };
        told(error, Kind::Locked, [hint])
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        use VaultError as V;
        let (kind, hint) = match error {
            V::Locked(why) => return why.into(),
            V::File(error) => return error.into(),
            V::Missing => (Kind::NotFound, Some("Make one: pullpass vault init")),
            V::NoPlace => (Kind::Failed, Some("Set HOME, or name the vault's file in PULLPASS_VAULT.")),
            V::OtherKeys(_) => {
                let hint = "Whoever has it open can add your key: pullpass vault recipients add age1...";
                (Kind::Failed, Some(hint))
            }
            V::Damaged(_) => (Kind::Failed, Some("It was left as it is. Bring it back from a backup.")),
            V::NotGivenBack => (Kind::Failed, Some("The vault is as it was.")),
            V::LaterVersion(_) => (Kind::Failed, Some("Update pullpass; nothing was changed.")),
            V::NotOurs { .. } => (Kind::Failed, Some("Look at it with \"age -d\"; nothing was changed.")),
            V::AlreadyThere(_) => {
                let hint = "A vault is never overwritten: move its files away first, or name another in PULLPASS_VAULT.";
                (Kind::Failed, Some(hint))
            }
            V::KeyringRefuses(_) => (Kind::Locked, None),
            V::KeyDamaged(_) => {
                let hint =
                    "It was left as it is. Bring it back from a backup; without it the vault does not open.";
                (Kind::Failed, Some(hint))
            }
            V::ShortPassphrase => {
                (Kind::Usage, Some("Four or five words that nobody expects together make a good one."))
            }
            V::PassphraseNotText => (Kind::Usage, Some("Give one that is text in UTF-8.")),
            V::NotAPublicKey(_) => {
                let hint =
                    "It begins with age1; age-keygen prints it, and so does \"pullpass vault status\".";
                (Kind::Usage, Some(hint))
            }
            V::UnknownRecipient => (Kind::NotFound, Some("pullpass vault recipients list shows the keys.")),
            V::OwnRecipient => (Kind::Failed, Some("Another person whose key opens it can remove yours.")),
            V::NameTaken(_) => (Kind::Failed, Some("Choose another name, or edit that secret.")),
            V::NoSuchName(_) => (Kind::NotFound, None),
            V::Minted(name) => {
                let hint =
                    format!("To use your own, remove the secret first: pullpass remove {}", safe(&name));
                return told(V::Minted(name), Kind::Failed, [hint]);
            }
            V::UndoDamaged(_) => {
                (Kind::Failed, Some("The last change cannot be taken back; the file can be removed."))
            }
            V::Unreadable { .. }
            | V::BadConfig { .. }
            | V::PathNotText(_)
            | V::KeyUnreadable { .. }
            | V::OtherKey { .. }
            | V::KnownRecipient
            | V::BadRecipient
            | V::PasswordNotText
            | V::NotSealed(_) => (Kind::Failed, None),
        };
        told(error, kind, hint)
    }
}

impl From<HelperError> for Error {
    fn from(error: HelperError) -> Self {
        use HelperError as H;
        let kind = match error.hint() {
            Some(Hint::LockedKeychain | Hint::LockedKeyring) => Kind::Locked,
            _ => Kind::Failed,
        };
        let known = error.hint().map(|hint| hint.words().to_owned());
        let hint = known.unwrap_or_else(|| match &error {
            H::BadName { .. } => "Correct credsStore or credHelpers in the configuration file.".to_owned(),
            H::NotFound { program } => {
                format!("Install {program}, or correct credsStore or credHelpers in the configuration file.")
            }
            H::Timeout { program, .. } => {
                format!("It may wait for an answer that nobody sees: run \"{program} list\" in a terminal.")
            }
            H::SecretNotText { .. } => {
                "Keep it in the configuration file, or use a password in UTF-8.".to_owned()
            }
            H::Failed { program, .. } | H::BadJson { program, .. } | H::OutputTooLarge { program, .. } => {
                format!("Run \"{program} list\" in a terminal to see whether it works at all.")
            }
        });
        told(error, kind, [hint])
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        use StoreError as S;
        let (kind, hint) = match &error {
            S::File(_) | S::Vault(_) | S::Helper(_) => return of_below(error),
            S::EntryGone { .. } => {
                let hint = "It was removed in the meantime; press R to read the files again.";
                (Kind::NotFound, Some(hint.to_owned()))
            }
            S::NotInHelper { key, .. } | S::NotInVault { key } => {
                (Kind::NotFound, Some(format!("Log in again: docker login {}", safe(key))))
            }
            S::NotMinted { name } => {
                (Kind::Failed, Some(format!("Mint one: pullpass refresh {}", safe(name))))
            }
            S::NoVariable => (Kind::NotFound, None),
            S::SecretGone { .. } => {
                let hint = "The page of secrets shows those that it has: pullpass, then 2.";
                (Kind::NotFound, Some(hint.to_owned()))
            }
            S::HelperLost { .. } => {
                let hint = "It may drop characters at the ends, or keep another login of the same registry.";
                (Kind::Failed, Some(hint.to_owned()))
            }
            S::Taken { .. } => {
                let hint = "See which one works (pullpass check), and forget the other (pullpass remove).";
                (Kind::Failed, Some(hint.to_owned()))
            }
            S::ChangedSince { .. } => {
                (Kind::Failed, Some("What is there now is newer than what would be brought back.".to_owned()))
            }
            S::EntryEmpty { .. } | S::HelperKept { .. } => (Kind::Failed, None),
        };
        told(error, kind, hint)
    }
}

/// The store only hands these on.
fn of_below(error: StoreError) -> Error {
    match error {
        StoreError::File(error) => error.into(),
        StoreError::Vault(error) => error.into(),
        StoreError::Helper(error) => error.into(),
        error => told(error, Kind::Failed, None::<String>),
    }
}

impl From<EditError> for Error {
    fn from(error: EditError) -> Self {
        use EditRefused as E;
        let hint = match &error.why {
            E::Broken(_) => {
                Some("Mend the file in an editor; what cannot be read is never overwritten.".to_owned())
            }
            E::Lossy(_) => Some(
                "Mend the file in an editor; writing it could lose something, so it is read-only.".to_owned(),
            ),
            E::Namespace { .. } => Some(
                "Store it for the host alone, or for podman: --to podman keeps namespaces apart.".to_owned(),
            ),
            E::NamespaceWithHelper { .. } => Some("Store it for the registry alone.".to_owned()),
            E::TokenForPodman => {
                Some("Give a user name and a password, or store the token for docker.".to_owned())
            }
            E::ServedByHelper { key, .. } => {
                let key = safe(key);
                Some(format!("Where that helper has the login: docker login {key} empties the entry."))
            }
            E::HasHelper { key, .. } => {
                let key = safe(key);
                Some(format!("Take {key} out of credHelpers first, or give that helper the login."))
            }
            E::OtherSpelling { .. } => Some(
                "Which one is used depends on the tool: take one of them out of the file first.".to_owned(),
            ),
            E::ChangedSince { .. } => {
                Some("What is there now is newer than what would be brought back.".to_owned())
            }
            E::Unfit(_) | E::NothingToMove { .. } => None,
        };
        told(error, Kind::Failed, hint)
    }
}

#[cfg(test)]
mod tests;
