//! The channels that the arguments name.

use super::{Channels, Chosen, Error, channel};
use crate::environment::set;
use crate::model::secret::Secret;

impl Channels {
    /// Those that are named, each with its secret.
    ///
    /// # Errors
    /// Where a secret is neither given nor in its variable.
    pub(super) fn chosen(&self) -> Result<Vec<Chosen>, Error> {
        let mut all = Vec::new();
        if let Some(url) = &self.slack {
            all.push(channel::slack(given(url, channel::SLACK, "--slack")?));
        }
        if let Some(url) = &self.ntfy {
            all.push(channel::ntfy(given(url, channel::NTFY, "--ntfy")?));
        }
        if let Some(url) = &self.discord {
            all.push(channel::discord(given(url, channel::DISCORD, "--discord")?));
        }
        if let (Some(token), Some(chat)) = (&self.telegram, &self.chat_id) {
            all.push(channel::telegram(given(token, channel::TELEGRAM, "--telegram")?, chat));
        }
        if let (Some(server), Some(from), Some(to)) = (&self.mail, &self.from, &self.to) {
            all.push(channel::mail(given(server, channel::SMTP, "--mail")?, from, to));
        }
        Ok(all)
    }
}

/// The secret that was given with `option`, or else the variable `name`.
fn given(secret: &Secret, name: &str, option: &str) -> Result<Secret, Error> {
    if !secret.expose().is_empty() {
        return Ok(secret.clone());
    }
    let missing = || format!("`{option}` has no value, and the variable {name} is not set");
    Ok(set(name).map(Secret::new).ok_or_else(missing)?)
}
