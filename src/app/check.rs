//! Checking logins: the secret is fetched from where it is kept, goes to its registry once, and is forgotten.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, Stream, StreamExt as _};
use jiff::Timestamp;
use url::Url;

use crate::app::Context;
use crate::app::login::fetch::{self, Fetched};
use crate::app::login::submission::Submission;
use crate::app::login::submit;
use crate::check::flow::{self, Question, RealmPair, Report, host_of};
use crate::check::verdict::Verdict;
use crate::credential::Credential;
use crate::credential::login::{EntryKind, Login, LoginId};
use crate::error::Error;
use crate::net::transport::{Transport, TransportError};
use crate::registry::image::Image;
use crate::registry::key;

/// A login to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which one.
    pub id: LoginId,
    /// What its entry is.
    pub kind: EntryKind,
    /// Who it is for, where that is known and may be shown.
    pub account: Option<Box<str>>,
}

/// What a person wants to know, and allows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// The image whose pull is to be checked, for logins of its registry.
    pub image: Option<Image>,
    /// Ask Docker Hub how many pulls are left.
    pub rate_limit: bool,
    /// Token services on other hosts that may get the login, in this run: scheme, host and port.
    pub realms: Vec<String>,
    /// What the person said before of token services on other hosts.
    pub choices: Vec<(RealmPair, bool)>,
    /// Registries that may be asked over plain http, as [`host_of`] names them.
    pub plain_http: Vec<String>,
}

/// One login's result.
#[derive(Debug)]
pub struct Checked {
    /// Which one.
    pub job: Job,
    /// When the answer came.
    pub at: Timestamp,
    /// What was found out; an error where the secret could not be fetched.
    pub result: Result<Report, Error>,
}

impl Job {
    /// The job for a login.
    ///
    /// # Errors
    /// In words, why there is nothing to check.
    pub fn of(login: &Login) -> Result<Self, &'static str> {
        match login.kind {
            EntryKind::OauthAccessToken | EntryKind::OauthRefreshToken => {
                Err("it belongs to docker's web login and goes to no registry")
            }
            _ if key::is_hub_tool_key(&login.id.key) || key::companion(&login.id.key).is_some() => {
                Err("no registry has this name")
            }
            EntryKind::Invalid => Err("the entry cannot be read"),
            _ if !login.has_secret() => Err("there is no secret in it"),
            _ => {
                let account = login.account.name().map(Into::into);
                Ok(Self { id: login.id.clone(), kind: login.kind, account })
            }
        }
    }

    /// The account at the registry: two checks of one must not run at once, and one secret is sent once.
    fn account_key(&self) -> (String, Option<Box<str>>, Box<str>) {
        let unknown = if self.account.is_some() { Box::default() } else { self.id.key.clone() };
        (host_of(&self.id.key), self.account.clone(), unknown)
    }
}

/// Checks logins, each registry over one transport that `way` makes when it is first needed.
pub struct Checker<'a, T, W> {
    ctx: &'a Context,
    options: &'a CheckOptions,
    connect: W,
    clients: Mutex<BTreeMap<String, Arc<Result<T, TransportError>>>>,
    /// Registries that answered 429: they are left alone for the rest of the run.
    resting: Mutex<BTreeMap<String, Option<u32>>>,
}

impl<'a, T, W> Checker<'a, T, W>
where
    T: Transport + Send + Sync,
    W: Fn(&Url) -> Result<T, TransportError> + Send + Sync,
{
    /// A checker of this machine's logins.
    pub fn new(ctx: &'a Context, options: &'a CheckOptions, connect: W) -> Self {
        Self { ctx, options, connect, clients: Mutex::default(), resting: Mutex::default() }
    }

    /// Checks them all, some at once, and gives each result as it comes. It stops when the stream is dropped.
    pub fn run(&self, jobs: impl IntoIterator<Item = Job>) -> impl Stream<Item = Checked> + Send {
        let mut accounts: BTreeMap<_, VecDeque<Job>> = BTreeMap::new();
        for job in jobs {
            accounts.entry(job.account_key()).or_default().push_back(job);
        }
        let one_after_the_other = |jobs: VecDeque<Job>| {
            let step = async |(mut jobs, mut known): (VecDeque<Job>, Known)| {
                let job = jobs.pop_front()?;
                let checked = self.check(job, &mut known).await;
                Some((checked, (jobs, known)))
            };
            Box::pin(stream::unfold((jobs, Known::new()), step))
        };
        let at_once = self.ctx.settings.preferences.check.at_once;
        stream::iter(accounts.into_values()).flat_map_unordered(at_once, one_after_the_other)
    }

    async fn check(&self, job: Job, known: &mut Known) -> Checked {
        let result = match fetch::fetch(self.ctx, &job.id).await {
            Ok(fetched) => Ok(self.report(&job, fetched, known).await),
            Err(error) => Err(error),
        };
        Checked { job, at: self.ctx.now(), result }
    }

    /// Checks a login that is kept nowhere yet; one whose password is to stay is fetched first.
    ///
    /// # Errors
    /// The password that is to stay cannot be fetched.
    pub async fn unsaved(&self, submission: &Submission) -> Result<Report, Error> {
        let password = submit::password(self.ctx, submission).await?;
        let login = Credential::new(&*submission.username, password);
        let login = if login.is_identity_token() {
            flow::Login::IdentityToken(login.secret)
        } else {
            flow::Login::Basic(login)
        };
        Ok(self.ask(&submission.registry_key, login, &mut Known::new()).await)
    }

    /// Asks a registry what anybody may do, where there is no login for it.
    pub async fn without_login(&self, registry: &str) -> Report {
        self.ask(registry, flow::Login::Anonymous, &mut Known::new()).await
    }

    async fn report(&self, job: &Job, fetched: Fetched, known: &mut Known) -> Report {
        self.ask(&job.id.key, login(job, fetched), known).await
    }

    async fn ask(&self, key: &str, login: flow::Login, known: &mut Known) -> Report {
        // The same secret in two files is one login to the registry.
        if let Some((_, report)) = known.iter().find(|(before, _)| *before == login) {
            return report.clone();
        }
        let question = self.question(key, login);
        let host = question.host();
        if let Some(wait) = locked(&self.resting).get(&host) {
            let report = Report::new(&question, Verdict::RateLimited);
            let report = Report { retry_after: *wait, ..report };
            return report.saying("It asked for a rest before, and was not asked again.");
        }
        let report = match self.client_for(&question).as_ref().map(Arc::as_ref) {
            Some(Ok(transport)) => flow::check(transport, &question, &*self.ctx.clock).await,
            Some(Err(failure)) => Report::unreached(&question, failure.clone()),
            None => Report::new(&question, Verdict::NotSent).saying("The key is no registry address."),
        };
        if report.verdict == Verdict::RateLimited {
            locked(&self.resting).insert(host, report.retry_after);
        }
        known.push((question.login, report.clone()));
        report
    }

    fn question(&self, key: &str, login: flow::Login) -> Question {
        let mut question = Question::new(key, login);
        let host = question.host();
        let here = |image: &&Image| host_of(&image.registry) == host;
        question.image = self.options.image.as_ref().filter(here).cloned();
        question.rate_limit = self.options.rate_limit;
        let allowed = self
            .options
            .realms
            .iter()
            .map(|realm| (RealmPair { registry: host.clone(), realm: realm.clone() }, true));
        question.choices = allowed.chain(self.options.choices.iter().cloned()).collect();
        let chosen = &self.ctx.settings.preferences.check.plain_http;
        question.plain_http =
            self.options.plain_http.contains(&host) || chosen.iter().any(|chosen| host_of(chosen) == host);
        question
    }

    /// Certificates are read once a registry, however many logins it has.
    fn client_for(&self, question: &Question) -> Option<Arc<Result<T, TransportError>>> {
        let address = question.address()?;
        let mut clients = locked(&self.clients);
        Some(clients.entry(question.host()).or_insert_with(|| Arc::new((self.connect)(&address))).clone())
    }
}

/// What was checked of one account: its secrets, for as long as the account's checks take.
type Known = Vec<(flow::Login, Report)>;

/// A panic elsewhere leaves these maps whole.
fn locked<V>(mutex: &Mutex<V>) -> std::sync::MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn login(job: &Job, fetched: Fetched) -> flow::Login {
    let is_identity_token = fetched.is_identity_token(job.kind, &job.id.store);
    let login = fetched.credential;
    match job.kind {
        EntryKind::RegistryToken => flow::Login::RegistryToken(login.secret),
        _ if is_identity_token => flow::Login::IdentityToken(login.secret),
        _ => flow::Login::Basic(login),
    }
}

pub mod history;
pub mod select;
