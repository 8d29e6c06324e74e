//! Who signs: botocore's order of places, decided from variables and files alone. Nobody is asked yet.
//!
//! Source: botocore 1.44.8 `credentials.py` (`create_credential_resolver`). Left out are its places of before 2013
//! (`AWS_CREDENTIAL_FILE`, `~/.boto`).

use std::path::PathBuf;

use super::config::Config;
use super::ini::{Section, Value};
use super::keys::Keys;
use crate::refresh::environment::Environment;
use crate::refresh::error::{Cause, NamedBy, NoKeys, SignIn};
use crate::refresh::instant;
use crate::refresh::words::aws_profile;
use crate::secret::Secret;

/// Where keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// They are here.
    Keys(Keys),
    /// A web identity token, changed into keys by one unsigned call.
    WebIdentity {
        /// The file with the token.
        token_file: PathBuf,
        /// The role's ARN.
        role: String,
        /// What the session is called, where somebody said it.
        session_name: Option<String>,
    },
    /// The AWS CLI, for what only it can do.
    Cli(SignIn),
    /// The program of `credential_process`, with its arguments.
    Process(String),
    /// The endpoint of a container.
    Container,
    /// The metadata service of an EC2 machine.
    Instance,
}

/// Where keys come from, and how to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Where from.
    pub source: Source,
    /// The place, as part of a sentence: `the keys of the AWS profile "two" (from AWS_PROFILE)`.
    pub place: String,
}

/// The first place that has something.
///
/// # Errors
/// A place has half of a key, or no place has anything.
pub fn choose(config: &Config, environment: &Environment) -> Result<Chosen, Cause> {
    let is_from_environment = config.named_by != NamedBy::Record;
    if is_from_environment && let Some(id) = environment.set("AWS_ACCESS_KEY_ID") {
        let place = "the keys in the environment (AWS_ACCESS_KEY_ID)".to_owned();
        return Ok(Chosen { source: Source::Keys(of_environment(id, environment)?), place });
    }
    let profile = || aws_profile(&config.profile, config.named_by);
    let of = |what: &str, source| Ok(Chosen { source, place: format!("{what} of the {}", profile()) });
    let has = |name: &str| config.scoped.contains_key(name);
    if has("role_arn") && !has("web_identity_token_file") {
        return of("the role", Source::Cli(SignIn::Role));
    }
    if let Some(source) = web_identity(config, environment, is_from_environment)? {
        return of("the web identity", source);
    }
    if has("sso_role_name") || has("sso_account_id") {
        return of("the session", Source::Cli(SignIn::Sso));
    }
    let in_section = |section: &Option<Section>| match section {
        Some(section) => of_section(section, || format!("the {}", profile())),
        None => Ok(None),
    };
    if let Some(keys) = in_section(&config.credentials)? {
        return of("the keys", Source::Keys(keys));
    }
    if has("login_session") {
        return of("the session", Source::Cli(SignIn::Login));
    }
    if let Some(command) = config.text("credential_process") {
        return of("credential_process", Source::Process(command.to_owned()));
    }
    if let Some(keys) = in_section(&config.config)? {
        return of("the keys", Source::Keys(keys));
    }
    of_machine(environment).ok_or(Cause::NoKeys { asked: NoKeys::Aws })
}

fn of_environment(id: &str, environment: &Environment) -> Result<Keys, Cause> {
    const PLACE: &str = "the environment";
    let incomplete = Cause::KeysIncomplete { place: PLACE.into(), missing: "AWS_SECRET_ACCESS_KEY" };
    let end = environment.set("AWS_CREDENTIAL_EXPIRATION").map(instant::from_text);
    if end == Some(None) {
        return Err(Cause::KeysExpired { place: format!("AWS_CREDENTIAL_EXPIRATION of {PLACE}") });
    }
    // botocore prefers the older name.
    let mut session = ["AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"].into_iter();
    Ok(Keys {
        id: id.to_owned(),
        secret: environment.secret("AWS_SECRET_ACCESS_KEY").ok_or(incomplete)?,
        session: session.find_map(|name| environment.secret(name)),
        expires_at: end.flatten(),
    })
}

/// The keys in a section of a file. An id alone counts as a key that is not whole; a secret alone as nothing.
fn of_section(section: &Section, place: impl Fn() -> String) -> Result<Option<Keys>, Cause> {
    let text = |name: &str| section.get(name).and_then(Value::text).filter(|text| !text.is_empty());
    let secret = |name: &str| text(name).map(|text| Secret::from_text(text.to_owned()));
    if !section.contains_key("aws_access_key_id") {
        return Ok(None);
    }
    let missing = |missing| Cause::KeysIncomplete { place: place(), missing };
    Ok(Some(Keys {
        id: text("aws_access_key_id").ok_or_else(|| missing("aws_access_key_id"))?.to_owned(),
        secret: secret("aws_secret_access_key").ok_or_else(|| missing("aws_secret_access_key"))?,
        session: secret("aws_security_token").or_else(|| secret("aws_session_token")),
        expires_at: None,
    }))
}

/// Each of the three settings is taken from the environment first.
fn web_identity(
    config: &Config,
    environment: &Environment,
    is_from_environment: bool,
) -> Result<Option<Source>, Cause> {
    let setting = |variable: &str, member: &str| {
        let variable = if is_from_environment { environment.value(variable) } else { None };
        variable.or_else(|| config.text(member)).filter(|value| !value.is_empty())
    };
    let Some(file) = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
        return Ok(None);
    };
    let place = "the web identity".to_owned();
    let role =
        setting("AWS_ROLE_ARN", "role_arn").ok_or(Cause::KeysIncomplete { place, missing: "role_arn" })?;
    Ok(Some(Source::WebIdentity {
        token_file: file.into(),
        role: role.to_owned(),
        session_name: setting("AWS_ROLE_SESSION_NAME", "role_session_name").map(str::to_owned),
    }))
}

/// What the machine gives to everybody on it.
fn of_machine(environment: &Environment) -> Option<Chosen> {
    let uris = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if uris.into_iter().any(|name| environment.set(name).is_some()) {
        return Some(Chosen { source: Source::Container, place: "the container's role".to_owned() });
    }
    let is_off = environment.set("AWS_EC2_METADATA_DISABLED").is_some_and(|v| v.eq_ignore_ascii_case("true"));
    (!is_off).then(|| Chosen { source: Source::Instance, place: "this machine's role".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh::environment::tests::environment;

    /// Names and values.
    type Variables<'a> = &'a [(&'a str, &'a str)];

    const KEYS: &str = "aws_access_key_id = K\naws_secret_access_key = s\n";

    /// The place as one word, with the key's id where there is one.
    fn chosen(
        profile: Option<&str>,
        variables: &[(&str, &str)],
        config: &str,
        credentials: &str,
    ) -> Result<String, &'static str> {
        let folder = tempfile::tempdir().unwrap();
        let (config_file, keys_file) = (folder.path().join("config"), folder.path().join("credentials"));
        std::fs::write(&config_file, config).unwrap();
        std::fs::write(&keys_file, credentials).unwrap();
        let mut all = vec![
            ("AWS_CONFIG_FILE", config_file.to_str().unwrap()),
            ("AWS_SHARED_CREDENTIALS_FILE", keys_file.to_str().unwrap()),
        ];
        all.extend_from_slice(variables);
        let environment = environment(&all);
        let found = Config::load(profile, &environment).and_then(|config| choose(&config, &environment));
        match found.map(|chosen| chosen.source) {
            Ok(Source::Keys(keys)) => Ok(format!("keys {}", keys.id)),
            Ok(Source::WebIdentity { role, session_name, .. }) => {
                Ok(format!("web {role} {}", session_name.unwrap_or_default()))
            }
            Ok(Source::Cli(wants)) => Ok(format!("cli {wants:?}")),
            Ok(Source::Process(command)) => Ok(format!("process {command}")),
            Ok(Source::Container) => Ok("container".to_owned()),
            Ok(Source::Instance) => Ok("instance".to_owned()),
            Err(Cause::KeysIncomplete { missing, .. }) => Err(missing),
            Err(Cause::NoKeys { .. }) => Err("nothing"),
            Err(Cause::ProfileMissing { .. }) => Err("no profile"),
            Err(Cause::KeysExpired { .. }) => Err("expired"),
            Err(_) => Err("other"),
        }
    }

    #[test]
    fn places_are_looked_at_in_botocores_order() {
        let variables = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "s")];
        let keys_in_config = KEYS.replace('K', "C");
        // What makes each place count; the third stands in the credentials file.
        let places = [
            ("role_arn = r\n", "cli Role"),
            ("sso_role_name = x\n", "cli Sso"),
            ("", "keys K"),
            ("login_session = l\n", "cli Login"),
            ("credential_process = p\n", "process p"),
            (&keys_in_config, "keys C"),
        ];
        for (first, (_, expected)) in places.iter().enumerate() {
            let lines: String = places.iter().skip(first).map(|(lines, _)| *lines).collect();
            let config = format!("[default]\n{lines}");
            let credentials = if first <= 2 { format!("[default]\n{KEYS}") } else { String::new() };
            assert_eq!(chosen(None, &[], &config, &credentials).as_deref(), Ok(*expected), "{config}");
            assert_eq!(chosen(None, &variables, &config, &credentials).as_deref(), Ok("keys E"), "{config}");
        }
    }

    #[test]
    fn where_no_file_has_keys_the_container_counts_and_then_the_machine() {
        let relative = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x");
        let full = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/x");
        let off = ("AWS_EC2_METADATA_DISABLED", "TRUE");
        let table: [(Variables, Result<&str, &str>); 5] = [
            (&[relative, off], Ok("container")),
            (&[full], Ok("container")),
            (&[], Ok("instance")),
            (&[("AWS_EC2_METADATA_DISABLED", "1")], Ok("instance")),
            (&[off], Err("nothing")),
        ];
        for (variables, expected) in table {
            assert_eq!(chosen(None, variables, "", ""), expected.map(str::to_owned), "{variables:?}");
        }
        let keys = format!("[default]\n{KEYS}");
        assert_eq!(chosen(None, &[relative], &keys, "").as_deref(), Ok("keys K"));
    }

    #[test]
    fn half_a_key_is_an_error_and_never_the_next_place() {
        let table: [(Variables, &str, &str, Result<&str, &str>); 8] = [
            (&[("AWS_ACCESS_KEY_ID", "E")], "", "", Err("AWS_SECRET_ACCESS_KEY")),
            (
                &[("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", "")],
                "",
                "",
                Err("AWS_SECRET_ACCESS_KEY"),
            ),
            (
                &[("AWS_SECRET_ACCESS_KEY", "s")],
                "",
                "[default]\naws_access_key_id = K\naws_secret_access_key = s",
                Ok("keys K"),
            ),
            (
                &[],
                "[default]\naws_access_key_id = C\naws_secret_access_key = s",
                "[default]\naws_access_key_id = K",
                Err("aws_secret_access_key"),
            ),
            (
                &[],
                "[default]\naws_access_key_id = C",
                "[default]\naws_secret_access_key = s",
                Err("aws_secret_access_key"),
            ),
            (&[], "", "[default]\naws_access_key_id =\naws_secret_access_key = s", Err("aws_access_key_id")),
            (
                &[
                    ("AWS_ACCESS_KEY_ID", "E"),
                    ("AWS_SECRET_ACCESS_KEY", "s"),
                    ("AWS_CREDENTIAL_EXPIRATION", "soon"),
                ],
                "",
                "",
                Err("expired"),
            ),
            (&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")], "", "", Err("role_arn")),
        ];
        for (variables, config, credentials, expected) in table {
            assert_eq!(
                chosen(None, variables, config, credentials),
                expected.map(str::to_owned),
                "{variables:?} {config} {credentials}"
            );
        }
    }

    #[test]
    fn a_profile_of_the_record_takes_nothing_from_the_environment() {
        let config = "[profile two]\naws_access_key_id = T\naws_secret_access_key = s\n[profile web]\nweb_identity_token_file = /t\nrole_arn = r\n";
        let variables = [
            ("AWS_ACCESS_KEY_ID", "E"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_PROFILE", "nope"),
            ("AWS_ROLE_ARN", "other"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/other"),
        ];
        assert_eq!(chosen(Some("two"), &variables, config, "").as_deref(), Ok("keys T"));
        assert_eq!(chosen(Some("web"), &variables, config, "").as_deref(), Ok("web r "));
        assert_eq!(chosen(None, &variables, config, ""), Err("no profile"));
        let web = [("AWS_PROFILE", "web"), ("AWS_ROLE_ARN", "e"), ("AWS_ROLE_SESSION_NAME", "n")];
        assert_eq!(chosen(None, &web, config, "").as_deref(), Ok("web e n"));
    }

    #[test]
    fn the_place_tells_who_named_the_profile() {
        let variables = [("AWS_DEFAULT_PROFILE", "two"), ("AWS_PROFILE", "one")];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c");
        std::fs::write(&file, format!("[profile two]\n{KEYS}")).unwrap();
        let environment =
            environment(&[variables[0], variables[1], ("AWS_CONFIG_FILE", file.to_str().unwrap())]);
        let config = Config::load(None, &environment).ok().unwrap();
        let place = choose(&config, &environment).unwrap().place;
        assert_eq!(place, "the keys of the AWS profile \"two\" (from AWS_DEFAULT_PROFILE)");
    }
}
