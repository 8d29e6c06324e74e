//! A token service, and what it is asked.

use url::Url;

use crate::net::transport::{Authorization, Body, Method, Request};
use crate::secret::Secret;

/// What the token service is told of us.
const CLIENT_ID: &str = "pullpass";

/// A token service that may be asked, and what for.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub url: Url,
    pub name: Option<String>,
    pub scopes: Vec<String>,
}

impl Service {
    /// distribution v3.0 `docs/content/spec/auth/token.md`. No `offline_token`: a check must not make a token that lasts.
    pub fn get(&self, account: Option<&str>, proof: Authorization) -> Request {
        // What the realm's own query says stays.
        let mut url = self.url.clone();
        let pairs = [("account", account), ("service", self.name.as_deref())];
        let scopes = self.scopes.iter().map(|scope| ("scope", Some(scope.as_str())));
        for (name, value) in pairs.into_iter().chain(scopes) {
            if let Some(value) = value {
                url.query_pairs_mut().append_pair(name, value);
            }
        }
        Request::new(Method::Get, url, proof)
    }

    /// distribution v3.0 `docs/content/spec/auth/oauth.md`.
    pub fn post(&self, token: &Secret) -> Request {
        let open = |text: &str| Secret::from_text(text.to_owned());
        let mut form = vec![("grant_type", open("refresh_token")), ("client_id", open(CLIENT_ID))];
        form.extend(self.name.as_deref().map(|name| ("service", open(name))));
        let scopes = self.scopes.join(" ");
        form.extend((!scopes.is_empty()).then(|| ("scope", open(&scopes))));
        form.push(("refresh_token", token.clone()));
        let request = Request::new(Method::Post, self.url.clone(), Authorization::Anonymous);
        Request { body: Body::Form(form), ..request }
    }
}
