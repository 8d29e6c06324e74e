//! Any bytes as docker's file, the first two choose an edit: read without a panic, and an edit leaves all other members
//! as they are; undone, it leaves the very bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pullpass::config::default_store::Machine;
use pullpass::config::docker;
use pullpass::config::document::{self, Member};
use pullpass::config::locate::Format;
use pullpass::config::planning;
use pullpass::config::plan::{EditContext, Intent, PastEdit, MemberPath};
use pullpass::credential::Credential;
use pullpass::credential::content::Content;
use pullpass::credential::diagnostic::Diagnostics;
use pullpass::secret::Secret;

const AROUND: EditContext =
    EditContext { format: Format::Docker, machine: Machine { store: None, pass_shadows_secretservice: false } };

fuzz_target!(|input: &[u8]| {
    let [how, which, bytes @ ..] = input else { return };
    let file = docker::read(bytes);
    std::hint::black_box((docker::read_legacy(bytes), docker::read_variable(bytes)));
    let at = usize::from(*which) % file.entries.len().max(1);
    let key = file.entries.get(at).map_or_else(|| "r.example.com".to_owned(), |entry| entry.key.clone());
    let intent = match how % 3 {
        0 => Intent::Set {
            key: key.clone(),
            content: Content::Basic(Credential::new("u", Secret::from_text("p".into()))),
        },
        1 => Intent::Remove { keys: vec![key.clone()] },
        _ => Intent::MoveToHelper { key: key.clone(), helper: "pullpass".into() },
    };
    let Ok(plan) = planning::plan(Some(bytes), &intent, &AROUND) else { return };
    let after = plan.apply(bytes);
    assert_eq!(others(bytes, &plan.members), others(&after, &plan.members));
    let edited = docker::read(&after);
    assert!(edited.problem.is_none());
    let entry = edited.entries.iter().find(|entry| entry.key == key);
    match intent {
        Intent::Set { content, .. } if plan.helper_steps.is_empty() => {
            assert_eq!(entry.and_then(|entry| entry.secret()), Some(content.secret()));
        }
        Intent::Remove { .. } => assert!(entry.is_none()),
        _ => assert!(entry.is_none_or(|entry| entry.secret().is_none())),
    }
    let secret = |bytes: &[u8]| Some(Secret::new(bytes.to_vec()));
    let undo = Intent::Restore(PastEdit { before: secret(bytes), after: secret(&after), members: plan.members });
    let undo = planning::plan(Some(&after), &undo, &AROUND).expect("what was just done can be taken back");
    assert_eq!(&**undo.apply(&after), bytes);
});

/// Every member but those that the edit touched, to the byte.
fn others(bytes: &[u8], touched: &[MemberPath]) -> Vec<(String, String)> {
    let mut odd = Diagnostics::default();
    let text = document::text(bytes, &mut odd).expect("it was read before");
    let top = document::members(&text, &mut odd).expect("it was read before");
    let owned = |(name, value): &Member<'_>| (name.clone().into_owned(), value.get().to_owned());
    let is_ours = |name: &str, ours: &str| name.eq_ignore_ascii_case(ours);
    let mut rest = Vec::new();
    for member in &top {
        let (name, value) = member;
        let inside = document::object(value).unwrap_or_default();
        let stays = |slot: fn(String) -> MemberPath| {
            inside.iter().filter(move |(name, _)| !touched.contains(&slot(name.to_string())))
        };
        if is_ours(name, "auths") {
            rest.extend(stays(MemberPath::Entry).map(owned));
        } else if is_ours(name, "credHelpers") {
            rest.extend(stays(MemberPath::Helper).map(owned));
        } else if !is_ours(name, "credsStore") || !touched.contains(&MemberPath::Store) {
            rest.push(owned(member));
        }
    }
    rest
}
