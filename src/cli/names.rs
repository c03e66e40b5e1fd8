//! Names among the arguments of commands.

use super::Error;

/// An error if `wanted` names a `what` that there is not, with the nearest
/// name that there is.
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
        let nearest = names
            .iter()
            .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
        let hint =
            nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
        return Err(format!("there is no {what} `{name}`{hint}").into());
    }
    Ok(())
}
