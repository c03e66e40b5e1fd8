//! Why the store cannot be read or written, in Korean.

use crate::model::detail::StoreDetail;

use super::os;

/// What to do about a file that is spoilt.
const REPAIR: &str = "백업 파일로 되돌리거나, 이 파일과 -wal 파일을 옮기고 새로 시작";

/// It may be better the next time.
const TRIED_AGAIN: &str = "다음 차례에 다시 시도";

pub(super) fn store(detail: &StoreDetail) -> String {
    use StoreDetail as It;
    match detail {
        It::NotSqlite {} => {
            "SQLite 파일이 아니거나 앞부분이 손상됨: 다른 파일을 지정하거나 백업으로 복원".into()
        }
        It::Damaged { said } => format!("파일 손상 (`{said}`): {REPAIR}"),
        It::NoAccess { said } => {
            format!("쓸 수 없음 (`{said}`): 이 사용자의 파일과 폴더 쓰기 권한 확인")
        }
        It::Busy { said } => {
            format!("다른 프로세스가 너무 오래 쓰는 중 (`{said}`): 잠시 뒤 다시 시도")
        }
        It::DiskFull { said } => format!("디스크 가득 참 (`{said}`): 공간 확보 필요"),
        It::DiskFails { said } => format!("디스크 오류 (`{said}`): 가득 찼거나 고장일 수 있음"),
        It::Path { why } => format!("{}: 경로와 권한 확인", os::os(why)),
        It::Row { name, said } => format!(
            "`{name}` 기록을 읽을 수 없음 (`{said}`): 백업 파일로 되돌리거나, 표 `target`에서 이 이름의 행을 지우면 새로 시작"
        ),
        It::Item { name, said } => format!(
            "`{name}` 기록을 읽을 수 없음 (`{said}`): 항목을 백업으로 되돌리거나, 지우면 새로 시작"
        ),
        It::TooSlow { seconds } => format!("{seconds}초 넘게 걸림: {TRIED_AGAIN}"),
        It::NoAnswer {} => format!("제때 응답하지 않음: {TRIED_AGAIN}"),
        It::BrokeOff {} => format!("응답이 중간에 끊김: {TRIED_AGAIN}"),
        It::Unreached { said } => format!("연결할 수 없음 (`{said}`): {TRIED_AGAIN}"),
        It::NoTable {} => {
            "이 리전과 계정에 테이블 없음: 테이블을 만들거나 PROBER_TABLE에 다른 이름 지정".into()
        }
        It::Denied { said } => format!(
            "접근 거부 (`{said}`): 테이블에 `dynamodb:Query, GetItem, PutItem, UpdateItem, DeleteItem` 권한 필요"
        ),
        It::Credentials { said } => {
            format!("자격 증명이 거부됨 (`{said}`): 갱신하고 시계도 확인")
        }
        It::Throttled { said } => {
            format!("요청 제한에 걸림 (`{said}`): 용량을 늘리거나 점검 간격을 늘림")
        }
        It::OtherKeys { said } => {
            format!("테이블 형식이 다름 (`{said}`): 키는 문자열 `kind`, `name`이어야 함")
        }
        It::ServiceFailed { said } => format!("DynamoDB 자체 오류 (`{said}`): {TRIED_AGAIN}"),
        It::Other { said } => format!("`{said}`"),
    }
}
