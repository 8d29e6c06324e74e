//! Every test file belongs to one of the programs of tests that Cargo.toml names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{files_below, root};

/// The roots of the programs, as Cargo.toml names them.
fn roots() -> Vec<PathBuf> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    assert_eq!(manifest["package"]["autotests"].as_bool(), Some(false), "cargo makes no program of its own");
    let tests = manifest["test"].as_array().unwrap();
    tests.iter().map(|test| root().join(test["path"].as_str().unwrap())).collect()
}

/// The files that the `mod` lines of a file lead to, with the `#[path]` before them where there is one.
fn modules_of(file: &Path, is_root: bool) -> Vec<PathBuf> {
    let beside = file.parent().unwrap();
    let below = if is_root || file.ends_with("mod.rs") { beside.to_owned() } else { file.with_extension("") };
    let mut path = None;
    let mut found = Vec::new();
    for line in fs::read_to_string(file).unwrap().lines() {
        let declared = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ");
        if let Some(given) = line.strip_prefix("#[path = \"") {
            path = given.strip_suffix("\"]").map(|given| beside.join(given));
        } else if let Some(name) = declared.and_then(|rest| rest.strip_suffix(';')) {
            let file = below.join(format!("{name}.rs"));
            let file = if file.exists() { file } else { below.join(name).join("mod.rs") };
            found.push(path.take().unwrap_or(file));
        }
    }
    found
}

#[test]
fn no_test_file_is_forgotten() {
    let roots = roots();
    let mut open: Vec<_> = roots.iter().map(|file| (file.clone(), true)).collect();
    let mut reached = BTreeSet::new();
    while let Some((file, is_root)) = open.pop() {
        let file = file.canonicalize().unwrap();
        if reached.insert(file.clone()) {
            open.extend(modules_of(&file, is_root).into_iter().map(|module| (module, false)));
        }
    }
    let all = files_below("tests").into_iter().map(|file| file.canonicalize().unwrap());
    let forgotten: Vec<_> = all.filter(|file| !reached.contains(file)).collect();
    assert!(forgotten.is_empty(), "no `mod` leads to {forgotten:?}");
}
