//! Runs the real program, with an environment of its own and without a terminal.

#![allow(clippy::disallowed_methods)] // the tests play the shell

use std::process::{Command, Stdio};

use super::home::Home;

/// The program under test.
pub const PULLPASS: &str = env!("CARGO_BIN_EXE_pullpass");

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Finished {
    /// The exit status.
    pub status: i32,
    /// What it printed.
    pub stdout: String,
    /// What it remarked.
    pub stderr: String,
}

/// The program in this home, before it is started.
pub fn command(home: &Home, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(PULLPASS);
    command.args(arguments).env_clear().envs(home.environment(variables)).current_dir(home.path());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program to its end.
pub fn pullpass_with(home: &Home, variables: &[(&str, &str)], arguments: &[&str]) -> Finished {
    let output = command(home, variables, arguments).output().unwrap();
    Finished {
        status: output.status.code().expect("an end without a signal"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program to its end, with nothing special in its environment.
pub fn pullpass(home: &Home, arguments: &[&str]) -> Finished {
    pullpass_with(home, &[], arguments)
}

/// What the program prints where it must succeed and has nothing to remark.
pub fn answer(home: &Home, arguments: &[&str]) -> String {
    let finished = pullpass(home, arguments);
    assert_eq!((finished.status, &*finished.stderr), (0, ""), "{arguments:?}: {finished:?}");
    finished.stdout
}
