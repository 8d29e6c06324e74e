//! A named secret of the vault, as `pullpass show` prints it.

use std::fmt::Write as _;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::vault::by_name;
use crate::cli::list::account;
use crate::cli::show::{self, claim_words};
use crate::credential::expiry::Grain;
use crate::credential::token;
use crate::refresh::hint;
use crate::registry::{key, provider};
use crate::text;
use crate::vault::record::Record;

/// The secret as lines: label and value.
pub fn describe(out: &mut String, record: &Record, now: Timestamp) {
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let _infallible = writeln!(out, "{label:<9} {}", text::safe(value));
        }
    };
    let token = by_name::token(record, now);
    line("name", &record.name);
    line("registry", &key::display_name(&record.key));
    line("key", &record.key);
    line("store", "vault");
    line("account", account(&by_name::account(record)));
    line("email", record.email.as_deref().unwrap_or_default());
    let provider = provider::identify(&record.key).provider;
    line("provider", provider.name());
    line("secret", token.kind.words());
    line("expires", &token.expiry.sentence(now, Grain::Seconds));
    line("reminder", &record.expires_on.map(|day| day.to_string()).unwrap_or_default());
    line(
        "used by",
        if record.is_login { "docker, through docker-credential-pullpass" } else { "nobody by itself" },
    );
    let hint = hint::refresh_hint(&record.key, &record.credential.username, provider, token.kind);
    line("renew", &hint.unwrap_or_default());
    line("added", &text::moment(record.created_at, now));
    line("changed", &text::moment(record.changed_at, now));
    for diagnostic in token.warnings.iter() {
        line("note", &diagnostic.sentence());
    }
    for claim in token::decode(record.credential.secret.expose()) {
        line(claim.section, &claim_words(&claim, now));
    }
}

/// All that is to be printed of it.
pub fn shown(record: &Record, reveal: bool, terminal: bool, now: Timestamp) -> Zeroizing<String> {
    // A secret is at most this long; a text that grows would leave copies behind.
    let mut out = Zeroizing::new(String::with_capacity(4096 + record.credential.secret.len() * 8));
    describe(&mut out, record, now);
    if reveal {
        show::reveal(&mut out, Some(&record.credential.secret), terminal);
    }
    out
}
