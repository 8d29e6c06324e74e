//! The sentences of a [`MintError`]: what was tried and what happened, and the next step.

use std::fmt;

use super::error::{Cause, Meaning, MintError, NamedBy, NoKeys, Program, Refused, SignIn};
use crate::error::Error;
use crate::net::transport::TransportError;
use crate::text;

impl MintError {
    /// What was tried and what happened, one sentence.
    pub fn what(&self) -> String {
        format!("No new password from {}: {}.", self.minter, reason(&self.cause).trim_end_matches('.'))
    }

    /// The next step, one sentence.
    pub fn next_step(&self) -> String {
        next_step(&self.cause)
    }
}

/// Both sentences in one line, as a credential helper prints it.
impl fmt::Display for MintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what(), self.next_step())
    }
}

impl std::error::Error for MintError {}

impl From<MintError> for Error {
    fn from(error: MintError) -> Self {
        Self::new(error.kind(), error.what()).hint(error.next_step())
    }
}

fn reason(cause: &Cause) -> String {
    match cause {
        Cause::UnknownProfile { provider } => {
            format!("its refresh profile (\"{}\") was written by a later pullpass", text::safe(provider))
        }
        Cause::BadSetting { name, why } => format!("{name} {why}"),
        Cause::NotTold { what, setting } => {
            format!("neither the registry's address nor \"{setting}\" of the refresh profile tells {what}")
        }
        Cause::FileUnreadable { path, why } => {
            format!("{} cannot be used: {why}", text::safe(&path.to_string_lossy()))
        }
        Cause::ProfileMissing { profile, named_by } => {
            format!("there is no {} in the AWS files", aws_profile(profile, *named_by))
        }
        Cause::ServicesMissing { section } => {
            format!(
                "the AWS profile names the section [services {}], which is not there",
                text::safe(section)
            )
        }
        Cause::KeysIncomplete { place, missing } => format!("{place} has no {missing}"),
        Cause::KeysExpired { place } => format!("{place} is over, or its end cannot be read"),
        Cause::NoKeys { asked } => no_keys(*asked).to_owned(),
        Cause::ProgramMissing(program) => format!("{} is not there to be asked", program.name()),
        Cause::ProgramFailed { program, how, said } => {
            format!("asked {}, but it {how}{}", program.name(), saying(said))
        }
        Cause::BadOutput { program, what } => format!("asked {}, but {what}", program.name()),
        Cause::Network { asked, failure } => format!("{asked} was not reached. {}", network(failure)),
        Cause::Refused(refused) => refusal(refused),
        Cause::BadAnswer { asked, what } => format!("asked {asked}, but {what}"),
        Cause::CameExpired { asked } => format!("what {asked} gave had already expired"),
    }
}

/// A profile and who named it, as part of a sentence.
pub(super) fn aws_profile(profile: &str, named_by: NamedBy) -> String {
    let profile = text::safe(profile);
    match named_by {
        NamedBy::Record => format!("AWS profile \"{profile}\""),
        NamedBy::Variable(variable) => format!("AWS profile \"{profile}\" (from {variable})"),
        NamedBy::Nobody => format!("AWS profile \"{profile}\" (nobody named another)"),
    }
}

fn no_keys(asked: NoKeys) -> &'static str {
    match asked {
        NoKeys::Aws => {
            "no AWS keys are in the environment, in the AWS files, or given by a container or machine"
        }
        NoKeys::Sauce => {
            "SAUCE_USERNAME and SAUCE_ACCESS_KEY are not set, and ~/.sauce/credentials.yml has neither"
        }
        NoKeys::Record => "the record that the refresh profile names for Sauce Labs' access key is not there",
    }
}

fn saying(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

/// Sentences of their own, the next step among them.
fn network(failure: &TransportError) -> String {
    match failure {
        TransportError::Unreachable(words)
        | TransportError::TlsUntrusted(words)
        | TransportError::ProxyAuthRequired(words)
        | TransportError::Protocol(words)
        | TransportError::Setup(words) => words.clone(),
        TransportError::PlainHttpServer => "It speaks plain http where https was asked.".to_owned(),
    }
}

fn refusal(refused: &Refused) -> String {
    let Refused { asked, by, status, code, said, .. } = refused;
    let code = if code.is_empty() { format!("status {status}") } else { text::safe(code).into_owned() };
    format!("{asked} refused {by}, {code}{}", saying(said))
}

fn next_step(cause: &Cause) -> String {
    match cause {
        Cause::UnknownProfile { .. } => "Update pullpass; the profile is kept as it is.".to_owned(),
        Cause::BadSetting { name, .. } => format!("Correct {name}."),
        Cause::NotTold { setting, .. } => format!("Edit the secret and set \"{setting}\"."),
        Cause::FileUnreadable { .. } => "Mend the file; until then aws cannot use it either.".to_owned(),
        Cause::ProfileMissing { named_by: NamedBy::Variable(variable), .. } => {
            format!(
                "Correct or unset {variable}; \"aws configure list-profiles\" names the profiles that there are."
            )
        }
        Cause::ProfileMissing { .. } => {
            "\"aws configure list-profiles\" names the profiles that there are.".to_owned()
        }
        Cause::ServicesMissing { .. } => {
            "Add the section to the AWS config file, or take its name out.".to_owned()
        }
        Cause::KeysIncomplete { missing, .. } => format!("Add {missing}, or take the other half away."),
        Cause::KeysExpired { .. } => "Sign in again where these keys come from.".to_owned(),
        Cause::NoKeys { asked: NoKeys::Aws } => "Run \"aws configure\" or \"aws sso login\".".to_owned(),
        Cause::NoKeys { asked: NoKeys::Sauce } => {
            "Set both variables; the access key is on the page \"User Settings\" of Sauce Labs.".to_owned()
        }
        Cause::NoKeys { asked: NoKeys::Record } => {
            "Edit the secret and name a record of the vault.".to_owned()
        }
        Cause::ProgramMissing(program) => program.install(),
        Cause::ProgramFailed { program, .. } | Cause::BadOutput { program, .. } => program.try_by_hand(),
        Cause::Network { .. } => "Try again when it can be reached.".to_owned(),
        Cause::Refused(refused) => after_refusal(refused),
        Cause::BadAnswer { .. } => {
            "Is something in between, or an endpoint variable set that leads elsewhere?".to_owned()
        }
        Cause::CameExpired { .. } => "Look at this machine's clock, and sign in again there.".to_owned(),
    }
}

fn after_refusal(refused: &Refused) -> String {
    match refused.meaning {
        Meaning::SessionEnded => {
            "Sign in again (\"aws sso login\", \"aws login\" or fresh keys), then try again.".to_owned()
        }
        Meaning::WrongKey => {
            "Look whether the key is still there, and whether its secret was pasted whole.".to_owned()
        }
        Meaning::Denied => "Ask the registry's administrator for the right to pull.".to_owned(),
        Meaning::Throttled => match refused.retry_after {
            Some(seconds) => format!("Leave it alone for {seconds} s; it is tried again by itself."),
            None => "Leave it alone for a minute; it is tried again by itself.".to_owned(),
        },
        Meaning::ClockOff => {
            "Set this machine's clock: the server refuses more than five minutes.".to_owned()
        }
        Meaning::ServerError => "Try again later: the trouble is on their side.".to_owned(),
        Meaning::Other => "Look at the profile and at the registry's address.".to_owned(),
    }
}

impl Program {
    fn name(&self) -> String {
        match self {
            Self::Gcloud => "gcloud".to_owned(),
            Self::Az => "az".to_owned(),
            Self::Doctl => "doctl".to_owned(),
            Self::Aws { profile, .. } => {
                format!("\"aws configure export-credentials --profile {}\"", text::safe(profile))
            }
            Self::CredentialProcess { profile, name } => {
                format!("{name} (credential_process of the AWS profile \"{}\")", text::safe(profile))
            }
            Self::Command(name) => name.clone(),
        }
    }

    fn install(&self) -> String {
        match self {
            Self::Gcloud => "Install the Google Cloud CLI, so that a folder of PATH has gcloud.".to_owned(),
            Self::Az => "Install the Azure CLI, so that a folder of PATH has az.".to_owned(),
            Self::Doctl => "Install doctl, so that a folder of PATH has it.".to_owned(),
            Self::Aws { .. } => {
                "Install the AWS CLI, version 2: only it can do what this AWS profile wants.".to_owned()
            }
            Self::CredentialProcess { .. } => "Correct credential_process in the AWS config file.".to_owned(),
            Self::Command(_) => {
                "Correct the command: its first word is the name of a program on PATH, or an absolute path."
                    .to_owned()
            }
        }
    }

    fn try_by_hand(&self) -> String {
        match self {
            Self::Gcloud => "Run \"gcloud auth login\", then try again.".to_owned(),
            Self::Az => "Run \"az login\", then try again.".to_owned(),
            Self::Doctl => "Run \"doctl auth init\", then try again.".to_owned(),
            Self::Aws { profile, wants } => {
                let profile = text::safe(profile);
                match wants {
                    SignIn::Role => format!(
                        "Run \"aws sts get-caller-identity --profile {profile}\"; this needs version 2 of the AWS CLI."
                    ),
                    SignIn::Sso => format!(
                        "Run \"aws sso login --profile {profile}\"; this needs version 2 of the AWS CLI."
                    ),
                    SignIn::Login => format!(
                        "Run \"aws login --profile {profile}\"; this needs version 2.32 of the AWS CLI."
                    ),
                }
            }
            Self::CredentialProcess { .. } | Self::Command(_) => {
                "Run it in a terminal to see what it prints.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cause: Cause) -> (String, String) {
        let error = MintError { minter: "Amazon ECR", cause };
        (error.what(), error.next_step())
    }

    #[test]
    fn an_error_tells_what_was_tried_what_happened_and_what_to_do() {
        let refused = Refused {
            asked: "api.ecr.eu-west-1.amazonaws.com".into(),
            by: "AWS profile \"two\" (from AWS_DEFAULT_PROFILE)".into(),
            status: 400,
            code: "ExpiredTokenException".into(),
            said: "The security token included in the request is expired".into(),
            meaning: Meaning::SessionEnded,
            retry_after: None,
        };
        let cli = Program::Aws { profile: "dev".into(), wants: SignIn::Sso };
        let table = [
            (
                Cause::Refused(Box::new(refused)),
                "No new password from Amazon ECR: api.ecr.eu-west-1.amazonaws.com refused AWS profile \"two\" (from \
                 AWS_DEFAULT_PROFILE), ExpiredTokenException: The security token included in the request is expired.",
                "Sign in again (\"aws sso login\", \"aws login\" or fresh keys), then try again.",
            ),
            (
                Cause::ProfileMissing {
                    profile: "no\u{1b}pe".into(),
                    named_by: NamedBy::Variable("AWS_PROFILE"),
                },
                "No new password from Amazon ECR: there is no AWS profile \"no\\x1bpe\" (from AWS_PROFILE) in the AWS \
                 files.",
                "Correct or unset AWS_PROFILE; \"aws configure list-profiles\" names the profiles that there are.",
            ),
            (
                Cause::ProgramFailed {
                    program: cli.clone(),
                    how: "ended with exit status 2".into(),
                    said: "Invalid choice".into(),
                },
                "No new password from Amazon ECR: asked \"aws configure export-credentials --profile dev\", but it ended \
                 with exit status 2: Invalid choice.",
                "Run \"aws sso login --profile dev\"; this needs version 2 of the AWS CLI.",
            ),
            (
                Cause::ProgramMissing(cli),
                "No new password from Amazon ECR: \"aws configure export-credentials --profile dev\" is not there to be \
                 asked.",
                "Install the AWS CLI, version 2: only it can do what this AWS profile wants.",
            ),
            (
                Cause::Network {
                    asked: "h".into(),
                    failure: TransportError::Unreachable("There is no host h. Check its name.".into()),
                },
                "No new password from Amazon ECR: h was not reached. There is no host h. Check its name.",
                "Try again when it can be reached.",
            ),
        ];
        for (cause, what, next) in table {
            assert_eq!(told(cause), (what.to_owned(), next.to_owned()));
        }
    }

    #[test]
    fn a_whole_error_is_one_line() {
        let error = MintError { minter: "Google", cause: Cause::ProgramMissing(Program::Gcloud) };
        let line = error.to_string();
        assert_eq!(
            line,
            "No new password from Google: gcloud is not there to be asked. Install the Google Cloud CLI, so that a \
             folder of PATH has gcloud."
        );
    }
}
