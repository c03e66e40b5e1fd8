//! Names among the arguments of commands.

use super::Error;
use crate::text::nearest::nearest;

/// An error if no `what` has the `wanted` name; it has the name that was probably meant.
pub(super) fn known<'a>(
    what: &str,
    wanted: &[String],
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), Error> {
    let names: Vec<&str> = names.into_iter().collect();
    for name in wanted {
        if names.contains(&name.as_str()) {
            continue;
        }
        let near = nearest(name, names.iter().copied());
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("there is no {what} `{name}`{hint}").into());
    }
    Ok(())
}
