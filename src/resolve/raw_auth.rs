//! An `auth` text that goes out as it stands: what a registry makes of it.

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

use crate::credential::auth;
use crate::credential::diagnostic::Diagnostics;
use crate::resolve::base64;
use crate::resolve::trace::Sent;
use crate::secret::Secret;

/// What goes out. A registry that is as lenient as it can be reads user name and password out of it.
pub fn sent(text: Secret) -> Sent {
    let raw = text.expose_text().unwrap_or_default();
    let mut found = Diagnostics::default();
    let (username, password) = match (auth::split(raw, &mut found), base64::go(raw)) {
        // NUL stays where it is: nobody takes the text apart on the way.
        (Ok(_), Some(bytes)) => halves(&bytes),
        (Ok(pair), None) => (Some(lossy(&pair.username)), Some(pair.password)),
        (Err(_), Some(bytes)) => (Some(lossy(&bytes)), None),
        (Err(_), None) => (None, None),
    };
    let is_plain = STANDARD.decode(raw).is_ok();
    Sent { username, password, raw_auth: (!is_plain).then_some(text), ..Sent::default() }
}

fn halves(bytes: &[u8]) -> (Option<String>, Option<Secret>) {
    let colon = bytes.iter().position(|byte| *byte == b':').unwrap_or(bytes.len());
    let password = bytes.get(colon + 1..).map(|password| Secret::new(password.to_vec()));
    (Some(lossy(&bytes[..colon])), password)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// True where no character keeps it out of a header.
pub fn fits_a_header(text: &Secret) -> bool {
    let text = text.expose_text().unwrap_or_default();
    text.chars().all(|c| c == '\t' || (' '..='~').contains(&c) || ('\u{80}'..='\u{ff}').contains(&c))
}
