//! What a probe measured beside whether its target works.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::model::detail::Front;

/// How long each phase of an attempt took; `None` if there was no such phase. With
/// redirects, each is the sum of its parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    /// Resolving the name.
    pub dns: Option<Duration>,
    /// Connecting, through a proxy if there is one.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From the end of the request to the beginning of the answer.
    pub first_byte: Option<Duration>,
    /// The whole attempt.
    pub total: Duration,
}

/// What one probe measured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// How long it took.
    pub phases: Phases,
    /// When the first of all certificates that were needed ends.
    pub cert_expires_at: Option<DateTime<Utc>>,
    /// Where the target was looked for.
    pub whereabouts: Whereabouts,
}

/// Where a target was looked for, and who answered: only of its own host, and not behind a
/// proxy of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The addresses that its host has.
    pub addresses: Vec<IpAddr>,
    /// The one of them with which there was a connection, or that answered.
    pub reached: Option<IpAddr>,
    /// What the answer's header `server` shows to stand in front of the server.
    pub front: Option<Front>,
    /// Whether it redirected to another host, which then failed.
    pub elsewhere: bool,
    /// An address that its name does not lead to, and that answers in its place, as another
    /// look showed: the one at which it last worked, or the one its place calls from.
    pub answers_at: Option<IpAddr>,
}

impl Phases {
    /// The same to the microsecond, as it is stored.
    #[must_use]
    pub fn rounded(self) -> Self {
        let round = |took: Duration| Duration::from_micros(micros(took));
        Self {
            dns: self.dns.map(round),
            connect: self.connect.map(round),
            tls: self.tls.map(round),
            first_byte: self.first_byte.map(round),
            total: round(self.total),
        }
    }

    /// Microseconds: the whole, and then each phase in the order in which they happen.
    #[must_use]
    pub fn stored(self) -> [Option<u64>; 5] {
        let Self { dns, connect, tls, first_byte, total } = self;
        [Some(total), dns, connect, tls, first_byte].map(|took| took.map(micros))
    }

    /// What was stored; nothing where the whole is missing.
    #[must_use]
    pub fn of_stored(micros: [Option<u64>; 5]) -> Option<Self> {
        let [total, dns, connect, tls, first_byte] = micros.map(|us| us.map(Duration::from_micros));
        Some(Self { dns, connect, tls, first_byte, total: total? })
    }
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_to_the_microsecond() {
        let tls = Some(Duration::from_nanos(1_234_567));
        let phases = Phases { tls, total: Duration::from_millis(20), ..Phases::default() };
        assert_eq!(phases.stored(), [Some(20_000), None, None, Some(1234), None]);
        assert_eq!(Phases::of_stored(phases.stored()), Some(phases.rounded()));
        assert_eq!(Phases::of_stored([None, Some(1), None, None, None]), None);
    }
}
