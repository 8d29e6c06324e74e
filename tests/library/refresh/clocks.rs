//! A clock that is off: told, and the request signed again once with the server's time.

use pullpass::refresh::error::Meaning;
use pullpass::refresh::{MintError, Minted, Note};

use super::world::{HOST, Server, World, answer, authorization, ecr, error, later, now, refusal};

/// A server that has this time.
const THEIRS: &str = "Mon, 30 Nov 2026 12:00:00 GMT";

fn refused(code: &str, message: &str) -> super::world::Reply {
    answer(400, &[("date", THEIRS)], &error(code, message))
}

fn granted() -> super::world::Reply {
    answer(200, &[("date", THEIRS)], &authorization("pw", later(43_200)))
}

/// Mints with a clock that is ahead by so many seconds.
fn mint(ahead: i64, server: &Server) -> Result<Minted, MintError> {
    World::with_keys().mint_at(later(ahead), server, HOST, &ecr())
}

#[test]
fn a_request_that_the_clock_spoiled_is_signed_again_with_the_servers_time() {
    for code in ["RequestTimeTooSkewed", "InvalidSignatureException", "RequestExpired"] {
        for ahead in [-3600, 900] {
            let server = Server::new([refused(code, "x"), granted()]);
            let minted = mint(ahead, &server).unwrap();
            let dates: Vec<_> =
                server.asked().iter().map(|asked| asked.header("x-amz-date").to_owned()).collect();
            assert_eq!(dates[1], "20261130T120000Z");
            assert_ne!(dates[0], dates[1]);
            assert_eq!(minted.notes, [Note::ClockDiffers { ahead }]);
            // By the clock that will count it down.
            assert_eq!(minted.credential.expires_at.unwrap().as_second(), later(43_200 + ahead).as_second());
            assert_eq!(minted.minted_at, later(ahead));
        }
    }
    assert_eq!(
        Note::ClockDiffers { ahead: -3600 }.words(),
        "This machine's clock is 3600 s behind the server's."
    );
}

#[test]
fn it_is_signed_again_once_and_only_where_the_clock_may_be_why() {
    let server = Server::new([refused("RequestTimeTooSkewed", "x"), refused("RequestTimeTooSkewed", "y")]);
    let (meaning, line) = refusal(&mint(900, &server).unwrap_err());
    assert_eq!((meaning, server.lines().len()), (Meaning::ClockOff, 2));
    assert!(line.contains("Set this machine's clock"), "{line}");

    // The clock is right: the secret is wrong.
    let server = Server::new([refused(
        "InvalidSignatureException",
        "The request signature we calculated does not match",
    )]);
    assert_eq!(refusal(&mint(59, &server).unwrap_err()).0, Meaning::WrongKey);
    // Another reason, whatever the clock says.
    let server = Server::new([refused("AccessDeniedException", "no")]);
    assert_eq!(refusal(&mint(900, &server).unwrap_err()).0, Meaning::Denied);
    // A server that does not tell its time cannot help.
    let server = Server::new([answer(400, &[], &error("RequestTimeTooSkewed", "x"))]);
    assert_eq!(refusal(&mint(900, &server).unwrap_err()).0, Meaning::ClockOff);
}

#[test]
fn a_clock_that_is_off_by_little_is_told_from_two_minutes_on() {
    for (ahead, is_told) in [(0, false), (120, false), (-120, false), (121, true), (-240, true)] {
        let minted = mint(ahead, &Server::new([granted()])).unwrap();
        assert_eq!(!minted.notes.is_empty(), is_told, "{ahead}");
        let end = later(43_200 + if is_told { ahead } else { 0 });
        assert_eq!(minted.credential.expires_at.unwrap().as_second(), end.as_second(), "{ahead}");
    }
}

#[test]
fn a_password_is_over_by_the_servers_time_and_not_by_ours() {
    let short = |seconds| answer(200, &[("date", THEIRS)], &authorization("pw", later(seconds)));
    // Our clock is a day ahead: by it the password would have ended before it came.
    assert!(mint(86_400, &Server::new([short(3600)])).is_ok());
    assert_eq!(mint(-86_400, &Server::new([short(-60)])).unwrap_err().code(), "came_expired");
    assert_eq!(now(), later(0));
}
