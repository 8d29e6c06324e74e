//! What a check found out, in words, with the next step to take.

use crate::error::Kind;

/// What a verdict means for who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The login works.
    Works,
    /// Nothing was proved, for or against it.
    Unproved,
    /// The check could not be done as it should.
    Failed,
    /// The registry could not be reached, or not now.
    Unreachable,
    /// The registry refused the login, or the pull.
    Refused,
}

impl Standing {
    /// The exit status that goes with it; `None` for success.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::Works => None,
            Self::Unproved | Self::Failed => Some(Kind::Failed),
            Self::Unreachable => Some(Kind::Unreachable),
            Self::Refused => Some(Kind::Refused),
        }
    }

    /// One ASCII character that carries the meaning without colour.
    pub fn glyph(self) -> char {
        match self {
            Self::Works => '+',
            Self::Unproved => '?',
            Self::Failed => '!',
            Self::Unreachable => '~',
            Self::Refused => 'x',
        }
    }
}

macro_rules! verdicts {
    ($($variant:ident $standing:ident $code:literal $word:literal $words:literal $next:literal)*) => {
        /// What a check found out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Verdict {
            $(#[doc = concat!("It turned out that ", $words, ".")] $variant,)*
        }

        impl Verdict {
            /// Every verdict there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What it means for who asked.
            pub fn standing(self) -> Standing {
                match self { $(Self::$variant => Standing::$standing,)* }
            }

            /// The identifier in the JSON output and in what is remembered.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// One or two words for the STATE column, of at most nine columns.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What was found out, as the rest of a sentence.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }

            /// What to do next, one sentence; empty where there is nothing to do. `HOST` stands for the registry.
            pub fn next(self) -> &'static str {
                match self { $(Self::$variant => $next,)* }
            }
        }
    };
}

verdicts! {
    Verified Works "verified" "works"
        "the registry accepts this login"
        ""
    VerifiedPullOk Works "verified_pull_ok" "works"
        "the registry accepts this login and lets it pull the image"
        ""
    VerifiedNoPull Refused "verified_no_pull" "no pull"
        "the registry accepts this login, but it may not pull this image"
        "Ask the repository's owner for the right to pull, or take another account."
    VerifiedNotFound Refused "verified_not_found_or_no_access" "not found"
        "the registry accepts this login, but it does not find the image, or hides it from this account"
        "Check the repository's name and the tag; many registries say the same where the right is missing."
    Rejected Refused "rejected" "rejected"
        "the registry refuses this user name with this password or token"
        "Log in again; check the user name, and that the token was not revoked."
    Expired Refused "expired" "expired"
        "the registry says that this password or token has expired"
        "Get a new one and log in again."
    ExpiredOrRevoked Refused "expired_or_revoked" "ended"
        "the token service no longer accepts this token: it expired or was revoked"
        "Log in again to get a new one."
    AcceptedButUnusable Refused "accepted_but_unusable" "unusable"
        "the token service accepts this login, but the registry refuses the token that it gave"
        "Compare this machine's clock; else the registry's administrator must look at its token service."
    AnonymousOk Unproved "not_verified_anonymous_ok" "unproved"
        "the registry does not ask for credentials at /v2/: nothing was proved"
        "Give an image of a private repository to check the login with."
    Public Works "public" "public"
        "anybody may pull this image, without a login"
        ""
    Counted Works "counted" "counted"
        "the registry counts the pulls of those who have no login, too"
        ""
    NotPublic Refused "not_public" "no public"
        "without a login the image cannot be pulled: it is private, or not there"
        "Check the name; where the image is private, add a login for its registry (pullpass add)."
    NotARegistry Failed "not_a_registry" "no server"
        "there is no registry at this address"
        "Check the host name and the port."
    ProtocolError Failed "protocol_error" "odd reply"
        "the answer is not what the registry protocol wants"
        "Check the host name; a proxy or a login page may stand in between."
    UnsupportedScheme Failed "unsupported_scheme" "odd auth"
        "the registry asks for a way to log in that this login cannot go"
        "Container tools know Basic and Bearer only: take a token that the registry gives out for them."
    RealmBlocked Failed "realm_blocked" "not sent"
        "the registry wants the login sent to another host, and it was not sent"
        "Make sure whose host that is; where it is right, allow it for this registry."
    ServiceBlocked Failed "token_service_blocked" "blocked"
        "the registry names a token service that is not asked, not even without a login"
        "Make sure whose host that is; where it is wrong, the registry's administrator must mend it."
    Redirected Failed "redirected" "moved"
        "the registry sends to another address"
        "Log in to the address that it names, if you trust it."
    RedirectRefused Failed "redirect_refused" "moved"
        "an answer to the login sends to another address, and no login is sent after it"
        "Ask the registry's administrator; a login must not be redirected."
    RateLimited Unreachable "rate_limited" "throttled"
        "the registry answers no more requests for now"
        "Try again later."
    ServerError Unreachable "server_error" "failing"
        "the registry has an error of its own"
        "Try again later, or look at the registry's status page."
    ForbiddenBeforeAuth Failed "forbidden_before_auth" "forbidden"
        "the registry refuses this machine before it asks who it is"
        "A firewall, an address filter or a proxy is the likely reason."
    ProxyAuthRequired Unreachable "proxy_auth_required" "proxy"
        "the proxy wants a login of its own"
        "Put it into HTTPS_PROXY (http://user:password@proxy:port), or except the registry with NO_PROXY."
    TlsUntrusted Unreachable "tls_untrusted" "TLS"
        "the registry's certificate is not trusted"
        "Put its authority's certificate into /etc/docker/certs.d/HOST/ca.crt."
    PlainHttpServer Unreachable "plain_http_server" "http only"
        "the server talks plain http, which anybody on the way can read"
        "Give the right port; only where there is no other way, allow it with --plain-http HOST."
    Unreachable Unreachable "unreachable" "no answer"
        "the registry could not be reached"
        "Check the host name, the network and the proxy."
    Setup Failed "setup_error" "set-up"
        "a file or a variable that the connection needs cannot be used"
        "Mend what is named, or remove it."
    NotSent Failed "not_sent" "not sent"
        "the login cannot be sent as it is, and nothing was sent"
        "Log in again with the right user name and password."
}

impl Verdict {
    /// The verdict of this [`Verdict::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|verdict| verdict.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_verdict_has_words_of_its_own_and_a_next_step() {
        let all = |part: fn(Verdict) -> &'static str| -> BTreeSet<_> {
            Verdict::ALL.iter().map(|verdict| part(*verdict)).collect()
        };
        assert_eq!(all(Verdict::code).len(), Verdict::ALL.len());
        assert_eq!(all(Verdict::words).len(), Verdict::ALL.len());
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_code(verdict.code()), Some(*verdict));
            assert_eq!(verdict.next().is_empty(), verdict.standing() == Standing::Works, "{verdict:?}");
            assert!(!verdict.words().ends_with('.') && verdict.word().len() <= 9, "{verdict:?}");
        }
    }

    #[test]
    fn the_exit_status_tells_refused_from_unreachable() {
        let table = [
            (Verdict::Verified, None),
            (Verdict::AnonymousOk, Some(Kind::Failed)),
            (Verdict::RealmBlocked, Some(Kind::Failed)),
            (Verdict::Rejected, Some(Kind::Refused)),
            (Verdict::VerifiedNoPull, Some(Kind::Refused)),
            (Verdict::TlsUntrusted, Some(Kind::Unreachable)),
        ];
        for (verdict, kind) in table {
            assert_eq!(verdict.standing().kind(), kind, "{verdict:?}");
        }
        assert!(Standing::Refused > Standing::Unreachable && Standing::Unreachable > Standing::Failed);
    }
}
