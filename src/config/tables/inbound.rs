//! The tables of what calls prober.

use std::time::Duration;

use crate::config::tables::target::Flapping;
use crate::config::toml::table::tables;
use crate::config::values::collections::{OneOrMany, Tables};
use crate::config::values::key::{Password, PingKey, ReportKey};
use crate::config::values::name::{Name, Reference};
use crate::config::values::numbers::Count;
use crate::config::values::strings::{Announcement, NonEmptyText};
use crate::config::values::web_url::{Origin, PublicUrl};
use crate::model::cron::CronExpression;
use crate::model::expect::JsonExpect;
use crate::model::name_pattern::NamePattern;
use crate::model::pattern::Pattern;
use crate::model::target::TrustedProxy;

tables! {
    /// Something that calls prober, and is missed when it does not: `[[heartbeat]]`.
    Heartbeat Nothing {
        /// A unique name, as messages show it.
        name: Name = Required,
        /// The last part of the URL that it calls, `/ping/KEY`: whoever has it can call.
        key: PingKey = Required,
        /// How often it calls.
        interval: Duration = Optional,
        /// When it calls, instead of `interval`: a cron expression, as in a crontab.
        schedule: CronExpression = Optional,
        /// How late it may be, and how long a run may take; 1 hour unless set, and twice the interval if that is shorter.
        grace: Duration = Optional,
        /// The heading under which it is listed.
        group: Name = Optional,
        /// Whether the status page shows it, with its badges and outages; true unless set.
        public: bool = Optional,
        /// Where people look when it fails: its own page, or what to do; messages link to it.
        link: PublicUrl = Optional,
        /// Consecutive failures that make it down; 1 unless set.
        failure_threshold: Count<1000> = Optional,
        /// Consecutive successes that make it up again; 1 unless set.
        success_threshold: Count<1000> = Optional,
        /// Say again that it is down each time this long has passed; never unless set.
        remind: Duration = Optional,
        /// When it changes too often for each change to be told.
        flapping: Flapping = Optional,
        /// The channels that are told of it; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Whether channels are told of it outside their `hours` too; false unless set.
        urgent: bool = Optional,
        /// The targets that it cannot work without: while one is down, this one is not announced.
        depends_on: OneOrMany<Reference> = Optional,
        /// What the body of a ping must be.
        expect: PingExpect = Optional,
    }

    /// What must hold for a ping.
    PingExpect Nothing {
        /// Must occur in its body.
        body_contains: OneOrMany<NonEmptyText> = Optional,
        /// Regular expressions that must match somewhere in its body.
        body_matches: OneOrMany<Pattern> = Optional,
        /// Must not occur in its body.
        body_not_contains: OneOrMany<NonEmptyText> = Optional,
        /// Regular expressions that must not match anywhere in its body.
        body_not_matches: OneOrMany<Pattern> = Optional,
        /// What must hold for its JSON body: a JSONPath, a comparison and a literal; also `absent(…)`, `count(…)`, `age(…)` and `in`.
        json: OneOrMany<JsonExpect> = Optional,
    }

    /// A service whose errors browsers and apps report: `[[reports]]`.
    Reports Nothing {
        /// The `serviceName` of its reports; unique.
        service: Name = Required,
        /// The origins whose web pages may report, or `*` for every page.
        origins: OneOrMany<Origin> = Required,
        /// What a report must carry as `Authorization: Bearer KEY`; nothing unless set.
        key: ReportKey = Optional,
        /// The target to probe when errors are reported; unless set, the one with the service's name, if any.
        probe: Reference = Optional,
        /// How long without a report until it is up again; 15 minutes unless set.
        quiet: Duration = Optional,
        /// The heading under which it is listed.
        group: Name = Optional,
        /// Whether the status page shows it, with its badges and outages; true unless set.
        public: bool = Optional,
        /// Where people look when it fails: its own page, or what to do; messages link to it.
        link: PublicUrl = Optional,
        /// Whether the first message about errors begins with the channel's `mention`; false unless set.
        mention: bool = Optional,
        /// Say again that there are errors each time this long has passed; never unless set.
        remind: Duration = Optional,
        /// The channels that are told of it; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Whether channels are told of it outside their `hours` too; false unless set.
        urgent: bool = Optional,
    }

    /// What prober does with CloudWatch's alarms.
    Alarms Nothing {
        /// Whether alarms that reach the inbox become targets; true unless set.
        enabled: bool = Optional,
        /// The channels that are told of them; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// How long an alarm is kept of which nothing is heard; 30 days unless set. A channel that was told that it is down is told that it was dropped.
        forget_after: Duration = Optional,
        /// Other settings for some of them: `[[alarms.rule]]`; the first that matches counts.
        rule: Tables<AlarmsRule> = Optional,
    }

    /// Settings for the alarms whose name matches: `[[alarms.rule]]`.
    AlarmsRule Nothing {
        /// Which names; `*` is any text, `?` any one character.
        r#match: NamePattern = Required,
        /// Whether to ignore them; false unless set.
        ignore: bool = Optional,
        /// The channels that are told of them; those of `[alarms]` unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Whether channels are told of them outside their `hours` too; false unless set.
        urgent: bool = Optional,
        /// Say again that one is down each time this long has passed; never unless set.
        remind: Duration = Optional,
        /// Where people look when one is raised; its console page unless set.
        link: PublicUrl = Optional,
        /// The heading under which they are listed.
        group: Name = Optional,
        /// Whether the status page shows them, if it shows discovered targets at all; true unless set.
        public: bool = Optional,
    }

    /// What may call prober, and how.
    Inbox Nothing {
        /// One key for all heartbeats: whoever has it pings `/ping/KEY/SLUG`.
        ping_key: PingKey = Optional,
        /// The key in the URL `/sns/KEY`, to which SNS topics deliver; none unless set.
        sns_key: PingKey = Optional,
        /// What a reader of `/metrics` must carry as `Authorization: Bearer KEY`; unless set, only this machine may read it.
        metrics_key: ReportKey = Optional,
        /// What another prober must carry as `Authorization: Bearer KEY` to ask for a second opinion; unless set, none may ask.
        witness_key: ReportKey = Optional,
        /// The proxies that prober believes when they say who sent a request: `loopback`, `private`, `cloudfront`, networks; loopback unless set.
        trust_proxies: OneOrMany<TrustedProxy> = Optional,
    }

    /// Another prober, elsewhere, that is asked for a second opinion when a probe fails: `[[witness]]`.
    Witness Nothing {
        /// A unique name, as messages show it, such as where it is.
        name: Name = Required,
        /// Where it is asked: the URL of its inbox, which ends in `/witness`.
        url: PublicUrl = Required,
        /// What it is asked with: its own `[inbox] witness_key`.
        key: ReportKey = Required,
    }

    /// The status page, its JSON, badges and feed.
    Page Nothing {
        /// Whether they exist; true unless set, except on AWS, where everybody can reach them.
        enabled: bool = Optional,
        /// Whether they also show alarms, log groups and topics, which become targets without configuration; false unless set.
        discovered: bool = Optional,
        /// The heading, and the title of the browser's tab; the verdict alone unless set.
        title: Name = Optional,
        /// A picture beside the title: its URL.
        logo: PublicUrl = Optional,
        /// Where the title leads: your own site.
        link: PublicUrl = Optional,
        /// What you have to say to all readers now, above everything else.
        announcement: Announcement = Optional,
        /// What a reader must know; nobody is asked unless set.
        password: Password = Optional,
        /// Where readers reach the page, for links in messages and in the feed.
        url: PublicUrl = Optional,
        /// The origins whose web pages may show the page in a frame, or `*` for every one; none unless set.
        frame_ancestors: OneOrMany<Origin> = Optional,
        /// The origins whose web pages may read `status.json` by script, or `*` for every one; none unless set.
        cors: OneOrMany<Origin> = Optional,
    }

    /// What prober does with the errors in CloudWatch Logs.
    Logs Nothing {
        /// Whether logs that reach the inbox become targets; true unless set.
        enabled: bool = Optional,
        /// How long without an error until a log is up again; 15 minutes unless set.
        quiet: Duration = Optional,
        /// The channels that are told of them; every channel unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Other settings for some of them: `[[logs.rule]]`; the first that matches counts.
        rule: Tables<LogsRule> = Optional,
    }

    /// Settings for the log groups whose name matches: `[[logs.rule]]`.
    LogsRule Nothing {
        /// Which names; `*` is any text, `?` any one character.
        r#match: NamePattern = Required,
        /// Whether to ignore them; false unless set.
        ignore: bool = Optional,
        /// How long without an error until one is up again; that of `[logs]` unless set.
        quiet: Duration = Optional,
        /// The channels that are told of them; those of `[logs]` unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Whether channels are told of them outside their `hours` too; false unless set.
        urgent: bool = Optional,
        /// Say again that there are errors each time this long has passed; never unless set.
        remind: Duration = Optional,
        /// Where people look when one has errors; its console page unless set.
        link: PublicUrl = Optional,
        /// The heading under which they are listed.
        group: Name = Optional,
        /// Whether the status page shows them, if it shows discovered targets at all; true unless set.
        public: bool = Optional,
    }

    /// What prober does with messages of SNS topics that are not alarms.
    Topics Nothing {
        /// Whether topics become targets; as for `[alarms]` unless set.
        enabled: bool = Optional,
        /// The channels that are told of them; those of `[alarms]` unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Other settings for some of them: `[[topics.rule]]`; the first that matches counts.
        rule: Tables<TopicsRule> = Optional,
    }

    /// Settings for the topics whose name matches: `[[topics.rule]]`.
    TopicsRule Nothing {
        /// Which names; `*` is any text, `?` any one character.
        r#match: NamePattern = Required,
        /// Whether to ignore them; false unless set.
        ignore: bool = Optional,
        /// The channels that are told of them; those of `[topics]` unless set.
        notify: OneOrMany<Reference> = Optional,
        /// Whether channels are told of them outside their `hours` too; false unless set.
        urgent: bool = Optional,
        /// The heading under which they are listed.
        group: Name = Optional,
        /// Whether the status page shows them, if it shows discovered targets at all; true unless set.
        public: bool = Optional,
    }
}
