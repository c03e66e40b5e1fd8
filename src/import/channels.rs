//! Channels that several sources have → `[notify.NAME]`.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text, texts};
use crate::import::interpolation::{Piece, mark, pieces};

/// What is said of a channel that prober does not have.
pub(super) const NO_CHANNEL: &str = "prober has no such channel: `type = \"webhook\"` sends JSON to a program of yours, which can \
     pass it on";

/// What is said of one that is not complete.
const INCOMPLETE: &str = "its address or its token is missing, or not one that prober takes";

fn push(name: &str, place: &str, settings: Vec<Setting>, draft: &mut Draft) {
    let ways = vec![Way { settings, note: None }];
    draft.parts.push(Part::new(
        Shape::Channel,
        name,
        place,
        Carried::new("all of it", ways, INCOMPLETE),
    ));
}

/// The secret `value` of the channel `name`, as a value.
fn secret(name: &str, what: &str, value: &str, draft: &mut Draft) -> toml_edit::Value {
    let reference = draft.variables.secret(&format!("{name} {what}"), value);
    draft.variables.refer(&reference);
    text(&reference)
}

/// Slack and Discord.
pub(super) fn webhook(kind: &str, name: &str, place: &str, url: &str, draft: &mut Draft) {
    let url = secret(name, "webhook url", url, draft);
    push(name, place, vec![Setting::new("type", kind), Setting::new("webhook_url", url)], draft);
}

/// A Telegram bot.
pub(super) fn telegram(
    name: &str,
    place: &str,
    token: &str,
    chat: &str,
    api: Option<&str>,
    draft: &mut Draft,
) {
    let token = secret(name, "bot token", token, draft);
    draft.variables.refer(chat);
    let mut settings = vec![
        Setting::new("type", "telegram"),
        Setting::new("bot_token", token),
        Setting::new("chat_id", text(chat)),
    ];
    let is_own = |api: &&str| api.trim_end_matches('/') != "https://api.telegram.org";
    if let Some(api) = api.filter(is_own) {
        let api = secret(name, "api url", api, draft);
        settings.push(Setting::new("api_url", api));
    }
    push(name, place, settings, draft);
}

/// A topic of an ntfy server. Whoever knows its name can read it.
pub(super) fn ntfy(
    name: &str,
    place: &str,
    server: &str,
    topic: &str,
    token: Option<&str>,
    draft: &mut Draft,
) {
    let url = format!("{}/{topic}", server.trim_end_matches('/'));
    let url = secret(name, "url", &url, draft);
    let mut settings = vec![Setting::new("type", "ntfy"), Setting::new("url", url)];
    if let Some(token) = token {
        let token = secret(name, "token", token, draft);
        settings.push(Setting::new("token", token));
    }
    push(name, place, settings, draft);
}

/// A mail server, and who writes to whom.
#[derive(Debug, Default)]
pub(super) struct Mail {
    pub(super) host: String,
    pub(super) port: String,
    /// Whether TLS begins at once; by the port, if it is not said.
    pub(super) is_tls: Option<bool>,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
    pub(super) from: String,
    /// With commas between.
    pub(super) to: String,
}

/// Mail.
pub(super) fn email(name: &str, place: &str, mail: &Mail, draft: &mut Draft) {
    let is_tls = mail.is_tls.unwrap_or(mail.port == "465");
    let encoded = |text: &str| -> String {
        let piece = |piece| match piece {
            Piece::Text(text) => utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
            Piece::Variable { name, default: None } => mark(name),
            Piece::Variable { name, default: Some(default) } => {
                mark(&format!("{name}:-{}", utf8_percent_encode(default, NON_ALPHANUMERIC)))
            }
        };
        pieces(text).map(piece).collect()
    };
    let login = match (&mail.username, &mail.password) {
        (Some(user), Some(password)) if !user.is_empty() => {
            format!("{}:{}@", encoded(user), encoded(password))
        }
        _ => String::new(),
    };
    // A password needs TLS; a server without one is often one at home, which has none.
    let (scheme, tls) = match (is_tls, login.is_empty()) {
        (true, _) => ("smtps", ""),
        (false, true) => ("smtp", ""),
        (false, false) => ("smtp", "?tls=required"),
    };
    let url = format!("{scheme}://{login}{}:{}{tls}", mail.host, mail.port);
    let url = secret(name, "smtp url", &url, draft);
    let to: Vec<String> = mail.to.split(',').map(|to| to.trim().to_owned()).collect();
    for text in to.iter().chain([&mail.from]) {
        draft.variables.refer(text);
    }
    let settings = vec![
        Setting::new("type", "email"),
        Setting::new("smtp_url", url),
        Setting::new("from", text(&mail.from)),
        Setting::new("to", texts(&to)),
    ];
    push(name, place, settings, draft);
}
