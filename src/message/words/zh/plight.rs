//! How a target is, in a word.

use crate::message::words::Plight;

/// How one is that does not work.
pub(super) const fn bad(plight: Plight) -> &'static str {
    match plight {
        Plight::Down => "故障",
        Plight::Late => "超时未到",
        Plight::Failed => "失败",
        Plight::Alarm => "告警",
        Plight::Reports | Plight::Logs => "报错",
        Plight::Open(_) => "开放",
    }
}

/// How one is that works.
pub(super) const fn good(plight: Plight) -> &'static str {
    match plight {
        Plight::Down | Plight::Failed => "正常",
        Plight::Late => "按时",
        Plight::Alarm => " OK",
        Plight::Reports | Plight::Logs => "没有错误",
        Plight::Open(_) => "关闭",
    }
}
