//! What a failure says of whether anybody was there.

use std::net::IpAddr;

use crate::model::detail::{AnswerDetail, ConnectionDetail, Detail, ResolverFault};
use crate::model::observation::{Failure, Reason};

/// Whether nothing at all answered, not even a refusal: no sign of life. What has no data, as
/// of a version before, says nothing.
#[must_use]
pub fn is_silent(failure: &Failure) -> bool {
    let is_unanswered = matches!(
        failure.detail,
        Detail::Connection(
            ConnectionDetail::NoConnectionWithin { .. }
                | ConnectionDetail::Silent { .. }
                | ConnectionDetail::Unreachable { .. }
                | ConnectionDetail::NoAnswerWithin { .. }
                | ConnectionDetail::Unanswered { .. }
                | ConnectionDetail::NoWayForPings { .. }
        )
    );
    is_unanswered && matches!(failure.reason, Reason::Timeout | Reason::Unreachable)
}

/// Whether Cloudflare says that nothing answers behind it, by a status of its own:
/// <https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/>.
/// With 525 and 526, something does, and its TLS is not as it should be.
pub(super) fn is_cut(failure: &Failure) -> bool {
    status(failure).is_some_and(|status| matches!(status, 520..=524 | 527 | 530))
}

/// The status that was answered and not expected.
pub(super) fn status(failure: &Failure) -> Option<u16> {
    let Detail::Answer(AnswerDetail::Status { status, .. }) = &failure.detail else { return None };
    Some(status.0)
}

/// The address at which nothing answered, if it is known.
pub(super) fn address(failure: &Failure) -> Option<IpAddr> {
    let Detail::Connection(detail) = &failure.detail else { return None };
    if let ConnectionDetail::NoConnectionWithin { address, .. }
    | ConnectionDetail::Silent { address, .. }
    | ConnectionDetail::Unreachable { address, .. } = detail
    {
        return Some(address.ip());
    }
    None
}

/// Whether a name server said that the name leads nowhere. One that does not answer says
/// nothing of the name.
#[must_use]
pub fn is_gone(failure: &Failure) -> bool {
    let is_none = matches!(
        failure.detail,
        Detail::Connection(
            ConnectionDetail::NoAddress { .. }
                | ConnectionDetail::Unresolved {
                    why: ResolverFault::NoSuchName {} | ResolverFault::NoAddress {},
                    ..
                }
        )
    );
    is_none && failure.reason == Reason::Dns
}
