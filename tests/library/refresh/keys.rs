//! AWS keys that somebody hands out: a container, a machine, the Security Token Service.

use pullpass::refresh::error::Meaning;

use super::world::{HOST, Reply, Server, World, answer, ecr, error, granted, no_host, refusal};

const KEYS: &str = r#"{"Code":"Success","AccessKeyId":"AKIAROLE","SecretAccessKey":"s","Token":"t","Expiration":"2026-11-30T18:00:00Z"}"#;

fn keys() -> Reply {
    answer(200, &[], KEYS)
}

/// The id that signed the last request.
fn signer(server: &Server) -> String {
    let asked = server.asked();
    let header = asked.last().unwrap().header("authorization").to_owned();
    header.split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned()
}

#[test]
fn a_container_is_asked_with_its_token() {
    let table = [
        (vec![("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x")], "GET http://169.254.170.2/v2/x", ""),
        (
            vec![
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/x"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc"),
            ],
            "GET http://127.0.0.1:1/x",
            "Basic abc",
        ),
    ];
    for (variables, line, token) in table {
        let server = Server::new([keys(), granted()]);
        let minted = World::new(&variables).mint(&server, HOST, &ecr()).unwrap();
        assert_eq!(minted.source, "the container's role");
        let asked = server.asked();
        assert_eq!((asked[0].line.as_str(), asked[0].header("authorization")), (line, token));
        assert_eq!(asked[1].header("x-amz-security-token"), "t");
    }
    // The file counts before the variable.
    let world = World::new(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "other"),
    ]);
    world.write("token", "from-file\n");
    let world_file = world.path("token");
    let world = world.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", world_file.to_str().unwrap());
    let server = Server::new([keys(), granted()]);
    world.mint(&server, HOST, &ecr()).unwrap();
    assert_eq!(server.asked()[0].header("authorization"), "from-file");
}

#[test]
fn a_container_that_stumbles_is_asked_three_times() {
    let world = || World::new(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")]);
    let server = Server::new([answer(500, &[], ""), Reply::Silence, keys(), granted()]);
    assert!(world().mint(&server, HOST, &ecr()).is_ok());
    assert_eq!(signer(&server), "AKIAROLE");
    let server = Server::new([no_host(), no_host(), no_host()]);
    assert_eq!(world().mint(&server, HOST, &ecr()).unwrap_err().code(), "network");
    let server = Server::new([answer(404, &[], ""), answer(404, &[], ""), answer(200, &[], "{}")]);
    assert_eq!(world().mint(&server, HOST, &ecr()).unwrap_err().code(), "bad_answer");
    let server = Server::new([Reply::Silence, Reply::Silence, Reply::Silence]);
    assert_eq!(world().mint(&server, HOST, &ecr()).unwrap_err().code(), "network");
}

#[test]
fn a_container_elsewhere_is_not_asked_in_clear_text() {
    for uri in ["http://evil.example/x", "http://169.254.170.2.evil.example/"] {
        let world = World::new(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)]);
        assert_eq!(world.mint(&Server::default(), HOST, &ecr()).unwrap_err().code(), "bad_setting");
    }
}

#[test]
fn a_machine_is_asked_by_the_second_version_of_its_service() {
    let server = Server::new([answer(200, &[], "session"), answer(200, &[], "my-role\n"), keys(), granted()]);
    let minted = World::new(&[]).mint(&server, HOST, &ecr()).unwrap();
    assert_eq!(minted.source, "this machine's role");
    let asked = server.asked();
    let lines: Vec<_> = asked.iter().take(3).map(|asked| asked.line.as_str()).collect();
    let roles = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    assert_eq!(lines, ["PUT http://169.254.169.254/latest/api/token", roles, &format!("{roles}my-role")]);
    assert_eq!(asked[0].header("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
    assert!(asked[1..3].iter().all(|asked| asked.header("x-aws-ec2-metadata-token") == "session"));
}

#[test]
fn a_machine_without_a_role_has_no_keys() {
    let session = || answer(200, &[], "session");
    let table = [
        vec![no_host()],
        vec![Reply::Silence],
        // Only the first version is there, which would give its keys to anybody.
        vec![answer(404, &[], "")],
        vec![session(), answer(404, &[], "")],
        vec![session(), answer(200, &[], "")],
        vec![session(), answer(200, &[], "../../user-data")],
        vec![session(), answer(200, &[], "role"), Reply::Silence],
    ];
    for replies in table {
        let server = Server::new(replies);
        let error = World::new(&[]).mint(&server, HOST, &ecr()).unwrap_err();
        assert_eq!(error.code(), "no_keys");
        server.asked();
    }
    let refused = r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"no"}"#;
    let server = Server::new([session(), answer(200, &[], "role"), answer(200, &[], refused)]);
    assert_eq!(World::new(&[]).mint(&server, HOST, &ecr()).unwrap_err().code(), "bad_answer");
}

#[test]
fn the_metadata_service_can_be_moved_and_switched_off() {
    let table = [
        (
            vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9/base")],
            "PUT http://127.0.0.1:9/base/latest/api/token",
        ),
        (
            vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6")],
            "PUT http://[fd00:ec2::254]/latest/api/token",
        ),
    ];
    for (variables, line) in table {
        let server = Server::new([no_host()]);
        World::new(&variables).mint(&server, HOST, &ecr()).unwrap_err();
        assert_eq!(server.lines(), [line]);
    }
    let off = World::new(&[("AWS_EC2_METADATA_DISABLED", "true")]);
    assert_eq!(off.mint(&Server::default(), HOST, &ecr()).unwrap_err().code(), "no_keys");
}

fn with_web_identity() -> World {
    let world = World::new(&[("AWS_ROLE_ARN", "arn:aws:iam::1:role/ci")]);
    world.write("jwt", "header.payload.signature\n");
    let file = world.path("jwt");
    world.set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap())
}

#[test]
fn a_web_identity_becomes_keys_by_one_unsigned_call() {
    let xml = "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
               <AccessKeyId>ASIAWEB</AccessKeyId><SecretAccessKey>a&amp;b</SecretAccessKey>\
               <SessionToken>t</SessionToken><Expiration>2026-11-30T13:00:00Z</Expiration>\
               </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";
    let server = Server::new([answer(200, &[], xml), granted()]);
    let minted = with_web_identity().mint(&server, HOST, &ecr()).unwrap();
    assert!(minted.source.starts_with("the web identity of the"), "{}", minted.source);
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST https://sts.eu-west-1.amazonaws.com/");
    assert_eq!(
        asked[0].body,
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::1:role/ci&\
         RoleSessionName=pullpass-1796040000&WebIdentityToken=header.payload.signature"
    );
    assert_eq!(asked[0].header("authorization"), "");
    assert!(asked[1].header("authorization").contains("Credential=ASIAWEB/"));
    let over = xml.replace("T13:00", "T12:00");
    let server = Server::new([answer(200, &[], &over)]);
    assert_eq!(with_web_identity().mint(&server, HOST, &ecr()).unwrap_err().code(), "keys_expired");
    for broken in ["", "<x/>", &xml.replace("SessionToken", "X"), &xml.replace("2026-", "")] {
        let server = Server::new([answer(200, &[], broken)]);
        assert_eq!(with_web_identity().mint(&server, HOST, &ecr()).unwrap_err().code(), "bad_answer");
    }
}

#[test]
fn a_web_identity_that_is_refused_is_not_quoted() {
    let xml = "<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>Token header.payload.signature is not good\
               </Message></Error></ErrorResponse>";
    let server = Server::new([answer(400, &[], xml)]);
    let (meaning, line) = refusal(&with_web_identity().mint(&server, HOST, &ecr()).unwrap_err());
    assert_eq!(meaning, Meaning::SessionEnded);
    assert!(line.contains("InvalidIdentityToken: Token ••• is not good"), "{line}");
    let world = with_web_identity();
    world.write("jwt", " \n");
    assert_eq!(world.mint(&Server::default(), HOST, &ecr()).unwrap_err().code(), "file_unreadable");
}

#[test]
fn keys_that_are_over_are_not_used() {
    let over = World::with_keys().set("AWS_CREDENTIAL_EXPIRATION", "2026-11-30T12:00:00Z");
    let error = over.mint(&Server::default(), HOST, &ecr()).unwrap_err();
    assert_eq!(error.code(), "keys_expired");
    let good = World::with_keys().set("AWS_CREDENTIAL_EXPIRATION", "2026-11-30T12:00:01Z");
    assert!(good.mint(&Server::new([granted()]), HOST, &ecr()).is_ok());
    // A machine's service may be in trouble while its last keys are still taken.
    let old = KEYS.replace("T18:00", "T11:00");
    let server =
        Server::new([answer(200, &[], "s"), answer(200, &[], "r"), answer(200, &[], &old), granted()]);
    assert!(World::new(&[]).mint(&server, HOST, &ecr()).is_ok());
    let refused = answer(400, &[], &error_of_session());
    let server = Server::new([refused]);
    assert_eq!(refusal(&good.mint(&server, HOST, &ecr()).unwrap_err()).0, Meaning::SessionEnded);
}

fn error_of_session() -> String {
    error("ExpiredTokenException", "The security token included in the request is expired")
}
