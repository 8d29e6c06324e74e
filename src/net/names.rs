//! Host names, each with one meaning for a whole run: the realm policy judges the addresses of a name, and its requests go
//! to these very addresses. Whoever owns the name cannot make it mean another machine in between (DNS rebinding).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::timeout;

/// Who is asked for the addresses of a name; none where nobody knows it.
type Lookup = dyn Fn(String) -> BoxFuture<'static, Vec<IpAddr>> + Send + Sync;

/// The names of one run.
#[derive(Clone)]
pub(super) struct Names {
    lookup: Arc<Lookup>,
    known: Arc<Mutex<HashMap<String, Vec<IpAddr>>>>,
}

impl Names {
    /// Names that `lookup` tells.
    pub fn new(lookup: impl Fn(String) -> BoxFuture<'static, Vec<IpAddr>> + Send + Sync + 'static) -> Self {
        Self { lookup: Arc::new(lookup), known: Arc::default() }
    }

    /// The addresses to connect to. A name that nobody knows is asked for again the next time.
    pub async fn addresses(&self, host: &str) -> Vec<IpAddr> {
        let known = self.locked().get(host).cloned();
        if let Some(known) = known {
            return known;
        }
        match (self.lookup)(host.to_owned()).await {
            none if none.is_empty() => none,
            found => self.settle(host, found),
        }
    }

    /// The addresses to be judged. Whatever comes, or does not come in this time, is what the name means from now on.
    pub async fn settled(&self, host: &str, patience: Duration) -> Vec<IpAddr> {
        let found = timeout(patience, self.addresses(host)).await;
        self.settle(host, found.unwrap_or_default())
    }

    /// Of two lookups at once the first answer counts for both.
    fn settle(&self, host: &str, found: Vec<IpAddr>) -> Vec<IpAddr> {
        self.locked().entry(host.to_owned()).or_insert(found).clone()
    }

    /// A panic elsewhere leaves the map whole.
    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<IpAddr>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt as _;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// A name server that gives another answer each time; an empty one is none, and behind the last it is silent.
    pub fn rebinding(answers: &'static [&'static str]) -> Names {
        let asked = AtomicUsize::new(0);
        Names::new(move |_| match answers.get(asked.fetch_add(1, Ordering::SeqCst)) {
            Some(answer) => {
                let found: Vec<IpAddr> = answer.parse().into_iter().collect();
                async move {
                    tokio::task::yield_now().await;
                    found
                }
                .boxed()
            }
            None => std::future::pending().boxed(),
        })
    }

    fn shown(found: &[IpAddr]) -> String {
        found.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" ")
    }

    fn at_once<T>(future: impl Future<Output = T>) -> T {
        let builder = &mut tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap().block_on(future)
    }

    #[test]
    fn what_was_judged_is_what_is_asked() {
        // The answers of the name server, what is judged, and what is connected to after it.
        let table: [(&[&str], &str, &str); 4] = [
            (&["192.0.2.1", "10.0.0.7"], "192.0.2.1", "192.0.2.1"),
            (&["", "10.0.0.7"], "", ""),
            (&["2001:db8::1", ""], "2001:db8::1", "2001:db8::1"),
            (&[], "", ""),
        ];
        for (answers, judged, asked) in table {
            let names = rebinding(answers);
            let found = at_once(async {
                let judged = names.settled("auth.test", PATIENCE).await;
                (shown(&judged), shown(&names.addresses("auth.test").await))
            });
            assert_eq!(found, (judged.to_owned(), asked.to_owned()), "{answers:?}");
        }
    }

    #[test]
    fn what_was_asked_is_what_is_judged() {
        let names = rebinding(&["10.0.0.7", "192.0.2.1"]);
        let found = at_once(async {
            names.addresses("auth.test").await;
            names.settled("auth.test", PATIENCE).await
        });
        assert_eq!(shown(&found), "10.0.0.7");
    }

    #[test]
    fn two_lookups_at_once_have_one_answer() {
        let names = rebinding(&["192.0.2.1", "10.0.0.7"]);
        let both = async { tokio::join!(names.addresses("auth.test"), names.addresses("auth.test")) };
        let (one, other) = at_once(both);
        assert_eq!(one, other);
        assert_eq!(one.len(), 1);
    }

    #[test]
    fn a_name_that_was_not_found_may_be_found_later_and_other_names_are_their_own() {
        let names = rebinding(&["", "192.0.2.1", "192.0.2.2"]);
        let found = at_once(async {
            let first = names.addresses("reg.test").await;
            (
                shown(&first),
                shown(&names.addresses("reg.test").await),
                shown(&names.addresses("b.test").await),
            )
        });
        assert_eq!(found, (String::new(), "192.0.2.1".into(), "192.0.2.2".into()));
    }
}
