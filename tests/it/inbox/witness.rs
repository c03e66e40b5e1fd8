//! A second opinion, from end to end: one process watches, another one listens and is its
//! witness. The first one's view goes through a proxy, which can be cut.

use serde_json::{Value, json};

use super::listening::Listening;
use crate::home::{DEFAULTS, Home, Nas, SLACK, target};

/// What the witness is asked with.
const KEY: &str = "hunter2-friend";

/// Two friends who watch one server, called nas.
struct Friends {
    here: Home,
    /// The way from here to the server.
    way: Nas,
    friend: Listening,
}

impl Friends {
    async fn new() -> Self {
        let key = format!("[inbox]\nwitness_key = '{KEY}'\n");
        let config = |url: &str| [key.clone(), target("nas", url)].concat();
        let friend = Listening::to(&config("http://127.0.0.1:1/")).await;
        friend.write(&config(&friend.home.nas.http()));
        let friend = friend.restart().await;
        let (here, way) = (Home::new().await, Nas::start());
        let friends = Self { here, way, friend };
        friends.write("");
        friends
    }

    /// Writes the file here, with `more` keys of the server.
    fn write(&self, more: &str) {
        let nas = target("nas", &self.friend.home.nas.http());
        let through = format!("proxy = '{}'\n{more}", self.way.http());
        let witness = format!(
            "[[witness]]\nname = 'frankfurt'\nurl = 'http://{}/witness'\nkey = '{KEY}'\n",
            self.friend.address
        );
        self.here.write(&[DEFAULTS, SLACK, &nas, &through, &witness].concat());
    }

    async fn tick(&self, at: i64) -> Value {
        let tick = self.here.tick(at).await;
        assert_eq!(tick.code, Some(0), "{tick:?}");
        assert!(!tick.err.contains(KEY) && !tick.out.contains(KEY), "{tick:?}");
        tick.json()
    }
}

#[tokio::test]
async fn what_only_the_prober_cannot_reach_is_partial_and_not_down() {
    let friends = Friends::new().await;
    assert_eq!(friends.tick(0).await["transitions"], json!([]));
    friends.way.stop().await;
    let tick = friends.tick(1).await;
    let [warning] = tick["transitions"].as_array().unwrap().as_slice() else { panic!("{tick}") };
    assert_eq!((&warning["kind"], &warning["reason"]), (&json!("warning"), &json!("partial")));
    assert_eq!(tick["blind"], json!(false));
    friends.way.start_again().await;
    assert_eq!(friends.tick(2).await["transitions"][0]["kind"], "cleared");
    assert_eq!(
        friends.here.heard(),
        [
            "nas is reachable from frankfurt, not from here: connection refused",
            "nas is reachable from everywhere again"
        ]
    );
    friends.friend.stop().await;
}

#[tokio::test]
async fn what_nobody_reaches_is_down_also_from_the_witness() {
    let friends = Friends::new().await;
    friends.tick(0).await;
    friends.way.stop().await;
    friends.friend.home.nas.stop().await;
    let tick = friends.tick(1).await;
    let down = &tick["transitions"][0];
    assert_eq!((&down["kind"], &down["agreed_by"]), (&json!("down"), &json!(["frankfurt"])));
    let message = friends.here.slack.requests().remove(0);
    assert!(message.contains("Also down from frankfurt"), "{message}");
    friends.friend.stop().await;
}
