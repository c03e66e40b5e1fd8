//! What an outage looks like, in Korean.

use super::Korean;
use crate::message::time::Calendar;
use crate::message::words::{Causes, Several as _};
use crate::model::detail::{Cause, Front, IpFamily, NameList};

impl Causes for Korean {
    fn looks_like(&self, cause: &Cause, calendar: Calendar) -> String {
        let what = match cause {
            Cause::AddressChanged { named, called, who, since } => format!(
                "주소 변경, DNS에는 {named}, {who} 핑은 {}부터 {called}에서 옵니다",
                calendar.time(since.0)
            ),
            Cause::NameGone { address } => {
                format!("이름만 사라짐, 서버는 {address}에서 응답합니다")
            }
            Cause::PlaceDark { last } => format!(
                "정전 또는 회선 장애, 그곳에서 아무것도 응답하지 않고, {} 이후 핑도 없습니다",
                calendar.time(last.0)
            ),
            Cause::WayIn { who, last } => format!(
                "들어가는 길 막힘 (공유기, 포트 포워딩, 통신사), {who} 핑은 {}에도 왔습니다",
                calendar.time(last.0)
            ),
            Cause::OneService { others } => {
                format!("이것만의 문제, 같은 주소의 다른 서비스는 정상입니다 ({})", list(others))
            }
            Cause::Upstream { front } => {
                format!("{0} 뒤의 서버 문제, {0} 자체는 응답합니다", in_front(*front))
            }
            Cause::OneFamily { works: IpFamily::V4 } => "IPv6만의 문제, IPv4로는 됩니다".into(),
            Cause::OneFamily { works: IpFamily::V6 } => "IPv4만의 문제, IPv6로는 됩니다".into(),
            Cause::FarOnly { from } => {
                format!("여기서 그곳까지의 경로 문제, 다른 곳에서는 됩니다 ({})", list(from))
            }
            Cause::Certificate {} => "인증서만의 문제, 서버는 작동합니다".into(),
        };
        format!("추정 원인: {what}")
    }

    fn looks_like_in_short(&self, cause: &Cause) -> String {
        let what = match cause {
            Cause::AddressChanged { .. } => "주소 변경",
            Cause::NameGone { .. } => "이름만 사라짐",
            Cause::PlaceDark { .. } => "정전 또는 회선 장애",
            Cause::WayIn { .. } => "들어가는 길 막힘",
            Cause::OneService { .. } => "이것만의 문제",
            Cause::Upstream { .. } => "프록시 뒤의 서버 문제",
            Cause::OneFamily { works: IpFamily::V4 } => "IPv6만의 문제",
            Cause::OneFamily { works: IpFamily::V6 } => "IPv4만의 문제",
            Cause::FarOnly { .. } => "그곳까지의 경로 문제",
            Cause::Certificate {} => "인증서만의 문제",
        };
        format!("추정 원인: {what}")
    }
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
