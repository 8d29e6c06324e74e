//! The clipboard: which way a copy goes, and clearing it again. Secrets go through pipes and never into arguments.

mod desktop;
mod tool;

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;

use crossterm::Command as _;
use crossterm::clipboard::CopyToClipboard;

use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::settings::TerminalSettings;
use desktop::Desktop;
use tool::Tool;

/// The name of our tmux buffer.
const BUFFER: &str = "pullpass";

/// The way to the clipboard that the user pastes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// tmux hands it to the terminal it runs in. Our own OSC 52 would be dropped: its `set-clipboard` is `external`
    /// by default.
    Tmux,
    /// The terminal takes it from a control sequence, OSC 52, also over SSH.
    Osc52,
    /// The desktop session: X11, Wayland, macOS or Windows.
    Desktop,
    /// `clip.exe` of the Windows around this system.
    Wsl,
    /// There is none.
    None,
}

impl Route {
    /// Where the copy went, for the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Tmux => "your local clipboard, through tmux",
            Self::Osc52 => "your local clipboard, through the terminal",
            Self::Desktop => "the clipboard of this desktop",
            Self::Wsl => "the clipboard of Windows",
            Self::None => "nowhere",
        }
    }
}

/// The way that a copy takes. Over SSH the desktop of the far machine is not where the user pastes.
pub fn plan_copy(settings: &TerminalSettings) -> Route {
    match settings {
        TerminalSettings { tmux: true, .. } => Route::Tmux,
        TerminalSettings { ssh: true, .. } => Route::Osc52,
        TerminalSettings { desktop: true, .. } if cfg!(feature = "clipboard") => Route::Desktop,
        TerminalSettings { wsl: true, .. } => Route::Wsl,
        _ => Route::None,
    }
}

/// A copy that worked.
#[derive(Debug)]
pub struct Copied {
    /// The way it went.
    pub route: Route,
    /// What the terminal must be sent, where that is the way.
    pub sequence: Option<Secret>,
}

/// The clipboard, and what lies there that must be cleared.
#[derive(Debug)]
pub struct Clipboard {
    route: Route,
    desktop: Desktop,
    lease: Option<Fingerprint>,
}

impl Clipboard {
    /// Nothing was copied yet.
    pub fn new(route: Route) -> Self {
        Self { route, desktop: Desktop::default(), lease: None }
    }

    /// Copies a text. A secret one has to be cleared later, and whatever lay there before needs no clearing any more.
    ///
    /// # Errors
    /// There is no way to a clipboard, or it failed. What lay there before must still be cleared then.
    pub async fn copy(&mut self, text: Secret, is_secret: bool) -> Result<Copied> {
        let lease = is_secret.then(|| Fingerprint::of(text.expose()));
        // Now, not afterwards: a copy that is cancelled may have reached the clipboard all the same.
        if lease.is_some() {
            self.lease.clone_from(&lease);
        }
        let sequence = self.put(text).await.map_err(|error| error.hint(SHOW_INSTEAD))?;
        self.lease = lease;
        Ok(Copied { route: self.route, sequence })
    }

    async fn put(&mut self, text: Secret) -> Result<Option<Secret>> {
        match self.route {
            Route::Tmux => tmux_load(text.expose()).await?,
            Route::Osc52 => return Ok(Some(osc52(text.expose()))),
            Route::Desktop => self.desktop.put(text).await?,
            Route::Wsl => clip_exe(text.expose()).await?,
            Route::None => {
                return Err(Error::failed(
                    "There is no clipboard here: no tmux, no SSH, no desktop session.",
                ));
            }
        }
        Ok(None)
    }

    /// Clears the secret that was copied last, if there is one. The answer is what the terminal must be sent.
    ///
    /// Only a desktop tells what its clipboard holds; there, what somebody else copied since is left alone.
    pub async fn clear(&mut self) -> Option<Secret> {
        let lease = self.lease.take()?;
        match self.route {
            Route::Tmux => tmux_clear().await,
            Route::Osc52 => return Some(osc52(b"")),
            Route::Desktop => self.desktop.clear_if(lease).await,
            Route::Wsl => {
                let _nothing_else_to_try = clip_exe(b"").await;
            }
            Route::None => {}
        }
        None
    }

    /// Clears it and hands the rest to the desktop, which keeps it when we are gone.
    pub async fn close(&mut self) -> Option<Secret> {
        let sequence = self.clear().await;
        self.desktop.close().await;
        sequence
    }
}

const SHOW_INSTEAD: &str = "Press r to show the secret, and copy it by hand.";

/// Tells whether two texts are the same without keeping either: a hash under a random key that never leaves this place.
#[derive(Clone)]
#[cfg_attr(not(feature = "clipboard"), allow(dead_code))] // only a desktop tells what it holds
struct Fingerprint(RandomState, u64);

impl Fingerprint {
    fn of(text: &[u8]) -> Self {
        let key = RandomState::new();
        let hash = key.hash_one(text);
        Self(key, hash)
    }

    #[cfg_attr(not(feature = "clipboard"), allow(dead_code))] // as above
    fn matches(&self, text: &[u8]) -> bool {
        self.0.hash_one(text) == self.1
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint")
    }
}

/// The sequence that puts a text on the terminal's clipboard; an empty one clears it (xterm, "Operating System
/// Commands", 52).
fn osc52(text: &[u8]) -> Secret {
    // Reserved in one piece, so that no half of it is left behind: base64 and the frame around it.
    let mut sequence = String::with_capacity(text.len() / 3 * 4 + 16);
    let _infallible = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence);
    Secret::from_text(sequence)
}

/// `-w` hands it on to the terminal around tmux (3.2 and later).
async fn tmux_load(text: &[u8]) -> Result<()> {
    Tool { program: "tmux", arguments: &["load-buffer", "-w", "-b", BUFFER, "-"] }.run(text).await
}

/// tmux ignores an empty buffer, so a blank takes the secret's place in the terminal; then the buffer goes.
async fn tmux_clear() {
    let _the_buffer_goes_anyway = tmux_load(b" ").await;
    let delete = Tool { program: "tmux", arguments: &["delete-buffer", "-b", BUFFER] };
    let _nothing_else_to_try = delete.run(b"").await;
}

/// `clip.exe` reads anything but ASCII in a code page that nobody knows here.
async fn clip_exe(text: &[u8]) -> Result<()> {
    if !text.is_ascii() {
        return Err(Error::failed("Could not copy: clip.exe takes ASCII text only."));
    }
    Tool { program: "clip.exe", arguments: &[] }.run(text).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_goes_where_the_user_pastes() {
        let desktop = if cfg!(feature = "clipboard") { Route::Desktop } else { Route::None };
        let table = [
            ("", Route::None),
            ("tmux", Route::Tmux),
            ("tmux ssh desktop wsl", Route::Tmux),
            ("ssh", Route::Osc52),
            ("ssh desktop", Route::Osc52),
            ("desktop", desktop),
            ("wsl", Route::Wsl),
        ];
        for (around, route) in table {
            let has = |word| around.split(' ').any(|one| one == word);
            let settings = TerminalSettings {
                tmux: has("tmux"),
                ssh: has("ssh"),
                desktop: has("desktop"),
                wsl: has("wsl"),
                ..TerminalSettings::default()
            };
            assert_eq!(plan_copy(&settings), route, "{around}");
        }
    }

    #[test]
    fn the_terminal_gets_the_text_in_base64_and_an_empty_one_clears() {
        assert_eq!(osc52(b"hunter2").expose_text(), Some("\u{1b}]52;c;aHVudGVyMg==\u{1b}\\"));
        assert_eq!(osc52(b"").expose_text(), Some("\u{1b}]52;c;\u{1b}\\"));
    }

    #[test]
    fn the_room_for_a_sequence_is_enough() {
        for length in 0..100 {
            let sequence = osc52(&vec![b'x'; length]);
            assert!(sequence.len() <= length / 3 * 4 + 16, "{length}");
        }
    }

    #[test]
    fn a_fingerprint_knows_its_text_and_tells_nothing() {
        let fingerprint = Fingerprint::of(b"hunter2");
        assert!(fingerprint.matches(b"hunter2"));
        assert!(!fingerprint.matches(b"hunter3"));
        assert_eq!(format!("{fingerprint:?}"), "Fingerprint");
    }

    fn secret(text: &str) -> Secret {
        Secret::from_text(text.to_owned())
    }

    #[tokio::test]
    async fn a_secret_is_cleared_once_and_a_user_name_never() {
        let mut clipboard = Clipboard::new(Route::Osc52);
        assert!(clipboard.clear().await.is_none());

        clipboard.copy(secret("hunter2"), true).await.unwrap();
        assert!(clipboard.clear().await.is_some());
        assert!(clipboard.clear().await.is_none());

        clipboard.copy(secret("hunter2"), true).await.unwrap();
        clipboard.copy(secret("jane"), false).await.unwrap();
        assert!(clipboard.clear().await.is_none());
    }

    #[tokio::test]
    async fn without_a_clipboard_the_next_step_is_showing_it() {
        let error = Clipboard::new(Route::None).copy(secret("hunter2"), true).await.unwrap_err();
        assert!(error.what.contains("no clipboard"), "{error}");
        assert!(error.hints[0].contains("Press r"), "{:?}", error.hints);
    }

    #[tokio::test]
    async fn windows_takes_only_what_it_reads_as_we_mean_it() {
        let error = Clipboard::new(Route::Wsl).copy(secret("pässword"), true).await.unwrap_err();
        assert!(error.what.contains("ASCII"), "{error}");
    }
}
