//! Why there is no connection, and what is wrong with a banner or
//! the answer of a name server, in Chinese.

use crate::message::time::Calendar;
use crate::model::detail::{
    BannerDetail, ConnectionDetail, DnsDetail, GrpcDetail, PeerName, SshDetail, WebSocketDetail,
};

use super::os;

/// `nas.example`, or `代理 nas.example`.
pub(super) fn name(peer: &PeerName) -> String {
    let role = if peer.is_proxy { "代理 " } else { "" };
    format!("{role}{}", peer.host)
}

pub(super) fn connection(detail: &ConnectionDetail, calendar: Calendar) -> String {
    use ConnectionDetail as It;
    match detail {
        It::Unresolved { host, why } => format!("无法解析 {host}：{}", os::resolver(why)),
        It::NotResolvedWithin { within } => {
            format!("{}内未能解析域名", calendar.short(*within))
        }
        It::NoAddress { peer } => format!("{} 没有地址", name(peer)),
        It::NoAddressOf { peer, family } => format!("{} 没有 {family} 地址", name(peer)),
        It::NoConnectionWithin { within, address } => {
            format!("{}内未能建立连接（{address}）", calendar.short(*within))
        }
        It::Refused { peer, address } => format!("{} 拒绝连接（{address}）", name(peer)),
        It::Reset { peer, address } => format!("{} 重置了连接（{address}）", name(peer)),
        It::Silent { peer, address } => format!("{} 没有响应（{address}）", name(peer)),
        It::Unreachable { peer, address } => format!("无法到达 {}（{address}）", name(peer)),
        It::BecameUnreachable { peer } => format!("连接途中无法再到达 {}", name(peer)),
        It::StoppedAnswering { peer } => format!("{} 在连接途中停止响应", name(peer)),
        It::ClosedEarly { peer } => format!("{} 在响应结束前关闭了连接", name(peer)),
        It::ResetEarly { peer } => format!("{} 在响应结束前重置了连接", name(peer)),
        It::BrokeProtocol { peer, why } => format!("{} 违反协议：“{why}”", name(peer)),
        It::NoProxyWithin { within } => {
            format!("{}内没有响应（正在等待代理）", calendar.short(*within))
        }
        It::NoHandshakeWithin { within } => {
            format!("{}内没有响应（已连接，正在等待 TLS 握手）", calendar.short(*within))
        }
        It::NoFirstByteWithin { within } => {
            format!("{}内没有响应（已连接，正在等待首字节）", calendar.short(*within))
        }
        It::NoAnswerWithin { within } => format!("{}内没有响应", calendar.short(*within)),
        It::Unanswered { peer, sent } => format!("{} 对 {sent} 个探测包均无响应", name(peer)),
        It::LostPings { peer, answered, sent, expected } => {
            format!("{} 对 {sent} 个探测包只响应了 {answered} 个，应至少 {expected} 个", name(peer))
        }
        It::NoWayForPings { peer, ip } => format!("无法到达 {}（{ip}）", name(peer)),
        It::IncompleteWithin { within } => format!("响应未在 {}内结束", calendar.short(*within)),
    }
}

pub(super) fn banner(detail: &BannerDetail, calendar: Calendar) -> String {
    match detail {
        BannerDetail::NoneWithin { within } => {
            format!("{}内没有收到欢迎信息（已连接，对方未发送任何内容）", calendar.short(*within))
        }
        BannerDetail::OnlyWithin { within, said } => {
            format!("{}内只收到欢迎信息“{said}”", calendar.short(*within))
        }
        BannerDetail::Other { said, expected } => {
            format!("欢迎信息为“{said}”，不匹配“{expected}”")
        }
        BannerDetail::ClosedWithout { host } => format!("{host} 未发送欢迎信息就关闭了连接"),
        BannerDetail::NoAnswerWithin { within, number } => {
            format!("{}内没有收到对话的第 {number} 个回答", calendar.short(*within))
        }
        BannerDetail::OnlyAnswerWithin { within, number, said } => {
            format!("{}内对话的第 {number} 个回答只有“{said}”", calendar.short(*within))
        }
        BannerDetail::OtherAnswer { number, said, expected } => {
            format!("对话的第 {number} 个回答为“{said}”，应为“{expected}”")
        }
        BannerDetail::NoStartTls { said } => {
            format!("拒绝切换到 TLS（`starttls = false` 则不使用 TLS）：“{said}”")
        }
        BannerDetail::ClosedBefore { host, number } => {
            format!("{host} 在对话的第 {number} 个回答之前关闭了连接")
        }
    }
}

pub(super) fn dns(detail: &DnsDetail) -> String {
    match detail {
        DnsDetail::Code { answered, expected } => format!("返回 {answered}，应为 {expected}"),
        DnsDetail::NoRecord { name, kind } => format!("{name} 没有 {kind} 记录"),
        DnsDetail::OtherRecords { found, expected } => {
            format!("记录为 {found}，应为 {expected}")
        }
        DnsDetail::NotDns { host } => format!("{host} 的响应不是 DNS"),
    }
}

pub(super) fn websocket(detail: &WebSocketDetail) -> String {
    use WebSocketDetail as It;
    match detail {
        It::NoHandshake { host, header } => {
            format!("{host} 未同意建立 WebSocket：标头“{header}”缺失或有误")
        }
        It::NoSubprotocol { host, offered } => format!("{host} 未选择子协议，应为 {offered}"),
        It::OtherSubprotocol { host, taken } => {
            format!("{host} 选择了未提供的子协议“{taken}”")
        }
        It::TooLong { host, kib } => format!("{host} 发送的消息超过 {kib} KiB"),
        It::Closed { host, close } => format!("{host} 以代码 {close} 关闭了连接"),
        It::ClosedSaying { host, close, said } => {
            format!("{host} 以代码 {close} 关闭了连接：“{said}”")
        }
        It::OtherClose { close, expected } => format!("关闭代码为 {close}，应为 {expected}"),
    }
}

pub(super) fn ssh(detail: &SshDetail) -> String {
    use SshDetail as It;
    match detail {
        It::NotSsh { host, begins } => format!("{host} 的响应不是 SSH 2，开头为“{begins}”"),
        It::RulesBroken { host } => format!("{host} 违反了 SSH 的规则"),
        It::NothingShared { host } => format!(
            "{host} 没有 prober 所知的密钥交换方式或密钥类型，这是 prober 自身的限制：tcp:// 不需要"
        ),
        It::Ended { host, said } => format!("{host} 中止了密钥交换：“{said}”"),
        It::NotProven { host } => {
            format!("{host} 未能证明主机密钥归其所有：密钥交换的签名有误")
        }
        It::OtherKey { host, found } => format!("{host} 的主机密钥不是指定的密钥：{found}"),
    }
}

pub(super) fn grpc(detail: &GrpcDetail) -> String {
    use GrpcDetail as It;
    match detail {
        It::NotGrpc { host } => format!("{host} 的响应不是 gRPC"),
        It::Refused { host, status } => format!("{host} 拒绝说明健康状态：{status}"),
        It::RefusedSaying { host, status, said } => {
            format!("{host} 拒绝说明健康状态：{status}（“{said}”）")
        }
        It::Health { found, expected } => format!("健康状态为 {found}，应为 {expected}"),
    }
}
