//! What of a login can be sent at all. What cannot is refused before anything goes out.

use crate::check::flow::Login;
use crate::credential::token::looks_like_token;
use crate::net::transport::Authorization;
use crate::secret::Secret;

/// The user name of an identity token where user names are wanted (docker/docker-credential-helpers).
pub(super) const TOKEN_USER: &str = "<token>";
/// The same at Azure's registries (Azure/acr `docs/Token-BasicAuth.md`).
pub(super) const ACR_USER: &str = "00000000-0000-0000-0000-000000000000";
/// All of them.
pub(super) const TOKEN_USERS: [&str; 2] = [TOKEN_USER, ACR_USER];

/// Why this login cannot be sent, in words.
pub(super) fn fault(login: &Login) -> Option<&'static str> {
    match login {
        Login::Basic { username, password } => {
            let has_control = |secret: &Secret| secret.expose().iter().any(u8::is_ascii_control);
            match () {
                () if password.is_empty() => Some("The password is empty."),
                // RFC 7617 section 2: what follows the colon would be read as the password.
                () if username.expose().contains(&b':') => Some("The user name has a colon."),
                () if has_control(username) => Some("The user name has a control character in it."),
                () if has_control(password) => {
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
    let Login::Basic { username, password } = login else { return None };
    username.expose_text().filter(|name| !name.is_empty() && !is_secret(username, password))
}

/// True where a user name may be a secret itself: it is the password, or has the form of a token.
pub(super) fn is_secret(username: &Secret, password: &Secret) -> bool {
    username == password || username.expose_text().is_some_and(looks_like_token)
}

/// User name and password as a proof.
pub(super) fn basic(username: &str, password: &Secret) -> Authorization {
    Authorization::Basic { username: Secret::from_text(username.to_owned()), password: password.clone() }
}
