//! Fetching one secret, when a person asks for it.

use std::path::Path;

use crate::app::Context;
use crate::app::helper::answering::answering;
use crate::config::locate::ConfigPath;
use crate::credential::Credential;
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::credential::expiry::{Expiry, Source};
use crate::credential::login::{EntryKind, Login, LoginId, OWN_HELPER, Store};
use crate::credential::token::{self, Claim, TokenKind};
use crate::error::Result;
use crate::settings::Settings;
use crate::store::{helper, inline, vault};

/// A secret and what it says of itself.
#[derive(Debug)]
pub struct Fetched {
    /// The login. The user name is empty for a token, and what is known of the end stands in `expiry`.
    pub credential: Credential,
    /// What the secret is.
    pub kind: TokenKind,
    /// How long it is good for.
    pub expiry: Expiry,
    /// Its readable half.
    pub claims: Vec<Claim>,
    /// What is odd about it.
    pub warnings: Diagnostics,
}

impl Fetched {
    /// True for a token that the registry's token service exchanges. Helpers say so with an empty user name.
    pub fn is_identity_token(&self, kind: EntryKind, store: &Store) -> bool {
        kind == EntryKind::IdentityToken
            || (kind != EntryKind::RegistryToken
                && self.credential.username.is_empty()
                && store.helper().is_some())
    }

    /// What the secret says of itself, into the row of its login.
    pub fn fill_in(&self, login: &mut Login) {
        login.token = Some(self.kind);
        login.expiry = self.expiry;
        login.claims = self.claims.clone().into();
        login.diagnostics.extend(&self.warnings);
    }
}

/// Fetches the secret of a login from where it is kept: the file, the variable, the vault or the helper.
///
/// # Errors
/// The store's error: the file changed or cannot be read, the helper failed or has no such login.
pub async fn fetch(ctx: &Context, id: &LoginId) -> Result<Fetched> {
    let credential = match &id.store {
        Store::Inline => inline::fetch(&ctx.settings, id)?,
        Store::CredsStore(name) | Store::CredHelper(name) => match &*answering(ctx, name, &id.key).await {
            OWN_HELPER => {
                let key = id.key.clone();
                ctx.with_vault(move |access| vault::fetch(access, &key)).await?
            }
            name => helper::fetch(&ctx.client, name, &id.key).await?,
        },
        Store::Vault(name) => {
            let name = name.clone();
            ctx.with_vault(move |access| vault::fetch_named(access, &name)).await?
        }
    };
    let token = token::classify(&id.key, &credential.username, credential.secret.expose(), None, ctx.now());
    let expiry = match credential.expires_at {
        Some(at) if !matches!(token.expiry, Expiry::At { .. }) => {
            Expiry::At { at, source: Source::HelperAnswer }
        }
        _ => token.expiry,
    };
    Ok(Fetched {
        claims: token::decode(credential.secret.expose()),
        credential,
        kind: token.kind,
        expiry,
        warnings: token.warnings.without(Diagnostic::DockerCliUsesIndexKey),
    })
}

/// The file of docker's or podman's that a login lies in, where it lies in one.
pub fn file_of(settings: &Settings, id: &LoginId) -> Option<ConfigPath> {
    let is_in_a_file =
        *id.source != *crate::config::locate::DOCKER_AUTH_CONFIG && id.store.vault_name().is_none();
    is_in_a_file.then(|| settings.locations.file(Path::new(&*id.source)))
}
