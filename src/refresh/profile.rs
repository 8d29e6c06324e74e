//! How a secret is minted: the refresh profile, in JSON a member of a vault's record.
//!
//! The vault keeps the member byte for byte. What this version does not understand is [`Profile::Unknown`]: nothing is
//! minted by it, and nothing writes it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// How a secret is minted. `aws_profile` names the identity: a profile of the AWS files, beside which keys in the
/// environment do not count; without it the identity is what the environment says at that time, in botocore's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", deny_unknown_fields)]
pub enum Profile {
    /// Amazon ECR, private.
    Ecr {
        /// The AWS profile; the environment without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aws_profile: Option<String>,
        /// The region, for a registry behind a name that does not tell it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        region: Option<String>,
    },
    /// Amazon ECR Public.
    EcrPublic {
        /// The AWS profile; the environment without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        aws_profile: Option<String>,
    },
    /// The Sauce Labs registry.
    Sauce {
        /// The registry's whole address with its path, as Sauce Labs gave it; else the record's key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        registry: Option<String>,
        /// The data center, such as `eu-central-1`, as a person chose it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        datacenter: Option<String>,
        /// The base address of an API, instead of a data center's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        api: Option<String>,
        /// The vault's record with Sauce Labs' user name and access key; the environment's or saucectl's without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<String>,
    },
    /// Google Artifact Registry, by `gcloud`.
    Google {
        /// The account; the one that is active in `gcloud` without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<String>,
    },
    /// Azure Container Registry, by `az`.
    Azure {
        /// The subscription; the one that is active in `az` without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription: Option<String>,
    },
    /// `DigitalOcean`, by `doctl`.
    #[serde(rename = "digitalocean")]
    DigitalOcean {
        /// The authentication context; the one that is active in `doctl` without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        context: Option<String>,
    },
    /// Any program that prints a password, or JSON with `username`, `password` and `expires_at`.
    Command {
        /// The program, by its name on PATH or its absolute path, and its arguments. No shell reads it.
        argv: Vec<String>,
        /// How long such a password lives, in seconds, where the program does not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        life: Option<u32>,
    },
    /// What a later version wrote, with the provider that it names; empty where it names none.
    #[serde(skip)]
    Unknown(String),
}

impl Profile {
    /// Reads the member of a record.
    pub fn from_json(member: &RawValue) -> Self {
        #[derive(Deserialize)]
        struct Named {
            provider: String,
        }
        serde_json::from_str(member.get()).unwrap_or_else(|_| {
            let named = serde_json::from_str::<Named>(member.get());
            Self::Unknown(named.map(|named| named.provider).unwrap_or_default())
        })
    }

    /// The member for a record; `None` for one of a later version, whose bytes stay as they are.
    pub fn to_json(&self) -> Option<Box<RawValue>> {
        serde_json::value::to_raw_value(self).ok()
    }

    /// The identifier of the minter, as in [`super::provider::PROVIDERS`] and in the member.
    pub fn id(&self) -> &str {
        match self {
            Self::Ecr { .. } => "ecr",
            Self::EcrPublic { .. } => "ecr_public",
            Self::Sauce { .. } => "sauce",
            Self::Google { .. } => "google",
            Self::Azure { .. } => "azure",
            Self::DigitalOcean { .. } => "digitalocean",
            Self::Command { .. } => "command",
            Self::Unknown(provider) => provider,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Profile {
        Profile::from_json(&RawValue::from_string(json.to_owned()).unwrap())
    }

    #[test]
    fn a_profile_comes_back_as_it_was_written() {
        for json in [
            r#"{"provider":"ecr"}"#,
            r#"{"provider":"ecr","aws_profile":"two","region":"eu-west-1"}"#,
            r#"{"provider":"ecr_public","aws_profile":"two"}"#,
            r#"{"provider":"sauce"}"#,
            r#"{"provider":"sauce","registry":"r.example/x","datacenter":"eu-central-1","api":"https://a","account":"s"}"#,
            r#"{"provider":"google","account":"jane@example.com"}"#,
            r#"{"provider":"azure","subscription":"s"}"#,
            r#"{"provider":"digitalocean","context":"c"}"#,
            r#"{"provider":"command","argv":["pass","show","x"],"life":3600}"#,
        ] {
            let profile = read(json);
            assert_eq!(profile.to_json().unwrap().get(), json);
            assert!(json.contains(&format!("{{\"provider\":\"{}\"", profile.id())), "{json}");
        }
    }

    #[test]
    fn what_a_later_version_wrote_mints_nothing_and_is_not_written() {
        let table = [
            (r#"{"provider":"vault","x":1}"#, "vault"),
            (r#"{"provider":"ecr","role":"x"}"#, "ecr"),
            (r#"{"provider":"command","argv":"a b"}"#, "command"),
            (r#"{"x":1}"#, ""),
            ("[1]", ""),
            ("null", ""),
        ];
        for (json, provider) in table {
            let profile = read(json);
            assert_eq!(profile, Profile::Unknown(provider.to_owned()), "{json}");
            assert!(profile.to_json().is_none());
        }
    }
}
