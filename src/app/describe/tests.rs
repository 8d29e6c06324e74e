use super::*;
use crate::app::inventory::{self, Inventory};
use crate::app::{demo, vault::rows};
use crate::settings::Settings;
use crate::vault::Access;

fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds).unwrap()
}

fn facts(listed: &Inventory, login: &Login, now: Timestamp) -> Vec<Fact> {
    let steps = Steps::commands(&login.id.key);
    let to = Audience { now, grain: Grain::Seconds, privacy: false, home: None, steps };
    describe(listed.source_of(login), login, Some(&[]), &to).into_facts().collect()
}

#[test]
fn a_value_becomes_another_one_at_its_own_instant_and_never_before() {
    let mut settings = Settings::from_environment(|_| None);
    let _home = demo::enter(&mut settings, now()).unwrap();
    let files = inventory::read(&settings, now());
    let secrets = rows::read(&Access::new(settings.vault), now()).inventory;
    let (mut moving, mut still) = (0, 0);
    for listed in [&files, &secrets] {
        for login in &listed.logins {
            // Inside the last hour, around the sample's own end, and long after it.
            let end = login.expiry.instant().unwrap_or(now()).as_second() - now().as_second();
            for from in [0, 59, 60, end - 60, end - 59, end - 1, end, end + 60, 86_400 * 800].map(after) {
                let values = |at| facts(listed, login, at).into_iter().map(|fact| fact.value);
                for (number, fact) in facts(listed, login, from).into_iter().enumerate() {
                    let value = |at| values(at).nth(number).unwrap();
                    let Some(at) = fact.changes_at else {
                        still += 1;
                        assert_eq!(value(after(86_400 * 5_000)), fact.value, "{}", fact.label);
                        continue;
                    };
                    moving += 1;
                    let before = Timestamp::from_second(at.as_second() - 1).unwrap();
                    assert!(at > from, "{fact:?}");
                    assert_eq!(value(before), fact.value, "{fact:?} {from}");
                    assert_ne!(value(at), fact.value, "{fact:?} {from}");
                }
            }
        }
    }
    assert!(moving > 100 && still > 100, "{moving} {still}");
}

#[test]
fn a_move_is_named_only_where_a_tool_would_ask_for_what_was_moved() {
    let home = tempfile::tempdir().unwrap();
    let entry = r#"{"auth":"dTpw"}"#;
    for (name, text) in [
        (".docker/config.json", format!(r#"{{"auths":{{"a.io":{entry}}}}}"#)),
        (".config/containers/auth.json", format!(r#"{{"auths":{{"b.io":{entry},"b.io/team":{entry}}}}}"#)),
        (".dockercfg", format!(r#"{{"c.io":{entry}}}"#)),
    ] {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let settings = Settings::from_environment(|name| (name == "HOME").then(|| home.path().into()));
    let files = inventory::read(&settings, now());
    let moves = |login: &&Login| {
        let step = format!("pullpass seal {} moves it into the vault", login.id.key);
        facts(&files, login, now()).iter().any(|fact| fact.value == step)
    };
    let named: Vec<&str> = files.logins.iter().filter(moves).map(|login| &*login.id.key).collect();
    assert_eq!(named, ["a.io", "b.io"]);
}
