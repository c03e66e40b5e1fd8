//! How a target is, in a word.

use crate::message::words::Plight;

/// How one is that does not work.
pub(super) const fn bad(plight: Plight) -> &'static str {
    match plight {
        Plight::Down => "다운",
        Plight::Late => "늦음",
        Plight::Failed => "실패",
        Plight::Alarm => "경보",
        Plight::Reports | Plight::Logs => "오류",
        Plight::Open(_) => "열림",
    }
}

/// How one is that works.
pub(super) const fn good(plight: Plight) -> &'static str {
    match plight {
        Plight::Down | Plight::Failed => "정상",
        Plight::Late => "제때 도착",
        Plight::Alarm => "OK",
        Plight::Reports | Plight::Logs => "오류 없음",
        Plight::Open(_) => "닫힘",
    }
}
