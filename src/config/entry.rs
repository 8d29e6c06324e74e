//! One entry of `auths`: what its members mean, and which tool would trip over it.
//!
//! Source of the rules: docker/cli 28f7560 `cli/config/types/authconfig.go` and `configfile/file.go`; the table of how the
//! peers differ is in ARCHITECTURE.md.

use std::borrow::Cow;

use serde_json::value::RawValue;
use zeroize::Zeroize;

use crate::config::document;
use crate::credential::TOKEN_USERNAME;
use crate::credential::auth;
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::credential::login::EntryKind;
use crate::registry::key::{self, Companion};
use crate::secret::Secret;
use crate::text;

/// No credential store takes a secret larger than the helper protocol's line limit, in bytes.
const LARGEST_STORABLE: usize = 64 * 1024;

/// A registry's entry as a file holds it, secrets included: short-lived, never kept in the model.
#[derive(Debug)]
pub struct Entry {
    /// The credential key, as written.
    pub key: String,
    /// What it is.
    pub kind: EntryKind,
    /// The user name; any bytes.
    pub username: Option<Vec<u8>>,
    /// The password.
    pub password: Option<Secret>,
    /// The member "identitytoken".
    pub identity_token: Option<Secret>,
    /// The member "registrytoken".
    pub registry_token: Option<Secret>,
    /// The member "email", which old docker versions wrote.
    pub email: Option<String>,
    /// The client that a web-login refresh token was issued to.
    pub client_id: Option<String>,
    /// True with a non-empty "auth" member, the only one that podman reads.
    pub has_auth: bool,
    /// What is odd about it.
    pub diagnostics: Diagnostics,
}

impl Entry {
    /// The secret that a tool would send: the token where there is one, else the password.
    pub fn secret(&self) -> Option<&Secret> {
        self.registry_token.as_ref().or(self.identity_token.as_ref()).or(self.password.as_ref())
    }

    /// The user name as text; what is not UTF-8 becomes U+FFFD.
    pub fn username_text(&self) -> Option<Cow<'_, str>> {
        self.username.as_deref().map(document::lossy)
    }
}

/// The members that docker knows (docker/cli 28f7560 `types/authconfig.go`), and "email", which it once wrote.
const MEMBERS: &[&str] =
    &["auth", "username", "password", "email", "serveraddress", "identitytoken", "registrytoken"];

/// Those members, each as far as it is there and a string.
#[derive(Default)]
struct Members<'a> {
    auth: Option<Cow<'a, str>>,
    username: Option<Cow<'a, str>>,
    password: Option<Cow<'a, str>>,
    email: Option<Cow<'a, str>>,
    serveraddress: Option<Cow<'a, str>>,
    identitytoken: Option<Cow<'a, str>>,
    registrytoken: Option<Cow<'a, str>>,
}

impl<'a> Members<'a> {
    /// Finds a member as Go does: any case of its name.
    fn slot(&mut self, name: &str, diagnostics: &mut Diagnostics) -> Option<&mut Option<Cow<'a, str>>> {
        let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
        let lower = if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) };
        let slot = match &*lower {
            "auth" => &mut self.auth,
            "username" => &mut self.username,
            "password" => &mut self.password,
            "email" => &mut self.email,
            "serveraddress" => &mut self.serveraddress,
            "identitytoken" => &mut self.identitytoken,
            "registrytoken" => &mut self.registrytoken,
            _ => return None,
        };
        diagnostics.add_if(lower != name, Diagnostic::NonstandardCase);
        Some(slot)
    }

    fn read(value: &'a RawValue, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut members = Self::default();
        let object = document::object(value)?;
        diagnostics.add_if(document::has_doubles(&object, MEMBERS), Diagnostic::DuplicateKey);
        for (name, value) in &object {
            let Some(slot) = members.slot(name, diagnostics) else {
                diagnostics.add(Diagnostic::UnknownField);
                continue;
            };
            if document::is_null(value) {
                continue;
            }
            if let Some(text) = document::string(value) {
                *slot = Some(text).filter(|text| !text.is_empty());
            } else {
                diagnostics.add(Diagnostic::WrongType);
                diagnostics.add(Diagnostic::DockerRejectsFile);
            }
        }
        Some(members)
    }
}

/// Members that were unescaped are copies; those that hold secrets are wiped.
impl Drop for Members<'_> {
    fn drop(&mut self) {
        for secret in [&mut self.auth, &mut self.password, &mut self.identitytoken, &mut self.registrytoken] {
            if let Some(Cow::Owned(copy)) = secret {
                copy.zeroize();
            }
        }
    }
}

/// Reads one entry. It never fails: what cannot be read is an entry of kind [`EntryKind::Invalid`] that says why.
pub fn read(key: &str, value: &RawValue) -> Entry {
    let mut entry = Entry {
        key: key.to_owned(),
        kind: EntryKind::Invalid,
        username: None,
        password: None,
        identity_token: None,
        registry_token: None,
        email: None,
        client_id: None,
        has_auth: false,
        diagnostics: key_diagnostics(key),
    };
    if document::is_null(value) {
        entry.kind = EntryKind::Empty;
        entry.diagnostics.add(Diagnostic::EmptyEntry);
        entry.diagnostics.add(Diagnostic::NullEntry);
        return entry;
    }
    let Some(members) = Members::read(value, &mut entry.diagnostics) else {
        entry.diagnostics.add(Diagnostic::WrongType);
        entry.diagnostics.add(Diagnostic::DockerRejectsFile);
        return entry;
    };
    take_secrets(&mut entry, &members);
    entry.kind = kind_of(&mut entry);
    diagnose(&mut entry, &members);
    entry
}

fn take_secrets(entry: &mut Entry, members: &Members<'_>) {
    let secret =
        |member: &Option<Cow<'_, str>>| member.as_ref().map(|text| Secret::new(text.as_bytes().to_vec()));
    entry.identity_token = secret(&members.identitytoken);
    entry.registry_token = secret(&members.registrytoken);
    entry.email = members.email.as_ref().map(|email| email.clone().into_owned());
    entry.has_auth = members.auth.is_some();
    let Some(value) = &members.auth else {
        entry.username = members.username.as_ref().map(|name| name.as_bytes().to_vec());
        entry.password = secret(&members.password);
        return;
    };
    match auth::decode(value, &mut entry.diagnostics) {
        Ok(pair) => {
            entry.username = Some(pair.username);
            entry.password = Some(pair.password);
        }
        Err(reason) => entry.diagnostics.add(reason),
    }
}

fn kind_of(entry: &mut Entry) -> EntryKind {
    let unreadable = entry.has_auth && entry.username.is_none();
    if unreadable || entry.diagnostics.has(Diagnostic::WrongType) {
        return EntryKind::Invalid;
    }
    match key::companion(&entry.key) {
        Some(Companion::AccessToken) if entry.password.is_some() => return EntryKind::OauthAccessToken,
        Some(Companion::RefreshToken) if entry.password.is_some() => {
            split_client_id(entry);
            return EntryKind::OauthRefreshToken;
        }
        _ => {}
    }
    let token = entry.registry_token.is_some() || entry.identity_token.is_some();
    match (&entry.username, &entry.password) {
        _ if entry.registry_token.is_some() => EntryKind::RegistryToken,
        _ if token => EntryKind::IdentityToken,
        (Some(_), Some(_)) => EntryKind::Basic,
        (None, None) => EntryKind::Empty,
        _ => EntryKind::Incomplete,
    }
}

/// docker's web login stores `TOKEN..CLIENTID` (docker/cli 28f7560 `internal/oauth/manager/manager.go`).
fn split_client_id(entry: &mut Entry) {
    let Some(text) = entry.password.as_ref().and_then(Secret::expose_text) else {
        return;
    };
    if let Some((token, client)) = text.split_once("..")
        && !client.contains("..")
    {
        entry.client_id = Some(client.to_owned());
        entry.password = Some(Secret::new(token.as_bytes().to_vec()));
    }
}

fn diagnose(entry: &mut Entry, members: &Members<'_>) {
    use Diagnostic as D;
    let token = entry.registry_token.is_some() || entry.identity_token.is_some();
    let password = entry.password.as_ref().filter(|password| !password.is_empty());
    let fields = members.username.is_some() || members.password.is_some();
    let mut found = entry.diagnostics;
    found.add_if(password.is_some() || token, D::PlaintextSecret);
    found.add_if(password.is_some() && token, D::PasswordAndToken);
    found
        .add_if(entry.has_auth && entry.username.is_some() && password.is_none() && !token, D::EmptyPassword);
    found.add_if(!entry.has_auth && members.password.is_some(), D::PlainUsernamePasswordFields);
    found.add_if(entry.has_auth && fields, D::AuthOverridesFields);
    found.add_if(!entry.has_auth && (fields || token), D::PodmanIgnoresEntry);
    found.add_if(entry.kind == EntryKind::Incomplete && entry.password.is_none(), D::MissingPassword);
    found.add_if(entry.kind == EntryKind::Incomplete && entry.username.is_none(), D::MissingUsername);
    found.add_if(entry.kind == EntryKind::Empty, D::EmptyEntry);
    found.add_if(members.email.is_some(), D::EmailFieldWillBeLostByDocker);
    found.add_if(members.serveraddress.as_deref().is_some_and(|a| a != entry.key), D::ServeraddressIgnored);
    let refused = [D::AuthBase64Invalid, D::AuthMissingColon, D::AuthEmptyUsername];
    found.add_if(refused.iter().any(|reason| found.has(*reason)), D::DockerRejectsFile);
    if let Some(name) = entry.username_text() {
        found.add_if(name == TOKEN_USERNAME, D::TokenUsernameInFile);
        found.add_if(has(&name, char::is_control), D::ControlCharInUsername);
        found.add_if(has(&name, text::is_bidi), D::BidiCharInUsername);
    }
    let utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
    let bytes = [entry.username.as_deref(), password.map(Secret::expose)];
    found.add_if(!bytes.into_iter().flatten().all(utf8), D::NonUtf8Secret);
    let secrets = [password, entry.identity_token.as_ref(), entry.registry_token.as_ref()];
    found.add_if(secrets.into_iter().flatten().any(|s| s.len() > LARGEST_STORABLE), D::OversizedSecret);
    entry.diagnostics = found;
}

fn key_diagnostics(key: &str) -> Diagnostics {
    let mut found = Diagnostics::default();
    let parts = key::parts(key);
    let hostless = !key.is_empty() && parts.host.is_empty();
    found.add_if(key.is_empty(), Diagnostic::EmptyRegistryKey);
    found.add_if(key::is_hub_tool_key(key) || hostless, Diagnostic::KeyNotARegistry);
    found.add_if(has(key, char::is_control), Diagnostic::ControlCharInKey);
    found.add_if(has(key, text::is_bidi), Diagnostic::BidiCharInKey);
    found.add_if(parts.userinfo.is_some(), Diagnostic::UserinfoInKey);
    found
}

/// True with a character that is odd; nearly every text is printable ASCII, which has none.
fn has(text: &str, is_odd: fn(char) -> bool) -> bool {
    !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.chars().any(is_odd)
}
