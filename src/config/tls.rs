//! `tls = { … }` → settings that are known to work, shared where they are equal.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::leaf::FileName;
use crate::config::mistake::Mistake;
use crate::config::raw;
use crate::config::reader::{Located, missing};
use crate::config::toml_key::TomlKey as _;
use crate::model::target::{ClientIdentity, TlsSettings};

/// There is none, and why has been added to the mistakes.
struct Complained;

/// Makes settings, and keeps them to share.
pub(super) struct TlsRoom<'a> {
    folder: &'a Path,
    read_file: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
    made: Vec<Arc<TlsSettings>>,
    /// What certificate files hold: most targets name the same one.
    certificates: HashMap<String, Vec<CertificateDer<'static>>>,
}

impl<'a> TlsRoom<'a> {
    /// File names are relative to `folder`.
    pub(super) fn new(
        folder: &'a Path,
        read_file: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
    ) -> Self {
        Self { folder, read_file, made: Vec::new(), certificates: HashMap::new() }
    }

    /// The settings of `tls`; equal ones are the same.
    pub(super) fn settings(
        &mut self,
        tls: Option<&raw::Tls>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Arc<TlsSettings>> {
        let settings = match tls {
            Some(tls) => self.read(tls, mistakes)?,
            None => TlsSettings {
                extra_roots: Vec::new(),
                server_name: None,
                insecure: false,
                client: None,
            },
        };
        if let Some(known) = self.made.iter().find(|known| ***known == settings) {
            return Some(Arc::clone(known));
        }
        let settings = Arc::new(settings);
        self.made.push(Arc::clone(&settings));
        Some(settings)
    }

    fn read(&mut self, tls: &raw::Tls, mistakes: &mut Vec<Mistake>) -> Option<TlsSettings> {
        let extra_roots = match &tls.ca {
            Some(ca) => self.certificates(ca, mistakes),
            None => Some(Vec::new()),
        };
        let client = self.client(tls, mistakes);
        Some(TlsSettings {
            extra_roots: extra_roots?,
            server_name: tls.server_name.as_ref().map(|name| name.value.0.clone()),
            insecure: tls.insecure.as_ref().is_some_and(|insecure| insecure.value),
            client: client.ok()?,
        })
    }

    fn client(
        &mut self,
        tls: &raw::Tls,
        mistakes: &mut Vec<Mistake>,
    ) -> Result<Option<ClientIdentity>, Complained> {
        let (cert, key) = match (&tls.client_cert, &tls.client_key) {
            (None, None) => return Ok(None),
            (Some(cert), Some(key)) => (cert, key),
            (Some(cert), None) if !tls.given().contains(&"client_key") => {
                mistakes.push(missing("client_key", cert.key.clone()));
                return Err(Complained);
            }
            (None, Some(key)) if !tls.given().contains(&"client_cert") => {
                mistakes.push(missing("client_cert", key.key.clone()));
                return Err(Complained);
            }
            // The other one could not be read, which has been complained about.
            (Some(_), None) | (None, Some(_)) => return Err(Complained),
        };
        let chain = self.certificates(cert, mistakes);
        let private = self.private_key(key, mistakes);
        let (chain, private) = (chain.ok_or(Complained)?, private.ok_or(Complained)?);
        let provider = ring::default_provider();
        if CertifiedKey::from_der(chain.clone(), private.clone_key(), &provider).is_err() {
            let title = "the private key does not belong to the certificate";
            let label = "expected the key that `client_cert` was made with";
            let mistake = Mistake::new(key.span.clone(), title, label);
            mistakes.push(mistake.also(cert.span.clone(), "this certificate"));
            return Err(Complained);
        }
        Ok(Some(ClientIdentity { chain, key: private }))
    }

    /// What the PEM file `file` holds.
    pub(super) fn certificates(
        &mut self,
        file: &Located<FileName>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Vec<CertificateDer<'static>>> {
        if let Some(known) = self.certificates.get(&file.value.0) {
            return Some(known.clone());
        }
        let bytes = self.bytes(file, mistakes)?;
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
        let sound = |certificate: &CertificateDer<'_>| {
            x509_parser::parse_x509_certificate(certificate).is_ok()
        };
        match read {
            Ok(read) if !read.is_empty() && read.iter().all(sound) => {
                self.certificates.insert(file.value.0.clone(), read.clone());
                Some(read)
            }
            _ => {
                let label = "expected a PEM file: it has a line `-----BEGIN CERTIFICATE-----`";
                let title = "this file holds no certificate that can be read";
                mistakes.push(Mistake::new(file.span.clone(), title, label));
                None
            }
        }
    }

    fn private_key(
        &self,
        file: &Located<FileName>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<PrivateKeyDer<'static>> {
        let bytes = self.bytes(file, mistakes)?;
        let read = PrivateKeyDer::from_pem_slice(&bytes).ok();
        if read.is_none() {
            let label = "expected a PEM file: it has a line `-----BEGIN PRIVATE KEY-----`";
            let title = "this file holds no private key that can be read";
            mistakes.push(Mistake::new(file.span.clone(), title, label));
        }
        read
    }

    fn bytes(&self, file: &Located<FileName>, mistakes: &mut Vec<Mistake>) -> Option<Vec<u8>> {
        let read = (self.read_file)(&self.folder.join(&file.value.0));
        let failed = |error| {
            let title = format!("this file cannot be read: {error}");
            let label = "looked for relative to the folder of the configuration";
            mistakes.push(Mistake::new(file.span.clone(), title, label));
        };
        read.map_err(failed).ok()
    }
}
