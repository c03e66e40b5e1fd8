//! Secrets in SSM that are not there, or may not be read: each turns off its own part.

use super::parameters::Parameters;
use super::*;

/// What needs the parameter, the part of the configuration that does, and what is told.
const PARTS: [(&str, &str, &str); 6] = [
    (
        "/prober/phone",
        "[notify.phone]\ntype = 'ntfy'\nurl = 'ssm:/prober/phone'\n",
        "The channel phone is off: ",
    ),
    (
        "/prober/token",
        "[[target]]\nname = 'blog'\nurl = 'http://127.0.0.1:9/'\n\
         headers = { x-key = 'ssm:/prober/token' }\n",
        "blog is not watched: ",
    ),
    (
        "/prober/backup",
        "[[heartbeat]]\nname = 'backup'\ninterval = '1d'\nkey = 'ssm:/prober/backup'\n",
        "backup is not watched: ",
    ),
    (
        "/prober/reports",
        "[[reports]]\nservice = 'map'\norigins = '*'\nkey = 'ssm:/prober/reports'\n",
        "reports:map is not watched: ",
    ),
    (
        "/prober/watchdog",
        "[watchdog]\nping_url = 'ssm:/prober/watchdog'\n",
        "The watchdog is not called: ",
    ),
    ("/prober/pings", "[inbox]\nping_key = 'ssm:/prober/pings'\n", "A key of [inbox] is off: "),
];

/// The stand-in for SSM, which knows the channel's own URL, and where it is.
fn parameters(context: &Context) -> (String, Parameters) {
    let (endpoint, parameters) = Parameters::start();
    parameters.put("/prober/slack", context.webhook.url.expose());
    (endpoint, parameters)
}

/// A function that has all its secrets from there, with this in its configuration.
async fn start(context: &Context, endpoint: &str, rest: &str) -> Instance {
    context.configure(&format!("{rest}{}", context.target("photos", 1)));
    let text = fs::read_to_string(context.config()).unwrap();
    fs::write(context.config(), text.replace("${WEBHOOK}", "ssm:/prober/slack")).unwrap();
    let variables = [
        ("AWS_ENDPOINT_URL_SSM", endpoint),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "not-so-secret"),
        // Where there is no channel: a tick must not say that all is well.
        ("SLACK_WEBHOOK_URL", context.webhook.url.expose()),
    ];
    context.start_with(&variables).await
}

#[tokio::test]
async fn a_parameter_that_is_not_there_turns_off_its_own_part_and_is_told_once() {
    for (name, part, told) in PARTS {
        let context = Context::new().await;
        let (endpoint, _known) = parameters(&context);
        let mut function = start(&context, &endpoint, part).await;
        for minutes in 0..3 {
            assert_eq!(function.tick(minutes).await["probed"], 1, "{name}");
        }
        let said = context.said();
        assert_eq!(said.len(), 1, "{name}: {said:?}");
        let why = format!("{told}`ssm:{name}` is missing, may not be read, or does not fit here");
        assert!(said[0].contains(&why), "{why} is not in {said:?}");
    }
}

#[tokio::test]
async fn a_parameter_that_may_not_be_read_takes_none_of_the_others_along() {
    for (name, part, told) in PARTS {
        let context = Context::new().await;
        let (endpoint, known) = parameters(&context);
        known.put(name, "https://127.0.0.1:9/a-value-that-nobody-may-read");
        known.deny(name);
        let mut function = start(&context, &endpoint, part).await;
        assert_eq!(function.tick(0).await["probed"], 1, "{name}");
        let said = context.said();
        assert_eq!(said.len(), 1, "{name}: {said:?}");
        assert!(said[0].contains(told), "{said:?}");
        let log = context.log();
        assert!(log.contains("AccessDeniedException") && log.contains("SecretParameters"), "{log}");
        assert_eq!(known.asked(), 3, "both at once, and then each by itself");
    }
}

#[tokio::test]
async fn a_function_that_can_tell_nobody_fails_its_ticks_and_its_alarm_goes_to_the_webhook() {
    let context = Context::new().await;
    let (endpoint, known) = Parameters::start();
    let mut function = start(&context, &endpoint, "").await;
    for minutes in 0..2 {
        let Answer::Error(error) = function.invoke(tick(minutes)).await else { panic!("well") };
        assert_eq!(error["errorType"], "NoChannel");
        let said = error["errorMessage"].as_str().unwrap();
        assert!(said.contains("the channel slack is off: `ssm:/prober/slack`"), "{said}");
    }
    for _ in 0..2 {
        let answer = function.invoke(event("alarm_action_of_prober_itself")).await;
        assert!(matches!(answer, Answer::Response(_)), "{answer:?}");
    }
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("prober itself is in trouble"), "{said:?}");
    // Who starts when it is there tells by it.
    known.put("/prober/slack", context.webhook.url.expose());
    let mut next = start(&context, &endpoint, "").await;
    assert_eq!(next.tick(2).await["probed"], 1);
}

#[tokio::test]
async fn a_parameter_that_does_not_fit_turns_off_its_own_part_at_a_start() {
    // Of these, what was badly pasted can be told from what was not.
    for (name, part, told) in PARTS.into_iter().filter(|(name, _, _)| *name != "/prober/token") {
        let context = Context::new().await;
        let (endpoint, known) = parameters(&context);
        known.put(name, "a b");
        let mut function = start(&context, &endpoint, part).await;
        assert_eq!(function.tick(0).await["probed"], 1, "{name}");
        let said = context.said();
        assert_eq!(said.len(), 1, "{name}: {said:?}");
        assert!(said[0].contains(told), "{said:?}");
        assert!(context.log().contains("a stored secret does not fit"));
    }
}

#[tokio::test]
async fn a_parameter_that_may_not_be_read_any_more_keeps_the_value_that_is_known() {
    let context = Context::new().await;
    let (endpoint, known) = parameters(&context);
    let mut function = start(&context, &endpoint, "").await;
    assert_eq!(function.tick(0).await["probed"], 1);
    known.deny("/prober/slack");
    let text = fs::read_to_string(context.config()).unwrap();
    fs::write(context.config(), text + &context.target("blog", 1)).unwrap();
    assert_eq!(function.tick(1).await["probed"], 2);
    assert!(context.log().contains("AccessDeniedException"));
    assert_eq!(context.said(), [""; 0]);
}
