//! Edits of files: the whole way through `app::add` and `app::remove`, in a home of its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use pullpass::app::Context;
use pullpass::app::login::add::{self, FileOf};
use pullpass::app::login::remove;
use pullpass::app::transaction::{self, Consent, Review, line};
use pullpass::clock::FixedClock;
use pullpass::config::locate::Format;
use pullpass::config::plan::Intent;
use pullpass::config::planning;
use pullpass::credential::Credential;
use pullpass::credential::content::Content;
use pullpass::error::{Error, Kind};
use pullpass::registry::alias::alias_set;
use pullpass::registry::key;
use pullpass::secret::Secret;
use pullpass::settings::Settings;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::support;

use super::{Verdict, discover, judges, same, text};

/// Compares one case of kind `file`.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    if input["discover"] == true {
        return discover::files(case);
    }
    if input["detect_default_store"] == true {
        return discover::default_store(case);
    }
    judges("file", expect, EXPECTED);
    let named = input["file"].as_str().or(input["format"].as_str()).unwrap_or_default();
    let usual = if named.contains("auth.json") { FileOf::Podman } else { FileOf::Docker };
    let stores_below = |op: &Value| text(op, "do") == "store" && key::is_namespaced(text(op, "server"));
    let namespaced = ops(input).iter().any(stores_below);
    if namespaced && expect.get("error").is_none() {
        edit(input, &json!({"error": "namespaced_key", "after_equals_before": true}), FileOf::Docker)?;
        return edit(input, expect, FileOf::Podman);
    }
    for (to, file) in [(FileOf::Podman, "auth.json_key"), (FileOf::Docker, "config.json_key")] {
        if let Some(key) = expect[file].as_str() {
            edit(input, &json!({"key": key}), to)?;
        }
    }
    edit(input, expect, usual)
}

/// What a case may expect, besides rules in words.
const EXPECTED: &[&str] = &[
    "error",
    "after",
    "after_equals_before",
    "semantic",
    "must_keep",
    "mode",
    "dir_mode",
    "still_symlink",
    "target_created",
    "key",
    "auth.json_key",
    "config.json_key",
];

/// The reasons that make a file read-only.
const OF_READING: &[&str] = &[
    "json_syntax",
    "trailing_data",
    "duplicate_key",
    "invalid_utf8",
    "encoding_utf16",
    "wrong_type",
    "too_deep",
    "namespaced_key",
];

/// A home with docker's and podman's file, behind a link where the case says so.
struct Home {
    folder: TempDir,
    elsewhere: TempDir,
    settings: Settings,
}

impl Home {
    fn new(input: &Value, to: FileOf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let memory = Path::new("/dev/shm");
        let far = text(input, "symlink").contains("other") && memory.is_dir();
        let elsewhere = if far { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
        let home = folder.path().to_owned();
        let settings = Settings::from_environment(|name| match name {
            "HOME" => Some(home.clone().into()),
            "XDG_RUNTIME_DIR" => Some(home.join("run").into()),
            _ => None,
        });
        fs::create_dir(home.join("run")).unwrap();
        let this = Self { folder, elsewhere, settings };
        this.write(input, to);
        this
    }

    fn file(&self, to: FileOf) -> PathBuf {
        self.folder.path().join(match to {
            FileOf::Docker => ".docker/config.json",
            FileOf::Podman => "run/containers/auth.json",
        })
    }

    fn write(&self, input: &Value, to: FileOf) {
        let path = self.file(to);
        let mut real = path.clone();
        let link = link(input);
        if before(input).is_some() || !link.is_empty() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
        }
        if !link.is_empty() {
            real = self.elsewhere.path().join("c.json");
            if link.starts_with("rel") {
                real = path.with_file_name("real.json");
                symlink("real.json", &path).unwrap();
            } else {
                symlink(&real, &path).unwrap();
            }
        }
        if let Some(bytes) = before(input) {
            fs::write(&real, bytes).unwrap();
            fs::set_permissions(&real, fs::Permissions::from_mode(octal(&input["mode"]).unwrap_or(0o600)))
                .unwrap();
        }
    }
}

fn ops(input: &Value) -> Vec<Value> {
    input["ops"].as_array().cloned().unwrap_or_default()
}

fn before(input: &Value) -> Option<Vec<u8>> {
    super::bytes(input, "before")
}

/// What the case says of a symbolic link; empty without one.
fn link(input: &Value) -> &str {
    if input["symlink"] == true { "abs" } else { text(input, "symlink") }
}

fn octal(value: &Value) -> Option<u32> {
    let Some(digits) = value.as_str() else { return value.as_u64()?.try_into().ok() };
    u32::from_str_radix(digits.trim_start_matches("0o"), 8).ok()
}

/// The login that an operation stores.
pub fn content(op: &Value) -> Content {
    let secret = |name: &str| op[name].as_str().map(|text| Secret::from_text(text.into()));
    let username = text(op, "username").to_owned();
    match (secret("registrytoken"), secret("identitytoken")) {
        (Some(token), _) => Content::RegistryToken { token },
        (None, Some(token)) => Content::IdentityToken { username, token },
        (None, None) => Content::Basic(Credential::new(
            username,
            secret("password").unwrap_or_else(|| Secret::new(Vec::new())),
        )),
    }
}

fn edit(input: &Value, expect: &Value, to: FileOf) -> Verdict {
    let home = Home::new(input, to);
    let path = home.file(to);
    let old = fs::read(&path).ok();
    for op in ops(input) {
        let failed = one(&home, to, &op, false);
        let failed = match failed {
            // A file that is marked read-only is written after a question.
            Err(error) if error.what.contains("marked read-only") => {
                same("after the question", &json!(old), &json!(fs::read(&path).ok()))?;
                one(&home, to, &op, true)
            }
            other => other,
        };
        match (failed, expect["error"].as_str()) {
            (Ok(()), None) => {}
            (Ok(()), Some(code)) => return Err(format!("expected the error {code}")),
            (Err(error), None) => return Err(error.what),
            // What only edits refuse has words of our own: that it is refused is all that can be compared.
            (Err(_), Some(code)) if OF_READING.contains(&code) => {
                same("error", &json!(code), &json!(refusal(old.as_deref(), to, &op)))?;
            }
            (Err(_), Some(_)) => same("after", &json!(old), &json!(fs::read(&path).ok()))?,
        }
    }
    let new = fs::read(&path).ok();
    check(input, expect, (old.as_deref(), new.as_deref()), &path)?;
    law(input, to, old.as_deref(), new.as_deref())
}

fn one(home: &Home, to: FileOf, op: &Value, force: bool) -> Result<(), Error> {
    let ctx = Context::new(home.settings.clone(), FixedClock(support::now()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let review: Review = if text(op, "do") == "store" {
        let request = add::Request { registry: text(op, "server").into(), content: content(op), to };
        add::review(&ctx.settings, &request)?
    } else {
        let request = remove::Request { name: text(op, "server").into(), file: Some(home.file(to)) };
        match runtime.block_on(remove::review(&ctx, &request)) {
            Err(error) if error.kind == Kind::NotFound => return Ok(()),
            review => review?,
        }
    };
    let shown = format!("{review:?} {:?}", line::words(&review.lines(), None));
    assert!(
        op["password"].as_str().is_none_or(|secret| secret.len() < 3 || !shown.contains(secret)),
        "{shown}"
    );
    let consent = Consent { plain: true, force };
    runtime.block_on(transaction::apply(&ctx, review, consent)).map(drop)
}

/// The code of the refusal, which the error for people does not carry.
fn refusal(old: Option<&[u8]>, to: FileOf, op: &Value) -> Option<&'static str> {
    let format = if to == FileOf::Docker { Format::Docker } else { Format::Containers };
    let server = text(op, "server");
    let key = key::containers_key(server).map_or_else(|_| server.to_owned(), |found| found.key);
    let intent = match text(op, "do") {
        "store" => Intent::Set { key, content: content(op) },
        _ => Intent::Remove { keys: vec![key] },
    };
    let around = transaction::review::around(&Settings::from_environment(|_| None), format);
    planning::plan(old, &intent, &around).err().map(|refusal| refusal.code())
}

fn check(input: &Value, expect: &Value, (old, new): (Option<&[u8]>, Option<&[u8]>), path: &Path) -> Verdict {
    let shown = |bytes: Option<&[u8]>| json!(bytes.map(String::from_utf8_lossy));
    if let Some(after) = expect["after"].as_str() {
        same("after", &json!(after), &shown(new))?;
    }
    if expect["after_equals_before"] == true {
        same("after", &shown(old), &shown(new))?;
    }
    if let Some(semantic) = expect.get("semantic") {
        same("semantic", semantic, &parsed(new))?;
    }
    for member in expect["must_keep"].as_array().into_iter().flatten() {
        let name = member.as_str().unwrap_or_default();
        same(name, &member_of(&parsed(old), name), &member_of(&parsed(new), name))?;
    }
    if let Some(key) = expect["key"].as_str() {
        let keys: Vec<_> =
            parsed(new)["auths"].as_object().into_iter().flat_map(Map::keys).cloned().collect();
        same("keys", &json!([key]), &json!(keys))?;
    }
    let mode = |path: &Path| fs::metadata(path).map(|found| found.permissions().mode() & 0o777).ok();
    if let Some(wanted) = octal(&expect["mode"]) {
        same("mode", &json!(format!("{wanted:o}")), &json!(format!("{:o}", mode(path).unwrap_or_default())))?;
    }
    if let Some(wanted) = octal(&expect["dir_mode"]) {
        same("dir_mode", &json!(Some(wanted)), &json!(mode(path.parent().unwrap())))?;
    }
    if new != old && mode(path).is_some_and(|mode| mode & 0o077 != 0) {
        return Err("others can read the file".into());
    }
    let linked = !link(input).is_empty();
    let still = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    same("still_symlink", &json!(linked), &json!(still))?;
    match expect["target_created"].as_bool() {
        Some(created) => same("target_created", &json!(created), &json!(new.is_some())),
        None => Ok(()),
    }
}

fn parsed(bytes: Option<&[u8]>) -> Value {
    let bytes = bytes.unwrap_or_default();
    serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).unwrap_or_default()
}

/// `auths.z.example.com.email`: the names have dots themselves.
fn member_of(value: &Value, path: &str) -> Value {
    if let Some(found) = value.get(path) {
        return found.clone();
    }
    let mut splits = path.match_indices('.').filter_map(|(at, _)| {
        let found = member_of(value.get(&path[..at])?, &path[at + 1..]);
        (!found.is_null()).then_some(found)
    });
    splits.next().unwrap_or_default()
}

/// Nothing outside the edited entries changes: every member has its old bytes and its old place.
fn law(input: &Value, to: FileOf, old: Option<&[u8]>, new: Option<&[u8]>) -> Verdict {
    let (Some(old), Some(new)) = (members(old), members(new)) else { return Ok(()) };
    let edited: Vec<String> = ops(input)
        .iter()
        .map(|op| match to {
            FileOf::Docker => key::credential_key(text(op, "server")),
            FileOf::Podman => key::containers_key(text(op, "server")),
        })
        .filter_map(|key| key.ok().map(|found| found.key))
        .collect();
    let erased = |name: &str| {
        let erases = |op: &&Value| text(op, "do") != "store";
        ops(input).iter().filter(erases).any(|op| !alias_set(text(op, "server"), [name]).same.is_empty())
    };
    let is_auths = |name: &str| name.eq_ignore_ascii_case("auths");
    let kept = |members: &[(String, String)], of_auths: bool| -> Vec<(String, String)> {
        let stays = |(name, _): &&(String, String)| !of_auths || !(edited.contains(name) || erased(name));
        members.iter().filter(stays).filter(|(name, _)| of_auths || !is_auths(name)).cloned().collect()
    };
    same("top members", &json!(kept(&old, false)), &json!(kept(&new, false)))?;
    let entries = |top: &[(String, String)]| {
        let auths = top.iter().find(|(name, _)| is_auths(name));
        auths.and_then(|(_, raw)| members(Some(raw.as_bytes()))).unwrap_or_default()
    };
    same("entries", &json!(kept(&entries(&old), true)), &json!(kept(&entries(&new), true)))
}

/// The members of an object with the bytes of their values, in order.
fn members(bytes: Option<&[u8]>) -> Option<Vec<(String, String)>> {
    struct Members(Vec<(String, String)>);
    impl<'de> serde::Deserialize<'de> for Members {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Members;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                    let mut members = Vec::new();
                    while let Some((name, value)) =
                        map.next_entry::<String, &serde_json::value::RawValue>()?
                    {
                        members.push((name, value.get().to_owned()));
                    }
                    Ok(Members(members))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    let bytes = bytes?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Members::deserialize(&mut serde_json::Deserializer::from_slice(bytes)).ok().map(|members| members.0)
}
