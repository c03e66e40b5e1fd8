//! What people read of a time in which nobody looked.

use prober::announce::Fact;
use prober::message::{Message, Notice, Voice};
use prober::observation::{Reason, Vantage};
use prober::sight::{Cause, Stretch};
use prober::state::Outage;
use prober::target::TargetName;

use crate::message::{at, incident, is_on_file, say};

fn no_view(cause: Cause) -> Message {
    let (from, until) = (at("2026-07-05T04:34:00Z"), at("2026-07-05T05:03:00Z"));
    let vantage = Vantage("ap-northeast-2".into());
    let zone = chrono_tz::Asia::Seoul;
    let voice = Voice { zone, vantage: &vantage, now: at("2026-07-05T05:05:00Z") };
    Notice::NoView(Stretch { from, until, cause }).compose(&voice)
}

#[tokio::test]
async fn a_blind_stretch() {
    is_on_file("no_view", &no_view(Cause::Blind)).await;
}

#[tokio::test]
async fn an_outage_that_nobody_saw_the_whole_of_and_why() {
    let incident = incident("2026-07-05T04:33:00Z", Reason::Timeout, "no answer within 10 s");
    let outage = Outage { unseen_s: 29 * 60, ..Outage::of(&incident, at("2026-07-05T05:03:00Z")) };
    let recovered = say(&[(TargetName::new("photos"), Fact::Recovered(outage))]);
    is_on_file("recovered_unseen", &recovered.and(no_view(Cause::Missed))).await;
}
