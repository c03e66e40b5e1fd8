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
