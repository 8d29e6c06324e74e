//! The user name.

use crate::credential::{TOKEN_USERNAME, token};
use crate::text;

use super::{FieldVerdict, SecretType};

/// The verdict on a user name.
///
/// docker splits `user:password` at the first colon (docker/cli 28f7560 `cli/config/configfile/file.go`, `decodeAuth`), so that
/// a user name with a colon comes back as another one.
pub fn verdict(kind: SecretType, typed: &str) -> FieldVerdict {
    if typed.trim().is_empty() {
        return FieldVerdict::wrong("A login needs a user name.", "Type the one that the registry knows.");
    }
    if typed.contains(':') {
        return FieldVerdict::wrong(
            "A user name has no colon: docker takes what follows it for the password.",
            "Leave the colon out.",
        );
    }
    if typed.chars().any(text::is_unsafe) {
        return FieldVerdict::wrong(
            "A user name has no control characters and no invisible ones.",
            "Type it instead of pasting it.",
        );
    }
    let usual = kind.usual_user();
    let warnings = [
        (typed.trim() != typed, "It begins or ends with a blank.".to_owned()),
        (token::looks_like_token(typed), "This looks like a token, and a user name is shown.".to_owned()),
        (
            typed == TOKEN_USERNAME,
            "Credential helpers take this name for the mark of an identity token.".to_owned(),
        ),
        (
            !usual.is_empty() && typed != usual,
            format!("A login of {} has the user name {usual}.", kind.name()),
        ),
    ];
    FieldVerdict::warn_of(warnings.into_iter().filter(|(is, _)| *is).map(|(_, words)| words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_cannot_read_back_is_refused() {
        use SecretType as T;
        let table = [
            (T::DockerHub, "janedoe", false, false),
            (T::Private, "robot$acme+ci", false, false),
            (T::DockerHub, "user@example.com", false, false),
            (T::DockerHub, "", false, true),
            (T::DockerHub, "  ", false, true),
            (T::DockerHub, "jane:doe", false, true),
            (T::DockerHub, "jane\u{1b}[2J", false, true),
            (T::DockerHub, "jane\u{202e}", false, true),
            (T::DockerHub, "jane ", true, false),
            (T::Private, "<token>", true, false),
            (T::Private, "ghp_000000000000000000000000000000000000", true, false),
            (T::Ecr, "AWS", false, false),
            (T::Ecr, "aws", true, false),
            (T::Sauce, "oauth2accesstoken", false, false),
        ];
        for (kind, typed, warns, is_wrong) in table {
            let verdict = verdict(kind, typed);
            let found = (matches!(verdict, FieldVerdict::Warn(_)), verdict.is_wrong());
            assert_eq!(found, (warns, is_wrong), "{kind:?} {typed:?}");
        }
    }
}
