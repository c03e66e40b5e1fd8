//! Questions and answers in bytes: <https://www.rfc-editor.org/rfc/rfc1035#section-4>.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use ring::rand::{SecureRandom as _, SystemRandom};
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question as WireQuestion, TYPE};

use crate::model::target::DnsType;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    /// The name, without a dot at the end.
    pub(super) name: &'a str,
    /// What is asked of it.
    pub(super) kind: DnsType,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The code.
    pub(super) code: u16,
    /// The records of the type that was asked for, as zone files write them.
    pub(super) records: Vec<String>,
    /// Whether there is more, which did not fit.
    pub(super) is_cut: bool,
}

/// What was made of bytes that claim to be the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// The answer.
    Answer(Answer),
    /// Its header is right, and the rest cannot be read: what did not fit may be cut off
    /// within a record.
    Unreadable,
}

/// Aliases that are followed at most.
const MAX_ALIASES: usize = 16;

/// A number that nobody can guess, so that nobody else can answer.
pub(super) fn random_id() -> io::Result<u16> {
    let mut bytes = [0; 2];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| io::Error::other("the machine has no random numbers"))?;
    Ok(u16::from_be_bytes(bytes))
}

/// The bytes of a question.
pub(super) fn query(id: u16, question: Question<'_>) -> io::Result<Vec<u8>> {
    let invalid = |error: simple_dns::SimpleDnsError| io::Error::other(error.to_string());
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    let name = Name::new(question.name).map_err(invalid)?;
    let kind = QTYPE::TYPE(TYPE::from(question.kind.number()));
    packet.questions.push(WireQuestion::new(name, kind, QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().map_err(invalid)
}

/// The answer to `question` that `bytes` are; `None` if they are anything else.
pub(super) fn read(bytes: &[u8], id: u16, question: Question<'_>) -> Option<Reading> {
    let [first, second, flags, codes, ..] = *bytes else { return None };
    let is_response = flags & 0x80 != 0;
    if u16::from_be_bytes([first, second]) != id || !is_response {
        return None;
    }
    let Ok(packet) = Packet::parse(bytes) else { return Some(Reading::Unreadable) };
    // Some servers leave the question out of an error.
    let asked = packet.questions.first();
    let is_same = |asked: &WireQuestion<'_>| {
        asked.qtype == QTYPE::TYPE(TYPE::from(question.kind.number()))
            && is_called(&asked.qname, question.name)
    };
    // The library has no numbers for codes that it does not know: the last four bits of
    // the second word.
    let code = u16::from(codes & 0xf);
    if !asked.map_or(code != 0, is_same) {
        return None;
    }
    let name = last_alias(&packet, question.name);
    let of_kind = packet.answers.iter().filter(|record| is_called(&record.name, &name));
    let of_kind = of_kind.filter_map(|record| written(&record.rdata));
    let records = of_kind.filter(|(kind, _)| *kind == question.kind).map(|(_, text)| text);
    let (records, is_cut) = (records.collect(), packet.has_flags(PacketFlag::TRUNCATION));
    Some(Reading::Answer(Answer { code, records, is_cut }))
}

/// The name at which the records of `name` stand: <https://www.rfc-editor.org/rfc/rfc1034#section-3.6.2>.
/// If aliases are what was asked for, that is the name itself, since its alias is a record of it.
fn last_alias(packet: &Packet<'_>, name: &str) -> String {
    let mut name = name.to_owned();
    let asks_for_alias = packet.questions.first().map(|asked| asked.qtype);
    if asks_for_alias == Some(QTYPE::TYPE(TYPE::CNAME)) {
        return name;
    }
    for _ in 0..MAX_ALIASES {
        let alias = packet.answers.iter().find_map(|record| {
            let (kind, alias) = written(&record.rdata)?;
            (kind == DnsType::Cname && is_called(&record.name, &name)).then_some(alias)
        });
        let Some(alias) = alias else { break };
        name = alias;
    }
    name
}

/// Names have no case: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.3>.
fn is_called(found: &Name<'_>, name: &str) -> bool {
    found.to_string().eq_ignore_ascii_case(name)
}

/// A record's type, and the record as a zone file has it, without dots at the ends of names.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library has more types than are asked for")]
fn written(record: &RData<'_>) -> Option<(DnsType, String)> {
    Some(match record {
        RData::A(a) => (DnsType::A, Ipv4Addr::from(a.address).to_string()),
        RData::AAAA(a) => (DnsType::Aaaa, Ipv6Addr::from(a.address).to_string()),
        RData::CNAME(name) => (DnsType::Cname, name.0.to_string()),
        RData::NS(name) => (DnsType::Ns, name.0.to_string()),
        RData::PTR(name) => (DnsType::Ptr, name.0.to_string()),
        RData::MX(mx) => (DnsType::Mx, format!("{} {}", mx.preference, mx.exchange)),
        RData::SRV(srv) => {
            let (priority, weight, port) = (srv.priority, srv.weight, srv.port);
            (DnsType::Srv, format!("{priority} {weight} {port} {}", srv.target))
        }
        RData::TXT(text) => {
            let text = String::try_from(text.clone());
            let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (DnsType::Txt, text.unwrap_or_else(|error| lossy(error.as_bytes())))
        }
        RData::SOA(soa) => {
            let numbers = [soa.refresh, soa.retry, soa.expire].map(|number| number.to_string());
            let (serial, minimum) = (soa.serial, soa.minimum);
            let numbers = numbers.join(" ");
            (DnsType::Soa, format!("{} {} {serial} {numbers} {minimum}", soa.mname, soa.rname))
        }
        RData::CAA(caa) => {
            let value = String::from_utf8_lossy(&caa.value);
            (DnsType::Caa, format!("{} {} \"{value}\"", caa.flag, caa.tag))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUESTION: Question<'_> = Question { name: "home.example", kind: DnsType::A };

    proptest! {
        #[test]
        fn whatever_comes_is_an_answer_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = bytes;
            let query = query(7, QUESTION).unwrap();
            // What is right as far as the question.
            bytes.splice(..0, query.iter().copied());
            bytes[2] |= 0x80;
            bytes[7] = 3;
            read(&bytes, 7, QUESTION);
        }
    }

    #[test]
    fn a_name_that_points_at_itself_is_no_answer() {
        let mut bytes = query(7, QUESTION).unwrap();
        bytes[2] |= 0x80;
        bytes[7] = 1;
        let own = u8::try_from(bytes.len()).unwrap();
        bytes.extend([0xc0, own, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
        assert_eq!(read(&bytes, 7, QUESTION), Some(Reading::Unreadable));
    }

    #[test]
    fn what_was_not_asked_is_not_answered() {
        let mut bytes = query(7, QUESTION).unwrap();
        assert_eq!(read(&bytes, 7, QUESTION), None);
        bytes[2] |= 0x80;
        assert!(read(&bytes, 7, QUESTION).is_some());
        assert_eq!(read(&bytes, 8, QUESTION), None);
        let other = Question { name: "nas.example", ..QUESTION };
        assert_eq!(read(&bytes, 7, other), None);
        let other = Question { kind: DnsType::Mx, ..QUESTION };
        assert_eq!(read(&bytes, 7, other), None);
        assert!(read(&bytes, 7, Question { name: "HOME.Example", ..QUESTION }).is_some());
    }
}
