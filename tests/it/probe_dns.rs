//! `dns://`, and targets with a resolver of their own.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use prober::model::observation::{Outcome, Reason};
use prober::model::pattern::Pattern;
use prober::model::target::{
    DnsCode, DnsExpect, DnsProbe, DnsType, Endpoint, IpChoice, Protocol, Resolver,
};
use simple_dns::rdata::{A, AAAA, CAA, CNAME, MX, NS, PTR, RData, SOA, SRV, TXT};
use simple_dns::{CLASS, CharacterString, Name, Packet, PacketFlag, QTYPE, ResourceRecord, TYPE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

use crate::support::certificates::self_signed;
use crate::support::probes::{
    configured, failure, http, impatient, inconclusive, probe, success, target, tcp_to,
};
use crate::support::server::{Server, ok};

/// What a name server does with a question.
type Does = dyn Fn(&[u8], bool) -> Vec<Vec<u8>> + Send + Sync;

/// A name server that sends what `does` makes of a question, which comes over TCP or not.
/// Over TCP only the first is sent.
pub(crate) async fn serving(
    does: impl Fn(&[u8], bool) -> Vec<Vec<u8>> + Send + Sync + 'static,
) -> u16 {
    let does: Arc<Does> = Arc::new(does);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let socket = UdpSocket::bind(address).await.unwrap();
    let over_udp = Arc::clone(&does);
    tokio::spawn(async move {
        let mut buffer = [0; 4096];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
            for answer in over_udp(&buffer[..length], false) {
                socket.send_to(&answer, from).await.ok();
            }
        }
    });
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let does = Arc::clone(&does);
            tokio::spawn(async move {
                let length = stream.read_u16().await.unwrap_or(0);
                let mut query = vec![0; length.into()];
                stream.read_exact(&mut query).await.ok()?;
                let answer = does(&query, true).into_iter().next()?;
                let length = u16::try_from(answer.len()).unwrap();
                stream.write_all(&[&length.to_be_bytes()[..], &answer].concat()).await.ok()
            });
        }
    });
    address.port()
}

/// An answer with this code and these records of the name that was asked for.
pub(crate) fn answer(query: &[u8], code: u8, records: &[RData<'static>]) -> Vec<u8> {
    let mut packet = Packet::parse(query).unwrap().into_reply();
    let name = packet.questions[0].qname.clone();
    for record in records {
        packet.answers.push(ResourceRecord::new(name.clone(), CLASS::IN, 60, record.clone()));
    }
    let mut bytes = packet.build_bytes_vec().unwrap();
    bytes[3] = (bytes[3] & 0xf0) | code;
    bytes
}

fn name(text: &'static str) -> Name<'static> {
    Name::new(text).unwrap()
}

fn address(last: u8) -> RData<'static> {
    RData::A(A { address: u32::from_be_bytes([192, 0, 2, last]) })
}

fn asking(port: u16, kind: DnsType, expect: DnsExpect) -> Endpoint {
    let (host, name) = ("127.0.0.1".to_owned(), "home.example".to_owned());
    target(Protocol::Dns(Box::new(DnsProbe { host, port, tls: None, name, kind, expect })))
}

fn expecting(answer: &[&str], patterns: &[&str], rcode: Option<DnsCode>) -> DnsExpect {
    DnsExpect {
        rcode,
        answer: answer.iter().map(|&text| text.to_owned()).collect(),
        answer_matches: patterns.iter().map(|text| Pattern::new(text).unwrap()).collect(),
    }
}

#[tokio::test]
async fn an_answer_must_have_the_records_that_are_expected() {
    let port = serving(|query, _| vec![answer(query, 0, &[address(1), address(2)])]).await;
    let ask = |expect| asking(port, DnsType::A, expect);
    success(&probe(&ask(DnsExpect::default())).await);
    success(&probe(&ask(expecting(&["192.0.2.2", "192.0.2.1"], &["\\.2$"], None))).await);
    let report = probe(&ask(expecting(&["192.0.2.3"], &[], None))).await;
    let expected = "the records are 192.0.2.1, 192.0.2.2, expected 192.0.2.3";
    assert_eq!(failure(&report, Reason::Answer), expected);
    let report = probe(&ask(expecting(&[], &["^10\\."], None))).await;
    let expected = "the records are 192.0.2.1, 192.0.2.2, expected ^10\\.";
    assert_eq!(failure(&report, Reason::Answer), expected);
    let report = probe(&ask(expecting(&[], &[], Some(DnsCode::NxDomain)))).await;
    assert_eq!(failure(&report, Reason::Answer), "answered NOERROR, expected NXDOMAIN");
}

#[tokio::test]
async fn a_name_that_must_not_be_there_is_not() {
    let port = serving(|query, _| vec![answer(query, 3, &[])]).await;
    success(&probe(&asking(port, DnsType::A, expecting(&[], &[], Some(DnsCode::NxDomain)))).await);
    let report = probe(&asking(port, DnsType::A, DnsExpect::default())).await;
    assert_eq!(failure(&report, Reason::Answer), "answered NXDOMAIN, expected NOERROR");
}

#[tokio::test]
async fn a_name_without_a_record_of_that_type_is_down_unless_only_the_code_counts() {
    // The alias alone is no address.
    let port =
        serving(|query, _| vec![answer(query, 0, &[RData::CNAME(CNAME(name("nas.example")))])])
            .await;
    let report = probe(&asking(port, DnsType::Aaaa, DnsExpect::default())).await;
    assert_eq!(failure(&report, Reason::Answer), "home.example has no AAAA record");
    let code_alone = expecting(&[], &[], Some(DnsCode::NoError));
    success(&probe(&asking(port, DnsType::Aaaa, code_alone)).await);
}

#[tokio::test]
async fn records_of_every_type_are_read_as_zone_files_have_them() {
    let (mail, ns) = (name("mail.example"), name("ns.example"));
    let soa = SOA {
        mname: ns.clone(),
        rname: name("root.example"),
        serial: 7,
        refresh: 1,
        retry: 2,
        expire: 3,
        minimum: 4,
    };
    let txt = TXT::new().with_string("v=spf1").unwrap().with_string(" -all").unwrap();
    let srv = SRV { priority: 1, weight: 2, port: 5222, target: mail.clone() };
    let caa = CAA { flag: 0, tag: "issue".try_into().unwrap(), value: b"ca.example".into() };
    let v6 = u128::from("2001:db8::1".parse::<std::net::Ipv6Addr>().unwrap());
    for (kind, record, text) in [
        (DnsType::A, address(9), "192.0.2.9"),
        (DnsType::Aaaa, RData::AAAA(AAAA { address: v6 }), "2001:DB8:0::1"),
        (DnsType::Cname, RData::CNAME(CNAME(mail.clone())), "Mail.example."),
        (DnsType::Mx, RData::MX(MX { preference: 10, exchange: mail }), "10  Mail.example."),
        (DnsType::Ns, RData::NS(NS(ns.clone())), "ns.example"),
        (DnsType::Ptr, RData::PTR(PTR(ns)), "ns.example"),
        (DnsType::Soa, RData::SOA(soa), "ns.example. root.example. 7 1 2 3 4"),
        (DnsType::Srv, RData::SRV(srv), "1 2 5222 mail.example"),
        (DnsType::Txt, RData::TXT(txt), "v=spf1 -all"),
        (DnsType::Caa, RData::CAA(caa), "0 issue \"ca.example\""),
    ] {
        let port =
            serving(move |query, _| vec![answer(query, 0, std::slice::from_ref(&record))]).await;
        success(&probe(&asking(port, kind, expecting(&[text], &[], None))).await);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_over_tcp() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let port = serving(move |query, is_tcp| {
        log.lock().unwrap().push(is_tcp);
        let mut bytes = answer(query, 0, if is_tcp { &[RData::A(A { address: 1 })] } else { &[] });
        if !is_tcp {
            let mut packet = Packet::parse(&bytes).unwrap();
            packet.set_flags(PacketFlag::TRUNCATION);
            bytes = packet.build_bytes_vec().unwrap();
        }
        vec![bytes]
    })
    .await;
    success(&probe(&asking(port, DnsType::A, expecting(&["0.0.0.1"], &[], None))).await);
    assert_eq!(*seen.lock().unwrap(), [false, true]);
}

#[tokio::test]
async fn a_question_that_is_lost_is_asked_again() {
    let count = Arc::new(Mutex::new(0));
    let port = serving(move |query, _| {
        let mut count = count.lock().unwrap();
        *count += 1;
        if *count == 1 { Vec::new() } else { vec![answer(query, 0, &[address(1)])] }
    })
    .await;
    success(&probe(&asking(port, DnsType::A, DnsExpect::default())).await);
}

#[tokio::test]
async fn what_others_say_is_not_taken_for_the_answer() {
    let port = serving(|query, _| {
        let mut guessed = answer(query, 0, &[address(66)]);
        guessed[0] ^= 1;
        let mut other = answer(query, 0, &[address(66)]);
        other[14] ^= 1;
        vec![guessed, other, query.to_vec(), vec![0; 3], answer(query, 0, &[address(1)])]
    })
    .await;
    success(&probe(&asking(port, DnsType::A, expecting(&["192.0.2.1"], &[], None))).await);
}

#[tokio::test]
async fn whatever_a_name_server_does_the_probe_ends_in_time() {
    type Row = (Box<Does>, Reason);
    let garbage = |_: &[u8], _| vec![vec![0xff; 300]; 100];
    let wrong_id = |query: &[u8], _| {
        let mut bytes = answer(query, 0, &[]);
        bytes[0] ^= 1;
        vec![bytes; 100]
    };
    let cut_then_garbage = |query: &[u8], is_tcp| {
        let mut bytes = answer(query, 0, &[]);
        bytes[2] |= 2;
        vec![if is_tcp { vec![7; 40] } else { bytes }]
    };
    let cut_then_cut_off = |query: &[u8], is_tcp| {
        let mut bytes = answer(query, 0, &[]);
        bytes[2] |= 2;
        if is_tcp { Vec::new() } else { vec![bytes] }
    };
    let pointers = |query: &[u8], _| {
        let mut bytes = answer(query, 0, &[]);
        bytes[7] = 1;
        let own = u8::try_from(bytes.len()).unwrap();
        bytes.extend([0xc0, own, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
        vec![bytes; 100]
    };
    let rows: Vec<Row> = vec![
        (Box::new(|_: &[u8], _| Vec::new()), Reason::Timeout),
        (Box::new(garbage), Reason::Protocol),
        (Box::new(wrong_id), Reason::Protocol),
        (Box::new(pointers), Reason::Protocol),
        (Box::new(cut_then_garbage), Reason::Protocol),
        (Box::new(cut_then_cut_off), Reason::Reset),
        (Box::new(|query: &[u8], _| vec![answer(query, 2, &[])]), Reason::Answer),
        (Box::new(|query: &[u8], _| vec![answer(query, 15, &[])]), Reason::Answer),
    ];
    for (does, reason) in rows {
        let port = serving(does).await;
        let began = Instant::now();
        failure(&probe(&impatient(asking(port, DnsType::A, DnsExpect::default()))).await, reason);
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn a_port_on_which_no_name_server_is_refuses() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    let report = probe(&asking(port, DnsType::A, DnsExpect::default())).await;
    assert!(failure(&report, Reason::Refused).starts_with("127.0.0.1 refused"));
}

/// The same with a resolver on loopback.
fn resolved_by(port: u16, over_tcp: bool, mut target: Endpoint) -> Endpoint {
    target.resolver = Some(Resolver { over_tcp, host: "127.0.0.1".to_owned(), port });
    target
}

#[tokio::test]
async fn a_target_asks_its_own_resolver_for_addresses() {
    let page = Server::saying(ok("")).await;
    let local = |query: &[u8], _: bool| {
        let is_v4 = Packet::parse(query).unwrap().questions[0].qtype == QTYPE::TYPE(TYPE::A);
        let local = RData::A(A { address: 0x7f00_0001 });
        vec![answer(query, 0, if is_v4 { std::slice::from_ref(&local) } else { &[] })]
    };
    let port = serving(local).await;
    let url = format!("http://no-such-name.invalid:{}/", page.port);
    for over_tcp in [false, true] {
        let report = probe(&resolved_by(port, over_tcp, http(&url))).await;
        success(&report);
        assert!(report.phases.dns.is_some());
    }
    failure(&probe(&http(&url)).await, Reason::Dns);
}

#[tokio::test]
async fn what_its_own_resolver_does_not_know_is_not_resolved() {
    let page = http("http://localhost:1/");
    for (code, said) in [
        (3, "localhost could not be resolved: no such name"),
        (2, "localhost could not be resolved: SERVFAIL"),
        (0, "localhost has no address"),
    ] {
        let port = serving(move |query, _| vec![answer(query, code, &[])]).await;
        let report = probe(&resolved_by(port, false, page.clone())).await;
        assert_eq!(failure(&report, Reason::Dns), said);
    }
    let silent = serving(|_, _| Vec::new()).await;
    let report = probe(&impatient(resolved_by(silent, false, page))).await;
    assert_eq!(failure(&report, Reason::Dns), "the name was not resolved within 250 ms");
}

#[tokio::test]
async fn a_text_is_compared_as_it_is_also_if_it_is_no_utf_8() {
    let text = TXT::new().with_char_string(CharacterString::new(b"K=\xffy.").unwrap());
    let port = serving(move |query, _| vec![answer(query, 0, &[RData::TXT(text.clone())])]).await;
    let ask = |text: &str| asking(port, DnsType::Txt, expecting(&[text], &[], None));
    success(&probe(&ask("K=\u{fffd}y.")).await);
    for other in ["K=\u{fffd}y", "k=\u{fffd}y.", ""] {
        failure(&probe(&ask(other)).await, Reason::Answer);
    }
}

#[tokio::test]
async fn only_the_records_of_the_name_and_of_its_aliases_count() {
    let records = |query: &[u8], aliases: bool| {
        let mut packet = Packet::parse(query).unwrap().into_reply();
        let mut add = |owner: Name<'static>, data| {
            packet.answers.push(ResourceRecord::new(owner, CLASS::IN, 60, data));
        };
        add(name("nas.example"), address(2));
        if aliases {
            // In the order in which nobody would follow them.
            add(name("Www.example"), RData::CNAME(CNAME(name("nas.example"))));
            add(name("home.example"), RData::CNAME(CNAME(name("www.example"))));
        }
        packet.build_bytes_vec().unwrap()
    };
    let port = serving(move |query, _| vec![records(query, true)]).await;
    success(&probe(&asking(port, DnsType::A, expecting(&["192.0.2.2"], &[], None))).await);
    let port = serving(move |query, _| vec![records(query, false)]).await;
    let report = probe(&asking(port, DnsType::A, DnsExpect::default())).await;
    assert_eq!(failure(&report, Reason::Answer), "home.example has no A record");
}

#[tokio::test]
async fn aliases_in_a_circle_lead_nowhere() {
    let port = serving(|query, _| {
        vec![answer(query, 0, &[RData::CNAME(CNAME(name("home.example"))), address(1)])]
    })
    .await;
    success(&probe(&asking(port, DnsType::A, expecting(&["192.0.2.1"], &[], None))).await);
}

#[tokio::test]
async fn an_answer_that_is_cut_within_a_record_is_asked_for_over_tcp() {
    let port = serving(|query, is_tcp| {
        let mut bytes = answer(query, 0, &[address(1)]);
        if !is_tcp {
            bytes[2] |= 2;
            bytes.truncate(bytes.len() - 3);
        }
        vec![bytes]
    })
    .await;
    success(&probe(&asking(port, DnsType::A, expecting(&["192.0.2.1"], &[], None))).await);
}

#[tokio::test]
async fn a_resolver_that_drops_connections_proves_no_closed_port() {
    // A listener whose backlog is full drops what comes, as a firewall does.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = TcpStream::connect(address).await.unwrap();
    let mut target = resolved_by(address.port(), true, impatient(tcp_to("home.example", 22)));
    let report = probe(&target).await;
    let expected = "the name was not resolved within 250 ms";
    assert_eq!(failure(&report, Reason::Dns), expected);
    target.unreachable = true;
    assert_eq!(inconclusive(&probe(&target).await), expected);
}

#[tokio::test]
async fn which_addresses_may_be_used_is_not_said_of_the_resolver() {
    let port = serving(|query, _| vec![answer(query, 3, &[])]).await;
    for over_tcp in [false, true] {
        let mut target = resolved_by(port, over_tcp, tcp_to("home.example", 22));
        target.ip = IpChoice::V6;
        let report = probe(&target).await;
        let expected = "home.example could not be resolved: no such name";
        assert_eq!(failure(&report, Reason::Dns), expected);
    }
}

/// A name server that knows an IPv4 address on loopback, and does this when it is asked for
/// one of IPv6.
async fn knowing_v4(v6: impl Fn(&[u8]) -> Vec<Vec<u8>> + Send + Sync + 'static) -> u16 {
    let local = RData::A(A { address: 0x7f00_0001 });
    serving(move |query, _| {
        let is_v4 = Packet::parse(query).unwrap().questions[0].qtype == QTYPE::TYPE(TYPE::A);
        if is_v4 { vec![answer(query, 0, std::slice::from_ref(&local))] } else { v6(query) }
    })
    .await
}

#[tokio::test]
async fn a_name_server_that_knows_nothing_of_ipv6_takes_no_target_down() {
    let page = Server::saying(ok("")).await;
    let silent = knowing_v4(|_| Vec::new()).await;
    let broken = knowing_v4(|query| vec![answer(query, 2, &[])]).await;
    for port in [silent, broken] {
        let url = format!("http://no-such-name.invalid:{}/", page.port);
        success(&probe(&resolved_by(port, false, http(&url))).await);
    }
}

#[tokio::test]
async fn a_port_must_be_closed_at_addresses_that_are_not_known_too() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let closed = socket.local_addr().unwrap().port();
    let broken = knowing_v4(|query| vec![answer(query, 2, &[])]).await;
    let whole = knowing_v4(|query| vec![answer(query, 0, &[])]).await;
    let mut target = resolved_by(broken, false, tcp_to("home.example", closed));
    target.unreachable = true;
    let expected = "home.example could not be resolved: SERVFAIL";
    assert_eq!(inconclusive(&probe(&target).await), expected);
    let mut target = resolved_by(whole, false, target);
    target.unreachable = true;
    success(&probe(&target).await);
}

#[tokio::test]
async fn a_resolver_that_is_not_there_is_named() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    let report = probe(&resolved_by(port, false, tcp_to("home.example", 22))).await;
    let expected =
        "home.example could not be resolved: the name server 127.0.0.1 cannot be reached";
    assert_eq!(failure(&report, Reason::Dns), expected);
}

/// A name server over TLS that does this with a question: the answer and its length.
async fn over_tls(does: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tls = TlsAcceptor::from(Arc::new(self_signed(&["localhost"], |_| {}).server(&[])));
    let does = Arc::new(does);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (tls, does) = (tls.clone(), Arc::clone(&does));
            tokio::spawn(async move {
                let mut stream = tls.accept(stream).await.ok()?;
                let length = stream.read_u16().await.ok()?;
                let mut query = vec![0; length.into()];
                stream.read_exact(&mut query).await.ok()?;
                stream.write_all(&does(&query)).await.ok()?;
                stream.flush().await.ok()?;
                // What comes then is not our concern, but it is heard to its end.
                stream.read_to_end(&mut Vec::new()).await.ok()
            });
        }
    });
    port
}

fn with_length(answer: &[u8]) -> Vec<u8> {
    [&u16::try_from(answer.len()).unwrap().to_be_bytes()[..], answer].concat()
}

fn encrypted(port: u16, lines: &str) -> Endpoint {
    configured(&format!("dns+tls://localhost:{port}/home.example"), lines)
}

#[tokio::test]
async fn a_name_server_is_asked_over_tls() {
    let port = over_tls(|query| with_length(&answer(query, 0, &[address(1)]))).await;
    let lines = "tls = { insecure = true }\nexpect = { answer = '192.0.2.1' }";
    let report = probe(&encrypted(port, lines)).await;
    success(&report);
    assert!(report.phases.tls.is_some() && report.phases.first_byte.is_some());
    assert!(report.cert_expires_at.is_some());
    failure(&probe(&encrypted(port, "")).await, Reason::Tls);
    let lines = "tls = { insecure = true }\nexpect = { rcode = 'NXDOMAIN' }";
    failure(&probe(&encrypted(port, lines)).await, Reason::Answer);
}

#[tokio::test]
async fn whatever_a_name_server_does_over_tls_the_probe_ends_in_time() {
    type Row = (fn(&[u8]) -> Vec<u8>, Reason);
    let rows: [Row; 5] = [
        (|_| Vec::new(), Reason::Timeout),
        (|_| vec![0xff], Reason::Timeout),
        (|_| vec![0xff; 300], Reason::Timeout),
        (|_| with_length(&[7; 40]), Reason::Protocol),
        (
            |query| {
                let mut bytes = answer(query, 0, &[]);
                bytes[0] ^= 1;
                with_length(&bytes)
            },
            Reason::Protocol,
        ),
    ];
    for (does, reason) in rows {
        let port = over_tls(does).await;
        let mut target = encrypted(port, "tls = { insecure = true }");
        if reason == Reason::Timeout {
            // A handshake takes its time.
            target.timeout = Duration::from_secs(1);
        }
        let began = Instant::now();
        failure(&probe(&target).await, reason);
        assert!(began.elapsed() < Duration::from_secs(20));
    }
    let plain = serving(|query, _| vec![answer(query, 0, &[])]).await;
    let report = probe(&encrypted(plain, "tls = { insecure = true }")).await;
    assert!(matches!(report.outcome, Outcome::Failure(_)), "{report:?}");
}
