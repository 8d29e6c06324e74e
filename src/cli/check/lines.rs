//! A result in lines: for people with all that is known, for programs one line with tabs.

use crate::app::check::Checked;
use crate::app::describe::Steps;
use crate::app::inventory::Inventory;
use crate::app::login::renew;
use crate::check::flow::Report;
use crate::check::verdict::Verdict;
use crate::credential::login::Login;
use crate::registry::key;
use crate::text;

/// The lines of one result.
pub(super) fn of(inventory: &Inventory, checked: &Checked, for_people: bool) -> String {
    let login = inventory.find(&checked.job.id);
    let user = text::safe(login.map_or("-", |login| login.account.words())).into_owned();
    if for_people { people(inventory, checked, &user) } else { program(checked, &user) }
}

/// Key, user, verdict, the verdict in words, and the file, separated by tabs.
fn program(checked: &Checked, user: &str) -> String {
    let (code, words) = match &checked.result {
        Ok(report) => (report.verdict.code(), report.verdict.words().to_owned()),
        Err(error) => ("not_fetched", text::safe(&error.what).into_owned()),
    };
    let id = &checked.job.id;
    format!("{}\t{user}\t{code}\t{words}\t{}\n", text::safe(&id.key), text::safe(&id.source))
}

fn people(inventory: &Inventory, checked: &Checked, user: &str) -> String {
    let registry = key::display_name(&checked.job.id.key);
    let registry = text::safe(&registry);
    match &checked.result {
        Ok(report) => {
            let verdict = report.verdict;
            let head = format!("{} {:<10}  {registry}  {user}", verdict.standing().glyph(), verdict.word());
            let login = inventory.find(&checked.job.id).filter(|_| is_over(verdict));
            let mut lines = details(report);
            lines.extend(login.and_then(|login| renewal(inventory, login)));
            [vec![head], indented(lines)].concat().join("\n") + "\n"
        }
        Err(error) => {
            let more = std::iter::once(error.what.clone()).chain(error.hints.iter().cloned());
            let more = indented(more.map(|line| text::safe(&line).into_owned()).collect());
            [vec![format!("! {:<10}  {registry}  {user}", "not sent")], more].concat().join("\n") + "\n"
        }
    }
}

/// The lines of what a registry said without a login.
pub(super) fn without_login(registry: &str, report: &Report, for_people: bool) -> String {
    let (verdict, registry) = (report.verdict, key::display_name(registry));
    let registry = text::safe(&registry);
    if !for_people {
        return format!("{registry}\t-\t{}\t{}\t-\n", verdict.code(), verdict.words());
    }
    let head = format!("{} {:<10}  {registry}  without a login", verdict.standing().glyph(), verdict.word());
    [vec![head], indented(details(report))].concat().join("\n") + "\n"
}

fn indented(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("  {line}")).collect()
}

fn details(report: &Report) -> Vec<String> {
    let mut lines = vec![report.sentence()];
    lines.extend(report.remark());
    lines.extend(report.not_asked());
    lines.extend(report.notes.iter().map(crate::check::flow::Note::sentence));
    lines.extend(report.rate_limit.as_ref().map(crate::check::rate_limit::RateLimit::sentence));
    lines.extend(report.retry_after.map(|seconds| format!("It asks to be left alone for {seconds} s.")));
    lines.extend(Some(report.next()).filter(|next| !next.is_empty()));
    lines.extend(flag(report));
    lines
}

/// True where only another secret helps.
fn is_over(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Expired | Verdict::ExpiredOrRevoked | Verdict::Rejected)
}

/// The flag that lets the login go to the token service that it was not sent to.
pub(super) fn flag(report: &Report) -> Option<String> {
    let pair = report.ask.as_ref()?;
    let realm = pair.realm.strip_prefix("https://").unwrap_or(&pair.realm);
    Some(format!("To allow it in one run: --allow-realm {}", text::safe(realm)))
}

/// Where a fresh secret comes from.
fn renewal(inventory: &Inventory, login: &Login) -> Option<String> {
    let remove = Steps::commands(&login.id.key).remove;
    let hint = renew::hint(inventory.source_of(login), login, &remove)?;
    Some(format!("A fresh one: {}", text::safe(&hint)))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::app::check::Job;
    use crate::app::inventory;
    use crate::check::flow::{Note, Question, RealmPair};
    use crate::check::rate_limit::RateLimit;
    use crate::check::realm::Reason;
    use crate::credential::login::{EntryKind, LoginId, Store};
    use crate::error::{Error, Result};
    use crate::secret::Secret;
    use crate::settings::Settings;

    fn lines(result: Result<Report>) -> String {
        let id = LoginId {
            source: "/h/c.json".into(),
            key: "https://ev\u{1b}il.example".into(),
            store: Store::Inline,
        };
        let job = Job { id, kind: EntryKind::Basic, account: None };
        let checked = Checked { job, at: Timestamp::UNIX_EPOCH, result };
        of(&Inventory::default(), &checked, true)
    }

    fn report(verdict: Verdict) -> Report {
        let login = crate::check::flow::Login::RegistryToken(Secret::from_text("t".into()));
        Report::new(&Question::new("reg.example:5000", login), verdict)
    }

    #[test]
    fn a_person_reads_what_was_found_what_was_said_and_what_to_do() {
        let mut blocked = Report {
            notes: vec![Note::NotPublic],
            realm: Some(("https://auth.test".into(), Reason::CrossSite)),
            ask: Some(RealmPair { registry: "reg.example:5000".into(), realm: "https://auth.test".into() }),
            retry_after: Some(30),
            rate_limit: Some(RateLimit::default()),
            ..report(Verdict::RealmBlocked)
        };
        let expected = "! not sent    ev\\x1bil.example  -\n  \
            The registry wants the login sent to another host, and it was not sent.\n  \
            It says: go away\n  \
            https://reg.example:5000 wants the login sent to https://auth.test, which is a host of somebody else, as \
            far as its name tells.\n  \
            Without a login the image cannot be pulled.\n  \
            There is no limit on pulls.\n  \
            It asks to be left alone for 30 s.\n  \
            Make sure whose host that is; where it is right, allow it for this registry.\n  \
            To allow it in one run: --allow-realm auth.test\n";
        blocked.quote("go away");
        assert_eq!(lines(Ok(blocked)), expected);
        let denied =
            Report { realm: Some(("ftp://x".into(), Reason::Unparsable)), ..report(Verdict::RealmBlocked) };
        let denied = lines(Ok(denied));
        assert!(denied.contains("No login is ever sent there") && !denied.contains("allow it"), "{denied}");
        let untrusted = lines(Ok(report(Verdict::TlsUntrusted)));
        assert!(untrusted.contains("/etc/docker/certs.d/reg.example:5000/ca.crt"), "{untrusted}");
        let unsent = Report { notes: vec![Note::PlainHttp], ..report(Verdict::RealmBlocked) };
        let unsent = lines(Ok(unsent));
        assert!(unsent.contains("it was not sent.") && !unsent.contains("went"), "{unsent}");
        // Nobody answered: what is known was found on this side.
        let nobody = lines(Ok(report(Verdict::Unreachable).saying("There is no host reg.example.")));
        assert!(nobody.contains("\n  There is no host reg.example.\n"), "{nobody}");
        let works = lines(Ok(report(Verdict::Verified)));
        assert_eq!(works, "+ works       ev\\x1bil.example  -\n  The registry accepts this login.\n");
    }

    #[test]
    fn a_fresh_secret_is_offered_only_where_the_old_one_can_be_replaced() {
        let text = r#"{"auths": {"ghcr.io": {"auth": "dTpw"}}}"#;
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".docker")).unwrap();
        std::fs::write(home.path().join(".docker/config.json"), text).unwrap();
        let settings = Settings::from_environment(|name| match name {
            "HOME" => Some(home.path().into()),
            "DOCKER_AUTH_CONFIG" => Some(text.into()),
            _ => None,
        });
        let inventory = inventory::read(&settings, Timestamp::UNIX_EPOCH);
        let table = [
            ("DOCKER_AUTH_CONFIG", Verdict::Rejected, None),
            ("config.json", Verdict::Rejected, Some("  A fresh one: https://github.com/settings/tokens")),
            ("config.json", Verdict::Verified, None),
        ];
        for (source, verdict, expected) in table {
            let login = inventory.logins.iter().find(|login| login.id.source.ends_with(source)).unwrap();
            let result = Ok(report(verdict));
            let checked = Checked { job: Job::of(login).unwrap(), at: Timestamp::UNIX_EPOCH, result };
            let shown = of(&inventory, &checked, true);
            assert_eq!(shown.lines().find(|line| line.contains("fresh")), expected, "{source}");
        }
    }

    #[test]
    fn a_secret_that_cannot_be_fetched_is_an_error_with_its_next_step() {
        let shown = lines(Err(Error::failed("The vault is locked.").hint("pullpass vault unlock")));
        assert_eq!(
            shown,
            "! not sent    ev\\x1bil.example  -\n  The vault is locked.\n  pullpass vault unlock\n"
        );
    }
}
