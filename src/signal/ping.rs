//! A heartbeat's ping, as healthchecks.io's clients send it, so that they
//! and every one-line recipe with `curl` work unchanged:
//! <https://healthchecks.io/docs/http_api/>.

use chrono::{DateTime, Utc};
use http::Method;
use percent_encoding::percent_decode_str;
use thiserror::Error;

use super::Said;
use super::text::{MAX_DETAIL, MAX_TEXT, SignalText};
use crate::core::judge::expect;
use crate::model::expect::JsonExpect;
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Outcome, Reason};
use crate::model::secret::{Secret, redact};
use crate::text::{ELLIPSIS, clean, last_line, one_line, tail};

/// Bytes of a ping's body that are kept; the rest is cut, as healthchecks.io
/// cuts after 100,000.
pub const MAX_BODY: usize = 64 * 1024;

/// Characters of a value within a detail, at most.
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
    /// Something to remember that changes nothing.
    Log,
    /// A program ended with this status; 0 is success.
    Exit(u8),
}

/// Whose heartbeat a request is for, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Who calls: to be compared with [`Secret::matches`], and never logged.
    pub key: Secret,
    /// What is said.
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
pub fn parse(path: &str) -> Result<Call, PathError> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix("/ping/").ok_or(PathError::NotFound)?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let (key, action) = match path.split_once('/') {
        Some((key, action)) => (key, action_of(action)?),
        None => (path, Action::Success),
    };
    let key = percent_decode_str(key).decode_utf8().map_err(|_| PathError::NotFound)?;
    if key.is_empty() {
        return Err(PathError::NotFound);
    }
    Ok(Call { key: Secret::new(key), action })
}

fn action_of(word: &str) -> Result<Action, PathError> {
    match word {
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
    [Method::GET, Method::HEAD, Method::POST].contains(method)
}

/// A ping whose key was recognised.
#[derive(Debug, Clone)]
pub struct Ping {
    /// Whose key it was.
    pub heartbeat: TargetName,
    /// What it says.
    pub action: Action,
    /// What must hold of the body of a ping that says success.
    pub expect: Vec<JsonExpect>,
    /// When it came, or its object was written.
    pub at: DateTime<Utc>,
    /// The key it came with, to be kept out of what is shown; an object has none.
    key: Option<Secret>,
    body: Vec<u8>,
    is_cut: bool,
}

impl Ping {
    /// A request's ping: `call`, recognised as `heartbeat`'s. Of the body,
    /// [`MAX_BODY`] bytes are kept.
    #[must_use]
    pub fn called(
        call: Call,
        heartbeat: TargetName,
        expect: Vec<JsonExpect>,
        body: &[u8],
        at: DateTime<Utc>,
    ) -> Self {
        let Call { key, action } = call;
        Self { key: Some(key), action, ..Self::written(heartbeat, expect, body, at) }
    }

    /// The ping that an object's content is.
    #[must_use]
    pub fn written(
        heartbeat: TargetName,
        expect: Vec<JsonExpect>,
        content: &[u8],
        at: DateTime<Utc>,
    ) -> Self {
        let body = content[..content.len().min(MAX_BODY)].to_vec();
        let is_cut = content.len() > MAX_BODY;
        Self { heartbeat, action: Action::Success, expect, at, key: None, body, is_cut }
    }

    /// Whether it was written, not called: then its instant is the writer's.
    pub(super) fn is_object(&self) -> bool {
        self.key.is_none()
    }

    /// The body as people can read it: for `/log`, too.
    #[must_use]
    pub fn text(&self) -> SignalText {
        let text = clean(&redact(String::from_utf8_lossy(&self.body).into_owned(), &self.key));
        let text = if self.is_cut { format!("{}\n{ELLIPSIS}", text.trim_end()) } else { text };
        SignalText { text: tail(&text, MAX_TEXT), link: None }
    }

    pub(super) fn said(&self) -> Option<Said> {
        let outcome = match self.action {
            Action::Start | Action::Log => return None,
            Action::Success | Action::Exit(0) => match self.check() {
                Ok(()) => Outcome::success(),
                Err(failure) => Outcome::Failure(failure),
            },
            Action::Fail => self.failed("it reported a failure"),
            Action::Exit(status) => self.failed(&format!("exit status {status}")),
        };
        let (target, slot, text) = (self.heartbeat.clone(), self.at, self.text());
        Some(Said { target, slot, outcome, count: 1, text })
    }

    /// Programs say last why they gave up.
    fn failed(&self, what: &str) -> Outcome {
        let text = self.text().text;
        let last = last_line(text.strip_suffix(ELLIPSIS).unwrap_or(&text));
        let detail = if last.is_empty() { what.to_owned() } else { format!("{what}: {last}") };
        Outcome::failure(Reason::ReportedFailure, one_line(&detail, MAX_DETAIL))
    }

    /// Whether the body is what is expected of it.
    fn check(&self) -> Result<(), Failure> {
        let quote = |text: &str| one_line(&redact(text.to_owned(), &self.key), MAX_VALUE);
        let unmet = |detail: String| Err(Failure { reason: Reason::Json, detail });
        match self.expect.first() {
            None => Ok(()),
            Some(expect) if self.body.iter().all(u8::is_ascii_whitespace) => {
                unmet(format!("the ping has no JSON body, expected `{}`", expect.source))
            }
            Some(expect) if self.is_cut => unmet(format!(
                "the body is longer than {} KiB, expected `{}`",
                MAX_BODY / 1024,
                expect.source
            )),
            Some(_) => expect::json(&self.expect, &self.body, &quote).map_err(|failure| Failure {
                detail: one_line(&failure.detail, MAX_DETAIL),
                ..failure
            }),
        }
    }
}
