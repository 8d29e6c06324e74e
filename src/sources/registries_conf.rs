//! `registries.conf` of podman, buildah, skopeo and CRI-O, as far as it decides about logins.
//!
//! Source: containers/image v5.23.1 `pkg/sysregistriesv2/system_registries_v2.go`.

/// The helpers that a file names for all registries; `None` where it names none.
///
/// # Errors
/// Why it is no file of that form.
pub fn credential_helpers(text: &str) -> Result<Option<Vec<String>>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let Some(found) = table.get("credential-helpers") else { return Ok(None) };
    let names = found.as_array().and_then(|list| {
        list.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    names.map(Some).ok_or_else(|| "\"credential-helpers\" must be an array of strings".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_member_at_the_top_counts() {
        let names = |text| credential_helpers(text).map(|names| names.map(|names| names.join(",")));
        assert_eq!(names("credential-helpers = [\"a\", \"b\"]\n"), Ok(Some("a,b".into())));
        assert_eq!(names("credential-helpers = []\n"), Ok(Some(String::new())));
        assert_eq!(names("[x]\ncredential-helpers = [\"a\"]\n"), Ok(None));
        assert_eq!(names("unqualified-search-registries = [\"docker.io\"]\n"), Ok(None));
        assert!(names("credential-helpers = \"a\"\n").is_err());
        assert!(names("credential-helpers = [1]\n").is_err());
        assert!(names("[").is_err());
    }
}
