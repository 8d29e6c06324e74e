//! What the tests of the readers share, and what holds for every layout.

use proptest::prelude::*;

use super::*;
use crate::export::{self, Bundle, Form};

/// The logins of a text, each in a line: name, registry, user name, secret.
pub fn drafts(text: &str) -> Vec<String> {
    let drafts = read(text.as_bytes()).unwrap().drafts;
    let line = |one: &Draft| {
        let secret = one.secret.expose_text().unwrap();
        format!("{} {} {} {secret}", one.name, one.registry, one.username)
    };
    drafts.iter().map(line).collect()
}

/// Why a text is refused.
pub fn code(text: &str) -> &'static str {
    read(text.as_bytes()).unwrap_err().code()
}

/// The member for which a text is refused.
pub fn problem(text: &str) -> &'static str {
    match read(text.as_bytes()).unwrap_err() {
        CannotRead::Member { path, .. } => path,
        other => other.code(),
    }
}

/// Exports a login in its literal form, and reads it back.
fn there_and_back(platform: &str, answers: &[(&str, &str)], login: &Bundle) -> Option<Draft> {
    let artifact = export::tests::one(platform, login, Form::Literal, answers).ok()?;
    let revealed = artifact.files[0].body.reveal();
    Some(read(revealed.expose()).unwrap().drafts.remove(0))
}

/// A platform and the answers to it, and whether the name and the address come back from it.
type BothWays = (&'static str, &'static [(&'static str, &'static str)], bool, bool);

/// The platforms whose literal form is read back.
const BOTH_WAYS: &[BothWays] = &[
    ("kubernetes", &[], true, true),
    ("rapyuta", &[], true, true),
    ("config-json", &[], false, false),
    ("config-json", &[("reader", "podman")], false, false),
    ("gitlab-ci", &[], false, false),
    ("circleci", &[], false, false),
    ("k3s", &[], false, false),
];

proptest! {
    #[test]
    fn export_then_import_is_identity(
        secret in export::tests::password(), username in "[a-z$'\"{ é]{0,6}[a-z]", hub in any::<bool>()
    ) {
        let (key, image) = if hub { ("docker.io", "acme/app:1") } else { ("reg.example.com:5000", "reg.example.com:5000/a:1") };
        let mut login = export::tests::bundle(key, &username, &secret);
        login.name = "pull-secret".into();
        login.image = Some(image.into());
        prop_assume!(!crate::credential::rules::user::verdict(crate::credential::rules::SecretType::Private, &username).is_wrong());
        for (platform, answers, has_name, has_email) in BOTH_WAYS {
            // What a language cannot hold is refused before it is written.
            let Some(draft) = there_and_back(platform, answers, &login) else {
                prop_assert_eq!(*platform, "circleci");
                continue;
            };
            prop_assert_eq!(&draft.username, &username, "{}", platform);
            prop_assert_eq!(draft.secret.expose_text(), Some(secret.as_str()), "{}", platform);
            let registry = Bundle::new(draft.registry.as_str(), "", None).registry();
            prop_assert_eq!(registry.host, login.registry().host, "{}", platform);
            prop_assert_eq!(draft.name == login.name, *has_name, "{}", platform);
            prop_assert_eq!(draft.email == login.email, *has_email, "{}", platform);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in r#"[-a{}\[\],:&*!|>'"%#\n $]{0,40}|\PC{0,40}"#) {
        let _any = read(text.as_bytes());
    }
}

#[test]
fn a_byte_order_mark_and_other_objects_are_no_hindrance() {
    let registries = "\u{feff}configs:\n  a.io:\n    auth: {username: jane, password: p}\n";
    assert_eq!(drafts(registries), [" a.io jane p"]);
    assert_eq!(drafts(&format!("other: thing\n---\n{}", &registries[3..])), [" a.io jane p"]);
}

#[test]
fn an_auth_value_alone_is_a_login_without_a_registry() {
    for text in ["amFuZTpwOnc=", " amFuZTpwOnc=\n", "\"amFuZTpwOnc=\""] {
        let found = read(text.as_bytes()).unwrap();
        assert_eq!(found.layout, Layout::Auth);
        assert_eq!(drafts(text), ["  jane p:w"], "{text}");
    }
    for text in ["amFuZTo=", "OnA=", "amFuZQ==", "hello"] {
        assert_eq!(code(text), "unknown_layout", "{text}");
    }
}

#[test]
fn what_is_no_known_file_is_refused_in_words() {
    let table = [
        ("", "unknown_layout"),
        ("hello", "unknown_layout"),
        ("{}", "unknown_layout"),
        ("a: [", "syntax"),
        ("{\"auths\": {", "syntax"),
        ("configs:\n  {{ range .x }}\n", "template"),
        ("configs: {a.io: {auth: {username: {{ .user }}, password: x}}}", "template"),
    ];
    for (text, expected) in table {
        assert_eq!(code(text), expected, "{text}");
        let reason = read(text.as_bytes()).unwrap_err();
        assert!(reason.what().ends_with('.') && reason.next().ends_with('.'), "{text}");
    }
}
