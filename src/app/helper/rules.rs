//! Our helper by its rules: the vault answers, or another helper does. A helper that we ask and that asks us in turn gets
//! what the vault has and nothing else, so that no question goes round.

use std::collections::BTreeMap;

use crate::app::context::block_on;
use crate::app::vault::serve::VaultRecords;
use crate::credential::Credential;
use crate::credential_helper::protocol::Answer;
use crate::credential_helper::serve::Records;
use crate::credential_helper::{Client, HelperError, HelperName};
use crate::error::{Error, Result};
use crate::process::Limits;
use crate::registry::helper_key;
use crate::settings::helper_rule::{Answerer, answerer};
use crate::settings::preferences::Helper;
use crate::settings::{MARK, Settings};

/// The logins of the vault and of the helpers that the rules name.
pub struct ByRules<'a> {
    vault: VaultRecords<'a>,
    /// Without the ones that lead to a helper where a helper of ours asks.
    rules: Option<&'a Helper>,
    client: Client,
}

/// Who answers for a key.
pub(super) enum Way<'a> {
    /// The vault, and nobody else.
    Vault,
    /// This helper, and nobody else.
    Helper(&'a str),
    /// The vault, and this helper where the vault has no such login.
    Either(Option<&'a str>),
}

impl<'a> Way<'a> {
    /// By the rules; the first that matches counts.
    pub(super) fn of(rules: &'a Helper, key: &str) -> Self {
        match answerer(&rules.rules, key) {
            Some(Answerer::Vault) => Self::Vault,
            Some(Answerer::Helper(name)) => Self::Helper(name),
            None => Self::Either(rules.otherwise.as_deref()),
        }
    }
}

impl<'a> ByRules<'a> {
    /// Puts the rules of the settings before the vault.
    pub fn new(settings: &'a Settings, vault: VaultRecords<'a>) -> Self {
        let limits = Limits { time: settings.preferences.helpers.timeout, ..Limits::default() };
        let client = Client::new(settings.path.clone(), limits).variable(MARK, Some("1".into()));
        let rules = (!settings.is_asked_by_us).then_some(&settings.preferences.helper);
        Self { vault, rules, client }
    }

    fn way(&self, key: &str) -> Way<'a> {
        self.rules.map_or(Way::Either(None), |rules| Way::of(rules, key))
    }

    /// Asks another helper.
    fn ask<T>(
        &self,
        name: &str,
        question: impl AsyncFnOnce(&Client, &HelperName) -> std::result::Result<T, HelperError>,
    ) -> Result<T> {
        let asked = async { question(&self.client, &HelperName::new(name)?).await };
        block_on(asked)?.map_err(explained)
    }

    fn get_from(&self, name: &str, key: &str) -> Result<Option<Credential>> {
        let answer: Option<Answer> = self.ask(name, async |client, name| client.get(name, key).await)?;
        Ok(answer.map(|answer| answer.credential))
    }
}

impl Records for ByRules<'_> {
    fn get(&self, key: &str) -> Result<Option<Credential>> {
        match self.way(key) {
            Way::Vault => match self.vault.get(key)? {
                // The note of what a locked vault has does not count here: the rule says that it is needed.
                None => self.vault.document().map(|_| None),
                found => Ok(found),
            },
            Way::Helper(name) => self.get_from(name, key),
            Way::Either(name) => match (self.vault.get(key)?, name) {
                (None, Some(name)) => self.get_from(name, key),
                (found, _) => Ok(found),
            },
        }
    }

    fn store(&self, key: &str, login: Credential) -> Result<()> {
        let store = async |client: &Client, name: &HelperName| client.store(name, key, &login).await;
        match self.way(key) {
            Way::Helper(name) => self.ask(name, store),
            // What the vault has stays its own: it would be found first, and be the old one.
            Way::Either(Some(name)) if self.vault.get(key)?.is_none() => self.ask(name, store),
            Way::Vault | Way::Either(_) => self.vault.store(key, login),
        }
    }

    fn erase(&self, key: &str) -> Result<()> {
        let erase = async |client: &Client, name: &HelperName| client.erase(name, key).await;
        match self.way(key) {
            Way::Helper(name) => self.ask(name, erase),
            Way::Vault | Way::Either(None) => self.vault.erase(key),
            // Both: who logs out does not expect an older login to come up.
            Way::Either(Some(name)) => {
                self.vault.erase(key)?;
                self.ask(name, erase)
            }
        }
    }

    /// Helpers that rules name are not asked: many of them mint passwords when they list.
    fn list(&self) -> Result<BTreeMap<String, String>> {
        let mut list = self.vault.list()?;
        list.retain(|key, _| !matches!(self.way(key), Way::Helper(_)));
        if let Some(name) = self.rules.and_then(|rules| rules.otherwise.as_deref()) {
            let others = self.ask(name, async |client, name| client.list(name).await)?;
            for other in others {
                let is_its_own = matches!(self.way(&other.key), Way::Either(_));
                if is_its_own && !list.keys().any(|key| helper_key::is_same(key, &other.key)) {
                    list.insert(other.key, other.username);
                }
            }
        }
        Ok(list)
    }
}

/// What a person can do about it stands in our settings, not in docker's file.
fn explained(error: HelperError) -> Error {
    let place = "helper.rules and helper.otherwise of the settings (pullpass config path)";
    match &error {
        HelperError::NotFound { program } => {
            let hint = format!("Install {program}, or correct {place}.");
            Error::failed(error.to_string()).hint(hint).because(error)
        }
        _ => error.into(),
    }
}
