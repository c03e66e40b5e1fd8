//! The whole file, and its tables that are not targets and send nothing.

use std::time::Duration;

use chrono_tz::Tz;

use crate::config::tables::inbound::{
    Alarms, Heartbeat, Inbox, Logs, Page, Reports, Topics, Witness,
};
use crate::config::tables::outbound::{Notify, SelfCheck, Watchdog};
use crate::config::tables::target::{Defaults, Target};
use crate::config::toml::table::tables;
use crate::config::values::alone::Alone;
use crate::config::values::collections::{Named, OneOrMany, Tables};
use crate::config::values::datetime::DateAndTime;
use crate::config::values::name::Reference;
use crate::config::values::strings::FileName;
use crate::model::cron::CronExpression;
use crate::model::target::Language;

tables! {
    /// The whole file.
    File Nothing {
        /// The time zone of messages, pages and cron expressions; UTC unless set.
        timezone: Tz = Optional,
        /// The language of messages and pages; English unless set.
        language: Language = Optional,
        /// Keys for every target that does not set them itself.
        defaults: Defaults = Optional,
        /// The channels to tell: `[notify.NAME]`.
        notify: Named<Notify> = Optional,
        /// What is watched: `[[target]]`, once for each.
        target: Tables<Target> = Optional,
        /// What calls prober: `[[heartbeat]]`, once for each.
        heartbeat: Tables<Heartbeat> = Optional,
        /// The services whose errors browsers and apps report: `[[reports]]`, once for each.
        reports: Tables<Reports> = Optional,
        /// What prober does with CloudWatch's alarms.
        alarms: Alarms = Optional,
        /// What prober does with the errors in CloudWatch Logs.
        logs: Logs = Optional,
        /// What prober does with messages of SNS topics that are not alarms.
        topics: Topics = Optional,
        /// When prober does not say that something is down: `[[maintenance]]`, once for each window.
        maintenance: Tables<Maintenance> = Optional,
        /// Who is asked for a second opinion when a probe fails: `[[witness]]`, once for each.
        witness: Tables<Witness> = Optional,
        /// Who watches the watcher.
        watchdog: Alone<Watchdog> = Optional,
        /// How prober finds out whether its own network fails.
        self_check: SelfCheck = Optional,
        /// What anybody who reaches the inbox may see.
        page: Alone<Page> = Optional,
        /// What may call prober, and how.
        inbox: Alone<Inbox> = Optional,
        /// Where prober remembers.
        store: Store = Optional,
    }

    /// A time in which prober does not say that something is down: `[[maintenance]]`.
    Maintenance Nothing {
        /// The targets and heartbeats in maintenance; all unless set.
        targets: OneOrMany<Reference> = Optional,
        /// When it begins, for a window that recurs: a cron expression, as in a crontab.
        schedule: CronExpression = Optional,
        /// How long it lasts each time.
        duration: Duration = Optional,
        /// When it begins, for a single window; without an offset, on the clock of `timezone`.
        from: DateAndTime = Optional,
        /// When a single window ends.
        to: DateAndTime = Optional,
    }

    /// Where prober stores its records.
    Store Nothing {
        /// The SQLite file; `prober.db` beside this file unless set.
        path: FileName = Optional,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::toml::value_type::is_never_masked;

    #[test]
    fn a_key_that_holds_a_secret_in_any_table_is_not_harmless() {
        for (key, is_harmless) in
            [("timeout", true), ("webhook_url", false), ("key", false), ("unknown", false)]
        {
            assert_eq!(is_never_masked::<File>(key), is_harmless, "{key}");
        }
    }
}
