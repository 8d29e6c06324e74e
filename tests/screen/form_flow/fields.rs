//! The page of the fields: order, verdicts, pastes.

use pullpass::app::login::submission::Password;
use pullpass::app::vault::rows::{Secrets, State};
use pullpass::credential::expiry::Expiry;
use pullpass::credential::login::{Login, LoginId, Named, Store};
use pullpass::secret::Secret;
use pullpass::tui::form::{Field, Step};
use pullpass::tui::jobs::Answer;
use serde_json::json;

use super::{focus, step};
use crate::support::MARKER;
use crate::support::form::{Screen, some_logins, submission, token};
use crate::support::tokens::auth;

#[test]
fn the_fields_come_in_the_order_of_rapyuta() {
    use Field::{Email, ExpiresOn, Name, Password, Registry, Username};
    let table: &[(&str, &[Field])] = &[
        ("a enter", &[Name, Username, Password, Email, ExpiresOn]),
        ("a j enter", &[Name, Registry, Username, Password, Email, ExpiresOn]),
        ("a j j enter", &[Name, Registry, Username, Password, Email, ExpiresOn]),
    ];
    for (keys, fields) in table {
        let mut screen = Screen::of(&json!({}));
        screen.press(keys);
        for field in *fields {
            assert_eq!(focus(&screen), Some(*field), "{keys}");
            screen.press("down");
        }
        assert_eq!(focus(&screen), Some(ExpiresOn), "down stops at the last one");
        for field in fields.iter().rev() {
            assert_eq!(focus(&screen), Some(*field), "{keys} and back");
            screen.press("backtab");
        }
        assert_eq!(step(&screen), Some(Step::Type));
    }
}

#[test]
fn a_type_with_one_user_name_fills_it_in_unless_another_was_typed() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a j j enter");
    screen.shows("[AWS ");
    screen.press("backtab j enter");
    screen.shows("[oauth2accesstoken ");
    screen.press("tab tab x backtab backtab backtab k enter");
    screen.shows("[oauth2accesstokenx ");
}

#[test]
fn a_field_is_judged_when_it_is_left_and_live_once_it_was_wrong() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.write("My_Secret");
    screen.hides("Use lower-case letters");
    screen.press("tab");
    screen.shows("x Use lower-case letters, digits or \"-\"; start and end with a letter or digit.");
    screen.shows("How about \"my-secret\"?");
    screen.press("backtab");
    screen.shows("x Use lower-case letters");
    screen.press("ctrl-u m y");
    screen.shows("x A name has 3 to 253 characters. Make it longer.");
    screen.press("s");
    screen.hides("3 to 253 characters. Make");
}

#[test]
fn the_last_enter_jumps_to_the_first_wrong_field() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.fill(&["my-secret", "jane:doe", "pw", "jane@", ""]);
    assert_eq!((step(&screen), focus(&screen)), (Some(Step::Fields), Some(Field::Username)));
    screen.shows("docker takes what follows it for the password");
    screen.shows("This is no e-mail address.");
    screen.press("ctrl-u j tab tab tab tab");
    assert_eq!(focus(&screen), Some(Field::Email));
    screen.press("ctrl-u tab tab");
    assert_eq!(step(&screen), Some(Step::Places), "an e-mail address is not a must");
}

/// A secret of the vault, as far as it has a name.
fn named(screen: &Screen, name: &str) -> Login {
    let (kind, end, reminder, is_login) = (None, Expiry::NoneEmbedded, None, false);
    let (created_at, changed_at) = (screen.now, screen.now);
    let named = Named { name: name.into(), kind, end, reminder, is_login, created_at, changed_at };
    let id = LoginId { source: "vault".into(), key: "r.io".into(), store: Store::Vault(name.into()) };
    Login { id, named: Some(Box::new(named)), ..screen.model.inventory.logins[0].clone() }
}

#[test]
fn a_name_in_the_vault_is_not_given_twice() {
    let mut screen = Screen::of(&some_logins());
    let logins = ["my-secret", "quay-io-acme-acme-ci"].map(|name| named(&screen, name));
    let mut secrets =
        Secrets { state: State::Open, inventory: screen.model.inventory.clone(), ..Secrets::default() };
    secrets.inventory.logins = logins.into();
    screen.told(Answer::VaultRead(Ok(Box::new(secrets))));
    screen.press("a enter");
    screen.fill(&["my-secret"]);
    screen.shows("A secret of this name is in the vault.");
    screen.press("esc y G e");
    screen.shows("[quay-io-acme-acme-ci-2 ");
}

#[test]
fn a_pasted_image_becomes_its_registry() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a j enter tab");
    screen.paste("ghcr.io/acme/app:1.2\n");
    screen.press("tab");
    screen.shows("[ghcr.io ");
    screen.shows("Taken from \"ghcr.io/acme/app:1.2\".");
    screen.press("backtab ctrl-u");
    screen.write("http://registry.example.com");
    screen.press("tab");
    screen.shows("[http://registry.example.com ");
    screen.shows("! Over http:// the password travels in clear");
}

#[test]
fn a_token_is_named_while_it_is_typed_and_a_wrong_pairing_when_it_is_left() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.fill(&["my-secret", "jane"]);
    screen.write(&token());
    screen.shows("GitHub classic personal access token.");
    screen.hides("another provider");
    screen.press("tab");
    screen.shows("! This is a token of another provider (GitHub classic personal access token): Docker Hub");
}

#[test]
fn a_pasted_login_fills_its_fields_in_and_shows_no_password() {
    let file = json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER), "email": "j@x.io"}}}).to_string();
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.paste(&file);
    for words in ["The paste was a login: its fields are filled in.", "[ghcr.io ", "[jane ", "[j@x.io "] {
        screen.shows(words);
    }
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    let two = json!({"auths": {"a.io": {"auth": auth("a", MARKER)}, "b.io": {"auth": auth("b", MARKER)}}});
    screen.paste(&two.to_string());
    screen.shows("pullpass import takes them.");
    // A bare value is looked for where a password belongs, and nothing but a login is taken apart.
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter tab tab");
    assert_eq!(focus(&screen), Some(Field::Password));
    screen.paste(&auth("{\"payload\"", MARKER));
    assert!(!screen.text().contains("The paste was a login"));
    screen.paste(&auth("acme+robot", MARKER));
    screen.shows("[acme+robot ");
}

#[test]
fn a_paste_into_the_password_loses_its_line_ending_and_says_so() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter");
    screen.fill(&["my-secret", "jane"]);
    screen.paste("pw\n");
    screen.shows("The line ending at the end of the paste was left out.");
    screen.paste(&"x".repeat(20_000));
    screen.shows("it is longer than 16 KiB");
    screen.press("tab tab tab enter");
    let found = submission(screen.press("enter"));
    assert_eq!(found.password, Password::New(Secret::from_text("pw".into())));
}

#[test]
fn a_paste_into_a_text_field_is_one_line() {
    let mut screen = Screen::of(&json!({}));
    screen.press("a enter tab");
    screen.paste("  jane\rdoe\r");
    screen.shows("[jane ");
    screen.shows("Only the first line of the paste was taken.");
    screen.paste(&"x".repeat(600));
    screen.shows("[jane ");
    screen.shows("too long for this field");
}

#[test]
fn the_password_shows_as_much_for_one_character_as_for_a_thousand() {
    let with = |text: &str| {
        let mut screen = Screen::of(&json!({}));
        screen.press("a enter tab tab");
        screen.paste(text);
        screen.text()
    };
    let short = with("x");
    assert!(short.contains("[••••••••"));
    for length in [2, 8, 9, 39, 40, 41, 100, 1_000] {
        assert_eq!(with(&"x".repeat(length)), short, "{length}");
    }
}
