//! What the tests of the exports share, and what holds for every platform.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::import::yaml;
use crate::secret::Secret;

use super::*;
use crate::credential::expiry::{Expiry, Source};
use crate::registry::key;

/// A scalar of YAML as a reader has it.
pub fn yaml_text(written: &str) -> String {
    let documents = yaml::read(format!("x: {written}\n").as_bytes()).unwrap();
    documents[0].get("x").unwrap().text().unwrap().to_owned()
}

/// A document of YAML as a reader has it.
pub fn yaml_document(file: &str) -> yaml::Value {
    yaml::read(file.as_bytes()).unwrap().remove(0)
}

/// A text at the end of a path of members and, in digits, items.
pub fn text_at(value: &yaml::Value, path: &str) -> String {
    let found = path.split('.').fold(value, |value, name| match name.parse::<usize>() {
        Ok(at) => value.items().nth(at).unwrap(),
        Err(_) => value.get(name).unwrap_or_else(|| panic!("no {name} of {path}")),
    });
    found.text().unwrap().to_owned()
}

pub fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

/// A login whose secret is known.
pub fn bundle(key: &str, username: &str, secret: &str) -> Bundle {
    let mut bundle = Bundle::new(key, username, Some(Secret::from_text(secret.into())));
    bundle.email = "jane@example.com".into();
    bundle
}

/// The export of one secret.
pub fn one(id: &str, bundle: &Bundle, form: Form, answers: &[(&str, &str)]) -> Result<Artifact, CannotWrite> {
    many(id, std::slice::from_ref(bundle), form, answers)
}

/// The export of several secrets.
pub fn many(
    id: &str,
    bundles: &[Bundle],
    form: Form,
    answers: &[(&str, &str)],
) -> Result<Artifact, CannotWrite> {
    let answers: Answers = answers.iter().copied().collect();
    export(platform(id).unwrap(), bundles, Some(form), &answers, now())
}

/// The file of this name with its secrets in it.
pub fn file(artifact: &Artifact, name: &str) -> String {
    let file = artifact.files.iter().find(|file| file.name == name);
    let names = || artifact.files.iter().map(|file| &file.name).collect::<Vec<_>>();
    let body = file.unwrap_or_else(|| panic!("no {name} in {:?}", names())).body.reveal();
    body.expose_text().unwrap().to_owned()
}

/// All command lines of the steps.
pub fn commands(artifact: &Artifact) -> Vec<&str> {
    artifact.steps.iter().filter_map(|step| step.command.as_deref()).collect()
}

/// Passwords with what the languages give a meaning to, and any others; none that docker would change.
pub fn password() -> impl Strategy<Value = String> {
    let odd = r#"[-$%{}#<>'"\\`&:!|=~@^,;\[\]()*+?/_. \t\na0é]{1,12}"#;
    prop_oneof![odd, any::<String>()].prop_filter("docker drops NUL at the ends", |text| {
        !text.is_empty() && !text.starts_with('\0') && !text.ends_with('\0')
    })
}

const LITERAL_WARNING: &str = "The secret itself is in what is written";

/// A login that each platform takes, with what it asks for beyond the secret.
fn ordinary(platform: &Platform) -> (Bundle, Answers) {
    let key = if platform.id == "ecr" { "111122223333.dkr.ecr.eu-west-1.amazonaws.com" } else { "quay.io" };
    let image = (platform.image != Need::No).then(|| format!("{key}/acme/app:1"));
    let login = Bundle { name: "regcred".into(), image, ..bundle(key, "jane", "hunter2-SECRET") };
    (login, Answers::default())
}

/// Every platform with each of its forms.
fn all() -> impl Iterator<Item = (&'static Platform, Form)> {
    PLATFORMS.iter().flat_map(|platform| platform.forms.iter().map(|form| (*platform, *form)))
}

/// All texts that a person sees without asking for a secret.
fn shown(artifact: &Artifact) -> String {
    let files = artifact.files.iter().map(|file| file.body.masked());
    let fields = artifact.fields.iter().map(|field| field.masked().to_owned());
    let steps = artifact.steps.iter().flat_map(|step| [Some(step.says.clone()), step.command.clone()]);
    let all = files.chain(fields).chain(steps.flatten()).chain(artifact.warnings.iter().cloned());
    all.collect::<Vec<_>>().join("\n")
}

/// Fails where a file is not of the language that its name tells.
fn read_by_its_name(file: &File) {
    let revealed = file.body.reveal();
    let text = revealed.expose_text().unwrap();
    let is_read = match file.name.rsplit('.').next().unwrap() {
        "yaml" | "yml" | "conf" => text.contains("{{") || yaml::read(text.as_bytes()).is_ok(),
        "json" => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        "toml" => ::toml::from_str::<::toml::Table>(text).is_ok(),
        "tf" | "hcl" => ::hcl::from_str::<::hcl::Body>(text).is_ok(),
        "xml" => roxmltree::Document::parse(text).is_ok(),
        "env" | "sh" | "image" | "Jenkinsfile" => true,
        other => panic!("a file that no reader here knows: {other}"),
    };
    assert!(is_read, "{}:\n{text}", file.name);
    assert!(text.ends_with('\n'), "{}", file.name);
}

#[test]
fn ids_of_platforms_and_of_their_fields_are_unique_words() {
    let is_word = |id: &str| id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let ids: std::collections::BTreeSet<_> = PLATFORMS.iter().map(|platform| platform.id).collect();
    assert_eq!(ids.len(), PLATFORMS.len());
    for platform in PLATFORMS {
        let fields: std::collections::BTreeSet<_> = platform.fields.iter().map(|spec| spec.id).collect();
        assert_eq!(fields.len(), platform.fields.len(), "{}", platform.id);
        // Options that every export has.
        let taken =
            ["name", "image", "env", "email", "username", "literal", "list", "key", "reveal", "yes", "o"];
        assert!(fields.iter().all(|id| is_word(id) && !taken.contains(id)), "{}", platform.id);
        assert!(is_word(platform.id) && !platform.forms.is_empty());
        for spec in platform.fields {
            assert!(!spec.verdict(spec.default).is_wrong(), "{} {}", platform.id, spec.id);
        }
    }
}

#[test]
fn each_form_is_written_in_its_language_and_only_a_literal_one_holds_the_secret() {
    for (platform, form) in all() {
        let (login, answers) = ordinary(platform);
        let found = export(platform, &[login], Some(form), &answers, now());
        let artifact = found.unwrap_or_else(|reason| panic!("{} {form:?}: {reason:?}", platform.id));
        artifact.files.iter().for_each(read_by_its_name);
        assert_eq!(artifact.holds_secret(), form == Form::Literal, "{} {form:?}", platform.id);
        let warns = artifact.warnings.iter().any(|words| words.starts_with(LITERAL_WARNING));
        assert_eq!(warns, form == Form::Literal, "{} {form:?}", platform.id);
        assert!(!shown(&artifact).contains("hunter2"), "{} {form:?}", platform.id);
        assert!(!artifact.steps.is_empty(), "{}", platform.id);
    }
}

#[test]
fn a_form_without_the_secret_needs_none_and_one_with_it_does() {
    for (platform, form) in all() {
        let (login, answers) = ordinary(platform);
        let unknown = Bundle { secret: None, ..login };
        let found = export(platform, &[unknown], Some(form), &answers, now());
        let code = found.err().map(|reason| reason.code());
        assert_eq!(code, (form == Form::Literal).then_some("secret_not_fetched"), "{} {form:?}", platform.id);
    }
}

#[test]
fn a_secret_that_ends_is_told_with_the_platforms_way_to_stay_fresh() {
    let at = "2026-11-20T12:00:00Z".parse().unwrap();
    for (platform, form) in all() {
        let (login, answers) = ordinary(platform);
        let login = Bundle { expiry: Expiry::At { at, source: Source::EcrExpiration }, ..login };
        let artifact = export(platform, &[login], Some(form), &answers, now()).unwrap();
        let tells = |words: &str| artifact.warnings.iter().any(|warning| warning.contains(words));
        assert!(tells("2026-11-20 12:00 UTC, in 12h") && tells(platform.stays_fresh), "{}", platform.id);
    }
}

#[test]
fn what_nobody_can_use_is_refused_everywhere() {
    for (platform, form) in all() {
        let refused = |change: &dyn Fn(&mut Bundle)| {
            let (mut login, answers) = ordinary(platform);
            change(&mut login);
            export(platform, &[login], Some(form), &answers, now()).err().map(|reason| reason.code())
        };
        let name = platform.id;
        assert_eq!(refused(&|login| login.username = "a:b".into()), Some("colon_in_username"), "{name}");
        assert_eq!(refused(&|login| login.username.clear()), Some("answer_wrong"), "{name}");
        assert_eq!(
            refused(&|login| login.secret = Some(Secret::new(vec![]))),
            Some("empty_secret"),
            "{name}"
        );
        let nul = |login: &mut Bundle| login.secret = Some(Secret::from_text("x\0".into()));
        assert_eq!(refused(&nul), Some("nul_in_password"), "{name}");
        let companion = |login: &mut Bundle| login.key = key::HUB_ACCESS_TOKEN_KEY.into();
        assert_eq!(refused(&companion), Some("no_login"), "{name}");
        for key in ["https://", "reg.example.com\u{1b}[2J", "reg\u{202e}.example.com", "a b.example.com"] {
            let odd = |login: &mut Bundle| login.key = key.into();
            assert_eq!(refused(&odd), Some("key_never_matches"), "{name} {key:?}");
        }
        let trap = |login: &mut Bundle| login.variables = Some(Variables::of_secret("X; touch x"));
        assert_eq!(refused(&trap), Some("answer_wrong"), "{name}");
        if !platform.takes_identity_tokens {
            assert_eq!(refused(&|login| login.username = "<token>".into()), Some("identity_token"), "{name}");
        }
        if form == Form::Literal {
            let bytes = |login: &mut Bundle| login.secret = Some(Secret::new(vec![b'x', 0xff]));
            assert_eq!(refused(&bytes), Some("non_utf8_secret"), "{name}");
        }
        let (login, answers) = ordinary(platform);
        let both = export(platform, &[login.clone(), login], Some(form), &answers, now());
        assert_eq!(
            both.is_err_and(|reason| reason == CannotWrite::OneAtATime),
            !platform.takes_many,
            "{name}"
        );
        assert_eq!(export(platform, &[], Some(form), &answers, now()), Err(CannotWrite::Nothing));
    }
}

#[test]
fn a_user_name_is_one_word_of_a_command_whatever_is_in_it() {
    let user = "it's $(touch x); `y` \"z\" #";
    for (platform, form) in all() {
        let (login, answers) = ordinary(platform);
        let login = Bundle { username: user.into(), ..login };
        // Some languages cannot hold it.
        let Ok(artifact) = export(platform, &[login], Some(form), &answers, now()) else { continue };
        for command in commands(&artifact) {
            let quoted = escape::shell::word(user);
            let elsewhere = command.replace(&quoted, "").replace(&quoted[1..], "");
            assert!(!elsewhere.contains("touch"), "{}: {command}", platform.id);
        }
    }
}

#[test]
fn an_image_of_another_registry_is_told() {
    let login = Bundle { image: Some("ghcr.io/acme/app".into()), ..bundle("quay.io", "jane", "x") };
    let warned = |login: &Bundle| {
        let artifact = one("kubernetes", login, Form::Reference, &[]).unwrap();
        artifact.warnings.iter().any(|words| words.contains("plays no part"))
    };
    assert!(warned(&login));
    assert!(!warned(&Bundle { image: Some("quay.io/acme/app".into()), ..login.clone() }));
    let hub = Bundle { image: Some("acme/app".into()), ..bundle("docker.io", "jane", "x") };
    assert!(!warned(&hub));
    let bad = Bundle { image: Some("a:b:c".into()), ..login };
    assert_eq!(one("kubernetes", &bad, Form::Reference, &[]).unwrap_err().code(), "answer_wrong");
}

#[test]
fn every_refusal_says_what_and_what_next_and_holds_no_control_character() {
    let hostile = "x\u{1b}[2J".to_owned();
    let all = [
        CannotWrite::NoSuchField(hostile.clone()),
        CannotWrite::SameName { field: "name", name: hostile },
        CannotWrite::FormNotOffered { form: Form::Literal, offered: &[Form::Reference] },
        CannotWrite::FormNotOffered { form: Form::Reference, offered: &[Form::Literal] },
        CannotWrite::FormNotOffered { form: Form::Reference, offered: &[Form::Variables, Form::Literal] },
        CannotWrite::SecretNotFetched,
        CannotWrite::Answer { field: "image", rule: "This is none.".into(), mend: String::new() },
    ];
    for refusal in all {
        let words = format!("{} {}", refusal.what(), refusal.next());
        assert!(words.ends_with('.') && !words.contains(char::is_control), "{words:?}");
    }
}
