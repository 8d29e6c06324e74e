//! `pullpass check` on a terminal: a count while it works, the results as they come, and nothing of the count left.

use serde_json::json;

use crate::support::home::Home;
use crate::support::program::PULLPASS;
use crate::support::terminal::Session;
use crate::support::tokens::auth;

#[test]
fn several_checks_are_counted_and_the_count_goes() {
    let login = || json!({"auth": auth("jane", "hunter2\n")});
    let home =
        Home::docker(&json!({"auths": {"a.example": login(), "b.example": login(), "c.example": login()}}));
    let session = Session::start(&[PULLPASS, "check", "--all"], home.path(), &[]);
    assert_eq!(session.end().exit_code(), 1);
    session.see("3 of 3 logins did not pass the check.");
    for done in 0..3 {
        session.see_sequence(&format!("checked {done} of 3"));
    }
    let text = session.text();
    assert!(!text.contains("checked"), "{text}");
    for registry in ["a.example", "b.example", "c.example"] {
        assert!(text.contains(&format!("! not sent    {registry}  jane")), "{text}");
    }
}

#[test]
fn a_single_check_is_not_counted() {
    let home = Home::docker(&json!({"auths": {"a.example": {"auth": auth("jane", "hunter2\n")}}}));
    let session = Session::start(&[PULLPASS, "check", "a.example"], home.path(), &[]);
    assert_eq!(session.end().exit_code(), 1);
    session.see("The login did not pass the check.");
    assert_eq!(session.count("checked"), 0);
}
