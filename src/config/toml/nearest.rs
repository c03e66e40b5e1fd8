//! Hints for a misspelt name.

use crate::text::nearest::nearest;

/// "did you mean …?" if a candidate is near to `wanted`, else `expected`.
pub(in crate::config) fn did_you_mean<'c>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    expected: &str,
) -> String {
    match nearest(wanted, candidates) {
        Some(near) => format!("did you mean `{near}`?"),
        None => expected.to_owned(),
    }
}
