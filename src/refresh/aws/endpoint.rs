//! Which address an API of Amazon's is asked at: its own host, or what variables and files say instead.
//!
//! Source: botocore 1.44.8 `data/*/endpoint-rule-set-1.json`, `configprovider.py` (`ConfiguredEndpointProvider`).

use url::Url;

use super::config::Config;
use crate::refresh::ask;
use crate::refresh::environment::Environment;
use crate::refresh::error::Cause;
use crate::registry::ecr;

/// An API that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// Private registries.
    Ecr,
    /// ECR Public.
    EcrPublic,
    /// The Security Token Service.
    Sts,
}

/// Which of a region's hosts is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// The one for FIPS 140.
    pub fips: bool,
    /// The one that answers over IPv6 too.
    pub dual_stack: bool,
}

impl Api {
    /// The name that signatures carry.
    pub fn signing_name(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Sts => "sts",
        }
    }

    /// The name in a `services` section.
    fn section(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr_public",
            Self::Sts => "sts",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Ecr => "AWS_ENDPOINT_URL_ECR",
            Self::EcrPublic => "AWS_ENDPOINT_URL_ECR_PUBLIC",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
        }
    }

    /// The host of a region; `None` where its partition has no host over IPv6.
    pub fn host(self, region: &str, variant: Variant) -> Option<String> {
        let partition = ecr::partition_of(region);
        let Variant { fips, dual_stack } = variant;
        let domain = if dual_stack { partition.dual_stack_domain? } else { partition.domain };
        let name = match (self, fips, dual_stack) {
            (Self::Ecr, false, false) => "api.ecr",
            (Self::Ecr, true, false) => "api.ecr-fips",
            (Self::Ecr, false, true) => "ecr",
            (Self::Ecr, true, true) => "ecr-fips",
            (Self::EcrPublic, false, true) if partition.name == "aws" => "ecr-public",
            (Self::EcrPublic, false, _) => "api.ecr-public",
            (Self::EcrPublic, true, _) => "api.ecr-public-fips",
            (Self::Sts, true, false) if partition.name == "aws-us-gov" => "sts",
            (Self::Sts, true, _) => "sts-fips",
            (Self::Sts, false, _) => "sts",
        };
        Some(format!("{name}.{region}.{domain}"))
    }

    /// The hosts to be asked one after the other, until one can be reached.
    fn hosts(self, region: &str, wanted: Variant) -> Vec<String> {
        let ipv4 = Variant { dual_stack: false, ..wanted };
        let mut hosts: Vec<String> = self.host(region, wanted).into_iter().collect();
        hosts.extend(self.host(region, ipv4).filter(|_| wanted.dual_stack));
        // The AWS General Reference names FIPS hosts of ECR without "api.", botocore since 1.43 with it.
        let old_name =
            self == Self::Ecr && wanted.fips && ecr::partition_of(region).domain == "amazonaws.com";
        hosts.extend(old_name.then(|| format!("ecr-fips.{region}.amazonaws.com")));
        hosts
    }

    /// The addresses to be asked one after the other: what is configured alone, else the hosts of the region.
    ///
    /// # Errors
    /// What is configured is no address.
    pub fn addresses(
        self,
        region: &str,
        wanted: Variant,
        config: &Config,
        environment: &Environment,
    ) -> Result<Vec<Url>, Cause> {
        if let Some((text, from)) = self.configured(config, environment)? {
            let wrong = Cause::BadSetting { name: from, why: "is no address of an API".to_owned() };
            return ask::address(text).map(|url| vec![url]).ok_or(wrong);
        }
        let wanted = Variant {
            fips: wanted.fips || is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", config, environment),
            dual_stack: wanted.dual_stack
                || is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", config, environment),
        };
        let hosts = self.hosts(region, wanted);
        Ok(hosts.iter().filter_map(|host| Url::parse(&format!("https://{host}")).ok()).collect())
    }

    /// What variables and files say, and which of them: the service's variable, the general one, the service's section,
    /// the profile.
    fn configured<'a>(
        self,
        config: &'a Config,
        environment: &'a Environment,
    ) -> Result<Option<(&'a str, &'static str)>, Cause> {
        const IGNORE: (&str, &str) =
            ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls");
        if is_on(IGNORE.0, IGNORE.1, config, environment) {
            return Ok(None);
        }
        for variable in [self.variable(), "AWS_ENDPOINT_URL"] {
            if let Some(text) = environment.set(variable) {
                return Ok(Some((text, variable)));
            }
        }
        let of_service = config.service_endpoint(self.section())?;
        let found = of_service.into_iter().chain(config.text("endpoint_url")).find(|text| !text.is_empty());
        Ok(found.map(|text| (text, "endpoint_url of the AWS profile")))
    }
}

/// A switch: a variable counts before the profile, even one that is set to nothing.
fn is_on(variable: &str, member: &str, config: &Config, environment: &Environment) -> bool {
    let value = environment.value(variable).or_else(|| config.text(member));
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests;
