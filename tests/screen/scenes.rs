//! What is put on the screen for the pictures: each scene is a way to it.

use pullpass::app::inventory::SourceState;
use pullpass::app::vault::rows::Unlock;
use pullpass::check::flow::{RealmPair, Report};
use pullpass::check::verdict::Verdict;
use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Planned};
use serde_json::json;

use crate::support::home::{DOCKER, Home};
use crate::support::player::{Player, fetch_in, report};
use crate::support::tokens::{auth, jwt};
use crate::support::vault::{locked, some_secrets};
use crate::support::{MARKER, after, now};

/// Variables of the environment.
pub type Variables = &'static [(&'static str, &'static str)];

/// A name, and how to get there.
pub type Scene = (&'static str, fn(Variables) -> Player);

pub const SCENES: &[Scene] = &[
    ("list", ten_kinds),
    ("detail", detail),
    ("reveal", reveal),
    ("help", help),
    ("filter", filter),
    ("empty", |variables| Player::of(&Home::empty(), variables)),
    ("loading", |variables| Player::start(&Home::empty(), variables).0),
    ("broken", broken),
    ("no_permission", no_permission),
    ("privacy", privacy),
    ("error", error),
    ("prefix", prefix),
    ("hostile", hostile),
    ("secrets", secrets),
    ("secrets_missing", |variables| {
        let mut player = Player::of(&Home::docker_hub(), variables);
        player.read_files();
        player.press("2");
        player
    }),
    ("secrets_locked", secrets_locked),
    ("unlock", |variables| {
        let mut player = secrets_locked(variables);
        player.press("o");
        player.write(MARKER);
        player
    }),
    ("remove", |variables| remove(variables, false)),
    ("remove_wide", |variables| remove(variables, true)),
    ("checked", checked),
    ("ask_realm", ask_realm),
    ("ask_image", |variables| {
        let mut player = ten_kinds(variables);
        player.select("ghcr.io");
        player.press("I");
        player.write("team/app");
        player
    }),
];

/// Every registry but the last has answered: all kinds of verdicts.
pub fn checked(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    let Some(Effect::Start(ticket, Job::Check { logins: jobs, .. })) = player.press("V").pop() else {
        panic!("no check")
    };
    let verdicts = [
        Verdict::Verified,
        Verdict::Expired,
        Verdict::Rejected,
        Verdict::AnonymousOk,
        Verdict::NotARegistry,
        Verdict::Unreachable,
        Verdict::RateLimited,
        Verdict::RealmBlocked,
    ];
    for (job, verdict) in jobs.iter().rev().skip(1).zip(verdicts.iter().cycle()) {
        let answer = Ok(Box::new(report(*verdict)));
        player.answer(ticket, Answer::Checked { id: job.id.clone(), at: player.now, found: answer });
    }
    player.select("ghcr.io");
    player
}

/// A registry wants the login sent elsewhere.
pub fn ask_realm(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.select("ghcr.io");
    let Some(Effect::Start(ticket, Job::Check { logins: jobs, .. })) = player.press("v").pop() else {
        panic!("no check")
    };
    let pair = RealmPair { registry: "ghcr.io".into(), realm: "https://xn--bcher-kva.example".into() };
    let answer = Ok(Box::new(Report { ask: Some(pair), ..report(Verdict::RealmBlocked) }));
    player.answer(ticket, Answer::Checked { id: jobs[0].id.clone(), at: player.now, found: answer });
    player.answer(ticket, Answer::CheckEnded(Ok(())));
    player
}

pub fn secrets(variables: Variables) -> Player {
    let mut player = Player::of_secrets(&some_secrets(now()), variables);
    player.listed("corp", &[("registry.corp.example", "ci-pull")]);
    player.select("old-quay");
    player
}

pub fn secrets_locked(variables: Variables) -> Player {
    let mut player = Player::of(&some_secrets(now()), variables);
    player.listed("corp", &[("registry.corp.example", "ci-pull")]);
    player.told(Answer::VaultRead(Ok(Box::new(locked(Unlock::Passphrase)))));
    player.press("2");
    player
}

/// The question before a removal, of one thing or of more than fits.
pub fn remove(variables: Variables, is_wide: bool) -> Player {
    let mut player = secrets(variables);
    let Some(Effect::Start(ticket, Job::Review(..))) = player.press("d").pop() else { panic!("no review") };
    let keys = (0..if is_wide { 30 } else { 1 }).map(|number| format!("remove key-{number}.example.com"));
    let lines = std::iter::once("in ~/.docker/config.json".to_owned()).chain(keys).collect();
    player.answer(ticket, Answer::Reviewed(Ok(Planned { lines, is_wide })));
    player
}

pub fn ten_kinds(variables: Variables) -> Player {
    let mut player = Player::of(&Home::ten_kinds(now()), variables);
    player.listed("corp", &[("registry.corp.example", "ci-pull")]);
    player
}

pub fn detail(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.select("contoso.azurecr.io");
    player.press("enter");
    player
}

pub fn reveal(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.select("docker.io");
    player.reveal();
    player
}

pub fn help(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.press("?");
    player
}

pub fn filter(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.press("/");
    player.write("amazon is:valid");
    player
}

pub fn broken(variables: Variables) -> Player {
    let home = Home::ten_kinds(now());
    home.write(DOCKER, "{\n  \"auths\": {\n    \"ghcr.io\": {\"auth\": }\n  }\n}\n");
    Player::of(&home, variables)
}

/// Made up, because root may read everything.
pub fn no_permission(variables: Variables) -> Player {
    let mut player = Player::of(&Home::ten_kinds(now()), variables);
    let mut found = player.found();
    let docker = found.sources.iter().position(|source| source.place.docker).unwrap();
    found.sources[docker].state = SourceState::Unreadable("permission denied".into());
    found.logins.retain(|login| usize::from(login.source) != docker);
    player.told(Answer::Loaded(Ok(Box::new(found))));
    player
}

pub fn privacy(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.press("p");
    player
}

pub fn error(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.select("registry.corp.example");
    let (ticket, _) = fetch_in(&player.press("r"));
    let answer = Err(Notice {
        what: "Asked docker-credential-corp to get, but it ended with exit status 1: the keyring is locked."
            .into(),
        hints: vec!["Unlock the keyring, then try again.".into()],
    });
    player.answer(ticket, Answer::Fetched(answer));
    player
}

pub fn prefix(variables: Variables) -> Player {
    let mut player = ten_kinds(variables);
    player.press("y");
    player
}

/// What rewrites a terminal, turns text around or starts a line of its own, also where its middle is cut out.
pub const EVIL: &str = "\u{202e}ev\u{1b}[2J\u{1b}]52;c;b3duZWQ=\u{7}\u{202e}\r\u{9b}31m\u{2066}il";

pub fn hostile(variables: Variables) -> Player {
    let home = Home::docker(&json!({
        "auths": {
            format!("{EVIL}.example.com"):
                {"auth": auth(EVIL, MARKER), "email": EVIL, "identitytoken": jwt(after(now(), 9_000))},
        },
        "credHelpers": {"helped.example.com": "corp"},
    }));
    let mut player = Player::of(&home, variables);
    player.listed("corp", &[("helped.example.com", EVIL)]);
    player
}
