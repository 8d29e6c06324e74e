//! The arrows of `src/lib.rs`, and other rules about where something may stand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

mod circles;
mod forgotten;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the ground up: what stands side by side, and what of `crate::` each of them uses. An arrow may lead
/// to a row above (a lower layer) or within the row, and one that nobody uses any more must go.
const LAYERS: &[(&[&str], &[&str])] = &[
    (&["clock", "json_text", "hardening", "secret", "text"], &[]),
    (&["error"], &["text"]),
    (&["file", "process"], &["error", "secret", "text"]),
    (&["registry"], &[]),
    (&["credential"], &["registry", "secret", "text"]),
    (&["config"], &["credential", "json_text", "registry", "secret", "text"]),
    (&["sources"], &["config", "credential", "secret"]),
    // The variables that lead to docker's files are the files' business.
    (&["settings"], &["config", "credential", "error", "file", "registry", "secret", "text"]),
    (&["net"], &["error", "registry", "secret", "settings", "text"]),
    (
        &["refresh"],
        &["clock", "credential", "error", "net", "process", "registry", "secret", "settings", "text"],
    ),
    (&["credential_helper"], &["credential", "error", "json_text", "process", "registry", "secret", "text"]),
    (
        &["resolve"],
        &["config", "credential", "credential_helper", "json_text", "registry", "secret", "sources", "text"],
    ),
    (&["import"], &["config", "credential", "registry", "secret", "text"]),
    (&["export"], &["credential", "json_text", "registry", "resolve", "secret", "text"]),
    (&["check"], &["clock", "credential", "error", "net", "registry", "secret", "text"]),
    (&["vault"], &["credential", "error", "file", "registry", "secret", "settings", "text"]),
    (
        &["store"],
        &["config", "credential", "credential_helper", "file", "registry", "settings", "text", "vault"],
    ),
    // What an error means to a person; nobody names it, the conversions are found by their types.
    (
        &["explain"],
        &["config", "credential_helper", "error", "export", "file", "import", "store", "text", "vault"],
    ),
    (
        &["app"],
        &[
            "check",
            "clock",
            "config",
            "credential",
            "credential_helper",
            "error",
            "export",
            "file",
            "import",
            "net",
            "process",
            "refresh",
            "registry",
            "resolve",
            "secret",
            "settings",
            "store",
            "text",
            "vault",
        ],
    ),
    (&["doctor"], &["app", "config", "credential", "registry", "resolve", "settings", "text"]),
    (
        &["tui"],
        &[
            "app",
            "check",
            "clock",
            "credential",
            "doctor",
            "error",
            "hardening",
            "import",
            "net",
            "registry",
            "resolve",
            "secret",
            "settings",
            "text",
        ],
    ),
    (
        &["cli"],
        &[
            "app",
            "check",
            "clock",
            "credential",
            "doctor",
            "error",
            "export",
            "hardening",
            "import",
            "net",
            "refresh",
            "registry",
            "resolve",
            "secret",
            "settings",
            "text",
            "tui",
            "vault",
        ],
    ),
];

/// Longer than this, a file holds two ideas.
const MOST_LINES: usize = 400;

/// A source file without its tests and comments.
struct Source {
    /// Below `src`.
    name: String,
    code: String,
}

impl Source {
    /// The folder or file of `src` that it belongs to.
    fn module(&self) -> &str {
        self.name.split('/').next().unwrap().trim_end_matches(".rs")
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let source = |path: PathBuf| Source {
        name: path.strip_prefix(root().join("src")).unwrap().display().to_string(),
        code: code(&fs::read_to_string(&path).unwrap()),
    };
    let all: Vec<_> =
        files_below("src").into_iter().filter(|path| !path.ends_with("tests.rs")).map(source).collect();
    assert!(all.len() > 50, "the sources were not found");
    all
}

/// The text without comments and without what is for tests only.
fn code(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line == "#[cfg(test)]" {
            let first = lines.by_ref().find(|line| !line.starts_with("#[")).unwrap_or_default();
            if first.ends_with('{') {
                lines.by_ref().find(|line| *line == "}").expect("the end of the tests");
            }
        } else if !line.trim_start().starts_with("//") {
            kept.push_str(line.split(" // ").next().unwrap());
            kept.push('\n');
        }
    }
    kept
}

/// The modules in `crate::module` and in `crate::{one, other::Thing}`.
fn modules_used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned();
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                found.extend(group.split('}').next().unwrap().split(',').map(|one| name(one.trim())));
            }
            None => {
                found.insert(name(rest));
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

/// Asserts that a text stands only where it may.
fn only_in(what: &str, allowed: impl Fn(&Source) -> bool) {
    for source in sources().iter().filter(|source| !allowed(source)) {
        let line = source.code.lines().find(|line| line.contains(what));
        assert_eq!(line, None, "{what} in src/{}", source.name);
    }
}

#[test]
fn every_folder_uses_only_what_lies_below_it() {
    for source in sources().iter().filter(|source| !matches!(source.module(), "bin" | "lib" | "main")) {
        let module = source.module();
        let row = LAYERS.iter().find(|(modules, _)| modules.contains(&module));
        let (_, allowed) = row.unwrap_or_else(|| panic!("src/{} is in no layer", source.name));
        for used in modules_used(&source.code) {
            let is_allowed = used == module || allowed.contains(&used.as_str());
            assert!(is_allowed, "src/{} uses crate::{used}", source.name);
        }
    }
}

#[test]
fn the_layers_lead_down_and_every_arrow_is_used() {
    let sources = sources();
    let mut below: Vec<&str> = Vec::new();
    for (modules, allowed) in LAYERS {
        for used in *allowed {
            assert!(below.contains(used) || modules.contains(used), "{modules:?} -> {used} leads up");
            let users = sources.iter().filter(|source| modules.contains(&source.module()));
            let mut users = users.filter(|source| source.module() != *used);
            assert!(
                users.any(|user| modules_used(&user.code).contains(*used)),
                "{modules:?} -> {used}: nobody"
            );
        }
        below.extend(*modules);
    }
}

#[test]
fn the_terminal_is_the_business_of_the_screens() {
    only_in("ratatui", |source| source.module() == "tui");
    // `list` asks how wide a terminal is, to make its table fit; a passphrase is asked for without echo.
    let other = ["cli/output.rs", "cli/prompt.rs"];
    only_in("crossterm", |source| source.module() == "tui" || other.contains(&source.name.as_str()));
    let output = sources().into_iter().find(|source| source.name == "cli/output.rs").unwrap();
    let uses: Vec<_> = output.code.matches("crossterm::").collect();
    assert_eq!((uses.len(), output.code.matches("crossterm::terminal::size").count()), (1, 1));
}

/// What asks something of the machine, or waits for it.
const EFFECTS: &[&str] = &[
    "tokio",
    "std::fs",
    "std::process",
    "std::env",
    "TcpStream",
    "ToSocketAddrs",
    "std::thread",
    "std::time",
    ".exists()",
];

#[test]
fn the_words_of_the_field_and_the_reading_of_files_are_pure() {
    let pure = ["registry", "credential", "config", "sources", "resolve", "import", "export"];
    for what in EFFECTS {
        only_in(what, |source| !pure.contains(&source.module()));
    }
}

#[test]
fn only_the_edge_asks_what_time_it_is() {
    let edge = ["bin/docker-credential-pullpass.rs", "clock.rs", "cli/mod.rs", "tui/runtime.rs"];
    only_in("SystemClock", |source| edge.contains(&source.name.as_str()));
}

#[test]
fn the_state_of_the_screen_is_pure_and_draws_nothing() {
    let is_model = |source: &Source| source.name.starts_with("tui/model");
    assert!(sources().iter().filter(|source| is_model(source)).count() > 5, "the model was not found");
    for what in EFFECTS.iter().chain(&["ratatui"]) {
        only_in(what, |source| !is_model(source));
    }
}

#[test]
fn printing_is_done_in_one_place() {
    for macro_name in ["print!(", "println!(", "eprint!(", "eprintln!("] {
        only_in(macro_name, |_| false);
    }
    // The screen is no print; its guard says what went wrong when there is no screen any more. The helper answers docker.
    let writers = ["bin/docker-credential-pullpass.rs", "cli/output.rs", "tui/terminal.rs"];
    for stream in ["stdout()", "stderr()"] {
        only_in(stream, |source| writers.contains(&source.name.as_str()));
    }
}

#[test]
fn programs_are_started_where_time_and_output_are_bounded() {
    only_in("process::Command", |source| {
        ["process.rs", "tui/clipboard/tool.rs"].contains(&source.name.as_str())
    });
}

#[test]
fn the_network_is_asked_in_one_place() {
    // tokio's pipes stand in `tokio::net` too; a timer needs one.
    for what in [
        "reqwest",
        "TcpStream",
        "TcpListener",
        "TcpSocket",
        "UdpSocket",
        "UnixStream",
        "ToSocketAddrs",
        "lookup_host",
    ] {
        // What an error of the network means stands beside it.
        only_in(what, |source| ["net/http.rs", "net/failure.rs"].contains(&source.name.as_str()));
    }
}

#[test]
fn what_holds_the_raw_members_of_a_file_cannot_be_printed() {
    for source in sources() {
        for (at, _) in source.code.match_indices("#[derive(") {
            let (derived, rest) = source.code[at..].split_once(")]").unwrap();
            let end = if rest.find(';') < rest.find('{') { ";" } else { "\n}" };
            let body = rest.split(end).next().unwrap();
            let is_raw = ["RawValue", "Member<"].iter().any(|raw| body.contains(raw));
            assert!(!is_raw || !derived.contains("Debug"), "src/{}: {}", source.name, body.trim());
        }
    }
}

#[test]
fn nothing_panics_on_purpose() {
    for what in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("] {
        only_in(what, |_| false);
    }
}

#[test]
fn no_file_holds_two_ideas() {
    for folder in ["src", "tests", "benches", "examples"] {
        for path in files_below(folder) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn tests_and_comments_are_no_code() {
    let text = "use crate::text; // crate::secret\n/// crate::error\n#[cfg(test)]\nmod tests {\n    use crate::tui;\n}\n\
                use crate::{app, cli::Output};\n#[cfg(test)]\nmod other;\n";
    let used: Vec<_> = modules_used(&code(text)).into_iter().collect();
    assert_eq!(used, ["app", "cli", "text"]);
}
