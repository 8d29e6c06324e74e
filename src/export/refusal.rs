//! Why an export cannot be written.

use crate::credential::content::Unfit;
use crate::text;

use super::Form;

/// Why an export cannot be written. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotWrite {
    /// No secret was given.
    Nothing,
    /// The platform takes one secret at a time.
    OneAtATime,
    /// The platform knows no such form of the secret.
    FormNotOffered {
        /// What was asked for.
        form: Form,
        /// What there is; the first is the usual one.
        offered: &'static [Form],
    },
    /// The form holds the secret, and the caller gave none.
    SecretNotFetched,
    /// The secret is not UTF-8.
    NotText,
    /// Nobody could read this login again.
    Unfit(Unfit),
    /// Only docker's own files can hold a token for a token service.
    IdentityToken,
    /// What docker's web login keeps beside the login, or another program's own entry.
    NoLogin,
    /// The platform talks to registries over TLS only.
    PlainHttp,
    /// The platform would never use a login under this key for any image.
    KeyNeverMatches,
    /// The platform has no such field.
    NoSuchField(String),
    /// An answer is missing that this export cannot do without.
    AnswerMissing {
        /// The field's identifier.
        field: &'static str,
        /// What it is for, as the rest of a sentence.
        wanted_for: &'static str,
    },
    /// An answer, a name or an image is not what the platform takes.
    Answer {
        /// The field's identifier.
        field: &'static str,
        /// What it must be.
        rule: String,
        /// What to do about it; may be empty.
        mend: String,
    },
    /// Two secrets would get the same name.
    SameName {
        /// The field's identifier.
        field: &'static str,
        /// The name.
        name: String,
    },
    /// The language of the file cannot hold the secret as it is.
    Characters {
        /// The file's language or reader.
        language: &'static str,
        /// What of the secret it cannot hold, as the rest of a sentence; never the secret.
        which: &'static str,
        /// What to do instead, in a sentence.
        instead: &'static str,
    },
    /// This login makes no sense at that place.
    Unsuitable {
        /// Why, in a sentence.
        why: &'static str,
        /// What to do instead, in a sentence.
        instead: &'static str,
    },
}

impl CannotWrite {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::OneAtATime => "one_at_a_time",
            Self::FormNotOffered { .. } => "form_not_offered",
            Self::SecretNotFetched => "secret_not_fetched",
            Self::NotText => "non_utf8_secret",
            Self::Unfit(unfit) => unfit.code(),
            Self::IdentityToken => "identity_token",
            Self::NoLogin => "no_login",
            Self::PlainHttp => "plain_http",
            Self::KeyNeverMatches => "key_never_matches",
            Self::NoSuchField(_) => "no_such_field",
            Self::AnswerMissing { .. } => "answer_missing",
            Self::Answer { .. } => "answer_wrong",
            Self::SameName { .. } => "same_name",
            Self::Characters { .. } => "characters",
            Self::Unsuitable { .. } => "unsuitable",
        }
    }

    /// What is wrong, in a sentence.
    pub fn what(&self) -> String {
        match self {
            Self::Nothing => "There is no secret to write.".into(),
            Self::OneAtATime => "This platform takes one secret at a time.".into(),
            Self::FormNotOffered { form: Form::Literal, .. } => {
                "This platform's files hold no secrets.".into()
            }
            Self::FormNotOffered { form, offered: [Form::Literal] } => {
                format!("This platform's files hold the secret itself, and no {}.", form.words())
            }
            Self::FormNotOffered { form, .. } => format!("This platform takes no {}.", form.words()),
            Self::SecretNotFetched => "This export holds the secret, which was not fetched.".into(),
            Self::NotText => "The secret is no text, and such a file holds text only.".into(),
            Self::Unfit(unfit) => format!("No tool could read this login again: {}.", unfit.words()),
            Self::IdentityToken => {
                "This is an identity token: only a registry's token service takes it, and only docker's and \
                 podman's own files can hold it."
                    .into()
            }
            Self::NoLogin => "This entry belongs to another program and is no registry's login.".into(),
            Self::PlainHttp => {
                "This platform talks to registries over TLS only, and this key says http://.".into()
            }
            Self::KeyNeverMatches => "No image's name can match this key.".into(),
            Self::NoSuchField(field) => format!("There is no field \"{}\" here.", text::safe(field)),
            Self::AnswerMissing { field, wanted_for } => format!("\"{field}\" is missing: {wanted_for}."),
            Self::Answer { field, rule, .. } => format!("\"{field}\": {rule}"),
            Self::SameName { field, name } => {
                format!("Two of the secrets would have the same \"{field}\": {}.", text::safe(name))
            }
            Self::Characters { language, which, .. } => {
                format!("{language} cannot hold this secret: {which}.")
            }
            Self::Unsuitable { why, .. } => (*why).into(),
        }
    }

    /// What to do next, in a sentence.
    pub fn next(&self) -> String {
        match self {
            Self::Nothing => "Name a login or a secret of the vault.".into(),
            Self::OneAtATime => "Export them one after the other.".into(),
            Self::FormNotOffered { offered: [Form::Literal], .. } => {
                "Ask for it with --literal, and mind who can read the file.".into()
            }
            Self::FormNotOffered { offered, .. } => {
                let words: Vec<_> = offered.iter().map(|form| form.words()).collect();
                format!("It takes {}.", words.join(" or "))
            }
            Self::SecretNotFetched => "Unlock where it is kept, and try again.".into(),
            Self::NotText => "Have the registry make a new password or token.".into(),
            Self::Unfit(Unfit::ColonInUsername | Unfit::EmptyUsername) => "Give it another user name.".into(),
            Self::Unfit(_) => "Give it another password or token.".into(),
            Self::IdentityToken => "Log in with a password or an access token, and export that.".into(),
            Self::NoLogin => "Choose the registry's own login.".into(),
            Self::PlainHttp => "Give the registry a certificate, and the login a key without http://.".into(),
            Self::KeyNeverMatches => "Store the login under host or host:port.".into(),
            Self::NoSuchField(_) => "`pullpass export --list` names the fields of each platform.".into(),
            Self::AnswerMissing { field, .. } => format!("Give it with --{field}."),
            Self::Answer { field, mend, .. } if mend.is_empty() => format!("Change it with --{field}."),
            Self::Answer { mend, .. } => mend.clone(),
            Self::SameName { field, .. } => format!("Export one of them by itself, with --{field}."),
            Self::Characters { instead, .. } | Self::Unsuitable { instead, .. } => (*instead).into(),
        }
    }
}

impl From<Unfit> for CannotWrite {
    fn from(unfit: Unfit) -> Self {
        if unfit == Unfit::NotText { Self::NotText } else { Self::Unfit(unfit) }
    }
}
