//! What prober says of itself, and what an answer says of those before it.

use chrono::TimeDelta;
use prober::core::announce::Fact;
use prober::message::{Dropped, Notice, OwnAlarm, ShownDiagnostic, Voice, compose, reply};
use prober::model::detail::{LackDetail, StoreDetail};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Failure, Reason, Vantage};
use prober::model::prober_state::{Cause, Gap};
use prober::model::state::{Outage, Receipt};
use prober::model::target::{Lacking, Part};

use super::{
    Language, about, at, in_seoul, incident, is_printed_as_on_file, recovered, speaks_as_on_file,
};

fn alarm(raised: bool) -> Notice {
    Notice::OwnAlarm(OwnAlarm {
        name: "prober-missed-ticks".into(),
        raised,
        reason: "Threshold Crossed: no datapoints were received".into(),
        since: "2026-07-05T05:00:00Z".into(),
    })
}

fn diagnostic(line: usize) -> ShownDiagnostic {
    ShownDiagnostic { line, said: "unknown key `timout`; did you mean `timeout`?".into() }
}

#[tokio::test]
async fn a_broken_configuration() {
    let notice = Notice::BrokenConfig {
        place: "s3://home/probes.toml".into(),
        version: "2".into(),
        diagnostics: (1..=7).map(diagnostic).collect(),
    };
    speaks_as_on_file("broken_config", |voice| notice.compose(voice)).await;
    let notice = Notice::BrokenConfig {
        place: "/etc/prober/probes.toml".into(),
        version: "2".into(),
        diagnostics: vec![diagnostic(9)],
    };
    speaks_as_on_file("broken_config_once", |voice| notice.compose(voice)).await;
}

#[tokio::test]
async fn parts_that_lack_a_secret() {
    let why = |name: &str| LackDetail::Variable { name: name.into() }.into();
    let notice = Notice::Lacking(vec![
        Lacking { part: Part::Channel(ChannelName::new("phone")), why: why("NTFY_TOPIC") },
        Lacking { part: Part::Target(TargetName::new("photos")), why: why("PHOTOS_TOKEN") },
        Lacking { part: Part::Watchdog, why: why("WATCHDOG_URL") },
        Lacking { part: Part::Inbox, why: why("PING_KEY") },
    ]);
    speaks_as_on_file("lacking", |voice| notice.compose(voice)).await;
}

#[tokio::test]
async fn records_that_cannot_be_read() {
    let problem = |number| {
        let (name, said) = (format!("nas {number}"), "unknown variant `purring`".to_owned());
        (TargetName::new(name.as_str()), StoreDetail::Row { name, said }.into())
    };
    let notice = Notice::UnreadableRecords { problems: (1..=7).map(problem).collect() };
    speaks_as_on_file("unreadable_records", |voice| notice.compose(voice)).await;
}

#[tokio::test]
async fn a_store_that_fails() {
    let fails = |number: u32| {
        let failure = Failure { reason: Reason::Refused, detail: "".into() };
        (TargetName::new(format!("nas {number}")), failure)
    };
    let notice = Notice::StoreFails {
        place: "/var/lib/prober/prober.db".into(),
        problem: StoreDetail::DiskFull { said: "database or disk is full".into() }.into(),
        failing: (1..=7).map(fails).collect(),
    };
    speaks_as_on_file("store_fails", |voice| notice.compose(voice)).await;
}

#[tokio::test]
async fn a_self_check_that_never_answers() {
    let notice = Notice::SelfCheckFails { since: at("2026-07-05T04:00:00Z") };
    speaks_as_on_file("self_check_fails", |voice| notice.compose(voice)).await;
}

#[tokio::test]
async fn a_store_that_works_again() {
    let notice = Notice::StoreWorks { told_at: at("2026-07-05T05:00:00Z") };
    speaks_as_on_file("store_works", |voice| notice.compose(voice)).await;
}

#[tokio::test]
async fn alarms_that_are_dropped() {
    let dropped = |names: &[&str]| {
        Notice::Dropped(Dropped {
            names: names.iter().map(ToString::to_string).collect(),
            heard_at: at("2026-06-05T05:05:00Z"),
            silent_for: TimeDelta::days(30),
        })
    };
    let one = dropped(&["alarm:nas-disk-full"]);
    speaks_as_on_file("alarm_dropped", |voice| one.compose(voice)).await;
    let two = dropped(&["alarm:nas-disk-full", "alarm:nas-cpu-high"]);
    speaks_as_on_file("alarms_dropped", |voice| two.compose(voice)).await;
}

#[tokio::test]
async fn prober_in_trouble() {
    speaks_as_on_file("in_trouble", |voice| alarm(true).compose(voice)).await;
}

#[tokio::test]
async fn prober_out_of_trouble() {
    speaks_as_on_file("out_of_trouble", |voice| alarm(false).compose(voice)).await;
}

fn no_view(cause: Cause) -> Notice {
    let (from, until) = (at("2026-07-05T04:34:00Z"), at("2026-07-05T05:03:00Z"));
    Notice::NoView(Gap { from, until, cause })
}

#[tokio::test]
async fn a_blind_stretch() {
    speaks_as_on_file("no_view", |voice| no_view(Cause::Blind).compose(voice)).await;
}

#[tokio::test]
async fn an_outage_that_nobody_saw_the_whole_of_and_why() {
    let incident = incident("2026-07-05T04:33:00Z", Reason::Timeout, "no answer within 10 s");
    let outage = Outage { unseen_s: 29 * 60, ..Outage::of(&incident, at("2026-07-05T05:03:00Z")) };
    let items = [about("photos", Fact::Recovered(outage))];
    let both =
        |voice: &Voice<'_>| compose(&items, voice).and(no_view(Cause::Missed).compose(voice));
    speaks_as_on_file("recovered_unseen", both).await;
}

#[tokio::test]
async fn a_message_that_was_answered_for_all_that_it_told() {
    let receipt = Receipt { place: "C1".into(), id: "1.2".into(), incidents: 4 };
    let first = |voice: &Voice<'_>| {
        let reply = reply(&[about("photos", recovered())], &[], &receipt, voice);
        *reply.data.reply_to.unwrap().now
    };
    for (file, language) in [
        ("brought_up_to_date.txt", Language::En),
        ("ko/brought_up_to_date.txt", Language::Ko),
        ("zh/brought_up_to_date.txt", Language::Zh),
    ] {
        is_printed_as_on_file(file, &in_seoul(language, first)).await;
    }
}

#[tokio::test]
async fn a_witness_that_means_something_else() {
    let targets = ["photos", "nas"].map(TargetName::new).to_vec();
    let notice = Notice::WitnessDiffers { witness: Vantage("frankfurt".into()), targets };
    speaks_as_on_file("witness_differs", |voice| notice.compose(voice)).await;
}
