//! No circle among the modules: whoever reads one needs only what lies below it. What a module and one inside it use of
//! each other is no circle: they are one thing in two files.

use std::collections::{BTreeMap, BTreeSet};

use super::{Source, sources};

/// A module's path below the crate: `["tui", "model", "keys"]`.
type Path = Vec<String>;

/// Which modules each module names, itself and those around and inside it left out.
type Graph = BTreeMap<Path, BTreeSet<Path>>;

fn module_of(source: &Source) -> Path {
    let name = source.name.trim_end_matches(".rs").trim_end_matches("/mod");
    name.split('/').map(str::to_owned).collect()
}

/// Every path in the code that begins with `crate::`, `super::` or `self::`, with the groups of `use` written out.
fn paths(code: &str, module: &Path) -> Vec<Path> {
    let mut found = Vec::new();
    for head in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(head) {
            let before = code[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                let text = &code[at..];
                let end = text.find([';', ')', '\n']).unwrap_or(text.len());
                // A group of `use` may go over several lines.
                let end = if text[..end].contains('{') { text.find(';').unwrap_or(end) } else { end };
                spell_out(&text[..end], &Path::new(), &mut found);
            }
        }
    }
    found.into_iter().filter_map(|path| absolute(path, module)).collect()
}

/// `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn spell_out(text: &str, before: &Path, found: &mut Vec<Path>) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let (mut path, mut rest) = (before.clone(), text.trim_start());
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut start) = (0_usize, 0);
            for (at, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    ',' | '}' if depth == 0 => {
                        spell_out(&group[start..at], &path, found);
                        start = at + 1;
                        if c == '}' {
                            return;
                        }
                    }
                    '}' => depth -= 1,
                    _ => {}
                }
            }
            return;
        }
        let name: String = rest.chars().take_while(|c| is_name(*c)).collect();
        if name.is_empty() {
            break;
        }
        rest = &rest[name.len()..];
        path.push(name);
        match rest.strip_prefix("::") {
            Some(after) => rest = after,
            None => break,
        }
    }
    if path.len() > before.len() {
        found.push(path);
    }
}

fn absolute(path: Path, module: &Path) -> Option<Path> {
    let mut from = module.clone();
    let mut rest = path.into_iter().peekable();
    match rest.next()?.as_str() {
        "crate" => from.clear(),
        "self" => {}
        _ => {
            from.pop()?;
            while rest.peek().is_some_and(|name| name == "super") {
                rest.next();
                from.pop()?;
            }
        }
    }
    from.extend(rest.filter(|name| name != "self"));
    Some(from)
}

fn graph(sources: &[Source]) -> Graph {
    let modules: BTreeSet<Path> = sources.iter().map(module_of).collect();
    let mut graph = Graph::new();
    for source in sources {
        let module = module_of(source);
        let used = paths(&source.code, &module).into_iter().filter_map(|path| {
            (1..=path.len()).rev().map(|length| path[..length].to_vec()).find(|path| modules.contains(path))
        });
        let other = used.filter(|used| !used.starts_with(&module) && !module.starts_with(used)).collect();
        graph.insert(module, other);
    }
    graph
}

/// The modules that lead back to themselves, each circle by itself.
fn circles(graph: &Graph) -> Vec<BTreeSet<Path>> {
    let reached = |from: &Path| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(module) = open.pop() {
            for next in graph.get(&module).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let all: BTreeMap<&Path, BTreeSet<Path>> = graph.keys().map(|module| (module, reached(module))).collect();
    let mut found: Vec<BTreeSet<Path>> = Vec::new();
    for (module, below) in &all {
        if below.contains(*module) && !found.iter().any(|circle| circle.contains(*module)) {
            found.push(below.iter().filter(|other| all[other].contains(*module)).cloned().collect());
        }
    }
    found
}

/// One circle in words: each module and what it uses of the others.
fn shown(graph: &Graph, circle: &BTreeSet<Path>) -> String {
    let line = |module: &Path| {
        let used: Vec<_> = graph[module].intersection(circle).map(|used| used.join("::")).collect();
        format!("  {} -> {}", module.join("::"), used.join(", "))
    };
    circle.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn no_module_leads_back_to_itself() {
    let graph = graph(&sources());
    assert!(graph.values().map(BTreeSet::len).sum::<usize>() > 500, "the paths were not found");
    let found: Vec<String> = circles(&graph).iter().map(|circle| shown(&graph, circle)).collect();
    assert!(found.is_empty(), "{} circles\n{}", found.len(), found.join("\n\n"));
}

#[test]
fn a_circle_is_seen_however_it_is_written() {
    let source = |name: &str, code: &str| Source { name: name.into(), code: code.into() };
    let names = |sources: &[Source]| {
        let found = circles(&graph(sources));
        found.iter().flatten().map(|path| path.join("::")).collect::<Vec<_>>()
    };
    let three = |last: &str| {
        [
            source("a.rs", "use crate::{\n    b::Thing,\n    d,\n};\n"),
            source("b.rs", "fn f() -> super::c::inner::Thing {}\n"),
            source("c/mod.rs", "mod inner;\n"),
            source("c/inner.rs", last),
            source("d.rs", ""),
        ]
    };
    assert_eq!(names(&three("use crate::a::{self, Other};\n")), ["a", "b", "c::inner"]);
    assert_eq!(names(&three("fn f(it: crate::a::Other) {}\n")), ["a", "b", "c::inner"]);
    // What is inside may use what is around it.
    assert_eq!(names(&three("use super::Thing;\nuse crate::d;\n")), [""; 0]);
}
