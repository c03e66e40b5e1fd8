//! What reading a configuration needs from outside, and the two texts that
//! stand for a secret that is stored elsewhere.

use std::path::Path;

use chrono::{DateTime, Utc};

/// The prefix of a reference to a stored parameter. The parameter's name
/// follows, and begins with a slash: `ssm:/prober/slack`.
pub const STORED: &str = "ssm:/";

/// The prefix of the placeholder for a stored secret that was not fetched. It
/// is accepted wherever a secret is accepted, and is a URL that leads nowhere
/// (<https://datatracker.ietf.org/doc/html/rfc6761#section-6.4>).
pub const STAND_IN: &str = "https://stored.invalid/";

/// What validation needs from outside. The caller passes it in, because this
/// room is pure.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Looks up an environment variable for `${NAME}`; and what is stored under
    /// `ssm:/NAME`, where that is the whole value of a secret.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Reads a whole file: a certificate or a key.
    pub read_file: &'a dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
    /// The instant after which a cron expression must still fire.
    pub now: DateTime<Utc>,
}
