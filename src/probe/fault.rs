//! Why an attempt did not succeed: by the target's fault, or by our own.
//! Errors are told apart by their types, never by their texts.

use std::io;

use crate::model::detail::{ConnectionDetail, Detail, OwnDetail, PeerName};
use crate::model::observation::{Failure, Reason};
use crate::os::shortage;

use super::tls;

/// Why an attempt did not succeed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The target does not work.
    Theirs(Failure),
    /// The prober could not find out, and this is why.
    Ours(Detail),
}

impl Fault {
    /// The target's fault.
    pub(super) fn theirs(reason: Reason, detail: impl Into<Detail>) -> Self {
        Self::Theirs(Failure { reason, detail: detail.into() })
    }

    /// The prober could not find out, because of `why`.
    pub(super) fn ours(why: impl Into<Detail>) -> Self {
        Self::Ours(why.into())
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Theirs(failure)
    }
}

/// The fault if a connection to `whom` broke.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of errors are those of the standard library, which adds some"
)]
pub(super) fn broken(error: &io::Error, whom: impl Into<PeerName>) -> Fault {
    if is_ours(error) {
        return ours(error);
    }
    let peer = whom.into();
    if let Some(error) = tls::tls_error(error) {
        return tls::failed(error, &peer.host);
    }
    match error.kind() {
        io::ErrorKind::TimedOut => {
            Fault::theirs(Reason::Timeout, ConnectionDetail::StoppedAnswering { peer })
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            Fault::theirs(Reason::Unreachable, ConnectionDetail::BecameUnreachable { peer })
        }
        io::ErrorKind::UnexpectedEof => cut_off(peer),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            let why = error.to_string();
            Fault::theirs(Reason::Protocol, ConnectionDetail::BrokeProtocol { peer, why })
        }
        // `ErrorKind` is non-exhaustive; whatever else ends a connection ended it too early.
        _ => Fault::theirs(Reason::Reset, ConnectionDetail::ResetEarly { peer }),
    }
}

/// The fault if an answer is cut off.
pub(super) fn cut_off(whom: impl Into<PeerName>) -> Fault {
    Fault::theirs(Reason::Reset, ConnectionDetail::ClosedEarly { peer: whom.into() })
}

/// An error that says nothing about the target.
pub(super) fn ours(error: &io::Error) -> Fault {
    Fault::ours(OwnDetail::Failed { why: error.into() })
}

/// Whether the machine, and not the network, ran out of something.
pub(super) fn is_ours(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::OutOfMemory | io::ErrorKind::AddrInUse | io::ErrorKind::AddrNotAvailable
    ) || shortage(error).is_some()
}
