//! What an outage looks like, in English.

use super::English;
use crate::message::time::Calendar;
use crate::message::words::{Causes, Several as _};
use crate::model::detail::{Cause, Front, IpFamily, NameList};

impl Causes for English {
    fn looks_like(&self, cause: &Cause, is_over: bool, calendar: Calendar) -> String {
        let tense = |now: &'static str, over: &'static str| if is_over { over } else { now };
        let (is, called) = (tense("is", "was"), tense("has called since", "called after"));
        let (says, calls) = (tense("says", "said"), tense("calls", "called"));
        let (answers, works) = (tense("answers", "answered"), tense("works", "worked"));
        let (fails, runs) = (tense("fails", "failed"), tense("runs", "ran"));
        let what = match cause {
            Cause::AddressChanged { named, called, who, since } => format!(
                "its address changed: DNS {says} {named}, {who} {calls} from {called} since {}",
                calendar.time(since.0)
            ),
            Cause::NameGone { address } => {
                format!("only its name {is} gone: the server {answers} at {address}")
            }
            Cause::PlaceDark { last } => format!(
                "power, line, or the one machine there: nothing {answers}, and nothing {called} {}",
                calendar.time(last.0)
            ),
            Cause::WayIn { who, last } => format!(
                "the way in {is} closed (router, port forwarding, provider), or the machine \
                 behind it {is} off: {who} still called at {}",
                calendar.time(last.0)
            ),
            Cause::OneService { others } => {
                let still = tense("still up", "up");
                format!("only this one: {still} at the same address: {}", list(others))
            }
            Cause::Upstream { front } => {
                format!("the server behind {0}: {0} itself {answers}", in_front(*front))
            }
            Cause::OneFamily { works: IpFamily::V4 } => {
                format!("only IPv6 {fails}: over IPv4 it {works}")
            }
            Cause::OneFamily { works: IpFamily::V6 } => {
                format!("only IPv4 {fails}: over IPv6 it {works}")
            }
            Cause::FarOnly { from } => {
                format!("something between here and there: it {is} reached from {}", list(from))
            }
            Cause::Certificate {} => format!("only its certificate: the server {runs}"),
        };
        format!("{}{what}", begin(is_over))
    }

    fn looks_like_in_short(&self, cause: &Cause, is_over: bool) -> String {
        let what = match cause {
            Cause::AddressChanged { .. } => "its address changed",
            Cause::NameGone { .. } => "only its name",
            Cause::PlaceDark { .. } => "power, line, or the one machine there",
            Cause::WayIn { .. } => "the way in, or the machine behind it",
            Cause::OneService { .. } => "only this one",
            Cause::Upstream { .. } => "the server behind a proxy",
            Cause::OneFamily { works: IpFamily::V4 } => "only IPv6",
            Cause::OneFamily { works: IpFamily::V6 } => "only IPv4",
            Cause::FarOnly { .. } => "something on the way there",
            Cause::Certificate {} => "only its certificate",
        };
        format!("{}{what}", begin(is_over))
    }
}

const fn begin(is_over: bool) -> &'static str {
    if is_over { "Looked like " } else { "Looks like " }
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
