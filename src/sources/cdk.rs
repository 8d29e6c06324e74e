//! The CDK's `cdk-docker-creds.json`: which secret of AWS holds the login of which registry.
//!
//! Source: @aws-cdk/cdk-assets-lib 1.5.0 `lib/private/docker-credentials.ts`.

use crate::config::document;
use crate::credential::diagnostic::Diagnostics;

/// The domains of a file, in order; no secret is in it.
///
/// # Errors
/// Why it cannot be read; the tool then takes it for none.
pub fn read(text: &str) -> Result<Vec<String>, String> {
    let members =
        document::members(text, &mut Diagnostics::default()).map_err(|problem| problem.sentence())?;
    let domains = members.iter().find(|(name, _)| name == "domainCredentials");
    let domains = domains.and_then(|(_, value)| document::object(value)).unwrap_or_default();
    Ok(domains.into_iter().map(|(name, _)| name.into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_domain_is_a_reference() {
        let text = r#"{"version": "1.0", "domainCredentials": {"b": {"ecrRepository": true}, "a": {}}}"#;
        assert_eq!(read(text), Ok(vec!["b".to_owned(), "a".to_owned()]));
        assert!(read("{").is_err());
    }
}
