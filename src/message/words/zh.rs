//! Chinese, in simplified characters.

use super::Words;
use crate::model::observation::{Reason, WarningKind};
use crate::text::duration::Unit;

pub(super) struct Chinese;

impl Words for Chinese {
    fn tag(&self) -> &'static str {
        "zh-Hans"
    }

    fn test_text(&self) -> &'static str {
        "prober 测试消息：此通道工作正常"
    }

    fn test_headline(&self) -> &'static str {
        "测试消息"
    }

    fn test_line(&self) -> &'static str {
        "此通道工作正常。"
    }

    fn broken_config(&self) -> &'static str {
        "prober 的配置有错误"
    }

    fn right_config(&self) -> &'static str {
        "prober 的配置已恢复正确"
    }

    fn last_good_in_force(&self) -> &'static str {
        "修正之前，原来的配置继续生效。"
    }

    fn parts_are_off(&self) -> &'static str {
        "因缺少密钥，prober 的一部分已停用"
    }

    fn channel_is_off(&self, name: &str, why: &str) -> String {
        format!("频道 {name} 已停用：{why}。")
    }

    fn is_unwatched(&self, name: &str, why: &str) -> String {
        format!("{name} 未被监控：{why}。")
    }

    fn watchdog_is_off(&self, why: &str) -> String {
        format!("未调用看门狗（watchdog）：{why}。")
    }

    fn inbox_is_off(&self, why: &str) -> String {
        format!("[inbox] 的密钥已停用：{why}。")
    }

    fn unreadable_records(&self) -> &'static str {
        "prober 无法读取部分已保存的记录"
    }

    fn others_are_watched(&self) -> &'static str {
        "修复之前，不监视这些目标；其余目标照常监视。"
    }

    fn store_fails(&self) -> &'static str {
        "prober 无法读取或写入记录"
    }

    fn fails_meanwhile(&self) -> &'static str {
        "刚才检查时，以下目标失败："
    }

    fn nothing_is_judged(&self) -> &'static str {
        "修复之前不作任何判定，发生故障也可能收不到通知。此消息每小时最多发送一次。"
    }

    fn store_works(&self) -> &'static str {
        "prober 又能读取和写入记录了"
    }

    fn judges_again(&self) -> &'static str {
        "目前仍在故障的目标照常通知；期间出现又恢复的故障可能没有记录。"
    }

    fn dropped(&self, list: &str, _count: usize, how_long: &str) -> String {
        format!("{list} 已移除，{how_long}没有任何消息")
    }

    fn comes_back(&self) -> &'static str {
        "仍然存在的告警会在下次状态变化时重新出现。"
    }

    fn in_trouble(&self) -> &'static str {
        "prober 自身出现问题"
    }

    fn unwatched(&self) -> &'static str {
        "在此期间，即使监控目标发生故障也可能收不到通知。请参阅 docs/deploy.md。"
    }

    fn out_of_trouble(&self) -> &'static str {
        "prober 自身的问题已解除"
    }

    fn found_in(&self, place: &str) -> String {
        format!("位置：{place}")
    }

    fn alarm(&self, name: &str, reason: &str) -> String {
        format!("告警 {name}：{reason}")
    }

    fn notice(&self, headline: &str, rest: &str) -> String {
        format!("{headline}。{rest}")
    }

    fn no_view(&self, how_long: &str) -> String {
        format!("prober 有 {how_long}无法观测")
    }

    fn no_network(&self) -> &'static str {
        "prober 自身网络故障，自检也失败"
    }

    fn did_not_run(&self) -> &'static str {
        "prober 没有运行"
    }

    fn may_have_missed(&self) -> &'static str {
        "其间发生又恢复的故障无从得知。"
    }

    fn at_most(&self, how_long: &str) -> String {
        format!("{how_long}以内")
    }

    fn unseen(&self, how_long: &str) -> String {
        format!("其中 {how_long}没有观测。")
    }

    fn down(&self, name: &str) -> String {
        format!("{name} 故障")
    }

    fn down_with(&self, name: &str, behind: usize) -> String {
        format!("{name} 故障，影响 {behind} 个依赖它的目标")
    }

    fn unstable(&self, name: &str) -> String {
        format!("{name} 不稳定")
    }

    fn unstable_and_down(&self, name: &str) -> String {
        format!("{name} 不稳定，目前故障")
    }

    fn steady_up(&self, name: &str) -> String {
        format!("{name} 状态已稳定（正常）")
    }

    fn steady_down(&self, name: &str) -> String {
        format!("{name} 状态已稳定（故障）")
    }

    fn still_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} 仍在故障，已持续 {how_long}")
    }

    fn was_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} 曾故障，历时 {how_long}")
    }

    fn was_down_often(&self, name: &str, times: u32, in_all: &str) -> String {
        format!("{name} 曾故障 {times} 次，共 {in_all}")
    }

    fn recovered(&self, name: &str, how_long: &str) -> String {
        format!("{name} 已恢复，故障历时 {how_long}")
    }

    fn quiet_again(&self, name: &str, errors: u32, how_long: &str) -> String {
        format!("{name} 不再报错，{how_long}内共 {errors} 个错误")
    }

    fn another_error(&self, name: &str, detail: &str) -> String {
        format!("{name} 出现另一种错误：{detail}")
    }

    fn news(&self, name: &str, headline: &str) -> String {
        format!("{name}：{headline}")
    }

    fn warning(&self, name: &str, kinds: &str) -> String {
        format!("{name} 警告：{kinds}")
    }

    fn warning_over(&self, name: &str, kinds: &str) -> String {
        format!("{name} 警告解除：{kinds}")
    }

    fn because_since(&self, headline: &str, why: &str, since: &str) -> String {
        format!("{headline}：{why}，始于 {since}")
    }

    fn during(&self, headline: &str, span: &str) -> String {
        format!("{headline}（{span}）")
    }

    fn all_down(&self, names: &str, _: bool) -> String {
        format!("故障：{names}")
    }

    fn all_still_down(&self, names: &str, _: bool) -> String {
        format!("仍在故障：{names}")
    }

    fn all_another(&self, names: &str) -> String {
        format!("{names} 出现另一种错误")
    }

    fn all_news(&self, names: &str) -> String {
        format!("{names} 有新消息")
    }

    fn all_were_down(&self, names: &str, _: bool) -> String {
        format!("曾故障：{names}")
    }

    fn all_recovered(&self, names: &str) -> String {
        format!("已恢复：{names}")
    }

    fn all_steady(&self, names: &str, _: bool) -> String {
        format!("状态已稳定：{names}")
    }

    fn all_unstable(&self, names: &str, _: bool) -> String {
        format!("不稳定：{names}")
    }

    fn all_warn(&self, names: &str, _: bool) -> String {
        format!("警告：{names}")
    }

    fn all_warnings_over(&self, names: &str, _: bool) -> String {
        format!("警告解除：{names}")
    }

    fn list(&self, names: &[&str], more: usize) -> String {
        let (listed, all) = (names.join("、"), names.len() + more);
        if more > 0 { format!("{listed} 等 {all} 个") } else { listed }
    }

    fn and_more(&self, count: usize) -> String {
        format!("另有 {count} 项")
    }

    fn over_before(&self, count: usize) -> String {
        format!("另有 {count} 个此前已恢复")
    }

    fn between_stories(&self) -> &'static str {
        "；"
    }

    fn between_kinds(&self) -> &'static str {
        "、"
    }

    fn why(&self, failure: &str) -> String {
        format!("原因：{failure}")
    }

    fn since(&self, instant: &str, how_long: &str) -> String {
        format!("始于：{instant}（已持续 {how_long}）")
    }

    fn probed_works(&self, name: &str, latency_ms: u32) -> String {
        format!("立即探测：{name} 正常，{latency_ms} ms 内响应")
    }

    fn probed_fails(&self, name: &str, detail: &str) -> String {
        format!("立即探测：{name} 异常 – {detail}")
    }

    fn probed_unclear(&self, name: &str, why: &str) -> String {
        format!("立即探测：{name} 是否正常未知 – {why}")
    }

    fn takes_with_it(&self, names: &str) -> String {
        format!("受影响：{names}")
    }

    fn changed_too_often(&self, times: u32, within: &str) -> String {
        format!("{within}内状态变化超过 {times} 次。")
    }

    fn silent_until_steady(&self, how_long: &str) -> String {
        format!("在持续故障或状态保持 {how_long}不变之前，不再通知。")
    }

    fn when(&self, span: &str) -> String {
        format!("时间：{span}")
    }

    fn seen_from(&self, vantage: &str) -> String {
        format!("观测点：{vantage}")
    }

    fn said_by(&self, vantage: &str, instant: &str) -> String {
        format!("观测点：{vantage}，{instant}")
    }

    fn reason(&self, reason: Reason) -> &'static str {
        match reason {
            Reason::Dns => "域名解析失败",
            Reason::Refused => "连接被拒绝",
            Reason::Unreachable => "无法到达",
            Reason::Timeout => "超时",
            Reason::Reset => "连接中断",
            Reason::Tls => "TLS 失败",
            Reason::CertExpired => "证书已过期",
            Reason::Status => "状态码不符合预期",
            Reason::Redirect => "重定向失败",
            Reason::Header => "响应头不符合预期",
            Reason::Body => "响应内容不符合预期",
            Reason::Json => "JSON 不符合预期",
            Reason::TooLarge => "响应过大",
            Reason::Protocol => "协议错误",
            Reason::Banner => "欢迎信息不符合预期",
            Reason::Answer => "DNS 应答不符合预期",
            Reason::Late => "未收到心跳",
            Reason::ReportedFailure => "自报失败",
            Reason::Alarm => "触发告警",
            Reason::ErrorsReported => "有错误上报",
            Reason::Reachable => "本应关闭却可以访问",
            Reason::Other => "失败",
        }
    }

    fn kind(&self, kind: WarningKind) -> &'static str {
        match kind {
            WarningKind::CertExpiring => "证书即将过期",
            WarningKind::Slow => "响应缓慢",
            WarningKind::Unwatched => "无法从此处监测",
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
        let (month, year) = (month0 + 1, year.map(|year| format!("{year}年")).unwrap_or_default());
        format!("{year}{month}月{day}日")
    }

    fn duration_unit(&self, count: i64, unit: Unit) -> String {
        match unit {
            Unit::Days => format!("{count} 天"),
            Unit::Hours => format!("{count} 小时"),
            Unit::Minutes => format!("{count} 分钟"),
            Unit::Seconds => format!("{count} 秒"),
        }
    }
}
