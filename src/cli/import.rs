//! `pullpass import`, and what `decode` keeps.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::app::Context;
use crate::app::import::{self, To};
use crate::app::login::add::FileOf;
use crate::app::transaction::{Consent, line};
use crate::cli::add::{self, Tool};
use crate::cli::confirm::Confirm;
use crate::cli::output::Output;
use crate::cli::{confirm, prompt, undo};
use crate::error::{Error, Result};
use crate::import::yaml::MOST_BYTES;
use crate::import::{self as reader, Draft, Imported};

/// Options of `import`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  kubectl get secret regcred -o yaml | pullpass import - --to vault --yes\n  \
                        pullpass import old-machine/config.json --to vault --for-docker\n\n\
                        It knows a Kubernetes Secret, config.json and auth.json, a value of DOCKER_AUTH_CONFIG, a manifest of \
                        rapyuta.io, an auth of CircleCI, a variable of GitLab, registries.yaml, and a bare auth value. What \
                        it would keep is shown first; several logins are one change."
)]
pub struct Options {
    /// The file; - for standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,

    /// How they are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// How logins that were found are kept.
#[derive(clap::Args, Debug)]
pub struct Keep {
    /// Whose file, or the vault
    #[arg(long, value_enum, default_value_t = Tool::Docker)]
    pub to: Tool,

    /// In the vault: docker uses them; its config.json then names docker-credential-pullpass for the registries
    #[arg(long)]
    pub for_docker: bool,

    /// The registry, for an auth value that names none
    #[arg(long, value_name = "HOST")]
    pub registry: Option<String>,

    /// Keep secrets in the file, in base64 only, where there is no helper
    #[arg(long)]
    pub plain: bool,

    /// Whether it asks, and what it may write.
    #[command(flatten)]
    pub confirm: Confirm,
}

impl Keep {
    fn to(&self) -> Result<To> {
        match (self.to, self.for_docker) {
            (Tool::Vault, for_docker) => Ok(To::Vault { for_docker }),
            (_, true) => Err(Error::usage("Only what lies in the vault is found there by docker.")
                .hint("Keep it there: --to vault --for-docker")),
            (Tool::Docker, false) => Ok(To::Tool(FileOf::Docker)),
            (Tool::Podman, false) => Ok(To::Tool(FileOf::Podman)),
        }
    }
}

/// Reads a file, shows what keeping its logins means, asks, and keeps them.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let to = options.keep.to()?;
    let bytes =
        if options.file.as_os_str() == "-" { from_stdin()? } else { import::read_file(&options.file)? };
    let found = reader::read(&bytes)?;
    drop(bytes);
    keep(ctx, found, to, &options.keep, output)
}

/// Keeps what was found, after the review.
///
/// # Errors
/// There is nothing to keep, it breaks a rule, nobody said yes, or it could not be written.
fn keep(ctx: &Context, found: Imported, to: To, options: &Keep, output: &Output) -> Result<()> {
    found.notes.iter().for_each(|note| output.remark(note));
    let mut drafts: Vec<Draft> = found.drafts;
    if drafts.is_empty() {
        return Err(Error::failed(format!("There is no login to keep in {}.", found.layout.words()))
            .hint("What was passed over, and why, stands above."));
    }
    import::name_registry(&mut drafts, options.registry.as_deref())?;
    let import = import::review(ctx, drafts, to)?;
    import.warnings.iter().for_each(|warning| output.remark(warning));
    if import.is_empty() {
        return output.print("nothing to change: every login is there already\n");
    }
    let asks = !options.confirm.yes;
    let mut change = undo::begin(ctx);
    if asks {
        let mut lines = line::words(&import.lines(), None);
        lines.extend(change.warning());
        confirm::ask(output, &lines, ("Keep them?", "Nothing was kept", "--yes keeps it."))?;
    }
    let asks = asks && std::io::stdin().is_terminal();
    let plain = options.plain || add::agrees_to_plain(import.files(), output, asks)?;
    let consent = Consent { plain, force: options.confirm.force };
    let done = change.make(output, async |ctx| import.carry_out(ctx, consent).await)??;
    change.tell(&done, output)
}

/// All of standard input, as far as such a file is ever long.
pub(super) fn from_stdin() -> Result<Zeroizing<Vec<u8>>> {
    prompt::all_of_stdin(MOST_BYTES)?.ok_or_else(|| reader::CannotRead::TooLong.into())
}
