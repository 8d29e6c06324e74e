//! A home of its own with a vault in it, and the programs run there.

#![allow(clippy::disallowed_methods)] // tests start programs

use std::env;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The passphrase of [`Home::with_passphrase`], as it is piped in.
pub const PASSPHRASE: &str = "correct horse battery staple\n";

/// How a program ended.
#[derive(Debug)]
pub struct Ran {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn of(exit: i32, stdout: &str) -> Self {
        Self { exit, stdout: stdout.to_owned(), stderr: String::new() }
    }
}

/// By exit status and standard output: that is all that docker looks at.
impl PartialEq for Ran {
    fn eq(&self, other: &Self) -> bool {
        (self.exit, &self.stdout) == (other.exit, &other.stdout)
    }
}

/// The home. Nothing of the real one is in the environment of what runs there.
pub struct Home {
    folder: TempDir,
    /// More variables for the programs.
    pub variables: Vec<(String, String)>,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With a vault whose key lies in the file `id`.
    pub fn with_identity() -> Self {
        let home = Self::new();
        let id = home.path("id");
        let made = home.pullpass(&["vault", "init", "--identity", id.to_str().unwrap()], "");
        assert_eq!(made.exit, 0, "{made:?}");
        home
    }

    /// With a vault whose key is sealed with [`PASSPHRASE`]. It is locked.
    pub fn with_passphrase() -> Self {
        let home = Self::new();
        let arguments = ["vault", "init", "--key", "passphrase", "--passphrase-stdin", "--for", "0"];
        let made = home.pullpass(&arguments, PASSPHRASE);
        assert_eq!(made.exit, 0, "{made:?}");
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// All files below it.
    pub fn files(&self) -> Vec<PathBuf> {
        let (mut folders, mut files) = (vec![self.folder.path().to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files
    }

    pub fn pullpass(&self, arguments: &[&str], stdin: &str) -> Ran {
        finish(self.command("pullpass", arguments), stdin)
    }

    pub fn helper(&self, action: &str, stdin: &str) -> Ran {
        finish(self.command("docker-credential-pullpass", &[action]), stdin)
    }

    pub fn age(&self, arguments: &[&str]) -> Ran {
        self.system("age", arguments)
    }

    pub fn age_keygen(&self, arguments: &[&str]) -> Ran {
        self.system("age-keygen", arguments)
    }

    /// Runs a program of the machine.
    pub fn system(&self, program: &str, arguments: &[&str]) -> Ran {
        finish(self.in_here(Command::new(program), arguments), "")
    }

    /// One of our programs, to be run.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let path = match program {
            "pullpass" => env!("CARGO_BIN_EXE_pullpass"),
            _ => env!("CARGO_BIN_EXE_docker-credential-pullpass"),
        };
        self.in_here(Command::new(path), arguments)
    }

    fn in_here(&self, mut command: Command, arguments: &[&str]) -> Command {
        let path = env::var_os("PATH").unwrap_or_default();
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("PATH", path);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("HOME", self.folder.path()).env("PULLPASS_VAULT", self.path("data/vault.age"));
        command
    }

    pub fn spawn(&self, program: &str, arguments: &[&str]) -> Running {
        Running(piped(self.command(program, arguments)))
    }
}

/// A program whose input has not ended.
pub struct Running(Child);

impl Running {
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    pub fn write(&mut self, text: &str) {
        self.0.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    pub fn finish(mut self) -> Ran {
        drop(self.0.stdin.take());
        wait(self.0)
    }
}

/// Runs a program to its end. It may end before it has read all of its input.
pub fn finish(command: Command, stdin: &str) -> Ran {
    let mut child = piped(command);
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).ok();
    wait(child)
}

fn piped(mut command: Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn wait(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        exit: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
