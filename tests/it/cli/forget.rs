//! `prober forget`.

use super::*;

/// A home that is down at minute 4, with an alarm and a log that are so too.
async fn home() -> Home {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(4).await;
    for name in ["alarm:nas-disk", "logs:/aws/lambda/f"] {
        drop(home.sql(&format!(
            "INSERT INTO target (name, revision, state) \
             SELECT '{name}', revision, state FROM target WHERE name = 'nas'"
        )));
    }
    home
}

fn remembered(home: &Home) -> Vec<String> {
    let mut names: Vec<_> = home.memory().into_iter().map(|(name, _, _)| name).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_discovered_target_is_forgotten_for_good() {
    let home = home().await;
    let run = home.run(&["forget", "alarm:nas-disk"]).await;
    assert_eq!(run.quiet(), Some(0));
    assert!(run.out.starts_with("alarm:nas-disk is forgotten; it was down since "), "{run:?}");
    assert_eq!(remembered(&home), ["logs:/aws/lambda/f", "nas"]);
    let again = home.run(&["forget", "alarm:nas-disk"]).await;
    assert_eq!((again.code, again.out.as_str()), (Some(2), ""));
    home.tick(5).await;
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn an_alarm_that_is_known_by_its_arn_goes_by_its_name_as_long_as_one_has_it() {
    let home = home().await;
    let arn = |account: u32| format!("alarm:arn:aws:cloudwatch:eu-west-1:{account}:alarm:cpu");
    drop(home.sql(&format!(
        "UPDATE target SET name = '{}' WHERE name = 'logs:/aws/lambda/f';
         UPDATE target SET name = '{}' WHERE name = 'alarm:nas-disk'",
        arn(111_111_111),
        arn(222_222_222)
    )));
    assert_eq!(home.run(&["forget", "alarm:cpu"]).await.code, Some(2));
    assert_eq!(home.run(&["forget", &arn(111_111_111)]).await.quiet(), Some(0));
    assert_eq!(home.run(&["forget", "alarm:cpu"]).await.quiet(), Some(0));
    assert_eq!(remembered(&home), ["nas"]);
}

#[tokio::test]
async fn a_name_that_is_wrong_forgets_nothing() {
    let home = home().await;
    for (names, problem) in [
        (["alarm:nas-disk", "nas"], "nas is in the configuration: take it out there"),
        (
            ["alarm:nas-disk", "alarm:nas-dsk"],
            "no alarm, log or topic `alarm:nas-dsk`; did you mean",
        ),
    ] {
        let run = home.run(&[&["forget"], &names[..]].concat()).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{names:?}");
        assert!(run.err.contains(problem), "{run:?}");
    }
    assert_eq!(remembered(&home).len(), 3);
    assert_eq!(home.run(&["forget"]).await.code, Some(2));
}
