//! `POST /report`: an error that a browser or an app met.

use http::header::{AUTHORIZATION, ORIGIN};
use http::{HeaderMap, Method};

use super::answer::{self, Response};
use super::{Answer, Inbox, cors};
use crate::signal::Signal;
use crate::signal::event::HttpRequest;
use crate::signal::report::{self, Report, ReportError};
use crate::store::Store;
use crate::target::{ChannelName, Config, ReportService};
use crate::tick::Engine;

/// Why a report is not taken, as its sender is told.
type Refusal = Box<Response>;

impl Inbox {
    pub(super) async fn report<S: Store>(
        &self,
        engine: &Engine<S>,
        request: &HttpRequest,
    ) -> Answer {
        let services = &engine.config.reports;
        if request.method == Method::OPTIONS {
            return cors::preflight(services, &request.headers).into();
        }
        let mut answer = match self.read(engine, request) {
            Ok(report) => self.take(engine, &Signal::Report(report), answer::stored()).await,
            Err(refusal) => (*refusal).into(),
        };
        // A page may read why its report was refused, too.
        cors::allow(services, &request.headers, &mut answer.response);
        answer
    }

    /// The report, as one of its service's target; or why it is not taken.
    fn read<S: Store>(&self, engine: &Engine<S>, request: &HttpRequest) -> Result<Report, Refusal> {
        if request.method != Method::POST {
            return Err(answer::method_not_allowed("POST, OPTIONS").into());
        }
        let now = engine.clock.now();
        if !self.limits().source(request.source, now) {
            return Err(answer::too_many("this address sent too many reports").into());
        }
        let mut report = report::parse(&request.body, now).map_err(|error| refused(&error))?;
        let service = admitted(&engine.config, &report, &request.headers)?;
        known_types(&engine.config, &report)?;
        if !self.limits().service(&report.service, now) {
            return Err(answer::too_many("this service reported too many errors").into());
        }
        // What it says is of the target, not of the service's bare name.
        service.target.as_str().clone_into(&mut report.service);
        Ok(report)
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
    // What is no browser has no origin, and could send any.
    if headers.get(ORIGIN).is_some_and(|origin| !cors::is_allowed(service, origin)) {
        return Err(answer::error(403, "origin", "pages of this origin may not report").into());
    }
    if service.key.as_ref().is_some_and(|key| !key.matches(bearer(headers))) {
        let message = "the report's key is wrong: send `Authorization: Bearer KEY`";
        return Err(answer::error(401, "wrong_key", message).into());
    }
    Ok(service)
}

/// <https://datatracker.ietf.org/doc/html/rfc6750#section-2.1>
fn bearer(headers: &HeaderMap) -> &str {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, key) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") { key.trim() } else { "" }
}

fn known_types(config: &Config, report: &Report) -> Result<(), Refusal> {
    let channels: Vec<(&ChannelName, &str)> =
        config.channels.iter().map(|channel| (&channel.name, channel.kind.code())).collect();
    let unknown =
        |error: report::UnknownType| answer::error(400, "unknown_type", &error.to_string()).into();
    report.narrowed(&channels).map(|_| ()).map_err(unknown)
}
