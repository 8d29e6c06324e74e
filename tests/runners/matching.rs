//! How other tools match a stored key.

use pullpass::registry::matching::{self, BuildxScope};
use pullpass::resolve::kubelet;
use serde_json::{Value, json};

use super::{Verdict, judges, not_judged, same, text, texts};

/// Compares one case of kind `match`.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    judges("match", expect, &["match", "order", "host", "repo", "actions", "used"]);
    let input_text = |member| text(input, member);
    let matches = |found: bool| same("match", &expect["match"], &json!(found));
    match input_text("matcher") {
        "kubernetes" => matches(kubelet::matches(input_text("glob"), input_text("target"))),
        "kubernetes_lookup" => matches(!kubelet::tried([input_text("key")], input_text("image")).is_empty()),
        "wincred" => matches(matching::wincred_matches(input_text("stored"), input_text("query"))),
        "podman_order" => {
            same("order", &expect["order"], &json!(matching::podman_order(input_text("image"))))
        }
        "buildx_scope" => {
            let scope = BuildxScope::of_folder(input_text("dir"));
            same("host", &expect["host"], &json!(scope.host))?;
            same("repo", &expect["repo"], &json!(scope.repository))?;
            same("actions", &json!(sorted(texts(expect, "actions"))), &json!(sorted(scope.actions.clone())))?;
            let scopes = texts(input, "request_scopes");
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            same("used", &expect["used"], &json!(scope.serves(&scopes)))
        }
        other => {
            not_judged(format!("match: matcher {other}"));
            Ok(())
        }
    }
}

/// buildx keeps actions as a set.
fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list
}
