//! What exactly happened, in Chinese.

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
        AnswerDetail::Status { status, .. } => format!("返回 {status}"),
        AnswerDetail::HeaderMissing { header } => format!("缺少响应头 {header}"),
        AnswerDetail::HeaderOther { header, value, expected } => {
            format!("响应头 {header} 为“{value}”，应为“{expected}”")
        }
        AnswerDetail::HeaderForbidden { header, value, pattern } => {
            format!("响应头 {header} 为“{value}”，匹配了禁止的“{pattern}”")
        }
        AnswerDetail::BodyEmpty { expected } => format!("响应内容为空，应有“{expected}”"),
        AnswerDetail::BodyLacks { expected, .. } => format!("响应内容不含“{expected}”"),
        AnswerDetail::BodyUnmatched { expected, .. } => format!("响应内容不匹配“{expected}”"),
        AnswerDetail::BodyForbidden { text } => format!("响应内容含有“{text}”"),
        AnswerDetail::BodyMatches { pattern, found } => {
            format!("响应内容含有“{found}”，匹配了禁止的“{pattern}”")
        }
        AnswerDetail::NotJson { line, column } => {
            format!("响应内容不是 JSON（第 {line} 行第 {column} 列）")
        }
        AnswerDetail::JsonCut {} => "响应内容不是 JSON：中途断开".into(),
        AnswerDetail::JsonTooLarge { mib } => format!("响应的 JSON 占用内存超过 {mib} MiB"),
        AnswerDetail::JsonTooMuch { expected } => {
            format!("响应的 JSON 过大，无法检查“{expected}”")
        }
        AnswerDetail::JsonMissing { path, expected } => format!("缺少 {path}，应 {expected}"),
        AnswerDetail::JsonOther { path, value, expected } if is_limit(expected) => {
            format!("{path} 为 {value}，限值 {expected}")
        }
        AnswerDetail::JsonOther { path, value, expected } => {
            format!("{path} 为 {value}，应 {expected}")
        }
        AnswerDetail::JsonPresent { path, value } => format!("不应有 {path}，现为 {value}"),
        AnswerDetail::JsonAge { path, age, expected } => {
            format!("{path} 是 {}前的时间，应 {expected}", calendar.short(*age))
        }
        AnswerDetail::JsonNoTime { path, value } => {
            format!("{path} 为 {value}，不是带时区的时间")
        }
        AnswerDetail::TooSlow { took, limit } => {
            format!("响应耗时 {}，上限 {}", calendar.short(*took), calendar.short(*limit))
        }
        AnswerDetail::NoBody { expected } => format!("心跳没有 JSON 内容，应有“{expected}”"),
        AnswerDetail::BodyTooLong { kib, expected } => {
            format!("内容超过 {kib} KiB，应有“{expected}”")
        }
        AnswerDetail::Open { host, port } => format!("{host} 的端口 {port} 可以访问，本应关闭"),
    }
}

fn heartbeat(detail: &HeartbeatDetail, calendar: Calendar) -> String {
    match detail {
        HeartbeatDetail::Overdue { due, last } => {
            format!("最晚应在 {}，上次心跳 {}", calendar.time(due.0), calendar.time(last.0))
        }
        HeartbeatDetail::RunTooLong { began, limit } => {
            format!("{} 开始的任务未在 {}内结束", calendar.time(began.0), calendar.short(*limit))
        }
        HeartbeatDetail::NoneEnds { last } => {
            format!("任务不断开始，自 {} 起没有一个结束", calendar.time(last.0))
        }
        HeartbeatDetail::Failed {} => "自报失败".into(),
        HeartbeatDetail::FailedWith { said } => said.clone(),
        HeartbeatDetail::Exited { status } => format!("退出码 {status}"),
        HeartbeatDetail::ExitedWith { status, said } => format!("{said}（退出码 {status}）"),
    }
}

fn alarm(detail: &AlarmDetail) -> String {
    use AlarmDetail as It;
    match detail {
        It::CrossedOnce { value, operator, threshold } => format!("{value} {operator} {threshold}"),
        It::Crossed { value, operator, threshold, some, of } => {
            format!("{value} {operator} {threshold}（{of} 个数据点中有 {some} 个）")
        }
        It::OutOfBand { value, lower, upper } => {
            format!("{value}，超出正常范围 {lower} – {upper}")
        }
        It::NoData { periods } => format!("连续 {periods} 个周期没有数据"),
        It::Children { names } => format!("{} 处于告警状态", list(names)),
        It::Contributors { some, of } => format!("{of} 个时间序列中有 {some} 个处于告警状态"),
        It::Raised {} => "处于告警状态".into(),
    }
}

/// Whose certificate it is.
fn owner(whose: &CertificateOwner) -> String {
    match whose {
        CertificateOwner::Server { host } => format!("{host} 的证书"),
        CertificateOwner::Authority { name } => format!("颁发机构“{name}”的证书"),
        CertificateOwner::AuthorityOf { name, host } => {
            format!("{host} 的颁发机构“{name}”的证书")
        }
    }
}

fn limit(detail: &LimitDetail, calendar: Calendar) -> String {
    match detail {
        LimitDetail::Slow { took, limit } => {
            format!("{}，上限 {}", calendar.short(*took), calendar.short(*limit))
        }
        LimitDetail::Partly { from, not_from, why } => {
            let (from, not_from) = (list(from), list(not_from));
            let why = of(Language::Zh).reason(*why);
            format!("从 {from} 可以访问，从 {not_from} 不能（{why}）")
        }
        LimitDetail::WorksPartly { from, not_from, why } => {
            let (from, not_from, why) = (list(from), list(not_from), say(why, calendar));
            format!("从 {from} 正常，从 {not_from} 不正常（{why}）")
        }
        LimitDetail::Lasts { ends } => format!("还剩 {}", calendar.left(ends.0)),
        LimitDetail::Took { took } => calendar.short(*took),
        LimitDetail::ExpiresAt { ends, whose, .. } => {
            let (left, date) = (calendar.left(ends.0), calendar.date(ends.0));
            format!("{} 还剩 {left}（{date}）", owner(whose))
        }
        LimitDetail::Expires { ends, .. } => {
            format!("还剩 {}（{}）", calendar.left(ends.0), calendar.date(ends.0))
        }
    }
}
