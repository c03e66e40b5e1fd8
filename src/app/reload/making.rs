//! Makes what ticks need from a configuration's text; and saves the last good one, for
//! processes that start while there is none.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Settings;
use crate::app::{self, Error, Reading, SecretValues};
use crate::config::{ConfigErrors, Parsed};
use crate::engine::{Engine, LastWord, Recorder};
use crate::model::target::Config;
use crate::replay::record::TraceFile;
use crate::store::{AnyStore, Store};

/// Time for saving the last good configuration; the tick that waits for it is more urgent.
const SAVING: Duration = Duration::from_secs(2);

/// Stored secrets of which it is tried whether the configuration is right without.
const MOST_UNFIT: usize = 64;

/// What was last right.
pub(super) struct InForce {
    pub(super) engine: Rc<Engine<AnyStore>>,
    pub(super) text: String,
    /// Those that it refers to, whether there are such or not.
    pub(super) references: BTreeSet<String>,
    pub(super) secrets: SecretValues,
    pub(super) secrets_at: DateTime<Utc>,
    /// Whether it lacks a file.
    pub(super) lacks_files: bool,
}

/// Why a text does not take effect.
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

impl Unfit {
    /// The same for who has nothing else to go on with.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Broken(diagnostics) | Self::Lacking(diagnostics) => diagnostics.into(),
            Self::Unready(error) => error,
            Self::Deadly { since } => super::deadly(since).into(),
        }
    }
}

impl<E: Into<Error>> From<E> for Unfit {
    fn from(error: E) -> Self {
        Self::Unready(error.into())
    }
}

impl Settings {
    /// Reads a configuration's text without its stored secrets.
    pub(super) fn read(&self, text: &str, now: DateTime<Utc>) -> Reading {
        app::read(&self.outside.source.path(), text, now)
    }

    /// `parsed`; an error if it lacks a file, and what is in force does not: that file may be
    /// being replaced.
    fn without_files(&self, mut parsed: Parsed) -> Result<Parsed, ConfigErrors> {
        let has_them = self.in_force.as_ref().is_some_and(|in_force| !in_force.lacks_files);
        match parsed.unusable_files.take_if(|_| has_them) {
            Some(unusable) => Err(unusable),
            None => Ok(parsed),
        }
    }

    /// Everything that ticks need, of a configuration's `text` as it was read.
    pub(super) async fn make(
        &self,
        text: String,
        reading: Reading,
        now: DateTime<Utc>,
    ) -> Result<InForce, Unfit> {
        let path = self.outside.source.path();
        let Reading { mut parsed, references, .. } = reading;
        let known = self.in_force.as_ref().map(|in_force| &in_force.secrets);
        let secrets = self.fetcher.secrets(&references, known).await?;
        let mut lacks = secrets.len() < references.len();
        if !references.is_empty() {
            let is_right_but_for_secrets = parsed.is_ok();
            parsed = app::parse(&path, &text, &secrets, now);
            // Where something is in force, its values are better than none.
            if let Err(diagnostics) = &parsed
                && is_right_but_for_secrets
                && self.in_force.is_none()
            {
                let problem = diagnostics.render(false);
                tracing::error!(problem, "a stored secret does not fit");
                let fitting = fitting(&path, &text, &secrets, now);
                lacks = fitting.len() < references.len();
                parsed = app::parse(&path, &text, &fitting, now);
            }
        }
        let parsed = parsed.and_then(|parsed| self.without_files(parsed));
        let parsed = parsed.map_err(if lacks { Unfit::Lacking } else { Unfit::Broken })?;
        let lacks_files = parsed.unusable_files.is_some();
        let config = app::with_a_channel(parsed.config);
        let outside = &self.outside;
        let store = match self.store_in_force(&config) {
            Some(store) => store,
            None => app::store(outside.table.as_ref(), &config)?,
        };
        let clock = outside.clock.clone();
        let trace = outside.trace.clone();
        let recorder = trace.map(|path| Box::new(TraceFile::new(path)) as Box<dyn Recorder>);
        // Beside a table there is no file, and the function's memory must do.
        let last_word = match outside.table {
            Some(_) => self.last_word(LastWord::default()),
            None => self.last_word(app::last_word(&config)),
        };
        let engine = app::engine(config, store, &outside.http, &outside.console, clock)?;
        let engine = engine.with_recorder(recorder).with_last_word(last_word);
        let (engine, secrets_at) = (Rc::new(engine), now);
        Ok(InForce { engine, text, references, secrets, secrets_at, lacks_files })
    }

    /// The last word in force, if it is of the same store as this `new` one: what it
    /// said is not forgotten because the configuration changed.
    fn last_word(&self, new: LastWord) -> Rc<LastWord> {
        let known = self.in_force.as_ref().and_then(|in_force| in_force.engine.last_word());
        match known.filter(|known| known.beside() == new.beside()) {
            Some(known) => Rc::clone(known),
            None => Rc::new(new),
        }
    }

    /// The store in force, if it is the one that `config` names too.
    fn store_in_force(&self, config: &Config) -> Option<AnyStore> {
        let engine = &self.in_force.as_ref()?.engine;
        let is_same =
            self.outside.table.is_some() || engine.config().store_path == config.store_path;
        is_same.then(|| engine.store().clone())
    }

    /// Keeps what is right for processes that start while it is not. That
    /// this fails is no reason not to use it.
    pub(super) async fn save_last_good_config(&self, made: &InForce) {
        let Some(store) = &self.outside.last_good else { return };
        let save = async {
            match store.last_good_config().await? {
                Some(saved) if saved == made.text => Ok(()),
                Some(_) | None => store.save_last_good_config(&made.text).await,
            }
        };
        match tokio::time::timeout(SAVING, save).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the last good configuration could not be saved");
            }
            Err(_) => {
                tracing::warn!("the last good configuration could not be saved: it took too long");
            }
        }
    }

    /// Whether `text` was right before, so that it is what one would go back to.
    pub(super) async fn is_last_good(&self, text: &str) -> bool {
        let Some(table) = &self.outside.last_good else { return false };
        let saved = tokio::time::timeout(SAVING, table.last_good_config()).await;
        matches!(saved, Ok(Ok(Some(saved))) if saved == text)
    }

    /// The last good configuration, at a start while what lies there is none.
    pub(super) async fn last_good(
        &self,
        error: Error,
        now: DateTime<Utc>,
    ) -> Result<InForce, Error> {
        let saved = match &self.outside.last_good {
            Some(store) => store.last_good_config().await?,
            None => None,
        };
        let saved = saved.ok_or(error)?;
        let reading = self.read(&saved, now);
        self.make(saved, reading, now).await.map_err(Unfit::into_error)
    }
}

/// Those of `secrets` that fit where `text` refers to them, which is right but for
/// them: one that was badly pasted is as one that is missing.
fn fitting(path: &Path, text: &str, secrets: &SecretValues, now: DateTime<Utc>) -> SecretValues {
    let diagnostics =
        |stored: &SecretValues| app::parse(path, text, stored, now).err().map_or(0, |e| e.len());
    let mut fitting = secrets.clone();
    let mut count = diagnostics(&fitting);
    for reference in secrets.keys().take(MOST_UNFIT) {
        let mut without = fitting.clone();
        without.remove(reference);
        let fewer = diagnostics(&without);
        if fewer < count {
            (fitting, count) = (without, fewer);
        }
        if count == 0 {
            break;
        }
    }
    fitting
}
