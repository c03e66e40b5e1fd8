//! A home to be watched: a server that can be stopped and started, a Slack,
//! a folder with probes.toml and its state, and the real `prober` to run there.

mod nas;
mod slack;
mod terminal;

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

pub(crate) use nas::Nas;
pub(crate) use slack::{Behaviour, Slack};
pub(crate) use terminal::{Terminal, seen};

use crate::world::minute;

/// What a command may take at most; it is killed then, and its test fails.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// What every target is like here: quick to judge, and never asked twice. What
/// shows that the network works is on this machine, too.
pub(crate) const DEFAULTS: &str = "
    [defaults]
    attempts = 1
    failure_threshold = 1
    timeout = '5s'
    [self_check]
    urls = '${SELF_CHECK_URL}'
";

/// The channel `slack`; its URL comes from the environment, as it should.
pub(crate) const SLACK: &str = "
    [notify.slack]
    type = 'slack'
    webhook_url = '${SLACK_WEBHOOK_URL}'
";

pub(crate) struct Home {
    pub(crate) nas: Nas,
    /// What shows prober that its own network works.
    pub(crate) internet: Nas,
    pub(crate) slack: Slack,
    folder: TempDir,
}

impl Home {
    /// One server, called nas, and one channel, called slack.
    pub(crate) async fn new() -> Self {
        let home = Self {
            nas: Nas::start(),
            internet: Nas::start(),
            slack: Slack::start().await,
            folder: tempfile::tempdir().unwrap(),
        };
        home.write(&[DEFAULTS, SLACK, &home.nas_target()].concat());
        home
    }

    pub(crate) fn nas_target(&self) -> String {
        target("nas", &self.nas.url())
    }

    /// Writes probes.toml.
    pub(crate) fn write(&self, text: &str) {
        std::fs::write(self.path("probes.toml"), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Executes `sql` in the store, as if something else were at work in it.
    pub(crate) fn sql(&self, sql: &str) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.path("prober.db")).unwrap();
        connection.execute_batch(sql).unwrap();
        connection
    }

    /// Everything that the store remembers of targets.
    pub(crate) fn memory(&self) -> Vec<(String, i64, String)> {
        let connection = self.sql("");
        let mut all = connection.prepare("SELECT name, revision, state FROM target").unwrap();
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// `prober ARGS…` in the folder, with no environment but the webhook's URL.
    pub(crate) fn prober(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prober"));
        command.args(args).current_dir(self.folder.path()).env_clear();
        command.env("SLACK_WEBHOOK_URL", self.slack.url()).env("PROBER_VANTAGE", "here");
        command.env("SELF_CHECK_URL", self.internet.http());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }

    pub(crate) async fn run(&self, args: &[&str]) -> Run {
        run(&mut self.prober(args)).await
    }

    /// A tick at the given minute of the test's time, to its end.
    pub(crate) async fn tick(&self, at: i64) -> Run {
        run(&mut self.ticking(at)).await
    }

    pub(crate) fn ticking(&self, at: i64) -> Command {
        self.prober(&["tick", "--format", "json", "--at", &minute(at).to_rfc3339()])
    }

    pub(crate) fn heard(&self) -> Vec<String> {
        self.slack.heard()
    }

    /// What was heard of targets, and not of times in which nobody looked.
    pub(crate) fn news(&self) -> Vec<String> {
        let of_targets = |message: String| {
            let all = message.split("; ").filter(|each| !each.starts_with("prober "));
            all.collect::<Vec<_>>().join("; ")
        };
        self.heard().into_iter().map(of_targets).filter(|news| !news.is_empty()).collect()
    }
}

/// Two lines are a target.
pub(crate) fn target(name: &str, url: &str) -> String {
    format!("\n[[target]]\nname = '{name}'\nurl = '{url}'\n")
}

/// How a command ended, and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Standard output, which must be exactly one JSON object on one line.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{self:?}");
        let value: Value = serde_json::from_str(&self.out).unwrap();
        assert!(value.is_object(), "{self:?}");
        value
    }

    /// The exit code, for a command that had nothing to complain about.
    #[track_caller]
    pub(crate) fn quiet(&self) -> Option<i32> {
        assert_eq!(self.err, "");
        self.code
    }
}

pub(crate) async fn run(command: &mut Command) -> Run {
    ended(command.spawn().unwrap()).await
}

/// Waits for the end of `child`.
pub(crate) async fn ended(child: Child) -> Run {
    let output = timeout(LIMIT, child.wait_with_output()).await.expect("it takes too long");
    let Output { status, stdout, stderr } = output.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: status.code(), out: text(stdout), err: text(stderr) }
}
