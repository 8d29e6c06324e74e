//! Edits of any document: nothing outside the edited entry changes, and undoing gives the old bytes back.

use proptest::collection::vec;
use proptest::prelude::*;
use pullpass::config::default_store::Machine;
use pullpass::config::docker;
use pullpass::config::edit_refused::EditError;
use pullpass::config::locate::Format;
use pullpass::config::plan::{EditContext, EditPlan, HelperStep, Intent, PastEdit};
use pullpass::config::planning;
use pullpass::credential::Credential;
use pullpass::credential::content::Content;
use pullpass::error::Error;
use pullpass::registry::alias::alias_set;
use pullpass::secret::Secret;
use serde_json::value::RawValue;

use crate::documents::{KEYS, document};

const AROUND: EditContext = EditContext {
    format: Format::Docker,
    machine: Machine { store: None, pass_shadows_secretservice: false },
};

/// Spellings of two registries.
const SPELLINGS: [&str; 6] = [
    "https://index.docker.io/v1/",
    "docker.io",
    "index.docker.io",
    "reg.example.com",
    "https://reg.example.com",
    "http://reg.example.com/v1/",
];

fn intent() -> impl Strategy<Value = Intent> {
    let key = || proptest::sample::select(&KEYS[..]).prop_map(str::to_owned);
    let secret = || "[!-~ä]{1,20}".prop_map(Secret::from_text);
    let content = prop_oneof![
        ("[a-zA-Z<>&\"äß]{1,9}", secret())
            .prop_map(|(username, password)| Content::Basic(Credential::new(username, password))),
        ("[a-z]{0,9}", secret()).prop_map(|(username, token)| Content::IdentityToken { username, token }),
        secret().prop_map(|token| Content::RegistryToken { token }),
    ];
    prop_oneof![
        3 => (key(), content).prop_map(|(key, content)| Intent::Set { key, content }),
        1 => vec(key(), 1..3).prop_map(|keys| Intent::Remove { keys }),
        1 => key().prop_map(|key| Intent::MoveToHelper { key, helper: "pullpass".into() }),
        1 => key().prop_map(|key| Intent::UseHelper { key, helper: "pullpass".into() }),
        1 => Just(Intent::AskForAll { helper: "pullpass".into() }),
        1 => proptest::option::of(Just("desktop".to_owned()))
            .prop_map(|store| Intent::ForgetHelper { helper: "pullpass".into(), store }),
        1 => (key(), key()).prop_map(|(from, to)| Intent::Rename { from, to }),
        1 => key().prop_map(|key| Intent::DropHelper { key }),
        1 => Just(Intent::DropStore),
    ]
}

fn keys_of(intent: &Intent) -> Vec<String> {
    match intent {
        Intent::Set { key, .. }
        | Intent::MoveToHelper { key, .. }
        | Intent::UseHelper { key, .. }
        | Intent::DropHelper { key } => vec![key.clone()],
        Intent::Rename { from, to } => vec![from.clone(), to.clone()],
        Intent::Remove { keys } => keys.clone(),
        Intent::AskForAll { .. } | Intent::ForgetHelper { .. } | Intent::DropStore | Intent::Restore(_) => {
            Vec::new()
        }
    }
}

/// The members of the object at the top, or of `auths`: name and bytes.
fn members(text: &str, auths: bool) -> Vec<(String, String)> {
    let text = text.trim_start_matches('\u{feff}');
    let top: Vec<(String, Box<RawValue>)> = object(text);
    let found = if auths {
        top.iter().find(|(name, _)| name == "auths").map(|(_, raw)| object(raw.get())).unwrap_or_default()
    } else {
        top
    };
    found.into_iter().map(|(name, raw)| (name, raw.get().to_owned())).collect()
}

fn object(text: &str) -> Vec<(String, Box<RawValue>)> {
    let mut diagnostics = pullpass::credential::diagnostic::Diagnostics::default();
    let members = pullpass::config::document::members(text, &mut diagnostics).unwrap();
    members.into_iter().map(|(name, raw)| (name.into_owned(), raw.to_owned())).collect()
}

fn without(members: Vec<(String, String)>, names: &[String]) -> Vec<(String, String)> {
    members.into_iter().filter(|(name, _)| !names.contains(name)).collect()
}

fn planned(text: &str, intent: &Intent) -> Option<EditPlan> {
    planning::plan(Some(text.as_bytes()), intent, &AROUND).ok()
}

fn applied(plan: &EditPlan, text: &str) -> String {
    String::from_utf8(plan.apply(text.as_bytes()).to_vec()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_outside_the_edited_entry_changes(text in document(), intent in intent()) {
        let Some(plan) = planned(&text, &intent) else { return Ok(()) };
        let after = applied(&plan, &text);
        let edited = keys_of(&intent);
        let ours = ["auths", "credHelpers", "credsStore"].map(str::to_owned);
        // Every other member and entry: its bytes and its place among the others.
        prop_assert_eq!(without(members(&text, false), &ours), without(members(&after, false), &ours));
        prop_assert_eq!(without(members(&text, true), &edited), without(members(&after, true), &edited));
        // What an entry holds besides its secret.
        for key in &edited {
            let entry = |text: &str| members(text, true).into_iter().find(|(name, _)| name == key);
            let (Some((_, old)), Some((_, new))) = (entry(&text), entry(&after)) else { continue };
            if old == "null" {
                continue;
            }
            let secrets = ["auth", "username", "password", "identitytoken", "registrytoken"].map(str::to_owned);
            prop_assert_eq!(without(members(&old, false), &secrets), without(members(&new, false), &secrets));
        }
        // Each splice leaves what is context it, the blanks included.
        let mut now = text.trim_start_matches('\u{feff}').to_owned();
        for splice in &plan.splices {
            let next = splice.apply(&now).to_string();
            prop_assert_eq!(&now[..splice.at.start], &next[..splice.at.start]);
            let rest = &now[splice.at.end..];
            prop_assert!(next.ends_with(rest));
            now = next;
        }
        prop_assert_eq!(now, after.trim_start_matches('\u{feff}'));
        prop_assert_eq!(text.starts_with('\u{feff}'), after.starts_with('\u{feff}'));
    }

    #[test]
    fn the_result_is_read_with_the_new_login_in_it(text in document(), intent in intent()) {
        let Some(plan) = planned(&text, &intent) else { return Ok(()) };
        let file = docker::read(&plan.apply(text.as_bytes()));
        prop_assert!(file.problem.is_none() && !file.is_read_only(), "{:?}", file.problem);
        let entry = |key: &str| file.entries.iter().find(|entry| entry.key == key);
        match &intent {
            Intent::Set { key, content } => {
                let found = entry(key).unwrap();
                prop_assert_eq!(found.secret(), Some(content.secret()));
                if let Content::Basic(Credential { username, .. }) = content {
                    prop_assert_eq!(found.username_text().unwrap_or_default(), username.as_str());
                }
            }
            Intent::Remove { keys } => prop_assert!(keys.iter().all(|key| entry(key).is_none())),
            Intent::MoveToHelper { key, helper } => {
                prop_assert!(entry(key).is_none_or(|entry| entry.secret().is_none()));
                let step = plan.helper_steps.first();
                prop_assert!(step.is_some_and(|step| file.cred_helpers.contains(&(step.key.clone(), helper.clone()))));
            }
            Intent::UseHelper { key, helper } => {
                prop_assert!(entry(key).is_none_or(|entry| entry.secret().is_none()));
                let is_named = file.cred_helpers.iter().any(|(_, named)| named == helper);
                prop_assert!(is_named || file.creds_store.as_ref() == Some(helper));
                prop_assert!(plan.helper_steps.is_empty() && !plan.plain);
            }
            Intent::AskForAll { helper } => prop_assert_eq!(file.creds_store.as_ref(), Some(helper)),
            Intent::ForgetHelper { helper, .. } => {
                prop_assert!(file.creds_store.as_ref() != Some(helper));
                prop_assert!(file.cred_helpers.iter().all(|(_, named)| named != helper));
            }
            Intent::Rename { from, to } if from != to => {
                let before = docker::read(text.as_bytes());
                let old = |key: &str| before.entries.iter().find(|entry| entry.key == key);
                let moved = old(to).or_else(|| old(from)).map(|entry| entry.secret());
                prop_assert_eq!(entry(to).map(|entry| entry.secret()), moved);
                prop_assert!(entry(from).is_none() || old(to).is_some());
            }
            Intent::DropHelper { key } => {
                prop_assert!(file.cred_helpers.iter().all(|(helped, _)| helped != key) && plan.helper_steps.is_empty());
            }
            Intent::DropStore => prop_assert!(file.creds_store.is_none() && plan.helper_steps.is_empty()),
            Intent::Rename { .. } | Intent::Restore(_) => {}
        }
        // The same again changes nothing.
        let again = planned(&applied(&plan, &text), &intent);
        prop_assert!(again.is_none_or(|again| again.splices.is_empty()));
    }

    #[test]
    fn an_edit_undone_is_no_edit(text in document(), intent in intent()) {
        let Some(plan) = planned(&text, &intent) else { return Ok(()) };
        let after = applied(&plan, &text);
        let secret = |text: &str| Some(Secret::new(text.as_bytes().to_vec()));
        let undo = Intent::Restore(PastEdit { before: secret(&text), after: secret(&after), members: plan.members.clone() });
        let undone = planned(&after, &undo).unwrap();
        prop_assert_eq!(applied(&undone, &after), text);
    }

    #[test]
    fn a_sealing_takes_the_secret_in_all_its_spellings_and_nothing_else(
        text in document(), key in proptest::sample::select(&SPELLINGS[..]), others in vec(any::<bool>(), SPELLINGS.len())
    ) {
        let secret = |text: &str| Some(Secret::new(text.as_bytes().to_vec()));
        let named = SPELLINGS.iter().zip(others).filter(|(other, is_there)| *is_there || *other == &key);
        let login = |key: &&str| Intent::Set {
            key: (*key).to_owned(),
            content: Content::Basic(Credential::new("u", Secret::from_text("zq-marker".into()))),
        };
        let with = |text: String, (key, _): (&&str, bool)| planned(&text, &login(key)).map_or(text.clone(), |plan| applied(&plan, &text));
        let text = named.fold(text, with);
        let intent = Intent::MoveToHelper { key: key.to_owned(), helper: "pullpass".into() };
        let Some(plan) = planned(&text, &intent) else { return Ok(()) };
        let after = applied(&plan, &text);
        let means = |name: &str| alias_set(key, [name]).same.len() == 1;
        for entry in docker::read(after.as_bytes()).entries.iter().filter(|entry| means(&entry.key)) {
            prop_assert!(entry.secret().is_none(), "{}: {}", entry.key, after);
        }
        let rest = |text: &str| members(text, true).into_iter().filter(|(name, _)| !means(name)).collect::<Vec<_>>();
        prop_assert_eq!(rest(&text), rest(&after));
        let undo = Intent::Restore(PastEdit { before: secret(&text), after: secret(&after), members: plan.members.clone() });
        prop_assert_eq!(applied(&planned(&after, &undo).unwrap(), &after), text);
    }

    #[test]
    fn an_edit_is_undone_beside_a_later_one(text in document(), first in intent(), second in intent()) {
        prop_assume!(keys_of(&first).iter().all(|key| !keys_of(&second).contains(key)));
        // What is meant for all registries may touch what the first one did.
        prop_assume!(!matches!(second, Intent::AskForAll { .. } | Intent::ForgetHelper { .. }));
        let Some(plan) = planned(&text, &first) else { return Ok(()) };
        let after = applied(&plan, &text);
        let Some(later) = planned(&after, &second) else { return Ok(()) };
        let now = applied(&later, &after);
        let secret = |text: &str| Some(Secret::new(text.as_bytes().to_vec()));
        let undo = Intent::Restore(PastEdit { before: secret(&text), after: secret(&after), members: plan.members.clone() });
        let undone = applied(&planned(&now, &undo).unwrap(), &now);
        for key in keys_of(&first) {
            let entry = |text: &str| members(text, true).into_iter().find(|(name, _)| *name == key);
            prop_assert_eq!(entry(&text), entry(&undone));
        }
        for key in keys_of(&second) {
            let entry = |text: &str| members(text, true).into_iter().find(|(name, _)| *name == key);
            prop_assert_eq!(entry(&now), entry(&undone));
        }
    }

    #[test]
    fn no_plan_shows_a_secret(text in document(), key in "[a-z]{3}", marker in "zq[0-9]{12}") {
        let content = Content::Basic(Credential::new("u", Secret::from_text(marker.clone())));
        let encoded = pullpass::credential::auth::encode("u", content.secret());
        let intent = Intent::Set { key, content };
        let Some(plan) = planned(&text, &intent) else { return Ok(()) };
        let said: Vec<_> = plan.helper_steps.iter().map(HelperStep::sentence).collect();
        let shown = format!("{plan:?} {intent:?} {said:?}");
        prop_assert!(!shown.contains(&marker) && !shown.contains(encoded.expose_text().unwrap()));
    }
}

#[test]
fn what_could_lose_something_is_refused_with_the_reason() {
    let table: &[(&[u8], &str)] = &[
        (b"{\"auths\":{}", "json_syntax"),
        (b"{\"auths\":{}} x", "trailing_data"),
        (b"{\"auths\":{},\"auths\":{}}", "duplicate_key"),
        (b"{\"auths\":{\"a\":{},\"a\":{}}}", "duplicate_key"),
        (b"{\"auths\":{\"a\":{\"auth\":\"\",\"auth\":\"\"}}}", "duplicate_key"),
        (b"{\"credHelpers\":{\"a\":\"x\",\"a\":\"y\"}}", "duplicate_key"),
        // Go takes both for the same member.
        (b"{\"auths\":{},\"Auths\":{\"a\":{\"auth\":\"dTpw\"}}}", "duplicate_key"),
        (b"{\"CREDHELPERS\":{},\"credHelpers\":{\"a\":\"x\"}}", "duplicate_key"),
        (b"{\"credsStore\":\"x\",\"CredsStore\":\"y\"}", "duplicate_key"),
        (b"{\"auths\":{\"a\":{\"AUTH\":\"dTpw\",\"auth\":\"dTpw\"}}}", "duplicate_key"),
        (b"{\"x\":\"\xff\"}", "invalid_utf8"),
        (b"\xff\xfe{\0}\0", "encoding_utf16"),
        (b"{\"auths\":[]}", "wrong_type"),
        (b"[]", "wrong_type"),
        (b"{} // note", "trailing_data"),
    ];
    let login = || Content::Basic(Credential::new("u", Secret::from_text("p".into())));
    for (bytes, code) in table {
        for intent in [
            Intent::Set { key: "r.io".into(), content: login() },
            Intent::Remove { keys: vec!["a".into()] },
            Intent::MoveToHelper { key: "a".into(), helper: "pass".into() },
        ] {
            let why = planning::plan(Some(bytes), &intent, &AROUND).unwrap_err();
            assert_eq!(why.code(), *code, "{}", String::from_utf8_lossy(bytes));
            let error = Error::from(EditError { file: "config.json".into(), why });
            assert!(!error.hints.is_empty(), "{error}");
        }
    }
}
