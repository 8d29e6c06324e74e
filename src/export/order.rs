//! What is to be exported, and how: what a platform's file is written from.

use std::collections::BTreeMap;

use crate::registry::image::Image;
use crate::secret::Secret;

use super::escape::shell;
use super::{Bundle, CannotWrite, Form, Platform, Variables};

/// What a person answered to a platform's questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers(BTreeMap<String, String>);

impl Answers {
    /// Answers a question; an empty answer takes it back.
    pub fn set(&mut self, field: impl Into<String>, answer: impl Into<String>) {
        let (field, answer) = (field.into(), answer.into());
        if answer.is_empty() {
            self.0.remove(&field);
        } else {
            self.0.insert(field, answer);
        }
    }

    /// The answer; empty where there is none.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// All answers, by their fields' identifiers.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, answer)| (field.as_str(), answer.as_str()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Answers {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(answers: T) -> Self {
        let mut all = Self::default();
        answers.into_iter().for_each(|(field, answer)| all.set(field, answer));
        all
    }
}

/// What is to be exported. Everything in it was judged before a platform sees it.
pub struct Order<'a> {
    pub(super) platform: &'static Platform,
    pub(super) bundles: &'a [Bundle],
    pub(super) form: Form,
    pub(super) answers: &'a Answers,
}

impl<'a> Order<'a> {
    /// The first secret, which is the only one where the platform takes one at a time.
    pub(super) fn first(&self) -> Result<&'a Bundle, CannotWrite> {
        self.bundles.first().ok_or(CannotWrite::Nothing)
    }

    /// What was answered, else what counts without an answer.
    pub(super) fn answer(&self, field: &str) -> &'a str {
        let usual =
            || self.platform.fields.iter().find(|spec| spec.id == field).map_or("", |spec| spec.default);
        Some(self.answers.get(field)).filter(|answer| !answer.is_empty()).unwrap_or_else(usual)
    }

    /// The answer to a question that this export cannot do without.
    pub(super) fn need(&self, field: &'static str, wanted_for: &'static str) -> Result<&'a str, CannotWrite> {
        let answer = Some(self.answer(field)).filter(|answer| !answer.is_empty());
        answer.ok_or(CannotWrite::AnswerMissing { field, wanted_for })
    }

    pub(super) fn is_literal(&self) -> bool {
        self.form == Form::Literal
    }

    /// The command for the same export with the secret in it, to be piped into another program; `also` is answered, too.
    pub(super) fn literal_to_pipe(&self, also: &[(&str, &str)]) -> String {
        self.literal(self.platform.id, also)
    }

    /// The command for an export of the same secrets to another platform, which has the same fields.
    pub(super) fn literal_of(&self, platform: &str) -> String {
        self.literal(platform, &[])
    }

    fn literal(&self, platform: &str, also: &[(&str, &str)]) -> String {
        let mut command = format!("pullpass export {platform}");
        for bundle in self.bundles {
            command.push(' ');
            command.push_str(&shell::word(&bundle.known_as));
        }
        command.push_str(" --literal");
        let mut option = |name: &str, value: &str| {
            command.push_str(" --");
            command.push_str(name);
            command.push(' ');
            command.push_str(&shell::word(value));
        };
        if let Some(file) = self.bundles.iter().find_map(|bundle| bundle.file.as_deref()) {
            option("file", file);
        }
        for (name, said) in SAID_OF_EACH {
            let said: Vec<String> = self.bundles.iter().map(said).collect();
            // They are told apart by their order: where one has it, each one says something.
            if said.iter().any(|said| !said.is_empty()) {
                for said in &said {
                    option(name, said);
                }
            }
        }
        let answers = self.answers.iter().filter(|(field, _)| also.iter().all(|(other, _)| other != field));
        for (field, answer) in answers.chain(also.iter().copied()).filter(|(_, answer)| !answer.is_empty()) {
            option(field, answer);
        }
        command + " -o -"
    }
}

/// What is said of each secret, with its option.
type SaidOfEach = (&'static str, fn(&Bundle) -> String);

const SAID_OF_EACH: [SaidOfEach; 4] = [
    ("name", |bundle| bundle.name.clone()),
    ("email", |bundle| bundle.own_email.clone().unwrap_or_default()),
    ("env", |bundle| bundle.variables.as_ref().map(Variables::option).unwrap_or_default()),
    ("image", |bundle| bundle.image.clone().unwrap_or_default()),
];

/// The secret of a bundle, to be written down.
pub(super) fn secret(bundle: &Bundle) -> Result<&Secret, CannotWrite> {
    bundle.secret.as_ref().ok_or(CannotWrite::SecretNotFetched)
}

/// The secret of a bundle as text, to be escaped.
pub(super) fn secret_text(bundle: &Bundle) -> Result<&str, CannotWrite> {
    secret(bundle)?.expose_text().ok_or(CannotWrite::NotText)
}

/// True where the image lies at the registry that the login is for.
pub(super) fn is_at_registry(image: &Image, bundle: &Bundle) -> bool {
    let registry = bundle.registry();
    image.registry.eq_ignore_ascii_case(&registry.host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::platform;

    #[test]
    fn the_next_command_is_told_all_that_this_one_was_told() {
        let with = |name: &str, image: Option<&str>| Bundle {
            name: name.into(),
            image: image.map(Into::into),
            ..Bundle::new(name, "jane", None)
        };
        let mut bundles = [with("a", None), with("b", Some("quay.io/b:1"))];
        bundles[1].own_email = Some("jane@x.io".into());
        bundles[1].file = Some("/home/jane/my config.json".into());
        bundles[0].variables = Some(Variables::of_secret("A_TOKEN"));
        let answers = [("namespace", "team")].into_iter().collect();
        let platform = platform("kubernetes").unwrap();
        let order = Order { platform, bundles: &bundles, form: Form::Reference, answers: &answers };
        assert_eq!(
            order.literal_to_pipe(&[]),
            "pullpass export kubernetes a b --literal --file '/home/jane/my config.json' --name a --name b --email '' \
             --email jane@x.io --env A_USERNAME,A_TOKEN --env '' --image '' --image quay.io/b:1 --namespace team -o -"
        );
    }

    #[test]
    fn an_empty_answer_is_none() {
        let mut answers: Answers = [("a", "1"), ("b", "")].into_iter().collect();
        assert_eq!((answers.get("a"), answers.get("b")), ("1", ""));
        answers.set("a", "");
        assert_eq!(answers.iter().count(), 0);
    }
}
