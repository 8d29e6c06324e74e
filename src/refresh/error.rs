//! Why nothing was minted. The sentences stand in [`super::words`].

use std::path::PathBuf;

use super::{Profile, provider};
use crate::error::Kind;
use crate::net::transport::TransportError;

/// Why nothing was minted. It holds no secret, and what others said in it is safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintError {
    /// Who was asked, or would have been: "Amazon ECR".
    pub minter: &'static str,
    /// What stood in the way.
    pub cause: Cause,
}

/// What stood in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A later version wrote the profile.
    UnknownProfile {
        /// The provider that it names.
        provider: String,
    },
    /// A setting of the profile, or a variable, cannot be used.
    BadSetting {
        /// Which one.
        name: &'static str,
        /// Why not, as the rest of a sentence.
        why: String,
    },
    /// The registry's address does not tell what has to be known, and neither does the profile.
    NotTold {
        /// What, as part of a sentence: "the AWS region".
        what: &'static str,
        /// The setting that tells it.
        setting: &'static str,
    },
    /// A file cannot be used.
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why not, as the rest of a sentence. It quotes nothing of the file.
        why: String,
    },
    /// Neither AWS file has the profile (botocore's `ProfileNotFound`).
    ProfileMissing {
        /// The AWS profile.
        profile: String,
        /// Who named it.
        named_by: NamedBy,
    },
    /// The AWS profile names a section of services that is not there (botocore's `InvalidConfigError`).
    ServicesMissing {
        /// The section.
        section: String,
    },
    /// There is a key without its other half (botocore's `PartialCredentialsError`).
    KeysIncomplete {
        /// Where, as part of a sentence.
        place: String,
        /// What is missing there.
        missing: &'static str,
    },
    /// The keys ended, or their end cannot be read.
    KeysExpired {
        /// Where they came from, as part of a sentence.
        place: String,
    },
    /// Nobody has keys: no variable, no file, no container, no machine.
    NoKeys {
        /// Whom they were looked for with; `None` for Sauce Labs, which has its own places.
        asked: NoKeys,
    },
    /// A program that is needed is not there.
    ProgramMissing(Program),
    /// A program ended with an error or could not be run.
    ProgramFailed {
        /// Which one.
        program: Program,
        /// How it ended, as the rest of a sentence.
        how: String,
        /// What it said: one safe line without anything that looks like a secret, or empty.
        said: String,
    },
    /// A program printed something else than it should, or too much.
    BadOutput {
        /// Which one.
        program: Program,
        /// What is wrong with it, as the rest of a sentence.
        what: String,
    },
    /// Nothing came back.
    Network {
        /// The host.
        asked: String,
        /// Why.
        failure: TransportError,
    },
    /// The answer is a refusal.
    Refused(Box<Refused>),
    /// The answer cannot be used.
    BadAnswer {
        /// The host.
        asked: String,
        /// What is wrong with it, as the rest of a sentence.
        what: &'static str,
    },
    /// What came was already over.
    CameExpired {
        /// Who made it, as part of a sentence.
        asked: String,
    },
}

/// Who named an AWS profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The vault's record.
    Record,
    /// A variable.
    Variable(&'static str),
    /// Nobody: it is the default one.
    Nobody,
}

/// Where keys were looked for in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKeys {
    /// All of botocore's places.
    Aws,
    /// The variables and saucectl's file.
    Sauce,
    /// The vault has no such record, or it is not to be had.
    Record,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The host.
    pub asked: String,
    /// Who asked, as part of a sentence: `the keys of the AWS profile "two" (from AWS_PROFILE)`.
    pub by: String,
    /// The status of the HTTP answer.
    pub status: u16,
    /// The code of the API's error; empty where it gave none.
    pub code: String,
    /// What else it said: one safe line, or empty.
    pub said: String,
    /// What it means.
    pub meaning: Meaning,
    /// How long it wants to be left alone, in seconds.
    pub retry_after: Option<u32>,
}

/// What a refusal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The session that asked is over.
    SessionEnded,
    /// The key or the account is not known, or its secret does not fit.
    WrongKey,
    /// The right is missing.
    Denied,
    /// Too many requests.
    Throttled,
    /// This machine's clock is off, and the server's own time did not help.
    ClockOff,
    /// The server's own trouble.
    ServerError,
    /// Anything else.
    Other,
}

/// A program that mints, or finds keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// Google's.
    Gcloud,
    /// Azure's.
    Az,
    /// `DigitalOcean`'s.
    Doctl,
    /// Amazon's, for an AWS profile that wants a sign-in.
    Aws {
        /// The profile.
        profile: String,
        /// What the profile wants.
        wants: SignIn,
    },
    /// The `credential_process` of an AWS profile.
    CredentialProcess {
        /// The profile.
        profile: String,
        /// The program's file name, safe to show.
        name: String,
    },
    /// The command of the refresh profile, by the program's file name, safe to show.
    Command(String),
}

/// How the person behind an AWS profile signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// A role of another profile's.
    Role,
    /// IAM Identity Center.
    Sso,
    /// `aws login`.
    Login,
}

impl MintError {
    /// The failure of who mints for a profile.
    pub fn of(profile: &Profile, cause: Cause) -> Self {
        Self { minter: provider::minter(profile.id()), cause }
    }

    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match &self.cause {
            Cause::UnknownProfile { .. } => "unknown_refresh_profile",
            Cause::BadSetting { .. } => "bad_setting",
            Cause::NotTold { .. } => "not_told",
            Cause::FileUnreadable { .. } => "file_unreadable",
            Cause::ProfileMissing { .. } => "aws_profile_missing",
            Cause::ServicesMissing { .. } => "aws_services_missing",
            Cause::KeysIncomplete { .. } => "keys_incomplete",
            Cause::KeysExpired { .. } => "keys_expired",
            Cause::NoKeys { .. } => "no_keys",
            Cause::ProgramMissing(_) => "program_missing",
            Cause::ProgramFailed { .. } => "program_failed",
            Cause::BadOutput { .. } => "program_bad_output",
            Cause::Network { .. } => "network",
            Cause::Refused(refused) => refused.meaning.code(),
            Cause::BadAnswer { .. } => "bad_answer",
            Cause::CameExpired { .. } => "came_expired",
        }
    }

    /// How long the server wants to be left alone, in seconds.
    pub fn retry_after(&self) -> Option<u32> {
        match &self.cause {
            Cause::Refused(refused) => refused.retry_after,
            _ => None,
        }
    }

    /// What it means for the exit status.
    pub fn kind(&self) -> Kind {
        match &self.cause {
            Cause::Network { .. } => Kind::Unreachable,
            Cause::Refused(_) => Kind::Refused,
            _ => Kind::Failed,
        }
    }
}

impl Meaning {
    fn code(self) -> &'static str {
        match self {
            Self::SessionEnded => "session_ended",
            Self::WrongKey => "wrong_key",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::ClockOff => "clock_off",
            Self::ServerError => "server_error",
            Self::Other => "refused",
        }
    }
}
