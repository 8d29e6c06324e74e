//! What Amazon ECR wants from whoever pulls.

use crate::credential::rules::FieldVerdict;
use crate::registry::ecr;
use crate::registry::image::Image;
use crate::registry::provider::Provider;

use super::Bundle;
use super::order::is_at_registry;
use super::tree::{Node, list, map, text};

/// The least that an IAM user or role must be allowed, to pull from this registry.
pub(super) fn pull_policy(bundle: &Bundle) -> Node {
    let statement = |actions: &[&str], resource: &str| {
        map([
            ("Effect", text("Allow")),
            ("Action", list(actions.iter().map(|action| text(*action)))),
            ("Resource", text(resource)),
        ])
    };
    let statements = if bundle.provider() == Provider::AwsEcrPublic {
        vec![statement(&["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"], "*")]
    } else {
        vec![
            statement(&["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], &repository_arn(bundle)),
            statement(&["ecr:GetAuthorizationToken"], "*"),
        ]
    };
    map([("Version", text("2012-10-17")), ("Statement", list(statements))])
}

/// The one repository where the image is known, else all of the account's in that region.
fn repository_arn(bundle: &Bundle) -> String {
    let host = bundle.registry().host;
    let Some(ecr) = ecr::read(&host) else { return "*".into() };
    let image = bundle.image.as_deref().and_then(|image| Image::parse(image).ok());
    let repository = image.filter(|image| is_at_registry(image, bundle)).map(|image| image.repository);
    let repository = repository.unwrap_or_else(|| "*".into());
    format!(
        "arn:{}:ecr:{}:{}:repository/{repository}",
        ecr::partition_of(ecr.region).name,
        ecr.region,
        ecr.account
    )
}

/// The rule for an IAM role's name.
pub(super) fn role(text: &str) -> FieldVerdict {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_account = |id: &str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_role = |name: &str| {
        name.strip_prefix("role/").is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@_/-".contains(c))
        })
    };
    match parts[..] {
        ["arn", partition, "iam", "", account, name]
            if partition.starts_with("aws") && is_account(account) && is_role(name) =>
        {
            FieldVerdict::Ok
        }
        _ => FieldVerdict::wrong(
            "This is no IAM role's name.",
            "They look like arn:aws:iam::111122223333:role/pull.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_repository_in_the_regions_own_partition() {
        let host = "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn";
        let mut bundle = Bundle::new(host, "AWS", None);
        assert_eq!(repository_arn(&bundle), "arn:aws-cn:ecr:cn-north-1:111122223333:repository/*");
        bundle.image = Some(format!("{host}/team/app:1"));
        assert_eq!(repository_arn(&bundle), "arn:aws-cn:ecr:cn-north-1:111122223333:repository/team/app");
        bundle.image = Some("ghcr.io/team/app:1".into());
        assert_eq!(repository_arn(&bundle), "arn:aws-cn:ecr:cn-north-1:111122223333:repository/*");
    }

    #[test]
    fn the_public_registry_wants_another_right() {
        let policy = format!("{:?}", pull_policy(&Bundle::new("public.ecr.aws", "AWS", None)));
        assert!(policy.contains("sts:GetServiceBearerToken") && !policy.contains("BatchGetImage"));
    }

    #[test]
    fn a_role_has_an_account_and_a_name() {
        let table = [
            ("arn:aws:iam::111122223333:role/pull", true),
            ("arn:aws-cn:iam::111122223333:role/path/pull", true),
            ("arn:aws:iam::1111:role/pull", false),
            ("arn:aws:iam::111122223333:user/pull", false),
            ("arn:aws:iam::111122223333:role/", false),
            ("arn:aws:iam::111122223333:role/a b", false),
            ("pull", false),
        ];
        for (arn, is_good) in table {
            assert_eq!(role(arn) == FieldVerdict::Ok, is_good, "{arn}");
        }
    }
}
