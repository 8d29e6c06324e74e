//! Which programs the helper client may run at all.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a step that fails is a test that fails

mod support;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use pullpass::credential_helper::{Client, HelperName};
use pullpass::process::Limits;
use support::mock_helper::Mocks;

fn name(name: &str) -> HelperName {
    HelperName::new(name).unwrap()
}

#[test]
fn a_name_with_a_slash_is_never_run() {
    for bad in ["sub/helper", "../evil", "/bin/true", "x y", ""] {
        assert_eq!(HelperName::new(bad).unwrap_err().code(), "bad_helper_name", "{bad}");
    }
}

/// Steps into a folder, and back out on drop.
struct Inside(PathBuf);

impl Inside {
    fn of(folder: OsString) -> Self {
        let before = std::env::current_dir().unwrap();
        std::env::set_current_dir(folder).unwrap();
        Self(before)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        std::env::set_current_dir(&self.0).unwrap();
    }
}

#[tokio::test]
async fn a_helper_in_the_current_directory_is_never_run() {
    let mocks = Mocks::with("mock", ": >$D/ran");
    fs::create_dir(mocks.file("sub")).unwrap();
    let _inside = Inside::of(mocks.path_var());
    for path in ["", ".", ":", "::/nowhere", "./", "sub/.."] {
        let error = Client::new(path, Limits::default()).get(&name("mock"), "r").await.unwrap_err();
        assert_eq!(error.code(), "helper_not_found", "PATH={path}");
    }
    assert!(!mocks.file("ran").exists());
}

#[tokio::test]
async fn only_an_executable_file_is_a_helper() {
    let mocks = Mocks::with("mock", r#"echo '{"Username":"u","Secret":"s"}'"#);
    let decoys = Mocks::new();
    fs::write(decoys.file("docker-credential-mock"), "no program").unwrap();
    let folders = Mocks::new();
    fs::create_dir(folders.file("docker-credential-mock")).unwrap();
    let found_in = |folders: &[&Mocks]| {
        let path = std::env::join_paths(folders.iter().map(|mocks| mocks.path_var())).unwrap();
        Client::new(path, Limits::default())
    };
    let none = found_in(&[&decoys, &folders]).get(&name("mock"), "r").await.unwrap_err();
    assert_eq!(none.code(), "helper_not_found");
    assert!(found_in(&[&decoys, &folders, &mocks]).get(&name("mock"), "r").await.unwrap().is_some());
}
