//! Certificates like those that homes have: a CA of their own with a P-384
//! intermediate, and every way to get them wrong.

use std::sync::Arc;

use prober::model::target::ClientIdentity;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PKCS_ECDSA_P384_SHA384,
    PublicKeyData as _,
};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{
    RootCertStore, ServerConfig, SignatureAlgorithm, SignatureScheme, SupportedProtocolVersion,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A certificate authority of one's own.
pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate, its chain, and its key.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

impl Authority {
    pub fn new() -> Self {
        Self::with_intermediate(|_| {})
    }

    /// One whose intermediate certificate had `change` made to it.
    pub fn with_intermediate(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let root_key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let root = CertifiedIssuer::self_signed(authority("Home Root"), root_key).unwrap();
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        let mut intermediate = authority("Home Intermediate");
        change(&mut intermediate);
        let intermediate = CertifiedIssuer::signed_by(intermediate, key, &root).unwrap();
        Self { root, intermediate }
    }

    /// What clients must trust.
    pub fn root(&self) -> CertificateDer<'static> {
        self.root.der().clone()
    }

    /// Another certificate of the root: the same name and key, and `change`.
    pub fn root_again(
        &self,
        change: impl FnOnce(&mut CertificateParams),
    ) -> CertificateDer<'static> {
        let mut params = authority("Home Root");
        change(&mut params);
        params.self_signed(self.root.key()).unwrap().der().clone()
    }

    /// A certificate of the root's name that ended long ago: servers send such
    /// along for the sake of old clients.
    pub fn stale_root() -> CertificateDer<'static> {
        let mut params = authority("Home Root");
        params.not_after = rcgen::date_time_ymd(2020, 1, 2);
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().clone()
    }

    /// Another certificate of the intermediate: the same name and key, and `change`.
    pub fn twin(&self, change: impl FnOnce(&mut CertificateParams)) -> CertificateDer<'static> {
        let mut params = authority("Home Intermediate");
        change(&mut params);
        params.signed_by(self.intermediate.key(), &self.root).unwrap().der().clone()
    }

    /// A certificate for `names`, with `change` made to it.
    pub fn issue(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = params(names);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.intermediate).unwrap();
        identity(vec![leaf.der().clone(), self.intermediate.der().clone()], &key)
    }
}

/// The certificate in a file of `tests/certificates`. What rcgen cannot make with ring
/// was made by OpenSSL: by the root `old-root` or `p521-root`, for localhost.
pub fn of_file(name: &str) -> CertificateDer<'static> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates");
    CertificateDer::from_pem_file(format!("{folder}/{name}.pem")).unwrap()
}

/// A server that shows any bytes as its certificate, and signs with none of the
/// certificate's keys, in words of `scheme` alone.
pub fn pretender(
    chain: Vec<CertificateDer<'static>>,
    scheme: SignatureScheme,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let key = CertifiedKey::new(chain, Arc::new(Pretence(scheme)));
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)))
}

/// A key that signs anything with a few bytes.
#[derive(Debug, Clone)]
struct Pretence(SignatureScheme);

impl SigningKey for Pretence {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let is_offered = offered.contains(&self.0);
        is_offered.then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for Pretence {
    fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(b"signed".to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        self.0
    }
}

/// A certificate for `names` that vouches for itself.
pub fn self_signed(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut params = params(names);
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    identity(vec![params.self_signed(&key).unwrap().der().clone()], &key)
}

impl Identity {
    /// A server that shows this certificate, and offers these protocols.
    pub fn server(&self, alpn: &[&str]) -> ServerConfig {
        let builder = builder().with_no_client_auth();
        let mut config =
            builder.with_single_cert(self.chain.clone(), self.key.clone_key()).unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        config
    }

    /// A server that also asks its clients for a certificate of `authority`.
    pub fn server_for_clients_of(&self, authority: &Authority) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(authority.root()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder()
            .with_client_cert_verifier(verifier.build().unwrap())
            .with_single_cert(self.chain.clone(), self.key.clone_key())
            .unwrap()
    }

    /// Its certificate.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.chain[0].clone()
    }

    /// Its key, as certificates have it.
    pub fn public_key(&self) -> Vec<u8> {
        KeyPair::try_from(self.key.secret_der()).unwrap().subject_public_key_info()
    }

    /// The same, for a client to show.
    pub fn client(&self) -> ClientIdentity {
        ClientIdentity { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

fn builder() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    CertificateParams::new(names).unwrap()
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

fn identity(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Identity {
    Identity { chain, key: PrivatePkcs8KeyDer::from(key.serialize_der()).into() }
}
