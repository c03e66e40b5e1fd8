//! `prober watch`: it ticks for ever, and ends when it is asked to.

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::Child;

use crate::home::{Behaviour, DEFAULTS, Home, LIMIT, SLACK, Slack, ended, target};

/// A home whose watchdog hears of every tick of `watch`.
struct Watched {
    home: Home,
    dog: Slack,
}

impl Watched {
    async fn new(interval: &str) -> Self {
        let watched = Self { home: Home::new().await, dog: Slack::start().await };
        watched.write(interval, "");
        watched
    }

    /// Writes probes.toml, with `more` at its end.
    fn write(&self, interval: &str, more: &str) {
        let watchdog = format!("[watchdog]\nping_url = '{}'", self.dog.url());
        let nas = format!("{}interval = '{interval}'\ntimeout = '1s'\n", self.home.nas_target());
        self.home.write(&[DEFAULTS, SLACK, &watchdog, &nas, more].concat());
    }

    fn watch(&self) -> Child {
        self.home.prober(&["watch"]).spawn().unwrap()
    }
}

fn send(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id().unwrap()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

#[tokio::test]
async fn each_target_is_ticked_on_its_own_schedule() {
    let watched = Watched::new("1s").await;
    let child = watched.watch();
    watched.dog.has(1).await;
    watched.home.nas.stop().await;
    watched.home.slack.has(1).await;
    watched.home.nas.start_again().await;
    watched.home.slack.has(2).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    let heard = watched.home.heard();
    assert_eq!(heard[0], "nas is down");
    assert!(heard[1].starts_with("nas recovered after "), "{heard:?}");
}

#[tokio::test]
async fn a_signal_is_heeded_while_it_sleeps() {
    for signal in [Signal::TERM, Signal::INT] {
        let watched = Watched::new("1h").await;
        let child = watched.watch();
        watched.dog.has(1).await;
        send(&child, signal);
        let run = ended(child).await;
        assert_eq!((run.code, run.out.as_str()), (Some(0), ""));
        assert!(run.err.contains("watching") && run.err.contains("stopped"), "{}", run.err);
    }
}

#[tokio::test]
async fn the_tick_under_way_is_finished_first() {
    for signal in [Signal::TERM, Signal::INT] {
        let watched = Watched::new("1h").await;
        watched.home.nas.stop().await;
        watched.home.slack.behave(Behaviour::Hold);
        let child = watched.watch();
        watched.home.slack.has(1).await;
        send(&child, signal);
        watched.home.slack.behave(Behaviour::Accept);
        assert_eq!(ended(child).await.code, Some(0));
        assert_eq!(watched.dog.heard().len(), 1);
        assert_eq!(watched.home.run(&["tick"]).await.quiet(), Some(0));
        assert_eq!(watched.home.heard(), ["nas is down"]);
    }
}

/// A watch of two targets that has looked three times since it began to tell of one
/// of them, which its channel does not answer.
async fn telling_a_channel_that_hangs() -> (Watched, Slack, Child) {
    let watched = Watched::new("1s").await;
    let lamp = Slack::start().await;
    watched
        .write("1s", &format!("{}interval = '1s'\ntimeout = '1s'\n", target("lamp", lamp.url())));
    watched.home.nas.stop().await;
    watched.home.slack.behave(Behaviour::Hold);
    let child = watched.watch();
    watched.home.slack.has(1).await;
    let looks = lamp.requests().len();
    lamp.asked(looks + 3).await;
    (watched, lamp, child)
}

#[tokio::test]
async fn a_channel_that_hangs_holds_up_no_look() {
    let (watched, lamp, child) = telling_a_channel_that_hangs().await;
    // What comes up meanwhile is told next, and the one that hung is told once.
    lamp.refuse(503, "");
    lamp.asked(lamp.requests().len() + 2).await;
    assert!(watched.dog.heard().is_empty(), "a tick is complete once it is told");
    watched.home.slack.behave(Behaviour::Accept);
    watched.home.slack.has(2).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    assert_eq!(watched.home.heard(), ["nas is down", "lamp is down"]);
}

#[tokio::test]
async fn what_is_being_told_is_finished_first_however_many_ticks_wait_for_it() {
    let (watched, _lamp, child) = telling_a_channel_that_hangs().await;
    send(&child, Signal::TERM);
    watched.home.slack.behave(Behaviour::Accept);
    assert_eq!(ended(child).await.code, Some(0));
    assert_eq!(watched.home.run(&["tick"]).await.quiet(), Some(0));
    assert_eq!(watched.home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn it_wakes_when_a_pause_ends_to_tell_what_is_owed_then() {
    let watched = Watched::new("1h").await;
    watched.home.nas.stop().await;
    assert_eq!(watched.home.run(&["pause", "nas", "--for", "5s"]).await.quiet(), Some(0));
    let child = watched.watch();
    watched.dog.has(1).await;
    assert!(watched.home.heard().is_empty());
    watched.home.slack.has(1).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    assert_eq!(watched.home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn it_goes_on_after_a_tick_that_could_not_be_stored() {
    let watched = Watched::new("1s").await;
    let mut child = watched.watch();
    watched.dog.has(1).await;
    let sql =
        "CREATE TRIGGER full BEFORE UPDATE ON target BEGIN SELECT RAISE(ABORT, 'no room'); END";
    drop(watched.home.sql(sql));
    watched.home.nas.stop().await;
    says(&mut child, "no room").await;
    watched.home.slack.has(1).await;
    drop(watched.home.sql("DROP TRIGGER full"));
    watched.home.slack.has(2).await;
    assert_eq!(watched.home.heard()[1], "nas is down");
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
}

#[tokio::test]
async fn it_goes_on_where_nobody_reads_what_it_logs() {
    let watched = Watched::new("1s").await;
    let (_, unread) = std::io::pipe().unwrap();
    let child = watched.home.prober(&["watch"]).stderr(unread).spawn().unwrap();
    watched.dog.has(1).await;
    watched.home.nas.stop().await;
    watched.home.slack.has(1).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
}

/// A target that never answers.
fn dead(name: &str) -> String {
    target(name, "tcp://127.0.0.1:1")
}

#[tokio::test]
async fn a_file_that_is_edited_is_read_again() {
    let watched = Watched::new("1s").await;
    let child = watched.watch();
    watched.dog.has(1).await;
    watched.write("1s", &dead("cellar"));
    watched.home.slack.has(1).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    assert_eq!(watched.home.heard(), ["cellar is down"]);
}

#[tokio::test]
async fn sighup_has_it_read_again_and_what_is_owed_is_told_all_the_same() {
    let watched = Watched::new("1h").await;
    watched.home.nas.stop().await;
    watched.home.slack.refuse(500, "not now");
    let child = watched.watch();
    watched.dog.has(1).await;
    watched.home.slack.behave(Behaviour::Accept);
    watched.write("1h", &dead("cellar"));
    send(&child, Signal::HUP);
    watched.home.slack.has(1).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    assert_eq!(watched.home.heard(), ["Both are down: nas and cellar"]);
}

#[tokio::test]
async fn a_file_that_is_broken_is_told_once_and_the_last_good_one_stays_in_force() {
    let watched = Watched::new("1s").await;
    let child = watched.watch();
    watched.dog.has(1).await;
    watched.write("soon", "");
    send(&child, Signal::HUP);
    watched.home.slack.has(1).await;
    send(&child, Signal::HUP);
    watched.home.nas.stop().await;
    watched.home.slack.has(2).await;
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    let heard = watched.home.heard();
    assert_eq!(
        heard,
        ["probes.toml has a mistake in line 17; the last good one stays in force", "nas is down"]
    );
}

#[tokio::test]
async fn no_log_at_any_level_shows_the_key_of_a_ping() {
    let home = Home::new().await;
    let beat = "[[heartbeat]]\nname = 'backup'\ninterval = '1d'\nkey = 'hunter2-hunter2'\n";
    home.write(&[DEFAULTS, SLACK, beat].concat());
    let mut watch = home.prober(&["watch", "--listen", "127.0.0.1:0"]);
    let mut child = watch.env("RUST_LOG", "trace,hyper=trace").spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut address = None;
    while let Some(line) = lines.next_line().await.unwrap() {
        assert!(!line.contains("hunter2"), "{line}");
        if let Some((_, found)) = line.split_once("listening address=") {
            address = Some(found.trim().to_owned());
            let mut stream = TcpStream::connect(found.trim()).await.unwrap();
            stream.write_all(b"GET /ping/hunter2-hunter2 HTTP/1.0\r\n\r\n").await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.unwrap();
            send(&child, Signal::TERM);
        }
    }
    assert!(address.is_some(), "it never listened");
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

/// Waits until `child` has logged a line with `words`.
async fn says(child: &mut Child, words: &str) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let wait = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains(words) {
                return;
            }
        }
        panic!("it ended without a word of {words}");
    };
    tokio::time::timeout(LIMIT, wait).await.expect("it says nothing");
    // What it says from now on must not fail for want of a reader.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
}

#[tokio::test]
async fn a_store_that_fails_is_told_once_however_often_it_is_tried() {
    let watched = Watched::new("1s").await;
    watched.home.tick(0).await;
    drop(watched.home.sql("ALTER TABLE channel RENAME TO gone"));
    watched.home.nas.stop().await;
    let mut child = watched.watch();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut failed = 0;
    while failed < 2 {
        let line = lines.next_line().await.unwrap().expect("it goes on");
        failed += usize::from(line.contains("this tick did not finish"));
    }
    send(&child, Signal::TERM);
    assert_eq!(ended(child).await.code, Some(0));
    // Nor does the next process tell it again.
    let tick = watched.home.run(&["tick"]).await;
    let told = "prober cannot read or write its records";
    assert_eq!((tick.code, watched.home.heard()), (Some(2), vec![told.to_owned()]));
}
