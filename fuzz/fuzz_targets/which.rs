//! Any bytes as the file of every tool, and what its helper says: each of them ends somewhere, and no secret is in the words.

#![no_main]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use pullpass::config::default_store::System;
use pullpass::resolve::snapshot::{Answer, File, FileText, Helper};
use pullpass::resolve::survey::survey;
use pullpass::resolve::{Resolver, Snapshot, TOOLS};
use pullpass::secret::Secret;

const FILES: [&str; 5] = [
    "/h/.docker/config.json",
    "/h/.config/containers/auth.json",
    "/h/.config/helm/registry/config.json",
    "/h/.regctl/config.json",
    "/h/.dockercfg",
];

fuzz_target!(|input: &[u8]| {
    let [which, exit, rest @ ..] = input else { return };
    let (file, stdout) = rest.split_at(rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len()));
    let mut snapshot = Snapshot::new(System::Linux);
    snapshot.home = Some("/h".into());
    let text = File::Text(FileText::new(Secret::new(file.to_vec())));
    snapshot.files.insert(FILES[usize::from(*which) % FILES.len()].into(), text);
    if which & 0x80 != 0 {
        let text = String::from_utf8_lossy(file).into_owned();
        snapshot.variables.insert("DOCKER_AUTH_CONFIG".into(), Secret::from_text(text));
    }
    snapshot.programs.insert("docker-credential-x".into());
    let answer = Answer::Output { stdout: Secret::new(stdout.to_vec()), exit: i32::from(*exit & 1) };
    let otherwise = (exit & 2 != 0).then_some(answer);
    let helper = Helper { answers: HashMap::new(), otherwise, listed: None };
    snapshot.helpers.insert("x".into(), helper);
    let resolver = Resolver::new(&snapshot);
    for tool in TOOLS {
        for image in ["alpine", "ghcr.io/team/app", "localhost:5000/app"] {
            let trace = resolver.resolve(tool, image);
            std::hint::black_box((trace.end.sentence(), format!("{trace:?}")));
            std::hint::black_box(survey(tool.id, Some(image), &resolver));
        }
    }
});
