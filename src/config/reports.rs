//! `[[reports]]` → services and their targets; `[alarms]` and `[logs]`.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::build::Surroundings;
use crate::config::listeners::listeners;
use crate::config::mistake::{Mistake, Span};
use crate::config::name::Reference;
use crate::config::policy::{at_once, flapping, period};
use crate::config::public_url::{ANY_ORIGIN, Origin};
use crate::config::quantity::Period;
use crate::config::reader::{Located, nearest};
use crate::config::several::OneOrMany;
use crate::config::table::fill;
use crate::config::{raw, request};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record_key::RecordKey;
use crate::model::target::{
    Discovered, DiscoveredLogs, ErrorStream, Kind, Policy, ReportService, Target,
};

/// How long without an error until it is quiet again, unless the file says otherwise.
const QUIET: Duration = Duration::from_mins(15);

/// The services, each with its target.
pub(super) fn build(
    reports: Vec<Located<raw::Reports>>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<(ReportService, Target)> {
    check_services(&reports, mistakes);
    reports.into_iter().filter_map(|own| service(own.value, around, mistakes)).collect()
}

fn check_services(reports: &[Located<raw::Reports>], mistakes: &mut Vec<Mistake>) {
    let mut first_uses: HashMap<&str, Span> = HashMap::new();
    for service in reports.iter().filter_map(|reports| reports.value.service.as_ref()) {
        let name = &service.value.0;
        let first = first_uses.entry(&name.value).or_insert_with(|| service.span.clone());
        if *first != service.span {
            let title = format!("two `[[reports]]` are for the service `{}`", name.shown);
            let label = "must be unique: put them together, or choose another";
            let again = Mistake::new(service.span.clone(), title, label);
            mistakes.push(again.also(first.clone(), "the first one"));
        }
    }
}

fn service(
    mut own: raw::Reports,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<(ReportService, Target)> {
    fill(&mut own.group, around.defaults.group.as_ref());
    fill(&mut own.remind, around.defaults.remind.as_ref());
    let notify = told(own.notify, around, mistakes);
    let origins = own.origins.map(|origins| allowed(origins, mistakes));
    let service = own.service?.value.0.value;
    let probe = probed(own.probe, &service, around, mistakes);
    let target = Target {
        name: RecordKey::Reports(&service).name(),
        group: own.group.map(|group| group.value.0.value),
        policy: Policy {
            remind: own.remind.as_ref().map(period),
            flapping: flapping(around.defaults.flapping.as_ref()),
            ..at_once()
        },
        notify,
        depends_on: Vec::new(),
        kind: Kind::Errors(ErrorStream {
            quiet: quiet(own.quiet.as_ref()),
            mention: own.mention.is_some_and(|mention| mention.value),
        }),
    };
    let key = own.key.map(|key| key.value.0);
    let (name, origins) = (target.name.clone(), origins?);
    Some((ReportService { service, target: name, origins, key, probe }, target))
}

/// The endpoint that `own` names; else the one that has the service's name.
fn probed(
    own: Option<Located<Reference>>,
    service: &str,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<TargetName> {
    let is_there = |name: &str| around.endpoints.iter().any(|each| each.value == name);
    let Some(Located { value: Reference(text), span, .. }) = own else {
        return is_there(service).then(|| TargetName::new(service));
    };
    if !is_there(&text.value) {
        let near = nearest(&text.shown, around.endpoints.iter().map(|name| name.shown.as_str()));
        let label = near.map_or("expected the name of a `[[target]]`".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        let title = format!("there is no target called `{}` to probe", text.shown);
        mistakes.push(Mistake::new(span, title, label));
    }
    Some(TargetName::new(text.value))
}

fn allowed(origins: Located<OneOrMany<Origin>>, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    let any = origins.value.0.iter().find(|origin| origin.value.0 == ANY_ORIGIN);
    if let Some(any) = any.filter(|_| origins.value.0.len() > 1) {
        let label = "allows every page: take it out, or the others";
        mistakes.push(Mistake::new(any.span.clone(), "`*` stands beside other origins", label));
    }
    request::values(Some(origins), |origin| origin.0)
}

fn quiet(own: Option<&Located<Period>>) -> Duration {
    own.map_or(QUIET, period)
}

/// The channels that a table names, else those of the defaults, else all.
fn told(
    mut own: Option<Located<OneOrMany<Reference>>>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<ChannelName> {
    fill(&mut own, around.defaults.notify.as_ref());
    listeners(own, &around.channels, mistakes)
}

/// What becomes of alarms and logs.
pub(super) fn discovered(
    alarms: Option<Located<raw::Alarms>>,
    logs: Option<Located<raw::Logs>>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Discovered {
    let alarms = alarms.map(|alarms| alarms.value).unwrap_or_default();
    let logs = logs.map(|logs| logs.value).unwrap_or_default();
    let enabled = |enabled: Option<Located<bool>>| enabled.is_none_or(|enabled| enabled.value);
    let alarms_told = told(alarms.notify, around, mistakes);
    let guest_logs = DiscoveredLogs {
        quiet: quiet(logs.quiet.as_ref()),
        notify: told(logs.notify, around, mistakes),
    };
    Discovered {
        alarms: enabled(alarms.enabled).then_some(alarms_told),
        logs: enabled(logs.enabled).then_some(guest_logs),
    }
}
