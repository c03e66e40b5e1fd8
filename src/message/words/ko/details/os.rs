//! What the system here says of what it could not do, in Korean.

use crate::model::detail::{OsFault, ResolverFault};

pub(super) fn os(fault: &OsFault) -> String {
    use OsFault as It;
    match fault {
        It::TooManyFiles {} => "열린 파일이 너무 많음".into(),
        It::NoMemory {} => "메모리 부족".into(),
        It::NoPort {} => "남은 포트 없음".into(),
        It::NoAddress {} => "여기에서 보낼 주소가 없음".into(),
        It::NotFound {} => "파일이 없음".into(),
        It::NotThere {} => "존재하지 않음".into(),
        It::Denied {} => "읽을 권한 없음".into(),
        It::NotUtf8 {} => "UTF-8 텍스트가 아님".into(),
        It::Other { said } => format!("`{said}`"),
    }
}

pub(super) fn resolver(fault: &ResolverFault) -> String {
    use ResolverFault as It;
    match fault {
        It::NoSuchName {} => "없는 이름".into(),
        It::NoAddress {} => "이름에 주소가 없음".into(),
        It::NoAnswer {} => "네임 서버 응답 없음".into(),
        It::Refused {} => "네임 서버 오류".into(),
        It::Unreached { server } => format!("네임 서버 {server} 연결 불가"),
        It::NotDns { server } => format!("{server} 응답이 DNS가 아님"),
        It::Code { answered } => answered.clone(),
        It::Other { said } => format!("`{said}`"),
    }
}
