//! What an outage looks like, in English.

use super::English;
use crate::message::time::Calendar;
use crate::message::words::{Causes, Several as _};
use crate::model::detail::{Cause, Front, IpFamily, NameList};

impl Causes for English {
    fn looks_like(&self, cause: &Cause, calendar: Calendar) -> String {
        let what = match cause {
            Cause::AddressChanged { named, called, who, since } => format!(
                "its address changed: DNS says {named}, {who} calls from {called} since {}",
                calendar.time(since.0)
            ),
            Cause::NameGone { address } => {
                format!("only its name is gone: the server answers at {address}")
            }
            Cause::PlaceDark { last } => format!(
                "power or line: nothing there answers, and nothing has called since {}",
                calendar.time(last.0)
            ),
            Cause::WayIn { who, last } => format!(
                "the way in is closed (router, port forwarding, provider): {who} still called at {}",
                calendar.time(last.0)
            ),
            Cause::OneService { others } => {
                format!("only this one: still up at the same address: {}", list(others))
            }
            Cause::Upstream { front } => {
                format!("the server behind {0}: {0} itself answers", in_front(*front))
            }
            Cause::OneFamily { works: IpFamily::V4 } => "IPv6 only: over IPv4 it works".into(),
            Cause::OneFamily { works: IpFamily::V6 } => "IPv4 only: over IPv6 it works".into(),
            Cause::FarOnly { from } => {
                format!("something between here and there: it is reached from {}", list(from))
            }
            Cause::Certificate {} => "only its certificate: the server runs".into(),
        };
        format!("Looks like {what}")
    }

    fn looks_like_in_short(&self, cause: &Cause) -> String {
        let what = match cause {
            Cause::AddressChanged { .. } => "its address changed",
            Cause::NameGone { .. } => "only its name is gone",
            Cause::PlaceDark { .. } => "power or line",
            Cause::WayIn { .. } => "the way in is closed",
            Cause::OneService { .. } => "only this one",
            Cause::Upstream { .. } => "the server behind a proxy",
            Cause::OneFamily { works: IpFamily::V4 } => "IPv6 only",
            Cause::OneFamily { works: IpFamily::V6 } => "IPv4 only",
            Cause::FarOnly { .. } => "something on the way there",
            Cause::Certificate {} => "only its certificate",
        };
        format!("Looks like {what}")
    }
}

fn list(list: &NameList) -> String {
    let names: Vec<&str> = list.names.iter().map(String::as_str).collect();
    English.list(&names, list.more)
}

const fn in_front(front: Front) -> &'static str {
    match front {
        Front::Cloudflare => "Cloudflare",
        Front::LoadBalancer => "the load balancer",
        Front::Proxy => "the proxy",
    }
}
