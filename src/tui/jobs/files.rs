//! Reading the files of logins, being told when one is changed, asking helpers for theirs, and fetching one secret.

use std::sync::Arc;

use crate::app::inventory::{self, Inventory, Listing, Listings, list_helpers};
use crate::app::login::fetch::{self, Fetched};
use crate::app::watch::Watch;
use crate::app::which::used_by::{ToolView, used_by};
use crate::app::which::{self, Who};
use crate::credential::login::{Login, LoginId};
use crate::error::Result;
use crate::tui::jobs::Shared;

impl Shared {
    pub(super) fn load(&self) -> Inventory {
        // Before the first reading, so that no change falls between the two.
        self.watch.get_or_init(|| self.watch_files());
        inventory::read(&self.ctx.settings, self.ctx.now())
    }

    pub(super) async fn list(self: Arc<Self>, helper: Arc<str>) -> Result<Listing> {
        Ok(list_helpers::list(&self.ctx.client, &helper).await)
    }

    pub(super) fn uses(&self, login: &Login, listings: &Listings) -> Vec<ToolView> {
        let settings = &self.ctx.settings;
        let mut snapshot = which::snapshot(settings, listings, Who::Me);
        used_by(&mut snapshot, login, settings.locations.home.as_deref())
    }

    pub(super) async fn fetch(self: Arc<Self>, id: LoginId) -> Result<Box<Fetched>> {
        fetch::fetch(&self.ctx, &id).await.map(Box::new)
    }

    /// Without a watch (the system has a limit for them), the user reads the files again with a key.
    fn watch_files(&self) -> Option<Watch> {
        let files = self.ctx.settings.locations.places().into_iter().filter_map(|place| place.path);
        let vault = self.ctx.settings.vault.file.clone();
        let paths = files.chain(vault).collect();
        let files_changed = Arc::clone(&self.files_changed);
        Watch::start(paths, move || files_changed.notify_one()).ok()
    }
}
