//! `~/.aws/config` and `~/.aws/credentials`: which profile counts, and what it says.
//!
//! Source: botocore 1.44.8 `configloader.py`, `session.py` (`full_config`, `get_scoped_config`), `configprovider.py`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::ini::{Fault, Ini, Section, Value};
use crate::error::plain_reason;
use crate::refresh::environment::Environment;
use crate::refresh::error::{Cause, NamedBy};
use crate::refresh::shell_words;

/// The profile that counts where nobody names one.
const DEFAULT: &str = "default";

/// The variables that name a profile. botocore and awscli 1 take the first one first; awscli 2 and Go turn them round.
const PROFILE_VARIABLES: [&str; 2] = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];

/// Larger than this, a file is no configuration; in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Both files, and the profile that counts.
pub struct Config {
    /// The profile's name.
    pub profile: String,
    /// Who named it.
    pub named_by: NamedBy,
    /// The section of the credentials file that has the profile's name.
    pub credentials: Option<Section>,
    /// The profile in the config file alone.
    pub config: Option<Section>,
    /// Both together; where both say something, the credentials file counts.
    pub scoped: Section,
    services: BTreeMap<String, Section>,
    /// Where the files are.
    pub paths: Paths,
}

/// Where the two files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// `AWS_CONFIG_FILE`, or `~/.aws/config`.
    pub config: PathBuf,
    /// `AWS_SHARED_CREDENTIALS_FILE`, or `~/.aws/credentials`.
    pub credentials: PathBuf,
}

impl Config {
    /// Reads both files. A file that is not there is an empty one.
    ///
    /// # Errors
    /// A file cannot be read or is refused by `aws` too, or somebody named a profile that is in neither.
    pub fn load(aws_profile: Option<&str>, environment: &Environment) -> Result<Self, Cause> {
        let file = |variable: &str, usual: &str| environment.file(environment.set(variable).unwrap_or(usual));
        let paths = Paths {
            config: file("AWS_CONFIG_FILE", "~/.aws/config"),
            credentials: file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        };
        let (config, credentials) = (read(&paths.config)?, read(&paths.credentials)?);
        Self::new(aws_profile, environment, &config, &credentials, paths)
    }

    /// What both files say.
    fn new(
        aws_profile: Option<&str>,
        environment: &Environment,
        config: &Ini,
        credentials: &Ini,
        paths: Paths,
    ) -> Result<Self, Cause> {
        let (profile, named_by) = name(aws_profile, environment);
        let config_profile = profiles(config).remove(&profile);
        let own = credentials.section(&profile).cloned();
        if named_by != NamedBy::Nobody && config_profile.is_none() && own.is_none() {
            return Err(Cause::ProfileMissing { profile, named_by });
        }
        let mut scoped = config_profile.clone().unwrap_or_default();
        scoped.extend(own.clone().into_iter().flatten());
        let services = named(config, "services");
        Ok(Self { profile, named_by, credentials: own, config: config_profile, scoped, services, paths })
    }

    /// What the profile says under a name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.scoped.get(name).and_then(Value::text)
    }

    /// An endpoint for one service from the section that the profile names.
    ///
    /// # Errors
    /// It names a section that is not there.
    pub fn service_endpoint(&self, service: &str) -> Result<Option<&str>, Cause> {
        let Some(section) = self.text("services") else { return Ok(None) };
        let missing = || Cause::ServicesMissing { section: section.to_owned() };
        let found = self.services.get(section).filter(|found| !found.is_empty()).ok_or_else(missing)?;
        Ok(match found.get(service) {
            Some(Value::Nested(block)) => block.get("endpoint_url").map(String::as_str),
            _ => None,
        })
    }
}

fn name(aws_profile: Option<&str>, environment: &Environment) -> (String, NamedBy) {
    if let Some(name) = aws_profile {
        return (name.to_owned(), NamedBy::Record);
    }
    let named = PROFILE_VARIABLES.iter().find_map(|name| Some((environment.value(name)?, *name)));
    match named {
        Some((profile, variable)) => (profile.to_owned(), NamedBy::Variable(variable)),
        None => (DEFAULT.to_owned(), NamedBy::Nobody),
    }
}

/// The profiles of the config file: `[default]` and `[profile NAME]`; of two for one name the later counts.
fn profiles(config: &Ini) -> BTreeMap<String, Section> {
    let name = |section: &str| match section {
        DEFAULT => Some(DEFAULT.to_owned()),
        section => second_word(section, "profile"),
    };
    config.sections().filter_map(|(title, section)| Some((name(title)?, section.clone()))).collect()
}

/// The sections of the form `[KIND NAME]`.
fn named(config: &Ini, kind: &str) -> BTreeMap<String, Section> {
    let named = |(title, section): (&str, &Section)| Some((second_word(title, kind)?, section.clone()));
    config.sections().filter_map(named).collect()
}

/// botocore looks at the beginning only, so `[profiles x]` is a profile too.
fn second_word(title: &str, kind: &str) -> Option<String> {
    if !title.starts_with(kind) {
        return None;
    }
    let [_, name] = <[String; 2]>::try_from(shell_words::split(title)?).ok()?;
    Some(name)
}

fn read(path: &Path) -> Result<Ini, Cause> {
    let failed = |why: String| Cause::FileUnreadable { path: path.to_owned(), why };
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Ini::default());
        }
        Err(error) => return Err(failed(plain_reason(&error))),
    };
    if !about.is_file() {
        return Ok(Ini::default());
    }
    if about.len() > MOST_BYTES {
        return Err(failed(format!("it has more than {MOST_BYTES} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| failed(plain_reason(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))?;
    Ini::read(&text).map_err(|Fault { what, line }| failed(format!("line {line} is {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh::environment::tests::environment;

    const CONFIG: &str = "[default]\nx = d\n[profile two]\nx = c\ny = c\n[profile \"a b\"]\nx = ab\n[three]\nx = 3\n\
                          [profilefoo four]\nx = 4\n[profile five six]\nx = 5\n[profile 'bad]\nx = 6\n";
    const CREDENTIALS: &str = "[two]\nx = k\n[own]\nx = o\n[profile two]\nx = p\n";

    fn of(aws_profile: Option<&str>, variables: &[(&str, &str)]) -> Result<Config, Cause> {
        let ini = |text: &str| Ini::read(text).unwrap_or_default();
        let paths = Paths { config: "/c".into(), credentials: "/k".into() };
        Config::new(aws_profile, &environment(variables), &ini(CONFIG), &ini(CREDENTIALS), paths)
    }

    fn x(variables: &[(&str, &str)]) -> Result<Option<String>, Cause> {
        of(None, variables).map(|config| config.text("x").map(str::to_owned))
    }

    #[test]
    fn a_profile_is_found_as_botocore_finds_it() {
        let table = [
            ("default", Some("d")),
            ("two", Some("k")),
            ("a b", Some("ab")),
            ("own", Some("o")),
            ("four", Some("4")),
            ("profile two", Some("p")),
            ("three", None),
            ("five", None),
            ("five six", None),
            ("", None),
        ];
        for (name, expected) in table {
            let found = x(&[("AWS_PROFILE", name)]);
            let missing = Cause::ProfileMissing {
                profile: name.to_owned(),
                named_by: NamedBy::Variable("AWS_PROFILE"),
            };
            assert_eq!(found, expected.map(|x| Some(x.to_owned())).ok_or(missing), "{name:?}");
        }
    }

    #[test]
    fn the_older_variable_names_the_profile_first_and_the_record_before_both() {
        let both = [("AWS_PROFILE", "default"), ("AWS_DEFAULT_PROFILE", "two")];
        assert_eq!(x(&both), Ok(Some("k".into())));
        let config = of(Some("own"), &both).ok().unwrap();
        assert_eq!((config.profile.as_str(), config.named_by), ("own", NamedBy::Record));
        let empty = [("AWS_PROFILE", "two"), ("AWS_DEFAULT_PROFILE", "")];
        assert!(x(&empty).is_err(), "an empty name is a name to botocore");
    }

    #[test]
    fn a_default_profile_need_not_be_there_unless_somebody_names_it() {
        let load = |variables: &[(&str, &str)]| {
            Config::load(None, &environment(variables)).map(|config| config.scoped.len())
        };
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap();
        assert_eq!(load(&[("HOME", home)]), Ok(0));
        assert!(load(&[("HOME", home), ("AWS_PROFILE", "default")]).is_err());
        std::fs::create_dir(folder.path().join(".aws")).unwrap();
        std::fs::write(folder.path().join(".aws/config"), "[default]\nx=1\n").unwrap();
        std::fs::write(folder.path().join("k"), "[default]\ny=2\n").unwrap();
        let keys = folder.path().join("k");
        assert_eq!(load(&[("HOME", home), ("AWS_SHARED_CREDENTIALS_FILE", keys.to_str().unwrap())]), Ok(2));
    }

    #[test]
    fn a_file_that_aws_refuses_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c");
        let why = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            match read(&path) {
                Err(Cause::FileUnreadable { why, .. }) => why,
                _ => String::new(),
            }
        };
        assert_eq!(why(b"[a]\nhunter2"), "line 2 is neither a section nor an option");
        assert_eq!(why(b"[a]\nx=\xff"), "it is not UTF-8");
        assert!(why(&vec![b'#'; (MOST_BYTES + 1) as usize]).starts_with("it has more than"));
        assert!(read(folder.path()).is_ok(), "a folder counts as nothing");
    }
}
