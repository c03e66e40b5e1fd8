//! What probes see: the truth, less a little. Now and then a probe is lost, or
//! not finished.

use std::time::Duration;

use prober::model::detail::{Detail, LimitDetail};
use prober::model::measured::Whereabouts;
use prober::model::observation::{Outcome, Reason, Warning, WarningKind};
use prober::model::target::{Endpoint, Protocol};
use prober::probe::{Phases, ProbeOnce, Report};
use tokio::time::Instant;

use super::process::Process;
use super::world::{ENDPOINTS, World};

/// What one process looks at endpoints with.
pub(super) struct InventedProber {
    pub(super) world: World,
    pub(super) process: Process,
}

impl ProbeOnce for InventedProber {
    async fn round(
        &self,
        endpoints: &[&Endpoint],
        _deadline: Option<Instant>,
        mut done: impl FnMut(usize, &Report),
    ) -> Vec<Report> {
        let time = self.world.lock().dice.below(3_000);
        self.world.pass(Duration::from_millis(time)).await;
        if self.world.lock().trouble(3) {
            self.process.die().await;
        }
        let reports: Vec<Report> = endpoints.iter().map(|each| self.see(name(each))).collect();
        reports.iter().enumerate().for_each(|(index, report)| done(index, report));
        reports
    }
}

impl InventedProber {
    fn see(&self, name: &'static str) -> Report {
        let mut world = self.world.lock();
        let works = world.works[name];
        let outcome = if world.trouble(20) {
            Outcome::inconclusive("no time left")
        } else if works && !world.trouble(30) {
            let is_slow = world.trouble(100);
            let [took, limit] = [3, 2].map(|seconds| Duration::from_secs(seconds).into());
            let detail = Detail::Limit(LimitDetail::Slow { took, limit });
            let slow = Warning { kind: WarningKind::Slow, detail };
            Outcome::Success { warnings: is_slow.then_some(slow).into_iter().collect() }
        } else {
            let detail = world.detail(name);
            Outcome::failure(Reason::Status, detail)
        };
        world.book.saw(name, &outcome);
        let phases = Phases { total: Duration::from_millis(20), ..Phases::default() };
        let whereabouts = Whereabouts::default();
        Report {
            outcome,
            attempts: 1,
            phases,
            http_status: None,
            cert_expires_at: None,
            whereabouts,
        }
    }
}

/// The target that `endpoint` is of: its host is its name.
fn name(endpoint: &Endpoint) -> &'static str {
    let Protocol::Tcp(tcp) = &endpoint.protocol else { panic!("{endpoint:?}") };
    ENDPOINTS.iter().find(|name| **name == tcp.host).unwrap()
}
