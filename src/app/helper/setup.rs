//! Having docker and podman ask our helper for every registry, and taking that back.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::Context;
use crate::app::helper::podman;
use crate::app::transaction::{self, Consent, Done, FileChange, Line, Review};
use crate::config::default_store;
use crate::config::locate::{ConfigPath, Format};
use crate::config::plan::{EditContext, Intent};
use crate::config::{self, docker::ConfigFile};
use crate::credential::login::OWN_HELPER;
use crate::error::{Error, Result};
use crate::file::contents;
use crate::file::save::{self, Outcome, ReadOnly};
use crate::resolve::registries_conf::AUTH_FILES;
use crate::settings::table::Row;
use crate::settings::{edit, preferences};
use crate::text;

/// Whose files are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// docker's, and of all who read its file.
    Docker,
    /// Those of podman, buildah and skopeo.
    Podman,
}

impl For {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Docker, Self::Podman];
}

/// What will be done: shown to a person first.
#[derive(Debug, Default)]
pub struct Setup {
    /// Files of docker and podman.
    logins: Review,
    /// What `helper.otherwise` becomes.
    otherwise: Option<Otherwise>,
    /// Our drop-ins, as they are and as they will be.
    drop_ins: Vec<DropIn>,
    /// What a person should know before.
    notes: Vec<Line>,
}

/// A change of the setting `helper.otherwise`; `None` is no value.
#[derive(Clone, Debug)]
struct Otherwise {
    file: PathBuf,
    before: Option<String>,
    after: Option<String>,
}

/// A change of a file that is ours alone; `None` is no file.
#[derive(Clone, Debug)]
struct DropIn {
    path: PathBuf,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

/// Plans that these tools ask our helper.
///
/// # Errors
/// A file cannot be read or edited; the store that docker asks now cannot be asked by us.
pub fn enable(ctx: &Context, tools: &[For]) -> Result<Setup> {
    let mut setup = Setup::default();
    for tool in tools {
        match tool {
            For::Docker => enable_docker(ctx, &mut setup)?,
            For::Podman => enable_podman(ctx, &mut setup)?,
        }
    }
    Ok(setup)
}

/// Plans that no file of these tools names our helper any more.
///
/// # Errors
/// A file cannot be read or edited.
pub fn disable(ctx: &Context, tools: &[For]) -> Result<Setup> {
    let mut setup = Setup::default();
    for tool in tools {
        let (format, store) = match tool {
            For::Docker => (Format::Docker, docker_store_back(ctx, &mut setup)?),
            For::Podman => (Format::Containers, None),
        };
        for file in ctx.settings.locations.files().filter(|file| file.format == format) {
            if contents::exists(&file.path)? {
                let intent = Intent::ForgetHelper { helper: OWN_HELPER.to_owned(), store: store.clone() };
                setup.add(FileChange::plan(&ctx.settings, &file, intent)?);
            }
        }
        if *tool == For::Podman {
            for path in podman::drop_ins(&ctx.settings.locations) {
                setup.change_drop_in(path, None)?;
            }
        }
    }
    Ok(setup)
}

fn enable_docker(ctx: &Context, setup: &mut Setup) -> Result<()> {
    let settings = &ctx.settings;
    let file = docker_file(ctx)?;
    let store = store(ctx, &read_docker(&file)?);
    if store.as_deref() == Some(OWN_HELPER) {
        return Ok(());
    }
    let before = settings.preferences.helper.otherwise.clone();
    if store.is_some() && store != before {
        setup.otherwise =
            Some(Otherwise { file: ctx.settings.file.place()?.to_owned(), before, after: store });
    }
    let intent = Intent::AskForAll { helper: OWN_HELPER.to_owned() };
    setup.add(FileChange::plan(settings, &file, intent)?);
    Ok(())
}

fn enable_podman(ctx: &Context, setup: &mut Setup) -> Result<()> {
    let mut before = vec![AUTH_FILES.to_owned()];
    for (_, asked) in podman::asked(ctx) {
        let asked = asked.map_err(|(file, why)| {
            let (file, why) = (text::safe(&file).into_owned(), text::safe(&why).into_owned());
            Error::failed(format!("podman cannot read {file}: {why}."))
                .hint("Mend that file first; podman answers nothing while it is so.")
        })?;
        if asked.names.first().map(String::as_str) == Some(OWN_HELPER) {
            before = asked.names;
            break;
        }
        if asked.set_by.is_some() {
            before = asked.names;
        }
    }
    let drop_in = podman::text(&before).into_bytes();
    let changes = setup.drop_ins.len();
    for path in podman::drop_ins(&ctx.settings.locations) {
        setup.change_drop_in(path, Some(drop_in.clone()))?;
    }
    if setup.drop_ins.len() > changes {
        setup.notes.push(Line::Said(PLAIN.to_owned()));
    }
    Ok(())
}

const PLAIN: &str = "note: where docker-credential-pullpass cannot keep a login, as with a locked vault, podman login writes \
                     it into auth.json as plain text";

/// The store that docker asks again, and the end of the setting that kept its name.
fn docker_store_back(ctx: &Context, setup: &mut Setup) -> Result<Option<String>> {
    let otherwise = ctx.settings.preferences.helper.otherwise.clone();
    let read = read_docker(&docker_file(ctx)?)?;
    let now = read.creds_store.as_deref();
    if otherwise.is_some() && (now == Some(OWN_HELPER) || now == otherwise.as_deref()) {
        let (file, before) = (ctx.settings.file.place()?.to_owned(), otherwise.clone());
        setup.otherwise = Some(Otherwise { file, before, after: None });
    }
    Ok(otherwise)
}

fn docker_file(ctx: &Context) -> Result<ConfigPath> {
    let path = ctx.settings.locations.docker_file();
    let path =
        path.ok_or_else(|| Error::failed("There is no place for docker's file: no home folder is known."));
    Ok(ConfigPath {
        path: path.map_err(|error| error.hint("Set HOME, or DOCKER_CONFIG."))?,
        format: Format::Docker,
    })
}

/// A file that is not there is read as an empty one.
fn read_docker(file: &ConfigPath) -> Result<ConfigFile> {
    let found = contents::find(&file.path).map_err(|error| Error::io("read", &file.path, error))?;
    let bytes = found.map(|content| content.bytes).unwrap_or_default();
    Ok(config::read(file.format, &bytes))
}

fn store(ctx: &Context, file: &ConfigFile) -> Option<String> {
    let EditContext { machine, .. } = transaction::review::around(&ctx.settings, Format::Docker);
    default_store::store(file, &machine).map(str::to_owned)
}

impl Setup {
    fn add(&mut self, file: FileChange) {
        if !file.plan.is_empty() {
            self.logins.files.push(file);
        }
    }

    fn change_drop_in(&mut self, path: PathBuf, after: Option<Vec<u8>>) -> Result<()> {
        let before = contents::find(&path).map_err(|error| Error::io("read", &path, error))?;
        let before = before.map(|content| content.bytes.to_vec());
        if before != after {
            self.drop_ins.push(DropIn { path, before, after });
        }
        Ok(())
    }

    /// True where everything is so already.
    pub fn is_empty(&self) -> bool {
        self.logins.is_empty() && self.otherwise.is_none() && self.drop_ins.is_empty()
    }

    /// What will happen.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if let Some(otherwise) = &self.otherwise {
            lines.push(Line::In { file: otherwise.file.clone(), is_new: !otherwise.file.exists() });
            lines.push(Line::Said(otherwise.sentence()));
        }
        for drop_in in &self.drop_ins {
            lines.push(Line::In { file: drop_in.path.clone(), is_new: drop_in.before.is_none() });
            lines.push(Line::Said(drop_in.sentence().to_owned()));
        }
        lines.extend(self.notes.iter().cloned());
        lines.extend(self.logins.lines());
        lines
    }

    /// Does it. Where something fails, what was done before is taken back.
    ///
    /// # Errors
    /// A file cannot be written, or somebody changed it in the meantime.
    pub async fn carry_out(self, ctx: &Context, consent: Consent) -> Result<Done> {
        let Self { logins, otherwise, drop_ins, .. } = self;
        let mut own = Own::default();
        let done = match own.write(ctx, otherwise, drop_ins) {
            Ok(()) => transaction::apply(ctx, logins, consent).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(mut done) => {
                done.lines.splice(0..0, own.lines());
                Ok(done)
            }
            Err(error) => Err(own.take_back(ctx, error)),
        }
    }
}

/// What was written of files that are ours.
#[derive(Default)]
struct Own {
    otherwise: Option<Otherwise>,
    drop_ins: Vec<DropIn>,
}

impl Own {
    fn write(&mut self, ctx: &Context, otherwise: Option<Otherwise>, drop_ins: Vec<DropIn>) -> Result<()> {
        if let Some(otherwise) = otherwise {
            otherwise.write(ctx)?;
            self.otherwise = Some(otherwise);
        }
        for drop_in in drop_ins {
            drop_in.write()?;
            self.drop_ins.push(drop_in);
        }
        Ok(())
    }

    fn lines(&self) -> Vec<Line> {
        let said = |file: &Path, words: &str| Line::Said(format!("{}: {words}", shown(file)));
        let otherwise = self.otherwise.iter().map(|one| said(&one.file, &one.sentence()));
        otherwise.chain(self.drop_ins.iter().map(|one| said(&one.path, one.sentence()))).collect()
    }

    fn take_back(self, ctx: &Context, error: Error) -> Error {
        let drop_ins = self
            .drop_ins
            .into_iter()
            .map(|DropIn { path, before, after }| DropIn { path, before: after, after: before }.write());
        let otherwise = self.otherwise.map(|Otherwise { file, before, after }| {
            Otherwise { file, before: after, after: before }.write(ctx)
        });
        match drop_ins.chain(otherwise).find_map(Result::err) {
            Some(second) => error.hint(format!("Taking back what was done before failed: {}", second.what)),
            None => error,
        }
    }
}

impl Otherwise {
    fn sentence(&self) -> String {
        match &self.after {
            Some(name) => format!(
                "set helper.otherwise to helper:{}: it is asked last, and keeps new logins",
                text::safe(name)
            ),
            None => "take helper.otherwise out".to_owned(),
        }
    }

    fn write(&self, ctx: &Context) -> Result<()> {
        let row = setting()?;
        match &self.after {
            Some(name) => {
                edit::set(&self.file, row, &format!("helper:{name}"), ctx.settings.locations.home.as_deref())
            }
            None => edit::unset(&self.file, row).map(drop),
        }
    }
}

fn setting() -> Result<&'static Row> {
    preferences::find("helper.otherwise")
        .ok_or_else(|| Error::failed("There is no setting helper.otherwise."))
}

impl DropIn {
    fn sentence(&self) -> &'static str {
        match self.after {
            Some(_) => {
                "have podman, buildah and skopeo ask docker-credential-pullpass first (credential-helpers)"
            }
            None => "remove it: podman, buildah and skopeo no longer ask docker-credential-pullpass",
        }
    }

    fn write(&self) -> Result<()> {
        let mut edit = |now: Option<&[u8]>| {
            if now != self.before.as_deref() {
                let path = shown(&self.path);
                return Err(Error::failed(format!("{path} was changed in the meantime."))
                    .hint("It is as that program left it; look at it, and try again."));
            }
            let write = |bytes: &Vec<u8>| Outcome::Write(Zeroizing::new(bytes.clone()));
            Ok(self.after.as_ref().map_or(Outcome::Remove, write))
        };
        save::save(&self.path, ReadOnly::Refuse, &mut edit, &mut |_| {}).map(drop)
    }
}

fn shown(path: &Path) -> String {
    text::safe(&path.to_string_lossy()).into_owned()
}
