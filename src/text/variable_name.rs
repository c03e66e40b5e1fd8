//! The name of a variable for a secret that was written as it is.

/// Most characters of a name.
const LONGEST: usize = 60;

/// The name of a variable for what is called `hint`: one that prober takes.
///
/// ```
/// use prober::text::variable_name::variable_name;
/// assert_eq!(variable_name("slack webhook-url"), "SLACK_WEBHOOK_URL");
/// assert_eq!(variable_name("2 fast"), "PROBER_2_FAST");
/// ```
#[must_use]
pub fn variable_name(hint: &str) -> String {
    let mut name = String::new();
    for c in hint.chars().take(LONGEST) {
        match c.to_ascii_uppercase() {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('_');
    // A digit may not come first, and some names are AWS's own.
    if name.is_empty()
        || name.starts_with(|first: char| first.is_ascii_digit())
        || ["AWS_", "LAMBDA_"].iter().any(|prefix| name.starts_with(prefix))
    {
        return format!("PROBER_{name}").trim_end_matches('_').to_owned();
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_prober_takes() {
        for (hint, expected) in [
            ("slack webhook-url", "SLACK_WEBHOOK_URL"),
            ("2 fast", "PROBER_2_FAST"),
            ("aws_key", "PROBER_AWS_KEY"),
            ("사진", "PROBER"),
        ] {
            assert_eq!(variable_name(hint), expected);
        }
    }
}
