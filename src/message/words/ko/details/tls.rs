//! Why a handshake failed, in Korean.

use crate::model::detail::TlsDetail;

/// What to do where the two share nothing.
const OWN_LIMIT: &str =
    "prober 자체의 한계: tcp://에는 필요 없음, tls.insecure = true는 더 많은 키 종류를 받음";

pub(super) fn tls(detail: &TlsDetail) -> String {
    use TlsDetail as It;
    match detail {
        It::NotTls { host } => format!("{host} 이 포트에서 TLS를 쓰지 않음"),
        It::NotProven { host } => {
            format!("{host} 인증서가 자기 것임을 증명하지 못함: 핸드셰이크 서명이 틀림")
        }
        It::NoCertificate { host } => format!("{host} 인증서를 제시하지 않음"),
        It::NoCertifiableName { host } => format!("인증서를 받을 수 없는 이름: {host}"),
        It::NoHttp { host } => format!("{host} HTTP/1.1과 HTTP/2 모두 쓰지 않음"),
        It::Undecryptable { host } => {
            format!("{host} 응답을 복호화할 수 없음: 중간에서 무언가가 바꿈")
        }
        It::NothingShared { host } => {
            format!("{host} prober가 안전하다고 보는 암호나 키 종류가 없음, {OWN_LIMIT}")
        }
        It::HandshakeRefused { host } => format!(
            "{host} 핸드셰이크 거부: 이 이름의 인증서가 없거나, prober가 안전하다고 보는 암호나 키 종류가 없음, {OWN_LIMIT}"
        ),
        It::TooOld { host } => format!(
            "{host} prober가 안전하다고 보는 TLS 버전(1.2, 1.3)을 쓰지 않음, prober 자체의 한계: tcp://에는 필요 없음"
        ),
        It::NothingKnown { host } => format!("{host} 여기서 아는 TLS 방식이 없음"),
        It::RulesBroken { host } => format!("{host} TLS 규칙 위반"),
        It::Failed { host } => format!("{host} TLS 실패"),
        It::WantsClient { host } => format!("{host} 클라이언트 인증서 요구"),
        It::ClientUnknown { host } => {
            format!("{host} 우리 클라이언트 인증서의 발급 기관을 모름")
        }
        It::ClientExpired { host } => format!("{host} 우리 클라이언트 인증서가 만료되었다고 함"),
        It::ClientRevoked { host } => format!("{host} 우리 클라이언트 인증서가 폐기되었다고 함"),
        It::ClientRefused { host } => format!("{host} 우리 클라이언트 인증서를 받지 않음"),
        It::AccessDenied { host } => format!("{host} 인증서는 받지만 접근 거부"),
        It::NoSuchSite { host } => format!("{host} 이 이름의 사이트 없음 (SNI)"),
        It::InternalError { host } => format!(
            "{host} 자체 오류로 핸드셰이크 중단 (이 이름의 인증서가 없는 프록시가 이렇게 함)"
        ),
        It::BrokeOff { host, alert } => format!("{host} 핸드셰이크 중단 (경고 {alert})"),
    }
}
