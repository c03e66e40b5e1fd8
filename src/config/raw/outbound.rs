//! The tables of what we call beside the targets.

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::address::WebUrl;
use crate::config::choice::ChannelType;
use crate::config::leaf::Mention;
use crate::config::mistake::Span;
use crate::config::public_url::PublicUrl;
use crate::config::reader::{Fields, Located, Presence, Reader};
use crate::config::several::OneOrMany;
use crate::config::table::{self, tables};
use crate::config::toml_key::{Hides, TomlKey};

tables! {
    /// A channel: `[notify.NAME]`.
    Notify Nothing {
        /// What kind of channel it is.
        r#type: ChannelType = Required,
        /// The URL of a Slack incoming webhook.
        webhook_url: WebUrl = Optional,
        /// Put before a down message, for instance `<!here>`; nothing unless set.
        mention: Mention = Optional,
    }

    /// Who watches the watcher.
    Watchdog Nothing {
        /// A URL that is fetched after every complete tick.
        ping_url: WebUrl = Required,
    }

    /// What shows whether it is prober's own network that fails.
    SelfCheck Nothing {
        /// Independent, well-known URLs; one that answers shows that the network works.
        urls: OneOrMany<PublicUrl> = Required,
    }
}
