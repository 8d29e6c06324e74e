//! The JSON of `which`, version 1. `docs/json.md` explains it, `docs/which.schema.json` defines it.

use jiff::Timestamp;
use serde::Serialize;

use super::{VERSION, printed};
use crate::app::which::Who;
use crate::error::Result;
use crate::resolve::{self, End, Step, Trace, Winner};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    generated_at: Timestamp,
    image: &'a str,
    user: &'static str,
    tools: Vec<JsonTool<'a>>,
}

#[derive(Serialize)]
struct JsonTool<'a> {
    tool: &'static str,
    name: &'static str,
    versions: &'static str,
    evidence: &'static str,
    end: &'static str,
    words: String,
    logins: Vec<JsonLogin<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    depends_on: Option<JsonHelper<'a>>,
    steps: Vec<JsonStep<'a>>,
}

#[derive(Serialize)]
struct JsonLogin<'a> {
    place: &'static str,
    source: String,
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonHelper<'a> {
    helper: &'a str,
    asked: &'a str,
}

#[derive(Serialize)]
struct JsonStep<'a> {
    place: &'static str,
    source: String,
    asked: &'a str,
    outcome: &'static str,
    words: String,
}

/// The answer of `which --json`. There is no secret in it.
pub fn document(image: &str, who: Who, traces: &[Trace], now: Timestamp) -> Result<String> {
    let tools = traces.iter().filter_map(json_tool).collect();
    let document = Document { version: VERSION, generated_at: now, image, user: who.code(), tools };
    printed(&document)
}

fn json_tool(trace: &Trace) -> Option<JsonTool<'_>> {
    let tool = resolve::TOOLS.iter().find(|tool| tool.id == trace.tool)?;
    Some(JsonTool {
        tool: tool.id,
        name: tool.name,
        versions: tool.version,
        evidence: tool.evidence.code(),
        end: trace.end.code(),
        words: trace.end.sentence(),
        logins: trace.end.candidates().into_iter().map(json_login).collect(),
        depends_on: match &trace.end {
            End::Depends(depends) => Some(JsonHelper { helper: &depends.helper, asked: &depends.asked }),
            _ => None,
        },
        steps: trace.steps.iter().map(json_step).collect(),
    })
}

fn json_login(winner: &Winner) -> JsonLogin<'_> {
    JsonLogin {
        place: winner.source.code(),
        source: winner.source.to_string(),
        key: &winner.key,
        username: winner.shown_username(),
    }
}

fn json_step(step: &Step) -> JsonStep<'_> {
    JsonStep {
        place: step.source.code(),
        source: step.source.to_string(),
        asked: &step.asked,
        outcome: step.outcome.code(),
        words: step.sentence(),
    }
}
