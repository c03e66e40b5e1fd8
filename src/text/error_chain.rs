//! Errors with their causes. Our errors say what failed, and their causes say why;
//! those of libraries often say nothing themselves.

use std::error::Error;
use std::iter::successors;

/// `error` with all its causes, each said once.
///
/// ```
/// use prober::text::error_chain::chain;
/// let error = "x".parse::<u8>().unwrap_err();
/// assert_eq!(chain(&error), "invalid digit found in string");
/// ```
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    for cause in successors(error.source(), |&cause| cause.source()) {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
    }
    text
}

/// The cause at the end of the chain: if the others name a secret URL, only this one may
/// be shown.
#[must_use]
pub fn root_cause<'e>(error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    successors(Some(error), |&cause| cause.source()).last().unwrap_or(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{said}")]
    struct Failed {
        said: &'static str,
        source: Option<Box<Failed>>,
    }

    fn failed(said: &'static str, source: Option<Failed>) -> Failed {
        Failed { said, source: source.map(Box::new) }
    }

    #[test]
    fn every_cause_is_said_once() {
        let error = failed("refused", None);
        let error = failed("cannot connect: refused", Some(error));
        let error = failed("cannot read the table", Some(error));
        assert_eq!(chain(&error), "cannot read the table: cannot connect: refused");
        assert_eq!(root_cause(&error).to_string(), "refused");
    }
}
