//! `pullpass undo`, and what the other commands leave for it.

use crate::app::Context;
use crate::app::transaction::journal::{Ahead, Entry, Journal, NotKept, Record};
use crate::app::transaction::{self, Done, line};
use crate::cli::output::Output;
use crate::cli::{confirm, to_the_end};
use crate::error::{Error, Result};
use crate::settings::time;
use crate::text;
use crate::vault::error::VaultError;

/// Options of `undo`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass undo                   the last change\n  pullpass undo --list            all that can be taken back\n  \
                        pullpass undo 3fa91c            another one\n  pullpass undo --forget 3fa91c   end one before its time\n\n\
                        What a change needs for that is kept in the state folder, sealed with the vault's key, for 30 days and \
                        50 changes (undo.keep_for, undo.most in the settings); without a vault it is not kept."
)]
pub struct Options {
    /// Which change, as --list names it; the last one without
    #[arg(value_name = "ID")]
    pub id: Option<String>,

    /// List the changes that can be taken back
    #[arg(long, conflicts_with_all = ["id", "yes"])]
    pub list: bool,

    /// Forget how to take a change back; with --all, every change
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["id", "list"])]
    pub forget: Option<String>,

    /// Every change, for --forget
    #[arg(long, requires = "forget")]
    pub all: bool,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// A change that is being made, and why it may not be taken back by a later run.
pub struct Change {
    /// The run in which it is made.
    pub ctx: Context,
    ahead: std::result::Result<Ahead, NotKept>,
    /// The signal that came while it was made.
    signal: Option<u8>,
}

/// Shows a change, asks, and takes it back; or lists or forgets what can be.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    match &options.forget {
        Some(id) => forget(ctx, id, options.all, output),
        None if options.list => list(ctx, output),
        None => take_back(ctx, options, output),
    }
}

fn take_back(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let record = find(ctx, options.id.as_deref())?;
    if !options.yes {
        let broken_off = if record.is_done { "" } else { ", which was broken off" };
        let head = format!("taken back would be, of {}{broken_off}:", text::moment(record.at, ctx.now()));
        let shown: Vec<String> = std::iter::once(head).chain(line::words(&record.lines(), None)).collect();
        confirm::ask(output, &shown, ("Take it back?", "Nothing was taken back", "--yes takes it back."))?;
    }
    let (done, signal) = to_the_end::run(ctx, output, transaction::take_back(ctx, record.undo.clone()))?;
    let done = done?;
    record.forget()?;
    let mut lines = line::words(&done.lines, None);
    if lines.is_empty() {
        lines.push("it is as before already: nothing was written".to_owned());
    }
    output.print(&(lines.join("\n") + "\n"))?;
    signal.map_or(Ok(()), |signal| Err(to_the_end::ended(signal)))
}

fn journal(ctx: &Context) -> Result<Journal> {
    Journal::of(ctx)
        .ok_or_else(|| nothing().hint("Nothing says where changes are kept: set HOME or PULLPASS_STATE."))
}

fn nothing() -> Error {
    Error::not_found("There is no change to take back.")
}

fn find(ctx: &Context, id: Option<&str>) -> Result<Record> {
    let journal = journal(ctx)?;
    let vault = ctx.vault.open().map_err(|error| match error {
        VaultError::Missing => nothing()
            .hint("Changes are kept for it sealed with the vault's key, and there is no vault.")
            .hint("Make one: pullpass vault init"),
        error => error.into(),
    })?;
    journal.find(id, &vault, ctx.now())?.ok_or_else(|| match id {
        Some(id) => Error::not_found(format!("There is no change {} to take back.", text::safe(id)))
            .hint("pullpass undo --list shows those that there are."),
        None => nothing().hint("The last one was taken back already, or made while there was no vault."),
    })
}

fn list(ctx: &Context, output: &Output) -> Result<()> {
    let journal = journal(ctx)?;
    let entries = journal.list(ctx.now())?;
    if entries.is_empty() {
        return Err(nothing());
    }
    let rows = entries.iter().map(|entry| row(ctx, &journal, entry));
    output.print(&rows.collect::<String>())
}

/// A record in a line: its name, when, its state, and what it did as far as the vault is open.
fn row(ctx: &Context, journal: &Journal, entry: &Entry) -> String {
    let when = entry.state.at().map(|at| text::moment(at, ctx.now())).unwrap_or_default();
    let state = entry.state.words().unwrap_or("done");
    let what = match (entry.state.at(), ctx.vault.open()) {
        (None, _) => String::new(),
        (Some(_), Err(error)) => Error::from(error).what,
        (Some(_), Ok(vault)) => match journal.read(entry, &vault) {
            Ok(undo) => line::words(&undo.lines(), None).join("; "),
            Err(error) => error.what,
        },
    };
    format!("{}\t{when}\t{state}\t{what}\n", entry.id)
}

fn forget(ctx: &Context, id: &str, all: bool, output: &Output) -> Result<()> {
    let journal = journal(ctx)?;
    if all {
        let count = journal.forget_all()?;
        return output.print(&format!("forgotten: how to take back {count} changes\n"));
    }
    if id.is_empty() {
        return Err(Error::usage("Which change is to be forgotten?").hint("Name it, or give --all."));
    }
    if journal.forget(id)? {
        return output.print(&format!("forgotten: how to take back {}\n", text::safe(id)));
    }
    Err(Error::not_found(format!("There is no change {}.", text::safe(id)))
        .hint("pullpass undo --list shows those that there are."))
}

/// Begins a change that [`run`] can take back.
pub fn begin(ctx: &Context) -> Change {
    let (ctx, ahead) = transaction::begin(ctx);
    Change { ctx, ahead, signal: None }
}

impl Change {
    /// What a person should know of it before saying yes.
    pub fn warning(&self) -> Option<String> {
        let Err(why) = &self.ahead else { return None };
        why_not(why).map(|why| format!("note: pullpass undo cannot take it back: {why}"))
    }

    /// Makes it, in spite of signals; `work` gets the run in which its steps are written ahead.
    ///
    /// # Errors
    /// It could not be begun, or was told twice to end.
    pub fn make<T>(&mut self, output: &Output, work: impl AsyncFnOnce(&Context) -> T) -> Result<T> {
        let (made, signal) = to_the_end::run(&self.ctx, output, work(&self.ctx))?;
        self.signal = signal;
        Ok(made)
    }

    /// Says what was done, and how it is taken back.
    pub fn tell(self, done: &Done, output: &Output) -> Result<()> {
        let mut lines = line::words(&done.lines, None);
        match &self.ahead {
            Err(NotKept::Sample) => {
                lines.push("the sample home is gone again: nothing of yours was changed".to_owned());
            }
            Err(why) if !done.undo.is_empty() => {
                lines.extend(why_not(why).map(|why| format!("pullpass undo cannot take it back: {why}")));
            }
            Ok(ahead) => {
                if let Some(id) = ahead.finish() {
                    lines.extend(done.undo.keeps_a_removed_secret().then(|| self.for_how_long(&id)));
                    lines.push("pullpass undo takes it back".to_owned());
                }
            }
            Err(_) => {}
        }
        output.print(&(lines.join("\n") + "\n"))?;
        self.signal.map_or(Ok(()), |signal| Err(to_the_end::ended(signal)))
    }

    fn for_how_long(&self, id: &str) -> String {
        let time = time::words(self.ctx.settings.preferences.undo.keep_for);
        format!("what was removed is kept for that, sealed, for {time}: pullpass undo --forget {id} ends it")
    }
}

fn why_not(why: &NotKept) -> Option<&str> {
    match why {
        NotKept::Sample => None,
        NotKept::NoVault => Some("there is no vault to keep it with"),
        NotKept::Because(why) => Some(why),
    }
}
