//! `pullpass screenshot`: the pictures of the README.

use crate::app::Context;
use crate::cli::find_all;
use crate::cli::output::Output;
use crate::error::Result;
use crate::tui;

/// Options of `screenshot`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Columns
    #[arg(long, default_value_t = 80)]
    pub width: u16,

    /// Rows
    #[arg(long, default_value_t = 24)]
    pub height: u16,
}

/// Draws the screen as it would be with everything that can be found.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let inventory = find_all(ctx, true)?;
    output.print(&tui::screenshot::svg(ctx, inventory, (options.width, options.height)))
}
