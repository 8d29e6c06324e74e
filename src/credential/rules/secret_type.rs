//! The types of secrets that the form offers.

use crate::registry::provider::Provider;

/// What a secret is for. rapyuta.io offers the first two; the others mint tokens that do not live long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SecretType {
    /// Docker Hub: the registry's address is known.
    #[default]
    DockerHub,
    /// Any registry, by its address.
    Private,
    /// Amazon ECR, with a token of twelve hours.
    Ecr,
    /// Sauce Labs' registry, with a token of minutes.
    Sauce,
}

impl SecretType {
    /// Every type, in the order of the form.
    pub const ALL: [Self; 4] = [Self::DockerHub, Self::Private, Self::Ecr, Self::Sauce];

    /// The word on the command line and in stored records.
    pub fn code(self) -> &'static str {
        match self {
            Self::DockerHub => "docker-hub",
            Self::Private => "private",
            Self::Ecr => "ecr",
            Self::Sauce => "sauce",
        }
    }

    /// The type of this [`SecretType::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name that people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::DockerHub => "Docker Hub",
            Self::Private => "Private registry",
            Self::Ecr => "Amazon ECR",
            Self::Sauce => "Sauce Labs registry",
        }
    }

    /// What it is good for, in a line.
    pub fn hint(self) -> &'static str {
        match self {
            Self::DockerHub => "docker.io: a password or access token",
            Self::Private => "any other, by its address",
            Self::Ecr => "user AWS, a token of 12 hours",
            Self::Sauce => "Sauce Orchestrate, a token of minutes",
        }
    }

    /// True where the person must say where the registry is; Docker Hub's address is known.
    pub fn needs_registry(self) -> bool {
        self != Self::DockerHub
    }

    /// The user name that such a login usually has; empty where each has its own.
    pub fn usual_user(self) -> &'static str {
        match self {
            Self::Ecr => "AWS",
            Self::Sauce => "oauth2accesstoken",
            Self::DockerHub | Self::Private => "",
        }
    }

    /// Who runs the registry, where the type says so. Nothing in a host's name tells that it is Sauce Labs'.
    pub fn profile(self) -> Option<Provider> {
        (self == Self::Sauce).then_some(Provider::Sauce)
    }

    /// The type that fits a login of this provider.
    pub fn of(provider: Provider) -> Self {
        match provider {
            Provider::DockerHub => Self::DockerHub,
            provider if provider.is_ecr() => Self::Ecr,
            Provider::Sauce => Self::Sauce,
            _ => Self::Private,
        }
    }
}
