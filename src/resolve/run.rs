//! One run of a tool: what it has looked at, and where it must stop because nobody knows what a helper would say.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::resolve::helper::{Creds, Reader, Told};
use crate::resolve::json::{Config, Json, Names};
use crate::resolve::library::Library;
use crate::resolve::snapshot::{Answer, File, FileText, Snapshot};
use crate::resolve::trace::{Outcome, Source, Step};

/// A snapshot with what was made of its files, so that each is read once however many tools look at it.
pub struct View<'a> {
    /// What it is a view of.
    pub snapshot: &'a Snapshot,
    json: Memo<Json<'a>>,
    exact: Memo<Config<'a>>,
    folded: Memo<Config<'a>>,
    libraries: Memo<Library<'a>>,
    verdicts: Memo<Option<String>>,
    unread: RefCell<BTreeSet<String>>,
}

type Memo<T> = RefCell<HashMap<String, Rc<T>>>;

/// What a path leads to.
pub enum Found<'a> {
    /// Nothing.
    Absent,
    /// Something that may not be read.
    Unreadable,
    /// A text.
    Text(&'a FileText),
}

impl<'a> View<'a> {
    /// A view in which nothing was read yet.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            json: Memo::default(),
            exact: Memo::default(),
            folded: Memo::default(),
            libraries: Memo::default(),
            verdicts: Memo::default(),
            unread: RefCell::default(),
        }
    }

    /// What lies at a path. One that the snapshot does not have counts as absent and is remembered.
    pub fn file(&self, path: &str) -> Found<'a> {
        match self.snapshot.files.get(path) {
            Some(File::Text(text)) => Found::Text(text),
            Some(File::Unreadable) => Found::Unreadable,
            Some(File::Absent) => Found::Absent,
            None => {
                self.unread.borrow_mut().insert(path.to_owned());
                Found::Absent
            }
        }
    }

    /// True where something lies at a path.
    pub fn exists(&self, path: &str) -> bool {
        !matches!(self.file(path), Found::Absent)
    }

    /// The text of a file; `None` where there is none, or it cannot be read.
    pub fn text(&self, path: &str) -> Option<&'a str> {
        match self.file(path) {
            Found::Text(text) => Some(text.text()),
            _ => None,
        }
    }

    /// The files in a folder whose names end so, sorted. A folder is remembered as unread with a slash at its end.
    pub fn folder(&self, folder: &str, ending: &str) -> Vec<String> {
        let is_in_it = |path: &String| !path[folder.len() + 1..].contains('/');
        self.tree(folder, ending).into_iter().filter(is_in_it).collect()
    }

    /// The files below a folder at any depth whose paths end so, sorted; a folder is remembered as unread.
    pub fn tree(&self, folder: &str, ending: &str) -> Vec<String> {
        let folder = format!("{folder}/");
        if !self.snapshot.files.contains_key(&folder) {
            self.unread.borrow_mut().insert(folder.clone());
        }
        let below =
            self.snapshot.files.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
        let texts = below.filter(|(_, file)| matches!(file, File::Text(_))).map(|(path, _)| path);
        texts.filter(|path| path.ends_with(ending)).cloned().collect()
    }

    /// The files that a tool asked for and the snapshot does not have.
    pub fn unread(&self) -> Vec<String> {
        self.unread.borrow().iter().cloned().collect()
    }

    /// A file as JSON.
    pub fn json(&self, path: &str, file: &'a FileText) -> Rc<Json<'a>> {
        memo(&self.json, path, || Json::read(file.text(), file.is_utf8()))
    }

    /// A variable as JSON.
    pub fn json_variable(&self, name: &str, text: &'a str) -> Rc<Json<'a>> {
        memo(&self.json, &format!("${name}"), || Json::read(text, true))
    }

    /// The members of a file, or of a variable with a `$` before its name.
    pub fn config(&self, path: &str, json: &Json<'a>, names: Names) -> Rc<Config<'a>> {
        let names = json.names(names);
        let cache = match names {
            Names::Exact => &self.exact,
            Names::Folded => &self.folded,
        };
        memo(cache, path, || Config::read(json.members(), names))
    }

    /// A file as docker's library in Go reads it.
    pub fn library(&self, path: &str, file: &'a FileText) -> Rc<Library<'a>> {
        let json = self.json(path, file);
        memo(&self.libraries, path, || Library::read(&json, self.config(path, &json, Names::Folded)))
    }

    /// Why a tool, or a family of them, cannot take a file; looked for once.
    pub fn verdict(&self, who: &str, path: &str, find: impl FnOnce() -> Option<String>) -> Option<String> {
        (*memo(&self.verdicts, &format!("{who} {path}"), find)).clone()
    }
}

fn memo<T>(cache: &RefCell<HashMap<String, Rc<T>>>, key: &str, make: impl FnOnce() -> T) -> Rc<T> {
    if let Some(made) = cache.borrow().get(key) {
        return Rc::clone(made);
    }
    let fresh = Rc::new(make());
    cache.borrow_mut().insert(key.to_owned(), Rc::clone(&fresh));
    fresh
}

/// What would be taken for the answer of a helper that nobody asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumed {
    /// It has the login.
    Found,
    /// It has none.
    NotFound,
    /// It fails in another way.
    Failed,
}

/// A helper and what it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The helper's name.
    pub helper: String,
    /// What stands on its standard input.
    pub input: String,
}

/// Why a run ends before its end.
#[derive(Debug)]
pub enum Halt {
    /// The tool stops with these words.
    Stops(String),
    /// Nobody knows what this helper says.
    Unknown(Ask),
}

/// A run of one tool.
pub struct Run<'v, 'a> {
    /// What it sees.
    pub view: &'v View<'a>,
    /// What it has looked at.
    pub steps: Vec<Step>,
    assumed: &'v [(Ask, Assumed)],
}

impl<'v, 'a> Run<'v, 'a> {
    /// A run that begins.
    pub fn new(view: &'v View<'a>, assumed: &'v [(Ask, Assumed)]) -> Self {
        Self { view, steps: Vec::new(), assumed }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.view.snapshot
    }

    /// Remembers what came of a step.
    pub fn note(&mut self, source: Source, asked: &str, outcome: Outcome) {
        self.steps.push(Step { source, asked: asked.to_owned(), outcome });
    }

    /// Looks for a file's text; what is missing or unreadable is remembered.
    pub fn open(&mut self, path: &str, asked: &str) -> Found<'a> {
        let found = self.view.file(path);
        let outcome = match found {
            Found::Absent => Outcome::Absent,
            Found::Unreadable => Outcome::Failed("it may not be read".to_owned()),
            Found::Text(_) => return found,
        };
        self.note(Source::File(path.to_owned()), asked, outcome);
        found
    }

    /// Asks a helper.
    ///
    /// # Errors
    /// [`Halt::Unknown`] where nobody knows what it says.
    pub fn ask(&mut self, helper: &str, input: &str, read: Reader) -> Result<Told, Halt> {
        let source = || Source::Helper(helper.to_owned());
        if !self.snapshot().has_helper(helper) {
            self.note(source(), input, Outcome::Absent);
            return Ok(Told::Missing);
        }
        let Some(told) = self.told(helper, input, read) else {
            self.note(source(), input, Outcome::NotAsked);
            return Err(Halt::Unknown(Ask { helper: helper.to_owned(), input: input.to_owned() }));
        };
        let outcome = match &told {
            Told::Login(_) => Outcome::Found(input.to_owned()),
            Told::Empty => Outcome::Nothing,
            Told::NotFound => Outcome::NotFound,
            Told::Missing => Outcome::Absent,
            Told::Failed(words) => Outcome::Failed(words.clone()),
            Told::Unreadable => Outcome::Failed("its output is not what this tool reads".to_owned()),
        };
        self.note(source(), input, outcome);
        Ok(told)
    }

    fn told(&self, helper: &str, input: &str, read: Reader) -> Option<Told> {
        // A tool that takes the words of the protocol for a failure like any other takes them so here too.
        let not_found = || read(crate::credential_helper::protocol::NOT_FOUND.as_bytes(), 1);
        match self.snapshot().answer(helper, input) {
            Some(Answer::Output { stdout, exit }) => return Some(read(stdout.expose(), *exit)),
            Some(Answer::Keeps { username }) => {
                return Some(Told::Login(Creds { username: username.clone(), secret: None }));
            }
            Some(Answer::NotFound) => return Some(not_found()),
            None => {}
        }
        let is_this = |(ask, _): &&(Ask, Assumed)| ask.helper == helper && ask.input == input;
        self.assumed.iter().find(is_this).map(|(_, assumed)| match assumed {
            Assumed::Found => Told::Login(Creds { username: None, secret: None }),
            Assumed::NotFound => not_found(),
            Assumed::Failed => Told::Failed("whatever it says".to_owned()),
        })
    }
}
