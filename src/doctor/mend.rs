//! Mending what can be mended without losing anything: one review of all of it, which one undo takes back.

use crate::app::transaction::{FileChange, Line, Review};
use crate::doctor::finding::{Finding, Fix};
use crate::settings::Settings;

/// What mending these findings will do. What no longer needs it, or cannot be edited, is left out, and the second is said.
pub fn review(settings: &Settings, findings: &[Finding]) -> Review {
    let mut review = Review::default();
    for finding in findings {
        let Fix::Edit(file, intent) = &finding.fix else { continue };
        match FileChange::plan(settings, file, intent.clone()) {
            Ok(change) if change.plan.is_empty() => {}
            Ok(change) => review.files.push(change),
            Err(error) => review.skipped.push(Line::Said(error.what)),
        }
    }
    review
}
