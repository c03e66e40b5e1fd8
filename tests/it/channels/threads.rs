//! A Slack bot answers *down* with *recovered* in its thread, and brings the
//! first message up to date. Whole ticks, over a real store.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use prober::clock::Clock;
use prober::config::{self, Sources};
use prober::engine::{Engine, Site, Summary, TickRequest};
use prober::http_client;
use prober::model::observation::Vantage;
use prober::model::off_limits::OffLimits;
use prober::notify::Notifier;
use prober::notify::console::Console;
use prober::probe::Prober;
use prober::store::SqliteStore;
use serde_json::Value;

use super::{json, parts};
use crate::message::at;
use crate::support::switch::Switch;
use crate::webhook::{Reply, Webhook};

const RED: &str = "#d1242f";
const GREEN: &str = "#1a7f37";

/// A home with some servers, watched by one prober, told of in one channel.
struct Home {
    engine: Engine<SqliteStore>,
    servers: Vec<Switch>,
    slack: Webhook,
    _folder: tempfile::TempDir,
}

impl Home {
    /// One with `count` servers, up so far; Slack answers with `replies`.
    async fn new(count: usize, replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::with("", count, replies).await
    }

    /// The same with `keys` for the bot.
    async fn with(keys: &str, count: usize, replies: impl IntoIterator<Item = Reply>) -> Self {
        let slack = Webhook::start(replies).await;
        let api = slack.url.expose();
        let mut servers = Vec::new();
        let mut text = format!(
            "[defaults]\nattempts = 1\nfailure_threshold = 1\n\
             [notify.slack]\ntype = 'slack'\nbot_token = 'xoxb-1'\nchannel = '#alerts'\n\
             mention = '<!here>'\napi_url = '{api}'\n{keys}"
        );
        for n in 0..count {
            let server = Switch::start().await;
            text += &format!("[[target]]\nname = 'server {n}'\nurl = '{}'\n", server.url());
            servers.push(server);
        }
        let folder = tempfile::tempdir().unwrap();
        let mut home =
            Self { engine: engine(&text, folder.path()), servers, slack, _folder: folder };
        home.tick().await;
        home
    }

    async fn tick(&mut self) -> Summary {
        let summary = self.engine.tick(TickRequest::default(), |_, _| {}).await.unwrap();
        self.engine.clock().advance(TimeDelta::minutes(1));
        summary
    }

    /// Sets whether each server works, and ticks.
    async fn minute(&mut self, works: &[bool]) -> Summary {
        for (server, works) in self.servers.iter().zip(works) {
            server.set(*works);
        }
        self.tick().await
    }

    /// What Slack was asked to do: the method and its arguments.
    fn calls(&self) -> Vec<(String, Value)> {
        let call = |request: String| {
            let path = parts(&request).0.split(' ').nth(1).unwrap().to_owned();
            (path.rsplit('/').next().unwrap().to_owned(), json(&request))
        };
        self.slack.requests().into_iter().map(call).collect()
    }
}

fn engine(text: &str, folder: &Path) -> Engine<SqliteStore> {
    let clock = Clock::at(at("2026-07-05T05:00:00Z"));
    let missing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &missing, now: clock.now() };
    let config = config::parse(Path::new("probes.toml"), text, &sources).unwrap();
    let http = http_client::client().unwrap();
    let console = Console::new(std::io::sink(), false);
    let notifier = |channel| Notifier::new(channel, &http, &console);
    let endpoints = config.endpoints().map(|(target, endpoint)| (&target.name, endpoint));
    let prober = Prober::new(endpoints, OffLimits::default(), clock.clone()).unwrap();
    let notifiers = config.channels.iter().map(notifier).collect();
    let store = SqliteStore::open(&folder.join("prober.db")).unwrap();
    let vantage = Vantage("home".into());
    Engine::new(Site { config, store, clock, vantage, http, recorder: None }, prober, notifiers)
}

fn ok(ts: &str) -> Reply {
    Reply::new(200, &format!(r#"{{"ok":true,"channel":"C1","ts":"{ts}"}}"#))
}

fn no(error: &str) -> Reply {
    Reply::new(200, &format!(r#"{{"ok":false,"error":"{error}"}}"#))
}

fn color(arguments: &Value) -> &str {
    arguments["attachments"][0]["color"].as_str().unwrap()
}

#[tokio::test]
async fn recovered_answers_its_down_which_turns_green() {
    let mut home = Home::new(1, [ok("1.5"), ok("2.5"), ok("1.5")]).await;
    home.minute(&[false]).await;
    let recovered = home.minute(&[true]).await;
    let [(post, down), (reply, answer), (update, first)] = &home.calls()[..] else { panic!() };
    assert_eq!([post, reply, update], ["chat.postMessage", "chat.postMessage", "chat.update"]);
    assert_eq!((&down["channel"], color(down)), (&"#alerts".into(), RED));
    assert_eq!(down.get("thread_ts"), None);
    assert!(down["text"].as_str().unwrap().starts_with("<!here> 🔴 server 0 is down"), "{down}");
    assert_eq!((&answer["channel"], &answer["thread_ts"]), (&"C1".into(), &"1.5".into()));
    assert!(answer["text"].as_str().unwrap().starts_with("🟢 server 0 recovered"), "{answer}");
    assert_eq!(answer["reply_broadcast"], true, "an answer in a thread wakes nobody");
    assert_eq!((down.get("reply_broadcast"), first.get("reply_broadcast")), (None, None));
    assert_eq!((&first["channel"], &first["ts"]), (&"C1".into(), &"1.5".into()));
    assert_eq!(color(first), GREEN);
    assert_eq!((recovered.owed, recovered.announced.len()), (0, 1));
}

#[tokio::test]
async fn an_answer_stays_in_its_thread_where_that_is_asked_for() {
    let replies = [ok("1.5"), ok("2.5"), ok("1.5")];
    let mut home = Home::with("broadcast = false\n", 1, replies).await;
    home.minute(&[false]).await;
    home.minute(&[true]).await;
    let answer = &home.calls()[1].1;
    assert_eq!((&answer["thread_ts"], answer.get("reply_broadcast")), (&"1.5".into(), None));
}

#[tokio::test]
async fn a_message_of_several_outages_follows_them_one_by_one() {
    let mut home = Home::new(3, [ok("1.5")]).await;
    home.minute(&[false, false, false]).await;
    home.minute(&[true, false, false]).await;
    home.minute(&[true, true, true]).await;
    let calls = home.calls();
    let threads: Vec<_> = calls.iter().map(|(_, call)| call["thread_ts"].as_str()).collect();
    assert_eq!(threads, [None, Some("1.5"), None, Some("1.5"), None]);
    let (first, last) = (&calls[2].1, &calls[4].1);
    assert_eq!(color(first), RED);
    for words in ["2 are down", "server 1 and server 2", "server 0 recovered"] {
        assert!(first.to_string().contains(words), "{first:#}");
    }
    assert!(!first["text"].as_str().unwrap().contains("<!here>"), "nobody is woken twice");
    assert_eq!(color(last), GREEN);
    for words in ["2 recovered: server 1 and server 2", "1 other was back before"] {
        assert!(last.to_string().contains(words), "{last:#}");
    }
}

#[tokio::test]
async fn an_update_that_fails_is_not_owed() {
    let mut home = Home::new(1, [ok("1.5"), ok("2.5"), no("edit_window_closed")]).await;
    home.minute(&[false]).await;
    assert_eq!(home.minute(&[true]).await.owed, 0);
    home.tick().await;
    assert_eq!(home.calls().len(), 3);
}

#[tokio::test]
async fn a_thread_that_is_gone_keeps_nobody_from_hearing() {
    let mut home = Home::new(1, [ok("1.5"), no("thread_not_found"), ok("3.5")]).await;
    home.minute(&[false]).await;
    assert_eq!(home.minute(&[true]).await.owed, 0);
    let (method, call) = home.calls().pop().unwrap();
    assert_eq!((method.as_str(), &call["channel"]), ("chat.postMessage", &"#alerts".into()));
    assert_eq!(call.get("thread_ts"), None);
}

#[tokio::test]
async fn a_lost_answer_in_a_thread_is_owed_and_said_there_again() {
    let replies = [ok("1.5"), Reply::cut(), ok("2.5"), ok("1.5")];
    let mut home = Home::new(1, replies).await;
    home.minute(&[false]).await;
    assert_eq!(home.minute(&[true]).await.owed, 1);
    assert_eq!(home.tick().await.owed, 0);
    let threads: Vec<_> = home
        .calls()
        .iter()
        .map(|(_, call)| call["thread_ts"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(threads, [None, Some("1.5".into()), Some("1.5".into()), None]);
}

#[tokio::test]
async fn news_and_answers_of_one_tick_are_told_apart() {
    let mut home = Home::new(2, [ok("1.5"), ok("2.5"), ok("3.5")]).await;
    home.minute(&[false, true]).await;
    let both = home.minute(&[true, false]).await;
    let calls = home.calls();
    assert_eq!(calls[1].1.get("thread_ts"), None);
    assert!(calls[1].1["text"].as_str().unwrap().contains("server 1 is down"));
    assert_eq!(calls[2].1["thread_ts"], "1.5");
    assert_eq!((both.owed, both.announced.len()), (0, 2));
    home.minute(&[true, true]).await;
    let (_, answer) = &home.calls()[4];
    assert_eq!(answer["thread_ts"], "2.5");
}

#[tokio::test]
async fn each_error_of_slack_is_known_for_what_it_is() {
    use crate::notify_contract::{Channel, Service, kind};
    use prober::notify::Delivery;
    for (error, todo) in [
        ("not_in_channel", "/invite"),
        ("channel_not_found", "/invite"),
        ("invalid_auth", "install the app again"),
        ("token_revoked", "install the app again"),
        ("is_archived", "unarchive"),
        ("missing_scope", "chat:write"),
        ("an_error_of_tomorrow", "check `bot_token`"),
    ] {
        let port = Service::Http(Webhook::start([no(error)]).await).port();
        let kind = kind(Channel::SlackBot, port);
        let message = crate::notify::message();
        let delivery = crate::notify::tell(kind, &message, Duration::from_secs(20)).await;
        let Delivery::Refused { why, advice } = delivery else { panic!("{delivery:?}") };
        assert_eq!(why, error);
        assert!(advice.contains(todo), "{error}: {advice}");
    }
}
