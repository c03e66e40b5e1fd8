//! Chinese, in simplified characters.

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

pub(super) struct Chinese;

impl Words for Chinese {
    fn tag(&self) -> &'static str {
        "zh-Hans"
    }

    fn test(&self) -> &'static str {
        "prober 测试消息：此通道工作正常"
    }

    fn broken_config(&self, file: &str, diagnostics: usize) -> String {
        format!("{file} 有 {diagnostics} 处错误，继续使用上一份有效配置")
    }

    fn broken_by(&self, file: &str, line: usize, _said: &str) -> String {
        format!("{file} 第 {line} 行有错误，继续使用上一份有效配置")
    }

    fn at_line(&self, line: usize, said: &str) -> String {
        format!("第 {line} 行：{said}")
    }

    fn unread_config(&self, what: &str, why: &str) -> String {
        format!("无法读取 {what}：{why}，继续使用上一份有效配置")
    }

    fn deadly_config(&self, file: &str, since: &str) -> String {
        format!("未读取 {file}：{since} 开始读取它的进程已崩溃，继续使用上一份有效配置")
    }

    fn change_config(&self) -> &'static str {
        "请先修改，并用 `prober validate` 检查。若不修改，一小时后会再次尝试。"
    }

    fn readable_config(&self, file: &str) -> String {
        format!("{file} 又可以读取了")
    }

    fn right_config(&self, file: &str) -> String {
        format!("{file} 已恢复正确")
    }

    fn found_in(&self, place: &str) -> String {
        format!("位置：{place}")
    }

    fn parts_are_off(&self, list: &str) -> String {
        format!("{list} 已停用：密钥或文件缺失或有误")
    }

    fn channel_is_off(&self, name: &str, why: &str) -> String {
        format!("通道 {name} 已停用：{why}")
    }

    fn is_unwatched(&self, name: &str, why: &str) -> String {
        format!("{name} 未被监测：{why}")
    }

    fn inbox_is_off(&self, why: &str) -> String {
        format!("[inbox] 的密钥已停用：{why}")
    }

    fn page_is_off(&self, why: &str) -> String {
        format!("状态页已停用：{why}")
    }

    fn watchdog_is_off(&self, why: &str) -> String {
        format!("未调用 [watchdog]：{why}")
    }

    fn witness_differs(&self, name: &str, list: &str) -> String {
        format!("见证者 {name} 的配置中 {list} 有所不同，其意见不计")
    }

    fn compare_witness(&self) -> &'static str {
        "请在两份配置中写成一样；`prober check --witness` 会显示哪些不同。"
    }

    fn witness_is_off(&self, name: &str, why: &str) -> String {
        format!("不会询问见证者 {name}：{why}")
    }

    fn unreadable_records(&self, list: &str, _count: usize) -> String {
        format!("{list} 未被监测：prober 无法读取其记录")
    }

    fn others_are_watched(&self) -> &'static str {
        "修复之前，不监测这些目标；其余目标照常监测。"
    }

    fn store_fails(&self, problem: &str) -> String {
        format!("prober 无法读写记录：{problem}")
    }

    fn self_check_fails(&self, since: &str) -> String {
        format!("prober 自 {since} 起不通知网络故障：自检失败")
    }

    fn self_check_advice(&self) -> &'static str {
        "self_check.urls 中的地址都没有响应，因此 prober 认为自己已离线。但这条消息已送达：如果这些地址在此处被屏蔽，请在 [self_check] 中设置其他地址。"
    }

    fn store_works(&self) -> &'static str {
        "prober 又能读写记录了"
    }

    fn judges_again(&self) -> &'static str {
        "目前仍在故障的目标照常通知；期间出现又恢复的故障可能没有记录。"
    }

    fn fails_meanwhile(&self) -> &'static str {
        "刚才检查时，以下目标失败："
    }

    fn nothing_is_judged(&self) -> &'static str {
        "修复之前不会判定任何状态，也可能无法通知故障。此通知每小时最多一次。"
    }

    fn dropped(&self, list: &str, _count: usize, how_long: &str) -> String {
        format!("不再跟踪 CloudWatch 告警 {list}：仍在告警，但 {how_long}没有任何消息")
    }

    fn comes_back(&self) -> &'static str {
        "仍然存在的告警会在下次状态变化时重新出现。"
    }

    fn in_trouble(&self, alarm: &str) -> String {
        format!("prober 自身出现问题：{alarm}。可能无法通知故障")
    }

    fn see_deploy(&self) -> &'static str {
        "处理方法：docs/deploy.md"
    }

    fn out_of_trouble(&self, alarm: &str) -> String {
        format!("prober 自身问题已解决：{alarm}")
    }

    fn no_network(&self, how_long: &str, span: &str) -> String {
        format!("prober 有 {how_long}没有网络（{span}）")
    }

    fn did_not_run(&self, how_long: &str, span: &str) -> String {
        format!("prober 有 {how_long}没有运行（{span}）")
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

    fn down(&self, name: &str, since: &str, behind: usize, why: &str) -> String {
        match behind {
            0 => format!("{name} 自 {since} 起故障：{why}"),
            behind => format!("{name} 自 {since} 起故障，下游 {behind} 个也受影响：{why}"),
        }
    }

    fn open(&self, name: &str, since: &str, port: u16) -> String {
        format!("{name}：端口 {port} 自 {since} 起开放，本应关闭")
    }

    fn late(&self, name: &str, why: &str) -> String {
        format!("{name} 超时未到：{why}")
    }

    fn failed(&self, name: &str, why: &str) -> String {
        format!("{name} 失败：{why}")
    }

    fn unmet(&self, name: &str, why: &str) -> String {
        format!("{name}：{why}")
    }

    fn alarm(&self, name: &str, why: &str) -> String {
        format!("CloudWatch 告警 {name}：{why}")
    }

    fn reports_error(&self, name: &str, error: &str) -> String {
        format!("{name} 上报错误：{error}")
    }

    fn logs_error(&self, name: &str, error: &str) -> String {
        format!("{name} 日志报错：{error}")
    }

    fn reports_another(&self, name: &str, error: &str) -> String {
        format!("{name} 上报另一种错误：{error}")
    }

    fn logs_another(&self, name: &str, error: &str) -> String {
        format!("{name} 日志出现另一种错误：{error}")
    }

    fn still_down(&self, name: &str, plight: Plight, how_long: &str, why: &str) -> String {
        match plight {
            Plight::Down => format!("{name} 持续故障中，已 {how_long}：{why}"),
            Plight::Late => format!("{name} 仍未到，已 {how_long}：{why}"),
            Plight::Failed => format!("{name} 持续失败中，已 {how_long}：{why}"),
            Plight::Alarm => format!("CloudWatch 告警 {name} 持续中，已 {how_long}：{why}"),
            Plight::Reports | Plight::Logs => format!("{name} 持续报错中，已 {how_long}：{why}"),
            Plight::Open(port) => format!("{name}：端口 {port} 持续开放中，已 {how_long}"),
        }
    }

    fn was_down(&self, name: &str, plight: Plight, how_long: &str, span: &str) -> String {
        match plight {
            Plight::Down => format!("{name} 曾中断 {how_long}，已恢复（{span}）"),
            Plight::Late => format!("{name} 曾迟到 {how_long}，已收到心跳（{span}）"),
            Plight::Failed => format!("{name} 曾失败 {how_long}，已正常（{span}）"),
            Plight::Alarm => format!("CloudWatch 告警 {name} 曾持续 {how_long}，已 OK（{span}）"),
            Plight::Reports | Plight::Logs => format!("{name} 曾报错 {how_long}，已停止（{span}）"),
            Plight::Open(port) => {
                format!("{name}：端口 {port} 曾开放 {how_long}，已关闭（{span}）")
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
        let in_all = format!("共 {in_all}");
        match plight {
            Plight::Down => format!("{name} 曾中断 {times} 次，{in_all}，已恢复（{span}）"),
            Plight::Late => format!("{name} 曾迟到 {times} 次，{in_all}，已收到心跳（{span}）"),
            Plight::Failed => format!("{name} 曾失败 {times} 次，{in_all}，已正常（{span}）"),
            Plight::Alarm => {
                format!("CloudWatch 告警 {name} 曾触发 {times} 次，{in_all}，已 OK（{span}）")
            }
            Plight::Reports | Plight::Logs => {
                format!("{name} 曾报错 {times} 次，{in_all}，已停止（{span}）")
            }
            Plight::Open(port) => {
                format!("{name}：端口 {port} 曾开放 {times} 次，{in_all}，已关闭（{span}）")
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
            0 | 1 => how_long.to_owned(),
            times => format!("{times} 次，共 {how_long}"),
        };
        match plight {
            Plight::Down => format!("{name} 此前也曾中断 {much}（{span}）"),
            Plight::Late => format!("{name} 此前也曾迟到 {much}（{span}）"),
            Plight::Failed => format!("{name} 此前也曾失败 {much}（{span}）"),
            Plight::Alarm => format!("CloudWatch 告警 {name} 此前也曾触发 {much}（{span}）"),
            Plight::Reports | Plight::Logs => format!("{name} 此前也曾报错 {much}（{span}）"),
            Plight::Open(port) => format!("{name}：端口 {port} 此前也曾开放 {much}（{span}）"),
        }
    }

    fn recovered(&self, name: &str, how_long: &str, span: &str) -> String {
        format!("{name} 已恢复，故障 {how_long}（{span}）")
    }

    fn recovered_with(
        &self,
        recovered: &str,
        told: usize,
        back: usize,
        still: Option<&str>,
    ) -> String {
        match (still, told, back) {
            (Some(still), _, _) => format!("{recovered}，下游仍在故障：{still}"),
            (None, 1, 1) => format!("{recovered}，下游也已恢复"),
            (None, told, back) if told == back => {
                format!("{recovered}，下游 {told} 个也已全部恢复")
            }
            (None, _, 0) => recovered.to_owned(),
            (None, told, back) => format!("{recovered}，下游 {told} 个中已恢复 {back} 个"),
        }
    }

    fn came(&self, name: &str, how_long: &str, span: &str) -> String {
        format!("{name} 已收到心跳，晚了 {how_long}（{span}）")
    }

    fn closed(&self, name: &str, port: u16, how_long: &str, span: &str) -> String {
        format!("{name}：端口 {port} 已重新关闭，开放了 {how_long}（{span}）")
    }

    fn alarm_over(&self, name: &str, how_long: &str) -> String {
        format!("CloudWatch 告警 {name}：{how_long}后恢复 OK")
    }

    fn quiet_again(&self, name: &str, quiet: Option<&str>, errors: u32, since: &str) -> String {
        let errors = match errors {
            0 => String::new(),
            errors => format!("（自 {since} 起共 {errors} 次）"),
        };
        match quiet {
            Some(quiet) => format!("{name} 已有 {quiet}没有新错误{errors}"),
            None => format!("{name} 没有新错误{errors}"),
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
            Some(why) => format!("{}：{why}", bad(plight)),
            None => good(plight).to_owned(),
        };
        format!("{name} 不稳定：{within}内状态变化超过 {times} 次，目前{now}")
    }

    fn steady_up(&self, name: &str, plight: Plight, since: Option<&str>) -> String {
        let good = good(plight);
        match since {
            Some(since) => format!("{name} 已稳定：自 {since} 起{good}"),
            None => format!("{name} 已稳定：{good}"),
        }
    }

    fn steady_down(&self, name: &str, plight: Plight, since: &str, why: &str) -> String {
        format!("{name} 已稳定：自 {since} 起{}：{why}", bad(plight))
    }

    fn news(&self, name: &str, headline: Option<&str>) -> String {
        format!("{name}：{}", headline.unwrap_or("空消息"))
    }

    fn warning(&self, name: &str, kind: WarningKind, detail: &str) -> String {
        match kind {
            WarningKind::CertExpiring => format!("{name} 证书即将过期：{detail}"),
            WarningKind::Slow => format!("{name} 响应缓慢：{detail}"),
            WarningKind::Partial => format!("{name} 仅部分地点正常：{detail}"),
            WarningKind::Unwatched => format!("{name} 无法从此处监测：{detail}"),
        }
    }

    fn cleared(&self, name: &str, kind: WarningKind, now: Option<&str>) -> String {
        match (kind, now) {
            (WarningKind::CertExpiring, Some(now)) => format!("{name} 证书已更新，{now}"),
            (WarningKind::CertExpiring, None) => format!("{name} 证书已更新"),
            (WarningKind::Slow, Some(now)) => format!("{name} 响应恢复正常速度：{now}"),
            (WarningKind::Slow, None) => format!("{name} 响应恢复正常速度"),
            (WarningKind::Partial, _) => format!("{name} 从此处恢复访问"),
            (WarningKind::Unwatched, _) => format!("{name} 可以重新监测"),
        }
    }

    fn expected(&self, what: &str) -> String {
        format!("应为：{what}")
    }

    fn begins(&self, what: &str) -> String {
        format!("内容开头：{what}")
    }

    fn cause(&self, why: &str) -> String {
        format!("原因：{why}")
    }

    fn affected(&self, names: &str) -> String {
        format!("下游：{names}")
    }

    fn unknown_yet(&self, names: &str) -> String {
        format!("尚不清楚是否恢复：{names}")
    }

    fn next_reminder(&self, instant: &str) -> String {
        format!("下次提醒：{instant}")
    }

    fn told_late(&self) -> &'static str {
        "故障期间未能通知此通道。"
    }

    fn since(&self, instant: &str) -> String {
        format!("自 {instant} 起")
    }

    fn seen_from(&self, vantage: &str) -> String {
        format!("观测点：{vantage}")
    }

    fn also_from(&self, names: &str) -> String {
        format!("从 {names} 访问同样故障")
    }

    fn quiet_until_steady(&self, how_long: &str) -> String {
        format!("在持续故障或状态保持 {how_long}不变之前，不再通知。")
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

    fn stream(&self, name: &str) -> String {
        format!("日志流：{name}")
    }

    fn open_log(&self) -> &'static str {
        "打开日志"
    }

    fn open_alarm(&self) -> &'static str {
        "打开告警"
    }

    fn open_link(&self) -> &'static str {
        "打开"
    }

    fn status_page(&self) -> &'static str {
        "状态页"
    }

    fn said_by(&self, vantage: &str, instant: &str) -> String {
        format!("prober（{vantage}），{instant}")
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
            Reason::TooSlow => "响应过慢",
            Reason::Protocol => "协议错误",
            Reason::Banner => "欢迎信息不符合预期",
            Reason::Answer => "应答不符合预期",
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
            WarningKind::Partial => "仅部分地点正常",
            WarningKind::Unwatched => "无法从此处监测",
        }
    }

    fn detail(&self, detail: &Detail, calendar: Calendar) -> String {
        details::say(detail, calendar)
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

    fn seconds(&self, count: &str) -> String {
        format!("{count} 秒")
    }
}
