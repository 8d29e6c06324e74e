//! Putting a part of a login on the clipboard.

use std::sync::Arc;

use crate::app::login::fetch;
use crate::credential::auth;
use crate::credential::login::LoginId;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::tui::clipboard::{Copied, Route};
use crate::tui::jobs::Shared;

/// What can be copied of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The user name.
    User,
    /// The password or token.
    Secret,
    /// The registry's address.
    Registry,
    /// The base64 `auth` value.
    Auth,
}

impl Part {
    /// What was copied, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::User => "user name",
            Self::Secret => "secret",
            Self::Registry => "registry",
            Self::Auth => "auth value",
        }
    }

    /// True where the clipboard must be cleared after a while.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::Auth)
    }
}

impl Shared {
    /// The way it went, and the sequence for the terminal where that is the way.
    pub(super) async fn copy(self: Arc<Self>, id: LoginId, part: Part) -> Result<(Route, Option<Secret>)> {
        let text = self.part(&id, part).await?;
        // Only now: a slow helper must not keep the clipboard from being cleared.
        let Copied { route, sequence } = self.clipboard.lock().await.copy(text, part.is_secret()).await?;
        Ok((route, sequence))
    }

    /// The sequence for the terminal, where that is the way.
    pub(super) async fn clear_clipboard(self: Arc<Self>) -> Result<((), Option<Secret>)> {
        Ok(((), self.clipboard.lock().await.clear().await))
    }

    /// The text of a part. The address needs no helper.
    async fn part(&self, id: &LoginId, part: Part) -> Result<Secret> {
        if part == Part::Registry {
            return Ok(Secret::from_text(id.key.to_string()));
        }
        let login = fetch::fetch(&self.ctx, id).await?.credential;
        match part {
            Part::Secret => Ok(login.secret),
            _ if login.username.is_empty() => {
                Err(Error::failed("This login has no user name, only a token.")
                    .hint("Copy the secret instead."))
            }
            Part::Auth => Ok(auth::encode(&login.username, &login.secret)),
            Part::User | Part::Registry => Ok(Secret::from_text(login.username)),
        }
    }
}
