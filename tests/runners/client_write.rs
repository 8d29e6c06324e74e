//! What a helper is told, to the byte, and what becomes of the file when a login is stored or erased.

use std::fs;

use crate::support;
use crate::support::mock_helper::Mocks;
use pullpass::app::Context;
use pullpass::app::login::add::{self, FileOf};
use pullpass::app::login::remove;
use pullpass::app::transaction::{self, Consent};
use pullpass::clock::FixedClock;
use pullpass::credential_helper::HelperName;
use pullpass::settings::Settings;
use serde_json::{Value, json};

use super::{Verdict, file, judges, same, text};

/// Keeps what it is told and gives it back.
const HELPER: &str = r"case $1 in
store) tee $D/store-stdin >$D/kept ;;
get) cat >$D/get-stdin; [ -s $D/kept ] && cat $D/kept || { echo credentials not found in native keychain; exit 1; } ;;
erase) cat >$D/erase-stdin; rm -f $D/kept ;;
list) cat >$D/list-stdin; echo '{}' ;;
esac";

/// Compares one case of kind `helper` in which this program writes to one.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    judges("helper client_write", expect, &["helper_argv", "helper_stdin", "config_after"]);
    let mocks = Mocks::with("mock", HELPER);
    let home = mocks.file("home");
    fs::create_dir_all(home.join(".docker")).unwrap();
    let path = home.join(".docker/config.json");
    fs::write(&path, text(input, "config_json")).unwrap();
    if input["ops"].as_array().into_iter().flatten().any(|op| text(op, "do") != "store") {
        fs::write(mocks.file("kept"), r#"{"Username":"old","Secret":"old"}"#).unwrap();
    }
    let programs = mocks.path_var();
    let settings = Settings::from_environment(|name| match name {
        "HOME" => Some(home.clone().into()),
        "PATH" => Some(programs.clone()),
        _ => None,
    });
    let ctx = Context::new(settings, FixedClock(support::now()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for op in input["ops"].as_array().into_iter().flatten() {
        let registry = text(op, "server").to_owned();
        let mock = HelperName::new("mock").map_err(|error| error.to_string())?;
        let review = match text(op, "do") {
            "get" => {
                runtime.block_on(ctx.client.get(&mock, &registry)).map_err(|error| error.to_string())?;
                continue;
            }
            "list" => {
                runtime.block_on(ctx.client.list(&mock)).map_err(|error| error.to_string())?;
                continue;
            }
            "store" => {
                let request = add::Request { registry, content: file::content(op), to: FileOf::Docker };
                add::review(&ctx.settings, &request)
            }
            _ => {
                let request = remove::Request { name: registry, file: Some(path.clone()) };
                runtime.block_on(remove::review(&ctx, &request))
            }
        };
        let review = review.map_err(|error| error.what)?;
        runtime.block_on(transaction::apply(&ctx, review, Consent::default())).map_err(|error| error.what)?;
    }
    let action = expect["helper_argv"][0].as_str().unwrap_or("store");
    let told =
        fs::read_to_string(mocks.file(&format!("{action}-stdin"))).map_err(|error| error.to_string())?;
    same("helper_stdin", &expect["helper_stdin"], &json!(told))?;
    // The case has docker's spacing; ours is the file's own.
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let after = parsed(&fs::read_to_string(&path).unwrap_or_default());
    match expect["config_after"].as_str() {
        Some(wanted) => same("config_after", &parsed(wanted), &after),
        None => Ok(()),
    }
}
