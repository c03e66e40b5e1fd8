//! Why an answer over HTTP is none, or cannot be read, in Chinese.

use crate::model::detail::{FramingConflict, HttpDetail, RedirectDetail};

use super::connection::name;

pub(super) fn http(detail: &HttpDetail) -> String {
    use HttpDetail as It;
    match detail {
        It::NotHttp { peer, begins } => {
            format!("{} 不使用 HTTP：响应以“{begins}”开头", name(peer))
        }
        It::BrokeHttp2 { host } => format!("{host} 违反 HTTP/2 协议"),
        It::HeadersTooLarge { peer, most, kib } => {
            format!("{} 的响应头超过 {most} 个或 {kib} KiB", name(peer))
        }
        It::Unclear { peer, conflict } => {
            format!("{} 的响应在何处结束不明确：{}", name(peer), of_conflict(conflict))
        }
        It::ChunksTooLarge { peer, kib } => {
            format!("{} 的分块中内容以外的部分超过 {kib} KiB", name(peer))
        }
        It::BodyTooLarge { bytes } => format!("响应内容超过 {bytes} 字节"),
        It::UnknownEncoding {} => "响应内容的编码未知".into(),
        It::BrokenEncoding {} => "响应内容的编码已损坏".into(),
        It::TooManyPieces { most } => format!("响应内容的 gzip 分段超过 {most} 个"),
        It::NoTimeToDecode {} => "没有时间解码响应内容".into(),
        It::NotSocks { peer } => format!("{} 的响应不是 SOCKS 5", name(peer)),
        It::SocksStranger { peer } => format!("{} 要求其他用户名和密码，或要求登录", name(peer)),
        It::SocksAnswered { peer, reply, host, port } => {
            format!("请求 {host}:{port} 时，{} 返回 {reply}（SOCKS）", name(peer))
        }
        It::TunnelSpoiled { peer } => format!("{} 向隧道中发送了自己的数据", name(peer)),
        It::ProxyAnswered { peer, status, host, port } => {
            format!("请求 {host}:{port} 时，{} 返回 {status}", name(peer))
        }
    }
}

fn of_conflict(conflict: &FramingConflict) -> &'static str {
    use FramingConflict as It;
    match conflict {
        It::UnreadableHeader {} => "一个无法读取的响应头可能含有长度",
        It::ChunkedTwice {} => "Transfer-Encoding 中的 chunked 多次出现，或不在最后",
        It::NoLength {} => "Content-Length 不是数字",
        It::SeveralLengths {} => "有多个互不相同的 Content-Length",
        It::LongChunk {} => "一个分块长于其声明的大小",
        It::NoChunkSize {} => "有分块没有大小",
    }
}

pub(super) fn redirect(detail: &RedirectDetail) -> String {
    use RedirectDetail as It;
    match detail {
        It::TooMany { most, url } => format!("重定向超过 {most} 次，最后到 {url}"),
        It::ToPrivate { url, address } => {
            format!("公网服务器重定向到私有地址：{url}（{address}）")
        }
        It::Unusable { url } => format!("重定向到无法请求的地址：{url}"),
        It::NoLocation { status } => format!("返回 {status}，但没有 Location"),
        It::NoUrl { status } => format!("返回 {status}，但其 Location 不是网址"),
        It::OtherScheme { status, scheme } => {
            format!("返回 {status}，但其网址的协议为“{scheme}”")
        }
        It::NoHost { status } => format!("返回 {status}，但其 Location 没有主机"),
    }
}
