//! Amazon ECR: what is asked, where, and what is made of the answers.

use pullpass::net::transport::TransportError;
use pullpass::refresh::error::{Cause, Meaning};
use pullpass::refresh::{Note, Profile, present_principal};

use super::world::{
    HOST, Reply, Server, World, answer, authorization, ecr, error, granted, later, no_host, now, refusal,
};

const API: &str = "POST https://api.ecr.eu-west-1.amazonaws.com/";

#[test]
fn one_signed_call_gives_a_password_with_its_end_and_its_source() {
    let server = Server::new([granted()]);
    let world = World::with_keys().set("AWS_SESSION_TOKEN", "session").set("AWS_REGION", "us-west-2");
    let minted = world.mint(&server, HOST, &ecr()).unwrap();
    assert_eq!((minted.credential.username.as_str(), minted.credential.secret.expose()), ("AWS", &b"pw"[..]));
    assert_eq!(minted.credential.expires_at.unwrap().as_second(), later(43_200).as_second());
    assert_eq!((minted.is_estimate, minted.minted_at, minted.notes.len()), (false, now(), 0));
    assert_eq!(minted.asked, "api.ecr.eu-west-1.amazonaws.com");
    assert_eq!(minted.source, "the keys in the environment (AWS_ACCESS_KEY_ID)");

    let asked = server.asked().remove(0);
    assert_eq!((asked.line.as_str(), asked.body.as_str()), (API, "application/x-amz-json-1.1 {}"));
    assert_eq!(asked.header("x-amz-date"), "20261130T120000Z");
    assert_eq!(asked.header("x-amz-security-token"), "session");
    assert_eq!(asked.header("x-amz-target"), "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
    let begin = "AWS4-HMAC-SHA256 Credential=AKIAENV/20261130/eu-west-1/ecr/aws4_request, SignedHeaders=\
                 content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=";
    assert!(asked.header("authorization").starts_with(begin), "{}", asked.header("authorization"));
}

#[test]
fn the_public_registry_is_asked_in_one_region_and_answers_with_an_object() {
    let object = authorization("pw", later(43_200)).replace(['[', ']'], "");
    for (key, first) in [
        ("public.ecr.aws", "POST https://api.ecr-public.us-east-1.amazonaws.com/"),
        ("https://ecr-public.aws.com", "POST https://ecr-public.us-east-1.api.aws/"),
        ("registry.corp.example", "POST https://api.ecr-public.us-east-1.amazonaws.com/"),
    ] {
        let server = Server::new([answer(200, &[], &object)]);
        let minted = World::with_keys().mint(&server, key, &Profile::EcrPublic { aws_profile: None });
        assert_eq!(minted.unwrap().credential.secret.expose(), b"pw", "{key}");
        let asked = server.asked().remove(0);
        assert_eq!(asked.line, first);
        assert_eq!(asked.header("x-amz-target"), "SpencerFrontendService.GetAuthorizationToken");
        assert!(asked.header("authorization").contains("/us-east-1/ecr-public/aws4_request"));
    }
}

#[test]
fn a_host_that_is_not_reached_has_another_that_is_told() {
    let table = [
        (
            "123456789012.dkr-ecr.eu-west-1.on.aws",
            vec!["ecr.eu-west-1.api.aws", "api.ecr.eu-west-1.amazonaws.com"],
        ),
        (
            "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
            vec!["api.ecr-fips.us-east-1.amazonaws.com", "ecr-fips.us-east-1.amazonaws.com"],
        ),
    ];
    for (key, hosts) in table {
        let server = Server::new([no_host(), granted()]);
        let minted = World::with_keys().mint(&server, key, &ecr()).unwrap();
        let lines: Vec<_> = hosts.iter().map(|host| format!("POST https://{host}/")).collect();
        assert_eq!(server.lines(), lines);
        let note = Note::FellBack { wanted: hosts[0].to_owned(), asked: hosts[1].to_owned() };
        assert_eq!(note.words(), format!("{} was not reached; {} was asked instead.", hosts[0], hosts[1]));
        assert_eq!((minted.asked.as_str(), minted.notes), (hosts[1], vec![note]));
    }
    // A refusal is an answer: nobody else is asked.
    let server = Server::new([answer(400, &[], &error("AccessDeniedException", "no"))]);
    let refused = World::with_keys().mint(&server, "123456789012.dkr-ecr.eu-west-1.on.aws", &ecr());
    assert_eq!((refusal(&refused.unwrap_err()).0, server.lines().len()), (Meaning::Denied, 1));
    let server = Server::new([no_host()]);
    let error = World::with_keys().mint(&server, HOST, &ecr()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "No new password from Amazon ECR: api.ecr.eu-west-1.amazonaws.com was not reached. There is no such host. Try \
         again when it can be reached."
    );
}

#[test]
fn the_region_comes_from_the_host_and_only_where_that_is_silent_from_the_profile() {
    let with = |region: &str| Profile::Ecr { aws_profile: None, region: Some(region.to_owned()) };
    let server = Server::new([granted()]);
    World::with_keys().mint(&server, "registry.corp.example", &with("us-gov-west-1")).unwrap();
    assert_eq!(server.lines(), ["POST https://api.ecr.us-gov-west-1.amazonaws.com/"]);
    let server = Server::new([granted()]);
    World::with_keys().mint(&server, HOST, &with("eu-west-1")).unwrap();
    assert_eq!(server.lines(), [API]);
    for (key, profile, code) in [
        (HOST, with("us-east-1"), "bad_setting"),
        ("registry.corp.example", with("-x"), "bad_setting"),
        ("registry.corp.example", ecr(), "not_told"),
    ] {
        let error = World::with_keys().mint(&Server::default(), key, &profile).unwrap_err();
        assert_eq!(error.code(), code, "{key} {profile:?}");
    }
}

#[test]
fn an_endpoint_variable_leads_the_api_elsewhere_and_never_the_region() {
    let server = Server::new([granted()]);
    let world = World::with_keys().set("AWS_ENDPOINT_URL", "http://127.0.0.1:5000");
    let minted = world.mint(&server, "123456789012.dkr-ecr.eu-west-1.on.aws", &ecr()).unwrap();
    let asked = server.asked().remove(0);
    assert_eq!(
        (asked.line.as_str(), minted.asked.as_str()),
        ("POST http://127.0.0.1:5000/", "127.0.0.1:5000")
    );
    assert!(asked.header("authorization").contains("/eu-west-1/ecr/"));
}

#[test]
fn a_refusal_says_what_amazon_said_and_what_to_do_without_what_was_sent() {
    let sent = "The Canonical String for this request should have been 'POST\n/\n\nx-amz-security-token:session-token'";
    let table = [
        (
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired",
            Meaning::SessionEnded,
        ),
        (
            400,
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            Meaning::WrongKey,
        ),
        (400, "InvalidSignatureException", sent, Meaning::WrongKey),
        (400, "AccessDeniedException", "User: arn:aws:iam::1:user/jane is not authorized", Meaning::Denied),
        (400, "ThrottlingException", "Rate exceeded", Meaning::Throttled),
        (500, "ServerException", "", Meaning::ServerError),
    ];
    for (status, code, message, meaning) in table {
        let server = Server::new([answer(status, &[("retry-after", "7")], &error(code, message))]);
        let world = World::with_keys().set("AWS_SESSION_TOKEN", "session-token");
        let error = world.mint(&server, HOST, &ecr()).unwrap_err();
        let (found, line) = refusal(&error);
        assert_eq!((found, error.retry_after()), (meaning, Some(7)), "{code}");
        assert!(line.contains(code) && line.contains("the keys in the environment"), "{line}");
        assert!(
            !line.contains("session-token") && !line.contains("opensesame") && !line.contains('\n'),
            "{line}"
        );
        assert!(message.len() > 80 || line.contains(message), "{line}");
    }
}

#[test]
fn what_is_no_answer_is_no_password() {
    let cut = match granted() {
        Reply::Answer(response) => {
            Reply::Answer(pullpass::net::transport::Response { is_cut: true, ..response })
        }
        other => other,
    };
    let table = [
        (answer(200, &[], "<html>Log in to the network</html>"), "bad_answer"),
        (answer(200, &[], r#"{"authorizationData":[]}"#), "bad_answer"),
        (cut, "bad_answer"),
        (answer(200, &[], &authorization("pw", later(-1))), "came_expired"),
        (answer(302, &[("location", "https://elsewhere.example/")], ""), "refused"),
        (Reply::TransportError(TransportError::PlainHttpServer), "network"),
    ];
    for (reply, code) in table {
        let error = World::with_keys().mint(&Server::new([reply]), HOST, &ecr()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
}

#[test]
fn the_profile_is_named_with_the_variable_that_chose_it() {
    let world = World::new(&[("AWS_PROFILE", "one"), ("AWS_DEFAULT_PROFILE", "two")]);
    let keys = |id: &str| format!("aws_access_key_id = {id}\naws_secret_access_key = s\n");
    world.write(
        ".aws/credentials",
        &format!("[one]\n{}[two]\n{}[three]\n{}", keys("K1"), keys("K2"), keys("K3")),
    );
    let server = Server::new([granted(), granted()]);
    let minted = world.mint(&server, HOST, &ecr()).unwrap();
    assert_eq!(minted.source, "the keys of the AWS profile \"two\" (from AWS_DEFAULT_PROFILE)");
    let three = Profile::Ecr { aws_profile: Some("three".into()), region: None };
    let minted = world.mint(&server, HOST, &three).unwrap();
    assert_eq!(minted.source, "the keys of the AWS profile \"three\"");
    let asked = server.asked();
    assert!(asked[0].header("authorization").contains("Credential=K2/"));
    assert!(asked[1].header("authorization").contains("Credential=K3/"));
}

#[test]
fn who_the_environment_is_can_be_told_without_asking_anybody() {
    let mark = |world: &World, profile: &Profile| present_principal(profile, &world.environment());
    let world = World::with_keys();
    let minted = world.mint(&Server::new([granted()]), HOST, &ecr()).unwrap();
    assert!(minted.principal.is_some());
    assert_eq!(mark(&world, &ecr()), Ok(minted.principal.clone()));
    let other = World::with_keys().set("AWS_ACCESS_KEY_ID", "AKIAOTHER");
    assert_ne!(mark(&other, &ecr()), Ok(minted.principal));
    // A profile that names its principal leaves nothing to the environment.
    world.write(".aws/credentials", "[two]\naws_access_key_id = K\naws_secret_access_key = s\n");
    let two = Profile::Ecr { aws_profile: Some("two".into()), region: None };
    let minted = world.mint(&Server::new([granted()]), HOST, &two).unwrap();
    assert_eq!((minted.principal, mark(&world, &two)), (None, Ok(None)));
    // Keys that a program fetches have another id each time: the profile must do.
    let process = |profile: &str| {
        let world = World::new(&[("AWS_PROFILE", profile)]);
        world.write(
            ".aws/config",
            "[profile a]\ncredential_process = x\n[profile b]\ncredential_process = x\n",
        );
        mark(&world, &ecr()).unwrap()
    };
    assert_eq!(process("a"), process("a"));
    assert_ne!(process("a"), process("b"));
    let nobody = mark(&World::new(&[("AWS_EC2_METADATA_DISABLED", "true")]), &ecr());
    assert!(matches!(nobody.unwrap_err().cause, Cause::NoKeys { .. }));
}
