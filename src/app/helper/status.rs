//! Who asks our helper, which program that is, and whether it can answer.

use std::path::Path;

use crate::app::Context;
use crate::app::helper::podman;
use crate::app::helper::setup::For;
use crate::config;
use crate::config::locate::Format;
use crate::credential::login::OWN_HELPER;
use crate::error::Error;
use crate::file::contents;
use crate::process::{self, Call, Limits};
use crate::settings::helper_rule::Answerer;
use crate::text;

/// One thing that is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about: `docker`, `podman`, `program`, `rule`, `otherwise`.
    pub about: &'static str,
    /// It in words, safe for a terminal.
    pub words: String,
    /// True where logins are not found because of it.
    pub is_fault: bool,
}

/// All that decides whether tools find logins through our helper.
pub async fn status(ctx: &Context, tools: &[For]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for tool in tools {
        match tool {
            For::Docker => findings.extend(docker(ctx)),
            For::Podman => findings.extend(podman(ctx)),
        }
    }
    let is_asked = findings.iter().any(|finding| finding.words.starts_with(ASKS));
    findings.push(program(ctx, is_asked).await);
    findings.extend(answerers(ctx));
    findings
}

const ASKS: &str = "asks docker-credential-pullpass";

fn says(about: &'static str, words: impl Into<String>) -> Finding {
    Finding { about, words: words.into(), is_fault: false }
}

fn fault(about: &'static str, words: impl Into<String>) -> Finding {
    Finding { about, words: words.into(), is_fault: true }
}

fn docker(ctx: &Context) -> Vec<Finding> {
    let Some(path) = ctx.settings.locations.docker_file() else { return Vec::new() };
    let about = "docker";
    let bytes = match contents::find(&path) {
        Ok(found) => found.map(|content| content.bytes).unwrap_or_default(),
        Err(error) => return vec![fault(about, Error::io("read", &path, error).what)],
    };
    let (file, place) = (config::read(Format::Docker, &bytes), shown(ctx, &path));
    if file.problem.is_some() {
        return vec![fault(about, format!("cannot read {place}: pullpass list says why"))];
    }
    let own = file.cred_helpers.iter().filter(|(_, helper)| helper == OWN_HELPER);
    let own: Vec<_> = own.map(|(key, _)| text::safe(key).into_owned()).collect();
    let words = match file.creds_store.as_deref() {
        Some(OWN_HELPER) => format!("{ASKS} for every registry (credsStore in {place})"),
        _ if !own.is_empty() => format!("{ASKS} for {} (credHelpers in {place})", own.join(", ")),
        Some(other) => format!("asks docker-credential-{} ({place})", text::safe(other)),
        None => format!("does not ask docker-credential-pullpass ({place})"),
    };
    let others = file.cred_helpers.iter().filter(|(_, helper)| helper != OWN_HELPER && !helper.is_empty());
    let others = others.map(|(key, helper)| {
        let (key, helper) = (text::safe(key), text::safe(helper));
        says(about, format!("has docker-credential-{helper} for {key}, which goes before (credHelpers)"))
    });
    std::iter::once(says(about, words)).chain(others).collect()
}

/// A line for each version of podman's library; one for both where they see the same.
fn podman(ctx: &Context) -> Vec<Finding> {
    let about = "podman";
    let mut found: Vec<(&str, Finding)> = Vec::new();
    for (edition, asked) in podman::asked(ctx) {
        let finding = match asked {
            Err((file, why)) => {
                fault(about, format!("cannot read {}: {}", text::safe(&file), text::safe(&why)))
            }
            Ok(asked) => {
                let place = asked
                    .set_by
                    .map_or_else(String::new, |file| format!(" ({})", shown(ctx, Path::new(&file))));
                match asked.names.iter().position(|name| name == OWN_HELPER) {
                    Some(0) => says(about, format!("{ASKS} first{place}")),
                    Some(_) => says(about, format!("{ASKS} after {}{place}", text::safe(&asked.names[0]))),
                    None => says(about, format!("does not ask docker-credential-pullpass{place}")),
                }
            }
        };
        found.push((edition, finding));
    }
    if found.windows(2).all(|pair| pair[0].1 == pair[1].1) {
        found.truncate(1);
        return found.into_iter().map(|(_, finding)| finding).collect();
    }
    let told = |(edition, finding): (&str, Finding)| Finding {
        words: format!("{} [{edition}]", finding.words),
        ..finding
    };
    found.into_iter().map(told).collect()
}

/// The program that they start, which is the first one on PATH.
async fn program(ctx: &Context, is_asked: bool) -> Finding {
    let about = "program";
    let name = format!("docker-credential-{OWN_HELPER}");
    let Some(path) = process::find_on_path(&ctx.settings.path, &name) else {
        let words = format!(
            "no folder of PATH has {name}: put it beside pullpass into one that docker and podman see"
        );
        return Finding { about, words, is_fault: is_asked };
    };
    let call = Call {
        program: &path,
        arguments: &["version"],
        input: b"",
        variables: &[],
        limits: Limits::default(),
    };
    let place = shown(ctx, &path);
    let Ok(ended) = process::run(&call).await else {
        return fault(about, format!("{place} does not answer: \"{place} version\" in a terminal shows why"));
    };
    let ours = format!("(pullpass) v{}", env!("CARGO_PKG_VERSION"));
    let said = String::from_utf8_lossy(&ended.stdout);
    let said = text::safe(said.trim());
    if said.ends_with(&ours) {
        return says(about, format!("{place} is of this version"));
    }
    let said = text::end_ellipsis(&said, 80);
    fault(
        about,
        format!(
            "{place} is not of this version; it says \"{said}\": replace it, or put another folder first in PATH"
        ),
    )
}

fn answerers(ctx: &Context) -> Vec<Finding> {
    let helper = &ctx.settings.preferences.helper;
    let by_helper = |about, before: String, name: &str| {
        let program = format!("docker-credential-{name}");
        let is_there = process::find_on_path(&ctx.settings.path, &program).is_some();
        let missing = if is_there { "" } else { ", which is not on PATH" };
        Finding { about, words: format!("{before}{program}{missing}"), is_fault: !is_there }
    };
    let rules = helper.rules.iter().map(|rule| match &rule.answers {
        Answerer::Vault => says("rule", format!("{}: the vault", rule.hosts)),
        Answerer::Helper(name) => by_helper("rule", format!("{}: ", rule.hosts), name),
    });
    let otherwise = helper.otherwise.iter().map(|name| by_helper("otherwise", String::new(), name));
    rules.chain(otherwise).collect()
}

fn shown(ctx: &Context, path: &Path) -> String {
    let short = text::short_path(&path.to_string_lossy(), ctx.settings.locations.home.as_deref());
    text::safe(&short).into_owned()
}
