//! The tables of what calls us.

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::condition::Condition;
use crate::config::key::{PingKey, ReportKey};
use crate::config::leaf::Cron;
use crate::config::mistake::Span;
use crate::config::name::{Name, Reference};
use crate::config::public_url::Origin;
use crate::config::quantity::{Count, Period};
use crate::config::rare::Rare;
use crate::config::raw::Flapping;
use crate::config::reader::{Fields, Located, Presence, Reader};
use crate::config::several::OneOrMany;
use crate::config::table::{self, tables};
use crate::config::toml_key::{Hides, TomlKey};

tables! {
    /// Something that calls us, and is missed when it does not: `[[heartbeat]]`.
    Heartbeat Nothing {
        /// A unique name, as messages show it.
        name: Name = Required,
        /// The last part of the URL that it calls, `/ping/KEY`: who has it can call.
        key: PingKey = Required,
        /// How often it calls.
        interval: Period = Optional,
        /// When it calls, instead of `interval`: a cron expression that begins with seconds.
        schedule: Cron = Optional,
        /// How late it may be, and how long a run may take; 1 hour unless set, and twice the interval if that is shorter.
        grace: Period = Optional,
        /// The heading that it is listed under.
        group: Name = Optional,
        /// Consecutive failures that make it down; 1 unless set.
        failure_threshold: Count<1000> = Optional,
        /// Consecutive successes that make it up again; 1 unless set.
        success_threshold: Count<1000> = Optional,
        /// Say again that it is down each time this long has passed; never unless set.
        remind: Period = Optional,
        /// When it changes so often that each change is no news.
        flapping: Rare<Flapping> = Optional,
        /// The channels that hear of it; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// The targets that it cannot work without: while one is down, this one is not announced.
        depends_on: OneOrMany<Reference> = Optional,
        /// What must hold of what it says.
        expect: PingExpect = Optional,
    }

    /// What must hold of a ping.
    PingExpect Nothing {
        /// What must hold of its JSON body: a JSONPath, a comparison and a literal.
        json: OneOrMany<Condition> = Optional,
    }

    /// A service whose errors are reported by browsers and apps: `[[reports]]`.
    Reports Nothing {
        /// What reports call it, as `serviceName`; unique.
        service: Name = Required,
        /// The origins whose web pages may report, or `*` for every page.
        origins: OneOrMany<Origin> = Required,
        /// What a report must carry as `Authorization: Bearer KEY`; nothing unless set.
        key: ReportKey = Optional,
        /// The target to probe when errors are reported; the one that has the service's name, if any, unless set.
        probe: Reference = Optional,
        /// How long without a report until it is up again; 15 minutes unless set.
        quiet: Period = Optional,
        /// The heading that it is listed under.
        group: Name = Optional,
        /// Whether a channel's `mention` is put before the message when errors begin; false unless set.
        mention: bool = Optional,
        /// Say again that there are errors each time this long has passed; never unless set.
        remind: Period = Optional,
        /// The channels that hear of it; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
    }

    /// What becomes of CloudWatch's alarms.
    Alarms Nothing {
        /// Whether alarms that reach the inbox become targets; true unless set.
        enabled: bool = Optional,
        /// The channels that hear of them; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
    }

    /// The status page, its JSON, badges and feed.
    Page Nothing {
        /// Whether they are shown; true unless set.
        enabled: bool = Optional,
    }

    /// What becomes of the errors in CloudWatch Logs.
    Logs Nothing {
        /// Whether logs that reach the inbox become targets; true unless set.
        enabled: bool = Optional,
        /// How long without an error until a log is up again; 15 minutes unless set.
        quiet: Period = Optional,
        /// The channels that hear of them; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
    }
}
