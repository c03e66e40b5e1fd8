//! Whom to tell: the steps for each channel, its secret, and a test message at once.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use inquire::{Confirm, Password, PasswordDisplayMode, Select, Text};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::{Draft, Error, Init, answered, say, unless_stopped};
use crate::cli::init::channel::{self, Chosen};
use crate::model::secret::Secret;

/// Asks for what a channel needs; the console needs nothing.
type Ask = fn() -> Result<Option<Chosen>, Error>;

/// The channels in the order in which they are offered.
const CHOICES: [(&str, Ask); 6] = [
    ("the console: messages are printed where prober runs", || Ok(None)),
    ("Slack", || Ok(Some(channel::slack(secret(SLACK, "The webhook's URL:")?)))),
    ("ntfy: a notification on the phone, without an account", ntfy),
    ("Telegram", telegram),
    ("Discord", || Ok(Some(channel::discord(secret(DISCORD, "The webhook's URL:")?)))),
    ("mail", mail),
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
            let names = CHOICES.map(|(name, _)| name).to_vec();
            let chosen = answered(Select::new("Who is told?", names).raw_prompt())?;
            let (_, ask) = CHOICES[chosen.index];
            draft.channels = ask()?.into_iter().collect();
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

fn telegram() -> Result<Option<Chosen>, Error> {
    let token = secret(TELEGRAM, "The bot's token:")?;
    let chat = answered(Text::new("The chat's id:").prompt())?;
    Ok(Some(channel::telegram(token, &chat)))
}

fn mail() -> Result<Option<Chosen>, Error> {
    let server = secret(MAIL, "The mail server:")?;
    let from = answered(Text::new("From which address?").prompt())?;
    let to = answered(Text::new("To which address?").with_default(&from).prompt())?;
    Ok(Some(channel::mail(server, &from, &to)))
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

/// A topic is open to whoever knows its name: the proposed one cannot be guessed.
fn ntfy() -> Result<Option<Chosen>, Error> {
    let mut random = [0; 12];
    SystemRandom::new().fill(&mut random).map_err(|_| "the machine has no random numbers")?;
    let proposed = format!("https://ntfy.sh/prober-{}", URL_SAFE_NO_PAD.encode(random));
    say(&format!("{NTFY}\n"))?;
    let question = Text::new("The topic:").with_default(&proposed);
    Ok(Some(channel::ntfy(Secret::new(answered(question.prompt())?))))
}
