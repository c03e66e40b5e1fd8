//! Korean. A particle depends on the last sound of the word before it, and a
//! name may end in any: no sentence has one after a name. Headlines are noun
//! phrases, whole sentences end in -습니다.

mod causes;
mod details;
mod plight;
mod several;

use self::plight::{bad, good};
use super::{Plight, Words};
use crate::message::time::Calendar;
use crate::model::detail::Detail;
use crate::model::observation::{Reason, WarningKind};
use crate::text::duration::Unit;

pub(super) struct Korean;

impl Words for Korean {
    fn tag(&self) -> &'static str {
        "ko"
    }

    fn test(&self) -> &'static str {
        "prober 테스트 메시지: 이 채널 정상"
    }

    fn broken_config(&self, file: &str, diagnostics: usize) -> String {
        format!("{file} 오류 {diagnostics}건, 이전 설정 계속 적용")
    }

    fn broken_by(&self, file: &str, line: usize, _said: &str) -> String {
        format!("{file} {line}행 오류, 이전 설정 계속 적용")
    }

    fn at_line(&self, line: usize, said: &str) -> String {
        format!("{line}행: {said}")
    }

    fn unread_config(&self, what: &str, why: &str) -> String {
        format!("{what} 읽기 불가: {why}, 이전 설정 계속 적용")
    }

    fn deadly_config(&self, file: &str, since: &str) -> String {
        format!("{file} 읽지 않음: {since}에 읽기 시작한 프로세스가 중단됨, 이전 설정 계속 적용")
    }

    fn change_config(&self) -> &'static str {
        "파일을 고치고 먼저 `prober validate` 명령으로 확인하세요. 그대로 두면 한 시간 뒤에 다시 시도합니다."
    }

    fn readable_config(&self, file: &str) -> String {
        format!("{file} 다시 읽기 가능")
    }

    fn right_config(&self, file: &str) -> String {
        format!("{file} 다시 정상")
    }

    fn found_in(&self, place: &str) -> String {
        format!("위치: {place}")
    }

    fn parts_are_off(&self, list: &str) -> String {
        format!("{list} 꺼짐: 비밀 값이나 파일 누락·오류")
    }

    fn channel_is_off(&self, name: &str, why: &str) -> String {
        format!("{name} 채널 꺼짐: {why}")
    }

    fn is_unwatched(&self, name: &str, why: &str) -> String {
        format!("{name} 감시 안 함: {why}")
    }

    fn inbox_is_off(&self, why: &str) -> String {
        format!("[inbox] 키 꺼짐: {why}")
    }

    fn page_is_off(&self, why: &str) -> String {
        format!("상태 페이지 꺼짐: {why}")
    }

    fn watchdog_is_off(&self, why: &str) -> String {
        format!("[watchdog] 호출 안 함: {why}")
    }

    fn witness_differs(&self, name: &str, list: &str) -> String {
        format!("증인 {name}의 설정에서 {list} 내용이 달라 의견을 반영하지 않음")
    }

    fn compare_witness(&self) -> &'static str {
        "두 설정에 같은 내용으로 적으십시오. 무엇이 다른지는 `prober check --witness`로 볼 수 있습니다."
    }

    fn witness_is_off(&self, name: &str, why: &str) -> String {
        format!("증인 {name}에 묻지 않음: {why}")
    }

    fn unreadable_records(&self, list: &str, _count: usize) -> String {
        format!("{list} 감시 중단: prober 저장 기록 읽기 불가")
    }

    fn others_are_watched(&self) -> &'static str {
        "복구될 때까지 해당 대상은 감시하지 않습니다. 나머지는 계속 감시합니다."
    }

    fn store_fails(&self, problem: &str) -> String {
        format!("prober 기록 읽기·쓰기 불가: {problem}")
    }

    fn self_check_fails(&self, since: &str) -> String {
        format!("prober {since}부터 네트워크 장애 알림 중단: 자체 점검 실패")
    }

    fn self_check_advice(&self) -> &'static str {
        "self_check.urls 주소가 모두 응답하지 않아 prober 자체가 오프라인이라고 판단했습니다. 그러나 이 메시지는 도착했으니, 그 주소들이 차단되었다면 [self_check]에 다른 주소를 설정하세요."
    }

    fn store_works(&self) -> &'static str {
        "prober 기록 읽기·쓰기 정상"
    }

    fn judges_again(&self) -> &'static str {
        "지금 다운된 대상은 평소처럼 알립니다. 그동안 발생했다가 끝난 장애는 빠졌을 수 있습니다."
    }

    fn fails_meanwhile(&self) -> &'static str {
        "방금 확인했을 때 실패한 대상:"
    }

    fn nothing_is_judged(&self) -> &'static str {
        "복구될 때까지 상태를 판정하지 않으며 장애 알림이 오지 않을 수 있습니다. 이 알림은 한 시간에 한 번까지만 보냅니다."
    }

    fn dropped(&self, list: &str, _count: usize, how_long: &str) -> String {
        format!("CloudWatch 경보 {list} 추적 종료: 경보 상태에서 {how_long} 동안 소식 없음")
    }

    fn comes_back(&self) -> &'static str {
        "아직 남아 있는 경보는 다음에 상태가 바뀔 때 다시 나타납니다."
    }

    fn in_trouble(&self, alarm: &str) -> String {
        format!("prober 자체 문제 발생: {alarm}, 장애 알림 누락 가능")
    }

    fn see_deploy(&self) -> &'static str {
        "해결 방법: docs/deploy.md"
    }

    fn out_of_trouble(&self, alarm: &str) -> String {
        format!("prober 자체 문제 해결: {alarm}")
    }

    fn no_network(&self, how_long: &str, span: &str) -> String {
        format!("prober {how_long}간 네트워크 끊김 ({span})")
    }

    fn did_not_run(&self, how_long: &str, span: &str) -> String {
        format!("prober {how_long}간 실행 중지 ({span})")
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

    fn down(&self, name: &str, since: &str, behind: usize, why: &str) -> String {
        match behind {
            0 => format!("{name} {since}부터 다운: {why}"),
            behind => format!("{name} {since}부터 다운, 하위 대상 {behind}개도 영향: {why}"),
        }
    }

    fn open(&self, name: &str, since: &str, port: u16) -> String {
        format!("{name}: {port}번 포트 {since}부터 열림 (닫혀 있어야 함)")
    }

    fn late(&self, name: &str, why: &str) -> String {
        format!("{name} 늦음: {why}")
    }

    fn failed(&self, name: &str, why: &str) -> String {
        format!("{name} 실패: {why}")
    }

    fn unmet(&self, name: &str, why: &str) -> String {
        format!("{name}: {why}")
    }

    fn alarm(&self, name: &str, why: &str) -> String {
        format!("CloudWatch 경보 {name}: {why}")
    }

    fn reports_error(&self, name: &str, error: &str) -> String {
        format!("{name} 오류 보고: {error}")
    }

    fn logs_error(&self, name: &str, error: &str) -> String {
        format!("{name} 오류 로그: {error}")
    }

    fn reports_another(&self, name: &str, error: &str) -> String {
        format!("{name} 또 다른 오류 보고: {error}")
    }

    fn logs_another(&self, name: &str, error: &str) -> String {
        format!("{name} 또 다른 오류 로그: {error}")
    }

    fn still_down(&self, name: &str, plight: Plight, how_long: &str, why: &str) -> String {
        match plight {
            Plight::Down => format!("{name} {how_long}째 다운: {why}"),
            Plight::Late => format!("{name} {how_long}째 늦음: {why}"),
            Plight::Failed => format!("{name} {how_long}째 실패: {why}"),
            Plight::Alarm => format!("CloudWatch 경보 {name} {how_long}째 지속: {why}"),
            Plight::Reports | Plight::Logs => format!("{name} {how_long}째 오류 발생: {why}"),
            Plight::Open(port) => format!("{name}: {port}번 포트 {how_long}째 열림"),
        }
    }

    fn was_down(&self, name: &str, plight: Plight, how_long: &str, span: &str) -> String {
        match plight {
            Plight::Down => format!("{name} {how_long}간 다운 후 복구 ({span})"),
            Plight::Late => format!("{name} {how_long} 늦은 뒤 핑 도착 ({span})"),
            Plight::Failed => format!("{name} {how_long}간 실패 후 정상 ({span})"),
            Plight::Alarm => format!("CloudWatch 경보 {name} {how_long}간 지속 후 OK ({span})"),
            Plight::Reports | Plight::Logs => format!("{name} {how_long}간 오류 후 멈춤 ({span})"),
            Plight::Open(port) => {
                format!("{name}: {port}번 포트 {how_long}간 열렸다가 닫힘 ({span})")
            }
        }
    }

    fn was_down_often(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        in_all: &str,
        span: &str,
    ) -> String {
        let in_all = format!("총 {in_all} ({span})");
        match plight {
            Plight::Down => format!("{name} {times}회 다운 후 복구, {in_all}"),
            Plight::Late => format!("{name} {times}회 늦은 뒤 핑 도착, {in_all}"),
            Plight::Failed => format!("{name} {times}회 실패 후 정상, {in_all}"),
            Plight::Alarm => format!("CloudWatch 경보 {name} {times}회 발생 후 OK, {in_all}"),
            Plight::Reports | Plight::Logs => format!("{name} {times}회 오류 후 멈춤, {in_all}"),
            Plight::Open(port) => {
                format!("{name}: {port}번 포트 {times}회 열렸다가 닫힘, {in_all}")
            }
        }
    }

    fn was_down_too(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        how_long: &str,
        span: &str,
    ) -> String {
        let much = match times {
            0 | 1 => format!("{how_long}간"),
            times => format!("{times}회 총 {how_long}"),
        };
        match plight {
            Plight::Down => format!("{name} 그 전에도 {much} 다운 ({span})"),
            Plight::Late => format!("{name} 그 전에도 {much} 늦음 ({span})"),
            Plight::Failed => format!("{name} 그 전에도 {much} 실패 ({span})"),
            Plight::Alarm => format!("CloudWatch 경보 {name} 그 전에도 {much} 발생 ({span})"),
            Plight::Reports | Plight::Logs => format!("{name} 그 전에도 {much} 오류 ({span})"),
            Plight::Open(port) => format!("{name}: {port}번 포트 그 전에도 {much} 열림 ({span})"),
        }
    }

    fn recovered(&self, name: &str, how_long: &str, span: &str) -> String {
        format!("{name} {how_long} 만에 복구 ({span})")
    }

    fn recovered_with(
        &self,
        recovered: &str,
        told: usize,
        back: usize,
        still: Option<&str>,
    ) -> String {
        match (still, told, back) {
            (Some(still), _, _) => format!("{recovered}, 하위 대상은 계속 다운: {still}"),
            (None, 1, 1) => format!("{recovered}, 하위 대상도 복구"),
            (None, told, back) if told == back => {
                format!("{recovered}, 하위 대상 {told}개도 모두 복구")
            }
            (None, _, 0) => recovered.to_owned(),
            (None, told, back) => format!("{recovered}, 하위 대상 {told}개 중 {back}개 복구"),
        }
    }

    fn came(&self, name: &str, how_long: &str, span: &str) -> String {
        format!("{name} 핑 도착, {how_long} 늦음 ({span})")
    }

    fn closed(&self, name: &str, port: u16, how_long: &str, span: &str) -> String {
        format!("{name}: {port}번 포트 {how_long} 만에 다시 닫힘 ({span})")
    }

    fn alarm_over(&self, name: &str, how_long: &str) -> String {
        format!("CloudWatch 경보 {name}: {how_long} 만에 다시 OK")
    }

    fn quiet_again(&self, name: &str, quiet: Option<&str>, errors: u32, since: &str) -> String {
        let errors = match errors {
            0 => String::new(),
            errors => format!(" ({since}부터 총 {errors}건)"),
        };
        match quiet {
            Some(quiet) => format!("{name} {quiet}간 새 오류 없음{errors}"),
            None => format!("{name} 새 오류 없음{errors}"),
        }
    }

    fn unstable(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        within: &str,
        why: Option<&str>,
    ) -> String {
        let now = match why {
            Some(why) => format!("{}: {why}", bad(plight)),
            None => good(plight).to_owned(),
        };
        format!("{name} 불안정: {within} 사이 상태가 {times}회 넘게 바뀜, 현재 {now}")
    }

    fn steady_up(&self, name: &str, plight: Plight, since: Option<&str>) -> String {
        let good = good(plight);
        match since {
            Some(since) => format!("{name} 다시 안정: {since}부터 {good}"),
            None => format!("{name} 다시 안정: {good}"),
        }
    }

    fn steady_down(&self, name: &str, plight: Plight, since: &str, why: &str) -> String {
        format!("{name} 다시 안정: {since}부터 {}: {why}", bad(plight))
    }

    fn news(&self, name: &str, headline: Option<&str>) -> String {
        format!("{name}: {}", headline.unwrap_or("빈 메시지"))
    }

    fn warning(&self, name: &str, kind: WarningKind, detail: &str) -> String {
        match kind {
            WarningKind::CertExpiring => format!("{name} 인증서 만료 임박: {detail}"),
            WarningKind::Slow => format!("{name} 느림: {detail}"),
            WarningKind::Partial => format!("{name} 일부에서만 정상: {detail}"),
            WarningKind::Unwatched => format!("{name} 여기서 감시 불가: {detail}"),
        }
    }

    fn cleared(&self, name: &str, kind: WarningKind, now: Option<&str>) -> String {
        match (kind, now) {
            (WarningKind::CertExpiring, Some(now)) => format!("{name} 인증서 갱신됨: {now}"),
            (WarningKind::CertExpiring, None) => format!("{name} 인증서 갱신됨"),
            (WarningKind::Slow, Some(now)) => format!("{name} 속도 회복: {now}"),
            (WarningKind::Slow, None) => format!("{name} 속도 회복"),
            (WarningKind::Partial, _) => format!("{name} 여기서도 다시 접속됨"),
            (WarningKind::Unwatched, _) => format!("{name} 다시 감시 가능"),
        }
    }

    fn expected(&self, what: &str) -> String {
        format!("기대값: {what}")
    }

    fn begins(&self, what: &str) -> String {
        format!("본문 시작: {what}")
    }

    fn cause(&self, why: &str) -> String {
        format!("원인: {why}")
    }

    fn affected(&self, names: &str) -> String {
        format!("하위 대상: {names}")
    }

    fn unknown_yet(&self, names: &str) -> String {
        format!("복구 여부 아직 미확인: {names}")
    }

    fn next_reminder(&self, instant: &str) -> String {
        format!("다음 알림: {instant}")
    }

    fn told_late(&self) -> &'static str {
        "장애 중에는 이 채널에 알리지 못했습니다."
    }

    fn since(&self, instant: &str) -> String {
        format!("{instant}부터")
    }

    fn seen_from(&self, vantage: &str) -> String {
        format!("{vantage}에서 확인")
    }

    fn also_from(&self, names: &str) -> String {
        format!("{names}에서도 다운")
    }

    fn quiet_until_steady(&self, how_long: &str) -> String {
        format!("다운이 계속되거나 상태가 {how_long} 동안 유지될 때까지 더 알리지 않습니다.")
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

    fn stream(&self, name: &str) -> String {
        format!("로그 스트림: {name}")
    }

    fn open_log(&self) -> &'static str {
        "로그 열기"
    }

    fn open_alarm(&self) -> &'static str {
        "경보 열기"
    }

    fn open_link(&self) -> &'static str {
        "열기"
    }

    fn status_page(&self) -> &'static str {
        "상태 페이지"
    }

    fn said_by(&self, vantage: &str, instant: &str) -> String {
        format!("prober ({vantage}), {instant}")
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
            Reason::TooSlow => "응답이 너무 느림",
            Reason::Protocol => "프로토콜 오류",
            Reason::Banner => "예상과 다른 배너",
            Reason::Answer => "예상과 다른 응답",
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
            WarningKind::Partial => "일부에서만 정상",
            WarningKind::Unwatched => "여기서는 감시할 수 없음",
        }
    }

    fn detail(&self, detail: &Detail, calendar: Calendar) -> String {
        details::say(detail, calendar)
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

    fn seconds(&self, count: &str) -> String {
        format!("{count}초")
    }
}
