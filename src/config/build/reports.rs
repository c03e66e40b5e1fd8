//! `[[reports]]` → services and their targets.

use std::collections::HashMap;
use std::time::Duration;

use crate::config::build::context::Context;
use crate::config::build::policy::{at_once, flapping};
use crate::config::build::recipients::recipients;
use crate::config::tables::inbound::Reports;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::text::Text;
use crate::config::values::web_url::ANY_ORIGIN;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record_key::RecordKey;
use crate::model::target::{ErrorStream, Kind, Part, Policy, ReportService, Target};

/// How long without an error until the target is up again, unless `quiet` is set.
const QUIET: Duration = Duration::from_mins(15);

/// The services, each with its target. One that lacks its key takes no reports.
pub(super) fn build(
    reports: Vec<Located<Reports>>,
    context: &Context<'_>,
) -> Vec<(Option<ReportService>, Target)> {
    check_services(&reports, context);
    reports.into_iter().filter_map(|own| service(own, context)).collect()
}

/// Checks that no two `[[reports]]` are for the same service.
fn check_services(reports: &[Located<Reports>], context: &Context<'_>) {
    let mut first_uses: HashMap<&str, Span> = HashMap::new();
    for service in reports.iter().filter_map(|reports| reports.value.service.given()) {
        let name = &service.value;
        let first = first_uses.entry(&name.value).or_insert_with(|| service.span.clone());
        if *first != service.span {
            let title = format!("two `[[reports]]` are for the service `{}`", name.shown);
            let label = "must be unique: put them together, or choose another";
            let diagnostic = Diagnostic::new(service.span.clone(), title, label);
            context.report(diagnostic.also(first.clone(), "the first one"));
        }
    }
}

fn service(
    own: Located<Reports>,
    context: &Context<'_>,
) -> Option<(Option<ReportService>, Target)> {
    let Located { value: mut own, span, .. } = own;
    let defaults = &context.defaults;
    own.group.or(&defaults.group);
    own.remind.or(&defaults.remind);
    let notify = recipients_or_default(own.notify, context);
    check_origins(&own.origins, context);
    let service = own.service.into_value()?.value;
    let probe = probe(own.probe, &service, context);
    let name = RecordKey::Reports(&service).name();
    let is_off = context.is_off(&span, || Some(Part::Inbound(name.clone())));
    let quiet = own.quiet.copied().unwrap_or(QUIET);
    let target = Target {
        name,
        group: own.group.into_value().map(|group| group.value),
        is_public: own.public.copied().or(defaults.public.copied()).unwrap_or(true),
        is_urgent: own.urgent.copied().or(defaults.urgent.copied()).unwrap_or(false),
        link: own.link.into_value(),
        policy: Policy {
            remind: own.remind.copied(),
            flapping: flapping(&defaults.flapping),
            ..at_once()
        },
        notify,
        depends_on: Vec::new(),
        place: None,
        kind: if is_off {
            Kind::Off
        } else {
            Kind::Errors(ErrorStream { quiet, mention: own.mention.copied().unwrap_or(false) })
        },
    };
    let (name, key) = (target.name.clone(), own.key.into_value());
    let origins = own.origins.into_items();
    let service = ReportService { service, target: name, origins, key, probe };
    Some(((!is_off).then_some(service), target))
}

/// The endpoint in the key `probe`; without that key, the one with the service's name.
fn probe(own: Field<Text>, service: &str, context: &Context<'_>) -> Option<TargetName> {
    let endpoints = &context.endpoints;
    let exists = |name: &str| endpoints.iter().any(|endpoint| endpoint.value == name);
    let Some(Located { value: text, span, .. }) = own.into_given() else {
        return exists(service).then(|| TargetName::new(service));
    };
    if !exists(&text.value) && !context.is_full() {
        let known = endpoints.iter().map(|name| name.shown.as_str());
        let label = context.did_you_mean(&text.shown, known, "expected the name of a `[[target]]`");
        let title = format!("there is no target called `{}` to probe", text.shown);
        context.report(Diagnostic::new(span, title, label));
    }
    Some(TargetName::new(text.value))
}

/// Checks that there is no other origin in a list with the one that allows all.
pub(super) fn check_origins(origins: &Field<Vec<Located<String>>>, context: &Context<'_>) {
    let origins = origins.value().map_or(&[][..], Vec::as_slice);
    let any = origins.iter().find(|origin| origin.value == ANY_ORIGIN);
    if let Some(any) = any.filter(|_| origins.len() > 1) {
        let title = "`*` stands beside other origins";
        let label = "allows every page: take it out, or the others";
        context.report(Diagnostic::new(any.span.clone(), title, label));
    }
}

/// The channels that a table names, or else those of `[defaults]`, or else all.
pub(super) fn recipients_or_default(
    mut own: Field<Vec<Located<Text>>>,
    context: &Context<'_>,
) -> Vec<ChannelName> {
    own.or(&context.defaults.notify);
    recipients(own, context)
}
