//! What a check may do only after a yes, and the questions for it.

use crate::check::flow::{RealmPair, Report};
use crate::check::verdict::Verdict;
use crate::tui::dialog::confirm::Confirm;

/// Where a login may go only after a yes. A no is for the one check: whoever presses the key again wants it again, as in
/// lazygit and k9s, and is asked again.
#[derive(Clone, Debug)]
pub(super) enum Permission {
    /// To this token service; a yes is remembered.
    Realm(RealmPair),
    /// To this registry, over plain http; a yes holds for this session.
    PlainHttp(String),
}

impl Permission {
    /// What a report asks for.
    pub fn of(report: &Report, host: String) -> Option<Self> {
        match &report.ask {
            Some(pair) => Some(Self::Realm(pair.clone())),
            None if report.verdict == Verdict::PlainHttpServer => Some(Self::PlainHttp(host)),
            None => None,
        }
    }

    pub fn question(&self) -> Confirm {
        match self {
            Self::Realm(pair) => realm_question(pair),
            Self::PlainHttp(host) => http_question(host),
        }
    }
}

/// Both hosts are shown in ASCII, so that no letter can pass for another.
fn realm_question(pair: &RealmPair) -> Confirm {
    Confirm {
        title: "Send the login to another host?".into(),
        lines: vec![
            format!("{} wants the login sent to the token service", pair.registry),
            pair.realm.clone(),
            "Nothing tells that it belongs to the registry. Whoever runs it gets the password.".into(),
            "A yes is remembered for these two.".into(),
        ],
        safe_word: "Do not send",
        danger_word: "Send it there",
        typed: None,
    }
}

fn http_question(host: &str) -> Confirm {
    Confirm {
        title: "Send the login over plain http?".into(),
        lines: vec![
            format!(
                "{host} talks plain http: anybody on the way can read the login, and pose as the registry."
            ),
            "A yes holds until you leave pullpass.".into(),
        ],
        safe_word: "Do not send",
        danger_word: "Send it all the same",
        typed: None,
    }
}
