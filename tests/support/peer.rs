//! Real programs with a store of their own, started for one test. Without them a test says so and passes, but not in CI.

#![allow(clippy::disallowed_methods)] // tests read the environment and start programs
#![allow(clippy::print_stdout)] // a skipped test says why

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// True where all programs are there; says which is not.
pub fn has(programs: &[&str]) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_missing = |program: &&&str| !env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let Some(missing) = programs.iter().find(is_missing) else {
        return true;
    };
    assert!(env::var_os("CI").is_none(), "{missing} must be installed in CI");
    println!("skipped: {missing} is not installed");
    false
}

/// A store that a script in `tests/support` keeps open until this is dropped.
pub struct Peer {
    keeper: Child,
    pub variables: Vec<(String, String)>,
    _folder: TempDir,
}

impl Peer {
    pub fn start(script: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("{}/tests/support/{script}", env!("CARGO_MANIFEST_DIR"));
        let mut keeper = Command::new("sh")
            .args([script.as_ref(), folder.path()])
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(keeper.stdout.take().unwrap()).lines().map(Result::unwrap);
        let lines: Vec<String> = lines.take_while(|line| line != "ready").collect();
        let running = keeper.try_wait().unwrap().is_none();
        assert!(running && !lines.is_empty(), "{script} did not get ready");
        let pair =
            |line: &String| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { keeper, variables: lines.iter().filter_map(pair).collect(), _folder: folder }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}
