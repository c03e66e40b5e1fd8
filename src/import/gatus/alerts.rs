//! `alerts` of an endpoint → `notify`, and how often it must fail.

use crate::import::draft::{Draft, Part, Setting};
use crate::import::duration;
use crate::import::gatus::alerting::Channels;
use crate::import::tree::Table;

/// What Gatus takes unless it is told otherwise.
const FAILURES: u64 = 3;
/// How many successes in a row Gatus waits for before it says that a target works again.
const SUCCESSES: u64 = 2;

/// What the alerts of one endpoint say together.
#[derive(Default)]
struct Together {
    notify: Vec<String>,
    failures: Vec<u64>,
    successes: Vec<u64>,
    reminders: Vec<std::time::Duration>,
}

/// Takes `alerts` of `table` into `part`.
pub(super) fn apply(table: &mut Table, part: &mut Part, channels: &Channels, draft: &mut Draft) {
    let group = part
        .carried
        .iter()
        .find(|it| it.what == "group")
        .and_then(|it| it.ways[0].settings[0].value.as_str().map(str::to_owned));
    let mut together = Together::default();
    for alert in table.list("alerts") {
        let kind = alert.as_str().map(|kind| serde_json::json!({ "type": kind }));
        let alert = kind.unwrap_or(alert);
        let place = format!("{}: alerts", part.name);
        let alert = Table::new(alert, place, &mut draft.report);
        one(alert, group.as_deref(), channels, part, &mut together, draft);
    }
    thresholds(&together, part, draft);
    part.notify = Some(together.notify);
}

fn one(
    mut alert: Table,
    group: Option<&str>,
    channels: &Channels,
    part: &mut Part,
    together: &mut Together,
    draft: &mut Draft,
) {
    let Some(kind) = alert.text("type") else {
        alert.finish(&mut draft.report);
        return;
    };
    let (channel, default) = channels.find(&kind, group);
    for (key, value) in default {
        if !alert.has(key) {
            alert.insert(key, value.clone());
        }
    }
    let is_on = alert.boolean("enabled").unwrap_or(true);
    let failures = alert.number("failure-threshold").filter(|number| *number >= 1.0);
    let successes = alert.number("success-threshold").filter(|number| *number >= 1.0);
    let reminder = alert.peek("minimum-reminder-interval").as_deref().and_then(duration::go);
    if reminder.is_some() {
        alert.take("minimum-reminder-interval");
    }
    if let Some(description) = alert.text("description") {
        let comment = format!("{kind}: {description}");
        draft.report.changed(
            &part.name,
            "description",
            "is a comment: prober's messages have none",
        );
        part.comments.push(comment);
    }
    if alert.boolean("send-on-resolved") == Some(false) {
        let why = "prober always tells that something is up again";
        draft.report.left(&part.name, "send-on-resolved: false", why);
    }
    alert.leave(
        &[("provider-override", "a channel has the same settings for all: make a second channel")],
        &mut draft.report,
    );
    alert.finish(&mut draft.report);
    if !is_on {
        draft.report.left(&part.name, &format!("alert {kind}"), "it is not enabled in Gatus");
        return;
    }
    if !together.notify.contains(&channel) {
        together.notify.push(channel);
    }
    together.failures.push(whole(failures).unwrap_or(FAILURES));
    together.successes.push(whole(successes).unwrap_or(SUCCESSES));
    together.reminders.extend(reminder);
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count that is not negative; as a cast, what is too large is the largest"
)]
fn whole(number: Option<f64>) -> Option<u64> {
    number.map(|number| number as u64)
}

fn thresholds(together: &Together, part: &mut Part, draft: &mut Draft) {
    let differ = |list: &[u64]| list.iter().any(|number| *number != list[0]);
    if differ(&together.failures) || differ(&together.successes) {
        let how = "differ between its alerts; prober has one for a target: the smallest counts";
        draft.report.changed(&part.name, "thresholds", how);
    }
    for (key, list) in
        [("failure_threshold", &together.failures), ("success_threshold", &together.successes)]
    {
        if let Some(least) = list.iter().min() {
            let count = i64::try_from(*least).unwrap_or(i64::MAX);
            part.carry(&key.replace('_', "-"), Setting::new(key, count));
        }
    }
    if let Some(least) = together.reminders.iter().min() {
        part.carry("minimum-reminder-interval", Setting::new("remind", duration::value(*least)));
    }
}
