//! What an outage looks like: a code and its arguments, put into words where it is told.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::argument::{Argument, IpFamily, Moment, NameList};
use super::table::details;

/// Names of others that a cause keeps, at most: records are small.
pub const MAX_NAMED: usize = 3;

details! {
    /// What an outage looks like. `core::diagnose` says what must be known for each; the codes
    /// are a contract.
    Cause {
        /// What stands there calls from another address than its name leads to.
        AddressChanged {
            /// The address that the name leads to, and that worked before.
            named: IpAddr,
            /// The address that calls come from.
            called: IpAddr,
            /// Who calls.
            who: String,
            /// Since when from there.
            since: Moment,
        } = "its address changed: DNS says {named}, {who} calls from {called} since {since}";
        /// The name is gone, and nothing else.
        NameGone {
            /// Where the server answers.
            address: IpAddr,
        } = "only its name is gone: the server answers at {address}";
        /// Nothing that stands there answers, and nothing calls.
        PlaceDark {
            /// When something called last.
            last: Moment,
        } = "power or line: nothing there answers, nothing has called since {last}";
        /// Nothing that stands there answers, and it still calls.
        WayIn {
            /// Who calls.
            who: String,
            /// When last.
            last: Moment,
        } = "the way in is closed (router, port forwarding, provider): {who} still called at {last}";
        /// All others at its address answer.
        OneService {
            /// Who.
            others: NameList,
        } = "only this: at the same address, {others} still works";
        /// What stands in front of it says that it does not answer.
        Upstream {
            /// What that is.
            front: Front,
        } = "{front} answers, the server behind it does not";
        /// It can be reached by one version of IP only.
        OneFamily {
            /// By which.
            works: IpFamily,
        } = "the other version of IP: over {works} it works";
        /// It can be reached from elsewhere.
        FarOnly {
            /// From where.
            from: NameList,
        } = "the way from here: {from} reaches it";
        /// Its certificate, and nothing else.
        Certificate {} = "only its certificate: the server runs";
    }
}

/// What stands in front of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Front {
    /// Cloudflare, by its header `server`.
    Cloudflare,
    /// A load balancer of AWS, by its header `server`.
    LoadBalancer,
    /// Some proxy, by the status.
    Proxy,
}

impl Argument for Front {}

impl fmt::Display for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloudflare => "Cloudflare",
            Self::LoadBalancer => "the load balancer",
            Self::Proxy => "a proxy",
        })
    }
}

impl Cause {
    /// The stable code that programs match on.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AddressChanged { .. } => "address_changed",
            Self::NameGone { .. } => "name_gone",
            Self::PlaceDark { .. } => "place_dark",
            Self::WayIn { .. } => "way_in",
            Self::OneService { .. } => "one_service",
            Self::Upstream { .. } => "upstream",
            Self::OneFamily { .. } => "one_family",
            Self::FarOnly { .. } => "far_only",
            Self::Certificate {} => "certificate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_code_is_the_one_that_is_stored() {
        let named = IpAddr::from([203, 0, 113, 7]);
        let from = NameList { names: Vec::new(), more: 0 };
        for cause in [
            Cause::NameGone { address: named },
            Cause::Upstream { front: Front::Proxy },
            Cause::OneFamily { works: IpFamily::V6 },
            Cause::OneService { others: from.clone() },
            Cause::FarOnly { from },
            Cause::Certificate {},
        ] {
            let stored = serde_json::to_value(&cause).unwrap();
            assert_eq!(stored["code"], cause.code());
            assert_eq!(serde_json::from_value::<Cause>(stored).unwrap(), cause);
        }
    }
}
