//! What a credential helper may be called, whoever names it.

use super::login::OWN_HELPER;

/// True for one or more of `A-Z a-z 0-9 . _ -` that lead to no other folder.
pub fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && !name.contains("..") && name.chars().all(is_plain)
}

/// True for our own helper, also as a Windows program that is named from Linux.
pub fn is_own(name: &str) -> bool {
    let bare = name.get(..name.len().saturating_sub(4));
    let bare = bare.filter(|_| name.to_ascii_lowercase().ends_with(".exe")).unwrap_or(name);
    bare.eq_ignore_ascii_case(OWN_HELPER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_are_known_however_we_are_written() {
        for name in ["pullpass", "Pullpass", "pullpass.exe", "PULLPASS.EXE"] {
            assert!(is_own(name), "{name}");
        }
        for name in ["", ".exe", "pass", "pullpass2", "pullpass-exe"] {
            assert!(!is_own(name), "{name}");
        }
    }
}
