//! Why a handshake failed, in Chinese.

use crate::model::detail::TlsDetail;

/// What to do where the two share nothing.
const OWN_LIMIT: &str =
    "这是 prober 自身的限制：tcp:// 不需要它，tls.insecure = true 接受更多种类的密钥";

pub(super) fn tls(detail: &TlsDetail) -> String {
    use TlsDetail as It;
    match detail {
        It::NotTls { host } => format!("{host} 在此端口上不使用 TLS"),
        It::NotProven { host } => format!("{host} 未能证明证书属于自己：握手签名错误"),
        It::NoCertificate { host } => format!("{host} 没有出示证书"),
        It::NoCertifiableName { host } => format!("名称 {host} 不可能有证书"),
        It::NoHttp { host } => format!("{host} 既不支持 HTTP/1.1 也不支持 HTTP/2"),
        It::Undecryptable { host } => format!("无法解密 {host} 发来的数据：途中被改动"),
        It::NothingShared { host } => {
            format!("{host} 没有 prober 认为安全的加密算法或密钥种类，{OWN_LIMIT}")
        }
        It::HandshakeRefused { host } => format!(
            "{host} 拒绝握手：没有此名称的证书，或没有 prober 认为安全的加密算法或密钥种类，{OWN_LIMIT}"
        ),
        It::TooOld { host } => format!(
            "{host} 不支持 prober 认为安全的 TLS 版本（1.2 和 1.3），这是 prober 自身的限制：tcp:// 不需要它"
        ),
        It::NothingKnown { host } => format!("{host} 提供的 TLS 方式本机都不认识"),
        It::RulesBroken { host } => format!("{host} 违反 TLS 规则"),
        It::Failed { host } => format!("与 {host} 的 TLS 失败"),
        It::WantsClient { host } => format!("{host} 要求客户端证书"),
        It::ClientUnknown { host } => format!("{host} 不认识我方客户端证书的颁发机构"),
        It::ClientExpired { host } => format!("{host} 称我方客户端证书已过期"),
        It::ClientRevoked { host } => format!("{host} 称我方客户端证书已吊销"),
        It::ClientRefused { host } => format!("{host} 不接受我方客户端证书"),
        It::AccessDenied { host } => format!("{host} 接受证书，但拒绝访问"),
        It::NoSuchSite { host } => format!("{host} 没有此名称的站点（SNI）"),
        It::InternalError { host } => {
            format!("{host} 因自身错误中断了握手（没有此名称证书的代理会这样）")
        }
        It::BrokeOff { host, alert } => format!("{host} 中断了握手（警报 {alert}）"),
    }
}
