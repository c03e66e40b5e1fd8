//! Korean, without a particle after a name, like its messages.

use super::Words;

pub(super) struct Korean;

impl Words for Korean {
    fn all_up(&self) -> &'static str {
        "모두 정상"
    }

    fn all_up_with_warnings(&self, count: usize) -> String {
        format!("모두 정상, 경고 {count}건")
    }

    fn nothing_down(&self, unknown: usize) -> String {
        format!("다운된 대상 없음, {unknown}개는 알 수 없음")
    }

    fn some_down(&self, count: usize, of: usize) -> String {
        format!("{of}개 중 {count}개 다운")
    }

    fn up(&self) -> &'static str {
        "정상"
    }

    fn down(&self) -> &'static str {
        "다운"
    }

    fn unknown(&self) -> &'static str {
        "알 수 없음"
    }

    fn unstable(&self) -> &'static str {
        "불안정"
    }

    fn up_since(&self, instant: &str) -> String {
        format!("{instant}부터 정상")
    }

    fn down_since(&self, instant: &str) -> String {
        format!("{instant}부터 다운")
    }

    fn is_down(&self, name: &str) -> String {
        format!("{name} 다운")
    }

    fn was_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} {how_long}간 다운 후 복구")
    }

    fn lasting(&self, since: &str, how_long: &str) -> String {
        format!("{since}부터 {how_long}째")
    }

    fn lasted(&self, how_long: &str, span: &str) -> String {
        format!("{how_long} ({span})")
    }

    fn not_seen_since(&self, instant: &str) -> String {
        format!("{instant} 이후 확인되지 않음")
    }

    fn unreadable(&self) -> &'static str {
        "기록을 읽을 수 없음"
    }

    fn not_judged(&self) -> &'static str {
        "아직 판정 전"
    }

    fn no_error_yet(&self) -> &'static str {
        "아직 오류 없음"
    }

    fn uptime(&self, share: &str, days: u64) -> String {
        match days {
            1 => format!("오늘 {share}"),
            days => format!("{days}일간 {share}"),
        }
    }

    fn no_data(&self) -> &'static str {
        "아직 기록 없음"
    }

    fn latency(&self, latest: u32) -> String {
        format!("{latest} ms")
    }

    fn down_now(&self) -> &'static str {
        "현재 장애"
    }

    fn last_outages(&self) -> &'static str {
        "최근 장애"
    }

    fn no_outage(&self) -> &'static str {
        "기록된 장애가 없습니다."
    }

    fn others(&self) -> &'static str {
        "기타"
    }

    fn as_of(&self, instant: &str) -> String {
        format!("{instant} 기준")
    }

    fn legend(&self, days: u64) -> String {
        format!("막대는 UTC 기준 최근 {days}일이며, 오른쪽 끝이 오늘입니다.")
    }

    fn feed(&self) -> &'static str {
        "장애"
    }
}
