//! The command line of `export`: a verb for each platform, with its own questions as options.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use crate::cli::confirm::Confirm;
use crate::export::field::{FieldSpec, Rule};
use crate::export::{Answers, Form, Need, PLATFORMS, Platform, platform};

/// What was asked of `export`.
#[derive(Debug)]
pub enum Options {
    /// Which platforms there are.
    List,
    /// A platform and all that belongs to it.
    Platform(Box<Chosen>),
}

/// A platform and all that belongs to it.
pub struct Chosen {
    /// Who gets the secrets.
    pub platform: &'static Platform,
    /// What every platform is told.
    pub common: Common,
    /// What this one asks besides.
    pub answers: Answers,
    /// The images, where it wants to know them.
    pub images: Vec<String>,
}

impl std::fmt::Debug for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chosen").field("platform", &self.platform.id).finish_non_exhaustive()
    }
}

/// What every platform is told.
#[derive(clap::Args, Debug)]
pub struct Common {
    /// The credential keys, the registries' names, or names of secrets in the vault
    #[arg(value_name = "KEY|NAME", required = true)]
    pub secrets: Vec<String>,

    /// Where the files go; without it they are shown, secrets masked. A folder gets all of them; - prints the main one
    #[arg(short = 'o', long = "output", value_name = "FILE|DIR|-")]
    pub output: Option<PathBuf>,

    /// Write the secret itself
    #[arg(long, conflicts_with = "form")]
    pub literal: bool,

    /// How the secret stands there: variables, reference or literal, as far as the platform knows them
    #[arg(long, value_name = "FORM", value_parser = form)]
    pub form: Option<Form>,

    /// What the object is called there; for several secrets once for each, in their order
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,

    /// The e-mail address, in the place of the secret's own; as with --name
    #[arg(long, value_name = "ADDRESS")]
    pub email: Vec<String>,

    /// The variable that holds the password there, or both as USER,PASSWORD; as with --name
    #[arg(long, value_name = "VARIABLE")]
    pub env: Vec<String>,

    /// Only logins of this file, where several have one
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Show secrets on the terminal, too
    #[arg(long)]
    pub reveal: bool,

    /// Whether it asks, and what it may write.
    #[command(flatten)]
    pub confirm: Confirm,
}

fn form(word: &str) -> Result<Form, String> {
    let all = [Form::Variables, Form::Reference, Form::Literal];
    all.into_iter()
        .find(|form| form.code() == word)
        .ok_or_else(|| "it is variables, reference or literal".to_owned())
}

impl clap::Args for Options {
    fn augment_args(command: Command) -> Command {
        // Only `export` itself pays for the platforms.
        command.defer(with_platforms)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Options {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing =
            || clap::Error::raw(ErrorKind::MissingSubcommand, "A platform is missing: see --list.\n");
        let Some((id, matches)) = matches.subcommand() else {
            return if matches.get_flag(LIST) { Ok(Self::List) } else { Err(missing()) };
        };
        let platform = platform(id).ok_or_else(missing)?;
        let said = |id: &str| matches.get_one::<String>(id).map_or("", String::as_str);
        let answers = platform.fields.iter().map(|field| (field.id, said(field.id))).collect();
        let images = match platform.image {
            Need::No => Vec::new(),
            Need::Optional | Need::Required => matches.get_many(IMAGE).unwrap_or_default().cloned().collect(),
        };
        let common = Common::from_arg_matches(matches)?;
        Ok(Self::Platform(Box::new(Chosen { platform, common, answers, images })))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

const LIST: &str = "list";
const IMAGE: &str = "image";

fn with_platforms(command: Command) -> Command {
    let list = Arg::new(LIST).long(LIST).action(ArgAction::SetTrue);
    command
        .arg(list.help("List the platforms, with what each asks"))
        .arg_required_else_help(true)
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .subcommand_value_name("PLATFORM")
        .subcommand_help_heading("Platforms")
        .subcommands(PLATFORMS.iter().map(|platform| of_platform(platform)))
        .after_help(AFTER)
}

const AFTER: &str = "Examples:\n  \
    pullpass export kubernetes ghcr.io                           look at it; no secret is shown\n  \
    pullpass export kubernetes ghcr.io --literal -o - | kubectl apply --server-side -f -\n  \
    pullpass export circleci hub-ci --image acme/app:1 --contexts docker-hub -o .\n  \
    pullpass export rapyuta hub-ci --name docker-secret -o ./\n\n\
    By default nothing that is written holds the secret. Files are readable for you alone, and none is written over \
    without a yes.";

fn of_platform(platform: &'static Platform) -> Command {
    // What the parser makes of `Common` would be the help's first line.
    let command = <Common as clap::Args>::augment_args(Command::new(platform.id));
    let mut command = command.about(format!("{}: {}", platform.name, platform.what)).long_about(None);
    if platform.image != Need::No {
        let help = match platform.image {
            Need::Required => "The image that is pulled with it",
            Need::No | Need::Optional => {
                "The image that is pulled with it, where that is known; as with --name"
            }
        };
        let image = Arg::new(IMAGE).long(IMAGE).value_name("IMAGE").action(ArgAction::Append);
        command = command.arg(image.help(help));
    }
    let forms: Vec<_> = platform.forms.iter().map(|form| form.words()).collect();
    command.args(platform.fields.iter().map(of_field)).after_help(format!(
        "It takes {}. {}",
        forms.join(", or "),
        platform.stays_fresh
    ))
}

fn of_field(field: &'static FieldSpec) -> Arg {
    let usual =
        if field.default.is_empty() { String::new() } else { format!(" [default: {}]", field.default) };
    let arg = Arg::new(field.id).long(field.id).help(format!("{}{usual}", field.hint)).value_name("TEXT");
    match field.rule {
        Rule::OneOf(words) => {
            arg.value_name("WORD").value_parser(PossibleValuesParser::new(words.iter().copied()))
        }
        Rule::Judge(_) => arg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Arguments, Verb};
    use crate::export::{Bundle, export};
    use clap::Parser as _;

    fn parsed(words: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from([&["pullpass", "export"], words].concat())
    }

    fn chosen(words: &[&str]) -> Box<Chosen> {
        match parsed(words).unwrap().verb {
            Some(Verb::Export(Options::Platform(chosen))) => chosen,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_question_of_a_platform_is_an_option_of_its_own() {
        for platform in PLATFORMS {
            for field in platform.fields {
                let answer = match field.rule {
                    Rule::OneOf(words) => words[words.len() - 1],
                    Rule::Judge(_) => "x",
                };
                let option = format!("--{}={answer}", field.id);
                assert_eq!(chosen(&[platform.id, "ghcr.io", &option]).answers.get(field.id), answer);
                for other in
                    PLATFORMS.iter().filter(|other| other.fields.iter().all(|one| one.id != field.id))
                {
                    assert!(parsed(&[other.id, "ghcr.io", &option]).is_err(), "{} {option}", other.id);
                }
            }
            let image = parsed(&[platform.id, "ghcr.io", "--image", "ghcr.io/a:1"]);
            assert_eq!(image.is_ok(), platform.image != Need::No, "{}", platform.id);
        }
    }

    #[test]
    fn a_command_that_a_step_names_is_understood() {
        let login = Bundle::new("quay.io", "jane", Some(crate::secret::Secret::from_text("x".into())));
        let mut tried = 0;
        for (platform, form) in
            PLATFORMS.iter().flat_map(|one| one.forms.iter().map(move |form| (*one, *form)))
        {
            let image = (platform.image != Need::No).then(|| "quay.io/acme/app:1".to_owned());
            let bundle = Bundle { email: "j@x.io".into(), name: "regcred".into(), image, ..login.clone() };
            let Ok(artifact) =
                export(platform, &[bundle], Some(form), &Answers::default(), jiff::Timestamp::UNIX_EPOCH)
            else {
                continue;
            };
            let commands = artifact.steps.iter().filter_map(|step| step.command.as_deref());
            for command in commands.flat_map(|line| line.split('|')) {
                let words: Vec<_> = command.split_whitespace().collect();
                if let ["pullpass", rest @ ..] = &words[..] {
                    let line = [&["pullpass"], rest].concat();
                    let told = Arguments::try_parse_from(line).map(drop);
                    assert!(told.is_ok(), "{}: {command}: {}", platform.id, told.unwrap_err());
                    tried += 1;
                }
            }
        }
        assert!(tried > 8, "{tried}");
    }

    #[test]
    fn a_form_has_one_name_and_the_list_stands_alone() {
        assert_eq!(chosen(&["rapyuta", "x", "--form", "reference"]).common.form, Some(Form::Reference));
        assert!(chosen(&["rapyuta", "x", "--literal"]).common.literal);
        assert!(parsed(&["rapyuta", "x", "--form", "literal", "--literal"]).is_err());
        assert!(parsed(&["rapyuta", "x", "--form", "plain"]).is_err());
        assert!(parsed(&["rapyuta"]).is_err() && parsed(&[]).is_err() && parsed(&["nowhere", "x"]).is_err());
        assert!(matches!(parsed(&["--list"]).unwrap().verb, Some(Verb::Export(Options::List))));
    }
}
