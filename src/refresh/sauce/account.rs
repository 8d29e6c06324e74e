//! Sauce Labs' user name and access key: the variables, or saucectl's file.
//!
//! Source: saucectl v0.194.3 `internal/credentials/credentials.go`.

use std::io::ErrorKind;

use crate::error::plain_reason;
use crate::refresh::environment::Environment;
use crate::refresh::error::{Cause, NoKeys};
use crate::secret::Secret;

/// Where saucectl keeps both.
const FILE: &str = "~/.sauce/credentials.yml";

/// Larger than this, it is another file; in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user name.
    pub username: String,
    /// The access key.
    pub access_key: Secret,
    /// Where both were found, as part of a sentence.
    pub place: String,
}

/// Finds the account. Both variables count before the file, as in saucectl.
///
/// # Errors
/// Neither is there, or one lacks its other half.
pub fn find(environment: &Environment) -> Result<Account, Cause> {
    let (username, key) = (environment.set("SAUCE_USERNAME"), environment.secret("SAUCE_ACCESS_KEY"));
    let incomplete = |missing| Err(Cause::KeysIncomplete { place: "the environment".to_owned(), missing });
    match (username, key) {
        (Some(username), Some(access_key)) => Ok(Account {
            username: username.to_owned(),
            access_key,
            place: "SAUCE_USERNAME of the environment".to_owned(),
        }),
        (Some(_), None) => incomplete("SAUCE_ACCESS_KEY"),
        (None, Some(_)) => incomplete("SAUCE_USERNAME"),
        (None, None) => of_file(environment),
    }
}

fn of_file(environment: &Environment) -> Result<Account, Cause> {
    let path = environment.file(FILE);
    let unreadable = |why: String| Cause::FileUnreadable { path: path.clone(), why };
    let text = match std::fs::metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Cause::NoKeys { asked: NoKeys::Sauce });
        }
        Ok(about) if about.len() > MOST_BYTES => return Err(unreadable("it is too large".to_owned())),
        _ => std::fs::read_to_string(&path).map_err(|error| unreadable(plain_reason(&error)))?,
    };
    let missing = |missing| Cause::KeysIncomplete { place: FILE.to_owned(), missing };
    Ok(Account {
        username: member(&text, "username").ok_or_else(|| missing("username"))?,
        access_key: Secret::from_text(member(&text, "accessKey").ok_or_else(|| missing("accessKey"))?),
        place: FILE.to_owned(),
    })
}

/// The text of a member of a flat YAML document: plain, or in quotes without escapes.
pub fn member(document: &str, name: &str) -> Option<String> {
    let of_line = |line: &str| {
        let value = line.strip_prefix(name)?.trim_start().strip_prefix(':')?;
        let value = value.strip_prefix([' ', '\t'])?.trim();
        let quoted = |quote: char| value.strip_prefix(quote)?.split_once(quote).map(|(inner, _)| inner);
        let plain = || value.split(" #").next().unwrap_or_default().trim_end();
        let found = quoted('"').or_else(|| quoted('\'')).unwrap_or_else(plain);
        (!found.is_empty() && !found.starts_with('#')).then(|| found.to_owned())
    };
    document.lines().find_map(of_line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh::environment::tests::environment;

    /// The user name and the key, or what stood in the way.
    fn found(variables: &[(&str, &str)], file: Option<&str>) -> Result<String, &'static str> {
        let home = tempfile::tempdir().unwrap();
        if let Some(text) = file {
            std::fs::create_dir(home.path().join(".sauce")).unwrap();
            std::fs::write(home.path().join(".sauce/credentials.yml"), text).unwrap();
        }
        let mut all = vec![("HOME", home.path().to_str().unwrap())];
        all.extend_from_slice(variables);
        match find(&environment(&all)) {
            Ok(account) => Ok(format!("{} {}", account.username, account.access_key.expose_text().unwrap())),
            Err(Cause::KeysIncomplete { missing, .. }) => Err(missing),
            Err(Cause::NoKeys { .. }) => Err("nothing"),
            Err(_) => Err("other"),
        }
    }

    #[test]
    fn the_variables_count_before_the_file() {
        let user = ("SAUCE_USERNAME", "jane");
        let key = ("SAUCE_ACCESS_KEY", "k");
        let file = Some("username: joe\naccessKey: f\n");
        assert_eq!(found(&[user, key], file).as_deref(), Ok("jane k"));
        assert_eq!(found(&[], file).as_deref(), Ok("joe f"));
        assert_eq!(found(&[user], file), Err("SAUCE_ACCESS_KEY"));
        assert_eq!(found(&[key], file), Err("SAUCE_USERNAME"));
        assert_eq!(found(&[("SAUCE_USERNAME", ""), ("SAUCE_ACCESS_KEY", "")], file).as_deref(), Ok("joe f"));
        assert_eq!(found(&[], None), Err("nothing"));
    }

    #[test]
    fn saucectls_file_is_read_in_every_spelling_of_a_flat_document() {
        let table = [
            ("accessKey: \"f # x\" # y\nusername: 'joe'\n", Ok("joe f # x")),
            ("# c\r\nusername:   joe  # y\r\naccessKey:\tf\r\n", Ok("joe f")),
            ("username: joe\n", Err("accessKey")),
            ("username:\naccessKey: f\n", Err("username")),
            ("username: # nobody\naccessKey: f\n", Err("username")),
            ("usernames: x\nusername : joe\naccessKey: f\n", Ok("joe f")),
            ("username:joe\naccessKey: f\n", Err("username")),
            ("", Err("username")),
        ];
        for (text, expected) in table {
            assert_eq!(found(&[], Some(text)), expected.map(str::to_owned), "{text}");
        }
    }
}
