//! What a channel must remember of a notice of prober's own, so that it is told once.

use crate::model::channel_state::Heard;

/// By what a notice is known, whatever its words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeKey {
    /// Which notice it is.
    pub digest: u64,
    /// What it begins or ends, if it does.
    pub episode: Option<EpisodeKey>,
    /// Whether the very same notice is news again once what it is about was over.
    pub returns: bool,
}

/// A trouble of prober's own that has a beginning and an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpisodeKey {
    /// It begins.
    Begins(u64),
    /// It is over, which who has not heard of its beginning is not told.
    Ends(u64),
}

impl NoticeKey {
    /// Whether a channel that has `heard` this is not to be told.
    pub(super) fn is_old(self, heard: Heard) -> bool {
        let was_told = heard.contains(self.digest);
        match self.episode {
            Some(EpisodeKey::Ends(name)) if self.returns => !heard.contains(name),
            Some(EpisodeKey::Ends(name)) => was_told || !heard.contains(name),
            Some(EpisodeKey::Begins(name)) if self.returns => was_told && heard.contains(name),
            Some(EpisodeKey::Begins(_)) | None => was_told,
        }
    }

    /// What a channel that has `heard` this has heard once it was told the notice.
    #[must_use]
    pub fn heard(self, heard: Heard) -> Heard {
        let heard = heard.and(self.digest);
        match self.episode {
            Some(EpisodeKey::Begins(name)) => heard.and(name),
            Some(EpisodeKey::Ends(name)) => heard.without(name),
            None => heard,
        }
    }
}
