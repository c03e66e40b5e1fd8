//! What has been built for TLS so far: most targets share it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use rustls_pki_types::CertificateDer;

use crate::model::target::TlsSettings;

/// Bytes of memory that all settings may take together, with the certificates in them.
pub(super) const MEMORY: usize = 32 << 20;

/// What the settings of one target take of that beside their certificates: a list of
/// well-known roots, too.
const SETTING: usize = 16 << 10;

/// Settings to share, and the certificates in files that were read.
#[derive(Default)]
pub(super) struct TlsCache {
    settings: RefCell<Vec<Arc<TlsSettings>>>,
    certificates: RefCell<HashMap<String, Vec<CertificateDer<'static>>>>,
    /// The bytes that all of them take.
    taken: Cell<usize>,
}

impl TlsCache {
    /// One shared value for all settings that equal `settings`; `None` if there is no room
    /// for more of them.
    pub(super) fn share(&self, settings: TlsSettings) -> Option<Arc<TlsSettings>> {
        let mut shared = self.settings.borrow_mut();
        if let Some(known) = shared.iter().find(|known| ***known == settings) {
            return Some(Arc::clone(known));
        }
        // There are only two settings without a file and a name, and most targets have them.
        if settings != (TlsSettings { insecure: settings.insecure, ..TlsSettings::default() }) {
            let client = settings.client.as_ref().map_or(&[][..], |client| &client.chain);
            let pins = size_of_val(settings.pins.as_slice());
            self.take(SETTING + pins + size(&settings.extra_roots) + size(client))?;
        }
        let settings = Arc::new(settings);
        shared.push(Arc::clone(&settings));
        Some(settings)
    }

    /// The certificates in the file `name`, if it was read before.
    pub(super) fn certificates(&self, name: &str) -> Option<Vec<CertificateDer<'static>>> {
        self.certificates.borrow().get(name).cloned()
    }

    /// Keeps the `certificates` in the file `name`; `None` if there is no room for them.
    pub(super) fn keep(&self, name: &str, certificates: &[CertificateDer<'static>]) -> Option<()> {
        self.take(size(certificates))?;
        self.certificates.borrow_mut().insert(name.to_owned(), certificates.to_vec());
        Some(())
    }

    /// Whether there is no room for more, so that no further file need be read.
    pub(super) fn is_full(&self) -> bool {
        self.taken.get() > MEMORY
    }

    /// Takes `bytes`. The first to find too little takes what there is, so that nobody
    /// after it gets any.
    fn take(&self, bytes: usize) -> Option<()> {
        self.taken.set(self.taken.get() + bytes);
        (!self.is_full()).then_some(())
    }
}

fn size(certificates: &[CertificateDer<'_>]) -> usize {
    certificates.iter().map(|certificate| certificate.len()).sum()
}
