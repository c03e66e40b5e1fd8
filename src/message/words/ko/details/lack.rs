//! What a part of the configuration lacks, in Korean.

use crate::model::detail::LackDetail;

use super::os;

pub(super) fn lack(detail: &LackDetail) -> String {
    use LackDetail as It;
    match detail {
        It::Variable { name } => format!("환경 변수 `{name}` 없음"),
        It::UnnamedVariable {} => "환경 변수 없음 (이름이 비밀 값일 수 있어 표시하지 않음)".into(),
        It::UnfitVariable { name, .. } => format!("환경 변수 `{name}` 값이 올바르지 않음"),
        It::Parameter { name } => {
            format!("`{name}` 값이 없거나, 읽을 권한이 없거나, 여기에 맞지 않음")
        }
        It::FileUnread { key, why } => format!("`{key}` 파일 읽기 불가: {}", os::os(why)),
        It::NoCertificate { key } => format!("`{key}` 파일에 읽을 수 있는 인증서 없음"),
        It::NoPrivateKey { key } => format!("`{key}` 파일에 읽을 수 있는 개인 키 없음"),
        It::OtherKey {} => "개인 키와 인증서가 서로 맞지 않음".into(),
        It::NoRoot {} => "파일에 루트 인증서 없음".into(),
    }
}
