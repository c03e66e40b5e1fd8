//! What each prober that writes to the store could not see.

use anstyle::Style;
use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::draw::{BAD, DIM};
use crate::message::time::Calendar;
use crate::model::prober_state::ProberState;
use crate::model::record::Records;

/// A note for each prober that is blind, or has been, and how it is painted.
pub(super) fn gaps(
    records: &Records,
    calendar: Calendar,
    now: DateTime<Utc>,
) -> impl Iterator<Item = (Style, String)> {
    records.probers.iter().flat_map(move |(vantage, own)| {
        let told = [blind(&own.state, calendar, now), before(&own.state, calendar)];
        let each = told.into_iter().flatten();
        each.map(move |(style, told)| (style, format!("prober at {} {told}", vantage.0)))
    })
}

fn blind(own: &ProberState, calendar: Calendar, now: DateTime<Utc>) -> Option<(Style, String)> {
    let since = own.blind_since?;
    let (instant, how_long) = (calendar.instant(since), calendar.duration(now - since));
    Some((BAD, format!("is blind since {instant} ({how_long})")))
}

/// Those times that are over.
fn before(own: &ProberState, calendar: Calendar) -> Option<(Style, String)> {
    let last = own.last.as_ref()?;
    let in_all = calendar.duration(TimeDelta::seconds(own.unseen_s));
    let span = calendar.span(last.from, last.until);
    let told = match own.times {
        1 => format!("saw nothing once, for {in_all}: {span}"),
        times => format!("saw nothing {times} times, for {in_all} in all; the last time {span}"),
    };
    Some((DIM, told))
}
