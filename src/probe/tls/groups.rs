//! Elliptic curves that are offered to servers but never used.
//!
//! Before TLS 1.3 a server sends a certificate only if the client offers the curve of its
//! key. If any certificate will do, that key is never used.

use std::sync::Arc;

use rustls::crypto::{ActiveKeyExchange, CryptoProvider, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::{NamedGroup, PeerIncompatible, ProtocolVersion};

/// A curve that certificates of private authorities have been seen with. Named last:
/// a server that insists on it for the exchange of keys cannot be spoken with.
#[derive(Debug)]
struct NamedOnly(NamedGroup);

/// The numbers are those of
/// <https://www.iana.org/assignments/tls-parameters/tls-parameters.xhtml>.
static NAMED_ONLY: [NamedOnly; 5] = [
    NamedOnly(NamedGroup::secp521r1),
    // secp256k1.
    NamedOnly(NamedGroup::Unknown(22)),
    // Brainpool's curves of 256, 384 and 512 bits.
    NamedOnly(NamedGroup::Unknown(26)),
    NamedOnly(NamedGroup::Unknown(27)),
    NamedOnly(NamedGroup::Unknown(28)),
];

/// `provider`, which also names the curves that it cannot compute with.
pub(super) fn for_any_certificate(mut provider: CryptoProvider) -> Arc<CryptoProvider> {
    let more = NAMED_ONLY.iter().map(|group| group as &'static dyn SupportedKxGroup);
    provider.kx_groups.extend(more);
    Arc::new(provider)
}

impl SupportedKxGroup for NamedOnly {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, rustls::Error> {
        Err(PeerIncompatible::NoKxGroupsInCommon.into())
    }

    fn name(&self) -> NamedGroup {
        self.0
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version != ProtocolVersion::TLSv1_3
    }
}
