//! A configuration's text → what ticks need; and the last one that was right,
//! kept for processes that start while there is none.

use std::collections::BTreeSet;
use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Settings;
use crate::app::{self, Error, Reading, Stored};
use crate::config::ConfigErrors;
use crate::engine::Engine;
use crate::notify::console::Console;
use crate::store::{AnyStore, Store};

/// Time for keeping a configuration; the tick that waits for it is more urgent.
const KEEPING: Duration = Duration::from_secs(2);

/// What was last right.
pub(super) struct InForce {
    pub(super) engine: Engine<AnyStore>,
    pub(super) text: String,
    /// Those that it refers to, whether there are such or not.
    pub(super) references: BTreeSet<String>,
    pub(super) secrets: Stored,
    pub(super) secrets_at: DateTime<Utc>,
}

/// Why a text does not come into force.
pub(super) enum Unfit {
    /// It is broken, and will be until it is changed.
    Broken(ConfigErrors),
    /// A secret that it refers to is missing: it may be right once that is there.
    Lacking(ConfigErrors),
    /// A process died when it read it.
    Deadly {
        /// When it began to.
        since: DateTime<Utc>,
    },
    /// Something it needs could not be had now.
    Unready(Error),
}

impl<E: Into<Error>> From<E> for Unfit {
    fn from(error: E) -> Self {
        Self::Unready(error.into())
    }
}

impl Settings {
    /// Everything that ticks need, of a configuration's text.
    pub(super) async fn make(&self, text: String, now: DateTime<Utc>) -> Result<InForce, Unfit> {
        let path = self.origin.path();
        let Reading { mut parsed, references } = app::read(&path, &text, now);
        let secrets = self.fetcher.secrets(&references).await?;
        if !references.is_empty() {
            parsed = app::parse(&path, &text, &secrets, now);
        }
        let lacks = secrets.len() < references.len();
        let parsed = parsed.map_err(if lacks { Unfit::Lacking } else { Unfit::Broken })?;
        let config = app::with_a_channel(parsed.config);
        let store = match &self.in_force {
            Some(in_force) => in_force.engine.store().clone(),
            None => app::store(self.table.as_ref(), &config)?,
        };
        let console = Console::new(io::stdout(), false);
        let engine = app::engine(config, store, &self.http, &console, self.clock.clone())?;
        Ok(InForce { engine, text, references, secrets, secrets_at: now })
    }

    /// Keeps what is right for processes that start while it is not. That
    /// this fails is no reason not to use it.
    pub(super) async fn save_last_good_config(&self, made: &InForce) {
        let store = made.engine.store();
        let keep = async {
            match store.last_good_config().await? {
                Some(kept) if kept == made.text => Ok(()),
                Some(_) | None => store.save_last_good_config(&made.text).await,
            }
        };
        match tokio::time::timeout(KEEPING, keep).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the configuration could not be kept"),
            Err(_) => tracing::warn!("the configuration could not be kept: it took too long"),
        }
    }

    /// Whether `text` was right before, so that it is what one would go back to.
    pub(super) async fn is_last_good(&self, text: &str) -> bool {
        let Some(table) = &self.table else { return false };
        let kept = tokio::time::timeout(KEEPING, table.last_good_config()).await;
        matches!(kept, Ok(Ok(Some(kept))) if kept == text)
    }

    /// The configuration that was kept, at a start while what lies there is none.
    pub(super) async fn last_good(
        &self,
        error: Error,
        now: DateTime<Utc>,
    ) -> Result<InForce, Error> {
        let kept = match &self.table {
            Some(table) => table.last_good_config().await?,
            None => None,
        };
        match self.make(kept.ok_or(error)?, now).await {
            Ok(made) => Ok(made),
            Err(Unfit::Broken(mistakes) | Unfit::Lacking(mistakes)) => Err(mistakes.into()),
            Err(Unfit::Unready(error)) => Err(error),
            Err(Unfit::Deadly { since }) => Err(super::deadly(since).into()),
        }
    }
}
