//! What exactly happened, in Korean.

mod certificate;
mod connection;
mod http;
mod lack;
mod os;
mod own;
mod store;
mod tls;

use certificate::list;

use crate::message::time::Calendar;
use crate::message::words::{is_limit, of};
use crate::model::detail::{
    AlarmDetail, AnswerDetail, CertificateOwner, Detail, HeartbeatDetail, LimitDetail,
};
use crate::model::target::Language;

pub(super) fn say(detail: &Detail, calendar: Calendar) -> String {
    match detail {
        Detail::Text(text) => text.clone(),
        Detail::Answer(detail) => answer(detail, calendar),
        Detail::Connection(detail) => connection::connection(detail, calendar),
        Detail::Banner(detail) => connection::banner(detail, calendar),
        Detail::Dns(detail) => connection::dns(detail),
        Detail::WebSocket(detail) => connection::websocket(detail),
        Detail::Ssh(detail) => connection::ssh(detail),
        Detail::Grpc(detail) => connection::grpc(detail),
        Detail::Tls(detail) => tls::tls(detail),
        Detail::Certificate(detail) => certificate::certificate(detail, calendar),
        Detail::CertificateName(detail) => certificate::certificate_name(detail),
        Detail::CertificateIssuer(detail) => certificate::certificate_issuer(detail),
        Detail::Http(detail) => http::http(detail),
        Detail::Redirect(detail) => http::redirect(detail),
        Detail::Own(detail) => own::own(detail, calendar),
        Detail::Heartbeat(detail) => heartbeat(detail, calendar),
        Detail::Alarm(detail) => alarm(detail),
        Detail::Limit(detail) => limit(detail, calendar),
        Detail::Lack(detail) => lack::lack(detail),
        Detail::Store(detail) => store::store(detail),
    }
}

fn answer(detail: &AnswerDetail, calendar: Calendar) -> String {
    match detail {
        AnswerDetail::Status { status, .. } => format!("{status} 응답"),
        AnswerDetail::HeaderMissing { header } => format!("헤더 {header} 없음"),
        AnswerDetail::HeaderOther { header, value, expected } => {
            format!("헤더 {header} 값이 `{value}`, 기대값 `{expected}`")
        }
        AnswerDetail::HeaderForbidden { header, value, pattern } => {
            format!("헤더 {header} 값이 `{value}`, 금지 패턴 `{pattern}`과 일치")
        }
        AnswerDetail::BodyEmpty { expected } => format!("본문이 비어 있음, 기대값 `{expected}`"),
        AnswerDetail::BodyLacks { expected, .. } => format!("본문에 `{expected}` 없음"),
        AnswerDetail::BodyUnmatched { expected, .. } => format!("본문이 `{expected}` 패턴과 다름"),
        AnswerDetail::BodyForbidden { text } => format!("본문에 `{text}` 있음"),
        AnswerDetail::BodyMatches { pattern, found } => {
            format!("본문에 `{found}` 있음, 금지 패턴 `{pattern}`과 일치")
        }
        AnswerDetail::NotJson { line, column } => {
            format!("본문이 JSON이 아님 ({line}행 {column}열)")
        }
        AnswerDetail::JsonCut {} => "본문이 JSON이 아님: 중간에 끊김".into(),
        AnswerDetail::JsonTooLarge { mib } => {
            format!("본문의 JSON이 메모리 {mib} MiB보다 큼")
        }
        AnswerDetail::JsonTooMuch { expected } => {
            format!("본문의 JSON이 너무 큼, 확인 불가: `{expected}`")
        }
        AnswerDetail::JsonMissing { path, expected } => format!("{path} 없음, 기대값 {expected}"),
        AnswerDetail::JsonOther { path, value, expected } if is_limit(expected) => {
            format!("{path} 값이 {value}, 한도 {expected}")
        }
        AnswerDetail::JsonOther { path, value, expected } => {
            format!("{path} 값이 {value}, 기대값 {expected}")
        }
        AnswerDetail::JsonPresent { path, value } => {
            format!("없어야 할 {path} 값이 {value}")
        }
        AnswerDetail::JsonAge { path, age, expected } => {
            format!("{path} 시각이 {} 전, 기대값 {expected}", calendar.short(*age))
        }
        AnswerDetail::JsonNoTime { path, value } => {
            format!("{path} 값이 {value}, 시간대가 있는 시각이 아님")
        }
        AnswerDetail::TooSlow { took, limit } => {
            format!("응답에 {} 걸림, 한도 {}", calendar.short(*took), calendar.short(*limit))
        }
        AnswerDetail::NoBody { expected } => format!("핑에 JSON 본문 없음, 기대값 `{expected}`"),
        AnswerDetail::BodyTooLong { kib, expected } => {
            format!("본문이 {kib} KiB보다 김, 기대값 `{expected}`")
        }
        AnswerDetail::Open { host, port } => {
            format!("{host} 포트 {port}: 닫혀 있어야 하는데 응답함")
        }
    }
}

fn heartbeat(detail: &HeartbeatDetail, calendar: Calendar) -> String {
    match detail {
        HeartbeatDetail::Overdue { due, last } => {
            format!("기한 {}, 마지막 핑 {}", calendar.time(due.0), calendar.time(last.0))
        }
        HeartbeatDetail::RunTooLong { began, limit } => {
            format!(
                "{}에 시작한 작업이 {} 안에 끝나지 않음",
                calendar.time(began.0),
                calendar.short(*limit)
            )
        }
        HeartbeatDetail::NoneEnds { last } => {
            format!("작업이 시작되지만 {} 이후 끝난 것이 없음", calendar.time(last.0))
        }
        HeartbeatDetail::Failed {} => "실패를 보고함".into(),
        HeartbeatDetail::FailedWith { said } => said.clone(),
        HeartbeatDetail::Exited { status } => format!("종료 코드 {status}"),
        HeartbeatDetail::ExitedWith { status, said } => format!("{said} (종료 코드 {status})"),
    }
}

fn alarm(detail: &AlarmDetail) -> String {
    use AlarmDetail as It;
    match detail {
        It::CrossedOnce { value, operator, threshold } => format!("{value} {operator} {threshold}"),
        It::Crossed { value, operator, threshold, some, of } => {
            format!("{value} {operator} {threshold} (데이터 {of}개 중 {some}개)")
        }
        It::OutOfBand { value, lower, upper } => {
            format!("{value}, 정상 범위 {lower} – {upper} 벗어남")
        }
        It::NoData { periods } => format!("{periods}개 주기 동안 데이터 없음"),
        It::Children { names } => format!("{} 경보 상태", list(names)),
        It::Contributors { some, of } => format!("시계열 {of}개 중 {some}개 경보 상태"),
        It::Raised {} => "경보 상태".into(),
    }
}

/// Whose certificate it is.
fn owner(whose: &CertificateOwner) -> String {
    match whose {
        CertificateOwner::Server { host } => format!("{host} 인증서"),
        CertificateOwner::Authority { name } => format!("인증 기관 `{name}` 인증서"),
        CertificateOwner::AuthorityOf { name, host } => {
            format!("{host} 인증 기관 `{name}` 인증서")
        }
    }
}

fn limit(detail: &LimitDetail, calendar: Calendar) -> String {
    match detail {
        LimitDetail::Slow { took, limit } => {
            format!("{}, 한도 {}", calendar.short(*took), calendar.short(*limit))
        }
        LimitDetail::Partly { from, not_from, why } => {
            let (from, not_from) = (list(from), list(not_from));
            let why = of(Language::Ko).reason(*why);
            format!("{from}에서는 접속됨, {not_from}에서는 안 됨 ({why})")
        }
        LimitDetail::WorksPartly { from, not_from, why } => {
            let (from, not_from, why) = (list(from), list(not_from), say(why, calendar));
            format!("{from}에서는 정상, {not_from}에서는 아님 ({why})")
        }
        LimitDetail::Lasts { ends } => format!("{} 남음", calendar.left(ends.0)),
        LimitDetail::Took { took } => calendar.short(*took),
        LimitDetail::ExpiresAt { ends, whose, .. } => {
            let (left, date) = (calendar.left(ends.0), calendar.date(ends.0));
            format!("{} {left} 남음 ({date})", owner(whose))
        }
        LimitDetail::Expires { ends, .. } => {
            format!("{} 남음 ({})", calendar.left(ends.0), calendar.date(ends.0))
        }
    }
}
