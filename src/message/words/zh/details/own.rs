//! Why the prober could not find out, in Chinese.

use crate::message::time::Calendar;
use crate::model::detail::OwnDetail;

use super::connection::name;
use super::os;

pub(super) fn own(detail: &OwnDetail, calendar: Calendar) -> String {
    use OwnDetail as It;
    match detail {
        It::NoProcessor { within, lost } => format!(
            "{}内没有读到响应，其中 {}里 prober 自身没有得到 CPU",
            calendar.short(*within),
            calendar.short(*lost)
        ),
        It::TooManyLookups { within } => {
            format!("{}内未能开始域名解析：卡住的其他解析过多", calendar.short(*within))
        }
        It::TooManyBodies { within } => {
            format!("{}内没有内存存放响应内容：其他大的响应过多", calendar.short(*within))
        }
        It::BodyUnread { within } => {
            format!("{}内没有时间检查响应内容", calendar.short(*within))
        }
        It::NoNetwork {} => "prober 自身没有网络".into(),
        It::BehindPartial { root } => format!("所依赖的 {root} 仅从别处可以访问"),
        It::RoundOver {} => "收到响应之前，本轮时间已用完".into(),
        It::Failed { why } => format!("prober 自身出错：{}", os::os(why)),
        It::System { why } => os::os(why),
        It::WithoutAws {} => "位于 AWS，而此 prober 构建时未包含 AWS".into(),
        It::Panicked {} => "prober 自身出错：程序缺陷".into(),
        It::NotSetUp {} => "prober 没有为此目标做好准备".into(),
        It::ProxyPassword {} => "无法发送代理的认证信息".into(),
        It::NoNameForProxy { host } => format!("无法通过代理请求 {host}"),
        It::RuntimeAddress { peer, ip } => {
            format!("不探测 {}：{ip} 是 Lambda 运行时的地址", name(peer))
        }
        It::AwsAddress { peer, ip } => {
            format!("不探测 {}：{ip} 是 AWS 为本机提供的内部服务的地址", name(peer))
        }
        It::MailPort { peer } => {
            format!("不探测 {}：AWS 不允许 Lambda 访问 25 端口，请改用 587 或 465", name(peer))
        }
        It::PingsForbidden {} => "此处（例如 Lambda）无法发送探测包，请改为监测端口".into(),
        It::HasOnly { family } => format!("只有 {family} 地址，而本机没有 {family}"),
        It::PeerHasOnly { peer, family } => {
            format!("{} 只有 {family} 地址，而本机没有 {family}", name(peer))
        }
        It::Needs { family } => format!("需要 {family}，而本机没有 {family}"),
        It::PeerNeeds { peer, family } => {
            format!("{} 需要 {family}，而本机没有 {family}", name(peer))
        }
    }
}
