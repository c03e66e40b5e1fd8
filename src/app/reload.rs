//! Keeps the configuration in force up to date with its source.
//!
//! A good configuration takes effect at once, and is saved in the store. A broken one is
//! told once, and the last good one stays in force, if necessary from the store. If the
//! source cannot be read for a moment, nothing changes; if for long, or at a start, it
//! counts as broken. A file that is being written is left alone until that is done.

mod making;
mod reading;
mod unread;

use std::path::PathBuf;
use std::rc::Rc;

use chrono::{DateTime, TimeDelta, Utc};

use super::named_files::digest;
use super::source::ConfigSource;
use super::{Error, Fetched, Fetcher, NamedFiles};
use crate::clock::Clock;
use crate::engine::{Budget, Engine};
use crate::message::{Notice, ShownDiagnostic, Unread};
use crate::notify::console::Console;
use crate::store::{AnyStore, StoreError};
use crate::text::error_chain::chain;

use making::{InForce, Unfit};
use reading::{Readability, ReadingMark};
use unread::{Trouble, deadly, deadly_on, lost_on, unread};

/// A configuration in AWS is reread at again at most this often: less than
/// the minute between two ticks, so that the next tick knows a new one. A file
/// costs nothing to look at.
const READ_EVERY: TimeDelta = TimeDelta::seconds(30);

/// How long a file that has changed must stay as it is until it is taken. Who
/// saves a file writes it in parts, and its first half may well be a
/// configuration that is right: one with fewer targets.
pub const SETTLED: TimeDelta = TimeDelta::seconds(2);

/// Secrets are fetched again at most this often.
const SECRETS_EVERY: TimeDelta = TimeDelta::minutes(5);

/// How long it is not told that a configuration cannot be fetched while another one is
/// in force: services have bad minutes.
const BAD_MINUTES: TimeDelta = TimeDelta::minutes(10);

/// What an engine needs besides its configuration.
pub struct Surroundings {
    /// Where the configuration is.
    pub source: ConfigSource,
    /// For what is fetched, and for channels.
    pub http: reqwest::Client,
    /// What time it is.
    pub clock: Clock,
    /// The table where states live; without one they live in the file that the
    /// configuration names.
    pub table: Option<AnyStore>,
    /// Where the last good configuration is kept for the next start; without
    /// it, a start needs one that is right.
    pub last_good: Option<AnyStore>,
    /// How long a file must stay as it is until it is taken.
    pub settled: TimeDelta,
    /// What messages are printed on that go to the console.
    pub console: Console,
    /// The file that a trace of what is seen is appended to, if any.
    pub trace: Option<PathBuf>,
}

/// Where the configuration lies, and what was made of it.
pub struct Settings {
    outside: Surroundings,
    fetcher: Fetcher,
    reading: ReadingMark,
    looked_at: Option<DateTime<Utc>>,
    /// Whether the last look found nothing that could be judged.
    in_vain: bool,
    seen: Option<String>,
    /// The files that what was seen names.
    named: NamedFiles,
    /// A text that may still be being written: since when, and its digest.
    unsettled: Option<(DateTime<Utc>, u64)>,
    lost_at: Option<DateTime<Utc>>,
    in_force: Option<InForce>,
    /// What was wrong, since one that is right, with the one that was found.
    trouble: Option<Trouble>,
    /// What is to be told of it.
    notice: Option<Notice>,
}

impl Settings {
    /// No configuration yet; [`Settings::refresh`] takes one.
    #[must_use]
    pub fn new(outside: Surroundings) -> Self {
        Self {
            fetcher: Fetcher::new(&outside.http),
            reading: ReadingMark::new(outside.last_good.clone()),
            outside,
            looked_at: None,
            in_vain: false,
            seen: None,
            named: NamedFiles::default(),
            unsettled: None,
            lost_at: None,
            in_force: None,
            trouble: None,
            notice: None,
        }
    }

    /// The engine of the configuration in force.
    ///
    /// # Errors
    /// Where there is none.
    pub fn engine(&self) -> Result<&Rc<Engine<AnyStore>>, Error> {
        let in_force = self.in_force.as_ref().map(|in_force| &in_force.engine);
        in_force.ok_or_else(|| format!("no configuration from {}", self.outside.source).into())
    }

    /// What fetches from where the configuration may lie.
    #[must_use]
    pub const fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    /// What is to be told of the configuration, if anything is.
    #[must_use]
    pub const fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// Every channel knows of `notice`.
    pub fn was_told(&mut self, notice: &Notice) {
        self.notice.take_if(|ours| ours.identity() == notice.identity());
    }

    /// Takes the present configuration, for a start at which somebody sees what
    /// is wrong with it.
    ///
    /// # Errors
    /// Where it is broken, or cannot be had.
    pub async fn start(&mut self) -> Result<(), Error> {
        let now = self.outside.clock.now();
        self.looked_at = Some(now);
        Box::pin(self.reread(now)).await.map_err(Unfit::into_error)
    }

    /// Reads the configuration and its secrets now, because somebody asked for that.
    ///
    /// # Errors
    /// Only where there is none to go on with.
    pub async fn read_again(&mut self) -> Result<(), Error> {
        (self.seen, self.unsettled, self.looked_at) = (None, None, None);
        let settled = std::mem::replace(&mut self.outside.settled, TimeDelta::zero());
        let done = self.refresh().await;
        self.outside.settled = settled;
        done
    }

    /// Looks whether the configuration or its secrets have changed, if it is
    /// time to.
    ///
    /// # Errors
    /// Only where there is none to go on with.
    pub async fn refresh(&mut self) -> Result<(), Error> {
        let now = self.outside.clock.now();
        if self.in_force.is_some() && self.looked_at.is_some_and(|at| self.is_soon(at, now)) {
            return Ok(());
        }
        let reread = Box::pin(self.reread(now)).await;
        // A look in vain counts too: what hangs is not to delay each that comes.
        self.looked_at = Some(now);
        self.in_vain = match &reread {
            Err(Unfit::Lacking(_) | Unfit::Unready(_) | Unfit::Deadly { .. }) => true,
            Ok(()) | Err(Unfit::Broken(_)) => false,
        };
        match reread {
            Ok(()) => self.find_again(now),
            Err(unfit) => self.go_on_without(unfit, now).await?,
        }
        Ok(())
    }

    /// Whether `now` is too soon after a look at the configuration for another.
    fn is_soon(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        match &self.outside.source {
            ConfigSource::File(_) => self.in_vain && is_within(READ_EVERY, at, now),
            ConfigSource::Object { .. } | ConfigSource::Parameter(_) => {
                is_within(READ_EVERY, at, now)
            }
        }
    }

    async fn reread(&mut self, now: DateTime<Utc>) -> Result<(), Unfit> {
        // What was seen, and nothing came of it, is told of again.
        let known = self.in_force.as_ref().and(self.seen.as_deref());
        // A change of a file that it names is a change of the configuration.
        let named = self.named.again();
        let known = known.filter(|_| named == self.named);
        match self.fetcher.config(&self.outside.source, known).await? {
            Some(fetched) if self.is_being_written(&fetched, &named, now) => Ok(()),
            Some(fetched) => self.consider(fetched, now).await,
            None => {
                self.unsettled = None;
                self.renew_secrets(now).await
            }
        }
    }

    /// Whether the text may be half of what somebody is writing. At a start it is
    /// taken anyway, because there is no other.
    fn is_being_written(
        &mut self,
        found: &Fetched,
        named: &NamedFiles,
        now: DateTime<Utc>,
    ) -> bool {
        let settled = self.outside.settled;
        if self.in_force.is_none() || settled.is_zero() {
            return false;
        }
        let digest = digest(&(&found.version, named));
        match self.unsettled {
            Some((since, same)) if same == digest => is_within(settled, since, now),
            Some(_) | None => {
                self.unsettled = Some((now, digest));
                true
            }
        }
    }

    /// Decides about a configuration that was not seen before.
    async fn consider(&mut self, fetched: Fetched, now: DateTime<Utc>) -> Result<(), Unfit> {
        let Fetched { text, version } = fetched;
        if let Readability::Deadly { since } = self.reading.begin(&text, now).await
            && !self.is_last_good(&text).await
        {
            return Err(Unfit::Deadly { since });
        }
        let reading = self.read(&text, now);
        self.named.clone_from(&reading.files);
        let made = self.make(text.clone(), reading, now).await;
        self.reading.end(&text).await;
        match made {
            Ok(_) | Err(Unfit::Broken(_)) => self.seen = Some(version),
            Err(Unfit::Lacking(_) | Unfit::Unready(_) | Unfit::Deadly { .. }) => {}
        }
        let made = made?;
        self.save_last_good_config(&made).await;
        if self.in_force.replace(made).is_some() {
            let place = self.outside.source.to_string();
            tracing::info!(place, "the configuration was read again, and is in force");
        }
        self.unsettled = None;
        // Who was not told that it was broken is not told that it is right.
        let place = self.outside.source.to_string();
        let was_unread = self.trouble.take().map(|trouble| trouble == Trouble::Unread);
        self.notice = was_unread.map(|was_unread| Notice::RightConfig { place, was_unread });
        Ok(())
    }

    /// Goes on with the configuration in force, or else with the saved one, and
    /// has every channel told why.
    async fn go_on_without(&mut self, unfit: Unfit, now: DateTime<Utc>) -> Result<(), Error> {
        let place = self.outside.source.to_string();
        let seen = self.seen.clone().unwrap_or_default();
        let version = |of: &str| format!("{seen}\n{of}");
        let (notice, error): (Notice, Error) = match unfit {
            Unfit::Broken(errors) | Unfit::Lacking(errors) => {
                self.lost_at = None;
                let problem = errors.render(false);
                tracing::error!(place, problem, "the configuration is broken");
                let shown = |(line, said)| ShownDiagnostic { line, said };
                let diagnostics = errors.diagnostics().map(shown).collect();
                let version = version(&errors.lines().collect::<Vec<_>>().join("\n"));
                let notice = Notice::BrokenConfig { place, version, diagnostics };
                (notice, errors.into())
            }
            Unfit::Deadly { since } => {
                self.lost_at = None;
                let problem = deadly(since);
                tracing::error!(place, problem, "the configuration is not read");
                let (version, why) = (version(&deadly_on(since)), Unread::Deadly(since));
                (Notice::UnreadConfig { place, version, why }, problem.into())
            }
            Unfit::Unready(error) if self.in_force.is_some() && self.is_lost_for_a_moment(now) => {
                let error = chain(&*error);
                tracing::warn!(
                    error,
                    "the configuration could not be reread at; it stays in force"
                );
                return Ok(());
            }
            Unfit::Unready(error) => {
                let said = chain(&*error);
                tracing::error!(place, error = said, "the configuration cannot be read");
                let (version, why) = (version(&lost_on(now)), unread(&*error, said));
                (Notice::UnreadConfig { place, version, why }, error)
            }
        };
        if self.in_force.is_none() {
            self.in_force = Some(self.last_good(error, now).await?);
        }
        tracing::warn!("the last good configuration is in force");
        let is_broken = matches!(notice, Notice::BrokenConfig { .. });
        self.trouble = Some(if is_broken { Trouble::Broken } else { Trouble::Unread });
        self.notice = Some(notice);
        Ok(())
    }

    /// The source can be read again: if its loss is not told yet, it need not be.
    fn find_again(&mut self, now: DateTime<Utc>) {
        if self.lost_at.take().is_some_and(|lost_at| !is_within(BAD_MINUTES, lost_at, now)) {
            self.notice = None;
            self.seen = None;
        }
    }

    /// Whether what cannot be had now may well be had in a moment.
    fn is_lost_for_a_moment(&mut self, now: DateTime<Utc>) -> bool {
        is_within(BAD_MINUTES, *self.lost_at.get_or_insert(now), now)
    }

    /// Fetches the secrets again when they are old, and takes what is new.
    async fn renew_secrets(&mut self, now: DateTime<Utc>) -> Result<(), Unfit> {
        let Some(in_force) = &self.in_force else { return Ok(()) };
        let is_soon = is_within(SECRETS_EVERY, in_force.secrets_at, now);
        if in_force.references.is_empty() || is_soon {
            return Ok(());
        }
        let secrets = self.fetcher.secrets(&in_force.references, Some(&in_force.secrets)).await?;
        let made = if secrets == in_force.secrets {
            None
        } else {
            let text = in_force.text.clone();
            let reading = self.read(&text, now);
            Some(self.make(text, reading, now).await?)
        };
        match (made, &mut self.in_force) {
            (Some(made), in_force) => *in_force = Some(made),
            (None, Some(in_force)) => in_force.secrets_at = now,
            (None, None) => {}
        }
        Ok(())
    }

    /// Tells every channel, once, of a broken configuration, and once that it is right
    /// again.
    ///
    /// # Errors
    /// Where a channel's lease could not be taken or given back.
    pub async fn tell_if_broken(&mut self, budget: Budget) -> Result<(), StoreError> {
        if let (Some(notice), Some(in_force)) = (&self.notice, &self.in_force)
            && in_force.engine.say(notice, budget).await?
        {
            self.notice = None;
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
    use std::path::Path;

    use super::*;
    use crate::http_client;
    use crate::store::{MemoryStore, Store as _};

    #[test]
    fn a_clock_that_went_back_puts_no_look_off() {
        let seconds = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let is_soon = |now| is_within(READ_EVERY, seconds(3600), seconds(now));
        assert!(is_soon(3600) && is_soon(3629));
        assert!(!is_soon(3630) && !is_soon(3599) && !is_soon(0));
    }

    /// Settings for the configuration in `file`, with records in `table`.
    fn settings(file: &Path, clock: &Clock, table: Option<AnyStore>) -> Settings {
        Settings::new(Surroundings {
            source: ConfigSource::of(file).unwrap(),
            http: http_client::client().unwrap(),
            clock: clock.clone(),
            last_good: table.clone(),
            table,
            settled: TimeDelta::zero(),
            console: Console::new(std::io::sink(), false),
            trace: None,
        })
    }

    #[tokio::test]
    async fn a_start_that_follows_a_death_takes_the_last_good_configuration_and_tells_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("probes.toml");
        let text = |name| format!("[[target]]\nname = '{name}'\nurl = 'tcp://127.0.0.1:1'\n");
        let table = AnyStore::Memory(MemoryStore::new());
        table.save_last_good_config(&text("good")).await.unwrap();
        std::fs::write(&file, text("deadly")).unwrap();
        let clock = Clock::at(DateTime::UNIX_EPOCH);
        ReadingMark::new(Some(table.clone())).begin(&text("deadly"), clock.now()).await;
        clock.advance(TimeDelta::minutes(1));
        let mut next = settings(&file, &clock, Some(table));
        next.refresh().await.unwrap();
        assert_eq!(next.engine().unwrap().config().targets[0].name.as_str(), "good");
        let Some(Notice::UnreadConfig { why, .. }) = &next.notice else { panic!("untold") };
        assert_eq!(*why, Unread::Deadly(DateTime::UNIX_EPOCH));
    }

    #[tokio::test]
    async fn what_was_said_without_a_lease_is_remembered_over_a_change_of_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("probes.toml");
        let write = |store: &str, target: &str| {
            let store = folder.path().join(store);
            let table = format!("[store]\npath = '{}'\n", store.display());
            let target = format!("[[target]]\nname = '{target}'\nurl = 'tcp://127.0.0.1:1'\n");
            std::fs::write(&file, format!("{table}{target}")).unwrap();
        };
        let mut settings = settings(&file, &Clock::at(DateTime::UNIX_EPOCH), None);
        let mut last_word = async |store, target| {
            write(store, target);
            settings.read_again().await.unwrap();
            Rc::clone(settings.engine().unwrap().last_word().unwrap())
        };
        let first = last_word("one.db", "photos").await;
        assert!(Rc::ptr_eq(&first, &last_word("one.db", "router").await));
        assert!(!Rc::ptr_eq(&first, &last_word("two.db", "router").await), "another store's");
    }

    #[tokio::test]
    async fn a_file_that_is_being_replaced_turns_nothing_off_that_works() {
        let folder = tempfile::tempdir().unwrap();
        let (file, ca) = (folder.path().join("probes.toml"), folder.path().join("ca.pem"));
        let target =
            "[[target]]\nname = 'nas'\nurl = 'https://127.0.0.1'\ntls = { ca = 'ca.pem' }\n";
        let pem = rcgen::generate_simple_self_signed(["nas".to_owned()]).unwrap().cert.pem();
        std::fs::write(&file, target).unwrap();
        let clock = Clock::at(DateTime::UNIX_EPOCH);
        let mut settings = settings(&file, &clock, None);
        let mut is_off = async |pem: &str| {
            std::fs::write(&ca, pem).unwrap();
            clock.advance(TimeDelta::minutes(1));
            settings.refresh().await.unwrap();
            (!settings.engine().unwrap().config().lacking.is_empty(), settings.notice.is_some())
        };
        assert_eq!(is_off("").await, (true, false), "at a start the rest goes on");
        assert_eq!(is_off(&pem).await, (false, false), "it is there");
        for half in [&pem[..99], ""] {
            assert_eq!(is_off(half).await, (false, true), "the last good one stays, which is told");
        }
        assert_eq!(is_off(&pem).await, (false, true), "and that it is right again");
    }

    #[tokio::test]
    async fn a_configuration_that_is_lost_is_told_once_that_is_no_matter_of_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let (file, away) = (folder.path().join("probes.toml"), folder.path().join("away"));
        let target = "[[target]]\nname = 'photos'\nurl = 'tcp://127.0.0.1:1'\n";
        std::fs::write(&file, target).unwrap();
        let clock = Clock::at(DateTime::UNIX_EPOCH);
        let mut settings = settings(&file, &clock, None);
        let mut is_told = async |later: i64| {
            clock.advance(TimeDelta::minutes(later));
            settings.refresh().await.unwrap();
            settings.notice.is_some()
        };
        assert!(!is_told(0).await);
        std::fs::rename(&file, &away).unwrap();
        assert!(!is_told(1).await && !is_told(9).await && is_told(1).await);
        std::fs::rename(&away, &file).unwrap();
        assert!(!is_told(1).await);
        std::fs::rename(&file, &away).unwrap();
        assert!(!is_told(9).await);
    }
}
