//! The rules: each says what must be known for one cause. They exclude each other wherever
//! one failure could look like two causes.

use chrono::TimeDelta;

use super::answers::{is_cut, is_gone, is_silent, status};
use super::facts::{Calling, Facts, Neighbour, Sighting};
use super::line::{is_other_line, is_same_line};
use crate::model::detail::{
    Cause, CertificateDetail, Detail, Front, IpFamily, MAX_NAMED, Moment, NameList,
};
use crate::model::measured::Whereabouts;
use crate::model::observation::{Failure, Reason};
use crate::model::target::IpChoice;

/// Letters of a name that a cause keeps, at most: it is stored with its target for a year.
const MAX_KEPT: usize = 30;

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

/// How long an address is the target's own for sure after it last worked there. Providers give
/// it to another customer soon.
const STILL_ITS_OWN: TimeDelta = TimeDelta::minutes(10);

/// After how long services answer again that were without power for a moment.
const BOOTED: TimeDelta = TimeDelta::minutes(5);

/// Its place called from the address that its name still leads to, and all that has called
/// since it last worked there called from another one. Nobody answers at the old one, and it
/// answers itself at the new one: whoever calls by another way (a telephone, a VPN, a second
/// line) does not bring the services along.
fn address_changed(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| good.home)?;
    let until = good.until?;
    let is_named = facts.is_name && facts.whereabouts.addresses.contains(&good.ip);
    let works_there = facts.of_address().any(|other| other.seen == Sighting::Works);
    if !is_lost(facts) || !is_named || works_there {
        return None;
    }
    // One caller may have left by another way while those that stayed fell silent.
    if facts.calls.iter().any(|call| call.fell_silent() && call.is_from(good.ip)) {
        return None;
    }
    let moved = |call: &Calling<'_>| {
        let from = call.from?;
        let is_new = from.since > until && is_other_line(from.ip, good.ip);
        // Its name may have addresses of both versions of IP.
        let named = facts.whereabouts.addresses.iter();
        let mut alike = named.filter(|named| named.is_ipv4() == from.ip.is_ipv4());
        let is_unnamed = alike.all(|named| is_other_line(from.ip, *named));
        (is_new && is_unnamed).then_some(from)
    };
    let mut calls = facts.calls.iter().filter(|call| call.last > until);
    let first = calls.next()?;
    let from = moved(first)?;
    let agrees =
        |call: &Calling<'_>| moved(call).is_some_and(|other| is_same_line(other.ip, from.ip));
    let answers_there = facts.whereabouts.answers_at == Some(from.ip);
    (calls.all(agrees) && answers_there).then(|| Cause::AddressChanged {
        named: good.ip,
        called: from.ip,
        who: short(first.who),
        since: Moment(from.since),
    })
}

/// A name server says that the name leads nowhere, and something answers at the address at
/// which it worked. A place that calls from elsewhere now may have left it to a stranger.
fn name_gone(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| !good.front)?;
    let address = good.ip;
    let is_fresh = good.until.is_some_and(|until| facts.at - until <= STILL_ITS_OWN);
    let works_there = || facts.of_address().any(|other| other.seen == Sighting::Works);
    let answers = || facts.whereabouts.answers_at == Some(address) || works_there();
    // What called from elsewhere long ago, and never again, says nothing of today.
    let mut calls = facts.calls.iter().filter(|call| call.was_heard).chain(facts.called_since());
    let has_left = good.home && calls.any(|call| call.is_from_elsewhere(address));
    // Where it has an address, the name is another one, to which it redirects.
    let is_own = facts.whereabouts.addresses.is_empty();
    (is_gone(facts.failure) && is_own && is_fresh && !has_left && answers())
        .then_some(Cause::NameGone { address })
}

/// Nothing of the place answers, and no heartbeat of it has called since, although all that
/// called until then should have, and more than once in all.
fn place_dark(facts: &Facts<'_>) -> Option<Cause> {
    let last = facts.calls.iter().map(|call| call.last).max()?;
    let is_quiet = facts.called_since().next().is_none();
    let heard = || facts.calls.iter().filter(|call| call.was_heard);
    let missed = heard().filter_map(|call| call.missed).fold(0, u32::saturating_add);
    let is_known = heard().all(Calling::fell_silent) && missed >= MISSED;
    let is_named = facts.good.is_some_and(|good| facts.whereabouts.addresses.contains(&good.ip));
    (is_place_lost(facts) && is_named && is_quiet && is_known)
        .then_some(Cause::PlaceDark { last: Moment(last) })
}

/// Nothing of the place answers, and it has called since, without having missed a call, from
/// the address that it had and that its name leads to, twice or for long enough. What has just
/// come back from a short power cut calls too, before its services answer.
fn way_in(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| good.home)?;
    let is_named = facts.whereabouts.addresses.contains(&good.ip);
    let latest = facts.called_since().max_by_key(|call| call.last)?;
    let is_steady = latest.from.is_some_and(|from| from.steady <= facts.since);
    // Where it has missed no call, and its last one is so late, there was another before.
    let twice = latest.pause?.min(BOOTED);
    let is_steady = is_steady && latest.last - facts.since >= twice;
    let all_from_home = facts.called_since().all(|call| call.is_from(good.ip));
    (is_place_silent(facts) && is_named && is_steady && all_from_home)
        .then(|| Cause::WayIn { who: short(latest.who), last: Moment(latest.last) })
}

/// All others at the same address answer, its name leads there, and nothing else of the place
/// fails or has fallen silent.
fn one_service(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good?;
    let Whereabouts { addresses, front, elsewhere, .. } = facts.whereabouts;
    // What stands in front of many has the address of all of them.
    let is_fronted = good.front || front.is_some();
    let is_its_own = addresses.contains(&good.ip) && !is_fronted && !elsewhere;
    if !is_its_own || is_told_otherwise(facts.failure) {
        return None;
    }
    let works = |other: &Neighbour<'_>| other.seen == Sighting::Works;
    let all_work = facts.of_address().chain(facts.of_place()).all(works);
    if !all_work || facts.calls.iter().any(Calling::fell_silent) {
        return None;
    }
    let others = list(facts.of_address().map(|other| other.name.to_string()))?;
    Some(Cause::OneService { others })
}

/// A status by which a gateway says that the server behind it does not answer: 502 and 504 say
/// so by their meaning (<https://www.rfc-editor.org/rfc/rfc9110#section-15.6.3>), 52x and 530
/// are Cloudflare's own
/// (<https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/>).
/// 503 is an answer of the server itself as often as not; with 525 and 526, the server behind
/// does answer, and Cloudflare does not like its TLS.
fn upstream(facts: &Facts<'_>) -> Option<Cause> {
    if facts.whereabouts.elsewhere || place_dark(facts).is_some() {
        return None;
    }
    let status = status(facts.failure)?;
    let front = match (facts.whereabouts.front, status) {
        (Some(Front::Cloudflare), _) if is_cut(facts.failure) => Front::Cloudflare,
        (Some(Front::LoadBalancer), 502..=504) => Front::LoadBalancer,
        (_, 502 | 504) => Front::Proxy,
        _ => return None,
    };
    Some(Cause::Upstream { front })
}

/// It is probed over one version of IP, and the same host answers over the other one. prober's
/// own network speaks both: something else works over the same one.
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
    let is_spoken = match own {
        IpFamily::V4 => facts.works_over.v4,
        IpFamily::V6 => facts.works_over.v6,
    };
    (is_lost(facts) && is_spoken && has_other && !works_too).then_some(Cause::OneFamily { works })
}

/// Others reach it.
fn far_only(facts: &Facts<'_>) -> Option<Cause> {
    let from = list(facts.reached_from.iter().map(|vantage| vantage.0.clone()))?;
    facts.failure.reason.is_network().then_some(Cause::FarOnly { from })
}

/// A name as far as it is kept.
fn short(name: &str) -> String {
    if name.chars().count() <= MAX_KEPT {
        return name.to_owned();
    }
    name.chars().take(MAX_KEPT - 1).chain(['…']).collect()
}

/// The first of `names`, and how many more there are; `None` if there are none.
fn list(names: impl Iterator<Item = String>) -> Option<NameList> {
    let mut names: Vec<String> = names.map(|name| short(&name)).collect();
    let more = names.len().saturating_sub(MAX_NAMED);
    names.truncate(MAX_NAMED);
    (!names.is_empty()).then_some(NameList { names, more })
}

/// The server shook hands as far as its certificate, at the address at which it worked. Who
/// shows another certificate may be a stranger who has that address now: then something else
/// of the same server must be seen to work. One for other names may come from anybody.
fn certificate(facts: &Facts<'_>) -> Option<Cause> {
    let good = facts.good.filter(|good| facts.whereabouts.reached == Some(good.ip))?;
    let has_left = facts.called_since().any(|call| call.is_from_elsewhere(good.ip));
    if facts.whereabouts.elsewhere || has_left || is_misnamed(facts.failure) {
        return None;
    }
    let works = |other: &Neighbour<'_>| other.is_of_port && other.seen == Sighting::Works;
    let works_there = facts.of_address().any(works);
    let calls_there = facts.called_since().any(|call| call.is_from(good.ip));
    let is_own = is_expired(facts) && (calls_there || facts.calls.is_empty());
    ((works_there || is_own) && is_its_fault(facts.failure)).then_some(Cause::Certificate {})
}

/// Whether the certificate is for other names.
const fn is_misnamed(failure: &Failure) -> bool {
    matches!(failure.detail, Detail::CertificateName(_))
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

/// Whether nothing answers at any endpoint of the place, of which there are several, or what
/// stands in front of some of them (a tunnel) says so.
fn is_place_lost(facts: &Facts<'_>) -> bool {
    let Whereabouts { reached, front, elsewhere, .. } = facts.whereabouts;
    let is_silent = is_silent(facts.failure) && reached.is_none();
    let is_cut = is_cut(facts.failure) && *front == Some(Front::Cloudflare) && !elsewhere;
    let is_lost = |other: &Neighbour<'_>| matches!(other.seen, Sighting::Silent | Sighting::Cut);
    let is_place = facts.of_place().count() + 1 >= PLACE;
    (is_silent || is_cut) && is_place && facts.of_place().all(is_lost)
}

/// Whether nothing answers at any of them, nothing in front of one either.
fn is_place_silent(facts: &Facts<'_>) -> bool {
    let all_silent = facts.of_place().all(|other| other.seen == Sighting::Silent);
    let is_silent = is_silent(facts.failure) && facts.whereabouts.reached.is_none();
    is_silent && all_silent && facts.of_place().count() + 1 >= PLACE
}
