//! Many targets at once: none waits for another, none harms another.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prober::clock::Clock;
use prober::model::observation::{Outcome, Reason};
use prober::model::off_limits::OffLimits;
use prober::model::pattern::Pattern;
use prober::model::target::{Endpoint, Protocol, TlsSettings};
use prober::probe::{Prober, Report};
use url::Url;

use crate::support::certificates::Authority;
use crate::support::probes::{
    IMPATIENCE, failure, http, http_saying, http_with, impatient, inconclusive, named, success,
    tcp, tcp_to, tls_settings,
};
use crate::support::server::{Act, Server, answer, gzip, ok};

#[tokio::test]
async fn reports_are_in_the_order_of_the_targets_and_told_as_they_finish() {
    let slow = Server::scripted(|_| vec![Act::Drip(ok(""))]).await;
    let fast = Server::saying(ok("")).await;
    let gone = tcp_to("nope.invalid", 1);
    let targets = [http(&slow.url("/")), http(&fast.url("/")), gone];
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let mut told = Vec::new();
    let reports = prober.round(&targets, None, |place, _| told.push(place)).await;
    success(&reports[0]);
    success(&reports[1]);
    failure(&reports[2], Reason::Dns);
    assert_eq!(told.len(), 3);
    assert_eq!(told[2], 0, "the slow one is the last");
}

#[test]
fn a_round_may_move_between_threads() {
    fn assert_send(_: impl Send) {}
    let prober = Prober::new([], OffLimits::default(), Clock::System).unwrap();
    assert_send(prober.round(&[], None, |_, _| {}));
}

#[tokio::test]
async fn no_targets_are_no_reports() {
    let prober = Prober::new([], OffLimits::default(), Clock::System).unwrap();
    assert!(prober.round(&[], None, |_, _| panic!("nothing to tell")).await.is_empty());
}

#[tokio::test]
async fn a_probe_that_is_not_finished_at_the_deadline_is_inconclusive() {
    let hanging = Server::scripted(|_| vec![Act::Hang]).await;
    let fast = Server::saying(ok("")).await;
    let targets = [http(&hanging.url("/")), http(&fast.url("/"))];
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let deadline = Some(tokio::time::Instant::now() + IMPATIENCE);
    let mut told = 0;
    let reports = prober.round(&targets, deadline, |_, _| told += 1).await;
    assert_eq!(inconclusive(&reports[0]), "the time of this round was up before it answered");
    success(&reports[1]);
    assert_eq!(told, 2);
}

#[tokio::test]
async fn a_probe_with_a_failed_attempt_at_the_deadline_is_a_failure() {
    let hanging = Server::scripted(|_| vec![Act::Hang]).await;
    let mut target = impatient(http(&hanging.url("/")));
    target.attempts = NonZeroU32::MAX;
    let targets = [&target];
    let prober = Prober::new(targets.map(named), OffLimits::default(), Clock::System).unwrap();
    // Within the pause after the first attempt, and within the second one.
    for more in [IMPATIENCE, Duration::from_secs(1) + IMPATIENCE / 2] {
        let deadline = Some(tokio::time::Instant::now() + IMPATIENCE + more);
        let reports = prober.round(&targets, deadline, |_, _| {}).await;
        failure(&reports[0], Reason::Timeout);
        assert_eq!(reports[0].attempts, 1);
    }
}

/// Keeps the processor for so long that nothing else in this test runs meanwhile.
fn keep_the_processor(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// What comes of a target that hangs, with a timeout of 500 ms, where the prober
/// is without a processor for so long of it.
async fn hanging_while_we_are_held_up(time: Duration) -> Report {
    let server = Server::scripted(move |_| {
        keep_the_processor(time);
        vec![Act::Hang]
    })
    .await;
    let mut target = http(&server.url("/"));
    target.timeout = Duration::from_millis(500);
    let prober = Prober::new([named(&target)], OffLimits::default(), Clock::System).unwrap();
    prober.round(&[&target], None, |_, _| {}).await.remove(0)
}

#[tokio::test]
async fn a_timeout_that_passed_while_we_had_no_processor_proves_nothing() {
    for time in [Duration::from_millis(400), Duration::from_millis(1_200)] {
        let report = hanging_while_we_are_held_up(time).await;
        let why = inconclusive(&report);
        assert!(why.starts_with("no answer was read within 500 ms, and for "), "{why}");
        assert!(why.ends_with(" of that the prober itself had no processor"), "{why}");
    }
}

#[tokio::test]
async fn a_timeout_of_which_we_lost_little_is_a_failure() {
    let report = hanging_while_we_are_held_up(Duration::from_millis(100)).await;
    failure(&report, Reason::Timeout);
}

#[tokio::test]
async fn an_answer_that_is_there_when_we_come_back_counts() {
    let server = Server::scripted(|_| {
        keep_the_processor(Duration::from_millis(400));
        vec![Act::Say(ok(""))]
    })
    .await;
    let mut target = http(&server.url("/"));
    target.timeout = Duration::from_secs(1);
    let prober = Prober::new([named(&target)], OffLimits::default(), Clock::System).unwrap();
    success(&prober.round(&[&target], None, |_, _| {}).await[0]);
}

#[tokio::test]
async fn probes_with_tls_wait_before_they_begin_and_not_while_they_are_measured() {
    let home = Authority::new();
    let config = home.issue(&["localhost"], |_| {}).server(&[]);
    let server = Server::tls(config, |_| vec![Act::Say(ok(""))]).await;
    let settings = Arc::new(TlsSettings { extra_roots: vec![home.root()], ..tls_settings() });
    let url = format!("https://localhost:{}/", server.port);
    let target = http_with(&url, |http| http.tls = settings);
    let prober = Prober::new([named(&target)], OffLimits::default(), Clock::System).unwrap();
    let (began, many) = (Instant::now(), [&target; 60]);
    let reports = prober.round(&many, None, |_, _| {}).await;
    let whole = began.elapsed();
    let mut latencies: Vec<_> = reports.iter().map(|report| report.phases.total).collect();
    for report in &reports {
        assert!(success(report).is_empty());
    }
    latencies.sort();
    // Begun at once, each would have waited for half of the others.
    let median = latencies[latencies.len() / 2];
    assert!(median < whole / 6, "{median:?} of {whole:?}");
}

#[tokio::test]
async fn a_target_that_makes_us_panic_harms_no_other() {
    let fast = Server::saying(ok("")).await;
    let mut broken = http(&fast.url("/"));
    // No configuration yields a URL without a host: the probe relies on it.
    let Protocol::Http(probe) = &mut broken.protocol else { unreachable!() };
    probe.url = Url::parse("unix:/run/photos.sock").unwrap();
    let targets = [broken, http(&fast.url("/"))];
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let reports = prober.round(&targets, None, |_, _| {}).await;
    assert_eq!(inconclusive(&reports[0]), "the prober itself failed: it panicked");
    success(&reports[1]);
}

#[tokio::test]
async fn hundreds_that_hang_cost_about_one_timeout() {
    let hanging = Server::scripted(|_| vec![Act::Hang]).await;
    let fast = Server::saying(ok("")).await;
    let mut targets: Vec<Endpoint> = (0..300).map(|_| http(&hanging.url("/"))).collect();
    targets.push(http(&fast.url("/")));
    for target in &mut targets {
        target.timeout = Duration::from_secs(2);
    }
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let began = Instant::now();
    let reports = prober.round(&targets, None, |_, _| {}).await;
    let (last, hung) = reports.split_last().unwrap();
    success(last);
    for report in hung {
        failure(report, Reason::Timeout);
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_flood_delays_nobody_for_long() {
    let flood = Server::scripted(|_| {
        let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        vec![Act::Say(head), Act::Endless(vec![b'x'; 64 << 10])]
    })
    .await;
    let fast = Server::saying(ok("")).await;
    let mut flooded = impatient(http_saying(&flood.url("/"), "never"));
    let Protocol::Http(probe) = &mut flooded.protocol else { unreachable!() };
    probe.expect.max_body = usize::MAX >> 8;
    let targets = [flooded, http(&fast.url("/")), tcp(fast.port)];
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let reports = prober.round(&targets, None, |_, _| {}).await;
    assert!(!matches!(reports[0].outcome, Outcome::Success { .. }));
    success(&reports[1]);
    success(&reports[2]);
    assert!(reports[1].phases.total < IMPATIENCE);
}

#[tokio::test]
async fn a_pattern_that_takes_long_delays_nobody_and_is_no_failure() {
    // Few bytes to read, so that on a busy machine they are read in time, too.
    let letters = gzip("a".repeat(400 << 10).as_bytes());
    let slow = Server::saying(answer("200 OK", &["content-encoding: gzip"], letters)).await;
    let fast = Server::saying(ok("ready ".repeat(1_000))).await;
    let pattern = |url: &str, pattern: &str| {
        http_with(url, |http| http.expect.body_matches.push(Pattern::new(pattern).unwrap()))
    };
    let mut targets: Vec<Endpoint> =
        (0..3).map(|_| impatient(pattern(&slow.url("/"), r"\w{64}\b[^a]"))).collect();
    targets.push(pattern(&fast.url("/"), "(ready ){20}"));
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let began = Instant::now();
    let reports = prober.round(&targets, None, |_, _| {}).await;
    let (last, slow) = reports.split_last().unwrap();
    success(last);
    for report in slow {
        // Of several one may not have had its turn, nor a busy machine a processor for it.
        let why = inconclusive(report);
        assert!(why.contains("within 250 ms"), "{why}");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn large_bodies_are_all_judged_however_many_there_are() {
    let server = Server::saying(ok(format!("{}ready", "x".repeat(600 << 10)))).await;
    let targets: Vec<Endpoint> = (0..30).map(|_| http_saying(&server.url("/"), "ready")).collect();
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    for report in prober.round(&targets, None, |_, _| {}).await {
        success(&report);
    }
}
