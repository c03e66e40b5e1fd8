//! The configuration in force while its file changes; the test chooses the time.

use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta};
use prober::app::reload::{SETTLED, Settings, Surroundings};
use prober::app::source::ConfigSource;
use prober::clock::Clock;
use prober::engine::Budget;
use prober::http_client;
use prober::notify::console::Console;
use prober::store::{AnyStore, MemoryStore};
use tempfile::TempDir;

/// What was printed on the console.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A folder with a probes.toml, and who keeps it fresh.
struct Folder {
    place: TempDir,
    clock: Clock,
    settings: Settings,
    printed: Printed,
}

impl Folder {
    /// One whose file is in force at the start.
    async fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, printed) = (Clock::at(DateTime::UNIX_EPOCH), Printed::default());
        let settings = Settings::new(Surroundings {
            source: ConfigSource::of(&folder.path().join("probes.toml")).unwrap(),
            http: http_client::client().unwrap(),
            clock: clock.clone(),
            table: Some(AnyStore::Memory(MemoryStore::new())),
            last_good: None,
            settled: SETTLED,
            console: Console::new(printed.clone(), false),
            trace: None,
        });
        let mut folder = Self { place: folder, clock, settings, printed };
        folder.write("ca.pem", include_str!("../certificates/old-root.pem"));
        folder.write("probes.toml", text);
        folder.settings.start().await.unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Looks after so many seconds, and tells what is to be told; returns the
    /// targets in force.
    async fn look(&mut self, seconds: i64) -> Vec<String> {
        self.clock.advance(TimeDelta::seconds(seconds));
        self.settings.refresh().await.unwrap();
        self.settings.tell_if_broken(Budget::UNLIMITED).await.unwrap();
        let targets = &self.settings.engine().unwrap().config().targets;
        targets.iter().map(|target| target.name.to_string()).collect()
    }

    /// How often something broken was told.
    fn told(&self) -> usize {
        self.says("probes.toml has ")
    }

    /// How often these words were told.
    fn says(&self, words: &str) -> usize {
        let printed = self.printed.0.lock().unwrap().clone();
        String::from_utf8(printed).unwrap().matches(words).count()
    }
}

fn target(name: &str) -> String {
    format!("[[target]]\nname = '{name}'\nurl = 'https://127.0.0.1:1'\ntls = {{ ca = 'ca.pem' }}\n")
}

#[tokio::test]
async fn a_change_is_in_force_once_the_file_stays_as_it_is() {
    let mut folder = Folder::with(&target("a")).await;
    folder.write("probes.toml", &target("b"));
    assert_eq!(folder.look(60).await, ["a"]);
    assert_eq!(folder.look(1).await, ["a"]);
    folder.write("probes.toml", &[target("b"), target("c")].concat());
    assert_eq!(folder.look(1).await, ["a"]);
    assert_eq!(folder.look(2).await, ["b", "c"]);
    assert_eq!(folder.told(), 0);
}

#[tokio::test]
async fn a_broken_configuration_is_told_once_and_the_last_good_one_stays() {
    let mut folder = Folder::with(&target("a")).await;
    for (text, told) in [("nonsense", 1), ("other nonsense", 2), ("nonsense", 2)] {
        folder.write("probes.toml", text);
        for seconds in [60, 2, 60, 3600] {
            assert_eq!(folder.look(seconds).await, ["a"]);
        }
        assert_eq!(folder.told(), told, "{text}");
    }
    folder.write("probes.toml", &target("b"));
    assert_eq!((folder.look(60).await, folder.look(2).await), (vec!["a".into()], vec!["b".into()]));
}

#[tokio::test]
async fn that_it_is_right_again_is_told_and_the_same_mistake_later_is_news() {
    let mut folder = Folder::with(&target("a")).await;
    for round in 1..4 {
        folder.write("probes.toml", "nonsense");
        folder.look(60).await;
        folder.look(2).await;
        folder.write("probes.toml", &target("a"));
        folder.look(60).await;
        folder.look(2).await;
        folder.look(3600).await;
        assert_eq!((folder.told(), folder.says("is right again")), (round, round));
    }
    // A change from one that is right to another is no news.
    folder.write("probes.toml", &target("b"));
    folder.look(60).await;
    assert_eq!(folder.look(2).await, ["b"]);
    assert_eq!(folder.says("is right again"), 3);
}

#[tokio::test]
async fn a_file_that_is_gone_for_a_moment_changes_nothing() {
    let mut folder = Folder::with(&target("a")).await;
    std::fs::rename(folder.path("probes.toml"), folder.path("away")).unwrap();
    assert_eq!(folder.look(1).await, ["a"]);
    std::fs::rename(folder.path("away"), folder.path("probes.toml")).unwrap();
    assert_eq!(folder.look(30).await, ["a"]);
    assert_eq!(folder.told(), 0);
}

#[tokio::test]
async fn a_change_of_a_file_that_it_names_is_a_change() {
    let mut folder = Folder::with(&target("a")).await;
    let before = Rc::clone(folder.settings.engine().unwrap());
    folder.look(60).await;
    assert!(Rc::ptr_eq(&before, folder.settings.engine().unwrap()));
    folder.write("ca.pem", include_str!("../certificates/p521-root.pem"));
    folder.look(60).await;
    folder.look(2).await;
    let after = Rc::clone(folder.settings.engine().unwrap());
    assert!(!Rc::ptr_eq(&before, &after));
    // Half a file is no reason to tell anybody; one that stays so is.
    folder.write("ca.pem", "-----BEGIN");
    folder.look(60).await;
    assert_eq!(folder.told(), 0);
    folder.look(2).await;
    assert_eq!(folder.told(), 1);
    folder.write("ca.pem", include_str!("../certificates/old-root.pem"));
    folder.look(60).await;
    folder.look(2).await;
    assert!(!Rc::ptr_eq(&after, folder.settings.engine().unwrap()));
}

#[tokio::test]
async fn a_change_of_the_file_of_variables_is_a_change() {
    let mut folder = Folder::with(&target("a")).await;
    folder.write("probes.toml", &target("${RELOADED_NAME:-unnamed}"));
    folder.look(60).await;
    assert_eq!(folder.look(2).await, ["unnamed"]);
    folder.write("environment", "RELOADED_NAME=b\n");
    folder.look(60).await;
    assert_eq!(folder.look(2).await, ["b"]);
}

#[tokio::test]
async fn a_reload_on_request_does_not_wait() {
    let mut folder = Folder::with(&target("a")).await;
    folder.write("probes.toml", &target("b"));
    folder.settings.read_again().await.unwrap();
    assert_eq!(folder.look(0).await, ["b"]);
    folder.write("probes.toml", &target("c"));
    assert_eq!(folder.look(0).await, ["b"]);
}

#[tokio::test]
async fn a_start_with_a_broken_file_is_an_error_that_says_what_is_wrong() {
    let mut folder = Folder::with(&target("a")).await;
    folder.write("probes.toml", "[[target]]\nname = 'b'\n");
    let outside = Surroundings {
        source: ConfigSource::of(&folder.path("probes.toml")).unwrap(),
        http: http_client::client().unwrap(),
        clock: folder.clock.clone(),
        table: None,
        last_good: None,
        settled: SETTLED,
        console: Console::new(io::sink(), false),
        trace: None,
    };
    let error = Settings::new(outside).start().await.unwrap_err();
    assert!(error.to_string().contains("url"), "{error}");
    assert_eq!(folder.look(0).await, ["a"]);
}
