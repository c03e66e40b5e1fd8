//! The questions of `prober init`, in a terminal.

mod channels;

use std::future::Future;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use inquire::validator::Validation;
use inquire::{Confirm, InquireError, Select, Text};

use super::{Draft, Ended, Error, Init, guess, say};
use crate::authoring::NewTarget;
use crate::cli::service;
use crate::cli::trial::Tried;
use crate::os::Cbreak;

const WELCOME: &str = "\
prober watches your servers from outside, and tells you once when one goes down and
once when it is back. It asks what to watch and whom to tell, and tries both at once.
Nothing is written before the end: Ctrl-C leaves everything as it is.

An address is https://…, http://…, tcp://HOST:PORT or tls://HOST:PORT.

";

const ADDRESSES: &str = "One, or several with spaces or line breaks; Enter alone: that is all";

/// Whether somebody is there to be asked.
pub(super) fn can_be_asked() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks everything that the arguments of `init` leave open, and writes it to `path`.
pub(super) async fn ask(init: &Init, path: &Path) -> Result<Ended, Error> {
    say(WELCOME)?;
    let mut draft = Draft::new(init.language.clone(), init.timezone.clone());
    addresses(init, &mut draft, path).await?;
    root(init, &mut draft)?;
    channels::ask(init, &mut draft, path).await?;
    language(init, &mut draft)?;
    time_zone(init, &mut draft)?;
    say(&format!("\n{}\n", draft.file(path)))?;
    let question = format!("Write this to {}?", path.display());
    if !answered(Confirm::new(&question).with_default(true).prompt())? {
        return Err(STOPPED.into());
    }
    say(&draft.write(path)?)?;
    offer_service(path)
}

/// Asks for addresses, and probes each at once.
async fn addresses(init: &Init, draft: &mut Draft, path: &Path) -> Result<(), Error> {
    let mut doubtful = Vec::new();
    for url in &init.url {
        take(draft, &mut doubtful, path, url).await?;
    }
    // Lines that are pasted wait while the first of them are probed.
    let uncooked = Cbreak::new();
    while init.url.is_empty() {
        let question = Text::new("What shall be watched?").with_help_message(ADDRESSES);
        let line = answered(question.prompt())?;
        let urls = line.split([' ', ',', '\t']).filter(|url| !url.is_empty());
        for url in urls {
            take(draft, &mut doubtful, path, url).await?;
        }
        if line.trim().is_empty() {
            if !draft.targets.is_empty() || !doubtful.is_empty() {
                break;
            }
            say("  At least one address is needed.\n")?;
        }
    }
    drop(uncooked);
    for (url, target) in doubtful {
        let question =
            format!("{} does not answer as it should. Watch it all the same?", target.url);
        if answered(Confirm::new(&question).with_default(false).prompt())? {
            draft.add(&url, target);
        }
    }
    if draft.targets.is_empty() { Err(STOPPED.into()) } else { Ok(()) }
}

/// Probes `url`, and shows what was found.
async fn take(
    draft: &mut Draft,
    doubtful: &mut Vec<(String, NewTarget)>,
    path: &Path,
    url: &str,
) -> Result<(), Error> {
    let found: Result<Tried, Error> = unless_stopped(draft.fit(path, url)).await?;
    match found {
        Ok(tried) => {
            say(&tried.shown())?;
            if tried.works() {
                draft.add(url, tried.target);
            } else {
                doubtful.push((url.to_owned(), tried.target));
            }
        }
        Err(error) => {
            say(&format!("  {error}\n"))?;
        }
    }
    Ok(())
}

/// Asks for the target that all others need.
fn root(init: &Init, draft: &mut Draft) -> Result<(), Error> {
    if let Some(behind) = &init.behind {
        return draft.put_behind(behind);
    }
    if draft.targets.len() < 2 {
        return Ok(());
    }
    let mut names = vec!["none of them".to_owned()];
    names.extend(draft.targets.iter().map(|target| target.name.clone()));
    let question = Select::new("Which one do all others need, such as your router?", names)
        .with_help_message("If it is down, you get one message, and not one for each behind it");
    let root = answered(question.raw_prompt())?;
    if root.index > 0 {
        draft.targets_behind(&root.value);
    }
    Ok(())
}

fn language(init: &Init, draft: &mut Draft) -> Result<(), Error> {
    const LANGUAGES: [(&str, &str); 3] = [("en", "English"), ("ko", "한국어"), ("zh", "中文")];
    if init.language.is_some() {
        return Ok(());
    }
    let guessed = LANGUAGES.iter().position(|(code, _)| Some(*code) == draft.language.as_deref());
    let names = LANGUAGES.map(|(_, name)| name).to_vec();
    let question = Select::new("Which language do messages speak?", names);
    let chosen = answered(question.with_starting_cursor(guessed.unwrap_or(0)).raw_prompt())?;
    draft.language = LANGUAGES.get(chosen.index).map(|(code, _)| (*code).to_owned());
    Ok(())
}

fn time_zone(init: &Init, draft: &mut Draft) -> Result<(), Error> {
    if init.timezone.is_some() {
        return Ok(());
    }
    let guessed = draft.timezone.clone().unwrap_or_else(|| guess::UTC.to_owned());
    let question = Text::new("In which time zone do you live?").with_default(&guessed);
    let is_zone = |zone: &str| {
        Ok(match zone.trim().parse::<chrono_tz::Tz>() {
            Ok(_) => Validation::Valid,
            Err(_) => Validation::Invalid(ZONE.into()),
        })
    };
    let zone = answered(question.with_validator(is_zone).prompt())?;
    draft.timezone = Some(zone.trim().to_owned()).filter(|zone| zone != guess::UTC);
    Ok(())
}

/// Offers what keeps it running.
fn offer_service(path: &Path) -> Result<Ended, Error> {
    if !service::has_systemd() {
        return Ok(Ended::Good);
    }
    let question = Confirm::new("Write the systemd service that keeps it running?")
        .with_help_message("Nothing is started: you see what to run")
        .with_default(true);
    match answered(question.prompt()) {
        Ok(true) => service::install_here(path),
        // What is written stays written.
        Ok(false) | Err(_) => Ok(Ended::Good),
    }
}

const ZONE: &str = "the name of a zone, such as Europe/Berlin, Asia/Seoul or UTC";

const STOPPED: &str = "stopped: nothing was written";

/// The answer to a question; an error if there was none.
fn answered<T>(answer: Result<T, InquireError>) -> Result<T, Error> {
    answer.map_err(|error| match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => STOPPED.into(),
        InquireError::NotTTY
        | InquireError::InvalidConfiguration(_)
        | InquireError::IO(_)
        | InquireError::Custom(_) => error.into(),
    })
}

/// What `work` comes to, unless somebody presses Ctrl-C meanwhile.
async fn unless_stopped<T>(work: impl Future<Output = T>) -> Result<T, Error> {
    tokio::select! {
        done = work => Ok(done),
        _ = tokio::signal::ctrl_c() => Err(STOPPED.into()),
    }
}
