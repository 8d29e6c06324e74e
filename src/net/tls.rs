//! TLS: who does the cryptography, and whom we trust.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::certificates::ClientCertificate;
use super::transport::TransportError;
use crate::text;

/// Who does the cryptography of this build.
///
/// # Errors
/// It was built without any.
#[allow(clippy::unnecessary_wraps)] // a build without a provider fails
pub fn provider() -> Result<Arc<CryptoProvider>, TransportError> {
    #[cfg(feature = "tls-aws-lc")]
    return Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()));
    #[cfg(all(feature = "tls-ring", not(feature = "tls-aws-lc")))]
    return Ok(Arc::new(rustls::crypto::ring::default_provider()));
    #[cfg(not(any(feature = "tls-aws-lc", feature = "tls-ring")))]
    return Err(TransportError::Setup(
        "This pullpass was built without TLS. Build it with the feature tls-aws-lc or tls-ring.".into(),
    ));
}

/// How connections are made: the system's authorities and these count, and this certificate is shown to who asks.
///
/// # Errors
/// The system has no authorities, or the client's certificate and key do not fit.
pub fn config(
    authorities: &[CertificateDer<'static>],
    client: Option<&ClientCertificate>,
) -> Result<ClientConfig, TransportError> {
    let provider = provider()?;
    let failed = |error: rustls::Error| TransportError::Setup(format!("Could not set TLS up: {error}."));
    let system =
        Verifier::new_with_extra_roots(authorities.iter().cloned(), provider.clone()).map_err(failed)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trust { system, own: authorities.to_vec() }));
    let Some(client) = client else {
        return Ok(builder.with_no_client_auth());
    };
    let wrong = |what: &str| {
        let file = client.file.to_string_lossy();
        TransportError::Setup(format!("The key of the client certificate {} {what}.", text::safe(&file)))
    };
    let key = PrivateKeyDer::from_pem_slice(client.key.expose())
        .map_err(|_| wrong("is no key in PEM form; one with a passphrase cannot be used"))?;
    builder.with_client_auth_cert(client.chain.clone(), key).map_err(|_| wrong("does not belong to it"))
}

/// The system's judgement, except for a certificate that its owner trusts by itself.
///
/// docker's manual makes certificates that signed themselves and calls them authorities too; put beside the registry
/// as `ca.crt` they work in docker, podman and containerd. webpki takes no authority for a server.
#[derive(Debug)]
struct Trust {
    system: Verifier,
    own: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // webpki says so only after it has looked at the dates.
            Err(error) if is_authority_as_server(&error) && self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            judgement => judgement,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}

/// True where a server shows the certificate of an authority: nearly always one that signed itself.
pub fn is_authority_as_server(error: &rustls::Error) -> bool {
    let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = error else {
        return false;
    };
    other.0.downcast_ref::<webpki::Error>() == Some(&webpki::Error::CaUsedAsEndEntity)
}
