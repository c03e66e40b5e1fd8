//! What an attempt may use, for tests of its parts.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};

use crate::clock::Clock;
use crate::model::expect::{HttpExpect, StatusRange};
use crate::model::names::TargetName;
use crate::model::off_limits::OffLimits;
use crate::model::target::{
    Cadence, Endpoint, HttpProbe, IpChoice, Protocol, Resolver, TlsSettings, Warn,
};

use super::aside::Aside;
use super::attempt::{Context, Earlier};
use super::fair::{ComputingShare, Turns};
use super::names::Names;
use super::room::Room;
use super::stalls::Stalls;
use super::tls::TlsSetups;

/// What `part` makes of an attempt at `url`, whose host `resolver` knows.
pub(super) async fn within<T>(
    url: &str,
    resolver: Resolver,
    part: impl AsyncFnOnce(&Context<'_>, &HttpProbe) -> T,
) -> T {
    let endpoint = endpoint(url, resolver);
    let Protocol::Http(http) = &endpoint.protocol else { unreachable!("it is made as one") };
    let name = TargetName::new("it");
    let (tls, names, stalls) =
        (TlsSetups::new([(&name, &endpoint)]).unwrap(), Names::new(), Stalls::new());
    let (turns, room, aside, earlier) =
        (Turns::new(), Room::new(1), Aside::new(), Earlier::default());
    let cx = Context {
        endpoint: &endpoint,
        names: &names,
        stalls: &stalls,
        tls: &tls,
        clock: &Clock::System,
        off_limits: &OffLimits::default(),
        earlier: &earlier,
        room: &room,
        aside: &aside,
        share: &ComputingShare::new(false, Duration::from_mins(1), &turns),
    };
    part(&cx, http).await
}

fn endpoint(url: &str, resolver: Resolver) -> Endpoint {
    let http = HttpProbe {
        url: url.parse().unwrap(),
        method: Method::GET,
        headers: HeaderMap::new(),
        digest: None,
        body: None,
        follow_redirects: true,
        tls: Arc::new(TlsSettings::default()),
        proxy: None,
        expect: HttpExpect {
            status: vec![StatusRange { first: 200, last: 299 }],
            body_contains: Vec::new(),
            body_matches: Vec::new(),
            body_not_contains: Vec::new(),
            body_not_matches: Vec::new(),
            headers: Vec::new(),
            headers_not: Vec::new(),
            json: Vec::new(),
            max_body: 1 << 20,
            max_body_strict: false,
            head_only: false,
        },
    };
    Endpoint {
        cadence: Cadence::Every(Duration::from_mins(1)),
        protocol: Protocol::Http(Box::new(http)),
        timeout: Duration::from_secs(30),
        attempts: NonZeroU32::MIN,
        ip: IpChoice::V4,
        resolver: Some(resolver),
        unreachable: false,
        asks_witnesses: true,
        latency_under: None,
        secrets: Arc::new([]),
        warn: Warn { latency_over: None, cert_expires_within: Duration::from_hours(24) },
    }
}
