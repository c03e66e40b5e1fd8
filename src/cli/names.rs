//! Names among the arguments of commands.

use super::Error;
use crate::model::names::TargetName;
use crate::model::shown_names::ShownNames;
use crate::text::address::discreet;
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
        return Err(format!("there is no {what} `{}`{hint}", discreet(name)).into());
    }
    Ok(())
}

/// Those of `targets` that the `wanted` names mean, as they are stored or as they are shown;
/// all of them if none is wanted.
///
/// # Errors
/// Where no target has one of the names.
pub(super) fn meant(
    what: &str,
    wanted: &[String],
    mut targets: Vec<TargetName>,
) -> Result<Vec<TargetName>, Error> {
    let shown = ShownNames::of(&targets);
    let called: Vec<_> = targets.iter().map(|target| shown.shown(target)).collect();
    let stored = targets.iter().map(TargetName::as_str);
    known(what, wanted, stored.chain(called.iter().map(String::as_str)))?;
    let is_meant = |target: &TargetName| {
        let shown = shown.shown(target);
        wanted.iter().any(|name| name == target.as_str() || *name == shown)
    };
    targets.retain(|target| wanted.is_empty() || is_meant(target));
    Ok(targets)
}
