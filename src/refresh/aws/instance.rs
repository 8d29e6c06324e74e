//! Keys from the metadata service of an EC2 machine, by its second version only: the first one gives a machine's keys to
//! whoever can make it send a request.
//!
//! Source: botocore 1.44.8 `utils.py` (`InstanceMetadataFetcher`); AWS "Instance metadata".

use std::time::Duration;

use url::Url;

use super::Run;
use super::keys::Keys;
use crate::net::transport::{Authorization, Body, Method, Request, Response, Transport};
use crate::refresh::ask;
use crate::refresh::error::{Cause, NoKeys};
use crate::secret::Secret;

const IPV4: &str = "http://169.254.169.254/";
const IPV6: &str = "http://[fd00:ec2::254]/";

/// A machine elsewhere has no such address: nobody waits long to learn that.
const LIMIT: Duration = Duration::from_secs(1);

/// Where the roles of the machine are.
const ROLES: &str = "latest/meta-data/iam/security-credentials/";

/// Seconds that the session of the service may last.
const SESSION: &str = "21600";

/// Asks for a session, for the role's name, and for its keys.
pub(super) async fn keys<T: Transport>(run: &Run<'_, T>) -> Result<Keys, Cause> {
    let base = address(run)?;
    let text = |text: &str| Secret::from_text(text.to_owned());
    let wants = [("x-aws-ec2-metadata-token-ttl-seconds", text(SESSION))];
    let session = get(run, Method::Put, &base, "latest/api/token", &wants).await?;
    let proof = [("x-aws-ec2-metadata-token", session.body)];
    let role = get(run, Method::Get, &base, ROLES, &proof).await?;
    let role = role.body.expose_text().unwrap_or_default().lines().next().unwrap_or_default().trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    if role.is_empty() || !role.chars().all(is_name) || role.starts_with("..") {
        return Err(no_keys());
    }
    let answer = get(run, Method::Get, &base, &format!("{ROLES}{role}"), &proof).await?;
    Keys::from_endpoint(answer.body.expose())
        .map_err(|what| Cause::BadAnswer { asked: ask::host(&base), what })
}

/// One answer; whatever is no answer means that this machine has no keys to give, for this is the last place.
async fn get<T: Transport>(
    run: &Run<'_, T>,
    method: Method,
    base: &Url,
    path: &str,
    headers: &[(&'static str, Secret)],
) -> Result<Response, Cause> {
    let request = Request {
        method,
        url: base.join(path).map_err(|_| no_keys())?,
        authorization: Authorization::Anonymous,
        accept: "",
        headers: headers.to_vec(),
        body: Body::Empty,
    };
    let answer = ask::near(run.context.transport, request, LIMIT).await.map_err(|_| no_keys())?;
    let is_answer = answer.status == 200 && !answer.body.is_empty();
    if is_answer { Ok(answer) } else { Err(no_keys()) }
}

fn no_keys() -> Cause {
    Cause::NoKeys { asked: NoKeys::Aws }
}

/// `AWS_EC2_METADATA_SERVICE_ENDPOINT` or its member of the profile, else the address of the mode.
fn address<T: Transport>(run: &Run<'_, T>) -> Result<Url, Cause> {
    const VARIABLE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    let setting =
        |variable, member| run.context.environment.set(variable).or_else(|| run.config.text(member));
    let mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    let usual = if mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6")) { IPV6 } else { IPV4 };
    let text = setting(VARIABLE, "ec2_metadata_service_endpoint").unwrap_or(usual);
    let wrong = || Cause::BadSetting { name: VARIABLE, why: "is no address".to_owned() };
    // Without a slash at its end the last part of a path would be replaced.
    Url::parse(&format!("{}/", text.trim_end_matches('/'))).map_err(|_| wrong())
}
