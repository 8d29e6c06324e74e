//! Why nothing came back, in words with the next step; found by walking down what lies under an error.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::{AlertDescription, CertificateError};

use super::tls::is_authority_as_server;
use super::transport::TransportError;
use crate::text;

/// Who was asked. Never the whole address: a query may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `host` or `host:port`, safe to show.
    pub host: String,
    /// The proxy in between, without its login.
    pub proxy: Option<String>,
}

/// No address is known for a name.
#[derive(Debug)]
pub struct NoSuchHost;

impl std::fmt::Display for NoSuchHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no such host")
    }
}

impl Error for NoSuchHost {}

impl Asked {
    /// What an error of the HTTP library means. Notes say what may have led to a certificate that is not trusted.
    pub fn failure(&self, error: &(dyn Error + 'static), notes: &[String]) -> TransportError {
        if let Some(error) = find::<rustls::Error>(error) {
            return self.tls(error, notes);
        }
        if find::<NoSuchHost>(error).is_some() {
            return TransportError::Unreachable(format!(
                "There is no host {}. Check its name.",
                self.next_hop()
            ));
        }
        if let Some(failure) = self.tunnel(error) {
            return failure;
        }
        if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
            let host = &self.host;
            return TransportError::Protocol(format!("{host} sent no HTTP/1.1, or headers without an end."));
        }
        if let Some(error) = find::<io::Error>(error) {
            return self.io(error.kind());
        }
        if find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message) {
            return self.io(ErrorKind::UnexpectedEof);
        }
        let is_timeout = find::<reqwest::Error>(error).is_some_and(reqwest::Error::is_timeout);
        self.io(if is_timeout { ErrorKind::TimedOut } else { ErrorKind::Other })
    }

    /// The proxy answered that it wants a login.
    pub fn proxy_wants_login(&self) -> TransportError {
        let proxy = self.proxy.as_deref().unwrap_or("in between");
        TransportError::ProxyAuthRequired(format!(
            "The proxy {proxy} wants a login. Write it into the variable: http://USER:PASSWORD@HOST:PORT."
        ))
    }

    /// Who is at the other end of the wire.
    fn next_hop(&self) -> String {
        self.proxy.as_ref().map_or_else(|| self.host.clone(), |proxy| format!("{proxy} (the proxy)"))
    }

    /// What came of asking a proxy for a tunnel. The library gives these errors a text only.
    fn tunnel(&self, error: &(dyn Error + 'static)) -> Option<TransportError> {
        let texts = || chain(error).map(ToString::to_string);
        if self.proxy.is_none() || !texts().any(|text| text.starts_with("tunnel error: ")) {
            return None;
        }
        if texts().any(|text| text == "tunnel error: proxy authorization required") {
            return Some(self.proxy_wants_login());
        }
        // Connecting to the proxy failed before it could say anything.
        if find::<io::Error>(error).is_some() {
            return None;
        }
        let (proxy, host) = (self.proxy.as_deref().unwrap_or_default(), &self.host);
        Some(TransportError::Unreachable(format!("The proxy {proxy} made no connection to {host}.")))
    }

    fn io(&self, kind: ErrorKind) -> TransportError {
        let peer = self.next_hop();
        TransportError::Unreachable(match kind {
            ErrorKind::ConnectionRefused => {
                format!("Nothing listens at {peer}: the connection was refused. Check the port.")
            }
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
                format!("There is no way to {peer}. Is this machine on the network?")
            }
            ErrorKind::TimedOut => format!("{peer} did not answer the call to connect in time."),
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => format!("{peer} closed the connection without a whole answer."),
            _ => format!("The connection to {peer} failed."),
        })
    }

    fn tls(&self, error: &rustls::Error, notes: &[String]) -> TransportError {
        let host = &self.host;
        let folder = format!("/etc/docker/certs.d/{host}/");
        let mut words = match error {
            // No TLS at all: in practice a server without.
            rustls::Error::InvalidMessage(_) => return TransportError::PlainHttpServer,
            rustls::Error::InvalidCertificate(reason) => self.certificate(error, reason),
            rustls::Error::AlertReceived(
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::UnknownCA,
            ) => format!(
                "{host} wants a client certificate that it knows. Put client.cert and client.key into {folder}."
            ),
            // What a server says that has no cipher or key exchange in common with us; OpenSSL's in TLS 1.2 also where
            // the client showed no certificate (RFC 8446, 6.2; RFC 5246, 7.2.2).
            rustls::Error::AlertReceived(AlertDescription::HandshakeFailure) => format!(
                "{host} broke the TLS handshake off: it wants ciphers that this build does not have, or a client \
                 certificate (client.cert and client.key in {folder})."
            ),
            other => format!("No TLS connection to {host}: {}.", text::safe(&other.to_string())),
        };
        for note in notes {
            words.push(' ');
            words.push_str(note);
        }
        TransportError::TlsUntrusted(words)
    }

    fn certificate(&self, error: &rustls::Error, reason: &CertificateError) -> String {
        let host = &self.host;
        let remedy = format!(
            "If it is your own, put the authority's certificate into /etc/docker/certs.d/{host}/ca.crt."
        );
        match reason {
            CertificateError::UnknownIssuer => {
                format!(
                    "The certificate of {host} is from an authority that this machine does not know. {remedy}"
                )
            }
            _ if is_authority_as_server(error) => {
                format!(
                    "{host} signed its certificate itself. If it is your own, put it into /etc/docker/certs.d/{host}/ca.crt."
                )
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                format!(
                    "The certificate of {host} has expired. Its owner must renew it; check this machine's clock too."
                )
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                format!("The certificate of {host} is not valid yet. Check this machine's clock.")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("The certificate of {host} is for another name. Use the name that it was made for.")
            }
            CertificateError::Revoked => format!("The certificate of {host} was revoked. Ask its owner."),
            other => format!("The certificate of {host} cannot be used: {}.", text::safe(&other.to_string())),
        }
    }
}

/// An error and all that lies under it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| below(*error))
}

/// What lies under an error. An `io::Error` skips the error that it wraps when asked for its source.
fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// The deepest error of a type: the cause, rather than what wraps it.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).filter_map(|error| error.downcast_ref()).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked { host: "reg.example:5000".into(), proxy: None }
    }

    fn tls(error: rustls::Error) -> TransportError {
        // As the libraries wrap it: twice inside of an `io::Error`.
        let inner = io::Error::other(error);
        asked().failure(&io::Error::other(inner), &["A note.".into()])
    }

    #[test]
    fn each_certificate_error_says_what_to_do() {
        let own = "/etc/docker/certs.d/reg.example:5000/ca.crt";
        let self_signed = rustls::OtherError(std::sync::Arc::new(webpki::Error::CaUsedAsEndEntity));
        let table = [
            (CertificateError::UnknownIssuer, "authority that this machine does not know", own),
            (CertificateError::Other(self_signed), "signed its certificate itself", own),
            (CertificateError::Expired, "has expired", "renew"),
            (CertificateError::NotValidYet, "not valid yet", "clock"),
            (CertificateError::NotValidForName, "another name", "Use the name"),
            (CertificateError::Revoked, "revoked", "Ask its owner"),
            (CertificateError::BadEncoding, "cannot be used", "A note."),
        ];
        for (error, what, next) in table {
            let TransportError::TlsUntrusted(words) = tls(rustls::Error::InvalidCertificate(error)) else {
                panic!()
            };
            assert!(words.contains(what) && words.contains(next) && words.ends_with(" A note."), "{words}");
        }
    }

    #[test]
    fn other_tls_errors_are_told_apart() {
        let no_tls = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        assert_eq!(tls(no_tls), TransportError::PlainHttpServer);
        for alert in [AlertDescription::CertificateRequired, AlertDescription::BadCertificate] {
            let TransportError::TlsUntrusted(words) = tls(rustls::Error::AlertReceived(alert)) else {
                panic!()
            };
            assert!(words.contains("client.cert and client.key"), "{words}");
        }
        let broken_off = rustls::Error::AlertReceived(AlertDescription::HandshakeFailure);
        let TransportError::TlsUntrusted(words) = tls(broken_off) else { panic!() };
        assert!(words.contains("ciphers") && words.contains("client.cert and client.key"), "{words}");
        let TransportError::TlsUntrusted(words) = tls(rustls::Error::DecryptError) else { panic!() };
        assert!(words.contains("No TLS connection to reg.example:5000"), "{words}");
    }

    #[test]
    fn each_broken_connection_names_the_peer() {
        let table = [
            (ErrorKind::ConnectionRefused, "Nothing listens at "),
            (ErrorKind::HostUnreachable, "There is no way to "),
            (ErrorKind::ConnectionReset, " closed the connection"),
            (ErrorKind::TimedOut, " did not answer"),
            (ErrorKind::Other, "The connection to "),
        ];
        let proxied = Asked { proxy: Some("http://proxy:3128".into()), ..asked() };
        for (kind, expected) in table {
            for (asked, peer) in [(&asked(), "reg.example:5000"), (&proxied, "http://proxy:3128 (the proxy)")]
            {
                let TransportError::Unreachable(words) = asked.failure(&io::Error::from(kind), &[]) else {
                    panic!()
                };
                assert!(words.contains(expected) && words.contains(peer), "{words}");
            }
        }
    }
}
