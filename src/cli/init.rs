//! `prober init`: from nothing to a probes.toml that was tried. It asks, or takes all from
//! its arguments; either way what is watched and who is told are tried first, and nothing
//! is written before the end.

mod arguments;
mod channel;
mod draft;
mod guess;
#[cfg(feature = "interactive")]
mod questions;

use std::io::ErrorKind;
use std::path::Path;

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use self::channel::Chosen;
use self::draft::Draft;
use super::add::local;
use super::{Ended, Error, say, setup};
use crate::app::variables::path_beside;
use crate::app::write_file;
use crate::model::secret::Secret;

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Ask nothing: everything is in the arguments.
    #[arg(long, requires = "url")]
    yes: bool,
    /// What to watch: https://…, http://…, tcp://HOST:PORT or tls://HOST:PORT. Repeat it for more.
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// The one of them that all others need, such as your router.
    #[arg(long, value_name = "URL")]
    behind: Option<String>,
    #[command(flatten)]
    channels: Channels,
    /// The language of messages: en, ko or zh; by default, this machine's.
    #[arg(long)]
    language: Option<String>,
    /// The time zone of messages; by default, this machine's.
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Write it even if something does not answer, or a message does not arrive.
    #[arg(long)]
    anyway: bool,
}

/// Whom to tell. Without a value, what is secret comes from a variable.
#[derive(Debug, Args)]
struct Channels {
    /// Tell Slack; the webhook is in `SLACK_WEBHOOK_URL` unless given.
    #[arg(long, value_name = "WEBHOOK", num_args = 0..=1, default_missing_value = "", value_parser = secret)]
    slack: Option<Secret>,
    /// Tell ntfy; the topic's URL is in `NTFY_URL` unless given.
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "", value_parser = secret)]
    ntfy: Option<Secret>,
    /// Tell Discord; the webhook is in `DISCORD_WEBHOOK_URL` unless given.
    #[arg(long, value_name = "WEBHOOK", num_args = 0..=1, default_missing_value = "", value_parser = secret)]
    discord: Option<Secret>,
    /// Tell Telegram; the bot's token is in `TELEGRAM_BOT_TOKEN` unless given.
    #[arg(long, value_name = "TOKEN", num_args = 0..=1, default_missing_value = "", value_parser = secret, requires = "chat_id")]
    telegram: Option<Secret>,
    /// The chat that the Telegram bot writes to.
    #[arg(long, value_name = "ID", requires = "telegram", allow_hyphen_values = true)]
    chat_id: Option<String>,
    /// Send mail; the server, `smtps://USER:PASSWORD@HOST`, is in `SMTP_URL` unless given.
    #[arg(long, value_name = "SERVER", num_args = 0..=1, default_missing_value = "", value_parser = secret, requires_all = ["from", "to"])]
    mail: Option<Secret>,
    /// The sender of the mails.
    #[arg(long, value_name = "ADDRESS", requires = "mail")]
    from: Option<String>,
    /// Who gets the mails.
    #[arg(long, value_name = "ADDRESS", requires = "mail")]
    to: Option<String>,
}

#[expect(clippy::unnecessary_wraps, reason = "the signature of a parser of arguments")]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

impl Init {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        // What the log says of a delivery, the result says better.
        setup::logs(LevelFilter::OFF);
        let path = local(path)?;
        refuse_to_overwrite(&path)?;
        if self.yes {
            return self.without_questions(&path).await;
        }
        #[cfg(feature = "interactive")]
        if questions::can_be_asked() {
            return questions::ask(self, &path).await;
        }
        Err(UNASKED.into())
    }

    /// What all of the arguments say, tried and written.
    async fn without_questions(&self, path: &Path) -> Result<Ended, Error> {
        let mut draft = Draft::new(self.language.clone(), self.timezone.clone());
        draft.channels = self.channels.chosen()?;
        let mut works = true;
        for url in &self.url {
            let tried = draft.fit(path, url).await?;
            say(&tried.shown())?;
            works &= tried.works();
            draft.add(url, tried.target);
        }
        if let Some(behind) = &self.behind {
            draft.put_behind(behind)?;
        }
        works &= draft.test(path).await?;
        if !works && !self.anyway {
            say("\nNothing was written. `--anyway` writes it as it is.\n")?;
            return Ok(Ended::Bad);
        }
        say(&draft.write(path)?)
    }
}

/// An error if there is something at one of the places that would be written.
fn refuse_to_overwrite(path: &Path) -> Result<(), Error> {
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    if is_there(path) {
        return Err(format!(
            "{} is there already, and stays as it is: `prober add URL` adds to it, and \
             `--config FILE` names another",
            path.display()
        )
        .into());
    }
    let variables = path_beside(path);
    if is_there(&variables) {
        return Err(format!(
            "{} is there already, and stays as it is: move it away, or work in another folder",
            variables.display()
        )
        .into());
    }
    can_be_written(path)
}

/// An error if nothing could be written in the end, which is better known before anybody is
/// asked or told anything.
fn can_be_written(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).display();
    write_file::can_create(path).map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            return format!("there is no folder {folder}: `mkdir {folder}` makes it").into();
        }
        format!(
            "nothing can be written into the folder {folder}: {error}; work in a folder of \
             yours, or name a file in one by `--config FILE`"
        )
        .into()
    })
}

#[cfg(not(feature = "interactive"))]
const UNASKED: &str = "this prober was built without questions; \
    `prober init --yes --url https://photos.example.com --slack` asks nothing";

#[cfg(feature = "interactive")]
const UNASKED: &str = "this is no terminal, so nothing can be asked; \
    `prober init --yes --url https://photos.example.com --slack` asks nothing";
