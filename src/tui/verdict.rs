//! The verdict of a check in words, for the detail, the review and the messages.

use crate::check::flow::{Note, Report};
use crate::check::rate_limit::RateLimit;
use crate::check::verdict::{Standing, Verdict};

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

/// True where somebody should do something.
pub fn is_bad(verdict: Verdict) -> bool {
    verdict.standing() == Standing::Refused
}
