//! What a setting's value can be: one [`Kind`] for each form.

use std::ffi::OsStr;
use std::marker::PhantomData;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value as Json, json};
use toml::Spanned;
use toml::de::DeValue;

use super::time;

/// A value as the file has it, with its place in the text.
pub type Given<'a> = Spanned<DeValue<'a>>;

/// What a value is read with, and what was wrong in it.
#[derive(Debug, Default)]
pub struct Reader<'a> {
    /// The folder that `~` stands for.
    pub home: Option<&'a Path>,
    /// The parts that are not what they must be, as bytes of the file, each with the reason where there is one to tell.
    pub wrong: Vec<(Range<usize>, Option<&'static str>)>,
}

impl Reader<'_> {
    /// Says that a part is wrong, and why.
    pub(super) fn wrong<T>(&mut self, given: &Given<'_>, why: &'static str) -> Option<T> {
        self.wrong.push((given.span(), Some(why)));
        None
    }
}

/// A form of values: how one is read, written, told to people and told to programs.
pub trait Kind {
    /// What the program works with.
    type Value;

    /// Reads a value of the file. What is wrong in it is told to the reader; `None` where nothing is left.
    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<Self::Value>;

    /// The value as TOML; `None` where it is what no value means.
    fn toml(value: &Self::Value) -> Option<String>;

    /// What must be written.
    fn words() -> String;

    /// What must be written, as a JSON schema.
    fn schema() -> Json;
}

/// A form of values that a variable can hold, too.
pub trait InVariable: Kind {
    /// Reads the text of a variable, which is not empty.
    fn from_variable(text: &OsStr) -> Option<Self::Value>;
}

/// Says that a whole value is wrong.
fn wrong<T>(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<T> {
    reader.wrong.push((given.span(), None));
    None
}

/// A text as TOML writes it. JSON's escapes are TOML's, but for the one control character that JSON lets stand.
pub fn quoted(text: &str) -> String {
    Json::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// On or off.
pub enum Flag {}

impl Kind for Flag {
    type Value = bool;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<bool> {
        given.get_ref().as_bool().or_else(|| wrong(given, reader))
    }

    fn toml(value: &bool) -> Option<String> {
        Some(value.to_string())
    }

    fn words() -> String {
        "true or false".to_owned()
    }

    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

impl InVariable for Flag {
    /// Whatever is in it, a variable that is set means yes.
    fn from_variable(_: &OsStr) -> Option<bool> {
        Some(true)
    }
}

/// A whole number within limits.
pub enum Count<const LEAST: u64, const MOST: u64> {}

impl<const LEAST: u64, const MOST: u64> Kind for Count<LEAST, MOST> {
    type Value = usize;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<usize> {
        let number = given.get_ref().as_integer();
        let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| (LEAST..=MOST).contains(number));
        number.and_then(|number| number.try_into().ok()).or_else(|| wrong(given, reader))
    }

    fn toml(value: &usize) -> Option<String> {
        Some(value.to_string())
    }

    fn words() -> String {
        format!("a whole number from {LEAST} to {MOST}")
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

/// A span of time within limits, in seconds.
pub enum Time<const LEAST: u64, const MOST: u64> {}

impl<const LEAST: u64, const MOST: u64> Time<LEAST, MOST> {
    fn within(text: &str) -> Option<Duration> {
        time::parse(text).ok().filter(|span| (LEAST..=MOST).contains(&span.as_secs()))
    }
}

impl<const LEAST: u64, const MOST: u64> Kind for Time<LEAST, MOST> {
    type Value = Duration;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<Duration> {
        given.get_ref().as_str().and_then(Self::within).or_else(|| wrong(given, reader))
    }

    fn toml(value: &Duration) -> Option<String> {
        Some(quoted(&time::words(*value)))
    }

    fn words() -> String {
        let [least, most] = [LEAST, MOST].map(|seconds| time::words(Duration::from_secs(seconds)));
        let example = if MOST > 3600 { "\"8h\"" } else { "\"30s\"" };
        format!("a time from {least} to {most}, such as {example}")
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(0|[0-9]+[smh])$" })
    }
}

impl<const LEAST: u64, const MOST: u64> InVariable for Time<LEAST, MOST> {
    /// A number alone counts seconds.
    fn from_variable(text: &OsStr) -> Option<Duration> {
        let text = text.to_str()?;
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { Self::within(&format!("{text}s")) } else { Self::within(text) }
    }
}

/// The path of a file or folder.
pub enum FilePath {}

impl Kind for FilePath {
    type Value = PathBuf;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<PathBuf> {
        let text = given.get_ref().as_str().filter(|text| !text.chars().any(char::is_control));
        let path = text.and_then(|text| match text.strip_prefix("~/") {
            Some(below) => Some(reader.home?.join(below)),
            None => Some(PathBuf::from(text)).filter(|path| path.is_absolute()),
        });
        path.or_else(|| wrong(given, reader))
    }

    fn toml(value: &PathBuf) -> Option<String> {
        Some(quoted(&value.to_string_lossy()))
    }

    fn words() -> String {
        "a whole path, which may begin with ~/".to_owned()
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1 })
    }
}

impl InVariable for FilePath {
    /// A path that is not whole begins in the folder where the program was started.
    fn from_variable(text: &OsStr) -> Option<PathBuf> {
        Some(text.into())
    }
}

/// A registry by its host, with a port where it needs one.
pub enum Registry {}

impl Kind for Registry {
    type Value = String;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<String> {
        let is_host = |text: &&str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
        };
        let host = given.get_ref().as_str().filter(is_host);
        host.map(str::to_owned).or_else(|| wrong(given, reader))
    }

    fn toml(value: &String) -> Option<String> {
        Some(quoted(value))
    }

    fn words() -> String {
        "a registry's host, with its port where it has one".to_owned()
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9._:\\[\\]-]+$" })
    }
}

/// Any number of values. A wrong one is left out, and the others count.
pub struct Many<K>(PhantomData<K>);

impl<K: Kind> Kind for Many<K> {
    type Value = Vec<K::Value>;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        let Some(items) = given.get_ref().as_array() else { return wrong(given, reader) };
        Some(items.iter().filter_map(|item| K::read(item, reader)).collect())
    }

    fn toml(value: &Self::Value) -> Option<String> {
        Some(format!("[{}]", value.iter().filter_map(K::toml).collect::<Vec<_>>().join(", ")))
    }

    fn words() -> String {
        format!("a list in brackets; each in it is {}", K::words())
    }

    fn schema() -> Json {
        json!({ "type": "array", "items": K::schema() })
    }
}

/// A value that need not be there.
pub struct Maybe<K>(PhantomData<K>);

impl<K: Kind> Kind for Maybe<K> {
    type Value = Option<K::Value>;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        K::read(given, reader).map(Some)
    }

    fn toml(value: &Self::Value) -> Option<String> {
        value.as_ref().and_then(K::toml)
    }

    fn words() -> String {
        K::words()
    }

    fn schema() -> Json {
        K::schema()
    }
}

impl<K: InVariable> InVariable for Maybe<K> {
    fn from_variable(text: &OsStr) -> Option<Self::Value> {
        K::from_variable(text).map(Some)
    }
}

/// A choice among words.
pub trait Choice: Copy + PartialEq + 'static {
    /// Each choice with its word, and what it means.
    const ALL: &'static [(Self, &'static str, &'static str)];
}

/// One word out of a few.
pub struct Word<C>(PhantomData<C>);

impl<C: Choice> Kind for Word<C> {
    type Value = C;

    fn read(given: &Given<'_>, reader: &mut Reader<'_>) -> Option<C> {
        let text = given.get_ref().as_str();
        let known = C::ALL.iter().find(|(_, word, _)| text == Some(*word));
        known.map(|(choice, ..)| *choice).or_else(|| wrong(given, reader))
    }

    fn toml(value: &C) -> Option<String> {
        C::ALL.iter().find(|(choice, ..)| choice == value).map(|(_, word, _)| quoted(word))
    }

    fn words() -> String {
        let choices = C::ALL.iter().map(|(_, word, meaning)| format!("{} ({meaning})", quoted(word)));
        format!("one of {}", choices.collect::<Vec<_>>().join(", "))
    }

    fn schema() -> Json {
        json!({ "enum": C::ALL.iter().map(|(_, word, _)| *word).collect::<Vec<_>>() })
    }
}
