//! A warning in words, for a terminal.

use crate::model::detail::Detail;
use crate::model::observation::WarningKind;

/// What is warned of: `certificate expires in 9 days (2026-03-19)`.
pub(super) fn warned(kind: WarningKind, detail: &Detail) -> String {
    match kind {
        WarningKind::CertExpiring => format!("certificate {detail}"),
        WarningKind::Slow => format!("slow: {detail}"),
        WarningKind::Partial => detail.to_string(),
        WarningKind::Unwatched => format!("{}: {detail}", kind.description()),
    }
}
