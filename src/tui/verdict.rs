//! The verdict of a check in words, for the detail, the review and the messages.

use jiff::Timestamp;

use crate::check::flow::{Note, Report};
use crate::check::rate_limit::RateLimit;
use crate::check::verdict::{Standing, Verdict};
use crate::text;
use crate::tui::model::Found;

/// What was found, as a sentence, with what the registry said.
pub fn sentence(report: &Report) -> String {
    match report.remark() {
        Some(remark) => format!("{} {remark}", report.sentence()),
        None => report.sentence(),
    }
}

/// What is worth knowing besides, and the next step, a sentence each.
pub fn more(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.not_asked().into_iter().collect();
    lines.extend(report.notes.iter().map(Note::sentence));
    lines.extend(report.rate_limit.as_ref().map(RateLimit::sentence));
    lines.extend(report.retry_after.map(|seconds| format!("It asks to be left alone for {seconds} s.")));
    lines.extend(Some(report.next()).filter(|next| !next.is_empty()));
    lines
}

/// "works, 3m ago"
pub fn with_time(found: &Found, now: Timestamp) -> String {
    let past = (now.as_second() - found.at.as_second()).max(0);
    let when = if past < 60 { "just now".to_owned() } else { format!("{} ago", text::rough(past)) };
    format!("{}, {when}", found.verdict.word())
}

/// Seconds until [`with_time`] says something else.
pub fn changes_in(found: &Found, now: Timestamp) -> i64 {
    text::rough_step((now.as_second() - found.at.as_second()).max(0), true)
}

/// True where somebody should do something.
pub fn is_bad(verdict: Verdict) -> bool {
    verdict.standing() == Standing::Refused
}
