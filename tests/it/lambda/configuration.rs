//! Configurations that change while the function runs.

use super::*;

#[tokio::test]
async fn a_configuration_is_changed_without_a_deployment() {
    let scene = Scene::new().await;
    let mut function = scene.start().await;
    assert_eq!(function.tick(0).await["probed"], 1);
    scene.configure(&(scene.target("photos", 1) + &scene.target("blog", 1)));
    assert_eq!(function.tick(1).await["probed"], 2);
}

#[tokio::test]
async fn a_broken_configuration_is_told_once_and_the_last_good_one_stays_in_force() {
    let scene = Scene::new().await;
    let mut function = scene.start().await;
    function.tick(0).await;
    scene.configure(&(scene.target("photos", 1) + "intervall = '1m'\n"));
    for minutes in 1..4 {
        assert_eq!(function.tick(minutes).await["probed"], 1);
    }
    let said = scene.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("configuration is broken"), "{said:?}");
    assert!(said[0].contains("line 9: unknown key `intervall`"), "{said:?}");

    scene.configure("[[target]]\n");
    function.tick(4).await;
    assert_eq!(scene.said().len(), 2, "another broken one is told too");
    scene.configure(&(scene.target("photos", 1) + &scene.target("blog", 1)));
    assert_eq!(function.tick(5).await["probed"], 2);
    assert_eq!(scene.said().len(), 2);
}

#[tokio::test]
async fn two_functions_tell_once_between_them_that_the_configuration_is_broken() {
    let scene = Scene::new().await;
    let (mut one, mut other) = (scene.start().await, scene.start().await);
    tokio::join!(one.tick(0), other.tick(0));
    scene.configure("nonsense");
    tokio::join!(one.tick(1), other.tick(1));
    assert_eq!(scene.said().len(), 1, "{:?}", scene.said());
}

#[tokio::test]
async fn a_configuration_that_was_never_right_fails_until_it_is() {
    let scene = Scene::new().await;
    scene.configure("nonsense");
    let mut function = scene.start().await;
    let Answer::Error(error) = function.invoke(tick(0)).await else { panic!("it ticked") };
    assert_eq!(error["errorType"], "Configuration");
    scene.configure(&scene.target("photos", 1));
    assert_eq!(function.tick(1).await["probed"], 1);
}
