//! What a login consists of, secrets included: what a person gives, and what goes into a file or a helper.

use std::fmt;

use zeroize::Zeroizing;

use crate::credential::{Credential, TOKEN_USERNAME, auth};
use crate::secret::Secret;

/// A login's account and secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// User name and password.
    Basic(Credential),
    /// A token that the registry's token service exchanges.
    IdentityToken {
        /// The user name beside it; may be empty.
        username: String,
        /// The token.
        token: Secret,
    },
    /// A token that goes to the registry as it is.
    RegistryToken {
        /// The token.
        token: Secret,
    },
}

/// The user name may be the token, so none is shown.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic(_) => "Basic(•••)",
            Self::IdentityToken { .. } => "IdentityToken(•••)",
            Self::RegistryToken { .. } => "RegistryToken(•••)",
        })
    }
}

/// Why a login cannot be kept in a file so that docker reads the same again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The user name is empty: docker then refuses the whole file.
    EmptyUsername,
    /// The user name has a colon: the rest would be read as the password.
    ColonInUsername,
    /// There is no secret.
    EmptySecret,
    /// The password begins or ends with NUL bytes, which are dropped on reading.
    NulAtTheEnds,
    /// The token is not text.
    NotText,
}

impl Unfit {
    /// The identifier in tests and in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmptyUsername => "empty_username",
            Self::ColonInUsername => "colon_in_username",
            Self::EmptySecret => "empty_secret",
            Self::NulAtTheEnds => "nul_in_password",
            Self::NotText => "non_utf8_secret",
        }
    }

    /// The reason as the rest of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::EmptyUsername => "the user name is empty",
            Self::ColonInUsername => {
                "the user name has a colon, and what follows it would be read as the password"
            }
            Self::EmptySecret => "the password or token is empty",
            Self::NulAtTheEnds => "the password begins or ends with a NUL byte, which docker drops",
            Self::NotText => "the token is not text",
        }
    }
}

impl Content {
    /// The password or token.
    pub fn secret(&self) -> &Secret {
        match self {
            Self::Basic(login) => &login.secret,
            Self::IdentityToken { token, .. } | Self::RegistryToken { token } => token,
        }
    }

    /// What a helper is told of it: a user name and a secret, with the mark of a token for the one.
    ///
    /// # Errors
    /// [`Unfit`] where one of them is empty.
    pub fn for_helper(&self) -> Result<Credential, Unfit> {
        let login = match self {
            Self::Basic(login) if login.username.is_empty() => return Err(Unfit::EmptyUsername),
            Self::Basic(login) => login.clone(),
            Self::IdentityToken { token, .. } | Self::RegistryToken { token } => {
                Credential::new(TOKEN_USERNAME, token.clone())
            }
        };
        if login.secret.is_empty() { Err(Unfit::EmptySecret) } else { Ok(login) }
    }

    /// The members of an entry of `auths` that hold it, in docker's order (docker/cli 28f7560 `types/authconfig.go`).
    ///
    /// # Errors
    /// [`Unfit`] where docker would read something else than what was written.
    pub fn members(&self) -> Result<Vec<(&'static str, Zeroizing<String>)>, Unfit> {
        let text = |secret: &Secret| {
            secret.expose_text().map(|text| Zeroizing::new(text.to_owned())).ok_or(Unfit::NotText)
        };
        if self.secret().is_empty() {
            return Err(Unfit::EmptySecret);
        }
        match self {
            Self::Basic(Credential { username, secret: password, .. }) => {
                check_username(username)?;
                let ends = [password.expose().first(), password.expose().last()];
                if ends.contains(&Some(&0)) {
                    return Err(Unfit::NulAtTheEnds);
                }
                Ok(vec![("auth", text(&auth::encode(username, password))?)])
            }
            Self::IdentityToken { username, token } if username.is_empty() => {
                Ok(vec![("identitytoken", text(token)?)])
            }
            // docker keeps the user name beside the token, with an empty password; podman needs it to see the entry.
            Self::IdentityToken { username, token } => {
                check_username(username)?;
                let pair = auth::encode(username, &Secret::new(Vec::new()));
                Ok(vec![("auth", text(&pair)?), ("identitytoken", text(token)?)])
            }
            Self::RegistryToken { token } => Ok(vec![("registrytoken", text(token)?)]),
        }
    }
}

fn check_username(username: &str) -> Result<(), Unfit> {
    match username {
        "" => Err(Unfit::EmptyUsername),
        name if name.contains(':') => Err(Unfit::ColonInUsername),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(username: &str, password: &str) -> Content {
        Content::Basic(Credential::new(username, Secret::from_text(password.into())))
    }

    #[test]
    fn what_docker_would_read_otherwise_is_not_written() {
        let table = [
            (basic("", "p"), Unfit::EmptyUsername),
            (basic("a:b", "p"), Unfit::ColonInUsername),
            (basic("a", ""), Unfit::EmptySecret),
            (basic("a", "p\0"), Unfit::NulAtTheEnds),
            (basic("a", "\0p"), Unfit::NulAtTheEnds),
            (Content::RegistryToken { token: Secret::new(vec![0xff]) }, Unfit::NotText),
        ];
        for (content, reason) in table {
            assert_eq!(content.members(), Err(reason));
        }
    }

    #[test]
    fn each_kind_has_its_members() {
        let token = || Secret::from_text("tok".into());
        let written = |content: Content| -> Vec<String> {
            let members = content.members().unwrap();
            members.iter().map(|(name, value)| format!("{name}={}", **value)).collect()
        };
        assert_eq!(written(basic("u", "p")), ["auth=dTpw"]);
        assert_eq!(
            written(Content::IdentityToken { username: "u".into(), token: token() }),
            ["auth=dTo=", "identitytoken=tok"]
        );
        assert_eq!(
            written(Content::IdentityToken { username: String::new(), token: token() }),
            ["identitytoken=tok"]
        );
        assert_eq!(written(Content::RegistryToken { token: token() }), ["registrytoken=tok"]);
    }
}
