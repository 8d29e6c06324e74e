//! The options that say how a secret's passwords are minted.

use crate::error::{Error, Result};
use crate::refresh::Profile;
use crate::settings::time;

/// How passwords are minted.
#[derive(clap::Args, Debug)]
pub struct MintOptions {
    /// In the vault: who mints the passwords, instead of a password that is typed
    #[arg(long, value_enum, value_name = "PROVIDER")]
    pub mint: Option<Provider>,

    /// Of ecr and ecr-public: the AWS profile; without it, what the environment says each time
    #[arg(long, value_name = "PROFILE")]
    pub aws_profile: Option<String>,

    /// Of ecr: the region, where the registry's address does not tell it
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,

    /// Of sauce: the data center, where the registry's address does not tell it
    #[arg(long, value_name = "NAME")]
    pub datacenter: Option<String>,

    /// Of sauce: the base address of an API of your own
    #[arg(long, value_name = "URL")]
    pub api: Option<String>,

    /// Of sauce: the vault's secret with user name and access key; of google: the account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,

    /// Of azure: the subscription
    #[arg(long, value_name = "NAME")]
    pub subscription: Option<String>,

    /// Of digitalocean: the authentication context
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,

    /// Of command: how long a password lives, where the program does not tell: 30m, 12h
    #[arg(long, value_name = "TIME")]
    pub life: Option<String>,

    /// Of command, after --: the program and its arguments; no shell reads them
    #[arg(last = true, value_name = "PROGRAM")]
    pub argv: Vec<String>,
}

/// Who mints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Provider {
    /// Amazon ECR
    Ecr,
    /// Amazon ECR Public
    EcrPublic,
    /// the Sauce Labs registry
    Sauce,
    /// Google Artifact Registry, by gcloud
    Google,
    /// Azure Container Registry, by az
    Azure,
    /// `DigitalOcean`, by doctl
    #[value(name = "digitalocean")]
    DigitalOcean,
    /// any program that prints a password, or JSON with username, password and `expires_at`
    Command,
}

impl MintOptions {
    /// The refresh profile; `None` where the password is typed. `registry` is the registry as typed.
    ///
    /// # Errors
    /// An option belongs to another provider, or one is missing.
    pub fn profile(&self, registry: &str) -> Result<Option<Profile>> {
        self.judge()?;
        let Some(provider) = self.mint else { return Ok(None) };
        Ok(Some(match provider {
            Provider::Ecr => {
                Profile::Ecr { aws_profile: self.aws_profile.clone(), region: self.region.clone() }
            }
            Provider::EcrPublic => Profile::EcrPublic { aws_profile: self.aws_profile.clone() },
            Provider::Sauce => Profile::Sauce {
                // The token is for the address with its path; the record's key is the host alone.
                registry: Some(registry.to_owned()).filter(|typed| typed.contains('/')),
                datacenter: self.datacenter.clone(),
                api: self.api.clone(),
                account: self.account.clone(),
            },
            Provider::Google => Profile::Google { account: self.account.clone() },
            Provider::Azure => Profile::Azure { subscription: self.subscription.clone() },
            Provider::DigitalOcean => Profile::DigitalOcean { context: self.context.clone() },
            Provider::Command => Profile::Command { argv: self.argv.clone(), life: self.seconds()? },
        }))
    }

    /// Each option belongs to some providers, and `command` needs its program.
    fn judge(&self) -> Result<()> {
        use Provider::{Azure, Command, DigitalOcean, Ecr, EcrPublic, Google, Sauce};
        let table: [(&str, bool, &[Provider]); 9] = [
            ("--aws-profile", self.aws_profile.is_some(), &[Ecr, EcrPublic]),
            ("--region", self.region.is_some(), &[Ecr]),
            ("--datacenter", self.datacenter.is_some(), &[Sauce]),
            ("--api", self.api.is_some(), &[Sauce]),
            ("--account", self.account.is_some(), &[Sauce, Google]),
            ("--subscription", self.subscription.is_some(), &[Azure]),
            ("--context", self.context.is_some(), &[DigitalOcean]),
            ("--life", self.life.is_some(), &[Command]),
            ("a program after --", !self.argv.is_empty(), &[Command]),
        ];
        for (option, is_given, providers) in table {
            if is_given && !self.mint.is_some_and(|provider| providers.contains(&provider)) {
                let names: Vec<String> = providers.iter().map(|provider| provider.name()).collect();
                return Err(Error::usage(format!(
                    "{option} is an option of --mint {}.",
                    names.join(" and ")
                ))
                .hint("Leave it out, or name that provider."));
            }
        }
        if self.mint == Some(Command) && self.argv.is_empty() {
            return Err(Error::usage("--mint command needs the program that prints the password.")
                .hint("Give it at the end: --mint command -- pass show registry"));
        }
        Ok(())
    }

    fn seconds(&self) -> Result<Option<u32>> {
        let Some(text) = &self.life else { return Ok(None) };
        let usage =
            |why: &str| Error::usage(format!("--life is no time: {why}.")).hint("For example: --life 12h");
        let life = time::parse(text).map_err(usage)?;
        let seconds = u32::try_from(life.as_secs()).ok().filter(|seconds| *seconds > 0);
        seconds.map(Some).ok_or_else(|| usage("a password lives for a second at least"))
    }
}

impl Provider {
    fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: MintOptions,
    }

    fn read(line: &[&str]) -> Result<Option<Profile>> {
        let line = Line::try_parse_from(["x"].iter().chain(line)).unwrap();
        line.options.profile("registry.example.com/private/")
    }

    #[test]
    fn options_become_a_profile() {
        let table: [(&[&str], &str); 6] = [
            (&["--mint", "ecr", "--aws-profile", "two"], r#"{"provider":"ecr","aws_profile":"two"}"#),
            (&["--mint", "ecr-public"], r#"{"provider":"ecr_public"}"#),
            (
                &["--mint", "sauce", "--datacenter", "eu-central-1"],
                r#"{"provider":"sauce","registry":"registry.example.com/private/","datacenter":"eu-central-1"}"#,
            ),
            (&["--mint", "google", "--account", "a@b"], r#"{"provider":"google","account":"a@b"}"#),
            (&["--mint", "digitalocean"], r#"{"provider":"digitalocean"}"#),
            (
                &["--mint", "command", "--life", "12h", "--", "pass", "show", "--x"],
                r#"{"provider":"command","argv":["pass","show","--x"],"life":43200}"#,
            ),
        ];
        for (line, json) in table {
            assert_eq!(read(line).unwrap().unwrap().to_json().unwrap().get(), json, "{line:?}");
        }
        assert!(read(&[]).unwrap().is_none());
    }

    #[test]
    fn an_option_of_another_provider_is_refused() {
        let table: [(&[&str], &str); 5] = [
            (&["--region", "eu-west-1"], "--mint ecr"),
            (&["--mint", "ecr-public", "--region", "eu-west-1"], "--mint ecr"),
            (&["--mint", "azure", "--account", "x"], "--mint sauce and google"),
            (&["--mint", "command"], "needs the program"),
            (&["--mint", "command", "--life", "soon", "--", "x"], "no time"),
        ];
        for (line, words) in table {
            let error = read(line).unwrap_err();
            assert!(error.what.contains(words), "{line:?}: {}", error.what);
        }
    }
}
