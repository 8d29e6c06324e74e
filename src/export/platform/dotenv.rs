//! A `.env` file: one form that every reader takes, else two files that are named for their readers.

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::export::artifact::Body;
use crate::export::escape::dotenv::{Style, style};
use crate::export::order::{secret, secret_text};
use crate::export::{Variables, no_doubles};

pub(super) static PLATFORM: Platform = Platform {
    id: "env",
    name: ".env",
    what: "a file with two variables for each secret",
    forms: &[Form::Literal],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::No,
    name_rule: None,
    fields: &[],
    stays_fresh: "Such a file keeps what it was given: write it again before the end.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let variables: Vec<Variables> = order.bundles.iter().map(Bundle::variables).collect();
    let names = variables.iter().flat_map(|pair| [&pair.username, &pair.secret]);
    no_doubles("env", names.cloned())?;
    let mut is_bare = true;
    for bundle in order.bundles {
        for value in [&bundle.username, secret_text(bundle)?] {
            is_bare &= judge(value)? == Style::Bare;
        }
    }
    let mut artifact = Artifact::default();
    if is_bare {
        artifact.file(".env", lines(order, &variables, false)?);
        artifact.step("Every reader of such files gives these values back as they are.");
    } else {
        artifact.file("docker.env", lines(order, &variables, false)?);
        artifact.file("quoted.env", lines(order, &variables, true)?);
        artifact.step("Give docker.env to docker and podman alone (--env-file docker.env): they take quotes for a part of a value.");
        artifact.step("Give quoted.env to Compose, systemd and the dotenv libraries: without quotes they change this value.");
    }
    Ok(artifact)
}

fn judge(value: &str) -> Result<Style, CannotWrite> {
    match style(value) {
        Style::Never(which) => Err(CannotWrite::Characters {
            language: "A .env file",
            which,
            instead: "Use config-json or docker-login, which take any password.",
        }),
        style => Ok(style),
    }
}

fn lines(order: &Order<'_>, variables: &[Variables], quotes: bool) -> Result<Body, CannotWrite> {
    let mut body = Body::default();
    for (bundle, names) in order.bundles.iter().zip(variables) {
        let quote = |value: &str| match style(value) {
            Style::Quoted(quote) if quotes => quote.to_string(),
            _ => String::new(),
        };
        let marks = quote(&bundle.username);
        body.text(&format!("{}={marks}{}{marks}\n", names.username, bundle.username));
        let marks = quote(secret_text(bundle)?);
        body.text(&format!("{}={marks}", names.secret));
        body.secret(secret(bundle)?.clone());
        body.text(&format!("{marks}\n"));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, file, many, one, password};

    #[test]
    fn one_file_where_all_agree_and_two_where_they_do_not() {
        let plain = one("env", &bundle("quay.io", "acme+ci", "AbC=="), Form::Literal, &[]).unwrap();
        assert_eq!(file(&plain, ".env"), "QUAY_USERNAME=acme+ci\nQUAY_PASSWORD=AbC==\n");
        let odd = one("env", &bundle("quay.io", "jane", "a b'c"), Form::Literal, &[]).unwrap();
        assert_eq!(file(&odd, "docker.env"), "QUAY_USERNAME=jane\nQUAY_PASSWORD=a b'c\n");
        assert_eq!(file(&odd, "quoted.env"), "QUAY_USERNAME=jane\nQUAY_PASSWORD=\"a b'c\"\n");
        let masked: Vec<_> = odd.files.iter().map(|file| file.body.masked()).collect();
        assert!(masked.iter().all(|text| text.contains("QUAY_PASSWORD=") && !text.contains("b'c")));
    }

    #[test]
    fn what_no_reader_can_be_trusted_with_is_refused() {
        let code = |user: &str, secret: &str| {
            one("env", &bundle("quay.io", user, secret), Form::Literal, &[]).unwrap_err().code()
        };
        assert_eq!(code("jane", "a$b"), "characters");
        assert_eq!(code("robot$ci", "x"), "characters");
        assert_eq!(code("jane", "a\nb"), "characters");
        let two = [bundle("quay.io", "a", "b"), bundle("https://quay.io", "c", "d")];
        assert_eq!(many("env", &two, Form::Literal, &[]).unwrap_err().code(), "same_name");
        let reference = one("env", &two[0], Form::Variables, &[]).unwrap_err();
        assert_eq!((reference.code(), reference.next().contains("--literal")), ("form_not_offered", true));
    }

    proptest! {
        #[test]
        fn a_reader_of_each_kind_gives_the_password_back_or_it_is_refused(password in password()) {
            let Ok(artifact) = one("env", &bundle("quay.io", "jane", &password), Form::Literal, &[]) else {
                let is_bad = |c: char| c.is_control() || "$'\"\\\u{2028}\u{2029}".contains(c);
                prop_assert!(password.contains(is_bad));
                return Ok(());
            };
            for written in &artifact.files {
                let text = file(&artifact, &written.name);
                let last = if written.name == "docker.env" {
                    text.lines().last().unwrap().split_once('=').unwrap().1.to_owned()
                } else {
                    dotenvy::from_read_iter(text.as_bytes()).last().unwrap().unwrap().1
                };
                prop_assert_eq!(&last, &password);
            }
        }
    }
}
