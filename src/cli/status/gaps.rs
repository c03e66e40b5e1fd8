//! What each prober that writes to the store could not see.

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::draw::{BAD, DIM, paint};
use crate::message::time::Calendar;
use crate::model::prober_state::ProberState;
use crate::model::record::Records;
use crate::model::record_key::RecordKey;

/// A line for each prober that is blind, or has been.
pub(super) fn gaps(records: &Records, calendar: Calendar, now: DateTime<Utc>) -> String {
    let own = records.iter().filter_map(|(name, record)| match RecordKey::of(name) {
        RecordKey::Prober(vantage) => Some((vantage, record)),
        RecordKey::Named(_)
        | RecordKey::Reports(_)
        | RecordKey::Alarm(_)
        | RecordKey::Logs(_)
        | RecordKey::Topic(_) => None,
    });
    let lines = own.flat_map(|(vantage, record)| {
        let sight = &record.state.sight;
        let told = [blind(sight, calendar, now), before(sight, calendar)];
        told.into_iter().flatten().map(move |(style, told)| {
            format!("\n  {}\n", paint(style, format!("prober at {vantage} {told}")))
        })
    });
    lines.collect()
}

fn blind(
    sight: &ProberState,
    calendar: Calendar,
    now: DateTime<Utc>,
) -> Option<(anstyle::Style, String)> {
    let since = sight.blind_since?;
    let (instant, how_long) = (calendar.instant(since), calendar.duration(now - since));
    Some((BAD, format!("is blind since {instant} ({how_long})")))
}

/// Those times that are over.
fn before(sight: &ProberState, calendar: Calendar) -> Option<(anstyle::Style, String)> {
    let last = sight.last.as_ref()?;
    let in_all = calendar.duration(TimeDelta::seconds(sight.unseen_s));
    let span = calendar.span(last.from, last.until);
    let told = match sight.times {
        1 => format!("saw nothing once, for {in_all}: {span}"),
        times => format!("saw nothing {times} times, for {in_all} in all; the last time {span}"),
    };
    Some((DIM, told))
}
