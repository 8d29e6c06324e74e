//! What the sealed file holds: the records, and for whom it is sealed.
//!
//! The list of recipients lies inside, not beside the file: nobody adds himself to a vault that is there without opening
//! it. It proves no sender: who can write the folder can put a vault of his own in its place.

use std::fmt;

use age::x25519;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use zeroize::Zeroizing;

use super::Result;
use super::VERSION;
use super::error::VaultError;
use super::record::{Name, Record, Unknown};
use crate::registry::helper_key;

/// Somebody whose key opens the vault.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recipient {
    /// The age public key, `age1...`.
    pub key: String,
    /// Whose it is, in the words of the one who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl Recipient {
    /// Checks an age public key.
    ///
    /// # Errors
    /// It is none, or one of another kind than X25519.
    pub fn new(key: &str, label: &str) -> Result<Self> {
        key.parse::<x25519::Recipient>().map_err(|_| VaultError::NotAPublicKey(key.to_owned()))?;
        Ok(Self { key: key.to_owned(), label: label.to_owned() })
    }
}

/// Everything in the vault.
#[derive(Clone, Default)]
pub struct Document {
    /// Who can open it; never empty.
    pub recipients: Vec<Recipient>,
    /// The records, in the order in which they were added.
    pub records: Vec<Record>,
    /// What a later version wrote, kept as it is.
    unknown: Unknown,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} records)", self.records.len())
    }
}

impl Document {
    /// An empty vault for these recipients.
    pub fn new(recipients: Vec<Recipient>) -> Self {
        Self { recipients, ..Self::default() }
    }

    /// Reads what [`Self::to_json`] wrote, of this or an earlier version.
    ///
    /// # Errors
    /// It is something else, or of a later version. The text of the error quotes nothing of it.
    pub fn from_json(json: &[u8]) -> Result<Self> {
        let read = serde_json::from_slice::<Versioned>(json);
        let version = match &read {
            Ok(read) => Some(read.version),
            Err(_) => serde_json::from_slice::<VersionOnly>(json).ok().map(|read| read.version),
        };
        match (version, read) {
            (Some(version), _) if version > VERSION => Err(VaultError::LaterVersion(version)),
            (_, Ok(read)) => Ok(read.document),
            // serde's own words may quote a password: only the position goes on.
            (_, Err(error)) => Err(VaultError::NotOurs { line: error.line(), column: error.column() }),
        }
    }

    /// The text that is sealed.
    ///
    /// # Errors
    /// A password is not text.
    pub fn to_json(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut json = Zeroizing::new(Vec::new());
        serde_json::to_writer(&mut *json, self).map_err(|_| VaultError::PasswordNotText)?;
        json.push(b'\n');
        Ok(json)
    }

    /// The record of this name.
    pub fn find(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }

    /// The record with which docker's helper answers for this credential key: that of the very key, else of another
    /// spelling of it.
    pub fn login(&self, key: &str) -> Option<&Record> {
        let logins = || self.records.iter().filter(|record| record.is_login);
        let of_the_key = logins().find(|record| record.key == key);
        of_the_key.or_else(|| logins().find(|record| helper_key::is_same(&record.key, key)))
    }

    /// Adds a record.
    ///
    /// # Errors
    /// The name is taken.
    pub fn add(&mut self, record: Record) -> Result<()> {
        if self.find(&record.name).is_some() {
            return Err(taken(&record.name));
        }
        self.only_login(&record);
        self.records.push(record);
        Ok(())
    }

    /// Puts a record, perhaps under a new name, where the one of this name is.
    ///
    /// # Errors
    /// There is none of this name, or the new name is taken.
    pub fn replace(&mut self, name: &str, record: Record) -> Result<()> {
        if record.name != name && self.find(&record.name).is_some() {
            return Err(taken(&record.name));
        }
        let at = self.records.iter().position(|known| known.name == name).ok_or_else(|| missing(name))?;
        self.only_login(&record);
        if let Some(place) = self.records.get_mut(at) {
            *place = record;
        }
        Ok(())
    }

    /// Takes a record out.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn remove(&mut self, name: &str) -> Result<Record> {
        let at = self.records.iter().position(|known| known.name == name).ok_or_else(|| missing(name))?;
        Ok(self.records.remove(at))
    }

    /// A new login of a key takes the old one's place; the old record stays as a secret.
    fn only_login(&mut self, new: &Record) {
        let rivals = self
            .records
            .iter_mut()
            .filter(|record| new.is_login && helper_key::is_same(&record.key, &new.key));
        rivals.for_each(|record| record.is_login = false);
    }
}

fn taken(name: &str) -> VaultError {
    VaultError::NameTaken(name.to_owned())
}

fn missing(name: &str) -> VaultError {
    VaultError::NoSuchName(name.to_owned())
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &VERSION)?;
        map.serialize_entry("recipients", &self.recipients)?;
        map.serialize_entry("records", &self.records)?;
        for (name, value) in &self.unknown.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[derive(serde::Deserialize)]
struct VersionOnly {
    version: u64,
}

struct Versioned {
    version: u64,
    document: Document,
}

impl<'de> Deserialize<'de> for Versioned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Versioned;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a vault")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Versioned, A::Error> {
        let (mut version, mut document) = (None, Document::default());
        while let Some(Name(member)) = map.next_key()? {
            match &*member {
                "version" => version = Some(map.next_value()?),
                "recipients" => document.recipients = map.next_value()?,
                "records" => document.records = map.next_value()?,
                _ => document.unknown.0.push((member.into_owned(), map.next_value()?)),
            }
        }
        let version = version.ok_or_else(|| serde::de::Error::missing_field("version"))?;
        Ok(Versioned { version, document })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::credential::Credential;
    use crate::secret::Secret;

    fn record(name: &str, key: &str, is_login: bool) -> Record {
        let secret = Secret::from_text(format!("secret of {name}"));
        let login = Credential::new("u", secret);
        let mut record = Record::new(name.into(), key.into(), login, Timestamp::UNIX_EPOCH);
        record.is_login = is_login;
        record
    }

    fn logins(document: &Document) -> Vec<&str> {
        document.records.iter().filter(|record| record.is_login).map(|record| record.name.as_str()).collect()
    }

    #[test]
    fn a_name_is_there_once() {
        let mut document = Document::default();
        document.add(record("one", "a", false)).unwrap();
        document.add(record("two", "a", false)).unwrap();
        assert!(document.add(record("one", "b", false)).is_err());
        assert!(document.replace("one", record("two", "a", false)).is_err());
        document.replace("one", record("three", "a", false)).unwrap();
        assert!(document.replace("one", record("one", "a", false)).is_err());
        assert_eq!(document.remove("three").unwrap().name, "three");
        assert!(matches!(document.remove("three"), Err(VaultError::NoSuchName(name)) if name == "three"));
    }

    #[test]
    fn a_key_has_one_login_and_the_newer_one_wins() {
        let mut document = Document::default();
        document.add(record("one", "quay.io", true)).unwrap();
        document.add(record("other", "ghcr.io", true)).unwrap();
        document.add(record("two", "quay.io", false)).unwrap();
        assert_eq!(logins(&document), ["one", "other"]);
        document.replace("two", record("two", "quay.io", true)).unwrap();
        assert_eq!(logins(&document), ["other", "two"]);
        assert_eq!(document.login("quay.io").map(|record| record.name.as_str()), Some("two"));
        assert_eq!(document.records.len(), 3);
    }

    #[test]
    fn a_later_version_is_refused_whatever_it_holds() {
        for json in [r#"{"version":2,"records":[]}"#, r#"{"version":2,"records":{"a":1}}"#] {
            let error = Document::from_json(json.as_bytes()).unwrap_err();
            assert!(matches!(error, VaultError::LaterVersion(_)), "{error}");
        }
    }

    #[test]
    fn an_error_quotes_nothing_of_the_content() {
        let table = [
            r#"{"version":1,"records":[{"name":"x","password":7,"username":"hunter2"}]}"#,
            r#"{"version":1,"records":"hunter2"}"#,
            r#"{"records":[]}"#,
            "hunter2",
            "",
        ];
        for json in table {
            let error = Document::from_json(json.as_bytes()).unwrap_err();
            assert!(matches!(error, VaultError::NotOurs { .. }), "{error}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn unknown_members_survive() {
        let json = r#"{"version":1,"recipients":[],"records":[],"later":[1,2]}"#;
        let document = Document::from_json(json.as_bytes()).unwrap();
        assert_eq!(&**document.to_json().unwrap(), format!("{json}\n").as_bytes());
    }
}
