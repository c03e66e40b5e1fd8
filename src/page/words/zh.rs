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
        format!("每个条形是一天（UTC），最多 {days} 天；高度为可用率，短线表示没有数据。")
    }

    fn feed(&self) -> &'static str {
        "故障"
    }

    fn all_up_but_planned(&self, count: usize) -> String {
        format!("其余全部正常，{count} 个维护或暂停中")
    }

    fn behind(&self, root: &str) -> String {
        format!("受 {root} 故障影响")
    }

    fn maintenance_until(&self, instant: &str) -> String {
        format!("维护至 {instant}")
    }

    fn paused_until(&self, instant: &str) -> String {
        format!("暂停至 {instant}")
    }

    fn awaits_ping(&self) -> &'static str {
        "等待首次心跳"
    }

    fn pinged(&self, ago: &str) -> String {
        format!("{ago}前收到心跳")
    }

    fn run_began(&self, ago: &str) -> String {
        format!("{ago}前开始运行")
    }

    fn count_up(&self, count: usize) -> String {
        format!("{count} 个正常")
    }

    fn count_down(&self, count: usize) -> String {
        format!("{count} 个故障")
    }

    fn count_warned(&self, count: usize) -> String {
        format!("{count} 个有警告")
    }

    fn count_unknown(&self, count: usize) -> String {
        format!("{count} 个未知")
    }

    fn count_planned(&self, count: usize) -> String {
        format!("{count} 个维护或暂停")
    }

    fn days_ago(&self, days: u64) -> String {
        format!("{days} 天前")
    }

    fn today(&self) -> &'static str {
        "今天"
    }

    fn days(&self, days: u64) -> String {
        format!("{days} 天")
    }

    fn hours(&self, hours: usize) -> String {
        format!("{hours} 小时")
    }

    fn month(&self, year: i32, month0: u32) -> String {
        let month = month0 + 1;
        format!("{year}年{month}月")
    }

    fn uptime_heading(&self) -> &'static str {
        "可用率"
    }

    fn latency_heading(&self) -> &'static str {
        "延迟"
    }

    fn latency_of_hours(&self) -> &'static str {
        "最近 24 小时，每小时平均"
    }

    fn latency_of_days(&self, days: u64) -> String {
        format!("最近 {days} 天，每天平均")
    }

    fn latency_range(&self, low: &str, high: &str) -> String {
        format!("{low} 到 {high}")
    }

    fn table(&self) -> &'static str {
        "以表格查看"
    }

    fn column_hour(&self) -> &'static str {
        "小时"
    }

    fn column_day(&self) -> &'static str {
        "日期 (UTC)"
    }

    fn column_latency(&self) -> &'static str {
        "平均延迟"
    }

    fn outages(&self) -> &'static str {
        "故障"
    }

    fn all_outages(&self) -> &'static str {
        "按月查看全部故障"
    }

    fn all_targets(&self) -> &'static str {
        "全部目标"
    }

    fn months(&self) -> &'static str {
        "月份"
    }

    fn in_maintenance(&self) -> &'static str {
        "维护期间"
    }

    fn while_paused(&self) -> &'static str {
        "暂停期间"
    }

    fn behind_others(&self, names: &str) -> String {
        format!("受 {names} 影响")
    }

    fn no_outage_then(&self) -> &'static str {
        "本月没有故障。"
    }

    fn planned(&self) -> &'static str {
        "维护与暂停"
    }

    fn asks_password(&self) -> &'static str {
        "此页面需要密码"
    }

    fn password(&self) -> &'static str {
        "密码"
    }

    fn show_page(&self) -> &'static str {
        "查看页面"
    }

    fn wrong_password(&self) -> &'static str {
        "密码不正确。"
    }
}
