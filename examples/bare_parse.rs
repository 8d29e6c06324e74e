//! The anchor of `pullpass list` in `benches/figures.py`: reads a file, parses it with `serde_json`, does nothing else.
//!
//! `bare_parse value FILE` parses into `serde_json::Value`, `bare_parse typed FILE` into what a login needs.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{Error, Result};

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct File {
    auths: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    auth: Option<String>,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (form, path) = (arguments.next(), arguments.next());
    let (Some(form), Some(path)) = (form, path) else {
        return Err(Error::other("bare_parse value|typed FILE"));
    };
    let bytes = std::fs::read(path)?;
    if form == "value" {
        black_box(serde_json::from_slice::<Value>(&bytes)?);
    } else {
        let file: File = serde_json::from_slice(&bytes)?;
        black_box(file.auths.values().filter(|entry| entry.auth.is_some()).count());
    }
    Ok(())
}
