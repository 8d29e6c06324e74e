//! `pullpass list`

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::app::filter::Filter;
use crate::app::inventory::{Inventory, SourceState};
use crate::cli::args::ListOptions;
use crate::cli::output::Output;
use crate::cli::{find_all, json};
use crate::credential::expiry::{Expiry, Grain};
use crate::credential::health::Health;
use crate::credential::login::{Account, Login};
use crate::error::Result;
use crate::registry::key;
use crate::settings::Settings;
use crate::text;

/// Lists every login that matches.
pub fn run(settings: &Settings, options: &ListOptions, output: &Output, now: Timestamp) -> Result<()> {
    let inventory = find_all(settings, !options.no_helpers, now)?;
    let filter = Filter::parse(&options.filter.join(" "));
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

/// The user name as far as it may be shown.
pub fn account(account: &Account) -> &str {
    match account {
        Account::Name(name) => name,
        Account::IsTheSecret => "(the token)",
        Account::Unknown => "-",
    }
}

fn plain(inventory: &Inventory, logins: &[&Login], now: Timestamp) -> String {
    let mut out = String::with_capacity(logins.len() * 96);
    for login in logins {
        let store = login.id.store.label();
        let columns = [
            &*text::safe(&login.id.key),
            &*text::safe(account(&login.account)),
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
    // A helper's long name gives way first, then the user, then the registry; all keep their ends.
    let mut over = (widths.iter().sum::<usize>() + 2 * (widths.len() - 1)).saturating_sub(columns);
    for (at, least) in [(3, 10), (1, 16), (0, 24), (1, 10), (0, 8), (1, 4)] {
        let give = over.min(widths[at].saturating_sub(least));
        widths[at] -= give;
        over -= give;
    }
    let mut out = String::new();
    for row in [&head].into_iter().chain(&rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let cell = text::middle_ellipsis(cell, width);
            let _infallible = write!(line, "{cell}{:1$}", "", width - text::width(&cell) + 2);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn row(inventory: &Inventory, login: &Login, now: Timestamp) -> [String; 6] {
    let health = Health::of(login, now);
    [
        text::safe(&key::display_name(&login.id.key)).into_owned(),
        text::safe(account(&login.account)).into_owned(),
        inventory.source_of(login).place.format.tag().to_owned(),
        text::safe(&login.place_word()).into_owned(),
        login.expiry.label(now, Grain::Seconds),
        format!("{} {}", health.glyph(), health.word()),
    ]
}

/// What could not be read is said apart from the answer, so that it never passes for "no logins".
fn remark_on_sources(inventory: &Inventory, logins: &[&Login], output: Output) {
    for source in &inventory.sources {
        let name = text::safe(&source.place.name);
        match &source.state {
            SourceState::Broken(problem) => {
                output.remark(&format!("{name}: {}", text::safe(&problem.sentence())));
            }
            SourceState::Unreadable(reason) => output.remark(&format!("{name}: {reason}")),
            SourceState::Read | SourceState::Missing => {}
        }
    }
    if logins.is_empty() && output.is_terminal {
        let looked = inventory.sources.iter().filter(|source| source.state == SourceState::Missing).count();
        output.remark(&format!("no logins found ({looked} places without a file)"));
    }
}
