//! `pullpass check` of an image, or of the rate limit, where there is no login for its registry.

use super::lines;
use crate::app::Context;
use crate::app::check::{CheckOptions, Checker};
use crate::cli::output::Output;
use crate::cli::{block_on, json};
use crate::error::{Error, Kind, Result};
use crate::net::http::Network;

/// Asks the registry as nobody, and says what anybody may do there. Nothing is remembered: it is about no login.
pub(super) fn run(
    ctx: &Context,
    options: &CheckOptions,
    registry: &str,
    as_json: bool,
    output: &Output,
) -> Result<()> {
    let network = Network::of(&ctx.settings);
    let connect = |registry: &url::Url| network.client_for(registry);
    let checker = Checker::new(ctx, options, connect);
    let report = block_on(checker.without_login(registry))?;
    output.print(&if as_json {
        json::check::without_login(registry, &report, ctx.now())?
    } else {
        lines::without_login(registry, &report, output.is_terminal)
    })?;
    match report.verdict.standing().kind() {
        None => Ok(()),
        Some(Kind::Refused) => Err(Error::new(Kind::Refused, "Without a login the image cannot be pulled.")),
        Some(kind) => Err(Error::new(kind, "It could not be found out without a login.")),
    }
}
