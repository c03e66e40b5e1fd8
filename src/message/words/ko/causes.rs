//! What an outage looks like, in Korean.

use super::Korean;
use crate::message::time::Calendar;
use crate::message::words::{Causes, Several as _};
use crate::model::detail::{Cause, Front, IpFamily, NameList};

impl Causes for Korean {
    fn looks_like(&self, cause: &Cause, is_over: bool, calendar: Calendar) -> String {
        let tense = |now: &'static str, over: &'static str| if is_over { over } else { now };
        let answers = tense("응답합니다", "응답했습니다");
        let works = tense("됩니다", "됐습니다");
        let what = match cause {
            Cause::AddressChanged { named, called, who, since } => format!(
                "주소 변경, DNS에는 {named}, {who} 핑은 {}부터 {called}에서 {}",
                calendar.time(since.0),
                tense("옵니다", "왔습니다"),
            ),
            Cause::NameGone { address } => {
                format!("도메인 이름만 사라짐, 서버는 {address}에서 {answers}")
            }
            Cause::PlaceDark { last } => format!(
                "정전, 회선 장애 또는 그곳의 장비 한 대, 아무것도 응답하지 {}, {} 이후 핑도 {}",
                tense("않고", "않았고"),
                calendar.time(last.0),
                tense("없습니다", "없었습니다"),
            ),
            Cause::WayIn { who, last } => format!(
                "외부에서 들어오는 접속 막힘 (공유기, 포트 포워딩, 통신사) 또는 그 뒤의 장비 꺼짐, \
                 {who} 핑은 {}에도 왔습니다",
                calendar.time(last.0)
            ),
            Cause::OneService { others } => format!(
                "이 서비스만의 문제, 같은 주소의 다른 서비스는 {} ({})",
                tense("정상입니다", "정상이었습니다"),
                list(others)
            ),
            Cause::Upstream { front } => {
                format!("{0} 뒤의 서버 문제, {0} 자체는 {answers}", in_front(*front))
            }
            Cause::OneFamily { works: IpFamily::V4 } => {
                format!("IPv6만의 문제, IPv4로는 {works}")
            }
            Cause::OneFamily { works: IpFamily::V6 } => {
                format!("IPv4만의 문제, IPv6로는 {works}")
            }
            Cause::FarOnly { from } => {
                format!("여기서 그곳까지의 경로 문제, 다른 곳에서는 {works} ({})", list(from))
            }
            Cause::Certificate {} => {
                let runs = tense("작동합니다", "작동했습니다");
                format!("인증서만의 문제, 서버는 {runs}")
            }
        };
        format!("{}{what}", begin(is_over))
    }

    fn looks_like_in_short(&self, cause: &Cause, is_over: bool) -> String {
        let what = match cause {
            Cause::AddressChanged { .. } => "주소 변경",
            Cause::NameGone { .. } => "도메인 이름만 사라짐",
            Cause::PlaceDark { .. } => "정전, 회선 장애 또는 그곳의 장비 한 대",
            Cause::WayIn { .. } => "외부에서 들어오는 접속 막힘 또는 그 뒤의 장비 꺼짐",
            Cause::OneService { .. } => "이 서비스만의 문제",
            Cause::Upstream { .. } => "프록시 뒤의 서버 문제",
            Cause::OneFamily { works: IpFamily::V4 } => "IPv6만의 문제",
            Cause::OneFamily { works: IpFamily::V6 } => "IPv4만의 문제",
            Cause::FarOnly { .. } => "그곳까지의 경로 문제",
            Cause::Certificate {} => "인증서만의 문제",
        };
        format!("{}{what}", begin(is_over))
    }
}

const fn begin(is_over: bool) -> &'static str {
    if is_over { "당시 추정 원인: " } else { "추정 원인: " }
}

fn list(list: &NameList) -> String {
    let names: Vec<&str> = list.names.iter().map(String::as_str).collect();
    Korean.list(&names, list.more)
}

const fn in_front(front: Front) -> &'static str {
    match front {
        Front::Cloudflare => "Cloudflare",
        Front::LoadBalancer => "로드 밸런서",
        Front::Proxy => "프록시",
    }
}
