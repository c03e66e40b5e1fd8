//! Whom to tell: the steps for each channel, its secret, and a test message at once.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use inquire::{Confirm, Password, PasswordDisplayMode, Select, Text};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::{Draft, Error, Init, answered, say, unless_stopped};
use crate::cli::init::channel::{self, Chosen};
use crate::model::secret::Secret;

/// The channels in the order in which they are offered.
const CHOICES: [&str; 6] = [
    "the console: messages are printed where prober runs",
    "Slack",
    "ntfy: a notification on the phone, without an account",
    "Telegram",
    "Discord",
    "mail",
];

const SLACK: &str = "
  1. Open https://api.slack.com/apps and choose Create New App, From scratch.
  2. Give it a name, such as prober, and choose your workspace.
  3. Choose Incoming Webhooks, and switch them on.
  4. Choose Add New Webhook, and the channel that shall be told.
  5. Copy the URL that begins with https://hooks.slack.com/services/.
";

const NTFY: &str = "
  1. Install the app ntfy on your phone (https://ntfy.sh).
  2. Subscribe to the topic below, or to one of a server of your own. Whoever knows
     its name can read it, so it is a long one.
";

const TELEGRAM: &str = "
  1. In Telegram, write /newbot to @BotFather, and copy the token that it gives you.
  2. Write a message to your new bot: it may not write first.
  3. Write to @userinfobot: it answers with the id of your chat.
";

const DISCORD: &str = "
  1. Open the settings of the channel, Integrations, Webhooks, and choose New Webhook.
  2. Choose Copy Webhook URL.
";

const MAIL: &str = "
  Your mail server, as smtps://USER:PASSWORD@HOST (or smtp://…?tls=required for STARTTLS).
  Write @ in the user or the password as %40. Many providers want a password for apps.
";

/// Asks until there is a channel that works, or somebody wants one that does not.
pub(super) async fn ask(init: &Init, draft: &mut Draft, path: &Path) -> Result<(), Error> {
    draft.channels = init.channels.chosen()?;
    let mut is_given = !draft.channels.is_empty();
    loop {
        if !is_given {
            let question = Select::new("Who is told?", CHOICES.to_vec());
            draft.channels = choice(answered(question.raw_prompt())?.index)?.into_iter().collect();
        }
        is_given = false;
        if let Err(diagnostics) = draft.config(path) {
            say(&format!("  That does not fit: {}\n", said(diagnostics.advice())))?;
            continue;
        }
        if unless_stopped(draft.test(path)).await?? {
            return Ok(());
        }
        let question = Confirm::new("Keep this channel all the same?").with_default(false);
        if answered(question.prompt())? {
            return Ok(());
        }
    }
}

fn said<'a>(advice: impl Iterator<Item = &'a str>) -> String {
    advice.collect::<Vec<_>>().join("; ")
}

/// The channel that was chosen; none for the console.
fn choice(index: usize) -> Result<Option<Chosen>, Error> {
    Ok(match index {
        1 => Some(channel::slack(secret(SLACK, "The webhook's URL:")?)),
        2 => Some(channel::ntfy(topic()?)),
        3 => {
            let token = secret(TELEGRAM, "The bot's token:")?;
            Some(channel::telegram(token, &answered(Text::new("The chat's id:").prompt())?))
        }
        4 => Some(channel::discord(secret(DISCORD, "The webhook's URL:")?)),
        5 => {
            let server = secret(MAIL, "The mail server:")?;
            let from = answered(Text::new("From which address?").prompt())?;
            let to = answered(Text::new("To which address?").with_default(&from).prompt())?;
            Some(channel::mail(server, &from, &to))
        }
        _ => None,
    })
}

/// Shows the `steps` to something secret, and asks for it. It is not shown.
fn secret(steps: &str, question: &str) -> Result<Secret, Error> {
    say(&format!("{steps}\n"))?;
    let question = Password::new(question)
        .without_confirmation()
        .with_display_mode(PasswordDisplayMode::Masked)
        .with_help_message("It is kept in the file `environment`, which only you can read");
    Ok(Secret::new(answered(question.prompt())?))
}

/// A topic of ntfy: by default one that nobody can guess.
fn topic() -> Result<Secret, Error> {
    let mut random = [0; 12];
    SystemRandom::new().fill(&mut random).map_err(|_| "the machine has no random numbers")?;
    let name = URL_SAFE_NO_PAD.encode(random);
    let proposed = format!("https://ntfy.sh/prober-{name}");
    say(&format!("{NTFY}\n"))?;
    let question = Text::new("The topic:").with_default(&proposed);
    Ok(Secret::new(answered(question.prompt())?))
}
