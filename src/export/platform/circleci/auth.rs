//! The login below an image: `auth`, `aws_auth` or `gcp_auth`.

use crate::registry::provider::Provider;
use crate::secret::Secret;

use super::{Bundle, CannotWrite, Order};
use crate::export::Variables;
use crate::export::order::secret_text;
use crate::export::tree::{Node, map, secret, text};

enum Way {
    Password,
    AwsKeys,
    AwsRole,
    Gcp,
}

/// Without a choice: a role for Amazon where one is named, else its keys; a password for all others.
fn way(order: &Order<'_>, bundle: &Bundle) -> Way {
    let is_amazons = bundle.provider() == Provider::AwsEcr;
    match order.answer("auth") {
        "password" => Way::Password,
        "aws-keys" => Way::AwsKeys,
        "aws-role" => Way::AwsRole,
        "gcp" => Way::Gcp,
        _ if is_amazons && !order.answer("role-arn").is_empty() => Way::AwsRole,
        _ if is_amazons => Way::AwsKeys,
        _ if !order.answer("gcp-provider").is_empty() => Way::Gcp,
        _ => Way::Password,
    }
}

/// True where the job logs in with Amazon's keys or role.
pub(super) fn is_amazons(order: &Order<'_>, bundle: &Bundle) -> bool {
    matches!(way(order, bundle), Way::AwsKeys | Way::AwsRole)
}

/// The variables that the login reads; none where a role takes their place.
pub(super) fn variables(order: &Order<'_>, bundle: &Bundle) -> Option<Variables> {
    match way(order, bundle) {
        Way::Password => Some(bundle.variables()),
        Way::AwsKeys => Some(bundle.variables.clone().unwrap_or_else(|| Variables {
            username: "AWS_ACCESS_KEY_ID".into(),
            secret: "AWS_SECRET_ACCESS_KEY".into(),
        })),
        Way::AwsRole | Way::Gcp => None,
    }
}

/// The member's name and what it says.
pub(super) fn login(order: &Order<'_>, bundle: &Bundle) -> Result<(&'static str, Node), CannotWrite> {
    let pair = |names: [&'static str; 2]| {
        let found = variables(order, bundle).unwrap_or_else(|| bundle.variables());
        map([
            (names[0], text(format!("${}", found.username))),
            (names[1], text(format!("${}", found.secret))),
        ])
    };
    match way(order, bundle) {
        Way::Password if order.is_literal() => Ok(("auth", literal(bundle)?)),
        _ if order.is_literal() => Err(CannotWrite::Unsuitable {
            why: "Amazon's and Google's logins are no password: there is nothing of this secret to write.",
            instead: "Leave --literal out.",
        }),
        Way::Password => Ok(("auth", pair(["username", "password"]))),
        Way::AwsKeys => Ok(("aws_auth", pair(["aws_access_key_id", "aws_secret_access_key"]))),
        Way::AwsRole => {
            let role = order.need("role-arn", "CircleCI takes on this role")?;
            Ok(("aws_auth", map([("oidc_role_arn", text(role))])))
        }
        Way::Gcp => {
            let wanted_for = "Google wants account, pool and provider";
            let members = [
                ("oidc_service_account", order.need("gcp-service-account", wanted_for)?),
                ("workload_identity_pool", order.need("gcp-pool", wanted_for)?),
                ("workload_identity_provider", order.need("gcp-provider", wanted_for)?),
            ];
            Ok(("gcp_auth", map(members.map(|(name, value)| (name, text(value))))))
        }
    }
}

/// CircleCI expands `$NAME` in every value and knows no escape for it; `<<` begins a parameter.
fn literal(bundle: &Bundle) -> Result<Node, CannotWrite> {
    let password = secret_text(bundle)?;
    if [bundle.username.as_str(), password].iter().any(|value| value.contains('$') || value.contains("<<")) {
        return Err(CannotWrite::Characters {
            language: "CircleCI's configuration",
            which: "it has a dollar sign or \"<<\", for which there is no escape",
            instead: "Leave --literal out: a variable holds any text.",
        });
    }
    let password = Secret::from_text(password.to_owned());
    Ok(map([("username", text(bundle.username.as_str())), ("password", secret(password))]))
}
