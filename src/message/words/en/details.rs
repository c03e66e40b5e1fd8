//! What exactly happened, in English: where its own words are not what a message says.

use crate::message::time::Calendar;
use crate::message::words::is_limit;
use crate::model::detail::{
    AnswerDetail, CertificateDetail, Detail, HeartbeatDetail, LimitDetail, Past,
};

pub(super) fn say(detail: &Detail, calendar: Calendar) -> String {
    let at = |moment: &crate::model::detail::Moment| calendar.time(moment.0);
    match detail {
        Detail::Heartbeat(HeartbeatDetail::Overdue { due, last }) => {
            format!("due by {}, last ping {}", at(due), at(last))
        }
        Detail::Heartbeat(HeartbeatDetail::RunTooLong { began, limit }) => {
            format!("the run that began at {} has not ended within {limit}", at(began))
        }
        Detail::Heartbeat(HeartbeatDetail::NoneEnds { last }) => {
            format!("runs begin, and none has ended since {}", at(last))
        }
        Detail::Certificate(detail) => certificate(detail, calendar),
        Detail::Limit(LimitDetail::Expires { ends, .. }) => {
            format!("in {} ({})", calendar.left(ends.0), calendar.date(ends.0))
        }
        Detail::Limit(LimitDetail::ExpiresAt { ends, whose, .. }) => {
            let (left, date) = (calendar.left(ends.0), calendar.date(ends.0));
            format!("in {left} ({date}), that of {whose}")
        }
        Detail::Limit(LimitDetail::Lasts { ends }) => {
            format!("{} left", calendar.left(ends.0))
        }
        Detail::Limit(LimitDetail::Took { took }) => took.to_string(),
        Detail::Limit(partly @ LimitDetail::Partly { .. }) => partly.to_string(),
        Detail::Limit(LimitDetail::WorksPartly { from, not_from, why }) => {
            format!("working from {from}, not from {not_from}: {}", say(why, calendar))
        }
        Detail::Limit(LimitDetail::Slow { took, limit }) => format!("{took}, limit {limit}"),
        Detail::Answer(AnswerDetail::JsonOther { path, value, expected }) if is_limit(expected) => {
            format!("{path} is {value}, limit {expected}")
        }
        Detail::Text(_)
        | Detail::Answer(_)
        | Detail::Connection(_)
        | Detail::Banner(_)
        | Detail::Dns(_)
        | Detail::WebSocket(_)
        | Detail::Ssh(_)
        | Detail::Grpc(_)
        | Detail::Tls(_)
        | Detail::CertificateName(_)
        | Detail::CertificateIssuer(_)
        | Detail::Http(_)
        | Detail::Redirect(_)
        | Detail::Own(_)
        | Detail::Alarm(_)
        | Detail::Lack(_)
        | Detail::Store(_)
        | Detail::Heartbeat(_) => detail.fact(),
    }
}

/// What is dated is told as of today, and in the reader's zone.
fn certificate(detail: &CertificateDetail, calendar: Calendar) -> String {
    use CertificateDetail as It;
    let past =
        |ended: &Past| format!("{} ago ({})", calendar.since(ended.at), calendar.date(ended.at));
    match detail {
        It::Expired { host, ended } => {
            format!("the certificate for {host} expired {}", past(ended))
        }
        It::IntermediateExpired { name, host, ended } => {
            format!("the intermediate certificate `{name}` of {host} expired {}", past(ended))
        }
        It::RootExpired { name, host, ended } => format!(
            "the root `{name}` of {host}, which is named as tls.ca, expired {}",
            past(ended)
        ),
        It::NotYetValid { host, now, begins } => format!(
            "the certificate for {host} is not valid yet, by the clock here ({}): it begins on {}",
            calendar.time(now.0),
            calendar.time(begins.0)
        ),
        It::Unreadable { .. }
        | It::OtherPin { .. }
        | It::HasExpired { .. }
        | It::NotYet { .. }
        | It::OtherKey { .. }
        | It::Invalid { .. }
        | It::Uncheckable { .. } => detail.to_string(),
    }
}
