//! Keys from the endpoint of a container: Amazon ECS, EKS Pod Identity, `CloudShell`.
//!
//! Source: botocore 1.44.8 `credentials.py` (`ContainerProvider`), `utils.py` (`ContainerMetadataFetcher`).

use std::time::Duration;

use tokio::time::sleep;
use url::{Host, Url};

use super::Run;
use super::keys::Keys;
use super::token_file;
use crate::net::transport::{Authorization, Body, Method, Request, Transport};
use crate::refresh::ask;
use crate::refresh::environment::Environment;
use crate::refresh::error::Cause;
use crate::secret::Secret;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

/// Where a relative address begins.
const ECS: &str = "http://169.254.170.2";

/// Who may be asked without TLS, this machine aside.
const PLAIN_HOSTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

const LIMIT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_secs(1);
const TRIES: u32 = 3;

/// Asks the endpoint, three times where it gives no answer.
pub(super) async fn keys<T: Transport>(run: &Run<'_, T>) -> Result<Keys, Cause> {
    let url = address(run.context.environment)?;
    let request = || -> Result<Request, Cause> {
        Ok(Request {
            method: Method::Get,
            url: url.clone(),
            authorization: Authorization::Anonymous,
            accept: "application/json",
            headers: authorization(run.context.environment)?
                .map(|token| ("authorization", token))
                .into_iter()
                .collect(),
            body: Body::Empty,
        })
    };
    let mut tried = 1;
    loop {
        let read = match ask::near(run.context.transport, request()?, LIMIT).await {
            Ok(answer) if answer.status == 200 => Keys::from_endpoint(answer.body.expose()),
            Ok(_) => Err("it answered with an error instead of keys"),
            Err(cause) if tried == TRIES => return Err(cause),
            Err(_) => Err("it did not answer"),
        };
        match read {
            Ok(keys) => return Ok(keys),
            Err(what) if tried == TRIES => return Err(Cause::BadAnswer { asked: ask::host(&url), what }),
            Err(_) => {}
        }
        tried += 1;
        sleep(PAUSE).await;
    }
}

/// The address to ask. Without TLS only the container's own neighbours may see the token and the keys.
fn address(environment: &Environment) -> Result<Url, Cause> {
    let (name, text) = match environment.set(RELATIVE) {
        Some(path) => (RELATIVE, format!("{ECS}{path}")),
        None => (FULL, environment.set(FULL).unwrap_or_default().to_owned()),
    };
    let wrong = |why: &str| Cause::BadSetting { name, why: why.to_owned() };
    let url = Url::parse(&text).map_err(|_| wrong("is no address"))?;
    let is_near = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let is_known = url.host_str().is_some_and(|host| PLAIN_HOSTS.contains(&host));
    let is_ecs = name == FULL || url.host_str() == Some(&ECS[7..]);
    match url.scheme() {
        "https" if is_ecs => Ok(url),
        "http" if is_ecs && (is_near || is_known) => Ok(url),
        _ => Err(wrong("leads to a host that is no container's")),
    }
}

/// What the endpoint wants to see: a file's text, else a variable.
fn authorization(environment: &Environment) -> Result<Option<Secret>, Cause> {
    const FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    match environment.set(FILE) {
        Some(path) => token_file::read(path.as_ref()).map(Some),
        None => Ok(environment.secret("AWS_CONTAINER_AUTHORIZATION_TOKEN")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh::environment::tests::environment;

    #[test]
    fn only_a_neighbour_is_asked_without_tls() {
        let table = [
            ((RELATIVE, "/v2/credentials/x?y=1"), Some("http://169.254.170.2/v2/credentials/x?y=1")),
            ((FULL, "http://169.254.170.23/v1/credentials"), Some("http://169.254.170.23/v1/credentials")),
            ((FULL, "http://[fd00:ec2::23]/v1"), Some("http://[fd00:ec2::23]/v1")),
            ((FULL, "http://localhost:1338/x"), Some("http://localhost:1338/x")),
            ((FULL, "http://127.0.0.9/x"), Some("http://127.0.0.9/x")),
            ((FULL, "http://[::1]/x"), Some("http://[::1]/x")),
            ((FULL, "https://keys.example.com/x"), Some("https://keys.example.com/x")),
            ((FULL, "http://keys.example.com/x"), None),
            ((FULL, "http://169.254.170.2.example.com/x"), None),
            ((FULL, "http://localhost.example.com/x"), None),
            ((FULL, "ftp://localhost/x"), None),
            ((FULL, "nonsense"), None),
            ((RELATIVE, "@evil.example/x"), None),
            ((RELATIVE, ".evil.example/x"), None),
            ((RELATIVE, "3/x"), None),
        ];
        for (variable, expected) in table {
            let found = address(&environment(&[variable]));
            assert_eq!(found.ok().map(|url| url.to_string()).as_deref(), expected, "{variable:?}");
        }
        let both = [(FULL, "https://x.example/"), (RELATIVE, "/r")];
        assert_eq!(address(&environment(&both)).unwrap().path(), "/r");
    }
}
