//! What the environment says about those who mint, captured once; nothing here asks the process again.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use crate::secret::Secret;

/// Every variable that is looked at, for botocore's order of credentials and endpoints, and for Sauce Labs.
const NAMES: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_ECR",
    "AWS_ENDPOINT_URL_ECR_PUBLIC",
    "AWS_ENDPOINT_URL_STS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "SAUCE_USERNAME",
    "SAUCE_ACCESS_KEY",
];

/// Variables that hold a path, in which others may stand (botocore expands them).
const PATHS: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

/// The variables of those who mint. Some are secrets.
#[derive(Clone, Default)]
pub struct Environment {
    values: BTreeMap<&'static str, Secret>,
    home: Option<PathBuf>,
    /// Where programs are looked for, in the form of the variable PATH.
    pub path: OsString,
}

impl Environment {
    /// Captures the variables through `get`. One that is not UTF-8 counts as unset. `home` is the user's home folder.
    pub fn capture(home: Option<PathBuf>, get: impl Fn(&str) -> Option<OsString>) -> Self {
        let value = |name: &&'static str| {
            let text = get(name)?.into_string().ok()?;
            let text = if PATHS.contains(name) { expanded(&text, &get) } else { text };
            Some((*name, Secret::from_text(text)))
        };
        Self { values: NAMES.iter().filter_map(value).collect(), home, path: get("PATH").unwrap_or_default() }
    }

    /// The value of a variable that is set and not empty.
    pub fn set(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable, which may be empty: to botocore an empty `AWS_PROFILE` is a name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Secret::expose_text)
    }

    /// As [`Self::set`], kept as a secret.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.values.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// A path with the user's home folder for a leading `~`.
    pub fn file(&self, path: &str) -> PathBuf {
        match (path.strip_prefix('~'), &self.home) {
            (Some(""), Some(home)) => home.clone(),
            (Some(rest), Some(home)) if rest.starts_with(std::path::is_separator) => home.join(&rest[1..]),
            _ => PathBuf::from(path),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values.keys()).finish()
    }
}

/// The text with `$NAME` and `${NAME}` replaced by their values; what is not set stays (Python `os.path.expandvars`).
fn expanded(text: &str, get: impl Fn(&str) -> Option<OsString>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let plain = &after[..after.find(|c| !is_name(c)).unwrap_or(after.len())];
        let (name, length) = braced.map_or((plain, plain.len()), |(name, _)| (name, name.len() + 2));
        let value = get(name).and_then(|value| value.into_string().ok());
        out.push_str(&value.unwrap_or_else(|| format!("${}", &after[..length])));
        rest = &after[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The environment of these variables and no others; `HOME` among them is the home folder.
    pub(in super::super) fn environment(variables: &[(&str, &str)]) -> Environment {
        let get = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        Environment::capture(get("HOME").map(PathBuf::from), get)
    }

    #[test]
    fn an_empty_variable_is_set_to_nothing() {
        let found = environment(&[("AWS_PROFILE", ""), ("AWS_ENDPOINT_URL", "http://x"), ("HOME", "/h")]);
        assert_eq!((found.value("AWS_PROFILE"), found.set("AWS_PROFILE")), (Some(""), None));
        assert_eq!(found.set("AWS_ENDPOINT_URL"), Some("http://x"));
        assert_eq!(found.value("AWS_DEFAULT_PROFILE"), None);
    }

    #[test]
    fn a_tilde_is_the_home_folder() {
        let found = environment(&[("HOME", "/h")]);
        let table = [("~/.aws/config", "/h/.aws/config"), ("~", "/h"), ("~x/y", "~x/y"), ("/a/~", "/a/~")];
        for (path, file) in table {
            assert_eq!(found.file(path), PathBuf::from(file), "{path}");
        }
        assert_eq!(environment(&[]).file("~/x"), PathBuf::from("~/x"));
    }

    #[test]
    fn a_path_may_name_other_variables() {
        let with = |text: &str| {
            let found = environment(&[("AWS_CONFIG_FILE", text), ("A", "/a"), ("A_1", "/b")]);
            found.value("AWS_CONFIG_FILE").map(str::to_owned)
        };
        let table = [
            ("$A/x", "/a/x"),
            ("${A}_1/$A_1", "/a_1//b"),
            ("$B/${B}$", "$B/${B}$"),
            ("x${A", "x${A"),
            ("ä$Aä", "ä/aä"),
        ];
        for (text, path) in table {
            assert_eq!(with(text).as_deref(), Some(path), "{text}");
        }
        // Only in paths.
        assert_eq!(environment(&[("AWS_PROFILE", "$A"), ("A", "a")]).value("AWS_PROFILE"), Some("$A"));
    }

    #[test]
    fn debug_output_names_variables_without_their_values() {
        let shown = format!("{:?}", environment(&[("AWS_SECRET_ACCESS_KEY", "hunter2")]));
        assert_eq!(shown, r#"["AWS_SECRET_ACCESS_KEY"]"#);
    }
}
