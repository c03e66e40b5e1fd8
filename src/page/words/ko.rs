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
        format!(
            "막대 하나는 UTC 하루이며 최대 {days}일입니다. 높이는 가동률, 짧은 선은 기록 없는 날입니다."
        )
    }

    fn feed(&self) -> &'static str {
        "장애"
    }

    fn all_up_but_planned(&self, count: usize) -> String {
        format!("나머지 모두 정상, {count}개 점검 또는 일시 중지")
    }

    fn behind(&self, root: &str) -> String {
        format!("{root} 장애로 인한 영향")
    }

    fn maintenance_until(&self, instant: &str) -> String {
        format!("{instant}까지 점검")
    }

    fn paused_until(&self, instant: &str) -> String {
        format!("{instant}까지 일시 중지")
    }

    fn awaits_ping(&self) -> &'static str {
        "첫 신호 대기 중"
    }

    fn pinged(&self, ago: &str) -> String {
        format!("{ago} 전 신호 수신")
    }

    fn run_began(&self, ago: &str) -> String {
        format!("{ago} 전 실행 시작")
    }

    fn count_up(&self, count: usize) -> String {
        format!("정상 {count}")
    }

    fn count_down(&self, count: usize) -> String {
        format!("다운 {count}")
    }

    fn count_warned(&self, count: usize) -> String {
        format!("경고 {count}")
    }

    fn count_unknown(&self, count: usize) -> String {
        format!("알 수 없음 {count}")
    }

    fn count_planned(&self, count: usize) -> String {
        format!("점검·중지 {count}")
    }

    fn days_ago(&self, days: u64) -> String {
        format!("{days}일 전")
    }

    fn today(&self) -> &'static str {
        "오늘"
    }

    fn days(&self, days: u64) -> String {
        format!("{days}일")
    }

    fn hours(&self, hours: usize) -> String {
        format!("{hours}시간")
    }

    fn month(&self, year: i32, month0: u32) -> String {
        let month = month0 + 1;
        format!("{year}년 {month}월")
    }

    fn uptime_heading(&self) -> &'static str {
        "가동률"
    }

    fn latency_heading(&self) -> &'static str {
        "지연 시간"
    }

    fn latency_of_hours(&self) -> &'static str {
        "최근 24시간, 시간별 평균"
    }

    fn latency_of_days(&self, days: u64) -> String {
        format!("최근 {days}일, 일별 평균")
    }

    fn latency_range(&self, low: &str, high: &str) -> String {
        format!("{low} ~ {high}")
    }

    fn table(&self) -> &'static str {
        "표로 보기"
    }

    fn column_hour(&self) -> &'static str {
        "시각"
    }

    fn column_day(&self) -> &'static str {
        "날짜 (UTC)"
    }

    fn column_latency(&self) -> &'static str {
        "평균 지연 시간"
    }

    fn outages(&self) -> &'static str {
        "장애"
    }

    fn all_outages(&self) -> &'static str {
        "월별 전체 장애"
    }

    fn all_targets(&self) -> &'static str {
        "전체 대상"
    }

    fn months(&self) -> &'static str {
        "월"
    }

    fn in_maintenance(&self) -> &'static str {
        "점검 중"
    }

    fn while_paused(&self) -> &'static str {
        "일시 중지 중"
    }

    fn behind_others(&self, names: &str) -> String {
        format!("{names} 장애의 영향")
    }

    fn no_outage_then(&self) -> &'static str {
        "이 달에는 장애가 없습니다."
    }

    fn planned(&self) -> &'static str {
        "점검 및 일시 중지"
    }

    fn asks_password(&self) -> &'static str {
        "비밀번호가 필요한 페이지입니다"
    }

    fn password(&self) -> &'static str {
        "비밀번호"
    }

    fn show_page(&self) -> &'static str {
        "페이지 보기"
    }

    fn wrong_password(&self) -> &'static str {
        "비밀번호가 아닙니다."
    }
}
