//! Why an answer over HTTP is none, or cannot be read, in Korean.

use crate::model::detail::{FramingConflict, HttpDetail, RedirectDetail};

use super::connection::name;

pub(super) fn http(detail: &HttpDetail) -> String {
    use HttpDetail as It;
    match detail {
        It::NotHttp { peer, begins } => {
            format!("{} HTTP를 쓰지 않음: 응답이 `{begins}`", name(peer))
        }
        It::BrokeHttp2 { host } => format!("{host} HTTP/2 프로토콜 위반"),
        It::HeadersTooLarge { peer, most, kib } => {
            format!("{} 헤더가 {most}개 또는 {kib} KiB 초과", name(peer))
        }
        It::Unclear { peer, conflict } => {
            format!("{} 응답의 끝이 분명하지 않음: {}", name(peer), of_conflict(conflict))
        }
        It::ChunksTooLarge { peer, kib } => {
            format!("{} 청크에서 내용 외의 부분이 {kib} KiB 초과", name(peer))
        }
        It::BodyTooLarge { bytes } => format!("본문이 {bytes}바이트 초과"),
        It::UnknownEncoding {} => "본문 인코딩을 알 수 없음".into(),
        It::BrokenEncoding {} => "본문 인코딩이 깨짐".into(),
        It::TooManyPieces { most } => format!("본문의 gzip 조각이 {most}개 초과"),
        It::NoTimeToDecode {} => "본문을 디코딩할 시간이 남지 않음".into(),
        It::NotSocks { peer } => format!("{} 응답이 SOCKS 5가 아님", name(peer)),
        It::SocksStranger { peer } => {
            format!("{} 사용자 이름과 비밀번호를 받아들이지 않거나, 로그인을 요구함", name(peer))
        }
        It::SocksAnswered { peer, reply, host, port } => {
            format!("{} {host}:{port} 요청에 {reply} 응답 (SOCKS)", name(peer))
        }
        It::TunnelSpoiled { peer } => format!("{} 터널에 자체 데이터를 보냄", name(peer)),
        It::ProxyAnswered { peer, status, host, port } => {
            format!("{} {host}:{port} 요청에 {status} 응답", name(peer))
        }
    }
}

fn of_conflict(conflict: &FramingConflict) -> &'static str {
    use FramingConflict as It;
    match conflict {
        It::UnreadableHeader {} => "읽을 수 없는 헤더에 길이가 있을 수 있음",
        It::ChunkedTwice {} => "Transfer-Encoding의 chunked가 여러 번이거나 마지막이 아님",
        It::NoLength {} => "Content-Length가 숫자가 아님",
        It::SeveralLengths {} => "Content-Length가 여러 개이고 서로 다름",
        It::LongChunk {} => "청크가 표시된 크기보다 김",
        It::NoChunkSize {} => "크기 없는 청크",
    }
}

pub(super) fn redirect(detail: &RedirectDetail) -> String {
    use RedirectDetail as It;
    match detail {
        It::TooMany { most, url } => format!("리다이렉트 {most}회 초과, 마지막 위치 {url}"),
        It::ToPrivate { url, address } => {
            format!("공개 서버가 사설 주소로 리다이렉트: {url} ({address})")
        }
        It::Unusable { url } => format!("요청할 수 없는 위치로 리다이렉트: {url}"),
        It::NoLocation { status } => format!("{status} 응답에 Location 없음"),
        It::NoUrl { status } => format!("{status} 응답의 Location이 URL이 아님"),
        It::OtherScheme { status, scheme } => {
            format!("{status} 응답의 URL 스킴이 `{scheme}`")
        }
        It::NoHost { status } => format!("{status} 응답의 Location에 호스트 없음"),
    }
}
