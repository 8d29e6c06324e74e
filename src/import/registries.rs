//! `registries.yaml` of k3s and RKE2.
//!
//! Source: rancher/wharfie `pkg/registries/types.go` (`Registry`, `RegistryConfig`, `AuthConfig`).

use super::yaml::Value;
use super::{CannotRead, Draft, Imported, Layout};
use crate::credential::auth;
use crate::credential::diagnostic::Diagnostics;
use crate::secret::Secret;
use crate::text;

/// `None` where there are neither `configs` nor `mirrors`.
pub(super) fn read(value: &Value) -> Option<Result<Imported, CannotRead>> {
    let configs = value.get("configs").and_then(Value::members);
    if configs.is_none() && value.get("mirrors").and_then(Value::members).is_none() {
        return None;
    }
    let mut found = Imported::new(Layout::Registries);
    for (registry, config) in configs.unwrap_or_default() {
        let Some(login) = config.get("auth").filter(|login| !login.is_null()) else { continue };
        match draft(registry, login) {
            Ok(draft) => found.drafts.push(draft),
            Err(why) => found.note(format!("{} is passed over: {why}.", text::safe(registry))),
        }
    }
    let is_empty = found.drafts.is_empty() && found.notes.is_empty();
    Some(if is_empty { Err(CannotRead::NoSecret) } else { Ok(found) })
}

/// User and password, else both in `auth`, else a token for the registry's token service.
fn draft(registry: &str, login: &Value) -> Result<Draft, &'static str> {
    let member = |name: &str| match login.get(name).filter(|value| !value.is_null()) {
        Some(value) => value.text().map(Some).ok_or(
            "its login has something else than texts: a number or a word such as yes stands in quotes",
        ),
        None => Ok(None),
    };
    let owned = |text: &str| Secret::new(text.as_bytes().to_vec());
    let (username, secret, is_identity_token) =
        match (member("username")?, member("password")?, member("auth")?, member("identity_token")?) {
            (Some(username), Some(password), _, _) => (username.to_owned(), owned(password), false),
            (_, _, Some(pair), _) => {
                let pair = auth::decode(pair, &mut Diagnostics::default())
                    .map_err(|_| "its \"auth\" is no login")?;
                let username = String::from_utf8(pair.username).map_err(|_| "its user name is no text")?;
                (username, pair.password, false)
            }
            (_, _, _, Some(token)) => (String::new(), owned(token), true),
            _ => return Err("its login is not whole"),
        };
    if secret.is_empty() {
        return Err("it has no secret");
    }
    let registry = registry.to_owned();
    Ok(Draft { name: String::new(), registry, username, secret, email: String::new(), is_identity_token })
}

#[cfg(test)]
mod tests {
    use crate::import::tests::{code, drafts};

    #[test]
    fn each_way_to_write_a_login_is_read() {
        let file = "mirrors:\n  docker.io:\n    endpoint: [https://x]\nconfigs:\n  reg.example.com:5000:\n    auth:\n      \
                    username: jane\n      password: \"p{{w\"\n  a.io:\n    auth: {auth: amFuZTpw}\n  b.io:\n    auth: \
                    {identity_token: tok}\n  c.io:\n    auth: {username: x, password: 123}\n  d.io:\n    tls: {}\n";
        assert_eq!(drafts(file), [" reg.example.com:5000 jane p{{w", " a.io jane p", " b.io  tok"]);
        assert_eq!(code("mirrors:\n  docker.io: {}\n"), "no_secret");
    }
}
