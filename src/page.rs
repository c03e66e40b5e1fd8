//! The status of everything, for people and programs: a page, JSON, a badge and a feed.
//!
//! Pure. Strangers may read all of it, so it shows names, statuses, times and reasons,
//! and never a URL, an address or a detail, which may quote one; nor a target that is not
//! public.

mod badge;
mod bars;
mod chart;
mod feed;
mod html;
mod json;
mod markup;
mod month;
mod outages;
mod row;
mod uptime;
mod words;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::core::announce::Context;
use crate::message::time::Calendar;
use crate::model::names::TargetName;
use crate::model::outage_log::Outages;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::target::{self, Config, Language, PageSettings, Target};

use self::outages::Listed;
use self::row::{Row, ShownStatus};

pub use self::badge::Badge;
pub use self::html::{login, script_hash, style_hash};
pub use self::json::{Document, TargetLine};
pub use self::month::Month;

/// Up to this many milliseconds a latency is shown: a probe's, but not a backup's.
const SHORT: u64 = 10_000;

/// All targets that are public, at one instant.
#[derive(Debug)]
pub struct Page<'a> {
    /// The instant.
    at: DateTime<Utc>,
    language: Language,
    zone: Tz,
    settings: &'a PageSettings,
    rows: Vec<Row<'a>>,
    /// Newest first.
    outages: Vec<Listed>,
}

/// How all targets together are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Down {
        count: usize,
    },
    Unknown {
        count: usize,
    },
    Warned {
        count: usize,
    },
    /// All others are up.
    Planned {
        count: usize,
    },
    Up,
}

impl<'a> Page<'a> {
    /// What `memory` says at `now` of the targets of `config`, and of the
    /// `discovered` ones, which `config` does not name. Of outages that are over it knows
    /// the last one of each target.
    #[must_use]
    pub fn new(
        config: &'a Config,
        discovered: &'a [Target],
        memory: &'a Remembered,
        now: DateTime<Utc>,
    ) -> Self {
        let is_named = |name: &TargetName| config.targets.iter().any(|target| target.name == *name);
        let discovered: Vec<&Target> =
            discovered.iter().filter(|discovered| !is_named(&discovered.name)).collect();
        let all = config.targets.iter().chain(discovered);
        let shown: Vec<&Target> = all.filter(|target| target.is_public).collect();
        let names = ShownNames::of(shown.iter().map(|target| &target.name));
        let by_name = target::by_name(&config.targets);
        let context = Context::new(&by_name, &config.maintenance, now);
        let row = |target: &&'a Target| Row::of(target, memory, &context, &names);
        let rows = shown.iter().map(row).collect();
        let (language, zone) = (config.language, config.timezone);
        let page =
            Self { at: now, language, zone, settings: &config.page, rows, outages: Vec::new() };
        page.with_outages(&Outages::new())
    }

    /// The same with all outages of `log`.
    #[must_use]
    pub fn with_outages(self, log: &Outages) -> Self {
        Self { outages: outages::listed(&self.rows, log), ..self }
    }

    /// The target that is shown as `name`.
    fn row(&self, name: &str) -> Option<&Row<'a>> {
        self.rows.iter().find(|row| row.name.as_str() == name)
    }

    /// The worst of all, as programs see it.
    fn worst(&self) -> Verdict {
        verdict(self.rows.iter())
    }

    /// The worst of those that are neither in maintenance nor paused.
    fn verdict(&self) -> Verdict {
        let count = self.rows.iter().filter(|row| row.planned.is_some()).count();
        match verdict(self.rows.iter().filter(|row| row.planned.is_none())) {
            Verdict::Up if count > 0 => Verdict::Planned { count },
            verdict @ (Verdict::Down { .. }
            | Verdict::Unknown { .. }
            | Verdict::Warned { .. }
            | Verdict::Planned { .. }
            | Verdict::Up) => verdict,
        }
    }

    /// Milliseconds, in the unit that people take for so many.
    fn took(&self, milliseconds: u64) -> String {
        match u32::try_from(milliseconds) {
            Ok(short) if milliseconds < SHORT => self.words().latency(short),
            Ok(_) | Err(_) => {
                let long = i64::try_from(milliseconds).unwrap_or(i64::MAX / 1000);
                self.calendar().duration(TimeDelta::milliseconds(long.min(i64::MAX / 1000)))
            }
        }
    }

    fn calendar(&self) -> Calendar {
        Calendar::new(self.language, self.zone, self.at)
    }
}

/// The worst of `rows`.
fn verdict<'r, 'a: 'r>(rows: impl Iterator<Item = &'r Row<'a>>) -> Verdict {
    let (mut down, mut unknown, mut warned) = (0, 0, 0);
    for row in rows {
        down += usize::from(matches!(row.status, ShownStatus::Down { .. }));
        unknown += usize::from(row.status.is_unknown());
        warned += usize::from(row.is_warned);
    }
    match (down, unknown, warned) {
        (count @ 1.., _, _) => Verdict::Down { count },
        (0, count @ 1.., _) => Verdict::Unknown { count },
        (0, 0, count @ 1..) => Verdict::Warned { count },
        (0, 0, 0) => Verdict::Up,
    }
}

/// The code of the status that is shown of `target` (`up`, `down` or `unknown`), and since
/// when it is so, if that is known.
#[must_use]
pub fn shown_status(
    target: &Target,
    memory: &Remembered,
    now: DateTime<Utc>,
) -> (&'static str, Option<DateTime<Utc>>) {
    let status = ShownStatus::of(target, memory, now);
    (status.code(), status.since())
}

/// The names under which the targets of `rows` are shown.
fn shown_names(rows: &[Row<'_>]) -> BTreeMap<TargetName, TargetName> {
    rows.iter().map(|row| (row.key.clone(), row.name.clone())).collect()
}
