//! The helper client against real programs: what they answer, how they misbehave, and that nothing of them is left.

use std::fs;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use pullpass::credential::Credential;
use pullpass::credential_helper::{Answer, Client, HelperError, HelperName, Hint, Reply};
use pullpass::error::Error;
use pullpass::process::Limits;
use pullpass::secret::Secret;

use crate::support::mock_helper::{Mocks, make_pipe};

const LOGIN: &str = r#"{"ServerURL":"r","Username":"jane","Secret":"hunter2"}"#;
const SHORT: Limits = Limits { time: Duration::from_secs(1), output: 1 << 20 };

fn client(mocks: &Mocks) -> Client {
    Client::new(mocks.path_var(), Limits { time: Duration::from_secs(30), ..SHORT })
}

fn name(name: &str) -> HelperName {
    HelperName::new(name).unwrap()
}

/// Runs `get` on a helper that is this script.
async fn get(script: &str) -> Result<Option<Answer>, HelperError> {
    client(&Mocks::with("mock", script)).get(&name("mock"), "r").await
}

async fn code_of_get(script: &str) -> &'static str {
    get(script).await.unwrap_err().code()
}

#[tokio::test]
async fn get_sends_the_bare_key_and_reads_the_login() {
    let mocks = Mocks::with("mock", &format!("echo \"$#:$*\" >$D/args; cat >$D/stdin; echo '{LOGIN}'"));
    let answer = client(&mocks).get(&name("mock"), "reg.example.com").await.unwrap().unwrap();
    assert_eq!(
        (answer.credential.username.as_str(), answer.credential.secret.expose()),
        ("jane", &b"hunter2"[..])
    );
    assert_eq!(fs::read_to_string(mocks.file("args")).unwrap(), "1:get\n");
    assert_eq!(fs::read_to_string(mocks.file("stdin")).unwrap(), "reg.example.com");
}

#[tokio::test]
async fn list_sends_the_word_that_docker_sends() {
    let mocks = Mocks::with("mock", r#"cat >$D/stdin; echo '{"b":"2","a":"1"}'"#);
    let list = client(&mocks).list(&name("mock")).await.unwrap();
    let keys: Vec<_> = list.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(fs::read_to_string(mocks.file("stdin")).unwrap(), "unused");
}

#[tokio::test]
async fn store_and_erase_send_what_docker_sends() {
    let mocks = Mocks::with("mock", "cat >$D/$1");
    let (client, mock) = (client(&mocks), name("mock"));
    client.store(&mock, "r", &Credential::new("u", Secret::from_text("a&b".into()))).await.unwrap();
    client.erase(&mock, "r").await.unwrap();
    let stored = fs::read_to_string(mocks.file("store")).unwrap();
    assert_eq!(stored, "{\"ServerURL\":\"r\",\"Username\":\"u\",\"Secret\":\"a\\u0026b\"}\n");
    assert_eq!(fs::read_to_string(mocks.file("erase")).unwrap(), "r");
    let error = client.store(&mock, "r", &Credential::new("u", Secret::new(vec![0xff]))).await.unwrap_err();
    assert_eq!(error.code(), "non_utf8_secret");
}

#[tokio::test]
async fn not_found_is_an_answer_and_so_is_an_empty_login() {
    assert_eq!(get("echo credentials not found in native keychain; exit 1").await, Ok(None));
    let mocks = Mocks::with("mock", "echo null");
    let reply = client(&mocks).reply(&name("mock"), "r").await.unwrap();
    assert!(matches!(reply, Reply::Empty(warnings) if !warnings.is_empty()));
}

#[tokio::test]
async fn a_failure_tells_what_the_helper_said() {
    let error = get("echo Cannot autolaunch D-Bus without X11 \\$DISPLAY; exit 1").await.unwrap_err();
    assert_eq!((error.code(), error.hint()), ("helper_failed", Some(Hint::NoSecretService)));
    let error = Error::from(get("echo 'disk on fire' >&2; exit 7").await.unwrap_err());
    assert_eq!(
        error.what,
        "Asked docker-credential-mock to get, but it ended with exit status 7: disk on fire."
    );
    assert_eq!(error.hints.len(), 1);
    assert_eq!(code_of_get("kill -9 $$").await, "helper_failed");
}

#[tokio::test]
async fn a_failed_list_has_its_own_code() {
    let mocks = Mocks::with("mock", "echo boom; exit 1");
    assert_eq!(client(&mocks).list(&name("mock")).await.unwrap_err().code(), "helper_list_failed");
}

#[tokio::test]
async fn a_program_that_cannot_start_is_a_failure() {
    let mocks = Mocks::with("mock", "");
    fs::write(mocks.file("docker-credential-mock"), "#!/does/not/exist\n").unwrap();
    assert_eq!(client(&mocks).get(&name("mock"), "r").await.unwrap_err().code(), "helper_failed");
}

#[tokio::test]
async fn success_without_json_is_an_error() {
    for script in ["", "echo hello", "echo '[]'", "printf '{\"Username\":\"u\"'"] {
        assert_eq!(code_of_get(script).await, "helper_bad_json", "{script}");
    }
}

#[tokio::test]
async fn a_helper_that_hangs_is_killed_with_its_children() {
    let mocks = Mocks::with("mock", "exec 9>$D/witness; sh -c 'sleep 3600; :' & sleep 3600; :");
    let mut witness = mocks.witness();
    let error = Client::new(mocks.path_var(), SHORT).get(&name("mock"), "r").await.unwrap_err();
    assert_eq!(error.code(), "helper_timeout");
    witness.started().await;
    witness.gone().await;
}

#[tokio::test]
async fn a_child_that_holds_the_pipe_costs_the_time_limit_but_not_the_answer() {
    let script = format!("exec 9>$D/witness; sleep 3600 & echo '{LOGIN}'");
    let mocks = Mocks::with("mock", &script);
    let mut witness = mocks.witness();
    let answer = Client::new(mocks.path_var(), SHORT).get(&name("mock"), "r").await.unwrap();
    assert_eq!(answer.unwrap().credential.username, "jane");
    witness.started().await;
    witness.gone().await;
}

#[tokio::test]
async fn half_an_answer_before_the_time_is_over_is_no_answer() {
    let mocks = Mocks::with("mock", "sleep 3600 & printf '{\"Username\":\"u\"'");
    let error = Client::new(mocks.path_var(), SHORT).get(&name("mock"), "r").await.unwrap_err();
    assert_eq!(error.code(), "helper_timeout");
}

#[tokio::test]
async fn a_daemon_that_lets_go_of_stdout_is_neither_waited_for_nor_killed() {
    let daemon = "(read -r _ <$D/ask; echo alive >$D/answer) </dev/null >/dev/null &";
    let mocks = Mocks::with("mock", &format!("{daemon}\necho '{LOGIN}'"));
    let (ask, answer) = (mocks.file("ask"), mocks.file("answer"));
    make_pipe(&ask);
    make_pipe(&answer);
    let start = Instant::now();
    assert!(client(&mocks).get(&name("mock"), "r").await.unwrap().is_some());
    assert!(start.elapsed() < Duration::from_secs(15), "waited for the daemon's stderr");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        fs::write(ask, "\n").unwrap();
        tell.send(fs::read_to_string(answer).unwrap()).unwrap();
    });
    assert_eq!(told.recv_timeout(Duration::from_secs(30)).as_deref(), Ok("alive\n"));
}

#[tokio::test]
async fn endless_output_is_cut_and_its_writer_killed() {
    let mocks = Mocks::with("mock", "exec 9>$D/witness; yes");
    let mut witness = mocks.witness();
    assert_eq!(client(&mocks).get(&name("mock"), "r").await.unwrap_err().code(), "helper_output_too_large");
    witness.started().await;
    witness.gone().await;
}

#[tokio::test]
async fn the_output_limit_is_exact_and_leaves_stderr_alone() {
    let mocks = Mocks::with("mock", &format!("head -c 300000 /dev/zero >&2; printf '{LOGIN}'"));
    let limited = |output| Client::new(mocks.path_var(), Limits { output, time: Duration::from_secs(30) });
    assert!(limited(LOGIN.len()).get(&name("mock"), "r").await.unwrap().is_some());
    let error = limited(LOGIN.len() - 1).get(&name("mock"), "r").await.unwrap_err();
    assert_eq!(error.code(), "helper_output_too_large");
}

#[tokio::test]
async fn dropping_the_question_kills_the_helper() {
    let mocks = Mocks::with("mock", "exec 9>$D/witness; sleep 3600 & sleep 3600; :");
    let mut witness = mocks.witness();
    let (client, mock) = (client(&mocks), name("mock"));
    tokio::select! {
        answer = client.get(&mock, "r") => panic!("{answer:?}"),
        () = witness.started() => {}
    }
    witness.gone().await;
}

#[tokio::test]
async fn helpers_run_beside_each_other() {
    // Each end of a named pipe waits for the other: one after the other would never end.
    let mocks = Mocks::with("left", &format!("echo >$D/meet; echo '{LOGIN}'"));
    mocks.add("right", &format!("read -r _ <$D/meet; echo '{LOGIN}'"));
    make_pipe(&mocks.file("meet"));
    let client = client(&mocks);
    let (left, right) = (name("left"), name("right"));
    let (left, right) = tokio::join!(client.get(&left, "r"), client.get(&right, "r"));
    assert!(left.unwrap().is_some() && right.unwrap().is_some());
}

#[tokio::test]
async fn one_helper_runs_once_at_a_time() {
    let work = "for _ in 1 2 3 4 5; do ls / >/dev/null; done";
    let script = format!("mkdir $D/busy || exit 1; {work}; rmdir $D/busy; echo '{LOGIN}'");
    let mocks = Mocks::with("mock", &script);
    let (client, mock) = (client(&mocks), name("mock"));
    let ask = || client.get(&mock, "r");
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    for answer in [a, b, c, d] {
        assert!(answer.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_helper_is_free_again_after_a_question_was_dropped() {
    let hang_once = "[ -e $D/again ] || { : >$D/again; exec 9>$D/witness; sleep 3600; }";
    let mocks = Mocks::with("mock", &format!("{hang_once}; echo '{LOGIN}'"));
    let mut witness = mocks.witness();
    let (client, mock) = (client(&mocks), name("mock"));
    tokio::select! {
        answer = client.get(&mock, "r") => panic!("{answer:?}"),
        () = witness.started() => {}
    }
    assert!(client.get(&mock, "r").await.unwrap().is_some());
}

#[tokio::test]
async fn variables_are_set_and_taken_away() {
    let mocks = Mocks::with("mock", r#"echo "{\"Username\":\"$SET\",\"Secret\":\"${HOME-none}\"}""#);
    let client = client(&mocks).variable("SET", Some("yes".into())).variable("HOME", None);
    let answer = client.get(&name("mock"), "r").await.unwrap().unwrap();
    assert_eq!(
        (answer.credential.username.as_str(), answer.credential.secret.expose()),
        ("yes", &b"none"[..])
    );
}

#[tokio::test]
async fn no_debug_output_and_no_error_shows_a_secret() {
    let shown = format!("{:?}", get(&format!("echo '{LOGIN}'")).await);
    assert!(shown.contains("Answer") && !shown.contains("hunter2"), "{shown}");
    // Some registries take the token for the user name as well.
    let twice = get(r#"echo '{"Username":"hunter2","Secret":"hunter2"}'"#).await;
    assert!(!format!("{twice:?}").contains("hunter2"), "{twice:?}");
    let unreadable = r#"{"Username":"jane","Secret":["hunter2"]}"#;
    for end in ["exit 0", "exit 1", "echo trouble >&2; exit 2", "kill -9 $$"] {
        let error = get(&format!("echo '{unreadable}'; {end}")).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", Error::from(error.clone()));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let mocks = Mocks::with("mock", "echo refused: $(cat | tr -d '{}'); exit 1");
    let secret = Secret::from_text("hunter2".into());
    let error = client(&mocks).store(&name("mock"), "r", &Credential::new("u", secret)).await.unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}
