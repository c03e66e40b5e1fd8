//! `prober status`.

use super::*;

#[tokio::test]
async fn before_the_first_tick_it_says_how_to_begin() {
    let home = Home::new().await;
    let status = home.run(&["status"]).await;
    assert_eq!(status.quiet(), Some(0));
    assert!(status.out.starts_with("Nothing was observed yet"), "{}", status.out);
    assert!(!home.path("prober.db").exists());
}

#[tokio::test]
async fn it_says_what_is_up_and_what_is_down_and_since_when() {
    let home = Home::new().await;
    let at = ["status", "--at", "2026-01-01T00:10:00Z"];
    home.tick(0).await;
    let status = home.run(&at).await;
    assert_eq!(status.quiet(), Some(0));
    assert!(status.out.contains("up since 00:00 UTC (10 min)"), "{}", status.out);
    home.nas.stop().await;
    home.tick(5).await;
    let status = home.run(&at).await;
    assert_eq!(status.quiet(), Some(1));
    assert!(
        status.out.contains("down since 00:05 UTC (5 min), connection refused"),
        "{}",
        status.out
    );
}

#[tokio::test]
async fn it_changes_nothing() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    let (memory, heard) = (home.memory(), home.heard());
    home.run(&["status"]).await;
    assert_eq!((home.memory(), home.heard()), (memory, heard));
}
