//! A tick that is asked to stop.

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use super::{Behaviour, Home};
use crate::home::ended;

/// A tick that has sent its message, and waits for the answer.
async fn sending(home: &Home) -> Child {
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let child = home.prober(&["tick"]).spawn().unwrap();
    home.slack.has(1).await;
    child
}

fn send(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id().unwrap()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

#[tokio::test]
async fn a_tick_that_is_asked_to_stop_is_finished_first() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::new().await;
        let child = sending(&home).await;
        send(&child, signal);
        home.slack.behave(Behaviour::Accept);
        assert_eq!(ended(child).await.code, Some(0));
        assert_eq!(home.run(&["tick"]).await.quiet(), Some(0));
        assert_eq!(home.heard(), ["nas is down"]);
    }
}

#[tokio::test]
async fn a_tick_that_is_asked_twice_stops_at_once() {
    let home = Home::new().await;
    let child = sending(&home).await;
    send(&child, Signal::TERM);
    send(&child, Signal::INT);
    let run = ended(child).await;
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.err.contains("asked to twice"), "{run:?}");
}
