//! All that is known of one target.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::StatusContext;
use super::row::{self, Row, took};
use super::view::indented;
use crate::cli::draw::{BOLD, DIM, bars, hours, paint, sparkline};
use crate::cli::table::{self, Cell, shown_width};
use crate::core::judge::deadline;
use crate::core::judge::schedule::{self, Due};
use crate::model::history::{self, DAYS, Day};
use crate::model::names::TargetName;
use crate::model::outage_log::Outages;
use crate::model::state::State;
use crate::model::target::{Cadence, Kind, Target};
use crate::text::duration::{english as duration, written};
use crate::text::visible;

/// Columns before what is known, which its name stands in.
const LABEL: usize = 20;

/// How many outages are shown; `prober outages NAME` has all.
const OUTAGES: usize = 5;

/// Each target of `context`, for a terminal of that `width`, if there is one.
pub(super) fn view(context: &StatusContext<'_>, outages: &Outages, width: Option<usize>) -> String {
    let each = context.targets.iter().map(|target| {
        let lines = One { context, target, outages, width }.lines();
        format!("{}\n", lines.join("\n"))
    });
    each.collect::<Vec<_>>().join("\n")
}

struct One<'a> {
    context: &'a StatusContext<'a>,
    target: &'a Target,
    outages: &'a Outages,
    width: Option<usize>,
}

impl One<'_> {
    fn lines(&self) -> Vec<String> {
        let row = Row::of(self.target, self.context);
        let mut lines = vec![self.heading(&row)];
        lines.extend(indented(&visible(&row.explanation), 5, self.width));
        lines.push(String::new());
        let facts = [
            ("latest probes", self.recent()),
            ("days", self.days()),
            ("uptime", self.uptime()),
            ("near misses", self.near_misses()),
            ("depends on", self.depends_on()),
            ("behind it", self.behind_it()),
            ("tells", self.told()),
            ("next", self.next()),
            ("judged", self.judged()),
        ];
        for (label, fact) in facts {
            lines.extend(self.labelled(label, &fact));
        }
        lines.extend(self.last_outages());
        lines
    }

    fn state(&self) -> &State {
        self.context.state(self.target)
    }

    fn now(&self) -> DateTime<Utc> {
        self.context.now()
    }

    fn heading(&self, row: &Row<'_>) -> String {
        let (sign, style) = row.severity.sign();
        let kind = kind(self.target);
        let about = match &self.target.group {
            Some(group) => format!("{kind}, {}", visible(group)),
            None => kind.to_owned(),
        };
        let (sign, name) = (paint(style, sign), paint(BOLD, visible(&row.name)));
        format!("  {sign}  {name}  {}", paint(DIM, about))
    }

    /// The lines of one fact, with its name before the first.
    fn labelled(&self, label: &str, fact: &[String]) -> Vec<String> {
        let mut lines = Vec::new();
        for line in fact.iter().flat_map(|line| self.fitted(line)) {
            let label = if lines.is_empty() { label } else { "" };
            let room = LABEL - 5;
            lines.push(format!("     {}{line}", paint(DIM, format!("{label:room$}"))));
        }
        lines
    }

    /// A picture stays whole; words are broken.
    fn fitted(&self, line: &str) -> Vec<String> {
        let room = self.width.map_or(usize::MAX, |width| width.saturating_sub(LABEL).max(1));
        if shown_width(line) <= room {
            vec![line.to_owned()]
        } else {
            indented(line, 0, Some(room))
        }
    }

    fn recent(&self) -> Vec<String> {
        let recent = row::measured(self.target, self.state());
        let mut known: Vec<u32> = recent.iter().flatten().copied().collect();
        known.sort_unstable();
        let (Some(lowest), Some(highest)) = (known.first(), known.last()) else {
            return Vec::new();
        };
        let failed = recent.len() - known.len();
        let median = known[known.len() / 2];
        let failed = if failed == 0 { String::new() } else { format!(", {failed} failed (✕)") };
        vec![
            sparkline(recent),
            format!("{} to {}, median {}{failed}", took(*lowest), took(*highest), took(median)),
        ]
    }

    fn known_days(&self) -> &[Day] {
        self.context.memory.days(&self.target.name)
    }

    fn days(&self) -> Vec<String> {
        if self.known_days().is_empty() {
            return Vec::new();
        }
        let room = self.width.map_or(u64::MAX, |width| width.saturating_sub(LABEL) as u64);
        let count = [DAYS, 60, 30, 14].into_iter().find(|days| *days <= room).unwrap_or(7);
        vec![
            bars(self.known_days(), self.now().date_naive(), count),
            format!("{count} days (UTC), today at the right, full is 100 %"),
        ]
    }

    /// The share of successes today, and in each time that is longer and has more days.
    fn uptime(&self) -> Vec<String> {
        let today = self.now().date_naive();
        let mut before = None;
        let mut parts = Vec::new();
        for (days, span) in [(1, "today"), (7, "7 days"), (30, "30 days"), (DAYS, "90 days")] {
            let first = today.checked_sub_days(Days::new(days - 1)).unwrap_or(today);
            let within: Vec<Day> =
                self.known_days().iter().filter(|day| day.date >= first).copied().collect();
            let share = history::uptime(&within).filter(|_| before != Some(within.len()));
            parts.extend(share.map(|share| format!("{span} {share}")));
            before = Some(within.len());
        }
        self.packed(&parts)
    }

    /// `parts` with commas between them, in as many lines as they need; none is broken.
    fn packed(&self, parts: &[String]) -> Vec<String> {
        let room = self.width.map_or(usize::MAX, |width| width.saturating_sub(LABEL + 1));
        let mut lines: Vec<String> = Vec::new();
        for part in parts {
            let fits = |line: &&mut String| shown_width(line) + 2 + shown_width(part) <= room;
            match lines.last_mut().filter(fits) {
                Some(line) => *line += &format!(", {part}"),
                None => lines.push(part.clone()),
            }
        }
        lines
    }

    fn near_misses(&self) -> Vec<String> {
        let Some((since, by_hour)) = self.state().history.near_misses.by_hour(self.now()) else {
            return Vec::new();
        };
        let (count, since) = (by_hour.iter().sum::<u32>(), self.context.calendar.instant(since));
        let zone = self.context.config.timezone.name();
        let failures = if count == 1 { "failure" } else { "failures" };
        vec![
            hours(&by_hour),
            format!(
                "by hour, 0–23 in {zone}: {count} {failures} below the threshold since {since}"
            ),
        ]
    }

    fn depends_on(&self) -> Vec<String> {
        self.names(self.target.depends_on.iter())
    }

    fn behind_it(&self) -> Vec<String> {
        let name = &self.target.name;
        let all = self.context.all().values();
        self.names(all.filter(|each| each.depends_on.contains(name)).map(|each| &each.name))
    }

    /// Names, with what is wrong with each.
    fn names<'n>(&self, names: impl Iterator<Item = &'n TargetName>) -> Vec<String> {
        let each = names.map(|name| {
            let is_down = self.context.memory.state(name).is_some_and(|it| it.incident().is_some());
            let shown = visible(&self.context.name(name));
            if is_down { format!("{shown} (down)") } else { shown }
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() { each } else { vec![each.join(", ")] }
    }

    /// Who is told, and when each was told of the open incident.
    fn told(&self) -> Vec<String> {
        let state = self.state();
        let each = self.target.notify.iter().map(|channel| {
            let Some(incident) = state.incident() else { return channel.to_string() };
            let told = state.told.get(channel).and_then(|told| told.down.as_ref());
            match told.filter(|told| told.incident == incident.since) {
                Some(told) => {
                    format!("{channel} (told at {})", self.context.calendar.instant(told.last_told))
                }
                None => format!("{channel} (not told yet)"),
            }
        });
        let each: Vec<String> = each.collect();
        if each.is_empty() { vec!["nobody".to_owned()] } else { vec![each.join(", ")] }
    }

    /// When something happens to it next, without anybody's doing.
    fn next(&self) -> Vec<String> {
        let (state, now) = (self.state(), self.now());
        let told = match &self.target.kind {
            Kind::Endpoint(endpoint) => {
                let next = match schedule::due(&endpoint.cadence, state.last_slot, now) {
                    Due::Now { .. } => Some("a probe is due now".to_owned()),
                    Due::Later { at } => Some(format!("a probe {}", self.ahead(at))),
                    Due::Never => Some("no probe".to_owned()),
                };
                next.map(|next| format!("{next}{}", every(&endpoint.cadence)))
            }
            Kind::Heartbeat(heartbeat) => deadline::next(self.target, state, None).map(|at| {
                format!("late without a ping {}{}", self.ahead(at), every(&heartbeat.cadence))
            }),
            Kind::Errors(_) => deadline::next(self.target, state, None)
                .filter(|_| state.incident().is_some())
                .map(|at| format!("quiet again {}, if no error comes", self.ahead(at))),
            Kind::Alarm | Kind::Topic | Kind::Off => None,
        };
        told.into_iter().collect()
    }

    fn ahead(&self, at: DateTime<Utc>) -> String {
        let (instant, now) = (self.context.calendar.instant(at), self.now());
        if at <= now {
            format!("at {instant}")
        } else {
            format!("at {instant}, in {}", duration(at - now))
        }
    }

    fn judged(&self) -> Vec<String> {
        if self.target.endpoint().is_none() {
            return Vec::new();
        }
        let policy = self.target.policy;
        let row = |count: u32, what: &str, whats: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {whats} in a row"),
        };
        let (down, up) = (policy.failure_threshold.get(), policy.success_threshold.get());
        let down = row(down, "failure", "failures");
        let up = row(up, "success", "successes");
        vec![format!("down after {down}, up after {up}")]
    }

    /// The newest outages that are over, a line each and the reason below.
    fn last_outages(&self) -> Vec<String> {
        let ours = self.outages.iter().filter(|(name, _)| *name == self.target.name);
        let newest: Vec<_> = ours.clone().take(OUTAGES).map(|(_, outage)| outage).collect();
        if newest.is_empty() {
            return Vec::new();
        }
        let rows: Vec<Vec<Cell>> = newest
            .iter()
            .map(|outage| {
                let span = self.context.calendar.span(outage.since, outage.until);
                vec![Cell::new(span), Cell::new(duration(outage.duration())).right()]
            })
            .collect();
        let mut facts = Vec::new();
        for (outage, line) in newest.iter().zip(table::lines(&rows)) {
            facts.push(line.trim_start().to_owned());
            let why = visible(&self.context.calendar.detail(&outage.failure.detail_or_reason()));
            let calendar = self.context.calendar;
            let looked_like =
                outage.cause.as_ref().map(|cause| visible(&calendar.looks_like(cause, true)));
            for said in std::iter::once(why).chain(looked_like) {
                facts.extend(self.fitted(&said).into_iter().map(|line| paint(DIM, line)));
            }
        }
        let (all, name) = (ours.count(), visible(self.target.name.as_str()));
        let more =
            format!("{} more: prober outages {name} --since 365d", all.saturating_sub(OUTAGES));
        facts.extend((all > OUTAGES).then(|| paint(DIM, more)));
        let mut lines = vec![String::new()];
        lines.extend(self.labelled("last outages", &facts));
        lines
    }
}

/// What kind of target it is, in a word.
pub(super) fn kind(target: &Target) -> &'static str {
    match &target.kind {
        Kind::Endpoint(endpoint) => endpoint.protocol.kind(),
        Kind::Heartbeat(_) => "heartbeat",
        Kind::Errors(_) => "errors",
        Kind::Alarm => "alarm",
        Kind::Topic => "topic",
        Kind::Off => "off",
    }
}

fn every(cadence: &Cadence) -> String {
    match cadence {
        Cadence::Every(interval) => match TimeDelta::from_std(*interval) {
            Ok(interval) => format!("; every {}", duration(interval)),
            Err(_) => format!("; every {}", written(*interval)),
        },
        Cadence::Cron { zone, .. } => format!("; by its schedule, in {}", zone.name()),
    }
}
