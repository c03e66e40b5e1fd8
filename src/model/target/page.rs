//! The status page: `[page]`.

use url::Url;

use crate::model::secret::Secret;

/// What anybody who reaches the inbox may see, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageSettings {
    /// Whether there is a page; `None`: only if not everybody can reach it.
    pub enabled: Option<bool>,
    /// Whether it names the discovered targets: alarms, log groups, topics.
    pub discovered: bool,
    /// Its heading.
    pub title: Option<String>,
    /// A picture beside the heading; `http` or `https`.
    pub logo: Option<Url>,
    /// Where the heading leads; `http` or `https`.
    pub link: Option<Url>,
    /// What is said to all readers; may have several lines.
    pub announcement: Option<String>,
    /// What a reader must know.
    pub password: Option<Secret>,
    /// Where readers reach it; `http` or `https`.
    pub url: Option<Url>,
    /// The origins whose web pages may show it in a frame; or one `*`, for every page.
    pub frame_ancestors: Vec<String>,
    /// The origins whose web pages may read `status.json`; or one `*`, for every page.
    pub cors: Vec<String>,
}
