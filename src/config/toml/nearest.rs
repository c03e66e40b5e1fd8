//! Hints for a misspelt name.

use crate::config::toml::diagnostic::{DID_YOU_MEAN, Diagnostics};
use crate::text::nearest::nearest;

/// "did you mean …?" if a candidate is near to `wanted`, else `expected`. After thousands
/// of comparisons for one file it is always `expected`: see [`Diagnostics::may_compare`].
pub(in crate::config) fn did_you_mean<'c>(
    wanted: &str,
    candidates: impl ExactSizeIterator<Item = &'c str>,
    expected: &str,
    diagnostics: &Diagnostics,
) -> String {
    let near =
        if diagnostics.may_compare(candidates.len()) { nearest(wanted, candidates) } else { None };
    match near {
        Some(near) => format!("{DID_YOU_MEAN} `{near}`?"),
        None => expected.to_owned(),
    }
}
