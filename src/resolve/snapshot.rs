//! What a tool can see of a machine, taken once: files, variables, programs, and what helpers said.
//!
//! It holds every byte that a login could come from, so it is short-lived and all of that is [`Secret`].

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::config::default_store::System;
use crate::secret::Secret;

/// A machine as the tools of one user see it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The kind of system.
    pub system: System,
    /// The variable for the home folder.
    pub home: Option<String>,
    /// The home folder of the user's entry in the passwd file, which some tools take instead.
    pub passwd_home: Option<String>,
    /// The user's number.
    pub uid: u32,
    /// The other variables of the environment. Some hold logins.
    pub variables: BTreeMap<String, Secret>,
    /// Every file that was looked at, by the path under which a tool would open it.
    pub files: BTreeMap<String, File>,
    /// The programs that PATH leads to.
    pub programs: BTreeSet<String>,
    /// Files in the folders of PATH that cannot be run.
    pub not_executable: BTreeSet<String>,
    /// What is known of the helpers, by name without `docker-credential-`.
    pub helpers: HashMap<String, Helper>,
    /// What other commands printed, by the command line.
    pub commands: BTreeMap<String, String>,
    /// Where the token service of a registry is, by the registry, as far as somebody asked it.
    pub token_hosts: BTreeMap<String, String>,
    /// The scopes of the request, for a tool that chooses by them; without any it is a pull.
    pub scopes: Vec<String>,
}

/// What was found at a path.
#[derive(Clone, Debug)]
pub enum File {
    /// Nothing.
    Absent,
    /// Something that may not be read, a folder for one.
    Unreadable,
    /// A file.
    Text(FileText),
}

/// The bytes of a file as text.
#[derive(Clone, Debug)]
pub struct FileText {
    text: Secret,
    is_utf8: bool,
}

/// What is known of one helper.
#[derive(Clone, Debug, Default)]
pub struct Helper {
    /// What it says to `get`, by what stands on its standard input, without a line ending.
    pub answers: HashMap<String, Answer>,
    /// What it says to anything else; `None` where nobody asked it.
    pub otherwise: Option<Answer>,
    /// What it says to `list`: keys and user names; `None` where nobody asked it.
    pub listed: Option<BTreeMap<String, String>>,
}

/// What a helper says to `get`.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It ran, and this is what it wrote.
    Output {
        /// On standard output.
        stdout: Secret,
        /// Its exit status.
        exit: i32,
    },
    /// It keeps a login of this key: its list says so, and the secret was not fetched.
    Keeps {
        /// The user name, where the list has it.
        username: Option<String>,
    },
    /// It keeps none, in the words of the protocol.
    NotFound,
}

impl Snapshot {
    /// A machine on which there is nothing.
    pub fn new(system: System) -> Self {
        Self {
            system,
            home: None,
            passwd_home: None,
            uid: 0,
            variables: BTreeMap::new(),
            files: BTreeMap::new(),
            programs: BTreeSet::new(),
            not_executable: BTreeSet::new(),
            helpers: HashMap::new(),
            commands: BTreeMap::new(),
            token_hosts: BTreeMap::new(),
            scopes: Vec::new(),
        }
    }

    /// A variable that is set, perhaps to nothing.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).and_then(Secret::expose_text)
    }

    /// A variable that is set to something.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.variable(name).filter(|value| !value.is_empty())
    }

    /// A path below the home folder, as a tool that asks the variable builds it.
    pub fn at_home(&self, rest: &str) -> String {
        join(self.home.as_deref().or(self.passwd_home.as_deref()).unwrap_or_default(), rest)
    }

    /// A path below the home folder of the passwd entry.
    pub fn at_passwd_home(&self, rest: &str) -> String {
        join(self.passwd_home.as_deref().or(self.home.as_deref()).unwrap_or_default(), rest)
    }

    /// A path below `XDG_CONFIG_HOME`, or where that is by default.
    pub fn at_config_home(&self, rest: &str) -> String {
        self.filled("XDG_CONFIG_HOME")
            .map_or_else(|| join(&self.at_home(".config"), rest), |folder| join(folder, rest))
    }

    /// The file of docker and of all who ask where docker keeps it.
    pub fn docker_file(&self) -> String {
        self.filled("DOCKER_CONFIG")
            .map_or_else(|| self.at_home(".docker/config.json"), |folder| join(folder, "config.json"))
    }

    /// True where PATH leads to the program of a helper.
    pub fn has_helper(&self, name: &str) -> bool {
        self.programs.contains(&format!("docker-credential-{name}"))
    }

    /// What is known of a helper's answer.
    pub fn answer(&self, helper: &str, input: &str) -> Option<&Answer> {
        let helper = self.helpers.get(helper)?;
        helper.answers.get(input.trim_end_matches(['\r', '\n'])).or(helper.otherwise.as_ref())
    }
}

/// A path below a folder.
pub fn join(folder: &str, rest: &str) -> String {
    match folder {
        "" => rest.to_owned(),
        folder => format!("{}/{rest}", folder.trim_end_matches('/')),
    }
}

impl FileText {
    /// Takes the bytes over; what is not UTF-8 becomes U+FFFD.
    pub fn new(bytes: Secret) -> Self {
        if bytes.expose_text().is_some() {
            return Self { text: bytes, is_utf8: true };
        }
        let text = String::from_utf8_lossy(bytes.expose()).into_owned();
        Self { text: Secret::from_text(text), is_utf8: false }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.text.expose_text().unwrap_or_default()
    }

    /// True where no byte had to be replaced.
    pub fn is_utf8(&self) -> bool {
        self.is_utf8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_is_asked_without_the_line_ending_that_some_tools_write() {
        let mut snapshot = Snapshot::new(System::Linux);
        let answers = HashMap::from([("ghcr.io".to_owned(), Answer::NotFound)]);
        snapshot.helpers.insert("pass".into(), Helper { answers, ..Helper::default() });
        assert!(snapshot.answer("pass", "ghcr.io\n").is_some());
        assert!(snapshot.answer("pass", "quay.io").is_none());
        assert!(snapshot.answer("other", "ghcr.io").is_none());
    }

    #[test]
    fn bytes_outside_utf8_are_replaced_and_told() {
        let good = FileText::new(Secret::new(b"{}".to_vec()));
        assert_eq!((good.text(), good.is_utf8()), ("{}", true));
        let bad = FileText::new(Secret::new(b"{\xff}".to_vec()));
        assert_eq!((bad.text(), bad.is_utf8()), ("{\u{fffd}}", false));
    }

    #[test]
    fn an_empty_docker_config_is_none() {
        let mut snapshot = Snapshot::new(System::Linux);
        snapshot.home = Some("/h".into());
        snapshot.variables.insert("DOCKER_CONFIG".into(), Secret::new(Vec::new()));
        assert_eq!(snapshot.docker_file(), "/h/.docker/config.json");
        snapshot.variables.insert("DOCKER_CONFIG".into(), Secret::from_text("/dc/".into()));
        assert_eq!(snapshot.docker_file(), "/dc/config.json");
    }
}
