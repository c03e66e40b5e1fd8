//! Why a certificate is refused, in Chinese.

use crate::message::time::Calendar;
use crate::model::detail::{
    CertificateDetail, CertificateFlaw, CertificateIssuerDetail, CertificateLimit,
    CertificateNameDetail, DefaultOwner, NameList, Past,
};

pub(super) fn certificate(detail: &CertificateDetail, calendar: Calendar) -> String {
    use CertificateDetail as It;
    let past = |at: &Past| format!("{}前（{}）", calendar.since(at.at), calendar.date(at.at));
    match detail {
        It::Unreadable { host } => format!("无法读取 {host} 的证书"),
        It::OtherPin { host, found } => format!("{host} 的证书不是 tls.pin 指定的证书：{found}"),
        It::Expired { host, ended } => format!("{host} 的证书已过期：{}", past(ended)),
        It::HasExpired { host } => format!("{host} 的证书已过期"),
        It::IntermediateExpired { name, host, ended } => {
            format!("{host} 的中间证书“{name}”已过期：{}", past(ended))
        }
        It::RootExpired { name, host, ended } => {
            format!("{host} 的根证书“{name}”（由 tls.ca 指定）已过期：{}", past(ended))
        }
        It::NotYetValid { host, now, begins } => format!(
            "{host} 的证书尚未生效：{} 起有效，本机时钟为 {}",
            calendar.time(begins.0),
            calendar.time(now.0)
        ),
        It::NotYet { host } => format!("{host} 的证书尚未生效"),
        It::OtherKey { host, issuer } => format!(
            "{host} 的证书或其上级证书的签名与本机所知“{issuer}”的密钥不符：该机构是否重新生成过？"
        ),
        It::Invalid { host, flaw } => format!("{host} 的证书{}", of_flaw(flaw)),
        It::Uncheckable { host, limit } => format!(
            "无法检查 {host} 的证书，这是 prober 自身的限制：{}；设置 tls.insecure = true 可跳过检查",
            of_limit(limit)
        ),
    }
}

pub(super) fn certificate_name(detail: &CertificateNameDetail) -> String {
    use CertificateNameDetail as It;
    match detail {
        It::Default { program, expected, subject } => {
            format!("{} 没有 {expected} 的证书，出示了默认证书“{subject}”", owner(program))
        }
        It::DefaultFor { program, expected, subject, names } => format!(
            "{} 没有 {expected} 的证书，出示了默认证书“{subject}”（用于 {}）",
            owner(program),
            list(names)
        ),
        It::ForNobody { expected, subject } => format!(
            "证书不含任何名称，因此不适用于 {expected}：只有主题写着“{subject}”，而客户端不看主题"
        ),
        It::ForOther { names, expected } => {
            format!("证书属于 {}，不适用于 {expected}", list(names))
        }
        It::ForOtherSelfSigned { names, expected } => format!(
            "证书属于 {}，不适用于 {expected}，且为自签名：服务器似乎没有此名称的证书，出示了默认证书",
            list(names)
        ),
    }
}

pub(super) fn certificate_issuer(detail: &CertificateIssuerDetail) -> String {
    use CertificateIssuerDetail as It;
    match detail {
        It::SelfSigned { host } => {
            format!("{host} 的证书为自签名：如要信任，请在 tls.ca 中指定其文件")
        }
        It::CloudflareOrigin { host } => format!(
            "{host} 的证书由 Cloudflare 源站机构颁发，只有 Cloudflare 信任：请探测它所服务的名称，或在 tls.ca 中指定其根证书"
        ),
        It::Staging { host } => format!(
            "{host} 的证书由 Let's Encrypt 测试机构颁发，无人信任：请去掉测试选项重新申请证书"
        ),
        It::OldStaging { host } => {
            format!("{host} 的证书由 Let's Encrypt 测试机构颁发，无人信任")
        }
        It::CaddyLocal { host } => format!(
            "{host} 的证书由 Caddy 自己的机构颁发（`tls internal`）：如要信任，请在 tls.ca 中指定其 root.crt"
        ),
        It::NoIntermediate { host, issuer } => {
            format!("服务器没有发送中间证书“{issuer}”：请使用 fullchain，而不只是 {host} 的证书")
        }
        It::UnknownIssuer { host, issuer } => format!(
            "{host} 的证书由“{issuer}”颁发，本机不认识：如果它是中间证书，应由服务器发送（fullchain）；如果是自建机构，请在 tls.ca 中指定"
        ),
        It::UnknownAuthority { host, issuer, authority } => format!(
            "{host} 的证书由“{issuer}”颁发，本机不认识：如要信任其上级机构“{authority}”，请在 tls.ca 中指定"
        ),
    }
}

fn owner(program: &DefaultOwner) -> &str {
    match program {
        DefaultOwner::Program(name) => name,
        DefaultOwner::Proxy => "代理",
        DefaultOwner::WebServer => "网页服务器",
    }
}

pub(super) fn list(names: &NameList) -> String {
    let all = names.names.join("、");
    if names.more == 0 { all } else { format!("{all} 及另外 {} 个名称", names.more) }
}

fn of_flaw(flaw: &CertificateFlaw) -> &'static str {
    use CertificateFlaw as It;
    match flaw {
        It::BadlyEncoded {} => "编码有误",
        It::MalformedExtension {} => "含有格式错误的扩展",
        It::MalformedName {} => "含有格式错误的名称",
        It::EndsBeforeItBegins {} => "有效期的结束早于开始",
        It::InvalidSerial {} => "序列号无效",
        It::Revoked {} => "已被吊销",
        It::Distrusted {} => "不被信任",
        It::NotForServers {} => "不能用于服务器（见扩展密钥用途）",
        It::IssuedByNoAuthority {} => "由并非颁发机构的证书颁发",
        It::NameNotAllowed {} => "的名称不在其颁发机构的允许范围内（见名称约束）",
        It::PathTooLong {} => "的上级机构多于允许的数量（见路径长度）",
        It::Other {} => "未通过检查",
    }
}

fn of_limit(limit: &CertificateLimit) -> &'static str {
    use CertificateLimit as It;
    match limit {
        It::NotVersion3 {} => "不是 X.509 第 3 版",
        It::Sha1 {} => "使用 SHA-1 签名",
        It::Md5 {} => "使用 MD5 签名",
        It::EcdsaSha512 {} => "使用 ECDSA SHA-512 签名",
        It::SignedEd448 {} => "使用 Ed448 签名",
        It::SignedDsa {} => "使用 DSA 签名",
        It::P521 {} => "密钥使用 P-521 曲线",
        It::Secp256k1 {} => "密钥使用 secp256k1 曲线",
        It::Brainpool {} => "密钥使用 Brainpool 曲线",
        It::KeyEd448 {} => "密钥为 Ed448",
        It::KeyDsa {} => "密钥为 DSA",
        It::ShortRsa {} => "RSA 密钥短于 2048 位",
        It::CriticalExtension {} => "含有本机不认识的关键扩展",
        It::UnknownSignature {} => "签名方式本机不认识",
        It::TooMany {} => "随附的证书过多",
    }
}
