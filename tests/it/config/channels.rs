//! Every kind of channel arrives as it was written.

use prober::model::secret::Secret;
use prober::model::target::{ChannelKind, Email, Encryption, Ntfy, SlackBot, SmtpServer, Telegram};

use super::read;

/// The channel that these keys make.
fn channel(keys: &str) -> ChannelKind {
    let text = format!("[[target]]\nname = 'a'\nurl = 'tcp://192.0.2.1:1'\n[notify.it]\n{keys}\n");
    let config = read(&text).unwrap_or_else(|errors| panic!("{errors}"));
    config.channels.into_iter().next().unwrap().kind
}

fn email(smtp_url: &str, more: &str) -> Email {
    let keys = format!(
        "type = 'email'\nsmtp_url = '{smtp_url}'\nfrom = 'Prober <p@example.com>'\n\
         to = ['a@example.com', 'b@example.com']\n{more}"
    );
    let ChannelKind::Email(email) = channel(&keys) else { panic!() };
    *email
}

#[test]
fn a_slack_bot() {
    let keys = "type = 'slack'\nbot_token = ' xoxb-${PASSWORD} '\nchannel = '#alerts'\n\
                mention = '@here <@U012>'\napi_url = 'https://slack-gov.com/api'";
    let ChannelKind::SlackBot(bot) = channel(keys) else { panic!() };
    let SlackBot { bot_token, channel, mention, broadcast, api_url } = bot;
    assert!(broadcast, "unless it is turned off");
    assert_eq!((bot_token.expose(), channel.as_str()), ("xoxb-hunter2", "#alerts"));
    assert_eq!(mention.as_deref(), Some("<!here> <@U012>"));
    assert_eq!(api_url.unwrap().expose(), "https://slack-gov.com/api");
}

#[test]
fn mail_with_everything() {
    let email =
        email("smtps://me%40example.com:hunter%32@smtp.example.com:4650", "ca = 'home.pem'");
    let SmtpServer { host, port, encryption, login } = email.server;
    assert_eq!((host.as_str(), port), ("smtp.example.com", 4650));
    assert!(matches!(encryption, Encryption::Tls(_)));
    let login = login.unwrap();
    assert_eq!((login.user.expose(), login.password.expose()), ("me@example.com", "hunter2"));
    assert_eq!(email.from.to_string(), "Prober <p@example.com>");
    assert_eq!(email.to.len(), 2);
}

#[test]
fn how_mail_is_encrypted_picks_the_port() {
    for (url, encryption, port) in [
        ("smtps://smtp.example.com", "Tls", 465),
        ("smtp://me:hunter2@smtp.example.com?tls=required", "StartTls", 587),
        ("smtp://smtp.example.com", "None", 25),
        ("smtp://me:hunter2@localhost", "None", 25),
        ("smtp://me:hunter2@127.0.0.1", "None", 25),
        ("smtp://me:hunter2@[::1]/", "None", 25),
    ] {
        let server = email(url, "").server;
        assert_eq!(format!("{:?}", server.encryption), encryption, "{url}");
        assert_eq!(server.port, port, "{url}");
        assert!(!server.host.contains('['), "{url}");
    }
}

#[test]
fn an_ntfy_topic() {
    for (url, server) in [
        ("https://ntfy.sh/hunter2", "https://ntfy.sh/"),
        ("http://192.0.2.1:8080/ntfy/hunter2", "http://192.0.2.1:8080/ntfy/"),
    ] {
        let keys = format!("type = 'ntfy'\nurl = '{url}'\ntoken = 'tk_1'");
        let ChannelKind::Ntfy(Ntfy { server: root, topic, token }) = channel(&keys) else {
            panic!()
        };
        assert_eq!((root.expose(), topic.expose()), (server, "hunter2"));
        assert_eq!(token.as_ref().map(Secret::expose), Some("tk_1"));
    }
}

#[test]
fn a_telegram_chat() {
    for chat in ["-1001234567890", "42", "@my_alerts"] {
        let keys = format!("type = 'telegram'\nbot_token = '1:hunter2'\nchat_id = '{chat}'");
        let ChannelKind::Telegram(Telegram { bot_token, chat_id, api_url }) = channel(&keys) else {
            panic!()
        };
        assert_eq!((bot_token.expose(), chat_id.as_str()), ("1:hunter2", chat));
        assert_eq!(api_url, None);
    }
}

#[test]
fn a_discord_channel_and_a_webhook_of_ones_own() {
    let keys = "type = 'discord'\nwebhook_url = 'https://discord.com/api/webhooks/1/hunter2'";
    let ChannelKind::Discord { webhook_url } = channel(keys) else { panic!() };
    assert!(webhook_url.expose().ends_with("/hunter2"));
    let keys = "type = 'webhook'\nurl = 'https://example.com/hook'\nsecret = 'hunter2'";
    let ChannelKind::Webhook { url, secret } = channel(keys) else { panic!() };
    assert_eq!(url.expose(), "https://example.com/hook");
    assert_eq!(secret.unwrap().expose(), "hunter2");
}
