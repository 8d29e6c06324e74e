//! Every action once: its keys and its words. The footer, the help and the dispatch all read this table.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::jobs::Part;

/// What a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// Half a screen up.
    HalfUp,
    /// Half a screen down.
    HalfDown,
    /// A screen up.
    PageUp,
    /// A screen down.
    PageDown,
    /// The first row.
    Top,
    /// The last row.
    Bottom,
    /// All that is known of the login.
    Open,
    /// Out of what is open.
    Back,
    /// Add a login with the form.
    Add,
    /// Change the login with the form.
    Edit,
    /// Remove the login or secret, after a question.
    Remove,
    /// Move the secret out of the file into the vault, after a question.
    Seal,
    /// Take the last change of this session back.
    Undo,
    /// Open the locked vault.
    Unlock,
    /// Ask the registry whether it accepts the login.
    Check,
    /// Ask about every login of the list.
    CheckAll,
    /// Ask whether the login may pull an image.
    CheckImage,
    /// Show the logins.
    Logins,
    /// Show the secrets of the vault.
    Secrets,
    /// Show the next page.
    NextTab,
    /// Narrow the list.
    Filter,
    /// Show the secret for a while.
    Reveal,
    /// Ask the helper what the secret says of itself.
    Inspect,
    /// Put something on the clipboard.
    Copy(Part),
    /// Clear the clipboard now.
    ClearClipboard,
    /// Order by the registry's name.
    SortByName,
    /// Order by the time left.
    SortByExpiry,
    /// Order by state, the gravest first.
    SortByState,
    /// Hide names and hosts.
    Privacy,
    /// Read everything again.
    Reload,
    /// Explain the keys.
    Help,
    /// Paint the screen again.
    Redraw,
    /// To the shell and back with `fg`.
    Suspend,
    /// Leave.
    Quit,
    /// Leave from anywhere.
    QuitNow,
}

/// An action with its keys and words.
#[derive(Debug)]
pub struct Entry {
    /// What it does.
    pub action: Action,
    /// Its keys. `y s` is a sequence.
    pub keys: &'static [&'static str],
    /// The word in the footer; empty where the footer does not name it.
    pub hint: &'static str,
    /// The line in the help.
    pub title: &'static str,
}

const fn entry(
    action: Action,
    keys: &'static [&'static str],
    hint: &'static str,
    title: &'static str,
) -> Entry {
    Entry { action, keys, hint, title }
}

/// The table, in the order of the footer and the help.
pub const ALL: &[Entry] = &[
    entry(Action::Open, &["enter", "l", "right"], "open", "show all that is known of the login"),
    entry(Action::Back, &["esc", "h", "left"], "back", "close what is open, or the filter"),
    entry(Action::Add, &["a"], "add", "add a login with a form"),
    entry(Action::Edit, &["e"], "edit", "change the login with the same form"),
    entry(Action::Remove, &["d"], "remove", "remove the login; shows what goes, and asks first"),
    entry(Action::Seal, &["m"], "seal", "move the secret out of the file into the vault; asks first"),
    entry(Action::Undo, &["u"], "undo", "take back the last change of this session"),
    entry(Action::Unlock, &["o"], "unlock", "open the locked vault, or make one"),
    entry(Action::Check, &["v"], "check", "ask the registry whether it accepts the login"),
    entry(Action::CheckAll, &["V"], "", "ask about every login of the list; Esc stops it"),
    entry(Action::CheckImage, &["I"], "", "ask whether the login may pull an image"),
    entry(Action::Reveal, &["r"], "reveal", "show the secret for some seconds"),
    entry(
        Action::Copy(Part::Secret),
        &["y s"],
        "copy",
        "copy the secret; the clipboard is cleared a little later",
    ),
    entry(Action::Copy(Part::User), &["y u"], "", "copy the user name"),
    entry(Action::Copy(Part::Registry), &["y r"], "", "copy the registry"),
    entry(Action::Copy(Part::Auth), &["y a"], "", "copy the base64 auth value; cleared like a secret"),
    entry(Action::ClearClipboard, &["c"], "clear clipboard", "clear the clipboard now"),
    entry(Action::Inspect, &["i"], "inspect", "ask the helper when the token ends and what it says"),
    entry(
        Action::Filter,
        &["/"],
        "filter",
        "narrow the list: words, is:expired, in:podman, user:jane, ! negates",
    ),
    entry(Action::SortByName, &["s n"], "sort", "sort by name"),
    entry(Action::SortByExpiry, &["s e"], "", "sort by the time left"),
    entry(Action::SortByState, &["s s"], "", "sort by state, the gravest first"),
    entry(Action::Privacy, &["p"], "privacy", "hide user names and hosts, for a shared screen"),
    entry(Action::Reload, &["R", "f5"], "reload", "read the files and ask the helpers again"),
    entry(Action::Logins, &["1"], "", "the logins that tools on this machine use"),
    entry(Action::Secrets, &["2"], "", "the named secrets of the vault"),
    entry(Action::NextTab, &["tab"], "", "the next of these pages"),
    entry(Action::Help, &["?", "f1"], "help", "explain the keys"),
    entry(Action::Quit, &["q"], "quit", "close what is open; on the list, leave"),
    entry(Action::Down, &["j", "down"], "", "down"),
    entry(Action::Up, &["k", "up"], "", "up"),
    entry(Action::HalfDown, &["ctrl-d"], "", "half a screen down"),
    entry(Action::HalfUp, &["ctrl-u"], "", "half a screen up"),
    entry(Action::PageDown, &["pgdn", "ctrl-f"], "", "a screen down"),
    entry(Action::PageUp, &["pgup", "ctrl-b"], "", "a screen up"),
    entry(Action::Top, &["g g", "home"], "", "first row"),
    entry(Action::Bottom, &["G", "end"], "", "last row"),
    entry(Action::Redraw, &["ctrl-l"], "", "paint the screen again"),
    entry(Action::Suspend, &["ctrl-z"], "", "to the shell; fg comes back"),
    entry(Action::QuitNow, &["ctrl-c"], "", "leave from anywhere"),
];

/// The name of a key as the table writes it.
pub fn key_name(key: KeyEvent) -> Option<String> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    if key.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let name = match key.code {
        KeyCode::Char(c) if control => return Some(format!("ctrl-{}", c.to_ascii_lowercase())),
        KeyCode::Char(c) => return Some(c.to_string()),
        KeyCode::F(number) => return Some(format!("f{number}")),
        KeyCode::Enter => "enter",
        KeyCode::Tab | KeyCode::BackTab => "tab",
        KeyCode::Esc => "esc",
        KeyCode::Left => "left",
        KeyCode::Right => "right",
        KeyCode::Up => "up",
        KeyCode::Down => "down",
        KeyCode::Home => "home",
        KeyCode::End => "end",
        KeyCode::PageUp => "pgup",
        KeyCode::PageDown => "pgdn",
        _ => return None,
    };
    Some(name.to_owned())
}

/// What a key means after an open prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The key does this.
    Does(Action),
    /// The key begins a sequence.
    Begins(char),
    /// Nothing.
    Nothing,
}

/// Looks a key up, after `prefix` where one is open.
pub fn meaning(prefix: Option<char>, key: &str) -> Meaning {
    let wanted = match prefix {
        Some(prefix) => format!("{prefix} {key}"),
        None => key.to_owned(),
    };
    if let Some(entry) = ALL.iter().find(|entry| entry.keys.contains(&wanted.as_str())) {
        return Meaning::Does(entry.action);
    }
    let mut letters = key.chars();
    match (prefix, letters.next(), letters.next()) {
        (None, Some(letter), None) if continuations(letter).next().is_some() => Meaning::Begins(letter),
        _ => Meaning::Nothing,
    }
}

/// The entries that can follow a prefix, with the key that does it.
pub fn continuations(prefix: char) -> impl Iterator<Item = (&'static Entry, &'static str)> {
    ALL.iter().flat_map(move |entry| {
        entry.keys.iter().filter_map(move |key| Some((entry, key.strip_prefix(prefix)?.strip_prefix(' ')?)))
    })
}

/// The word for an action once its prefix has been pressed.
pub fn word_after_prefix(action: Action) -> &'static str {
    match action {
        Action::Copy(part) => part.words(),
        Action::SortByName => "by name",
        Action::SortByExpiry => "by expiry",
        Action::SortByState => "by state",
        Action::Top => "first row",
        _ => "",
    }
}

/// The key that the footer names: the first one, of a sequence its beginning.
pub fn footer_key(entry: &Entry) -> &'static str {
    entry.keys[0].split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_share_a_key_and_no_key_hides_a_sequence() {
        let mut keys: Vec<&str> = ALL.iter().flat_map(|entry| entry.keys.iter().copied()).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
        for key in &keys {
            let begins = keys.iter().any(|other| other.starts_with(&format!("{key} ")));
            assert!(!begins, "{key} is an action and a prefix");
        }
    }

    #[test]
    fn keys_that_terminals_and_tmux_need_are_left_alone() {
        for reserved in ["ctrl-a", "ctrl-s", "ctrl-q", "ctrl- "] {
            assert_eq!(meaning(None, reserved), Meaning::Nothing, "{reserved}");
        }
    }

    #[test]
    fn a_sequence_is_found_by_its_prefix() {
        assert_eq!(meaning(None, "y"), Meaning::Begins('y'));
        assert_eq!(meaning(Some('y'), "u"), Meaning::Does(Action::Copy(Part::User)));
        assert_eq!(meaning(Some('y'), "x"), Meaning::Nothing);
        assert_eq!(meaning(Some('g'), "g"), Meaning::Does(Action::Top));
        let copies: Vec<_> = continuations('y').map(|(_, key)| key).collect();
        assert_eq!(copies, ["s", "u", "r", "a"]);
    }
}
