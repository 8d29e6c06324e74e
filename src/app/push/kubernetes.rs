//! Kubernetes: one run of `kubectl`, told the context, the server and the namespace that the question names.

use std::path::Path;

use serde_json::Value;

use super::run::{self, Run};
use super::{Plan, Step};
use crate::app::Context;
use crate::error::{Error, Result};
use crate::export::{self, Answers, Bundle, Form};
use crate::process::find_on_path;
use crate::text;

const KUBECTL: &str = "kubectl";

/// Where `kubectl` would send it.
struct Cluster {
    context: String,
    server: String,
    namespace: String,
}

/// Plans to apply the Secrets. `kubectl` is asked for its configuration, and no server for anything.
///
/// # Errors
/// There is no `kubectl`, it has no such context, or Kubernetes does not take the secrets.
pub async fn plan(
    ctx: &Context,
    bundles: &[Bundle],
    context: Option<&str>,
    answers: &Answers,
) -> Result<Plan> {
    let program = find_on_path(&ctx.settings.path, KUBECTL).ok_or_else(|| {
        Error::failed("There is no kubectl on PATH.")
            .hint("Install it, or apply what pullpass export kubernetes writes.")
    })?;
    let mut cluster = cluster(&program, context).await?;
    if let Some(namespace) = Some(answers.get("namespace")).filter(|namespace| !namespace.is_empty()) {
        namespace.clone_into(&mut cluster.namespace);
    }
    let mut answers = answers.clone();
    answers.set("namespace", &*cluster.namespace);
    let platform = export::platform("kubernetes").ok_or(export::CannotWrite::Nothing)?;
    let artifact = export::export(platform, bundles, Some(Form::Literal), &answers, ctx.now())?;
    let manifest = artifact.files.into_iter().next().ok_or(export::CannotWrite::Nothing)?;
    let Cluster { context, server, namespace } = &cluster;
    let to = format!(
        "the namespace {} of the cluster at {} (context {})",
        text::safe(namespace),
        text::safe(server),
        text::safe(context)
    );
    let flags = [("--context", context), ("--server", server), ("--namespace", namespace)];
    let flags = flags.map(|(name, value)| format!("{name}={value}"));
    let verb = ["apply", "--server-side", "-f", "-"].map(str::to_owned);
    let arguments = flags.into_iter().chain(verb).collect();
    Ok(Plan { to, steps: vec![Step::Run(Run { program, name: KUBECTL, arguments, input: manifest.body })] })
}

async fn cluster(program: &Path, wanted: Option<&str>) -> Result<Cluster> {
    let chosen = wanted.map(|context| format!("--context={context}"));
    let arguments = ["config", "view", "--minify", "--output=json"].into_iter().chain(chosen.as_deref());
    let arguments: Vec<&str> = arguments.collect();
    let printed = run::output(program, KUBECTL, &arguments, b"", &[]).await.map_err(|error| {
        error.hint("kubectl config get-contexts shows those that it knows; --context names one.")
    })?;
    let nothing = || {
        Error::failed("kubectl names no cluster to send to.")
            .hint("kubectl config get-contexts shows those that it knows; --context names one.")
    };
    let json: Value = serde_json::from_slice(printed.expose()).map_err(|_| nothing())?;
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(Cluster {
        context: text("/current-context")
            .or_else(|| text("/contexts/0/name"))
            .ok_or_else(nothing)?
            .to_owned(),
        server: text("/clusters/0/cluster/server").ok_or_else(nothing)?.to_owned(),
        namespace: text("/contexts/0/context/namespace").unwrap_or("default").to_owned(),
    })
}
