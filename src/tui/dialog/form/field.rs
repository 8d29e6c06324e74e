//! The fields of the form, in rapyuta.io's order.

use crate::credential::rules::SecretType;

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The secret's name in the vault.
    Name,
    /// The registry's address.
    Registry,
    /// The user name.
    Username,
    /// The password or token.
    Password,
    /// The e-mail address.
    Email,
    /// The day of a reminder.
    ExpiresOn,
}

impl Field {
    /// How many there are.
    pub const COUNT: usize = 6;

    /// Every field, in order.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Name, Self::Registry, Self::Username, Self::Password, Self::Email, Self::ExpiresOn];

    /// The fields of a type: Docker Hub's address is known.
    pub fn of(kind: SecretType) -> Vec<Self> {
        let is_shown = |field: &Self| *field != Self::Registry || kind.needs_registry();
        Self::ALL.into_iter().filter(is_shown).collect()
    }

    /// Its label; a star where it may not be empty. An edit can leave the password as it is.
    pub fn label(self, is_edit: bool) -> &'static str {
        match self {
            Self::Password if is_edit => "Password",
            Self::Name => "Name*",
            Self::Registry => "Registry URL*",
            Self::Username => "Username*",
            Self::Password => "Password*",
            Self::Email => "Email",
            Self::ExpiresOn => "Expires on",
        }
    }

    /// What belongs in it, while it is empty or being typed.
    pub fn help(self, kind: SecretType, is_edit: bool) -> &'static str {
        match (self, kind) {
            (Self::Name, _) => "What you call it: 3 to 253 letters a-z, digits and \"-\".",
            (Self::Registry, SecretType::Ecr) => {
                "The repository's URI, as the console shows it: 123456789012.dkr.ecr.eu-west-1.amazonaws.com"
            }
            (Self::Registry, _) => "Its host, or any image of it: registry.example.com:5000/team/app:1",
            (Self::Username, SecretType::DockerHub) => {
                "Your Docker ID, or the organization's name for an organization's token."
            }
            (Self::Username, _) => "The name that the registry knows.",
            (Self::Password, _) if is_edit => {
                "Leave it empty to keep the old one. Ctrl-U wipes what was typed."
            }
            (Self::Password, _) => "Password or token; it is never shown. Paste it, Ctrl-U wipes it.",
            (Self::Email, _) => "The address of the account; only rapyuta.io asks for it.",
            (Self::ExpiresOn, _) => "A reminder, if you want one: 2027-03-01, or 90d, 12w, 6m, 1y.",
        }
    }
}
