//! A heartbeat's ping, as healthchecks.io's clients send it, so that these and every
//! one-line recipe with `curl` work unchanged:
//! <https://healthchecks.io/docs/http_api/>.

mod senders;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use http::Method;
use percent_encoding::percent_decode_str;
use thiserror::Error;

use super::event::ReceivedAt;
use super::text::{MAX_DETAIL, MAX_TEXT, SignalText};
use crate::core::judge::expect;
use crate::core::step::{Event, EventOrder, Pulse};
use crate::model::detail::{AnswerDetail, Detail, HeartbeatDetail};
use crate::model::expect::PingExpect;
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Outcome, Reason};
use crate::model::secret::{Secret, redact};
use crate::text::{ELLIPSIS, clean, last_line, one_line, tail};

pub use senders::{Foreign, foreign, form, readable};

/// How many bytes of a ping's body are kept. healthchecks.io keeps 100,000.
pub const MAX_BODY: usize = 64 * 1024;

/// The most characters of a value in a detail.
const MAX_VALUE: usize = 60;

/// What a ping says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It worked.
    Success,
    /// A run has begun: the grace counts from here.
    Start,
    /// It failed.
    Fail,
    /// Something for the log, which changes nothing.
    Log,
    /// A program ended with this status; 0 is success.
    Exit(u8),
}

/// Which heartbeat a request is for, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The caller's key: compare it with [`Secret::matches`], and never log it.
    pub key: Secret,
    /// Which of the heartbeats, if the key is that of all of them:
    /// healthchecks.io's slugs.
    pub slug: Option<String>,
    /// What the caller says.
    pub action: Action,
}

/// Why a path is not a ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PathError {
    /// To be answered with 404.
    #[error(
        "no such path; pings go to /ping/KEY, and /start, /fail, /log or /EXIT-STATUS below it"
    )]
    NotFound,
    /// To be answered with 400, as healthchecks.io does.
    #[error("the exit status is not a number from 0 to 255")]
    ExitStatus,
    /// To be answered with 400.
    #[error(
        "it says neither that it works nor that it failed: `status=up`, `status=down`, `success=true` or `success=false`"
    )]
    NoOutcome,
}

/// Reads the path of a request: `/ping/KEY`, and what may follow it. A
/// trailing slash and a query (`?rid=` names a run, `?create=` a check to be
/// made) are ignored.
///
/// ```
/// use prober::signal::ping::{Action, PathError, parse};
/// assert_eq!(parse("/ping/k3y/3").unwrap().action, Action::Exit(3));
/// assert_eq!(parse("/ping/k3y/300"), Err(PathError::ExitStatus));
/// ```
///
/// # Errors
///
/// The path is not that of a ping, or its exit status is out of range.
pub fn parse(path: &str) -> Result<Call, PathError> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix("/ping/").ok_or(PathError::NotFound)?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let (key, rest) = path.split_once('/').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let (slug, action) = match rest {
        None => (None, Action::Success),
        Some(rest) => match (action_of(rest), rest.split_once('/')) {
            (Err(PathError::NotFound), None) => (Some(slug(rest)?), Action::Success),
            (Err(PathError::NotFound), Some((name, action))) => {
                (Some(slug(name)?), action_of(action)?)
            }
            (action, _) => (None, action?),
        },
    };
    let key = percent_decode_str(key).decode_utf8().map_err(|_| PathError::NotFound)?;
    if key.is_empty() {
        return Err(PathError::NotFound);
    }
    Ok(Call { key: Secret::new(key), slug, action })
}

/// A slug: small letters, digits, `-` and `_`, as healthchecks.io makes it.
fn slug(text: &str) -> Result<String, PathError> {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let text = percent_decode_str(text).decode_utf8().map_err(|_| PathError::NotFound)?;
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && text.bytes().all(fits) { Ok(text.into_owned()) } else { Err(PathError::NotFound) }
}

/// Whether `slug` is that of the heartbeat called `name`: the name itself, or the name
/// in small letters with `-` in place of what a slug cannot have.
#[must_use]
pub fn is_slug_of(slug: &str, name: &TargetName) -> bool {
    let small = name.as_str().to_lowercase();
    let parts = small.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let made: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    slug == name.as_str() || slug == made.join("-")
}

fn action_of(name: &str) -> Result<Action, PathError> {
    match name {
        "start" => Ok(Action::Start),
        "fail" => Ok(Action::Fail),
        "log" => Ok(Action::Log),
        digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map(Action::Exit).map_err(|_| PathError::ExitStatus)
        }
        _ => Err(PathError::NotFound),
    }
}

/// Whether a ping may come by `method`.
#[must_use]
pub fn allows(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT].contains(method)
}

/// A ping whose key was recognised.
#[derive(Debug, Clone)]
pub struct Ping {
    /// The heartbeat whose key it was.
    pub heartbeat: TargetName,
    /// What it says.
    pub action: Action,
    /// What must hold for the body of a ping that says success.
    pub expect: PingExpect,
    /// When it came, or its object was written.
    pub at: DateTime<Utc>,
    /// The address that it came from, where that is known; an object has none.
    pub source: Option<IpAddr>,
    /// The key that it came with, which must not be shown; an object has none.
    key: Option<Secret>,
    body: Vec<u8>,
    is_cut: bool,
}

impl Ping {
    /// The ping of a request: `call`, recognised as `heartbeat`'s. It keeps
    /// [`MAX_BODY`] bytes of the body.
    #[must_use]
    pub fn called(
        call: Call,
        heartbeat: TargetName,
        expect: PingExpect,
        body: &[u8],
        at: DateTime<Utc>,
    ) -> Self {
        let Call { key, slug: _, action } = call;
        Self { key: Some(key), action, ..Self::written(heartbeat, expect, body, at) }
    }

    /// The ping of an object.
    #[must_use]
    pub fn written(
        heartbeat: TargetName,
        expect: PingExpect,
        content: &[u8],
        at: DateTime<Utc>,
    ) -> Self {
        let body = content[..content.len().min(MAX_BODY)].to_vec();
        let is_cut = content.len() > MAX_BODY;
        let (action, source) = (Action::Success, None);
        Self { heartbeat, action, expect, at, source, key: None, body, is_cut }
    }

    /// The same from the address `source`, if that is known.
    #[must_use]
    pub fn from(self, source: Option<IpAddr>) -> Self {
        Self { source, ..self }
    }

    /// The body for people; `/log` shows it too.
    #[must_use]
    pub fn text(&self) -> SignalText {
        let text = clean(&redact(String::from_utf8_lossy(&self.body).into_owned(), &self.key));
        let text = if self.is_cut { format!("{}\n{ELLIPSIS}", text.trim_end()) } else { text };
        SignalText { text: tail(&text, MAX_TEXT), stream: None, link: None }
    }

    /// The event to judge; `None` if there is nothing to judge. An object's
    /// instant is its writer's, and identifies a repetition.
    pub(super) fn event(&self, received_at: ReceivedAt<'_>) -> Option<Event> {
        let pulse = match self.action {
            Action::Start => Pulse::Began,
            Action::Success | Action::Fail | Action::Exit(_) => Pulse::Ended,
            Action::Log => return None,
        };
        let outcome = self.outcome();
        let attachment = outcome.as_ref().and_then(|_| self.text().attached());
        let order = if self.key.is_none() { EventOrder::Sent } else { EventOrder::Came };
        let event = received_at.event(self.heartbeat.clone(), self.at, outcome, order);
        Some(Event { pulse: Some(pulse), attachment, source: self.source, ..event })
    }

    /// What it says of success or failure, if anything.
    fn outcome(&self) -> Option<Outcome> {
        match self.action {
            Action::Start | Action::Log => None,
            Action::Success | Action::Exit(0) => Some(match self.check() {
                Ok(()) => Outcome::success(),
                Err(failure) => Outcome::Failure(failure),
            }),
            Action::Fail => Some(self.failed(None)),
            Action::Exit(status) => Some(self.failed(Some(status))),
        }
    }

    /// A failure with the last line of the body, where programs say why they gave up.
    fn failed(&self, status: Option<u8>) -> Outcome {
        let text = self.text().text;
        let said = last_line(text.strip_suffix(ELLIPSIS).unwrap_or(&text));
        let said = one_line(said, MAX_DETAIL);
        let detail = match (status, said.is_empty()) {
            (None, true) => HeartbeatDetail::Failed {},
            (None, false) => HeartbeatDetail::FailedWith { said },
            (Some(status), true) => HeartbeatDetail::Exited { status },
            (Some(status), false) => HeartbeatDetail::ExitedWith { status, said },
        };
        Outcome::failure(Reason::ReportedFailure, Detail::Heartbeat(detail))
    }

    /// Whether the body meets the expectations.
    fn check(&self) -> Result<(), Failure> {
        let quote = |text: &str| one_line(&redact(text.to_owned(), &self.key), MAX_VALUE);
        let fit = |text: String| one_line(&text, MAX_DETAIL);
        let cut = |Failure { reason, detail }| Failure { reason, detail: detail.with_texts(&fit) };
        let unmet = |detail: AnswerDetail| Err(detail.failure(Reason::Json));
        let said = expect::ping_text(&self.expect, &self.body, &quote);
        said.map_err(cut)?;
        match self.expect.json.first() {
            None => Ok(()),
            Some(expect) if self.body.iter().all(u8::is_ascii_whitespace) => {
                unmet(AnswerDetail::NoBody { expected: expect.source.clone() })
            }
            Some(expect) if self.is_cut => {
                let (kib, expected) = (MAX_BODY / 1024, expect.source.clone());
                unmet(AnswerDetail::BodyTooLong { kib, expected })
            }
            Some(_) => expect::json(&self.expect.json, &self.body, self.at, &quote).map_err(cut),
        }
    }
}
