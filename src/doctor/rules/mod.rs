//! The table of rules. Each looks at a machine and tells what it finds; none of them reads or changes anything.

mod ambiguous;
mod broken_entry;
mod broken_file;
mod contradicting;
mod dropped_members;
mod expired;
mod exposed;
mod helper;
mod hub_name;
mod marker;
mod never_found;
mod one_reader;
pub mod other_tools;
mod plain_text;
mod runtime_file;
mod shadowed;
mod store_lacks_it;
mod variables;
mod wrong_kind;

use crate::doctor::finding::Finding;
use crate::doctor::machine::Machine;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// The identifier in the JSON output.
    pub code: &'static str,
    /// What it looks for.
    pub words: &'static str,
    /// Looks.
    pub(super) look: fn(&Machine<'_>, &mut Vec<Finding>),
}

macro_rules! rules {
    ($($code:literal $words:literal $look:path;)*) => {
        /// All of them.
        pub const RULES: &[Rule] = &[$(Rule { code: $code, words: $words, look: $look }),*];
    };
}

rules! {
    "broken_file" "a file that tools cannot read" broken_file::look;
    "broken_entry" "an entry that makes docker refuse its file, so that chance decides about the others" broken_entry::look;
    "variables" "variables that lead to no file" variables::look;
    "helper" "helpers that are missing, cannot run, or were left behind" helper::look;
    "never_found" "logins that no tool finds" never_found::look;
    "hub_name" "a Docker Hub login under a name that docker does not ask for" hub_name::look;
    "expired" "tokens that have ended, or end soon" expired::look;
    "wrong_kind" "a registry that wants another kind of user name or token" wrong_kind::look;
    "store_lacks_it" "a login that the file says a store keeps, and the store does not" store_lacks_it::look;
    "shadowed" "logins that another place hides" shadowed::look;
    "ambiguous" "keys of one registry among which chance decides" ambiguous::look;
    "contradicting" "one registry, two accounts" contradicting::look;
    "exposed" "files that others can read, or that have a second name" exposed::look;
    "plain_text" "secrets in plain text" plain_text::look;
    "marker" "empty entries for which no store keeps anything" marker::look;
    "one_reader" "files that hardly any tool reads" one_reader::look;
    "runtime_file" "logins that do not survive a restart" runtime_file::look;
    "other_tools" "files in which other tools keep logins: unreadable, blocked by a missing store, in plain text" other_tools::look;
    "dropped_members" "members that a tool drops at its next write" dropped_members::look;
}
