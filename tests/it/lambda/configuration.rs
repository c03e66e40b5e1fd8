//! Configurations that change while the function runs.

use super::*;

#[tokio::test]
async fn a_configuration_is_changed_without_a_deployment() {
    let context = Context::new().await;
    let mut function = context.start().await;
    assert_eq!(function.tick(0).await["probed"], 1);
    context.configure(&(context.target("photos", 1) + &context.target("blog", 1)));
    assert_eq!(function.tick(1).await["probed"], 2);
}

#[tokio::test]
async fn a_broken_configuration_is_told_once_and_the_last_good_one_stays_in_force() {
    let context = Context::new().await;
    let mut function = context.start().await;
    function.tick(0).await;
    context.configure(&(context.target("photos", 1) + "intervall = '1m'\n"));
    for minutes in 1..4 {
        assert_eq!(function.tick(minutes).await["probed"], 1);
    }
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("probes.toml has a mistake in line 9 ("), "{said:?}");
    assert!(said[0].contains("unknown key `intervall`; did you mean `interval`?"), "{said:?}");

    context.configure("[[target]]\n");
    function.tick(4).await;
    assert_eq!(context.said().len(), 2, "another broken one is told too");
    context.configure(&(context.target("photos", 1) + &context.target("blog", 1)));
    assert_eq!(function.tick(5).await["probed"], 2);
    function.tick(6).await;
    let said = context.said();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[2].contains("probes.toml is right again"), "{said:?}");
}

#[tokio::test]
async fn two_functions_tell_once_between_them_that_the_configuration_is_broken() {
    let context = Context::new().await;
    let (mut one, mut other) = (context.start().await, context.start().await);
    tokio::join!(one.tick(0), other.tick(0));
    context.configure("nonsense");
    tokio::join!(one.tick(1), other.tick(1));
    assert_eq!(context.said().len(), 1, "{:?}", context.said());
}

#[tokio::test]
async fn a_configuration_that_was_never_right_fails_until_it_is() {
    let context = Context::new().await;
    context.configure("nonsense");
    let mut function = context.start().await;
    let Answer::Error(error) = function.invoke(tick(0)).await else { panic!("it ticked") };
    assert_eq!(error["errorType"], "Configuration");
    context.configure(&context.target("photos", 1));
    assert_eq!(function.tick(1).await["probed"], 1);
}

#[tokio::test]
async fn a_function_whose_only_channel_is_its_log_says_that_nobody_is_told() {
    let context = Context::new().await;
    context.start().await.tick(0).await;
    assert!(!context.log().contains("nobody is told"));
    fs::write(context.config(), context.target("photos", 1)).unwrap();
    context.start().await.tick(1).await;
    assert!(context.log().contains("every channel is the console, which is this log"));
}
