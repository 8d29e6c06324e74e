//! CRI-O's `crio.conf` and its drop-ins, as far as they name files with logins.
//!
//! Source: cri-o f954a17 (v1.36) `pkg/config/config.go`.

use toml::{Table, Value};

/// The files that a configuration names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Crio {
    /// `global_auth_file`, where it is set.
    pub global_auth_file: Option<String>,
    /// `pause_image_auth_file`, where it is set.
    pub pause_image_auth_file: Option<String>,
}

/// Reads a file.
///
/// # Errors
/// Why it is no TOML.
pub fn read(text: &str) -> Result<Crio, String> {
    let root: Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let image = root.get("crio").and_then(|crio| crio.get("image"));
    let file = |name| image.and_then(|image| image.get(name)).and_then(Value::as_str).map(str::to_owned);
    Ok(Crio {
        global_auth_file: file("global_auth_file"),
        pause_image_auth_file: file("pause_image_auth_file"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_is_set() {
        let file = read("[crio.image]\nglobal_auth_file = \"\"\n").unwrap();
        assert_eq!(file.global_auth_file.as_deref(), Some(""));
        assert_eq!(read("[crio.runtime]\n"), Ok(Crio::default()));
        assert!(read("[").is_err());
    }
}
