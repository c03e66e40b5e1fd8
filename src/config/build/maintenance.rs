//! `[[maintenance]]` → windows.

use chrono::offset::MappedLocalTime;
use chrono::{DateTime, TimeZone as _, Utc};

use crate::config::build::context::Context;
use crate::config::build::{cadence, dependencies};
use crate::config::tables::file::Maintenance;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::table::Table as _;
use crate::config::values::datetime::DateAndTime;
use crate::model::target::{When, Window};

/// The windows of the file.
pub(super) fn build(windows: Vec<Located<Maintenance>>, context: &Context<'_>) -> Vec<Window> {
    windows.into_iter().filter_map(|own| window(own, context)).collect()
}

fn window(own: Located<Maintenance>, context: &Context<'_>) -> Option<Window> {
    let Located { value: mut own, span, .. } = own;
    if let Some(targets) = own.targets.given().filter(|targets| targets.value.is_empty()) {
        let label = "name at least one, or take this out: then it is for all";
        let title = "this window is for no target";
        context.report(Diagnostic::new(targets.span.clone(), title, label));
    }
    let targets = own.targets.take().into_value().map(dependencies::names);
    Some(Window { targets, when: when(&own, &span, context)? })
}

/// A window recurs, by `schedule` and `duration`, or is once, by `from` and `to`.
fn when(own: &Maintenance, span: &Span, context: &Context<'_>) -> Option<When> {
    let recurs = !(own.schedule.is_absent() && own.duration.is_absent());
    let is_once = !(own.from.is_absent() && own.to.is_absent());
    match (recurs, is_once) {
        (true, true) => {
            context.report(both(own)?);
            None
        }
        (false, false) => {
            let label = "needs `schedule = …` and `duration = …`, or `from = …` and `to = …`";
            context.report(Diagnostic::new(
                span.clone(),
                "nothing says when this window is",
                label,
            ));
            None
        }
        (true, false) => recurring(own, span, context),
        (false, true) => once(own, span, context),
    }
}

fn both(own: &Maintenance) -> Option<Diagnostic> {
    let place = |keys: [&str; 2]| own.given_keys().into_iter().find(|(key, _)| keys.contains(key));
    let (recurring, first) = place(["schedule", "duration"])?;
    let (once, second) = place(["from", "to"])?;
    let title = format!("`{once}` does not go together with `{recurring}`");
    let label = "a window recurs, or is once: keep one of the two";
    Some(Diagnostic::new(second, title, label).also(first, "this recurs"))
}

fn require<T>(key: &str, field: &Field<T>, span: &Span, context: &Context<'_>) {
    if field.is_absent() {
        context.report(Diagnostic::missing_key(key, span.clone()));
    }
}

fn recurring(own: &Maintenance, span: &Span, context: &Context<'_>) -> Option<When> {
    require("schedule", &own.schedule, span, context);
    require("duration", &own.duration, span, context);
    let schedule = cadence::firing(own.schedule.given()?, context);
    Some(When::Recurring { schedule, zone: context.zone, duration: own.duration.copied()? })
}

fn once(own: &Maintenance, span: &Span, context: &Context<'_>) -> Option<When> {
    require("from", &own.from, span, context);
    require("to", &own.to, span, context);
    // An hour that comes twice is in the window both times.
    let from = own.from.given().and_then(|from| instant(from, context)?.earliest());
    let to = own.to.given().and_then(|to| instant(to, context)?.latest());
    let (from, to) = (from?, to?);
    if to <= from {
        let (at_from, at_to) = (own.from.given()?, own.to.given()?);
        let title = "`to` is not after `from`";
        let diagnostic = Diagnostic::new(at_to.span.clone(), title, "must be later");
        context.report(diagnostic.also(at_from.span.clone(), "the window begins here"));
    }
    Some(When::Once { from, to })
}

fn instant(
    at: &Located<DateAndTime>,
    context: &Context<'_>,
) -> Option<MappedLocalTime<DateTime<Utc>>> {
    let local = match at.value {
        DateAndTime::Instant(instant) => return Some(MappedLocalTime::Single(instant)),
        DateAndTime::Local(local) => local,
    };
    let found = context.zone.from_local_datetime(&local);
    if found.earliest().is_none() {
        let title = format!("this time does not exist in {}", context.zone);
        let label = "clocks go forward over it: write another, or an offset such as +01:00";
        context.report(Diagnostic::new(at.span.clone(), title, label));
        return None;
    }
    Some(found.map(|local| local.to_utc()))
}
