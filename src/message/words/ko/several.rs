//! Several targets at once, in Korean.

use super::Korean;
use crate::message::words::{Group, Plight, Several};

impl Several for Korean {
    fn all_down(&self, names: &str, group: Group<'_>) -> String {
        let who = if group.all { "전체 " } else { "" };
        let count = group.count;
        match group.shared {
            Some((since, why)) => format!("{who}{count}개 {since}부터 다운: {why}: {names}"),
            None => format!("{who}{count}개 다운: {names}"),
        }
    }

    fn all_fallen(&self, names: &str, plight: Plight, count: usize) -> String {
        match plight {
            Plight::Down => format!("{count}개 다운: {names}"),
            Plight::Open(_) => format!("닫혀 있어야 할 포트 열림 {count}개: {names}"),
            Plight::Late => format!("{count}개 늦음: {names}"),
            Plight::Failed => format!("{count}개 실패: {names}"),
            Plight::Alarm => format!("CloudWatch 경보 {count}개: {names}"),
            Plight::Reports | Plight::Logs => format!("오류 {count}개: {names}"),
        }
    }

    fn all_still_down(&self, names: &str, plight: Plight) -> String {
        match plight {
            Plight::Down => format!("계속 다운: {names}"),
            Plight::Open(_) => format!("포트 계속 열림: {names}"),
            Plight::Late => format!("계속 늦음: {names}"),
            Plight::Failed => format!("계속 실패: {names}"),
            Plight::Alarm => format!("CloudWatch 경보 계속: {names}"),
            Plight::Reports | Plight::Logs => format!("오류 계속: {names}"),
        }
    }

    fn all_another(&self, names: &str) -> String {
        format!("또 다른 오류: {names}")
    }

    fn all_news(&self, names: &str) -> String {
        format!("소식: {names}")
    }

    fn all_were_down(&self, names: &str, plight: Plight) -> String {
        match plight {
            Plight::Down => format!("다운 후 복구: {names}"),
            Plight::Open(_) => format!("포트 열렸다가 닫힘: {names}"),
            Plight::Late => format!("늦은 뒤 핑 도착: {names}"),
            Plight::Failed => format!("실패 후 정상: {names}"),
            Plight::Alarm => format!("CloudWatch 경보 후 OK: {names}"),
            Plight::Reports | Plight::Logs => format!("오류 후 멈춤: {names}"),
        }
    }

    fn all_recovered(&self, names: &str, group: Group<'_>) -> String {
        let who = if group.all { "전체 " } else { "" };
        format!("{who}{}개 복구: {names}", group.count)
    }

    fn all_over(&self, names: &str, plight: Plight, count: usize) -> String {
        match plight {
            Plight::Down => format!("{count}개 복구: {names}"),
            Plight::Open(_) => format!("{count}개 다시 닫힘: {names}"),
            Plight::Late => format!("{count}개 핑 도착: {names}"),
            Plight::Failed => format!("{count}개 다시 정상: {names}"),
            Plight::Alarm => format!("CloudWatch 경보 {count}개 다시 OK: {names}"),
            Plight::Reports | Plight::Logs => format!("{count}개 새 오류 없음: {names}"),
        }
    }

    fn all_steady(&self, names: &str) -> String {
        format!("다시 안정: {names}")
    }

    fn all_unstable(&self, names: &str) -> String {
        format!("불안정: {names}")
    }

    fn all_warn(&self, names: &str) -> String {
        format!("경고: {names}")
    }

    fn all_partly(&self, names: &str, said: &str) -> String {
        format!("{names} 일부에서만 접속됨: {said}")
    }

    fn all_everywhere(&self, names: &str) -> String {
        format!("{names} 여기서도 다시 접속됨")
    }

    fn all_cleared(&self, names: &str) -> String {
        format!("경고 해제: {names}")
    }

    fn of_group(&self, names: &str, since: &str, why: &str) -> String {
        format!("{since}부터 다운, {why}: {names}")
    }

    fn list(&self, names: &[&str], more: usize) -> String {
        let names = names.join(", ");
        if more > 0 { format!("{names} 외 {more}개") } else { names }
    }

    fn and_more(&self, count: usize) -> String {
        format!("외 {count}건")
    }

    fn over_before(&self, count: usize) -> String {
        format!("그 밖의 {count}개는 앞서 복구됨")
    }

    fn between_stories(&self) -> &'static str {
        "; "
    }

    fn between_kinds(&self) -> &'static str {
        ", "
    }

    fn causes(&self) -> &'static str {
        "원인:"
    }
}
