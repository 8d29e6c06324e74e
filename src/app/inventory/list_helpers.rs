//! Asking the helpers which logins they keep.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::inventory::Listings;
use crate::credential_helper::{Client, HelperName, Listed};
use crate::error::Error;
use crate::text;

/// Asks one helper for its list.
///
/// # Errors
/// Why there is none, in words for the row and the detail pane.
pub async fn list(client: &Client, helper: &str) -> Result<Vec<Listed>, Arc<str>> {
    let answer = match HelperName::new(helper) {
        Ok(name) => client.list(&name).await,
        Err(error) => Err(error),
    };
    answer.map_err(|error| {
        let error = Error::from(error);
        let words =
            std::iter::once(error.what.clone()).chain(error.hints.clone()).collect::<Vec<_>>().join(" ");
        text::safe(&words).into()
    })
}

/// Asks all helpers at once; it takes about as long as the slowest of them.
pub async fn list_all(client: &Client, helpers: BTreeSet<Arc<str>>) -> Listings {
    let asked = helpers.into_iter().map(|helper| async {
        let answer = list(client, &helper).await;
        (helper, answer)
    });
    futures_util::future::join_all(asked).await.into_iter().collect()
}
