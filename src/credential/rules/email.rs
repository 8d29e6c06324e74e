//! The e-mail address, as a browser's `<input type=email>` judges it.
//!
//! Source: the WHATWG HTML standard, "valid e-mail address". rapyuta.io's console asks for a valid one; its code takes
//! anything.

use super::FieldVerdict;

/// True for what a browser takes.
pub fn is_valid(email: &str) -> bool {
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            && ends.into_iter().flatten().all(u8::is_ascii_alphanumeric)
    };
    email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && local.bytes().all(is_atom) && domain.split('.').all(is_label)
    })
}

/// True where the domain has no dot: a browser takes it, and hardly any mail reaches it.
pub fn lacks_dot(email: &str) -> bool {
    is_valid(email) && email.split_once('@').is_some_and(|(_, domain)| !domain.contains('.'))
}

/// The verdict on an address; it may be left out.
pub fn verdict(email: &str) -> FieldVerdict {
    if email.is_empty() {
        return FieldVerdict::Warn(
            "None given: docker and podman need none, rapyuta.io asks for one.".into(),
        );
    }
    if !is_valid(email) {
        return FieldVerdict::wrong(
            "This is no e-mail address.",
            "Write it as name@example.com, without blanks or quotes.",
        );
    }
    let warnings = [
        (lacks_dot(email), "The domain has no dot: is its end missing?"),
        (
            email.eq_ignore_ascii_case("example@example.com"),
            "This is the made-up address that rapyuta.io's old importer wrote.",
        ),
    ];
    FieldVerdict::warn_of(warnings.into_iter().filter(|(is, _)| *is).map(|(_, words)| words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_dot_and_a_made_up_one_are_warned_of() {
        let table = [
            ("jane@example.com", false, false),
            ("", true, false),
            ("jane@localhost", true, false),
            ("example@example.com", true, false),
            ("jane@", false, true),
            ("@example.com", false, true),
            ("jane@example..com", false, true),
            ("jane@example.com.", false, true),
        ];
        for (email, warns, is_wrong) in table {
            let verdict = verdict(email);
            assert_eq!(
                (matches!(verdict, FieldVerdict::Warn(_)), verdict.is_wrong()),
                (warns, is_wrong),
                "{email}"
            );
        }
        assert!(!is_valid(&format!("jane@{}.com", "a".repeat(64))));
    }
}
