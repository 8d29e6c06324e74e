//! A file on its way to another text: what is set and removed becomes splices, helper steps and words of a plan.

use zeroize::Zeroizing;

use crate::config;
use crate::config::default_store;
use crate::config::docker::ConfigFile;
use crate::config::document::split_mark;
use crate::config::edit::{self, JsonValue};
use crate::config::edit_refused::EditRefused;
use crate::config::entry::Entry;
use crate::config::locate::Format;
use crate::config::plan::{Change, EditContext, EditPlan, HelperStep, MemberPath, Note};
use crate::credential::content::Content;
use crate::credential::diagnostic::Diagnostic;
use crate::credential::login::{EntryKind, OWN_HELPER};
use crate::registry::key;

/// The members of an entry that hold an account or a secret. All others stay when the secret is replaced.
pub(super) const SECRET_MEMBERS: &[&str] =
    &["auth", "username", "password", "identitytoken", "registrytoken"];

/// A text on its way to the new one.
pub(super) struct Draft<'a> {
    pub file: ConfigFile,
    pub context: &'a EditContext,
    pub text: Zeroizing<String>,
    pub plan: EditPlan,
}

impl<'a> Draft<'a> {
    /// Reads a file that may be written without losing anything.
    pub fn read(bytes: &[u8], context: &'a EditContext) -> Result<Self, EditRefused> {
        let file = config::read(context.format, bytes);
        if let Some(problem) = file.problem {
            return Err(EditRefused::Broken(problem));
        }
        let lossy = [Diagnostic::TrailingData, Diagnostic::InvalidUtf8, Diagnostic::DuplicateKey];
        if let Some(reason) = lossy.into_iter().find(|reason| file.diagnostics.has(*reason)) {
            return Err(EditRefused::Lossy(reason));
        }
        let text = Zeroizing::new(String::from_utf8_lossy(split_mark(bytes).1).into_owned());
        Ok(Self { file, context, text, plan: EditPlan::default() })
    }

    /// Where the entries are: `auths`, or the file itself.
    pub fn home(&self) -> &'static [&'static str] {
        if self.context.format == Format::Legacy { &[] } else { &["auths"] }
    }

    pub fn is_docker(&self) -> bool {
        self.context.format != Format::Containers
    }

    /// The helper that the file names for this key, and whether it is named for it alone.
    pub fn helper_of(&self, key: &str) -> Option<(String, bool)> {
        let registry = if self.is_docker() { key } else { key.split('/').next().unwrap_or(key) };
        match self.file.cred_helpers.iter().find(|(helped, _)| helped == registry) {
            Some((_, helper)) if helper.is_empty() => None,
            Some((_, helper)) => Some((helper.clone(), true)),
            // podman does not look at credsStore.
            None if !self.is_docker() => None,
            None => {
                default_store::store(&self.file, &self.context.machine).map(|name| (name.to_owned(), false))
            }
        }
    }

    /// Keeps a login wherever the file says that logins are kept.
    pub fn set_login(&mut self, key: &str, content: &Content) -> Result<(), EditRefused> {
        if self.is_docker() && key::is_namespaced(key) && self.raw_entry(key).is_none() {
            return Err(EditRefused::Namespace { key: key.to_owned() });
        }
        let token = matches!(content, Content::RegistryToken { .. });
        if token && !self.is_docker() {
            return Err(EditRefused::TokenForPodman);
        }
        match self.helper_of(key) {
            Some((helper, _)) if !self.is_docker() && key::is_namespaced(key) => {
                Err(EditRefused::NamespaceWithHelper { key: key.to_owned(), helper })
            }
            Some((helper, _)) if !token => self.keep_in_helper(key, content, helper),
            named => {
                let shadowed = self.context.machine.pass_shadows_secretservice && self.is_docker();
                self.note_if(named.is_some(), Note::RegistryTokenStaysInFile);
                self.note_if(named.is_none() && shadowed, Note::PassShadowsSecretservice);
                self.keep_in_file(key, content)
            }
        }
    }

    pub fn note_if(&mut self, condition: bool, note: Note) {
        if condition && !self.plan.notes.contains(&note) {
            self.plan.notes.push(note);
        }
    }

    fn keep_in_file(&mut self, key: &str, content: &Content) -> Result<(), EditRefused> {
        let members = content.members().map_err(EditRefused::Unfit)?;
        let change = if self.raw_entry(key).is_some() { Change::ReplaceEntry } else { Change::AddEntry };
        if self.write_entry(key, &members) {
            self.plan.changes.push(change(key.to_owned()));
        }
        self.plan.plain = true;
        Ok(())
    }

    /// The helper first, then a marker in docker's file; podman writes none.
    fn keep_in_helper(&mut self, key: &str, content: &Content, helper: String) -> Result<(), EditRefused> {
        let login = content.for_helper().map_err(EditRefused::Unfit)?;
        let loses_name = matches!(content, Content::IdentityToken { username, .. } if !username.is_empty());
        self.note_if(loses_name, Note::UsernameIsLost);
        self.plan.helper_steps.push(HelperStep {
            helper: helper.clone(),
            key: key.to_owned(),
            keep: Some(login),
            email: None,
            is_move: false,
        });
        let named = !self.is_docker() || self.helper_of(key).is_some_and(|(_, own)| own);
        if self.is_docker() || self.raw_entry(key).is_some() {
            self.write_marker(key);
        }
        if !named && self.file.creds_store.is_none() {
            self.set(&[], "credsStore", &JsonValue::string(&helper), MemberPath::Store);
            self.plan.changes.push(Change::NameStore(helper));
        }
        Ok(())
    }

    pub fn write_marker(&mut self, key: &str) {
        let change = if self.raw_entry(key).is_some() { Change::EmptyEntry } else { Change::AddMarker };
        if self.write_entry(key, &[]) {
            self.plan.changes.push(change(key.to_owned()));
        }
    }

    fn raw_entry(&self, key: &str) -> Option<&str> {
        edit::raw(&self.text, self.home(), key)
    }

    /// Gives an entry these members in the place of all that hold an account or a secret. True where that changed it.
    fn write_entry(&mut self, key: &str, members: &[(&'static str, Zeroizing<String>)]) -> bool {
        let before = self.plan.splices.len();
        let entry = || MemberPath::Entry(key.to_owned());
        if self.raw_entry(key).is_some_and(|raw| raw.starts_with('{')) {
            let path: Vec<&str> = self.home().iter().copied().chain([key]).collect();
            for (name, value) in members {
                self.set(&path, name, &JsonValue::string(value), entry());
            }
            for name in edit::names(&self.text, &path) {
                let is = |known: &str| name.eq_ignore_ascii_case(known);
                let stays = members.iter().any(|(member, _)| is(member));
                if SECRET_MEMBERS.iter().any(|known| is(known)) && !stays {
                    self.remove(&path, &name, entry());
                }
            }
        } else {
            let member = |(name, value): &(&'static str, Zeroizing<String>)| {
                ((*name).to_owned(), JsonValue::string(value))
            };
            let object = JsonValue::Object(members.iter().map(member).collect());
            self.set(self.home(), key, &object, entry());
        }
        self.plan.splices.len() > before
    }

    /// Forgets what is kept under a key: the entry, and what a helper keeps.
    pub fn remove_login(&mut self, key: &str) {
        if let Some((helper, own)) =
            self.helper_of(key).filter(|_| self.is_docker() || !key::is_namespaced(key))
        {
            let default = !own && self.file.creds_store.is_none();
            if !default {
                self.plan.helper_steps.push(HelperStep {
                    helper: helper.clone(),
                    key: key.to_owned(),
                    keep: None,
                    email: None,
                    is_move: false,
                });
            }
            // A mapping to us was made by a move into the vault, and goes with the login.
            if own && helper == OWN_HELPER {
                self.remove(&["credHelpers"], key, MemberPath::Helper(key.to_owned()));
                self.plan.changes.push(Change::ForgetHelper(key.to_owned()));
            } else {
                self.note_if(own, Note::HelperStaysNamed);
            }
        }
        if self.raw_entry(key).is_some() {
            self.remove(self.home(), key, MemberPath::Entry(key.to_owned()));
            self.plan.changes.push(Change::RemoveEntry(key.to_owned()));
        }
    }

    /// Gives an entry another key; one that is taken already stays as it is.
    pub fn rename(&mut self, from: &str, to: &str) {
        if self.raw_entry(to).is_some() {
            return;
        }
        let splice = edit::rename(&self.text, self.home(), from, to);
        if splice.is_some() {
            self.plan.changes.push(Change::RenameEntry(from.to_owned(), to.to_owned()));
            self.touch(MemberPath::Entry(to.to_owned()));
        }
        self.make(splice, MemberPath::Entry(from.to_owned()));
    }

    /// Names no helper for a key any more; a marker that stands for what it keeps goes, too.
    pub fn drop_helper(&mut self, key: &str) {
        if edit::raw(&self.text, &["credHelpers"], key).is_none() {
            return;
        }
        self.remove(&["credHelpers"], key, MemberPath::Helper(key.to_owned()));
        self.plan.changes.push(Change::ForgetHelper(key.to_owned()));
        let is_marker = |entry: &Entry| entry.key == key && entry.kind == EntryKind::Empty;
        if self.file.entries.iter().any(is_marker) {
            self.remove(self.home(), key, MemberPath::Entry(key.to_owned()));
            self.plan.changes.push(Change::RemoveEntry(key.to_owned()));
        }
    }

    /// Names no helper for all registries any more.
    pub fn drop_store(&mut self) {
        if let Some(store) = self.file.creds_store.clone() {
            self.remove(&[], "credsStore", MemberPath::Store);
            self.plan.changes.push(Change::ForgetStore(store));
        }
    }

    /// Sets a member and remembers it.
    pub fn set(&mut self, path: &[&str], name: &str, value: &JsonValue, member: MemberPath) {
        let splice = edit::set(&self.text, path, name, value);
        self.make(splice, member);
    }

    /// Removes a member and remembers it.
    pub fn remove(&mut self, path: &[&str], name: &str, member: MemberPath) {
        let splice = edit::remove(&self.text, path, name);
        self.make(splice, member);
    }

    fn make(&mut self, splice: Option<edit::Splice>, member: MemberPath) {
        let Some(splice) = splice else { return };
        self.text = splice.apply(&self.text);
        self.plan.splices.push(splice);
        self.touch(member);
    }

    fn touch(&mut self, member: MemberPath) {
        if !self.plan.members.contains(&member) {
            self.plan.members.push(member);
        }
    }
}
