//! Everything odd on this machine, worst first: what is so, whom it hurts, and one way to mend it.
//!
//! ```text
//! machine       what the rules look at
//! other_files   what is known of other tools' files
//! rules/        one file a rule; `rules::RULES` is the table
//! finding       what a rule found
//! mend          the findings that are mended without losing anything, as one review
//! ```

pub mod finding;
pub mod machine;
pub mod mend;
mod other_files;
pub mod rules;

pub use finding::{Finding, Fix};
pub use machine::Machine;

use std::cmp::Reverse;

/// Asks every rule. The gravest finding comes first; equal ones come in the order of the rules.
pub fn look(machine: &Machine<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules::RULES {
        let from = found.len();
        (rule.look)(machine, &mut found);
        found[from..].iter_mut().for_each(|finding| finding.rule = rule.code);
    }
    found.sort_by_key(|finding| Reverse(finding.severity));
    found
}

/// True where a place could not be looked into, so that what was found is not all.
pub fn is_blind(machine: &Machine<'_>) -> bool {
    use crate::app::inventory::SourceState;
    machine.inventory.sources.iter().any(|source| matches!(source.state, SourceState::Unreadable(_)))
}

#[cfg(test)]
mod tests;
