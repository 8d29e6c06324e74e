//! Certificates, made for one test.

use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// A certificate with its key.
pub struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

/// Signs certificates; no system knows it.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for these names and addresses.
    pub fn issue(&self, names: &[&str]) -> Identity {
        self.sign(&params(names))
    }

    /// One that nobody renewed.
    pub fn issue_expired(&self, names: &[&str]) -> Identity {
        let mut params = params(names);
        params.not_after = date_time_ymd(2001, 1, 1);
        self.sign(&params)
    }

    pub fn issue_for_a_client(&self) -> Identity {
        let mut params = params(&[]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    /// One whose key lies on the curve P-521.
    #[cfg(feature = "tls-aws-lc")]
    pub fn issue_on_p_521(&self, names: &[&str]) -> Identity {
        self.sign_key(&params(names), KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap())
    }

    fn sign(&self, params: &CertificateParams) -> Identity {
        self.sign_key(params, KeyPair::generate().unwrap())
    }

    fn sign_key(&self, params: &CertificateParams, key: KeyPair) -> Identity {
        Identity { certificate: params.signed_by(&key, &self.0).unwrap(), key }
    }
}

fn params(names: &[&str]) -> CertificateParams {
    CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

impl Identity {
    /// As docker's manual makes it: an authority that is a server too.
    pub fn self_signed(names: &[&str]) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = params(names);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { certificate: params.self_signed(&key).unwrap(), key }
    }

    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Writes `NAME.cert` and `NAME.key`.
    pub fn write(&self, folder: &Path, name: &str) {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(format!("{name}.cert")), self.pem()).unwrap();
        std::fs::write(folder.join(format!("{name}.key")), self.key.serialize_pem()).unwrap();
    }

    /// TLS that shows this certificate.
    pub fn server(&self) -> ServerConfig {
        self.config(provider(), None, false)
    }

    /// TLS with no key exchange but one that a quantum computer does not break.
    #[cfg(feature = "tls-aws-lc")]
    pub fn post_quantum_server(&self) -> ServerConfig {
        let kx_groups = vec![rustls::crypto::aws_lc_rs::kx_group::X25519MLKEM768];
        let provider = CryptoProvider { kx_groups, ..rustls::crypto::aws_lc_rs::default_provider() };
        self.config(Arc::new(provider), None, false)
    }

    /// TLS that wants a certificate of an authority from the client, or takes one where there is one.
    pub fn server_for_clients_of(&self, authority: &Authority, is_required: bool) -> ServerConfig {
        self.config(provider(), Some(authority), is_required)
    }

    fn config(
        &self,
        provider: Arc<CryptoProvider>,
        clients: Option<&Authority>,
        is_required: bool,
    ) -> ServerConfig {
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.0.der().clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                let verifier = if is_required { verifier } else { verifier.allow_unauthenticated() };
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let chain: Vec<CertificateDer<'static>> = vec![self.certificate.der().clone()];
        builder.with_single_cert(chain, PrivateKeyDer::try_from(self.key.serialize_der()).unwrap()).unwrap()
    }
}

fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "tls-aws-lc")]
    return Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(feature = "tls-aws-lc"))]
    return Arc::new(rustls::crypto::ring::default_provider());
}
