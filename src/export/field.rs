//! What a platform asks for beyond the secret.

use crate::credential::rules::FieldVerdict;
use crate::registry::image::Image;
use crate::text;

/// How an answer is judged.
#[derive(Clone, Copy)]
pub enum Rule {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// What the platform says to it.
    Judge(fn(&str) -> FieldVerdict),
}

/// A question that a platform has. Its identifier is the option on the command line, too.
#[derive(Clone, Copy)]
pub struct FieldSpec {
    /// `namespace` for `--namespace`.
    pub id: &'static str,
    /// The words in the screen's form.
    pub label: &'static str,
    /// What it is for, in a line.
    pub hint: &'static str,
    /// What counts where nothing was answered; empty where then nothing does.
    pub default: &'static str,
    /// What an answer must be.
    pub rule: Rule,
}

impl FieldSpec {
    /// The verdict on an answer. To answer nothing is always fine here.
    pub fn verdict(&self, answer: &str) -> FieldVerdict {
        match self.rule {
            _ if answer.is_empty() => FieldVerdict::Ok,
            Rule::OneOf(words) if words.contains(&answer) => FieldVerdict::Ok,
            Rule::OneOf(words) => {
                FieldVerdict::wrong("No such choice.", format!("Choose {}.", words.join(" or ")))
            }
            Rule::Judge(judge) => judge(answer),
        }
    }
}

/// Whether a platform wants to know the image that is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It plays no part.
    No,
    /// It can be left out.
    Optional,
    /// Nothing can be written without.
    Required,
}

/// An RFC 1123 label or several with dots between, as Kubernetes has them (apimachinery `validation.go`).
pub fn dns_name(text: &str, is_subdomain: bool) -> FieldVerdict {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.iter().all(|end| end.is_some_and(|byte| is_word(*byte)))
            && bytes.iter().all(|byte| is_word(*byte) || *byte == b'-')
    };
    let most = if is_subdomain { 253 } else { 63 };
    let is_good = if is_subdomain { text.split('.').all(is_label) } else { is_label(text) };
    if text.len() > most {
        return FieldVerdict::wrong(format!("It has at most {most} characters."), "Make it shorter.");
    }
    if is_good {
        return FieldVerdict::Ok;
    }
    let dots = if is_subdomain { ", with dots between its parts" } else { "" };
    let rule =
        format!("Use lower-case letters, digits and \"-\"{dots}; start and end with a letter or digit.");
    FieldVerdict::wrong(rule, "")
}

/// The name of a Kubernetes object.
pub fn object_name(text: &str) -> FieldVerdict {
    dns_name(text, true)
}

/// The name of a Kubernetes namespace.
pub fn namespace(text: &str) -> FieldVerdict {
    dns_name(text, false)
}

/// The name of a variable in a shell: `[A-Za-z_][A-Za-z0-9_]*`.
pub fn variable(text: &str) -> FieldVerdict {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if text.chars().all(is_word) && text.starts_with(|c: char| is_word(c) && !c.is_ascii_digit()) {
        return FieldVerdict::Ok;
    }
    FieldVerdict::wrong("A variable has letters, digits and \"_\", and begins with no digit.", "")
}

/// A word that stands in paths, commands and identifiers without any quoting.
pub fn plain_word(text: &str) -> FieldVerdict {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if text.chars().all(is_word) && text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return FieldVerdict::Ok;
    }
    FieldVerdict::wrong("Use letters, digits, \"-\", \"_\" and \".\"; start with a letter or digit.", "")
}

/// One line of text that begins and ends with no blank.
pub fn line(words: &str) -> FieldVerdict {
    if words.trim() == words && !words.contains(text::is_unsafe) {
        return FieldVerdict::Ok;
    }
    FieldVerdict::wrong("This is one line without blanks at its ends.", "")
}

/// An image reference.
pub fn image(text: &str) -> FieldVerdict {
    if Image::parse(text).is_ok() {
        return FieldVerdict::Ok;
    }
    FieldVerdict::wrong("This is no image reference.", "Write it as in registry.example.com/team/app:1.0.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_kubernetes_takes() {
        let long = "a".repeat(64);
        let table = [
            ("regcred", true, true),
            ("a.b-c", true, false),
            ("1", true, true),
            ("", false, false),
            ("a-", false, false),
            ("-a", false, false),
            ("a.", false, false),
            ("a..b", false, false),
            ("a_b", false, false),
            ("A", false, false),
            ("é", false, false),
            (long.as_str(), true, false),
        ];
        for (name, is_object, is_namespace) in table {
            let found = (object_name(name) == FieldVerdict::Ok, namespace(name) == FieldVerdict::Ok);
            assert_eq!(found, (is_object, is_namespace), "{name}");
        }
        assert!(object_name(&"a".repeat(254)).is_wrong() && !object_name(&"a".repeat(253)).is_wrong());
    }

    /// A judge, what it takes, what it does not.
    type Row = (fn(&str) -> FieldVerdict, &'static str, &'static str);

    #[test]
    fn answers_are_judged_and_none_is_fine() {
        let choice = FieldSpec { id: "x", label: "", hint: "", default: "a", rule: Rule::OneOf(&["a", "b"]) };
        assert_eq!(choice.verdict("b"), FieldVerdict::Ok);
        assert_eq!(choice.verdict(""), FieldVerdict::Ok);
        assert_eq!(choice.verdict("c").words().as_deref(), Some("No such choice. Choose a or b."));
        let judges: [Row; 4] = [
            (variable, "_A1", "1A"),
            (plain_word, "a-b.c", "-a"),
            (line, "a b", "a\nb"),
            (image, "ghcr.io/a:1", "a:b:c"),
        ];
        for (judge, good, bad) in judges {
            assert!(!judge(good).is_wrong() && judge(bad).is_wrong(), "{good} {bad}");
        }
    }
}
