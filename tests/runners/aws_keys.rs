//! Runs the groups of `minting.json` about AWS keys: the column `botocore`, by the id of the key that would sign. What
//! other SDKs do with the same files is theirs.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use pullpass::clock::FixedClock;
use pullpass::net::transport::{Request, Response, Transport, TransportError};
use pullpass::refresh::aws::keys::Keys;
use pullpass::refresh::{Context, Environment, Order, Profile, mint};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Verdict, same, text};

/// When the cases are judged.
const NOW: &str = "2026-11-30T00:00:00Z";

/// A home folder with the AWS files of a case, and its variables.
pub struct AwsHome {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl AwsHome {
    /// Writes the files. `PROCESS` in them is a program that prints the case's `process_output`.
    pub fn new(input: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = folder.path().join("process");
        let output = folder.path().join("output");
        fs::write(&output, text(input, "process_output")).unwrap();
        fs::write(&process, format!("#!/bin/sh\ncat '{}'\n", output.display())).unwrap();
        let shell = format!("/bin/sh {}", process.display());
        let home = Self { variables: variables(input), folder };
        for (name, member) in [("config", "config"), ("credentials", "credentials")] {
            fs::write(home.file(name), text(input, member).replace("PROCESS", &shell)).unwrap();
        }
        home
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The case's variables. No metadata service is asked.
    pub fn environment(&self) -> Environment {
        Environment::capture(None, |name| match name {
            "AWS_CONFIG_FILE" => Some(self.file("config").into()),
            "AWS_SHARED_CREDENTIALS_FILE" => Some(self.file("credentials").into()),
            "AWS_EC2_METADATA_DISABLED" => Some("true".into()),
            name => {
                self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| OsString::from(value))
            }
        })
    }
}

fn variables(input: &Value) -> Vec<(String, String)> {
    let members = input["env"].as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// A server that refuses everything, and keeps the id that signed.
#[derive(Default)]
struct Signer(std::sync::Mutex<Option<String>>);

impl Transport for Signer {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let header = request.headers.iter().find(|(name, _)| *name == "authorization");
        let value = header.and_then(|(_, value)| value.expose_text()).unwrap_or_default();
        let id = value.split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
        *self.0.lock().unwrap() = id.map(str::to_owned);
        Err(TransportError::Unreachable("a test".to_owned()))
    }

    async fn resolve(&self, _: &str) -> Vec<std::net::IpAddr> {
        Vec::new()
    }
}

/// Compares one case of `aws_credentials_choice`.
pub fn choice(case: &Value) -> Verdict {
    let home = AwsHome::new(&case["input"]);
    let signer = Signer::default();
    let now: Timestamp = NOW.parse().map_err(|_| "no time")?;
    let context = Context {
        transport: &signer,
        environment: &home.environment(),
        clock: &FixedClock(now),
        kept: &|_| None,
    };
    let profile = Profile::Ecr { aws_profile: None, region: None };
    let order =
        Order { key: "123456789012.dkr.ecr.us-east-1.amazonaws.com", username: "AWS", profile: &profile };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let failed = runtime.block_on(mint(&order, &context)).err();
    let id = signer.0.lock().unwrap().clone();
    let expected = text(&case["expect"], "botocore");
    match id {
        Some(id) => same("botocore", &json!(expected), &json!(id)),
        None if is_error(expected) => Ok(()),
        None => Err(format!("botocore: expected {expected}, found {failed:?}")),
    }
}

fn is_error(expected: &str) -> bool {
    expected.starts_with("error") || expected.contains("Error") || expected.contains(' ')
}

/// Compares one case of `credential_process`.
pub fn process(case: &Value) -> Verdict {
    let read = Keys::from_process(text(&case["input"], "stdout").as_bytes());
    let now: Timestamp = NOW.parse().map_err(|_| "no time")?;
    let is_good = read.is_ok_and(|keys| !keys.are_over(now));
    same("botocore", &json!(text(&case["expect"], "botocore") == "ok"), &json!(is_good))
}
