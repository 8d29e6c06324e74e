//! One named pull secret, and its form in the vault's JSON.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use crate::credential::Credential;
use crate::credential::rules::SecretType;
use crate::registry::provider;
use crate::secret::Secret;

/// The type of a secret, as the vault's JSON has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// One that this version knows.
    Known(SecretType),
    /// One of a later version, kept as it is.
    Other(Box<str>),
}

impl SecretKind {
    /// The type that the registry of this credential key asks for.
    pub fn of_key(key: &str) -> Self {
        Self::Known(SecretType::of(provider::identify(key).provider))
    }

    /// The type, where this version knows it.
    pub fn known(&self) -> Option<SecretType> {
        match self {
            Self::Known(kind) => Some(*kind),
            Self::Other(_) => None,
        }
    }

    /// The identifier in the vault and in the JSON output.
    pub fn code(&self) -> &str {
        match self {
            Self::Known(SecretType::DockerHub) => "docker_hub",
            Self::Known(SecretType::Private) => "private_registry",
            Self::Known(SecretType::Ecr) => "ecr",
            Self::Known(SecretType::Sauce) => "sauce",
            Self::Other(code) => code,
        }
    }

    /// The kind of this [`Self::code`].
    pub fn from_code(code: &str) -> Self {
        let mut known = SecretType::ALL.into_iter().map(Self::Known);
        known.find(|kind| kind.code() == code).unwrap_or_else(|| Self::Other(code.into()))
    }
}

/// A named pull secret.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// What people call it; no two records of a vault share a name.
    pub name: String,
    /// What it is for.
    pub kind: SecretKind,
    /// The credential key of the registry. Records may share one.
    pub key: String,
    /// User name and password. The password must be text: docker's helper protocol carries nothing else.
    pub credential: Credential,
    /// The address that some platforms ask for.
    pub email: Option<String>,
    /// The day that the owner wants to be reminded of.
    pub expires_on: Option<Date>,
    /// True where docker's helper answers with this record. At most one record of a key is the login.
    pub is_login: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed; a new password by the refresh profile is no change.
    pub changed_at: Timestamp,
    /// How its passwords are minted, byte for byte as it was written, perhaps by a later version.
    pub refresh: Option<RefreshMember>,
    /// Where the password was minted: what is known of that.
    pub minted: Option<Mint>,
    /// What a later version wrote, kept as it is.
    unknown: Unknown,
}

/// The refresh profile of a record, in JSON.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RefreshMember(pub Box<RawValue>);

impl PartialEq for RefreshMember {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

/// One minting, as a record keeps it. When the password ends stands beside the password.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mint {
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// The mark of whom the environment stood for; `None` where the refresh profile names somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// True where the end is a guess by the usual life.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_estimate: bool,
    /// Who minted it. Safe to show.
    pub asked: String,
    /// Whose right it rests on, as part of a sentence. Safe to show.
    pub source: String,
}

/// Members that this version does not know, in their order and spelling.
#[derive(Clone, Default)]
pub(super) struct Unknown(pub(super) Vec<Member>);

type Member = (String, Box<RawValue>);

/// The name of a member, copied only where it has escapes.
#[derive(serde::Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        let same = |((name, value), (other_name, other_value)): (&Member, &Member)| {
            name == other_name && value.get() == other_value.get()
        };
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

impl Record {
    /// A record made now: no login of docker's yet, without address and reminder.
    pub fn new(name: String, key: String, credential: Credential, now: Timestamp) -> Self {
        Self {
            kind: SecretKind::of_key(&key),
            name,
            key,
            credential,
            email: None,
            expires_on: None,
            is_login: false,
            created_at: now,
            changed_at: now,
            refresh: None,
            minted: None,
            unknown: Unknown::default(),
        }
    }

    /// Takes the minted password away; how to mint another one stays.
    pub fn forget_minted(&mut self) {
        self.credential.secret = Secret::from_text(String::new());
        self.credential.expires_at = None;
        self.minted = None;
    }
}

/// Not even the user name is shown: it may be the token.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Record(•••)")
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Credential { username, secret, expires_at } = &self.credential;
        let password = secret.expose_text().ok_or_else(|| S::Error::custom("not text"))?;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("kind", self.kind.code())?;
        map.serialize_entry("key", &self.key)?;
        map.serialize_entry("username", username)?;
        map.serialize_entry("password", password)?;
        if let Some(at) = expires_at {
            map.serialize_entry("expires_at", at)?;
        }
        if let Some(email) = &self.email {
            map.serialize_entry("email", email)?;
        }
        if let Some(day) = &self.expires_on {
            map.serialize_entry("expires_on", day)?;
        }
        map.serialize_entry("login", &self.is_login)?;
        map.serialize_entry("created_at", &self.created_at)?;
        map.serialize_entry("changed_at", &self.changed_at)?;
        if let Some(profile) = &self.refresh {
            map.serialize_entry("refresh", profile)?;
        }
        if let Some(mint) = &self.minted {
            map.serialize_entry("minted", mint)?;
        }
        for (name, value) in &self.unknown.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let nothing = String::new;
        let mut record = Record::new(
            nothing(),
            nothing(),
            Credential::new("", Secret::from_text(nothing())),
            Timestamp::UNIX_EPOCH,
        );
        while let Some(Name(member)) = map.next_key()? {
            match &*member {
                "name" => record.name = map.next_value()?,
                "kind" => record.kind = SecretKind::from_code(&map.next_value::<String>()?),
                "key" => record.key = map.next_value()?,
                "username" => record.credential.username = map.next_value()?,
                "password" => record.credential.secret = Secret::from_text(map.next_value()?),
                "expires_at" => record.credential.expires_at = map.next_value()?,
                "email" => record.email = map.next_value()?,
                "expires_on" => record.expires_on = map.next_value()?,
                "login" => record.is_login = map.next_value()?,
                "created_at" => record.created_at = map.next_value()?,
                "changed_at" => record.changed_at = map.next_value()?,
                "refresh" => record.refresh = Some(RefreshMember(map.next_value()?)),
                "minted" => record.minted = Some(map.next_value()?),
                _ => record.unknown.0.push((member.into_owned(), map.next_value()?)),
            }
        }
        if record.name.is_empty() {
            return Err(de::Error::missing_field("name"));
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_record_comes_back_with_the_members_of_a_later_version() {
        let text = concat!(
            r#"{"name":"ci","kind":"gadget","key":"quay.io","username":"u","password":"p\"\u00e9","#,
            r#""expires_at":"2026-12-24T00:00:00Z","email":"a@b.c","expires_on":"2027-01-31","login":true,"created_at":"2026-11-20T10:00:00Z","#,
            r#""changed_at":"2026-11-20T11:00:00Z","later":{"x":1.10,"y":123456789012345678901234}}"#,
        );
        let record: Record = serde_json::from_str(text).unwrap();
        assert_eq!(record.kind, SecretKind::Other("gadget".into()));
        assert_eq!(record.credential.secret.expose(), "p\"é".as_bytes());
        assert_eq!(record.credential.expires_at, "2026-12-24T00:00:00Z".parse().ok());
        assert_eq!(serde_json::to_string(&record).unwrap(), text.replace(r"\u00e9", "é"));
    }

    #[test]
    fn a_refresh_profile_comes_back_byte_for_byte_whoever_wrote_it() {
        for profile in
            [r#"{"provider":"ecr"}"#, r#"{ "provider" : "moon",  "x":1.10,"\u0078":[1e3] }"#, "null"]
        {
            let text = format!(
                r#"{{"name":"ci","kind":"ecr","key":"r.io","username":"u","password":"p","expires_at":"2026-11-20T22:00:00Z","login":true,"created_at":"2026-11-20T10:00:00Z","changed_at":"2026-11-20T10:00:00Z","refresh":{profile},"minted":{{"at":"2026-11-20T10:00:00Z","principal":"0a","is_estimate":true,"asked":"api","source":"the keys"}}}}"#
            );
            let mut record: Record = serde_json::from_str(&text).unwrap();
            assert_eq!(record.refresh.as_ref().map(|member| member.0.get()), Some(profile));
            assert_eq!(serde_json::to_string(&record).unwrap(), text);
            record.forget_minted();
            let left = serde_json::to_string(&record).unwrap();
            assert!(
                left.contains(r#""password":"","login""#)
                    && left.ends_with(&format!(r#""refresh":{profile}}}"#))
            );
        }
    }

    #[test]
    fn neither_password_nor_user_name_is_in_debug_output() {
        let record = Record::new(
            "ci".into(),
            "quay.io".into(),
            Credential::new("dop_v1_hunter2", Secret::from_text("hunter2".into())),
            now(),
        );
        assert!(!format!("{record:?}").contains("hunter2"));
    }

    #[test]
    fn a_password_that_is_not_text_is_refused_rather_than_changed() {
        let record =
            Record::new("ci".into(), "r".into(), Credential::new("u", Secret::new(vec![0xff])), now());
        assert!(serde_json::to_string(&record).is_err());
    }

    #[test]
    fn the_kind_follows_from_the_registry() {
        let table = [
            ("https://index.docker.io/v1/", "docker_hub"),
            ("ghcr.io", "private_registry"),
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "ecr"),
        ];
        for (key, code) in table {
            assert_eq!(SecretKind::of_key(key).code(), code);
        }
    }

    #[test]
    fn a_type_is_read_back_and_a_later_one_is_kept() {
        for kind in
            SecretType::ALL.map(SecretKind::Known).into_iter().chain([SecretKind::Other("gadget".into())])
        {
            assert_eq!(SecretKind::from_code(kind.code()), kind);
        }
    }
}
