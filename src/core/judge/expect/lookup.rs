//! Whether the answer of a name server is as expected. Pure.

use std::net::IpAddr;

use crate::model::detail::{Detail, DnsDetail};
use crate::model::observation::{Failure, Reason};
use crate::model::target::{DnsCode, DnsProbe, DnsType};

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
        let (answered, expected) = (DnsCode::shown(code), wanted.to_string());
        return unmet(DnsDetail::Code { answered, expected });
    }
    let needs_record =
        expect.rcode.is_none() || !expect.answer.is_empty() || !expect.answer_matches.is_empty();
    if records.is_empty() && needs_record {
        let (name, kind) = (dns.name.clone(), dns.kind.to_string());
        return unmet(DnsDetail::NoRecord { name, kind });
    }
    let lacking =
        expect.answer.iter().find(|wanted| !records.iter().any(|it| is_same(dns.kind, it, wanted)));
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

/// Whether two records are the same: names have no case, and a dot at their end or none, and
/// an address may be written in several ways. What is a text is compared as it is.
fn is_same(kind: DnsType, found: &str, wanted: &str) -> bool {
    if matches!(kind, DnsType::Txt | DnsType::Caa) {
        return found == wanted;
    }
    match (found.parse::<IpAddr>(), wanted.trim().parse::<IpAddr>()) {
        (Ok(found), Ok(wanted)) => found == wanted,
        _ => words(found).eq(words(wanted)),
    }
}

/// The numbers and names of a record.
fn words(record: &str) -> impl Iterator<Item = String> {
    let without_dot = |word: &str| word.strip_suffix('.').unwrap_or(word).to_ascii_lowercase();
    record.split_whitespace().map(without_dot)
}
