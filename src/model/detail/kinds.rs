//! What is wrong with an answer, what a heartbeat did, and which limit is crossed.

use crate::model::observation::{Failure, Reason};

use super::Detail;
use super::argument::{CertificateOwner, Date, HttpStatus, Moment, NameList, Span};
use super::table::details;

details! {
    /// What is wrong with an answer, or with a ping's body.
    AnswerDetail {
        /// Its status is not among those expected.
        Status {
            /// The one that it has.
            status: HttpStatus,
            /// Those expected: `200-299, 304`.
            expected: String,
        } = "answered {status}";
        /// A header is not there.
        HeaderMissing {
            /// The header's name.
            header: String,
        } = "the header `{header}` is missing";
        /// A header does not match.
        HeaderOther {
            /// The header's name.
            header: String,
            /// How it begins.
            value: String,
            /// The pattern.
            expected: String,
        } = "the header `{header}` is `{value}`, expected `{expected}`";
        /// A header matches what it must not.
        HeaderForbidden {
            /// The header's name.
            header: String,
            /// How it begins.
            value: String,
            /// The pattern.
            pattern: String,
        } = "the header `{header}` is `{value}`, which matches `{pattern}` and must not";
        /// The body is empty, and a text or a pattern was expected in it.
        BodyEmpty {
            /// What the configuration expects.
            expected: String,
        } = "the body is empty, expected `{expected}`";
        /// The body lacks a text.
        BodyLacks {
            /// What the configuration expects.
            expected: String,
            /// How it begins.
            begins: String,
        } = "the body does not contain `{expected}`";
        /// The body does not match a pattern.
        BodyUnmatched {
            /// What the configuration expects.
            expected: String,
            /// How it begins.
            begins: String,
        } = "the body does not match `{expected}`";
        /// The body has a text that it must not have.
        BodyForbidden {
            /// The text that the configuration has.
            text: String,
        } = "the body contains `{text}`";
        /// The body matches a pattern that it must not match.
        BodyMatches {
            /// The pattern.
            pattern: String,
            /// What matches it.
            found: String,
        } = "the body has `{found}`, which matches `{pattern}` and must not";
        /// The body is no JSON.
        NotJson {
            /// The line in which it stops being JSON, from 1 on.
            line: usize,
            /// The place in that line, from 1 on.
            column: usize,
        } = "the body is not JSON (line {line}, column {column})";
        /// The body is JSON as far as it goes.
        JsonCut {} = "the body is not JSON: it ends in the middle";
        /// The body's JSON is too large to be read.
        JsonTooLarge {
            /// Its limit, in MiB of memory.
            mib: usize,
        } = "the body's JSON takes more than {mib} MiB of memory once read";
        /// The body's JSON is too large for what an expectation asks of it.
        JsonTooMuch {
            /// What the configuration expects.
            expected: String,
        } = "the body's JSON is too large to check `{expected}`";
        /// A path selects nothing.
        JsonMissing {
            /// The path in the document.
            path: String,
            /// The operator, and what was to be found there.
            expected: String,
        } = "{path} is missing, expected {expected}";
        /// What a path selects is not as expected.
        JsonOther {
            /// The path in the document.
            path: String,
            /// What it is.
            value: String,
            /// The operator, and what was to be found there.
            expected: String,
        } = "{path} is {value}, expected {expected}";
        /// A path selects something, and must not.
        JsonPresent {
            /// The path in the document.
            path: String,
            /// What it selects.
            value: String,
        } = "{path} is there, and must not be: {value}";
        /// A time is longer ago than it may be, or not as long.
        JsonAge {
            /// Where it stands.
            path: String,
            /// How long ago it is.
            age: Span,
            /// The operator, and how long ago it was to be.
            expected: String,
        } = "{path} is {age} ago, expected {expected}";
        /// What is to be a time is none.
        JsonNoTime {
            /// Where it stands.
            path: String,
            /// What it is.
            value: String,
        } = "{path} is {value}, which is no time with a zone";
        /// A ping has no body that could meet an expectation.
        NoBody {
            /// What the configuration expects.
            expected: String,
        } = "the ping has no JSON body, expected `{expected}`";
        /// A ping's body is longer than what is read of it.
        BodyTooLong {
            /// How much is read, in KiB.
            kib: usize,
            /// What was expected of it.
            expected: String,
        } = "the body is longer than {kib} KiB, expected `{expected}`";
        /// It answers, and must not.
        Open {
            /// Whose port.
            host: String,
            /// Which port.
            port: u16,
        } = "{host} answers on port {port}, and must not";
        /// It answers, and not soon enough.
        TooSlow {
            /// How long it took.
            took: Span,
            /// What it may take.
            limit: Span,
        } = "answered in {took}, limit {limit}";
    }
}

impl AnswerDetail {
    /// The failure of `reason` that it is the detail of.
    #[must_use]
    pub fn failure(self, reason: Reason) -> Failure {
        Failure { reason, detail: Detail::Answer(self) }
    }

    /// What is worth saying on a line of its own.
    pub(super) fn beside(&self) -> Option<Beside<'_>> {
        match self {
            Self::Status { expected, .. } => Some(Beside::Expected(expected)),
            Self::BodyLacks { begins, .. } | Self::BodyUnmatched { begins, .. } => {
                Some(Beside::Begins(begins))
            }
            Self::HeaderMissing { .. }
            | Self::HeaderOther { .. }
            | Self::HeaderForbidden { .. }
            | Self::BodyEmpty { .. }
            | Self::BodyForbidden { .. }
            | Self::BodyMatches { .. }
            | Self::NotJson { .. }
            | Self::JsonCut {}
            | Self::JsonTooLarge { .. }
            | Self::JsonTooMuch { .. }
            | Self::JsonMissing { .. }
            | Self::JsonOther { .. }
            | Self::JsonPresent { .. }
            | Self::JsonAge { .. }
            | Self::JsonNoTime { .. }
            | Self::NoBody { .. }
            | Self::BodyTooLong { .. }
            | Self::Open { .. }
            | Self::TooSlow { .. } => None,
        }
    }
}

/// What is said beside the fact that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside<'a> {
    /// What was expected instead, in the words of the configuration.
    Expected(&'a str),
    /// How the body begins.
    Begins(&'a str),
}

details! {
    /// What a heartbeat did, or did not do.
    HeartbeatDetail {
        /// No ping came in time.
        Overdue {
            /// When it was due at the latest.
            due: Moment,
            /// When the last one came.
            last: Moment,
        } = "due by {due}, last ping {last}";
        /// A run began and did not end in time.
        RunTooLong {
            /// When it began.
            began: Moment,
            /// What it may take.
            limit: Span,
        } = "a run that began at {began} has not ended, and may take {limit}";
        /// Runs begin again and again, and none ends.
        NoneEnds {
            /// When one last did.
            last: Moment,
        } = "runs begin, and none has ended since {last}";
        /// It said that it failed.
        Failed {} = "it reported a failure";
        /// It said that it failed, and why.
        FailedWith {
            /// Its last words.
            said: String,
        } = "{said}";
        /// A program ended with a status that is not 0.
        Exited {
            /// The status.
            status: u8,
        } = "exit status {status}";
        /// The same, and why.
        ExitedWith {
            /// The status.
            status: u8,
            /// Its last words.
            said: String,
        } = "{said} (exit status {status})";
    }
}

details! {
    /// A limit that is crossed while the target works.
    LimitDetail {
        /// The answer took too long.
        Slow {
            /// How long.
            took: Span,
            /// What is allowed.
            limit: Span,
        } = "took {took}, more than {limit}";
        /// The certificate ends soon.
        Expires {
            /// When it ends.
            ends: Date,
            /// How long after the probe that is.
            left: Span,
        } = "expires in {left} ({ends})";
        /// The certificate of another server, to which it led, ends soon.
        ExpiresAt {
            /// When it ends.
            ends: Date,
            /// How long after the probe that is.
            left: Span,
            /// Whose it is.
            whose: CertificateOwner,
        } = "expires in {left} ({ends}), that of {whose}";
        /// It works from some places and not from others.
        Partly {
            /// From where it works.
            from: NameList,
            /// From where it does not.
            not_from: NameList,
            /// Why not from here.
            why: Reason,
        } = "reachable from {from}, not from {not_from}: {why}";
        /// It works from some places, and from others it is reached and does not.
        WorksPartly {
            /// From where it works.
            from: NameList,
            /// From where it does not.
            not_from: NameList,
            /// What is wrong from here.
            why: Box<Detail>,
        } = "working from {from}, not from {not_from}: {why}";
        /// The certificate is a new one, which ends later.
        Lasts {
            /// When it ends.
            ends: Date,
        } = "lasts until {ends}";
        /// The answer came in time again.
        Took {
            /// How long it took.
            took: Span,
        } = "took {took}";
    }
}
