//! What has been built for TLS so far: most targets share it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;

use crate::model::target::TlsSettings;

/// Settings to share, and the certificates in files that were read.
#[derive(Default)]
pub(super) struct TlsCache {
    settings: RefCell<Vec<Arc<TlsSettings>>>,
    certificates: RefCell<HashMap<String, Vec<CertificateDer<'static>>>>,
}

impl TlsCache {
    /// One shared value for all settings that equal `settings`.
    pub(super) fn share(&self, settings: TlsSettings) -> Arc<TlsSettings> {
        let mut shared = self.settings.borrow_mut();
        if let Some(known) = shared.iter().find(|known| ***known == settings) {
            return Arc::clone(known);
        }
        let settings = Arc::new(settings);
        shared.push(Arc::clone(&settings));
        settings
    }

    /// The certificates in the file `name`, if it was read before.
    pub(super) fn certificates(&self, name: &str) -> Option<Vec<CertificateDer<'static>>> {
        self.certificates.borrow().get(name).cloned()
    }

    /// Keeps the `certificates` in the file `name`.
    pub(super) fn keep(&self, name: &str, certificates: &[CertificateDer<'static>]) {
        self.certificates.borrow_mut().insert(name.to_owned(), certificates.to_vec());
    }
}
