//! `icmp://`, where the system lets us ping, and where it does not.

use std::num::NonZeroU32;

use prober::model::observation::{Outcome, Reason};
use prober::model::target::{Endpoint, IcmpProbe, IpChoice, Protocol};

use crate::support::probes::{failure, inconclusive, probe, success, target};

fn ping(host: &str, count: u32, answered: u32) -> Endpoint {
    let host = host.to_owned();
    let [count, answered] = [count, answered].map(|number| NonZeroU32::new(number).unwrap());
    target(Protocol::Icmp(IcmpProbe { host, count, answered }))
}

/// Whether this system lets anybody ping, as what it says of itself shows.
fn is_allowed() -> bool {
    let group = rustix::process::getegid().as_raw();
    let range = std::fs::read_to_string("/proc/sys/net/ipv4/ping_group_range").unwrap_or_default();
    let mut limits = range.split_whitespace().filter_map(|limit| limit.parse::<u32>().ok());
    let in_range = limits.next().zip(limits.next()).is_some_and(|(a, b)| (a..=b).contains(&group));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let effective = effective.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or(0);
    // CAP_NET_RAW: <https://man7.org/linux/man-pages/man7/capabilities.7.html>.
    in_range || effective & (1 << 13) != 0
}

#[tokio::test]
async fn a_host_that_answers_pings_is_up_or_the_system_is_said_to_forbid_them() {
    for (host, count, answered) in [("127.0.0.1", 1, 1), ("localhost", 3, 3), ("127.0.0.9", 3, 1)] {
        let mut target = ping(host, count, answered);
        target.ip = IpChoice::V4;
        let report = probe(&target).await;
        if is_allowed() {
            success(&report);
            assert!(report.phases.first_byte.unwrap() <= report.phases.total);
            assert_eq!(report.phases.connect, None);
        } else {
            let why = inconclusive(&report);
            assert!(why.contains("watch a port with tcp://"), "{why}");
        }
    }
}

#[tokio::test]
async fn a_host_without_a_name_or_a_way_is_not_up() {
    let report = probe(&ping("nope.invalid", 1, 1)).await;
    assert!(failure(&report, Reason::Dns).starts_with("nope.invalid could not be resolved"));
    // No packet may go there.
    let report = probe(&ping("255.255.255.255", 2, 1)).await;
    assert!(!matches!(report.outcome, Outcome::Success { .. }), "{:?}", report.outcome);
}
