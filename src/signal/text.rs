//! How foreign text of several lines is made fit to be shown: what cannot be
//! seen is taken out, what is too long is cut and marked.

use url::Url;

use crate::text::tail;

/// Characters in a detail, at most. CloudWatch's reasons with a few
/// datapoints fit.
pub const MAX_DETAIL: usize = 300;

/// Characters in a [`SignalText`], at most: a section of Slack holds 3,000
/// (<https://docs.slack.dev/reference/block-kit/blocks/section-block>), and
/// needs a few for the fence around it.
pub const MAX_TEXT: usize = 2_800;

/// More than fits on one line: for a message to show below its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalText {
    /// At most [`MAX_TEXT`] characters, of several lines; empty where the
    /// detail says it all. Not escaped for any channel.
    pub text: String,
    /// Where to look further.
    pub link: Option<Url>,
}

/// Characters that are kept of what came with an error that may be another one
/// of its incident: one record has room for five.
const MAX_BESIDE: usize = 600;

impl SignalText {
    /// The same in short.
    pub(super) fn short(self) -> Self {
        Self { text: tail(&self.text, MAX_BESIDE), ..self }
    }

    /// What `text` says besides `detail`, which is shown above it.
    pub(super) fn beside(detail: &str, text: &str) -> Self {
        let text = if text.trim() == detail { String::new() } else { tail(text, MAX_TEXT) };
        Self { text, link: None }
    }
}
