//! The JSON of `doctor`, version 1. `docs/json.md` explains it, `docs/doctor.schema.json` defines it.

use jiff::Timestamp;
use serde::Serialize;

use super::{VERSION, printed};
use crate::credential::diagnostic::Severity;
use crate::doctor::Finding;
use crate::error::Result;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    generated_at: Timestamp,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'static str,
    severity: &'static str,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    what: &'a str,
    hurts: &'a str,
    fix: JsonFix<'a>,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    kind: &'static str,
    words: &'a str,
}

/// The answer of `doctor --json`. There is no secret in it.
pub fn document(findings: &[Finding], now: Timestamp) -> Result<String> {
    let findings = findings.iter().map(json_finding).collect();
    let document = Document { version: VERSION, generated_at: now, findings };
    printed(&document)
}

fn json_finding(finding: &Finding) -> JsonFinding<'_> {
    JsonFinding {
        rule: finding.rule,
        severity: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        source: &finding.place,
        key: finding.key.as_deref(),
        what: &finding.what,
        hurts: &finding.hurts,
        fix: JsonFix { kind: finding.fix.code(), words: finding.fix.words() },
    }
}
