//! `alerting` → `[notify.NAME]`.

use serde_json::{Map, Value};

use crate::import::channels::{self, Mail};
use crate::import::draft::Draft;
use crate::import::names;
use crate::import::tree::Table;

/// A provider, for all groups or for one.
struct Provider {
    kind: String,
    group: Option<String>,
    /// The name of the channel.
    channel: String,
    default_alert: Map<String, Value>,
}

/// What the providers became.
#[derive(Default)]
pub(super) struct Channels {
    providers: Vec<Provider>,
}

impl Channels {
    /// The name of the channel for alerts of this `kind` in `group`, and what they say unless
    /// they say otherwise.
    pub(super) fn find(&self, kind: &str, group: Option<&str>) -> (String, &Map<String, Value>) {
        static NOTHING: std::sync::LazyLock<Map<String, Value>> =
            std::sync::LazyLock::new(Map::new);
        let is_kind = |provider: &&Provider| provider.kind == kind;
        let of_group = |provider: &&Provider| provider.group.as_deref() == group;
        let found = self.providers.iter().filter(is_kind).find(of_group);
        let found = found.or_else(|| {
            self.providers.iter().filter(is_kind).find(|provider| provider.group.is_none())
        });
        match found {
            Some(provider) => (provider.channel.clone(), &provider.default_alert),
            None => (names::channel(kind), &NOTHING),
        }
    }
}

/// The keys of a message that prober words by itself.
const WORDED: &str = "prober words its messages by itself";

/// Takes `alerting`.
pub(super) fn channels(top: &mut Table, draft: &mut Draft) -> Channels {
    let mut channels = Channels::default();
    let Some(mut alerting) = top.table("alerting", &mut draft.report) else { return channels };
    for kind in alerting.keys() {
        let Some(provider) = alerting.take(&kind) else { continue };
        let provider = Table::new(provider, format!("alerting: {kind}"), &mut draft.report);
        all_of(&kind, provider, &mut channels, draft);
    }
    channels
}

fn all_of(kind: &str, mut provider: Table, channels: &mut Channels, draft: &mut Draft) {
    let default_alert = match provider.take("default-alert") {
        Some(Value::Object(alert)) => alert,
        _ => Map::new(),
    };
    let overrides = provider.list("overrides");
    let whole = provider.clone();
    let mut add = |group: Option<String>, table: Table, draft: &mut Draft| {
        let hint =
            group.as_ref().map_or_else(|| kind.to_owned(), |group| format!("{kind} {group}"));
        let channel = draft.channel_names.unique(&names::channel(&hint), None);
        one(kind, &channel, table, draft);
        let default_alert = default_alert.clone();
        channels.providers.push(Provider { kind: kind.to_owned(), group, channel, default_alert });
    };
    add(None, provider, draft);
    for own in overrides {
        let mut table = whole.clone();
        table.place = format!("{}: overrides", table.place);
        let Value::Object(own) = own else {
            draft.report.left(&table.place, "one of them", "it is no table");
            continue;
        };
        for (key, value) in own {
            table.insert(&key, value);
        }
        let group = table.text("group");
        add(group, table, draft);
    }
}

/// One provider → one channel, or the reason why not.
fn one(kind: &str, channel: &str, mut table: Table, draft: &mut Draft) {
    let place = table.place.clone();
    match kind {
        "slack" | "discord" => {
            let url = table.text("webhook-url").unwrap_or_default();
            channels::webhook(kind, channel, &place, &url, draft);
            table.leave(&[("title", WORDED), ("message-content", WORDED)], &mut draft.report);
        }
        "telegram" => {
            let token = table.text("token").unwrap_or_default();
            let chat = table.text("id").unwrap_or_default();
            let api = table.text("api-url");
            channels::telegram(channel, &place, &token, &chat, api.as_deref(), draft);
            table.leave(
                &[("topic-id", "prober writes to the chat, not to a topic of it")],
                &mut draft.report,
            );
        }
        "ntfy" => ntfy(channel, &mut table, draft),
        "email" => email(channel, &mut table, draft),
        _ => {
            draft.report.left(&place, "all of it", channels::NO_CHANNEL);
            return;
        }
    }
    table.leave(
        &[("client", "prober's channels have no settings of their connections")],
        &mut draft.report,
    );
    table.finish(&mut draft.report);
}

fn ntfy(channel: &str, table: &mut Table, draft: &mut Draft) {
    let server = table.text("url").unwrap_or_else(|| "https://ntfy.sh".to_owned());
    let topic = table.text("topic").unwrap_or_default();
    let token = table.text("token");
    channels::ntfy(channel, &table.place.clone(), &server, &topic, token.as_deref(), draft);
    table.leave(
        &[
            ("priority", "prober chooses the priority by what it tells"),
            ("email", "make a channel of type email"),
            ("click", "prober's messages lead to what they are about"),
            ("disable-firebase", "the server decides"),
            ("disable-cache", "the server decides"),
        ],
        &mut draft.report,
    );
}

fn email(channel: &str, table: &mut Table, draft: &mut Draft) {
    let from = table.text("from").unwrap_or_default();
    let mail = Mail {
        host: table.text("host").unwrap_or_default(),
        port: table.text("port").unwrap_or_else(|| "587".to_owned()),
        is_tls: None,
        username: Some(table.text("username").unwrap_or_else(|| from.clone())),
        password: table.text("password"),
        from,
        to: table.text("to").unwrap_or_default(),
    };
    channels::email(channel, &table.place.clone(), &mail, draft);
}
