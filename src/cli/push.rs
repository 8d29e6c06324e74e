//! `pullpass push`

use std::path::PathBuf;

use crate::app::Context;
use crate::app::export::{self, Own};
use crate::app::push::{self, Plan};
use crate::cli::confirm;
use crate::cli::output::Output;
use crate::cli::{block_on, find_all};
use crate::error::{Error, Result};
use crate::export::{Answers, Bundle, Variables};

/// Who gets the secrets.
#[derive(clap::Subcommand, Debug)]
pub enum Verb {
    /// Create or change a secret of rapyuta.io, with rio's token and project
    Rapyuta {
        /// The secret.
        #[command(flatten)]
        secrets: Secrets,
        /// The e-mail address, in the place of the secret's own
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// The one device that it is for; without it for the cloud
        #[arg(long, value_name = "DEVICE")]
        device: Option<String>,
    },
    /// Give variables of a context of CircleCI their values, with the token of its program
    Circleci {
        /// The secrets.
        #[command(flatten)]
        secrets: Secrets,
        /// The context; it is made where it is missing
        #[arg(long, value_name = "NAME")]
        contexts: String,
        /// The organization, as in gh/acme
        #[arg(long, value_name = "SLUG")]
        org: String,
        /// The variable of each password, or both as USER,PASSWORD; otherwise named after the registry
        #[arg(long, value_name = "VARIABLE")]
        env: Vec<String>,
        /// password sends the password of Amazon or Google, which ends soon, all the same
        #[arg(long, value_name = "WORD", value_parser = ["auto", "password"], default_value = "auto")]
        auth: String,
    },
    /// Apply pull secrets to a cluster, with kubectl
    Kubernetes {
        /// The secrets.
        #[command(flatten)]
        secrets: Secrets,
        /// The context of kubectl; otherwise its current one
        #[arg(long, value_name = "NAME")]
        context: Option<String>,
        /// The namespace; otherwise that of the context
        #[arg(long, value_name = "NAME")]
        namespace: Option<String>,
        /// Each login a Secret of its own, or together in the first one's
        #[arg(long, value_name = "WORD", value_parser = ["each", "together"], default_value = "each")]
        layout: String,
    },
}

/// What is sent.
#[derive(clap::Args, Debug)]
pub struct Secrets {
    /// The credential keys, the registries' names, or names of secrets in the vault
    #[arg(value_name = "KEY|NAME", required = true)]
    pub names: Vec<String>,

    /// What the object is called there; for several secrets once for each, in their order
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,

    /// Only logins of this file, where several have one
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Shows what would be sent where, asks, and sends it.
pub fn run(ctx: &Context, verb: &Verb, output: &Output) -> Result<()> {
    let variables = &ctx.settings.variables;
    let (plan, yes) = match verb {
        Verb::Rapyuta { secrets, email, device } => {
            let mut bundles = bundles(ctx, secrets, &[])?;
            let [bundle] = &mut bundles[..] else {
                return Err(crate::export::CannotWrite::OneAtATime.into());
            };
            bundle.own_email.clone_from(email);
            let answers = answers(&[("device", device.as_deref())]);
            (push::rapyuta::plan(ctx, variables, bundle, &answers)?, secrets.yes)
        }
        Verb::Circleci { secrets, contexts, org, env, auth } => {
            let bundles = bundles(ctx, secrets, env)?;
            let answers = answers(&[("contexts", Some(contexts)), ("org", Some(org)), ("auth", Some(auth))]);
            let place = (contexts.as_str(), org.as_str());
            (block_on(push::circleci::plan(ctx, variables, &bundles, place, &answers))??, secrets.yes)
        }
        Verb::Kubernetes { secrets, context, namespace, layout } => {
            let bundles = bundles(ctx, secrets, &[])?;
            let answers = answers(&[("namespace", namespace.as_deref()), ("layout", Some(layout))]);
            (block_on(push::kubernetes::plan(ctx, &bundles, context.as_deref(), &answers))??, secrets.yes)
        }
    };
    send(ctx, plan, yes, output)
}

fn bundles(ctx: &Context, secrets: &Secrets, env: &[String]) -> Result<Vec<Bundle>> {
    if secrets.name.len().max(env.len()) > secrets.names.len() {
        return Err(Error::usage("Something is said of more secrets than there are.")
            .hint("--name and --env are given once for each secret, in the secrets' order."));
    }
    let inventory = find_all(ctx, true)?;
    let mut found = block_on(export::find(ctx, &inventory, &secrets.names, secrets.file.as_deref()))??;
    for (at, bundle) in found.iter_mut().enumerate() {
        let own = Own {
            name: secrets.name.get(at).cloned(),
            variables: env.get(at).map(|names| Variables::read(names)),
            ..Own::default()
        };
        own.tell(bundle);
    }
    Ok(found)
}

fn answers(given: &[(&str, Option<&str>)]) -> Answers {
    given.iter().map(|(field, answer)| (*field, answer.unwrap_or_default())).collect()
}

fn send(ctx: &Context, plan: Plan, yes: bool, output: &Output) -> Result<()> {
    if !yes {
        let question = format!("Send this to {}?", plan.to);
        confirm::ask(output, &plan.lines(), (&question, "Nothing was sent", "--yes sends it."))?;
    }
    let told = block_on(plan.send(ctx))??;
    output.print(&(told.join("\n") + "\n"))
}
