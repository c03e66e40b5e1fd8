//! `POST /report`: an error that a browser or an app met.

use std::collections::BTreeSet;

use http::header::ORIGIN;
use http::{HeaderMap, Method};

use super::answer::{self, Response};
use super::{Answer, HttpRequest, Inbox, cors};
use crate::core::step::{Event, Wishes};
use crate::engine::Engine;
use crate::model::names::ChannelName;
use crate::model::secret::redact;
use crate::model::target::{Config, ReportService};
use crate::signal::Signal;
use crate::signal::report::{self, Report, ReportError};
use crate::store::Store;

/// The answer to the sender of a report that is refused.
type Refusal = Box<Response>;

impl Inbox {
    pub(super) async fn report<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
    ) -> Answer {
        let services = &engine.config().reports;
        if request.method == Method::OPTIONS {
            return cors::preflight(services, &request.headers).into();
        }
        let mut answer = match self.read(engine, request) {
            Ok((report, wishes)) => {
                let event = Signal::Report(report).event(engine.vantage(), None);
                match event.map(|event| Event { wishes, ..event }) {
                    Some(event) => self.take_report(engine, event, answer::stored()).await,
                    None => answer::stored().into(),
                }
            }
            Err(refusal) => (*refusal).into(),
        };
        // A page may read why its report was refused, too.
        cors::allow(services, &request.headers, &mut answer.response);
        answer
    }

    /// The report, as one of its service's target, and what it asks for; or
    /// why it is not taken.
    fn read<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
    ) -> Result<(Report, Wishes), Refusal> {
        if request.method != Method::POST {
            return Err(answer::method_not_allowed("POST, OPTIONS").into());
        }
        let now = engine.clock().now();
        if !self.limits().source(request.source, now) {
            return Err(answer::too_many("this address sent too many reports").into());
        }
        let mut report = report::parse(&request.body, now).map_err(|error| refused(&error))?;
        let service = admitted(engine.config(), &report, &request.headers)?;
        if service.key.is_some() {
            self.limits().was_right(request.source, now);
        }
        let audience = audience(engine.config(), service, &report)?;
        if !self.limits().service(&report.service, now) {
            return Err(answer::too_many("this service reported too many errors").into());
        }
        // Errors of requests quote what was sent with them.
        report.description = redact(report.description, &service.key);
        // The event is about the target, not about the service's bare name.
        service.target.as_str().clone_into(&mut report.service);
        Ok((report, Wishes { audience, probe: service.probe.clone() }))
    }
}

fn refused(error: &ReportError) -> Refusal {
    let (status, code) = match error {
        ReportError::TooLarge => (413, "too_large"),
        ReportError::NotJson | ReportError::Fields(_) => (400, "malformed"),
    };
    answer::error(status, code, &error.to_string()).into()
}

/// The service, if it is configured, the page may report of it, and the key is right.
fn admitted<'a>(
    config: &'a Config,
    report: &Report,
    headers: &HeaderMap,
) -> Result<&'a ReportService, Refusal> {
    let service = config.reports.iter().find(|service| service.service == report.service);
    let service = service
        .ok_or_else(|| answer::error(403, "unknown_service", "no such service is configured"))
        .map_err(Refusal::from)?;
    // A program other than a browser has no origin, and could send any.
    if headers.get(ORIGIN).is_some_and(|origin| !cors::is_allowed(service, origin)) {
        return Err(answer::error(403, "origin", "pages of this origin may not report").into());
    }
    if service.key.as_ref().is_some_and(|key| !key.matches(answer::bearer(headers))) {
        let message = "the report's key is wrong: send `Authorization: Bearer KEY`";
        return Err(answer::error(401, "wrong_key", message).into());
    }
    Ok(service)
}

/// The channels that the report's types choose; `None` where it leaves the
/// choice to the service.
fn audience(
    config: &Config,
    service: &ReportService,
    report: &Report,
) -> Result<Option<BTreeSet<ChannelName>>, Refusal> {
    let all: Vec<_> = config.channels.iter().map(|each| (&each.name, each.kind.code())).collect();
    let target = config.targets.iter().find(|target| target.name == service.target);
    let notify = target.map(|target| target.notify.as_slice()).unwrap_or_default();
    let own: Vec<_> = all.iter().copied().filter(|(name, _)| notify.contains(name)).collect();
    let chosen = report
        .narrowed(&own, &all)
        .map_err(|error| Refusal::from(answer::error(400, "unknown_type", &error.to_string())))?;
    let is_narrower = !report.types.is_empty();
    Ok(is_narrower.then(|| chosen.into_iter().cloned().collect()))
}
