//! Why a certificate is refused, in Korean.

use crate::message::time::Calendar;
use crate::model::detail::{
    CertificateDetail, CertificateFlaw, CertificateIssuerDetail, CertificateLimit,
    CertificateNameDetail, DefaultOwner, NameList, Past,
};

pub(super) fn certificate(detail: &CertificateDetail, calendar: Calendar) -> String {
    use CertificateDetail as It;
    let past = |at: &Past| format!("{} 전 ({})", calendar.since(at.at), calendar.date(at.at));
    match detail {
        It::Unreadable { host } => format!("{host} 인증서를 읽을 수 없음"),
        It::OtherPin { host, found } => {
            format!("{host} 인증서가 tls.pin에 지정된 것과 다름: {found}")
        }
        It::Expired { host, ended } => format!("{host} 인증서 만료: {}", past(ended)),
        It::HasExpired { host } => format!("{host} 인증서 만료"),
        It::IntermediateExpired { name, host, ended } => {
            format!("{host} 중간 인증서 `{name}` 만료: {}", past(ended))
        }
        It::RootExpired { name, host, ended } => {
            format!("{host} 루트 인증서 `{name}` (tls.ca에 지정됨) 만료: {}", past(ended))
        }
        It::NotYetValid { host, now, begins } => format!(
            "{host} 인증서 아직 유효하지 않음: 유효 시작 {}, 여기 시계는 {}",
            calendar.time(begins.0),
            calendar.time(now.0)
        ),
        It::NotYet { host } => format!("{host} 인증서 아직 유효하지 않음"),
        It::OtherKey { host, issuer } => format!(
            "{host} 인증서나 그 상위 인증서의 서명이 여기서 아는 `{issuer}` 키와 다름: 발급 기관을 새로 만들었는지 확인"
        ),
        It::Invalid { host, flaw } => format!("{host} 인증서 문제: {}", of_flaw(flaw)),
        It::Uncheckable { host, limit } => format!(
            "{host} 인증서를 확인할 수 없음, prober 자체의 한계: {}; tls.insecure = true로 확인 없이 점검 가능",
            of_limit(limit)
        ),
    }
}

pub(super) fn certificate_name(detail: &CertificateNameDetail) -> String {
    use CertificateNameDetail as It;
    match detail {
        It::Default { program, expected, subject } => {
            format!("{}: {expected} 인증서가 없어 기본 인증서 `{subject}` 제시", owner(program))
        }
        It::DefaultFor { program, expected, subject, names } => format!(
            "{}: {expected} 인증서가 없어 기본 인증서 `{subject}` 제시 (대상: {})",
            owner(program),
            list(names)
        ),
        It::ForNobody { expected, subject } => format!(
            "인증서에 이름이 없어 {expected} 인증서가 아님: `{subject}` 표시는 주체에만 있고, 클라이언트는 주체를 보지 않음"
        ),
        It::ForOther { names, expected } => {
            format!("다른 이름의 인증서: {}, 필요한 이름 {expected}", list(names))
        }
        It::ForOtherSelfSigned { names, expected } => format!(
            "다른 이름의 자체 서명 인증서: {}, 필요한 이름 {expected}: 서버에 이 이름의 인증서가 없어 기본 인증서를 제시하는 듯함",
            list(names)
        ),
    }
}

pub(super) fn certificate_issuer(detail: &CertificateIssuerDetail) -> String {
    use CertificateIssuerDetail as It;
    match detail {
        It::SelfSigned { host } => {
            format!("{host} 인증서가 자체 서명됨: 신뢰하려면 그 파일을 tls.ca에 지정")
        }
        It::CloudflareOrigin { host } => format!(
            "{host} 인증서 발급 기관이 Cloudflare만 신뢰하는 Cloudflare 오리진용: 서비스하는 이름으로 점검하거나, 그 루트를 tls.ca에 지정"
        ),
        It::Staging { host } => format!(
            "{host} 인증서 발급 기관이 아무도 신뢰하지 않는 Let's Encrypt 테스트용: 스테이징 없이 인증서를 다시 발급"
        ),
        It::OldStaging { host } => {
            format!("{host} 인증서 발급 기관이 아무도 신뢰하지 않는 Let's Encrypt 테스트용")
        }
        It::CaddyLocal { host } => format!(
            "{host} 인증서 발급 기관이 Caddy 자체 기관 (`tls internal`): 신뢰하려면 그 root.crt 파일을 tls.ca에 지정"
        ),
        It::NoIntermediate { host, issuer } => format!(
            "서버가 중간 인증서 `{issuer}` 전송하지 않음: {host} 인증서만이 아니라 fullchain 사용"
        ),
        It::UnknownIssuer { host, issuer } => format!(
            "{host} 인증서 발급자 `{issuer}`, 여기서 모름: 중간 인증서라면 서버가 보내야 함 (fullchain), 자체 기관이라면 tls.ca에 지정"
        ),
        It::UnknownAuthority { host, issuer, authority } => format!(
            "{host} 인증서 발급자 `{issuer}`, 여기서 모름: 신뢰하려면 상위 기관 `{authority}` 인증서를 tls.ca에 지정"
        ),
    }
}

fn owner(program: &DefaultOwner) -> &str {
    match program {
        DefaultOwner::Program(name) => name,
        DefaultOwner::Proxy => "프록시",
        DefaultOwner::WebServer => "웹 서버",
    }
}

pub(super) fn list(names: &NameList) -> String {
    let all = names.names.join(", ");
    if names.more == 0 { all } else { format!("{all} 외 {}개", names.more) }
}

fn of_flaw(flaw: &CertificateFlaw) -> &'static str {
    use CertificateFlaw as It;
    match flaw {
        It::BadlyEncoded {} => "잘못된 인코딩",
        It::MalformedExtension {} => "잘못된 확장",
        It::MalformedName {} => "잘못된 이름",
        It::EndsBeforeItBegins {} => "시작 전에 끝나는 유효 기간",
        It::InvalidSerial {} => "잘못된 일련번호",
        It::Revoked {} => "폐기됨",
        It::Distrusted {} => "신뢰 취소됨",
        It::NotForServers {} => "서버용이 아님 (확장 키 용도)",
        It::IssuedByNoAuthority {} => "발급 기관이 아닌 인증서로 발급됨",
        It::NameNotAllowed {} => "발급 기관이 인증할 수 없는 이름 (이름 제약)",
        It::PathTooLong {} => "허용보다 많은 상위 기관 (경로 길이)",
        It::Other {} => "검사를 통과하지 못함",
    }
}

fn of_limit(limit: &CertificateLimit) -> &'static str {
    use CertificateLimit as It;
    match limit {
        It::NotVersion3 {} => "X.509 버전 3이 아님",
        It::Sha1 {} => "SHA-1 서명",
        It::Md5 {} => "MD5 서명",
        It::EcdsaSha512 {} => "ECDSA SHA-512 서명",
        It::SignedEd448 {} => "Ed448 서명",
        It::SignedDsa {} => "DSA 서명",
        It::P521 {} => "P-521 곡선 키",
        It::Secp256k1 {} => "secp256k1 곡선 키",
        It::Brainpool {} => "Brainpool 곡선 키",
        It::KeyEd448 {} => "Ed448 키",
        It::KeyDsa {} => "DSA 키",
        It::ShortRsa {} => "2048비트보다 짧은 RSA 키",
        It::CriticalExtension {} => "여기서 모르는 필수 확장",
        It::UnknownSignature {} => "여기서 모르는 서명 방식",
        It::TooMany {} => "함께 보낸 인증서가 너무 많음",
    }
}
