//! Several targets at once, in Chinese.

use super::Chinese;
use crate::message::words::{Group, Plight, Several};

impl Several for Chinese {
    fn all_down(&self, names: &str, group: Group<'_>) -> String {
        let who = if group.all { "全部 " } else { "" };
        let count = group.count;
        match group.shared {
            Some((since, why)) => format!("{who}{count} 个自 {since} 起故障：{why}：{names}"),
            None => format!("{who}{count} 个故障：{names}"),
        }
    }

    fn all_fallen(&self, names: &str, plight: Plight, count: usize) -> String {
        match plight {
            Plight::Down => format!("{count} 个故障：{names}"),
            Plight::Open(_) => format!("{count} 个端口开放，本应关闭：{names}"),
            Plight::Late => format!("{count} 个超时未到：{names}"),
            Plight::Failed => format!("{count} 个失败：{names}"),
            Plight::Alarm => format!("{count} 个 CloudWatch 告警：{names}"),
            Plight::Reports | Plight::Logs => format!("{count} 个报错：{names}"),
        }
    }

    fn all_still_down(&self, names: &str, plight: Plight) -> String {
        match plight {
            Plight::Down => format!("持续故障中：{names}"),
            Plight::Open(_) => format!("端口持续开放中：{names}"),
            Plight::Late => format!("仍未到：{names}"),
            Plight::Failed => format!("持续失败中：{names}"),
            Plight::Alarm => format!("CloudWatch 告警持续中：{names}"),
            Plight::Reports | Plight::Logs => format!("持续报错中：{names}"),
        }
    }

    fn all_another(&self, names: &str) -> String {
        format!("另一种错误：{names}")
    }

    fn all_news(&self, names: &str) -> String {
        format!("消息：{names}")
    }

    fn all_were_down(&self, names: &str, plight: Plight) -> String {
        match plight {
            Plight::Down => format!("曾中断，已恢复：{names}"),
            Plight::Open(_) => format!("端口曾开放，已关闭：{names}"),
            Plight::Late => format!("曾迟到，已收到心跳：{names}"),
            Plight::Failed => format!("曾失败，已正常：{names}"),
            Plight::Alarm => format!("CloudWatch 告警曾触发，已 OK：{names}"),
            Plight::Reports | Plight::Logs => format!("曾报错，已停止：{names}"),
        }
    }

    fn all_recovered(&self, names: &str, group: Group<'_>) -> String {
        let who = if group.all { "全部 " } else { "" };
        format!("{who}{} 个已恢复：{names}", group.count)
    }

    fn all_over(&self, names: &str, plight: Plight, count: usize) -> String {
        match plight {
            Plight::Down => format!("{count} 个已恢复：{names}"),
            Plight::Open(_) => format!("{count} 个已重新关闭：{names}"),
            Plight::Late => format!("{count} 个已收到心跳：{names}"),
            Plight::Failed => format!("{count} 个已正常：{names}"),
            Plight::Alarm => format!("{count} 个 CloudWatch 告警恢复 OK：{names}"),
            Plight::Reports | Plight::Logs => format!("{count} 个没有新错误：{names}"),
        }
    }

    fn all_steady(&self, names: &str) -> String {
        format!("已稳定：{names}")
    }

    fn all_unstable(&self, names: &str) -> String {
        format!("不稳定：{names}")
    }

    fn all_warn(&self, names: &str) -> String {
        format!("警告：{names}")
    }

    fn all_partly(&self, names: &str, said: &str) -> String {
        format!("{names} 仅部分地点可访问：{said}")
    }

    fn all_everywhere(&self, names: &str) -> String {
        format!("{names} 从此处恢复访问")
    }

    fn all_cleared(&self, names: &str) -> String {
        format!("警告解除：{names}")
    }

    fn of_group(&self, names: &str, since: &str, why: &str) -> String {
        format!("自 {since} 起故障，{why}：{names}")
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

    fn causes(&self) -> &'static str {
        "原因："
    }
}
