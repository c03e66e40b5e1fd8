//! What a failure says of whether anybody was there.

use std::net::IpAddr;

use crate::model::detail::{ConnectionDetail, Detail, ResolverFault};
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
