//! Korean. A particle depends on the last sound of the word before it, and a name may
//! have any last sound: so no sentence has a particle after a name.

use super::Words;
use crate::model::observation::{Reason, WarningKind};
use crate::text::duration::Unit;

pub(super) struct Korean;

impl Words for Korean {
    fn tag(&self) -> &'static str {
        "ko"
    }

    fn test_text(&self) -> &'static str {
        "prober 테스트 메시지: 이 채널은 정상입니다"
    }

    fn test_headline(&self) -> &'static str {
        "테스트 메시지"
    }

    fn test_line(&self) -> &'static str {
        "이 채널은 정상입니다."
    }

    fn broken_config(&self) -> &'static str {
        "prober 설정에 오류가 있습니다"
    }

    fn right_config(&self) -> &'static str {
        "prober 설정이 다시 올바릅니다"
    }

    fn last_good_in_force(&self) -> &'static str {
        "고칠 때까지 이전 설정이 계속 적용됩니다."
    }

    fn parts_are_off(&self) -> &'static str {
        "비밀 값이 없어 prober의 일부가 꺼져 있습니다"
    }

    fn channel_is_off(&self, name: &str, why: &str) -> String {
        format!("{name} 채널이 꺼져 있습니다: {why}.")
    }

    fn is_unwatched(&self, name: &str, why: &str) -> String {
        format!("{name}: 감시되지 않습니다: {why}.")
    }

    fn watchdog_is_off(&self, why: &str) -> String {
        format!("감시견(watchdog)이 호출되지 않습니다: {why}.")
    }

    fn inbox_is_off(&self, why: &str) -> String {
        format!("[inbox]의 키가 꺼져 있습니다: {why}.")
    }

    fn unreadable_records(&self) -> &'static str {
        "prober가 저장된 기록 일부를 읽을 수 없습니다"
    }

    fn others_are_watched(&self) -> &'static str {
        "복구될 때까지 해당 대상은 감시하지 않습니다. 나머지는 계속 감시합니다."
    }

    fn store_fails(&self) -> &'static str {
        "prober가 기록을 읽거나 쓸 수 없습니다"
    }

    fn fails_meanwhile(&self) -> &'static str {
        "방금 확인했을 때 실패한 대상:"
    }

    fn nothing_is_judged(&self) -> &'static str {
        "복구될 때까지 상태를 판정하지 않으므로 장애가 나도 알림이 오지 않을 수 있습니다. 이 알림은 한 시간에 한 번까지만 보냅니다."
    }

    fn store_works(&self) -> &'static str {
        "prober가 기록을 다시 읽고 쓸 수 있습니다"
    }

    fn judges_again(&self) -> &'static str {
        "지금 다운된 대상은 평소처럼 알립니다. 그동안 발생했다가 끝난 장애는 빠졌을 수 있습니다."
    }

    fn dropped(&self, list: &str, _count: usize, how_long: &str) -> String {
        format!("{list} 삭제, {how_long} 동안 소식 없음")
    }

    fn comes_back(&self) -> &'static str {
        "아직 남아 있는 경보는 다음에 상태가 바뀔 때 다시 나타납니다."
    }

    fn in_trouble(&self) -> &'static str {
        "prober 자체에 문제가 생겼습니다"
    }

    fn unwatched(&self) -> &'static str {
        "이 상태가 이어지는 동안에는 대상이 다운되어도 알림이 오지 않을 수 있습니다. docs/deploy.md를 보세요."
    }

    fn out_of_trouble(&self) -> &'static str {
        "prober 자체의 문제가 해결되었습니다"
    }

    fn found_in(&self, place: &str) -> String {
        format!("위치: {place}")
    }

    fn alarm(&self, name: &str, reason: &str) -> String {
        format!("경보 {name}: {reason}")
    }

    fn notice(&self, headline: &str, rest: &str) -> String {
        format!("{headline}. {rest}")
    }

    fn no_view(&self, how_long: &str) -> String {
        format!("prober 관측 중단, {how_long} 동안")
    }

    fn no_network(&self) -> &'static str {
        "prober 자체 네트워크 장애, 자체 점검도 실패"
    }

    fn did_not_run(&self) -> &'static str {
        "prober 실행 중단"
    }

    fn may_have_missed(&self) -> &'static str {
        "그 사이에 다운되었다가 복구된 대상은 알 수 없습니다."
    }

    fn at_most(&self, how_long: &str) -> String {
        format!("최대 {how_long}")
    }

    fn unseen(&self, how_long: &str) -> String {
        format!("그중 {how_long} 동안은 확인하지 못했습니다.")
    }

    fn down(&self, name: &str) -> String {
        format!("{name} 다운")
    }

    fn down_with(&self, name: &str, behind: usize) -> String {
        format!("{name} 다운, 의존 대상 {behind}개 영향")
    }

    fn unstable(&self, name: &str) -> String {
        format!("{name} 불안정")
    }

    fn unstable_and_down(&self, name: &str) -> String {
        format!("{name} 불안정, 현재 다운")
    }

    fn steady_up(&self, name: &str) -> String {
        format!("{name} 안정됨 (정상 상태)")
    }

    fn steady_down(&self, name: &str) -> String {
        format!("{name} 안정됨 (다운 상태)")
    }

    fn still_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} 여전히 다운, {how_long}째")
    }

    fn was_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} 다운됐었음, {how_long} 동안")
    }

    fn was_down_often(&self, name: &str, times: u32, in_all: &str) -> String {
        format!("{name} 다운됐었음, {times}회 합계 {in_all}")
    }

    fn recovered(&self, name: &str, how_long: &str) -> String {
        format!("{name} 복구됨, {how_long} 만에")
    }

    fn quiet_again(&self, name: &str, errors: u32, how_long: &str) -> String {
        format!("{name} 오류 멈춤, {how_long} 동안 {errors}건")
    }

    fn another_error(&self, name: &str, detail: &str) -> String {
        format!("{name} 다른 오류: {detail}")
    }

    fn news(&self, name: &str, headline: &str) -> String {
        format!("{name}: {headline}")
    }

    fn warning(&self, name: &str, kinds: &str) -> String {
        format!("{name} 경고: {kinds}")
    }

    fn warning_over(&self, name: &str, kinds: &str) -> String {
        format!("{name} 경고 해제: {kinds}")
    }

    fn because_since(&self, headline: &str, why: &str, since: &str) -> String {
        format!("{headline}: {why}, {since}부터")
    }

    fn during(&self, headline: &str, span: &str) -> String {
        format!("{headline} ({span})")
    }

    fn all_down(&self, names: &str, _: bool) -> String {
        format!("다운: {names}")
    }

    fn all_still_down(&self, names: &str, _: bool) -> String {
        format!("여전히 다운: {names}")
    }

    fn all_another(&self, names: &str) -> String {
        format!("다른 오류: {names}")
    }

    fn all_news(&self, names: &str) -> String {
        format!("소식: {names}")
    }

    fn all_were_down(&self, names: &str, _: bool) -> String {
        format!("다운됐었음: {names}")
    }

    fn all_recovered(&self, names: &str) -> String {
        format!("복구됨: {names}")
    }

    fn all_steady(&self, names: &str, _: bool) -> String {
        format!("안정됨: {names}")
    }

    fn all_unstable(&self, names: &str, _: bool) -> String {
        format!("불안정: {names}")
    }

    fn all_warn(&self, names: &str, _: bool) -> String {
        format!("경고: {names}")
    }

    fn all_warnings_over(&self, names: &str, _: bool) -> String {
        format!("경고 해제: {names}")
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

    fn why(&self, failure: &str) -> String {
        format!("원인: {failure}")
    }

    fn since(&self, instant: &str, how_long: &str) -> String {
        format!("기간: {instant}부터 {how_long}째")
    }

    fn probed_works(&self, name: &str, latency_ms: u32) -> String {
        format!("즉시 확인: {name} 정상, {latency_ms} ms 만에 응답")
    }

    fn probed_fails(&self, name: &str, detail: &str) -> String {
        format!("즉시 확인: {name} 비정상 – {detail}")
    }

    fn probed_unclear(&self, name: &str, why: &str) -> String {
        format!("즉시 확인: {name} 정상 여부 알 수 없음 – {why}")
    }

    fn takes_with_it(&self, names: &str) -> String {
        format!("영향: {names}")
    }

    fn changed_too_often(&self, times: u32, within: &str) -> String {
        format!("{within} 사이에 상태가 {times}번 넘게 바뀌었습니다.")
    }

    fn silent_until_steady(&self, how_long: &str) -> String {
        format!("다운이 계속되거나 상태가 {how_long} 동안 유지될 때까지 더 알리지 않습니다.")
    }

    fn when(&self, span: &str) -> String {
        format!("기간: {span}")
    }

    fn seen_from(&self, vantage: &str) -> String {
        format!("{vantage}에서 확인")
    }

    fn said_by(&self, vantage: &str, instant: &str) -> String {
        format!("{vantage}에서 확인, {instant}")
    }

    fn reason(&self, reason: Reason) -> &'static str {
        match reason {
            Reason::Dns => "DNS 조회 실패",
            Reason::Refused => "연결 거부",
            Reason::Unreachable => "도달 불가",
            Reason::Timeout => "시간 초과",
            Reason::Reset => "연결 끊김",
            Reason::Tls => "TLS 실패",
            Reason::CertExpired => "인증서 만료",
            Reason::Status => "예상과 다른 상태 코드",
            Reason::Redirect => "리디렉션 실패",
            Reason::Header => "예상과 다른 헤더",
            Reason::Body => "예상과 다른 본문",
            Reason::Json => "예상과 다른 JSON",
            Reason::TooLarge => "응답이 너무 큼",
            Reason::Protocol => "프로토콜 오류",
            Reason::Banner => "예상과 다른 배너",
            Reason::Answer => "예상과 다른 DNS 응답",
            Reason::Late => "하트비트 없음",
            Reason::ReportedFailure => "실패 보고",
            Reason::Alarm => "경보",
            Reason::ErrorsReported => "오류 보고",
            Reason::Reachable => "닫혀 있어야 하는데 열려 있음",
            Reason::Other => "실패",
        }
    }

    fn kind(&self, kind: WarningKind) -> &'static str {
        match kind {
            WarningKind::CertExpiring => "인증서 만료 임박",
            WarningKind::Slow => "응답 느림",
            WarningKind::Unwatched => "여기서는 감시할 수 없음",
        }
    }

    fn failure(&self, reason: Reason, detail: &str) -> String {
        format!("{} – {detail}", self.reason(reason))
    }

    fn crossed(&self, kind: WarningKind, detail: &str) -> String {
        format!("{} – {detail}", self.kind(kind))
    }

    fn span(&self, from: &str, until: &str) -> String {
        format!("{from} – {until}")
    }

    fn day(&self, day: u32, month0: u32, year: Option<i32>) -> String {
        let (month, year) = (month0 + 1, year.map(|year| format!("{year}년 ")).unwrap_or_default());
        format!("{year}{month}월 {day}일")
    }

    fn duration_unit(&self, count: i64, unit: Unit) -> String {
        match unit {
            Unit::Days => format!("{count}일"),
            Unit::Hours => format!("{count}시간"),
            Unit::Minutes => format!("{count}분"),
            Unit::Seconds => format!("{count}초"),
        }
    }
}
