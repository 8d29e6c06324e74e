//! How many pulls Docker Hub still allows, as its answers say (docker/docs `docker-hub/usage/pulls.md`).

use crate::net::transport::Response;
use crate::text;

/// The image that Docker keeps for asking; a `HEAD` of it is not counted as a pull.
pub const IMAGE: &str = "ratelimitpreview/test:latest";
/// The longest name of whoever is counted.
const MOST_SOURCE: usize = 80;

/// A number of pulls in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How many pulls.
    pub pulls: u64,
    /// In how many seconds, where it says so.
    pub window: Option<u64>,
}

impl Amount {
    /// Reads `100;w=21600`; blanks and unknown parts do not matter.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let pulls = parts.next()?.parse().ok()?;
        let window = parts.find_map(|part| part.strip_prefix("w=")?.trim().parse().ok());
        Some(Self { pulls, window })
    }
}

/// Docker Hub's count for one account or address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// How many pulls are allowed; `None` for a plan without a limit.
    pub limit: Option<Amount>,
    /// How many are left.
    pub remaining: Option<Amount>,
    /// Who is counted: an account's number or an address. An address means that no account was seen.
    pub source: Option<String>,
}

impl RateLimit {
    /// What a manifest's answer says. Without the headers there is no limit, but only an answer with the manifest may
    /// leave them out for that reason.
    pub fn of(answer: &Response) -> Option<Self> {
        let read = Self::read(answer);
        match answer.status {
            200..=299 => Some(read),
            429 => Some(read).filter(|read| read.limit.is_some()),
            _ => None,
        }
    }

    fn read(answer: &Response) -> Self {
        let amount = |name| answer.header(name).next().and_then(Amount::parse);
        let source = answer.header("docker-ratelimit-source").next().filter(|source| !source.is_empty());
        let shown =
            |source: &str| text::safe(&source.chars().take(MOST_SOURCE).collect::<String>()).into_owned();
        Self {
            limit: amount("ratelimit-limit"),
            remaining: amount("ratelimit-remaining"),
            source: source.map(shown),
        }
    }

    /// True where an address is counted and no account: the login was not taken into account.
    pub fn counts_an_address(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.parse::<std::net::IpAddr>().is_ok())
    }

    /// The count as a sentence.
    pub fn sentence(&self) -> String {
        let Some(limit) = self.limit else { return "There is no limit on pulls.".to_owned() };
        let window = limit.window.map(|seconds| format!(" in {}", text::rough(seconds as i64)));
        let left = self.remaining.map(|left| format!("{} of ", left.pulls)).unwrap_or_default();
        let whom = match &self.source {
            Some(source) if self.counts_an_address() => format!(", counted for the address {source}"),
            Some(source) => format!(", counted for the account {source}"),
            None => String::new(),
        };
        let verb = if left.is_empty() { "are allowed" } else { "are left" };
        format!("{left}{} pulls{} {verb}{whom}.", limit.pulls, window.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn read(headers: &[(&str, &str)]) -> RateLimit {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let body = Secret::new(Vec::new());
        RateLimit::read(&Response {
            status: 200,
            headers: headers.collect(),
            body,
            is_cut: false,
            proxy: None,
        })
    }

    #[test]
    fn an_amount_is_read_leniently() {
        let amount = |pulls, window| Some(Amount { pulls, window });
        let table = [
            ("100;w=21600", amount(100, Some(21_600))),
            (" 100 ; x=1; w= 60 ", amount(100, Some(60))),
            ("100", amount(100, None)),
            ("100;w=x", amount(100, None)),
            ("", None),
            ("-1;w=60", None),
        ];
        for (text, expected) in table {
            assert_eq!(Amount::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn the_count_says_for_whom() {
        let limit = ("ratelimit-limit", "200;w=21600");
        let left = ("ratelimit-remaining", "150;w=21600");
        let table = [
            (vec![], "There is no limit on pulls."),
            (vec![limit], "200 pulls in 6h are allowed."),
            (
                vec![limit, left, ("docker-ratelimit-source", "9f3a")],
                "150 of 200 pulls in 6h are left, counted for the account 9f3a.",
            ),
            (
                vec![limit, left, ("docker-ratelimit-source", "192.0.2.7")],
                "150 of 200 pulls in 6h are left, counted for the address 192.0.2.7.",
            ),
        ];
        for (headers, sentence) in table {
            assert_eq!(read(&headers).sentence(), sentence);
        }
    }
}
