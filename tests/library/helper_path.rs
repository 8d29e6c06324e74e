//! Which programs the helper client may run at all.

use std::fs;
use std::process::Command;

use pullpass::credential_helper::{Client, HelperName};
use pullpass::process::Limits;

use crate::support::itself::alone;
use crate::support::mock_helper::Mocks;

fn name(name: &str) -> HelperName {
    HelperName::new(name).unwrap()
}

#[test]
fn a_name_with_a_slash_is_never_run() {
    for bad in ["sub/helper", "../evil", "/bin/true", "x y", ""] {
        assert_eq!(HelperName::new(bad).unwrap_err().code(), "bad_helper_name", "{bad}");
    }
}

/// Not a test of its own: the next one runs it in a process whose folder holds the helper.
#[tokio::test]
#[ignore = "run by another test"]
async fn nothing_here_is_a_helper() {
    for path in ["", ".", ":", "::/nowhere", "./", "sub/.."] {
        let error = Client::new(path, Limits::default()).get(&name("mock"), "r").await.unwrap_err();
        assert_eq!(error.code(), "helper_not_found", "PATH={path}");
    }
}

#[test]
fn a_helper_in_the_current_directory_is_never_run() {
    let mocks = Mocks::with("mock", ": >$D/ran");
    fs::create_dir(mocks.file("sub")).unwrap();
    let command = alone(module_path!(), "nothing_here_is_a_helper");
    let child = Command::new(&command[0]).args(&command[1..]).current_dir(mocks.path_var()).output().unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
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
