//! `[[maintenance]]` → windows.

use chrono::offset::MappedLocalTime;
use chrono::{DateTime, TimeZone as _, Utc};

use crate::config::build::Surroundings;
use crate::config::mistake::{Mistake, Span};
use crate::config::moment::Moment;
use crate::config::reader::{Located, missing};
use crate::config::toml_key::TomlKey as _;
use crate::config::{cadence, dependencies, raw};
use crate::model::target::{When, Window};

/// The windows of the file.
pub(super) fn build(
    windows: Vec<Located<raw::Maintenance>>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Window> {
    let window = |Located { value: mut own, span, .. }: Located<raw::Maintenance>| {
        if let Some(targets) = own.targets.as_ref().filter(|targets| targets.value.0.is_empty()) {
            let label = "name at least one, or take this out: then it is for all";
            let title = "this window is for no target";
            mistakes.push(Mistake::new(targets.span.clone(), title, label));
        }
        let targets = own.targets.take().map(|targets| dependencies::names(Some(targets)));
        Some(Window { targets, when: when(&own, span, around, mistakes)? })
    };
    windows.into_iter().filter_map(window).collect()
}

/// The two ways to say when, each with both of its keys.
const RECURRING: [&str; 2] = ["schedule", "duration"];
const ONCE: [&str; 2] = ["from", "to"];

fn when(
    own: &raw::Maintenance,
    span: Span,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<When> {
    let gives = |keys: [&str; 2]| keys.iter().any(|key| own.given().contains(key));
    match (gives(RECURRING), gives(ONCE)) {
        (true, true) => mistakes.push(both(own)?),
        (false, false) => {
            let label = "needs `schedule = …` and `duration = …`, or `from = …` and `to = …`";
            mistakes.push(Mistake::new(span, "nothing says when this window is", label));
        }
        (true, false) => {
            let lacks = RECURRING.iter().filter(|key| !own.given().contains(*key));
            mistakes.extend(lacks.map(|key| missing(key, span.clone())));
            return recurring(own, around, mistakes);
        }
        (false, true) => {
            let lacks = ONCE.iter().filter(|key| !own.given().contains(*key));
            mistakes.extend(lacks.map(|key| missing(key, span.clone())));
            return once(own, around, mistakes);
        }
    }
    None
}

fn both(own: &raw::Maintenance) -> Option<Mistake> {
    let place = |keys: [&str; 2]| own.keys().into_iter().find(|(key, _)| keys.contains(key));
    let ((recurring, first), (once, second)) = (place(RECURRING)?, place(ONCE)?);
    let title = format!("`{once}` does not go together with `{recurring}`");
    let label = "a window recurs, or is once: keep one of the two";
    Some(Mistake::new(second, title, label).also(first, "this recurs"))
}

fn recurring(
    own: &raw::Maintenance,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<When> {
    let schedule = cadence::firing(own.schedule.as_ref()?, around, mistakes);
    Some(When::Recurring { schedule, zone: around.zone, duration: own.duration.as_ref()?.value.0 })
}

fn once(
    own: &raw::Maintenance,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<When> {
    // An hour that comes twice is in the window both times.
    let from = own.from.as_ref().and_then(|from| instant(from, around, mistakes)?.earliest());
    let to = own.to.as_ref().and_then(|to| instant(to, around, mistakes)?.latest());
    let (from, to) = (from?, to?);
    if to <= from {
        let (at_from, at_to) = (own.from.as_ref()?, own.to.as_ref()?);
        let mistake = Mistake::new(at_to.span.clone(), "`to` is not after `from`", "must be later");
        mistakes.push(mistake.also(at_from.span.clone(), "the window begins here"));
    }
    Some(When::Once { from, to })
}

fn instant(
    at: &Located<Moment>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<MappedLocalTime<DateTime<Utc>>> {
    let local = match at.value {
        Moment::Exact(instant) => return Some(MappedLocalTime::Single(instant)),
        Moment::Local(local) => local,
    };
    let found = around.zone.from_local_datetime(&local);
    if found.earliest().is_none() {
        let title = format!("this time does not exist in {}", around.zone);
        let label = "clocks go forward over it: write another, or an offset such as +01:00";
        mistakes.push(Mistake::new(at.span.clone(), title, label));
        return None;
    }
    Some(found.map(|local| local.to_utc()))
}
