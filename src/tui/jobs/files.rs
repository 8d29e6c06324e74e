//! Reading the files of logins, and being told when one is changed.

use std::sync::Arc;

use crate::app::inventory::{self, Inventory};
use crate::app::watch::Watch;
use crate::tui::jobs::Shared;

impl Shared {
    pub(super) fn load(&self) -> Inventory {
        // Before the first reading, so that no change falls between the two.
        self.watch.get_or_init(|| self.watch_files());
        inventory::read(&self.ctx.settings, self.ctx.now())
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
