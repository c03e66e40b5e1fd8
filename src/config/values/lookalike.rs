//! What a secret in the wrong place looks like. Nothing here quotes it.

/// What `text` looks like in the place of a service's URL, and what to do with it.
pub(super) fn in_place_of_a_url(text: &str) -> Option<&'static str> {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    if begins(&["xoxb-"]) {
        return Some("looks like a Slack bot's token: write it as `bot_token`, with `channel`");
    }
    if begins(&["xoxp-", "xoxa-", "xoxe", "xapp-", "xwfp-"]) {
        return Some(
            "looks like a token of Slack: a webhook's URL begins with https://hooks.slack.com/",
        );
    }
    if is_telegram(text) {
        return Some("looks like a Telegram bot's token: write it as `bot_token`, with `chat_id`");
    }
    if begins(&["tk_"]) {
        return Some(
            "looks like a token of ntfy: write it as `token`; here stands the topic's URL",
        );
    }
    if begins(&["services/T", "/services/T", "T0"]) && text.contains("/B") {
        return Some("is the end of a webhook: write https://hooks.slack.com/services/ before it");
    }
    if begins(&["arn:"]) {
        return Some("looks like an ARN of AWS, and not like a URL");
    }
    if begins(&["#", "@"]) {
        return Some("looks like a channel's name: here stands a URL that begins with https://");
    }
    if text.contains('@') && !text.contains([':', '/']) {
        return Some("looks like a mail address: mail is a channel of `type = \"email\"`");
    }
    // A known service without its scheme.
    let hosts = ["hooks.slack.com/", "discord.com/", "ntfy.sh/", "hc-ping.com/", "www."];
    begins(&hosts).then_some("has no scheme: write https:// before it")
}

/// What `text` looks like in the place of a token, and what to do with it.
pub(super) fn in_place_of_a_token(text: &str) -> Option<&'static str> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return Some("is a URL: that of a webhook is written as `webhook_url`");
    }
    if text.starts_with("xapp-") {
        return Some("is the token of a Slack app: take the bot's, which begins with xoxb-");
    }
    let scheme = text.split_once(' ').map(|(scheme, _)| scheme);
    let is_header = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
    is_header.then_some("is written without `Bearer` before it")
}

/// Whether it is a bot's token: <https://core.telegram.org/bots/api#authorizing-your-bot>.
pub(in crate::config) fn is_telegram(text: &str) -> bool {
    text.split_once(':').is_some_and(|(id, secret)| {
        (6..=12).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && secret.len() >= 30
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    })
}

/// Whether it is a token of Slack.
pub(in crate::config) fn is_slack(text: &str) -> bool {
    text.starts_with("xox")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_something_else_is_called_that() {
        for (text, word) in [
            ("xoxb-1-2-a", "Slack bot"),
            ("xapp-1-A", "token of Slack"),
            ("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaww", "Telegram"),
            ("tk_abc", "ntfy"),
            ("T0123/B0123/abc", "https://hooks.slack.com/services/"),
            ("#alerts", "channel's name"),
            ("me@example.com", "mail address"),
            ("hooks.slack.com/services/T/B/x", "has no scheme"),
        ] {
            assert!(in_place_of_a_url(text).unwrap().contains(word), "{text}");
        }
        for text in ["https://hooks.slack.com/services/T/B/x", "http://me:pass@example.com/", "x"] {
            assert_eq!(in_place_of_a_url(text), None, "{text}");
        }
        assert_eq!(in_place_of_a_token("xoxb-1-2-a"), None);
        assert!(in_place_of_a_token("Bearer abc").is_some());
    }
}
