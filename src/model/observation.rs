//! What one probe, ping or signal says about a target: success, failure or no
//! evidence.
//!
//! The reasons are a closed set with stable codes, because dashboards and
//! scripts match on them; each also has words for people. This room knows no
//! protocol and no channel.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::detail::Detail;
use crate::model::lenient;
use crate::model::measured::Measured;
use crate::model::names::TargetName;
use crate::model::witness::Vote;

/// Where a prober runs: an AWS region, or a host name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vantage(pub String);

impl fmt::Display for Vantage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One observation of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The target that it is about.
    pub target: TargetName,
    /// The scheduled instant that it is for. It identifies the observation:
    /// the same tick delivered twice yields the same slot.
    pub slot: DateTime<Utc>,
    /// From where it was made.
    pub vantage: Vantage,
    /// What was seen.
    pub outcome: Outcome,
    /// How long it took, from the name's lookup to the last byte, if that was measured.
    pub latency: Option<Duration>,
    /// What a probe measured; `None` for what was not probed.
    pub measured: Option<Measured>,
    /// What witnesses saw of it, if it failed and some were asked. One that saw nothing
    /// conclusive has no vote.
    pub votes: Vec<Vote>,
}

impl Observation {
    /// The witnesses from which it does not work either.
    #[must_use]
    pub fn agreed_by(&self) -> Vec<Vantage> {
        let agrees = self.votes.iter().filter(|vote| !vote.works);
        agrees.map(|vote| vote.witness.clone()).collect()
    }
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It works; a limit may be crossed all the same.
    Success {
        /// Limits crossed, at most one of each kind.
        warnings: Vec<Warning>,
    },
    /// It does not work.
    Failure(Failure),
    /// No evidence either way: the probe could not be finished, or the fault
    /// is the prober's own.
    Inconclusive {
        /// Why nothing can be said.
        why: Detail,
    },
}

impl Outcome {
    /// A success without warnings.
    #[must_use]
    pub fn success() -> Self {
        Self::Success { warnings: Vec::new() }
    }

    /// A failure for `reason`: what happened is `detail`.
    pub fn failure(reason: Reason, detail: impl Into<Detail>) -> Self {
        Self::Failure(Failure { reason, detail: detail.into() })
    }

    /// No evidence, because of `why`.
    pub fn inconclusive(why: impl Into<Detail>) -> Self {
        Self::Inconclusive { why: why.into() }
    }
}

/// Why a target was judged not to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stable code.
    #[serde(deserialize_with = "known_or_other")]
    pub reason: Reason,
    /// What exactly happened: on one line and of bounded length.
    #[serde(flatten)]
    pub detail: Detail,
}

/// A reason that a newer version stored may be one that is not known here; its
/// detail holds all the same.
fn known_or_other<'de, D: Deserializer<'de>>(reader: D) -> Result<Reason, D::Error> {
    let known: Option<Reason> = lenient::optional(reader)?;
    Ok(known.unwrap_or(Reason::Other))
}

impl Failure {
    /// What happened: the detail, or the reason's words where there is none.
    #[must_use]
    pub fn detail_or_reason(&self) -> Detail {
        if self.detail.is_empty() { self.reason.description().into() } else { self.detail.clone() }
    }

    /// The same in English.
    #[must_use]
    pub fn explain(&self) -> String {
        self.detail_or_reason().to_string()
    }
}

/// A limit that is crossed while the target works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which limit.
    pub kind: WarningKind,
    /// How far it is crossed.
    pub detail: Detail,
}

/// Gives an enum of unit variants its stable code, its words, and the list
/// of all of them, from one table.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $description:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every variant, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code that programs match on.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What the code means, in English.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)+ }
            }
        }
    };
}

coded! {
    /// Why a target does not work: a closed set, whose codes are a contract.
    Reason {
        /// The name could not be resolved.
        Dns = "dns", "name not resolved";
        /// The connection was refused.
        Refused = "refused", "connection refused";
        /// No route to the address.
        Unreachable = "unreachable", "unreachable";
        /// It took longer than the target's timeout.
        Timeout = "timeout", "timed out";
        /// The connection was reset or closed before the answer was complete.
        Reset = "reset", "connection broken off";
        /// The TLS handshake failed, or the certificate is not trusted.
        Tls = "tls", "TLS failed";
        /// The certificate has expired.
        CertExpired = "cert_expired", "certificate expired";
        /// The HTTP status is not among those expected.
        Status = "status", "unexpected status";
        /// Too many redirects, a loop, or one that cannot be followed.
        Redirect = "redirect", "redirect failed";
        /// A header is missing or does not match.
        Header = "header", "unexpected header";
        /// The body does not match.
        Body = "body", "unexpected body";
        /// The body's JSON does not meet an expectation.
        Json = "json", "unexpected JSON";
        /// The answer is larger than allowed.
        TooLarge = "too_large", "answer too large";
        /// It answered as expected, and took too long.
        TooSlow = "too_slow", "answered too slowly";
        /// The peer does not speak the protocol.
        Protocol = "protocol", "protocol error";
        /// The banner is missing or does not match.
        Banner = "banner", "unexpected banner";
        /// The DNS answer does not match.
        Answer = "answer", "unexpected answer";
        /// A heartbeat is overdue by more than its grace.
        Late = "late", "no heartbeat";
        /// The target itself reported that it failed.
        ReportedFailure = "reported_failure", "reported a failure";
        /// A CloudWatch alarm is in ALARM.
        Alarm = "alarm", "alarm";
        /// Errors were reported or logged.
        ErrorsReported = "errors_reported", "errors reported";
        /// It answers, and must not.
        Reachable = "reachable", "reachable, and must not be";
        /// A newer version knew why, and this one has no word for it.
        Other = "other", "failed";
    }
}

/// In English.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}

impl Reason {
    /// Whether the fault may lie in the prober's own network: such failures
    /// count towards blindness.
    #[must_use]
    pub const fn is_network(self) -> bool {
        match self {
            Self::Dns | Self::Refused | Self::Unreachable | Self::Timeout | Self::Reset => true,
            Self::Tls
            | Self::CertExpired
            | Self::Status
            | Self::Redirect
            | Self::Header
            | Self::Body
            | Self::Json
            | Self::TooLarge
            | Self::TooSlow
            | Self::Protocol
            | Self::Banner
            | Self::Answer
            | Self::Late
            | Self::ReportedFailure
            | Self::Alarm
            | Self::ErrorsReported
            | Self::Reachable
            | Self::Other => false,
        }
    }
}

coded! {
    /// A limit that can be crossed while the target works.
    WarningKind {
        /// The certificate expires within the configured time.
        CertExpiring = "cert_expiring", "certificate expires soon";
        /// It answered slower than the configured limit.
        Slow = "slow", "slow";
        /// It is not reached from here, and from elsewhere it is.
        Partial = "partial", "reachable only from elsewhere";
        /// Its probes have been no evidence for an hour or longer.
        Unwatched = "unwatched", "cannot be watched from here";
    }
}
