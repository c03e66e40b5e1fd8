//! Keys come in paths and headers, and go nowhere from there.

use super::listening::Listening;
use crate::webhook::MARKER;

#[tokio::test]
async fn no_key_is_logged_told_or_stored() {
    let config = format!(
        "[[heartbeat]]\nname = 'backup'\nkey = '{MARKER}'\ninterval = '1d'\n\
         expect = {{ json = '$.ok == true' }}\n\
         [[reports]]\nservice = 'map'\norigins = []\nkey = '{MARKER}'\n"
    );
    let inbox = Listening::to(&config).await;
    let secret = format!("it called /ping/{MARKER}");
    for path in [format!("/ping/{MARKER}/fail"), format!("/ping/{MARKER}")] {
        assert_eq!(inbox.post(&path, &secret).await.status, 200);
    }
    for path in [format!("/ping/{MARKER}x"), format!("/ping/{MARKER}/300"), format!("/{MARKER}")] {
        let answer = inbox.post(&path, &secret).await;
        assert!([400, 404].contains(&answer.status) && !answer.body.contains(MARKER), "{answer:?}");
    }
    let report = format!(
        r#"{{"serviceName": "map", "types": [], "description": "sent with Bearer {MARKER}"}}"#
    );
    for (key, status) in [(MARKER, 200), ("another-key", 401)] {
        let header = format!("authorization: Bearer {key}");
        let answer = inbox.send("POST", "/report", &[&header], report.as_bytes()).await;
        assert_eq!(answer.status, status);
        assert!(!answer.body.contains(MARKER), "{answer:?}");
    }
    inbox.home.slack.has(2).await;
    let (home, said) = inbox.stop_and_say().await;
    assert!(said.contains("pinged name=backup") && !said.contains(MARKER), "{said}");
    for request in home.slack.requests() {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(body.contains("[secret]") && !body.contains(MARKER), "{body}");
    }
    for (name, _, state) in home.memory() {
        assert!(!state.contains(MARKER), "{name}: {state}");
    }
}

#[tokio::test]
async fn a_key_that_is_changed_in_the_file_is_another_from_then_on() {
    let beat = |key: &str| format!("[[heartbeat]]\nname = 'b'\nkey = '{key}'\ninterval = '1d'\n");
    let inbox = Listening::to(&beat("the-old-key")).await;
    assert_eq!(inbox.get("/ping/the-old-key").await.status, 200);
    assert_eq!(inbox.get("/").await.status, 200);
    // Once it tells of the dead target, the file is in force.
    let dead = "[defaults]\nfailure_threshold = 1\nattempts = 1\n\
                [[target]]\nname = 'dead'\nurl = 'tcp://127.0.0.1:1'\n";
    inbox.write(&[dead, &beat("the-new-key"), "[page]\nenabled = false\n"].concat());
    inbox.reload();
    inbox.home.slack.has(1).await;
    for (path, status) in [("/ping/the-new-key", 200), ("/ping/the-old-key", 404), ("/", 404)] {
        assert_eq!(inbox.get(path).await.status, status, "{path}");
    }
    assert_eq!(inbox.stop().await.heard(), ["dead is down"]);
}
