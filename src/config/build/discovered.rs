//! `[alarms]`, `[logs]` and `[topics]` → how discovered targets are handled.

use std::time::Duration;

use url::Url;

use crate::config::build::context::Context;
use crate::config::build::recipients::recipients;
use crate::config::build::reports::recipients_or_default;
use crate::config::tables::inbound::{Alarms, AlarmsRule, Logs, LogsRule, Topics, TopicsRule};
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::table::Table;
use crate::config::toml::text::Text;
use crate::model::name_pattern::NamePattern;
use crate::model::target::{Discovered, Handling, Rule};

/// How each kind is handled.
pub(super) fn build(
    alarms: Field<Alarms>,
    logs: Field<Logs>,
    topics: Field<Topics>,
    context: &Context<'_>,
) -> Discovered {
    let alarms = alarms.into_value().unwrap_or_default();
    let logs = logs.into_value().unwrap_or_default();
    let topics = topics.into_value().unwrap_or_default();
    let takes_alarms = alarms.enabled.copied().unwrap_or(true);
    let takes_topics = topics.enabled.copied().unwrap_or(takes_alarms);
    let alarm_recipients = recipients_or_default(alarms.notify, context);
    let topic_recipients = if topics.notify.is_absent() {
        alarm_recipients.clone()
    } else {
        recipients(topics.notify, context)
    };
    let alarms_handling = Handling { notify: alarm_recipients, rules: rules(alarms.rule, context) };
    let logs_handling = Handling {
        notify: recipients_or_default(logs.notify, context),
        rules: rules(logs.rule, context),
    };
    let topics_handling = Handling { notify: topic_recipients, rules: rules(topics.rule, context) };
    Discovered {
        alarms: takes_alarms.then_some(alarms_handling),
        logs: logs.enabled.copied().unwrap_or(true).then_some(logs_handling),
        topics: takes_topics.then_some(topics_handling),
        quiet: logs.quiet.copied().unwrap_or(Discovered::QUIET),
        forget_after: alarms.forget_after.copied().unwrap_or(Discovered::FORGET_AFTER),
    }
}

/// The keys of a rule of any kind.
#[derive(Default)]
struct Keys {
    pattern: Field<NamePattern>,
    ignore: Field<bool>,
    notify: Field<Vec<Located<Text>>>,
    urgent: Field<bool>,
    group: Field<Text>,
    public: Field<bool>,
    remind: Field<Duration>,
    link: Field<Url>,
    quiet: Field<Duration>,
}

impl From<AlarmsRule> for Keys {
    fn from(rule: AlarmsRule) -> Self {
        let AlarmsRule { r#match: pattern, ignore, notify, urgent, remind, link, group, public } =
            rule;
        Self { pattern, ignore, notify, urgent, group, public, remind, link, ..Self::default() }
    }
}

impl From<LogsRule> for Keys {
    fn from(rule: LogsRule) -> Self {
        let LogsRule {
            r#match: pattern,
            ignore,
            quiet,
            notify,
            urgent,
            remind,
            link,
            group,
            public,
        } = rule;
        Self { pattern, ignore, notify, urgent, group, public, remind, link, quiet }
    }
}

impl From<TopicsRule> for Keys {
    fn from(rule: TopicsRule) -> Self {
        let TopicsRule { r#match: pattern, ignore, notify, urgent, group, public } = rule;
        Self { pattern, ignore, notify, urgent, group, public, ..Self::default() }
    }
}

fn rules<T: Table + Into<Keys>>(
    tables: Field<Vec<Located<T>>>,
    context: &Context<'_>,
) -> Vec<Rule> {
    let tables = tables.into_value().unwrap_or_default();
    let mut before: Vec<(NamePattern, Span)> = Vec::new();
    let built = tables.into_iter().filter_map(|Located { value: table, .. }| {
        let given = table.given_keys();
        let keys: Keys = table.into();
        check_ignore(&given, &keys.ignore, context);
        let pattern = keys.pattern.into_given()?;
        check_reach(&pattern, &before, context);
        before.push((pattern.value.clone(), pattern.span));
        Some(Rule {
            pattern: pattern.value,
            ignore: keys.ignore.copied().unwrap_or(false),
            notify: (!keys.notify.is_absent()).then(|| recipients(keys.notify, context)),
            urgent: keys.urgent.copied().unwrap_or(false),
            group: keys.group.into_value().map(|group| group.value),
            public: keys.public.copied(),
            remind: keys.remind.copied(),
            link: keys.link.into_value(),
            quiet: keys.quiet.copied(),
        })
    });
    built.collect()
}

/// Checks that a rule with `ignore` sets nothing else.
fn check_ignore(given: &[(&'static str, Span)], ignore: &Field<bool>, context: &Context<'_>) {
    let Some(ignore) = ignore.given().filter(|at| at.value) else { return };
    for (key, span) in given.iter().filter(|(key, _)| !["match", "ignore"].contains(key)) {
        let title = format!("`{key}` has no effect beside `ignore = true`");
        let label = "take it out: what is ignored is told to nobody";
        let diagnostic = Diagnostic::new(span.clone(), title, label);
        context.report(diagnostic.also(ignore.key.clone(), "this"));
    }
}

/// Checks that no earlier rule matches everything that this one matches.
fn check_reach(
    pattern: &Located<NamePattern>,
    before: &[(NamePattern, Span)],
    context: &Context<'_>,
) {
    if let Some((_, first)) = before.iter().find(|(other, _)| other.covers(&pattern.value)) {
        let title = "this rule is never reached: the first that matches counts";
        let label = "put it before the other one, or take it out";
        let diagnostic = Diagnostic::new(pattern.span.clone(), title, label);
        context.report(diagnostic.also(first.clone(), "matches all of these"));
    }
}
