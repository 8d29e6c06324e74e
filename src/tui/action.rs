//! Every action once: its keys and its words. The footer, the help and the dispatch all read this table.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::jobs::Part;

/// What a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Up,
    Down,
    HalfUp,
    HalfDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Open,
    Back,
    Add,
    Edit,
    Remove,
    Seal,
    Undo,
    Unlock,
    Check,
    CheckAll,
    CheckImage,
    Logins,
    Secrets,
    Doctor,
    NextTab,
    Filter,
    Reveal,
    Inspect,
    Which,
    Copy(Part),
    ClearClipboard,
    SortByName,
    SortByExpiry,
    SortByState,
    Privacy,
    Reload,
    Help,
    Redraw,
    Suspend,
    Quit,
    QuitNow,
}

/// An action with its keys and words.
#[derive(Debug)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// Its keys. `y s` is a sequence.
    pub keys: &'static [&'static str],
    /// The word in the footer; empty where the footer does not name it.
    pub hint: &'static str,
    /// The line in the help.
    pub title: &'static str,
}

const fn binding(
    action: Action,
    keys: &'static [&'static str],
    hint: &'static str,
    title: &'static str,
) -> Binding {
    Binding { action, keys, hint, title }
}

/// The table, in the order of the footer and the help.
pub const ALL: &[Binding] = &[
    binding(Action::Open, &["enter", "l", "right"], "open", "show all that is known of the login"),
    binding(Action::Back, &["esc", "h", "left"], "back", "close what is open, or the filter"),
    binding(Action::Add, &["a"], "add", "add a login with a form"),
    binding(Action::Edit, &["e"], "edit", "change the login with the same form"),
    binding(Action::Remove, &["d"], "remove", "remove the login; shows what goes, and asks first"),
    binding(Action::Seal, &["m"], "seal", "move the secret out of the file into the vault; asks first"),
    binding(Action::Undo, &["u"], "undo", "take back the last change, of another run too"),
    binding(Action::Unlock, &["o"], "unlock", "open the locked vault, or make one"),
    binding(Action::Check, &["v"], "check", "ask the registry whether it accepts the login"),
    binding(Action::CheckAll, &["V"], "", "ask about every login of the list; Esc stops it"),
    binding(Action::CheckImage, &["I"], "", "ask whether the login may pull an image"),
    binding(Action::Reveal, &["r"], "reveal", "show the secret for some seconds"),
    binding(
        Action::Copy(Part::Secret),
        &["y s"],
        "copy",
        "copy the secret; the clipboard is cleared a little later",
    ),
    binding(Action::Copy(Part::User), &["y u"], "", "copy the user name"),
    binding(Action::Copy(Part::Registry), &["y r"], "", "copy the registry"),
    binding(Action::Copy(Part::Auth), &["y a"], "", "copy the base64 auth value; cleared like a secret"),
    binding(Action::ClearClipboard, &["c"], "clear clipboard", "clear the clipboard now"),
    binding(Action::Inspect, &["i"], "inspect", "ask the helper when the token ends and what it says"),
    binding(Action::Which, &["w"], "", "which login each tool sends for an image of this registry"),
    binding(
        Action::Filter,
        &["/"],
        "filter",
        "narrow the list: words, is:expired, in:podman, user:jane, ! negates",
    ),
    binding(Action::SortByName, &["s n"], "sort", "sort by name"),
    binding(Action::SortByExpiry, &["s e"], "", "sort by the time left"),
    binding(Action::SortByState, &["s s"], "", "sort by state, the gravest first"),
    binding(Action::Privacy, &["p"], "privacy", "hide user names and hosts, for a shared screen"),
    binding(Action::Reload, &["R", "f5"], "reload", "read the files and ask the helpers again"),
    binding(Action::Logins, &["1"], "", "the logins that tools on this machine use"),
    binding(Action::Secrets, &["2"], "", "the named secrets of the vault"),
    binding(Action::Doctor, &["3"], "", "everything odd on this machine, and what mends it"),
    binding(Action::NextTab, &["tab"], "", "the next of these pages"),
    binding(Action::Help, &["?", "f1"], "help", "explain the keys"),
    binding(Action::Quit, &["q"], "quit", "close what is open; on the list, leave"),
    binding(Action::Down, &["j", "down"], "", "down"),
    binding(Action::Up, &["k", "up"], "", "up"),
    binding(Action::HalfDown, &["ctrl-d"], "", "half a screen down"),
    binding(Action::HalfUp, &["ctrl-u"], "", "half a screen up"),
    binding(Action::PageDown, &["pgdn", "ctrl-f"], "", "a screen down"),
    binding(Action::PageUp, &["pgup", "ctrl-b"], "", "a screen up"),
    binding(Action::Top, &["g g", "home"], "", "first row"),
    binding(Action::Bottom, &["G", "end"], "", "last row"),
    binding(Action::Redraw, &["ctrl-l"], "", "paint the screen again"),
    binding(Action::Suspend, &["ctrl-z"], "", "to the shell; fg comes back"),
    binding(Action::QuitNow, &["ctrl-c"], "", "leave from anywhere"),
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
    if let Some(binding) = ALL.iter().find(|binding| binding.keys.contains(&wanted.as_str())) {
        return Meaning::Does(binding.action);
    }
    let mut letters = key.chars();
    match (prefix, letters.next(), letters.next()) {
        (None, Some(letter), None) if continuations(letter).next().is_some() => Meaning::Begins(letter),
        _ => Meaning::Nothing,
    }
}

/// The entries that can follow a prefix, with the key that does it.
pub fn continuations(prefix: char) -> impl Iterator<Item = (&'static Binding, &'static str)> {
    ALL.iter().flat_map(move |binding| {
        binding
            .keys
            .iter()
            .filter_map(move |key| Some((binding, key.strip_prefix(prefix)?.strip_prefix(' ')?)))
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
pub fn footer_key(binding: &Binding) -> &'static str {
    binding.keys[0].split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_share_a_key_and_no_key_hides_a_sequence() {
        let mut keys: Vec<&str> = ALL.iter().flat_map(|binding| binding.keys.iter().copied()).collect();
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
