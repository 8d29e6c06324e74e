//! A name for a record that nobody named.

use crate::registry::key;

/// The longest name that rapyuta.io takes.
const LONGEST: usize = 253;

/// A name after the registry that no record has yet: 3 to 253 lower-case letters, digits and hyphens, with a letter
/// or digit at both ends, as rapyuta.io wants it.
pub fn for_registry(credential_key: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut base = words(&key::display_name(credential_key)).join("-");
    if base.len() < 3 {
        base = if base.is_empty() { "registry".to_owned() } else { format!("registry-{base}") };
    }
    let mut name = cut(&base, LONGEST).to_owned();
    let mut number = 2_u64;
    while is_taken(&name) {
        let end = format!("-{number}");
        name = format!("{}{end}", cut(&base, LONGEST - end.len()));
        number += 1;
    }
    name
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_ascii_lowercase).collect()
}

fn cut(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text).trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_tells_the_registry() {
        let table = [
            ("https://index.docker.io/v1/", "docker-io"),
            ("ghcr.io", "ghcr-io"),
            ("Quay.IO/Team", "quay-io-team"),
            ("localhost:5000", "localhost-5000"),
            ("http://[::1]:5000", "1-5000"),
            ("r", "registry-r"),
            ("https://", "https"),
            ("é", "registry"),
        ];
        for (key, name) in table {
            assert_eq!(for_registry(key, |_| false), name, "{key}");
        }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(for_registry("ghcr.io", |name| name == "ghcr-io"), "ghcr-io-2");
        assert_eq!(for_registry("ghcr.io", |name| name != "ghcr-io-9"), "ghcr-io-9");
    }

    proptest! {
        #[test]
        fn any_key_gives_a_name_that_rapyuta_takes(key in any::<String>(), long in "[a-z.-]{240,600}", taken in 0..30_u32) {
            for key in [key, long] {
                let asked = std::cell::Cell::new(0);
                let name = for_registry(&key, |_| {
                    asked.set(asked.get() + 1);
                    asked.get() <= taken
                });
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
                prop_assert!((3..=LONGEST).contains(&name.len()), "{name}");
                prop_assert!(name.chars().all(|c| plain(c) || c == '-'), "{name}");
                prop_assert!(name.starts_with(plain) && name.ends_with(plain), "{name}");
            }
        }
    }
}
