//! What an outage looks like, in Chinese.

use super::Chinese;
use crate::message::time::Calendar;
use crate::message::words::{Causes, Several as _};
use crate::model::detail::{Cause, Front, IpFamily, NameList};

impl Causes for Chinese {
    fn looks_like(&self, cause: &Cause, is_over: bool, calendar: Calendar) -> String {
        let still = if is_over { "当时" } else { "仍" };
        let what = match cause {
            Cause::AddressChanged { named, called, who, since } => format!(
                "地址变了，DNS 指向 {named}，而 {who} 的心跳从 {} 起来自 {called}",
                calendar.time(since.0)
            ),
            Cause::NameGone { address } => {
                format!("只是域名没有了，服务器在 {address} {still}有应答")
            }
            Cause::PlaceDark { last } => format!(
                "停电、线路中断或那里的那台设备，没有任何应答，{} 之后也没有心跳",
                calendar.time(last.0)
            ),
            Cause::WayIn { who, last } => format!(
                "入口不通（路由器、端口转发或运营商），或后面的设备关机，{who} 的心跳在 {} 仍然到达",
                calendar.time(last.0)
            ),
            Cause::OneService { others } => {
                format!("只有它有问题，同一地址上的其他服务正常（{}）", list(others))
            }
            Cause::Upstream { front } => {
                format!("{0}后面的服务器有问题，{0}本身有应答", in_front(*front))
            }
            Cause::OneFamily { works: IpFamily::V4 } => "只有 IPv6 不通，IPv4 正常".into(),
            Cause::OneFamily { works: IpFamily::V6 } => "只有 IPv4 不通，IPv6 正常".into(),
            Cause::FarOnly { from } => {
                format!("从这里到那里的线路有问题，从别处可以访问（{}）", list(from))
            }
            Cause::Certificate {} => "只是证书的问题，服务器在运行".into(),
        };
        format!("{}{what}", begin(is_over))
    }

    fn looks_like_in_short(&self, cause: &Cause, is_over: bool) -> String {
        let what = match cause {
            Cause::AddressChanged { .. } => "地址变了",
            Cause::NameGone { .. } => "只是域名没有了",
            Cause::PlaceDark { .. } => "停电、线路中断或那里的那台设备",
            Cause::WayIn { .. } => "入口不通，或后面的设备关机",
            Cause::OneService { .. } => "只有它有问题",
            Cause::Upstream { .. } => "代理后面的服务器有问题",
            Cause::OneFamily { works: IpFamily::V4 } => "只有 IPv6 不通",
            Cause::OneFamily { works: IpFamily::V6 } => "只有 IPv4 不通",
            Cause::FarOnly { .. } => "到那里的线路有问题",
            Cause::Certificate {} => "只是证书的问题",
        };
        format!("{}{what}", begin(is_over))
    }
}

const fn begin(is_over: bool) -> &'static str {
    if is_over { "当时推测原因：" } else { "推测原因：" }
}

fn list(list: &NameList) -> String {
    let names: Vec<&str> = list.names.iter().map(String::as_str).collect();
    Chinese.list(&names, list.more)
}

const fn in_front(front: Front) -> &'static str {
    match front {
        Front::Cloudflare => "Cloudflare ",
        Front::LoadBalancer => "负载均衡器",
        Front::Proxy => "代理",
    }
}
