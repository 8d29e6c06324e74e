//! What is to be exported, and how: what a platform's file is written from.

use std::collections::BTreeMap;

use crate::registry::image::Image;
use crate::secret::Secret;

use super::escape::shell;
use super::{Bundle, CannotWrite, Form, Platform};

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
        let names = self.bundles.iter().map(|bundle| ("name", bundle.name.as_str()));
        let images = self.bundles.iter().filter_map(|bundle| Some(("image", bundle.image.as_deref()?)));
        let answers = self.answers.iter().filter(|(field, _)| also.iter().all(|(other, _)| other != field));
        for (field, answer) in names.chain(images).chain(answers).chain(also.iter().copied()) {
            if !answer.is_empty() {
                command.push_str(" --");
                command.push_str(field);
                command.push(' ');
                command.push_str(&shell::word(answer));
            }
        }
        command + " -o -"
    }
}

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

    #[test]
    fn an_empty_answer_is_none() {
        let mut answers: Answers = [("a", "1"), ("b", "")].into_iter().collect();
        assert_eq!((answers.get("a"), answers.get("b")), ("1", ""));
        answers.set("a", "");
        assert_eq!(answers.iter().count(), 0);
    }
}
