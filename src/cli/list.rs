//! `pullpass list`

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::app::Context;
use crate::app::inventory::filter::{self, Filter};
use crate::app::inventory::{Inventory, Source, SourceState};
use crate::cli::output::Output;
use crate::cli::{find_all, json};
use crate::credential::expiry::{Expiry, Grain};
use crate::credential::health::Health;
use crate::credential::login::Login;
use crate::error::{Error, Result};
use crate::registry::key;
use crate::text;

/// Options of `list`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "FILTER is the screen's filter: words, is:expired is:soon is:plain is:helper is:broken, \
                        in:docker in:podman in:env, user:NAME; ! before a term negates it.\n\n\
                        Piped, each line holds key, user, store, expiry, state and file, separated by tabs."
)]
pub struct Options {
    /// Show only the logins that match
    pub filter: Vec<String>,

    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// Do not run any credential helper
    #[arg(long)]
    pub no_helpers: bool,
}

/// Lists every login that matches.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let filter = Filter::parse(&options.filter.join(" "));
    if let Some(word) = filter.unknown_state() {
        let known: Vec<String> = filter::STATES.iter().map(|(state, _)| format!("is:{state}")).collect();
        return Err(Error::usage(format!("There is no filter is:{}.", text::safe(word)))
            .hint(format!("There are {}.", known.join(" "))));
    }
    let now = ctx.now();
    let inventory = find_all(ctx, !options.no_helpers)?;
    let mut logins: Vec<&Login> = inventory
        .logins
        .iter()
        .filter(|login| filter.is_empty() || filter.matches(login, inventory.source_of(login), now))
        .collect();
    logins.sort_by_cached_key(|login| (key::display_name(&login.id.key).to_lowercase(), login.source));
    if options.json {
        return output.print(&json::list(&inventory, &logins, now)?);
    }
    let text = if output.is_terminal {
        table(&inventory, &logins, output.columns, now)
    } else {
        plain(&inventory, &logins, now)
    };
    output.print(&text)?;
    remark_on_sources(&inventory, &logins, *output);
    Ok(())
}

fn plain(inventory: &Inventory, logins: &[&Login], now: Timestamp) -> String {
    let mut out = String::with_capacity(logins.len() * 96);
    for login in logins {
        let store = login.id.store.label();
        let columns = [
            &*text::safe(&login.id.key),
            &*text::safe(login.account.words()),
            &*text::safe(&store),
            &expiry(login.expiry, now),
            Health::of(login, now).word(),
            &*text::safe(&inventory.source_of(login).place.name),
        ];
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                out.push('\t');
            }
            out.push_str(column);
        }
        out.push('\n');
    }
    out
}

/// For programs: the instant where there is one, an estimate marked with `~`, else the state.
fn expiry(expiry: Expiry, now: Timestamp) -> String {
    match expiry {
        Expiry::At { at, .. } => at.to_string(),
        Expiry::Estimated { at, .. } => format!("~{at}"),
        other => other.state(now).code().to_owned(),
    }
}

fn table(inventory: &Inventory, logins: &[&Login], columns: usize, now: Timestamp) -> String {
    if logins.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 6]> = logins.iter().map(|login| row(inventory, login, now)).collect();
    let head = ["REGISTRY", "USER", "IN", "WHERE", "EXPIRES", "STATE"].map(str::to_owned);
    let mut widths = [0; 6];
    for row in rows.iter().chain([&head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(text::width(cell));
        }
    }
    let widths = fitted(widths, columns);
    let mut out = String::new();
    for row in [&head].into_iter().chain(&rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            let cell = text::middle_ellipsis(cell, width);
            let _infallible = write!(line, "{cell}{:1$}", "", width - text::width(&cell) + 2);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A helper's long name gives way first, then the user, then the registry; all keep their ends. Where that is not enough,
/// the places (IN, WHERE) are left out, as on the screen, before a name is cut so short that two look alike.
fn fitted(natural: [usize; 6], columns: usize) -> [usize; 6] {
    let widths = shrunk(natural, columns, &[(3, 10), (1, 16), (0, 24), (1, 10)]);
    if too_wide(&widths, columns) == 0 {
        return widths;
    }
    let [registry, user, _, _, expires, state] = natural;
    let widths = [registry, user, 0, 0, expires, state];
    shrunk(widths, columns, &[(1, 16), (0, 24), (1, 10), (0, 8), (1, 4)])
}

/// Takes what is too much from one column after the other, down to its least width.
fn shrunk(mut widths: [usize; 6], columns: usize, least: &[(usize, usize)]) -> [usize; 6] {
    for (at, least) in least {
        widths[*at] -= too_wide(&widths, columns).min(widths[*at].saturating_sub(*least));
    }
    widths
}

/// By how much a row is too wide; a column of width 0 is left out.
fn too_wide(widths: &[usize; 6], columns: usize) -> usize {
    let shown = widths.iter().filter(|width| **width > 0);
    shown.map(|width| width + 2).sum::<usize>().saturating_sub(columns + 2)
}

fn row(inventory: &Inventory, login: &Login, now: Timestamp) -> [String; 6] {
    let health = Health::of(login, now);
    [
        text::safe(&key::display_name(&login.id.key)).into_owned(),
        text::safe(login.account.words()).into_owned(),
        inventory.source_of(login).place.format.tag().to_owned(),
        text::safe(&login.place_word()).into_owned(),
        login.expiry.label(now, Grain::Seconds),
        format!("{} {}", health.glyph(), health.word()),
    ]
}

/// What could not be read, or is of no use to docker, is said apart from the answer: it never passes for "no logins".
fn remark_on_sources(inventory: &Inventory, logins: &[&Login], output: Output) {
    for trouble in inventory.sources.iter().filter_map(Source::trouble) {
        output.remark(&trouble);
    }
    // Programs have it in the JSON.
    let refused = |source: &&Source| output.is_terminal && source.is_refused_by_docker();
    for source in inventory.sources.iter().filter(refused) {
        let name = text::safe(&source.place.name);
        output.remark(&format!(
            "{name}: docker refuses the whole file; pullpass list is:broken shows the entry"
        ));
    }
    if logins.is_empty() && output.is_terminal {
        let looked = inventory.sources.iter().filter(|source| source.state == SourceState::Missing).count();
        output.remark(&format!("no logins found ({looked} places without a file)"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_table_leaves_the_places_out_before_names_look_alike() {
        let natural = [45, 20, 6, 7, 9, 10];
        let table = [
            (107, natural),
            (80, [24, 14, 6, 7, 9, 10]),
            (76, [24, 10, 6, 7, 9, 10]),
            (60, [24, 11, 0, 0, 9, 10]),
            (40, [8, 7, 0, 0, 9, 10]),
        ];
        for (columns, expected) in table {
            assert_eq!(fitted(natural, columns), expected, "{columns}");
        }
    }
}
