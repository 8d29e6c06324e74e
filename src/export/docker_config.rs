//! The entries of `auths` in files that are read by docker, podman, kubelets and GitLab's runner.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::credential::content::Content;
use crate::credential::{Credential, auth};
use crate::json_text::{self, WORST_GROWTH};
use crate::secret::Secret;

use super::artifact::{Body, buffer};
use super::escape::json;
use super::order::{secret, secret_text};
use super::tree::{Node, map};
use super::{Bundle, CannotWrite, no_doubles, tree};

/// One login of a pull secret.
pub struct PullLogin<'a> {
    /// The key, as kubectl's `--docker-server`.
    pub server: &'a str,
    /// The account.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// The e-mail address; empty for none.
    pub email: &'a str,
}

/// A `.dockerconfigjson`, to the byte as kubectl writes it (kubernetes v1.32 to v1.37
/// `kubectl/pkg/cmd/create/create_secret_docker.go`; Go sorts the keys of a map).
pub fn pull_secret(logins: &mut [PullLogin<'_>]) -> Secret {
    logins.sort_unstable_by_key(|login| login.server);
    let room = logins.iter().map(|login| {
        let pair = login.username.len() + login.password.len();
        (login.server.len() + pair + login.email.len()) * WORST_GROWTH + pair * 2 + 80
    });
    let mut out = buffer(16 + room.sum::<usize>());
    out.push_str("{\"auths\":{");
    for (at, login) in logins.iter().enumerate() {
        let auth = auth::encode(login.username, &Secret::from_text(login.password.to_owned()));
        let members = [
            ("username", login.username),
            ("password", login.password),
            ("email", login.email),
            ("auth", auth.expose_text().unwrap_or_default()),
        ];
        out.push_str(if at > 0 { "," } else { "" });
        json_text::push_escaped(&mut out, login.server);
        out.push_str(":{");
        let written = members.iter().filter(|(name, value)| *name != "email" || !value.is_empty());
        for (nth, (name, value)) in written.enumerate() {
            out.push_str(if nth > 0 { ",\"" } else { "\"" });
            out.push_str(name);
            out.push_str("\":");
            json_text::push_escaped(&mut out, value);
        }
        out.push('}');
    }
    out.push_str("}}");
    Secret::from_text(std::mem::take(&mut *out))
}

/// The pull secret of these logins in base64, as it stands in a Kubernetes Secret.
///
/// # Errors
/// Where a login has no secret, or two have the same key.
pub(super) fn pull_secret_base64<'a>(logins: &'a [(String, &'a Bundle)]) -> Result<Secret, CannotWrite> {
    no_doubles("key", logins.iter().map(|(key, _)| key.clone()))?;
    let login = |(key, bundle): &'a (String, &'a Bundle)| {
        let password = secret_text(bundle)?;
        Ok(PullLogin { server: key, username: &bundle.username, password, email: bundle.email_address() })
    };
    let mut all = logins.iter().map(login).collect::<Result<Vec<_>, CannotWrite>>()?;
    Ok(Secret::from_text(STANDARD.encode(pull_secret(&mut all).expose())))
}

/// An entry of `auths` in docker's own words: `auth` alone, or a token with what belongs to it.
///
/// # Errors
/// Where docker would read something else than what was written.
pub(super) fn entry(bundle: &Bundle) -> Result<Node, CannotWrite> {
    let secret = secret(bundle)?.clone();
    let content = if bundle.is_identity_token() {
        Content::IdentityToken { username: String::new(), token: secret }
    } else {
        Content::Basic(Credential::new(&*bundle.username, secret))
    };
    let members = content.members()?;
    let copied =
        members.iter().map(|(name, value)| (*name, tree::secret(Secret::from_text(value.to_string()))));
    Ok(map(copied))
}

/// `{"auths": ...}` with an entry for each secret, under the key that `key` gives it.
///
/// # Errors
/// As [`entry`], or where two have the same key.
pub(super) fn auths(bundles: &[Bundle], key: impl Fn(&Bundle) -> String) -> Result<Node, CannotWrite> {
    no_doubles("key", bundles.iter().map(&key))?;
    let entries = bundles.iter().map(|bundle| Ok((key(bundle), entry(bundle)?)));
    Ok(map([("auths", map(entries.collect::<Result<Vec<_>, CannotWrite>>()?))]))
}

/// The whole in one line, for the value of a variable.
///
/// # Errors
/// As [`auths`].
pub(super) fn auths_line(bundles: &[Bundle], key: impl Fn(&Bundle) -> String) -> Result<Body, CannotWrite> {
    json::compact(&auths(bundles, key)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, password};

    fn written(server: &str, username: &str, password: &str, email: &str) -> String {
        let secret = pull_secret(&mut [PullLogin { server, username, password, email }]);
        secret.expose_text().unwrap().to_owned()
    }

    #[test]
    fn a_pull_secret_has_the_bytes_of_kubectl() {
        assert_eq!(
            written("ghcr.io", "u<&>", "p\"\\\u{2028}é", ""),
            r#"{"auths":{"ghcr.io":{"username":"u\u003c\u0026\u003e","password":"p\"\\\u2028é","auth":"dTwmPjpwIlzigKjDqQ=="}}}"#
        );
        assert!(
            written("ghcr.io", "u", "p", "e@x.io")
                .contains(r#""password":"p","email":"e@x.io","auth":"dTpw""#)
        );
    }

    #[test]
    fn the_keys_of_several_are_sorted_and_none_is_there_twice() {
        let [one, other] = [bundle("quay.io", "a", "b"), bundle("ghcr.io", "c", "d")];
        let both = [("quay.io".to_owned(), &one), ("ghcr.io".to_owned(), &other)];
        let secret = pull_secret_base64(&both).unwrap();
        let json = STANDARD.decode(secret.expose()).unwrap();
        let json = String::from_utf8(json).unwrap();
        assert!(json.find("ghcr.io").unwrap() < json.find("quay.io").unwrap(), "{json}");
        let twice = [("quay.io".to_owned(), &one), ("quay.io".to_owned(), &other)];
        assert_eq!(pull_secret_base64(&twice).unwrap_err().code(), "same_name");
    }

    #[test]
    fn a_token_has_a_member_of_its_own() {
        let line = auths_line(&[bundle("ghcr.io", "<token>", "tok")], |bundle| bundle.key.clone()).unwrap();
        let expected = r#"{"auths":{"ghcr.io":{"identitytoken":"tok"}}}"#;
        assert_eq!(line.reveal().expose_text(), Some(expected));
        assert!(!line.masked().contains("tok\""));
    }

    proptest! {
        #[test]
        fn any_login_comes_back_from_docker_and_from_a_kubelet(
            username in "[^:]{1,8}", password in password(), key in "[a-z]{1,5}\\.io"
        ) {
            let login = [bundle(&key, &username, &password)];
            let line = auths_line(&login, |bundle| bundle.key.clone()).unwrap().reveal();
            let pull = written(&key, &username, &password, "");
            prop_assert!(pull.len() <= 96 + (key.len() + username.len() + password.len()) * 8);
            for json in [line.expose_text().unwrap(), &pull] {
                let read = crate::resolve::kubelet::read_secret(json).unwrap();
                prop_assert_eq!(&read[0].1.username, username.as_bytes());
                prop_assert_eq!(read[0].1.password.expose_text(), Some(password.as_str()));
                let file = crate::config::docker::read(json.as_bytes());
                prop_assert_eq!(file.entries[0].password.as_ref().unwrap().expose_text(), Some(password.as_str()));
            }
        }
    }
}
