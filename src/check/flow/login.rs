//! What proves who asks, and whether it can be sent at all: what cannot is refused before anything goes out.

use crate::credential::{ACR_TOKEN_USERNAME, Credential, TOKEN_USERNAME};
use crate::net::transport::Authorization;
use crate::registry::provider::{Provider, identify};
use crate::secret::Secret;

/// What proves who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A user name, which may be a secret itself, and a password or token.
    Basic(Credential),
    /// A token that the token service exchanges.
    IdentityToken(Secret),
    /// A token that goes to the registry as it is.
    RegistryToken(Secret),
    /// There is none: what may anybody do?
    Anonymous,
}

impl Login {
    /// Why this login cannot be sent, in words.
    pub(super) fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Basic(Credential { username, secret: password, .. }) => {
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
            Self::IdentityToken(token) | Self::RegistryToken(token) => match token.expose() {
                [] => Some("The token is empty."),
                bytes if !bytes.iter().all(u8::is_ascii_graphic) => {
                    Some("The token has a blank or a control character in it.")
                }
                _ => None,
            },
            Self::Anonymous => None,
        }
    }

    /// The account that a token service is told in the address; none where the name may be a secret.
    pub(super) fn account(&self) -> Option<&str> {
        match self {
            Self::Basic(login) if !login.is_username_secret() => {
                Some(&*login.username).filter(|name| !name.is_empty())
            }
            _ => None,
        }
    }

    /// User name and password for this host, a token in their place included; nothing where there is no login.
    pub(super) fn as_basic(&self, host: &str) -> Authorization {
        let basic = |username: &str, secret: &Secret| Authorization::Basic {
            username: Secret::from_text(username.to_owned()),
            password: secret.clone(),
        };
        match self {
            Self::Basic(login) => basic(&login.username, &login.secret),
            Self::IdentityToken(token) | Self::RegistryToken(token) => {
                let is_azure = identify(host).provider == Provider::AzureAcr;
                basic(if is_azure { ACR_TOKEN_USERNAME } else { TOKEN_USERNAME }, token)
            }
            Self::Anonymous => Authorization::Anonymous,
        }
    }
}

/// The user names that stand for an identity token where one is wanted.
pub(super) const TOKEN_USERS: [&str; 2] = [TOKEN_USERNAME, ACR_TOKEN_USERNAME];
