//! The rules: each says what must be known for one cause. They exclude each other wherever
//! one failure could look like two causes.

use std::net::IpAddr;

use super::answers::{is_gone, is_silent};
use super::facts::{Calling, Facts, Neighbour, Sighting};
use super::line::{is_other_line, is_same_line};
use crate::model::detail::{
    AnswerDetail, Cause, CertificateDetail, Detail, Front, IpFamily, MAX_NAMED, Moment, NameList,
};
use crate::model::observation::{Failure, Reason};
use crate::model::target::IpChoice;

/// A rule.
type Rule = fn(&Facts<'_>) -> Option<Cause>;

/// All of them.
pub(super) const ALL: [Rule; 9] = [
    address_changed,
    name_gone,
    place_dark,
    way_in,
    one_service,
    upstream,
    one_family,
    far_only,
    certificate,
];

/// The fewest endpoints of a place, this one included, of which silence says something of the
/// place: one alone may be a single dead server.
const PLACE: usize = 2;

/// The fewest calls that a place must have missed to be taken for silent: one may be lost.
const MISSED: u32 = 2;

/// Its place called from the address that its name still leads to, and all that has called
/// since it last worked there called from another one. Nobody answers at the old one.
fn address_changed(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| good.home)?;
    let until = good.until?;
    let is_named = facts.is_name && facts.whereabouts.addresses.contains(&good.ip);
    let works_there = facts.of_address().any(|other| other.seen == Sighting::Works);
    if !is_lost(facts) || !is_named || works_there {
        return None;
    }
    let moved = |call: &Calling<'_>| {
        let from = call.from?;
        let is_new = from.since > until && is_other_line(from.ip, good.ip);
        let is_unnamed =
            facts.whereabouts.addresses.iter().all(|named| is_other_line(from.ip, *named));
        (is_new && is_unnamed).then_some(from)
    };
    let mut calls = facts.calls.iter().filter(|call| call.last > until);
    let first = calls.next()?;
    let from = moved(first)?;
    let agrees =
        |call: &Calling<'_>| moved(call).is_some_and(|other| is_same_line(other.ip, from.ip));
    calls.all(agrees).then(|| Cause::AddressChanged {
        named: good.ip,
        called: from.ip,
        who: first.who.to_owned(),
        since: Moment(from.since),
    })
}

/// A name server says that the name leads nowhere, and something answers at the address at
/// which it worked. A place that calls from elsewhere now may have left it to a stranger.
fn name_gone(facts: &Facts<'_>) -> Option<Cause> {
    let address = facts.good?.ip;
    let works_there = || facts.of_address().any(|other| other.seen == Sighting::Works);
    let answers = || facts.whereabouts.last_address_answers || works_there();
    let is_elsewhere =
        |call: &Calling<'_>| call.from.is_some_and(|from| is_other_line(from.ip, address));
    let has_left = facts.good.is_some_and(|good| good.home) && facts.calls.iter().any(is_elsewhere);
    // Where it has an address, the name is another one, to which it redirects.
    let is_own = facts.whereabouts.addresses.is_empty();
    (is_gone(facts.failure) && is_own && !has_left && answers())
        .then_some(Cause::NameGone { address })
}

/// Nothing of the place answers, and no heartbeat of it has called since, although all should
/// have, and more than once in all.
fn place_dark(facts: &Facts<'_>) -> Option<Cause> {
    let last = facts.calls.iter().map(|call| call.last).max()?;
    let is_quiet = facts.called_since().next().is_none();
    let missed = || facts.calls.iter().filter_map(|call| call.missed);
    let is_known = missed().all(|missed| missed > 0) && missed().sum::<u32>() >= MISSED;
    let is_named = facts.good.is_some_and(|good| facts.whereabouts.addresses.contains(&good.ip));
    (is_place_silent(facts) && is_named && is_quiet && is_known)
        .then_some(Cause::PlaceDark { last: Moment(last) })
}

/// Nothing of the place answers, and it has called since, without having missed a call, from
/// the address that it had and that its name leads to. What has just come back from a short
/// power cut calls too, before its services answer.
fn way_in(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| good.home)?;
    let is_named = facts.whereabouts.addresses.contains(&good.ip);
    let is_from_home =
        |call: &Calling<'_>| call.from.is_some_and(|from| is_same_line(from.ip, good.ip));
    let latest = facts.called_since().max_by_key(|call| call.last)?;
    let is_steady = latest.from.is_some_and(|from| from.steady <= facts.since);
    let all_from_home = facts.called_since().all(is_from_home);
    (is_place_silent(facts) && is_named && is_steady && all_from_home)
        .then(|| Cause::WayIn { who: latest.who.to_owned(), last: Moment(latest.last) })
}

/// Others at the same address answer, its name leads there, and nothing else there fails.
fn one_service(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good?;
    let is_there = facts.whereabouts.addresses.contains(&good.ip);
    // What stands in front of many has the address of all of them.
    let is_fronted = facts.whereabouts.front.is_some();
    if !is_there || is_fronted || is_told_otherwise(facts.failure) {
        return None;
    }
    let is_broken =
        |other: &Neighbour<'_>| matches!(other.seen, Sighting::Silent | Sighting::Fails);
    if facts.of_address().chain(facts.of_place()).any(is_broken) {
        return None;
    }
    let works = |other: &&Neighbour<'_>| other.seen == Sighting::Works;
    let others = list(facts.of_address().filter(works).map(|other| other.name.to_string()))?;
    Some(Cause::OneService { others })
}

/// A status by which a gateway says that the server behind it does not answer: 502 and 504 say
/// so by their meaning (<https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3>), 52x and 530
/// are Cloudflare's own
/// (<https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/>).
/// 503 is an answer of the server itself as often as not.
fn upstream(facts: &Facts<'_>) -> Option<Cause> {
    let status = status(facts.failure)?;
    let front = match (facts.whereabouts.front, status) {
        (Some(Front::Cloudflare), 520..=527 | 530) => Front::Cloudflare,
        (Some(Front::LoadBalancer), 502..=504) => Front::LoadBalancer,
        (_, 502 | 504) => Front::Proxy,
        _ => return None,
    };
    Some(Cause::Upstream { front })
}

/// It is probed over one version of IP, and the same host answers over the other one.
fn one_family(facts: &Facts<'_>) -> Option<Cause> {
    let works = match facts.ip {
        IpChoice::V4 => IpFamily::V6,
        IpChoice::V6 => IpFamily::V4,
        IpChoice::Any => return None,
    };
    let is_over = |other: &Neighbour<'_>, family: IpFamily| {
        other.seen == Sighting::Works
            && other.good.is_some_and(|good| IpFamily::from(good.ip) == family)
    };
    let has_other = facts.neighbours.iter().any(|it| it.is_of_host && is_over(it, works));
    let own = match works {
        IpFamily::V4 => IpFamily::V6,
        IpFamily::V6 => IpFamily::V4,
    };
    let works_too =
        facts.neighbours.iter().any(|it| (it.is_of_host || it.is_of_place) && is_over(it, own));
    (is_lost(facts) && has_other && !works_too).then_some(Cause::OneFamily { works })
}

/// Others reach it.
fn far_only(facts: &Facts<'_>) -> Option<Cause> {
    let from = list(facts.reached_from.iter().map(|vantage| vantage.0.clone()))?;
    facts.failure.reason.is_network().then_some(Cause::FarOnly { from })
}

/// The first of `names`, and how many more there are; `None` if there are none.
fn list(names: impl Iterator<Item = String>) -> Option<NameList> {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(MAX_NAMED);
    names.truncate(MAX_NAMED);
    (!names.is_empty()).then_some(NameList { names, more })
}

/// The server shook hands as far as its certificate, at the address at which it worked. Who
/// shows a certificate for other names may be a stranger who has that address now: then the
/// place must be known to be there still.
fn certificate(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| facts.whereabouts.reached == Some(good.ip))?;
    let is_from = |call: &Calling<'_>, same: fn(IpAddr, IpAddr) -> bool| {
        call.from.is_some_and(|from| same(from.ip, good.ip))
    };
    if facts.called_since().any(|call| is_from(call, is_other_line)) {
        return None;
    }
    let calls_there = facts.called_since().any(|call| is_from(call, is_same_line));
    let works_there = facts.of_address().any(|other| other.seen == Sighting::Works);
    let is_known = calls_there || works_there || (facts.calls.is_empty() && is_expired(facts));
    (is_known && is_its_fault(facts.failure)).then_some(Cause::Certificate {})
}

/// Whether it shows the certificate of its name, which has expired: no stranger has that.
fn is_expired(facts: &Facts<'_>) -> bool {
    facts.failure.reason == Reason::CertExpired
}

/// Whether a certificate itself is at fault, and not a clock or a limit of prober's own.
fn is_its_fault(failure: &Failure) -> bool {
    let is_ours = matches!(
        failure.detail,
        Detail::Certificate(
            CertificateDetail::NotYetValid { .. }
                | CertificateDetail::NotYet { .. }
                | CertificateDetail::Uncheckable { .. }
        )
    );
    is_of_certificate(failure) && !is_ours
}

/// Whether the handshake failed for the certificate alone.
const fn is_of_certificate(failure: &Failure) -> bool {
    matches!(
        failure.detail,
        Detail::Certificate(_) | Detail::CertificateName(_) | Detail::CertificateIssuer(_)
    )
}

/// Whether nothing answers at its own address: no connection, or none that holds.
fn is_lost(facts: &Facts<'_>) -> bool {
    let is_broken = matches!(facts.failure.reason, Reason::Refused | Reason::Reset);
    facts.whereabouts.reached.is_none() && (is_silent(facts.failure) || is_broken)
}

/// Whether the failure has a rule of its own that says more.
fn is_told_otherwise(failure: &Failure) -> bool {
    let is_gateway = status(failure).is_some_and(|status| matches!(status, 502 | 504 | 520..=530));
    is_of_certificate(failure)
        || is_gateway
        || matches!(failure.reason, Reason::Dns | Reason::CertExpired | Reason::Reachable)
}

/// Whether nothing answers at any endpoint of the place, of which there are several.
fn is_place_silent(facts: &Facts<'_>) -> bool {
    let all_silent = facts.of_place().all(|other| other.seen == Sighting::Silent);
    let is_silent = is_silent(facts.failure) && facts.whereabouts.reached.is_none();
    is_silent && all_silent && facts.of_place().count() + 1 >= PLACE
}

/// The status that was answered and not expected.
fn status(failure: &Failure) -> Option<u16> {
    let Detail::Answer(AnswerDetail::Status { status, .. }) = &failure.detail else { return None };
    Some(status.0)
}
