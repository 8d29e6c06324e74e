//! Runs the cases of `token_response.json`: what a token service answered.

use jiff::Timestamp;
use pullpass::check::token;
use pullpass::net::transport::BODY_LIMIT;
use pullpass::secret::Secret;
use serde_json::{Value, json};

use super::{Verdict, same, text};

/// Compares one case.
pub fn run(case: &Value) -> Verdict {
    let status = case["status"].as_u64().and_then(|status| status.try_into().ok()).ok_or("no status")?;
    let received = text(case, "received_at").parse().map_err(|error| format!("received_at: {error}"))?;
    let body = text(case, "body");
    let kept = body.as_bytes()[..body.len().min(BODY_LIMIT)].to_vec();
    let read = token::read(status, &Secret::new(kept), body.len() > BODY_LIMIT, received);
    let shown = |secret: &Secret| secret.expose_text().map(str::to_owned);
    let granted = read.as_ref().ok();
    let expect = &case["expect"];
    same("error", &expect["error"], &json!(read.as_ref().err().map(|refusal| refusal.code())))?;
    same("token", &expect["token"], &json!(granted.and_then(|granted| shown(&granted.token))))?;
    let refresh = granted.and_then(|granted| granted.refresh_token.as_ref()).and_then(shown);
    same("refresh_token", &expect["refresh_token"], &json!(refresh))?;
    let ends = granted.map(|granted| granted.expires_at.as_second());
    same("expires_at", &json!(seconds(&expect["expires_at"])?), &json!(ends))
}

/// An instant as whole seconds: the parts of one that an `issued_at` may have are written in many ways.
fn seconds(instant: &Value) -> Result<Option<i64>, String> {
    let Some(text) = instant.as_str() else { return Ok(None) };
    let at: Timestamp = text.parse().map_err(|error| format!("expires_at: {error}"))?;
    Ok(Some(at.as_second()))
}
