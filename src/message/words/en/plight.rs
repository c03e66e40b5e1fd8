//! How a target is, in a word.

use crate::message::words::Plight;

/// How one is that does not work.
pub(super) const fn bad(plight: Plight) -> &'static str {
    match plight {
        Plight::Down => "down",
        Plight::Late => "late",
        Plight::Failed => "failing",
        Plight::Alarm => "in ALARM",
        Plight::Reports | Plight::Logs => "with errors",
        Plight::Open(_) => "open",
    }
}

/// How one is that works.
pub(super) const fn good(plight: Plight) -> &'static str {
    match plight {
        Plight::Down => "up",
        Plight::Late => "in time",
        Plight::Failed => "working",
        Plight::Alarm => "OK",
        Plight::Reports | Plight::Logs => "without errors",
        Plight::Open(_) => "closed",
    }
}
