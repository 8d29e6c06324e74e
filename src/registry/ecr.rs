//! Amazon ECR's host names.
//!
//! Source of the rules: amazon-ecr-credential-helper `ecr-login/api/client.go`; partitions: botocore
//! `data/partitions.json`.

/// The user name of every Amazon ECR login.
pub const USERNAME: &str = "AWS";
/// The hosts of Amazon ECR Public; the second answers over IPv6 too.
pub const PUBLIC_HOSTS: [&str; 2] = ["public.ecr.aws", "ecr-public.aws.com"];
/// The one region that mints Amazon ECR Public logins (fluxcd/pkg `auth/aws/provider.go`).
pub const PUBLIC_REGION: &str = "us-east-1";

/// The domains of private registries, and whether they answer over IPv6 too.
const DOMAINS: [(&str, bool); 9] = [
    ("amazonaws.com", false),
    ("amazonaws.com.cn", false),
    ("amazonaws.eu", false),
    ("on.aws", true),
    ("on.amazonwebservices.com.cn", true),
    ("sc2s.sgov.gov", false),
    ("c2s.ic.gov", false),
    ("cloud.adc-e.uk", false),
    ("csp.hci.ic.gov", false),
];

/// One of Amazon's separate worlds (botocore 1.44.8 `data/partitions.json`).
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// Amazon's name for it.
    pub name: &'static str,
    /// How its regions begin.
    region: &'static str,
    /// The domain of its APIs.
    pub domain: &'static str,
    /// The domain of its APIs that answer over IPv6 too, where there are such.
    pub dual_stack_domain: Option<&'static str>,
}

const fn partition(
    name: &'static str,
    region: &'static str,
    domain: &'static str,
    dual_stack_domain: Option<&'static str>,
) -> Partition {
    Partition { name, region, domain, dual_stack_domain }
}

/// Where every region lies that no other partition claims.
const COMMERCIAL: Partition = partition("aws", "", "amazonaws.com", Some("api.aws"));

const PARTITIONS: [Partition; 8] = [
    partition("aws-cn", "cn-", "amazonaws.com.cn", Some("api.amazonwebservices.com.cn")),
    partition("aws-us-gov", "us-gov-", "amazonaws.com", Some("api.aws")),
    partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", Some("api.aws.scloud")),
    partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", None),
    partition("aws-iso", "us-iso-", "c2s.ic.gov", Some("api.aws.ic.gov")),
    partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", None),
    partition("aws-eusc", "eusc-", "amazonaws.eu", Some("api.amazonwebservices.eu")),
    COMMERCIAL,
];

/// The partition that a region lies in, known by how the region's name begins.
pub fn partition_of(region: &str) -> &'static Partition {
    PARTITIONS.iter().find(|partition| region.starts_with(partition.region)).unwrap_or(&COMMERCIAL)
}

/// The parts of a private registry's host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ecr<'a> {
    /// The twelve digits of the account.
    pub account: &'a str,
    /// The region.
    pub region: &'a str,
    /// The address is one for FIPS 140.
    pub fips: bool,
    /// The address answers over IPv6 too.
    pub dual_stack: bool,
}

/// Reads `<account>.dkr.ecr.<region>.<domain>`, also with `dkr-ecr` and `-fips`. The host is bare and in lower case.
pub fn read(host: &str) -> Option<Ecr<'_>> {
    let (account, rest) = host.split_once('.')?;
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = rest.strip_prefix("dkr.ecr").or_else(|| rest.strip_prefix("dkr-ecr"))?;
    let plain = rest.strip_prefix("-fips");
    let (region, domain) = plain.unwrap_or(rest).strip_prefix('.')?.split_once('.')?;
    let (_, dual_stack) = DOMAINS.into_iter().find(|(known, _)| *known == domain)?;
    is_region(region).then_some(Ecr { account, region, fips: plain.is_some(), dual_stack })
}

/// True for what can be a region. A leading dash would read as an option in a command line.
pub fn is_region(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_in_every_partition() {
        for (middle, fips) in
            [("dkr.ecr", false), ("dkr-ecr", false), ("dkr.ecr-fips", true), ("dkr-ecr-fips", true)]
        {
            for (domain, dual_stack) in DOMAINS {
                let host = format!("123456789012.{middle}.us-gov-west-1.{domain}");
                let expected = Ecr { account: "123456789012", region: "us-gov-west-1", fips, dual_stack };
                assert_eq!(read(&host), Some(expected), "{host}");
            }
        }
        for region in ["-west-1", "_west-1", ""] {
            assert_eq!(read(&format!("123456789012.dkr.ecr.{region}.amazonaws.com")), None, "{region}");
        }
    }

    #[test]
    fn a_region_tells_its_partition() {
        let table = [
            ("us-east-1", "aws"),
            ("eu-central-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ];
        for (region, partition) in table {
            assert_eq!(partition_of(region).name, partition, "{region}");
        }
    }
}
