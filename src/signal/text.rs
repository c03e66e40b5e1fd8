//! Makes foreign text of several lines fit to be shown: removes what is invisible,
//! cuts what is too long, and marks the cut.

use url::Url;

use crate::text::tail;

/// The most characters in a detail: enough for CloudWatch's reasons with a few
/// datapoints.
pub const MAX_DETAIL: usize = 300;

/// The most characters in a [`SignalText`]: a section of Slack holds 3,000
/// (<https://docs.slack.dev/reference/block-kit/blocks/section-block>), and
/// needs a few for the fence around it.
pub const MAX_TEXT: usize = 2_800;

/// What does not fit on one line: a message shows it below its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalText {
    /// At most [`MAX_TEXT`] characters, of several lines; empty if the detail
    /// says it all. Not escaped for any channel.
    pub text: String,
    /// The log stream that it stood in.
    pub stream: Option<String>,
    /// Where to look further.
    pub link: Option<Url>,
}

/// How many characters are kept for each further kind of error of an incident: a
/// record has room for five.
const MAX_BESIDE: usize = 600;

impl SignalText {
    /// The same, cut shorter.
    pub(super) fn short(self) -> Self {
        Self { text: tail(&self.text, MAX_BESIDE), ..self }
    }

    /// What `text` adds to `detail`, which is shown above it.
    pub(super) fn beside(detail: &str, text: &str) -> Self {
        let text = if text.trim() == detail { String::new() } else { tail(text, MAX_TEXT) };
        Self { text, stream: None, link: None }
    }
}
