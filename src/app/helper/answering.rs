//! Who answers for a login of which a file says that our helper keeps it: asked in this process, without that program.

use super::rules::Way;
use crate::app::Context;
use crate::credential::login::OWN_HELPER;
use crate::vault::may_have_login;

/// The helper that answers for a key where a file names `helper`, by the rules that `docker-credential-pullpass` goes by.
/// Ours is the vault.
pub async fn answering(ctx: &Context, helper: &str, key: &str) -> String {
    if helper != OWN_HELPER {
        return helper.to_owned();
    }
    match Way::of(&ctx.settings.preferences.helper, key) {
        Way::Helper(name) => name.to_owned(),
        Way::Either(Some(name)) if !is_in_the_vault(ctx, key).await => name.to_owned(),
        Way::Vault | Way::Either(_) => OWN_HELPER.to_owned(),
    }
}

/// A vault that cannot be opened has what its note says.
async fn is_in_the_vault(ctx: &Context, key: &str) -> bool {
    let asked = key.to_owned();
    match ctx.with_vault(move |access| access.open()?.login(&asked)).await {
        Ok(found) => found.is_some(),
        Err(_) => {
            ctx.settings.vault.file.as_ref().is_some_and(|file| file.exists())
                && may_have_login(&ctx.settings.vault, key)
        }
    }
}
