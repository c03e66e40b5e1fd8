//! Chinese, in simplified characters.

use super::Words;

pub(super) struct Chinese;

impl Words for Chinese {
    fn all_up(&self) -> &'static str {
        "全部正常"
    }

    fn all_up_with_warnings(&self, count: usize) -> String {
        format!("全部正常，{count} 个警告")
    }

    fn nothing_down(&self, unknown: usize) -> String {
        format!("没有已知故障，{unknown} 个状态未知")
    }

    fn some_down(&self, count: usize, of: usize) -> String {
        format!("{of} 个目标中 {count} 个故障")
    }

    fn up(&self) -> &'static str {
        "正常"
    }

    fn down(&self) -> &'static str {
        "故障"
    }

    fn unknown(&self) -> &'static str {
        "未知"
    }

    fn unstable(&self) -> &'static str {
        "不稳定"
    }

    fn up_since(&self, instant: &str) -> String {
        format!("正常，始于 {instant}")
    }

    fn down_since(&self, instant: &str) -> String {
        format!("故障，始于 {instant}")
    }

    fn is_down(&self, name: &str) -> String {
        format!("{name} 故障")
    }

    fn was_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} 曾中断 {how_long}，已恢复")
    }

    fn lasting(&self, since: &str, how_long: &str) -> String {
        format!("自 {since} 起，已 {how_long}")
    }

    fn lasted(&self, how_long: &str, span: &str) -> String {
        format!("{how_long}（{span}）")
    }

    fn not_seen_since(&self, instant: &str) -> String {
        format!("{instant} 之后没有观测")
    }

    fn unreadable(&self) -> &'static str {
        "无法读取记录"
    }

    fn not_judged(&self) -> &'static str {
        "尚未判定"
    }

    fn no_error_yet(&self) -> &'static str {
        "尚无错误"
    }

    fn uptime(&self, share: &str, days: u64) -> String {
        match days {
            1 => format!("今天 {share}"),
            days => format!("{days} 天内 {share}"),
        }
    }

    fn no_data(&self) -> &'static str {
        "尚无数据"
    }

    fn latency(&self, latest: u32) -> String {
        format!("{latest} ms")
    }

    fn down_now(&self) -> &'static str {
        "当前故障"
    }

    fn last_outages(&self) -> &'static str {
        "最近故障"
    }

    fn no_outage(&self) -> &'static str {
        "没有故障记录。"
    }

    fn others(&self) -> &'static str {
        "其他"
    }

    fn as_of(&self, instant: &str) -> String {
        format!("截至 {instant}")
    }

    fn legend(&self, days: u64) -> String {
        format!("条形为最近 {days} 天（UTC），最右边是今天。")
    }

    fn feed(&self) -> &'static str {
        "故障"
    }
}
