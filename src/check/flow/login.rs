//! What of a login can be sent at all. What cannot is refused before anything goes out.

use crate::check::flow::Login;
use crate::credential::{Credential, TOKEN_USERNAME};
use crate::net::transport::Authorization;
use crate::secret::Secret;

/// The user name of an identity token at Azure's registries (Azure/acr `docs/Token-BasicAuth.md`).
pub(super) const ACR_USER: &str = "00000000-0000-0000-0000-000000000000";
/// The user names that stand for an identity token where one is wanted.
pub(super) const TOKEN_USERS: [&str; 2] = [TOKEN_USERNAME, ACR_USER];

/// Why this login cannot be sent, in words.
pub(super) fn fault(login: &Login) -> Option<&'static str> {
    match login {
        Login::Basic(Credential { username, secret: password, .. }) => {
            let has_control = |bytes: &[u8]| bytes.iter().any(u8::is_ascii_control);
            match () {
                () if password.is_empty() => Some("The password is empty."),
                // RFC 7617 section 2: what follows the colon would be read as the password.
                () if username.contains(':') => Some("The user name has a colon."),
                () if has_control(username.as_bytes()) => {
                    Some("The user name has a control character in it.")
                }
                () if has_control(password.expose()) => {
                    Some("The password has a control character in it, perhaps the end of a line.")
                }
                () => None,
            }
        }
        Login::IdentityToken(token) | Login::RegistryToken(token) => match token.expose() {
            [] => Some("The token is empty."),
            bytes if !bytes.iter().all(u8::is_ascii_graphic) => {
                Some("The token has a blank or a control character in it.")
            }
            _ => None,
        },
        Login::Nobody => None,
    }
}

/// The account that a token service is told in the address; none where the name may be a secret.
pub(super) fn account(login: &Login) -> Option<&str> {
    match login {
        Login::Basic(login) if !login.is_username_secret() => {
            Some(&*login.username).filter(|name| !name.is_empty())
        }
        _ => None,
    }
}

/// User name and password as a proof.
pub(super) fn basic(username: &str, password: &Secret) -> Authorization {
    Authorization::Basic { username: Secret::from_text(username.to_owned()), password: password.clone() }
}
