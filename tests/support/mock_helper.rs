//! Credential helpers written for one test, as shell scripts in a folder of their own.

#![allow(clippy::disallowed_methods)] // tests start programs of their own

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// Long enough for the slowest machine; reached only by a test that fails.
const FAR_TOO_LONG: Duration = Duration::from_secs(30);

/// A folder with helpers in it, to be used as PATH.
pub struct Mocks(TempDir);

impl Mocks {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with one helper.
    pub fn with(name: &str, script: &str) -> Self {
        let mocks = Self::new();
        mocks.add(name, script);
        mocks
    }

    /// Adds a helper; in its script, `$D` is the folder.
    pub fn add(&self, name: &str, script: &str) {
        let text = format!("#!/bin/sh\nD='{}'\n{script}\n", self.0.path().display());
        write_program(&self.file(&format!("docker-credential-{name}")), &text);
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn path_var(&self) -> OsString {
        self.0.path().into()
    }

    /// A witness for a script that has `exec 9>"$D/witness"`.
    pub fn witness(&self) -> Witness {
        Witness::new(&self.file("witness"))
    }
}

/// Another process writes the file: a program that this one has open for writing cannot be run ("text file busy"), and
/// another test's child may inherit the descriptor at any moment.
pub fn write_program(path: &Path, text: &str) {
    let mut shell = Command::new("sh")
        .args(["-c", "cat >\"$0\" && chmod 755 \"$0\""])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(shell.wait().unwrap().success());
}

/// Makes a named pipe.
pub fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Tells when a helper runs and when it is gone with all its children: they hold a named pipe open, and only the
/// end of the last of them ends the reading.
pub struct Witness(UnboundedReceiver<()>);

impl Witness {
    fn new(path: &Path) -> Self {
        make_pipe(path);
        let path = path.to_owned();
        let (tell, told) = unbounded_channel();
        thread::spawn(move || {
            let mut pipe = File::open(path).unwrap();
            tell.send(()).ok();
            pipe.read_to_end(&mut Vec::new()).unwrap();
            tell.send(()).ok();
        });
        Self(told)
    }

    pub async fn started(&mut self) {
        self.event("started").await;
    }

    /// Call [`Self::started`] first.
    pub async fn gone(&mut self) {
        self.event("gone").await;
    }

    async fn event(&mut self, what: &str) {
        let event = timeout(FAR_TOO_LONG, self.0.recv()).await;
        assert_eq!(event, Ok(Some(())), "the helper is not {what}");
    }
}
