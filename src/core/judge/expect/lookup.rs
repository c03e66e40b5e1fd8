//! Whether the answer of a name server is as expected. Pure.

use std::net::IpAddr;

use crate::model::detail::{Detail, DnsDetail};
use crate::model::observation::{Failure, Reason};
use crate::model::target::{DnsCode, DnsProbe};

use super::Quote;

/// Records that a detail shows at most.
const MAX_SHOWN: usize = 8;

/// Whether an answer with this `code` and these `records`, of the type that was asked for,
/// is what `dns` expects.
///
/// # Errors
///
/// The failure for the observation, if it is not.
pub fn answer(
    dns: &DnsProbe,
    code: u16,
    records: &[String],
    quote: Quote<'_>,
) -> Result<(), Failure> {
    let expect = &dns.expect;
    let wanted = expect.rcode.unwrap_or(DnsCode::NoError);
    let unmet = |detail| Err(Failure { reason: Reason::Answer, detail: Detail::Dns(detail) });
    if code != wanted.number() {
        let (answered, expected) = (name_of(code), wanted.to_string());
        return unmet(DnsDetail::Code { answered, expected });
    }
    let needs_record =
        expect.rcode.is_none() || !expect.answer.is_empty() || !expect.answer_matches.is_empty();
    if records.is_empty() && needs_record {
        let (name, kind) = (dns.name.clone(), dns.kind.to_string());
        return unmet(DnsDetail::NoRecord { name, kind });
    }
    let lacking = expect.answer.iter().find(|wanted| !records.iter().any(|it| is_same(it, wanted)));
    let unmatched = expect
        .answer_matches
        .iter()
        .find(|pattern| !records.iter().any(|record| pattern.is_match(record)));
    match lacking.cloned().or_else(|| unmatched.map(ToString::to_string)) {
        None => Ok(()),
        Some(expected) => {
            let shown: Vec<_> = records.iter().take(MAX_SHOWN).map(String::as_str).collect();
            unmet(DnsDetail::OtherRecords { found: quote(&shown.join(", ")), expected })
        }
    }
}

fn name_of(code: u16) -> String {
    let known = DnsCode::ALL.iter().find(|known| known.number() == code);
    known.map_or_else(|| format!("code {code}"), ToString::to_string)
}

/// Whether two records are the same: names have no case, and a dot at their end or none, and
/// an address may be written in several ways.
fn is_same(found: &str, wanted: &str) -> bool {
    match (found.parse::<IpAddr>(), wanted.parse::<IpAddr>()) {
        (Ok(found), Ok(wanted)) => found == wanted,
        _ => found.eq_ignore_ascii_case(wanted.trim().trim_end_matches('.')),
    }
}
