//! The configuration in force, kept fresh from wherever it lies.
//!
//! The rule: a configuration that is right comes into force at once, and is
//! kept in the store; one that is broken is told of once, and what was last
//! right stays in force, if need be from the store. What cannot be fetched
//! for a while changes nothing; at a start, it is as if it were broken.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::assembly::{self, Cannot, FetchError, Fetched, Fetcher, Reading, Stored};
use crate::clock::Clock;
use crate::config::ConfigErrors;
use crate::http_client;
use crate::message::Notice;
use crate::notify::console::Console;
use crate::origin::Origin;
use crate::signal::ObjectCreated;
use crate::store::{AnyStore, Store, StoreError};
use crate::tick::Engine;

/// A configuration in AWS is looked at again at most this often: less than
/// the minute between two ticks, so that the next tick knows a new one. A file
/// costs nothing to look at.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(30);

/// Secrets are fetched again at most this often.
const SECRETS_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Time for keeping a configuration; the tick that waits for it is more urgent.
const KEEPING: Duration = Duration::from_secs(2);

/// Where the configuration lies, and what was made of it.
pub(super) struct Settings {
    origin: Origin,
    fetcher: Fetcher,
    http: reqwest::Client,
    clock: Clock,
    table: Option<AnyStore>,
    looked_at: Option<DateTime<Utc>>,
    seen: Option<String>,
    in_force: Option<InForce>,
    broken: Option<Notice>,
}

/// What was last right.
struct InForce {
    engine: Engine<AnyStore>,
    text: String,
    secrets: Stored,
    secrets_at: DateTime<Utc>,
}

/// Why a text does not come into force.
enum Unfit {
    /// It is broken, and will be until it is changed.
    Broken(ConfigErrors),
    /// A secret that it refers to is missing: it may be right once that is there.
    Lacking(ConfigErrors),
    /// Something it needs could not be had now.
    Unready(Cannot),
}

impl<E: Into<Cannot>> From<E> for Unfit {
    fn from(error: E) -> Self {
        Self::Unready(error.into())
    }
}

impl Settings {
    /// As the environment says: `PROBER_CONFIG`, and `PROBER_TABLE`.
    pub(super) async fn from_environment(clock: Clock) -> Result<Self, Cannot> {
        let name = PathBuf::from(assembly::set("PROBER_CONFIG").unwrap_or("probes.toml".into()));
        let wrong = || format!("PROBER_CONFIG is {}: write s3://BUCKET/KEY", name.display());
        let http = http_client::client()?;
        Ok(Self {
            origin: Origin::of(&name).ok_or_else(wrong)?,
            fetcher: Fetcher::new(&http),
            table: assembly::table().await?,
            http,
            clock,
            looked_at: None,
            seen: None,
            in_force: None,
            broken: None,
        })
    }

    /// The engine of the configuration in force.
    pub(super) fn engine(&self) -> Result<&Engine<AnyStore>, Cannot> {
        let in_force = self.in_force.as_ref().map(|in_force| &in_force.engine);
        in_force.ok_or_else(|| format!("no configuration from {}", self.origin).into())
    }

    /// The first `limit` bytes of an object that was written; `None` if it is
    /// gone by now.
    pub(super) async fn written(
        &self,
        object: &ObjectCreated,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, FetchError> {
        self.fetcher.written(object, limit).await
    }

    /// Looks whether the configuration or its secrets have changed, if it is
    /// time to. An error only if there is none to go on with.
    pub(super) async fn refresh(&mut self) -> Result<(), Cannot> {
        let now = self.clock.now();
        if self.in_force.is_some() && self.looked_at.is_some_and(|at| self.is_soon(at, now)) {
            return Ok(());
        }
        if let Err(error) = self.look(now).await {
            self.go_on_without(error, now).await?;
        }
        // A look in vain counts too: what hangs is not to delay each that comes.
        self.looked_at = Some(now);
        Ok(())
    }

    /// Whether `now` is too soon after a look at the configuration for another.
    fn is_soon(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        match &self.origin {
            Origin::File(_) => false,
            Origin::Object { .. } | Origin::Parameter(_) => is_within(LOOK_EVERY, at, now),
        }
    }

    async fn look(&mut self, now: DateTime<Utc>) -> Result<(), Unfit> {
        // What was seen, and nothing came of it, is told of again.
        let known = self.in_force.as_ref().and(self.seen.as_deref());
        match self.fetcher.config(&self.origin, known).await? {
            Some(fetched) => self.consider(fetched, now).await,
            None => self.renew_secrets(now).await,
        }
    }

    /// Decides about a configuration that was not seen before.
    async fn consider(&mut self, fetched: Fetched, now: DateTime<Utc>) -> Result<(), Unfit> {
        let made = self.make(fetched.text, now).await;
        match made {
            Ok(_) | Err(Unfit::Broken(_)) => self.seen = Some(fetched.version),
            Err(Unfit::Lacking(_) | Unfit::Unready(_)) => {}
        }
        let made = made?;
        self.keep(&made).await;
        self.in_force = Some(made);
        self.broken = None;
        Ok(())
    }

    /// Goes on with what is in force, or else with what was kept, and has every
    /// channel told why. That it cannot be had now is told at a start alone,
    /// since it may well be had in a moment: who deletes it, or takes away the
    /// right to read it, hears of it by then.
    async fn go_on_without(&mut self, unfit: Unfit, now: DateTime<Utc>) -> Result<(), Cannot> {
        let place = self.origin.to_string();
        let (mistakes, error): (Vec<String>, Cannot) = match unfit {
            Unfit::Broken(mistakes) | Unfit::Lacking(mistakes) => {
                let problem = mistakes.render(false);
                tracing::error!(place, problem, "the configuration is broken");
                (mistakes.lines().collect(), mistakes.into())
            }
            Unfit::Unready(error) if self.in_force.is_some() => {
                tracing::warn!(%error, "the configuration could not be looked at; it stays in force");
                return Ok(());
            }
            Unfit::Unready(error) => {
                tracing::error!(place, %error, "the configuration cannot be had");
                (vec![error.to_string()], error)
            }
        };
        if self.in_force.is_none() {
            self.in_force = Some(self.last_good(error, now).await?);
        }
        tracing::warn!("the last good configuration is in force");
        let version = [self.seen.as_slice(), &mistakes].concat().join("\n");
        self.broken = Some(Notice::BrokenConfig { place, version, mistakes });
        Ok(())
    }

    /// Everything that ticks need, of a configuration's text.
    async fn make(&self, text: String, now: DateTime<Utc>) -> Result<InForce, Unfit> {
        let path = self.origin.path();
        let Reading { mut config, references } = assembly::read(&path, &text, now);
        let secrets = self.fetcher.secrets(&references).await?;
        if !references.is_empty() {
            config = assembly::parse(&path, &text, &secrets, now);
        }
        let lacks = secrets.len() < references.len();
        let config = config.map_err(if lacks { Unfit::Lacking } else { Unfit::Broken })?;
        let config = assembly::with_a_channel(config);
        let store = match &self.in_force {
            Some(in_force) => in_force.engine.store.clone(),
            None => assembly::store(self.table.as_ref(), &config)?,
        };
        let console = Console::new(io::stdout(), false);
        let engine = assembly::engine(config, store, &self.http, &console, self.clock.clone())?;
        Ok(InForce { engine, text, secrets, secrets_at: now })
    }

    /// Keeps what is right for processes that start while it is not. That
    /// this fails is no reason not to use it.
    async fn keep(&self, made: &InForce) {
        let store = &made.engine.store;
        let keep = async {
            match store.kept().await? {
                Some(kept) if kept == made.text => Ok(()),
                Some(_) | None => store.keep(&made.text).await,
            }
        };
        match tokio::time::timeout(KEEPING, keep).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the configuration could not be kept"),
            Err(_) => tracing::warn!("the configuration could not be kept: it took too long"),
        }
    }

    /// The configuration that was kept, at a start while what lies there is none.
    async fn last_good(&self, error: Cannot, now: DateTime<Utc>) -> Result<InForce, Cannot> {
        let kept = match &self.table {
            Some(table) => table.kept().await?,
            None => None,
        };
        match self.make(kept.ok_or(error)?, now).await {
            Ok(made) => Ok(made),
            Err(Unfit::Broken(mistakes) | Unfit::Lacking(mistakes)) => Err(mistakes.into()),
            Err(Unfit::Unready(error)) => Err(error),
        }
    }

    /// Fetches the secrets again when they are old, and takes what is new.
    async fn renew_secrets(&mut self, now: DateTime<Utc>) -> Result<(), Unfit> {
        let Some(in_force) = &self.in_force else { return Ok(()) };
        let is_soon = is_within(SECRETS_EVERY, in_force.secrets_at, now);
        if in_force.secrets.is_empty() || is_soon {
            return Ok(());
        }
        let references = in_force.secrets.keys().cloned().collect();
        let secrets = self.fetcher.secrets(&references).await?;
        let made = if secrets == in_force.secrets {
            None
        } else {
            Some(self.make(in_force.text.clone(), now).await?)
        };
        match (made, &mut self.in_force) {
            (Some(made), in_force) => *in_force = Some(made),
            (None, Some(in_force)) => in_force.secrets_at = now,
            (None, None) => {}
        }
        Ok(())
    }

    /// Tells every channel, once, of a broken configuration.
    pub(super) async fn tell_if_broken(&mut self, end: Option<Instant>) -> Result<(), StoreError> {
        if let (Some(notice), Some(in_force)) = (&self.broken, &self.in_force)
            && in_force.engine.say(notice, end).await?
        {
            self.broken = None;
        }
        Ok(())
    }
}

/// Whether `now` is less than `time` after `at`. A clock that went back was
/// wrong at either of them: then nobody knows, and it is time.
fn is_within(time: TimeDelta, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (at..at + time).contains(&now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_went_back_puts_no_look_off() {
        let seconds = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let is_soon = |now| is_within(LOOK_EVERY, seconds(3600), seconds(now));
        assert!(is_soon(3600) && is_soon(3629));
        assert!(!is_soon(3630) && !is_soon(3599) && !is_soon(0));
    }
}
