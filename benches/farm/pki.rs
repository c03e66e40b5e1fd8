//! A chain of certificates like those that most homes have: a leaf of P-256
//! under an intermediate of P-384, as Let's Encrypt issues them
//! (<https://letsencrypt.org/certificates/>). Their root is of RSA, which is
//! as cheap to verify as the P-256 that stands in for it here.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, SignatureAlgorithm,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls_pki_types::PrivateKeyDer;

/// What an https server of the farm shows, and whom a client must trust for it.
pub(crate) struct Pki {
    pub(crate) server: Arc<ServerConfig>,
    /// What servers show that have a chain of their own each.
    pub(crate) own: Vec<Arc<ServerConfig>>,
    /// The root, as PEM.
    pub(crate) root: String,
}

impl Pki {
    /// With so many chains beside the one that most show.
    pub(crate) fn new(own: usize) -> Self {
        let root_key = key(&PKCS_ECDSA_P256_SHA256);
        let root = CertifiedIssuer::self_signed(ca("Farm Root"), root_key).unwrap();
        let middle_key = key(&PKCS_ECDSA_P384_SHA384);
        let middle = CertifiedIssuer::signed_by(ca("Farm E1"), middle_key, &root).unwrap();
        let server = server(&middle);
        let own = (0..own).map(|_| self::server(&middle)).collect();
        Self { server, own, root: root.pem() }
    }
}

/// A server with a leaf of its own under `middle`.
fn server(middle: &CertifiedIssuer<'_, KeyPair>) -> Arc<ServerConfig> {
    let leaf_key = key(&PKCS_ECDSA_P256_SHA256);
    let leaf = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&leaf_key, middle).unwrap();
    let chain = vec![leaf.der().clone(), middle.der().clone()];
    let key = PrivateKeyDer::try_from(leaf_key.serialize_der()).unwrap();
    let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    // What the barest client cannot speak, the farm does not offer.
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(server)
}

fn key(algorithm: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).unwrap()
}

fn ca(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}
