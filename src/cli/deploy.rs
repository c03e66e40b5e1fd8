//! `prober deploy` and `prober destroy`: to AWS and away, from this machine.

use std::io::{self, BufRead as _, IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{BAD, GOOD, paint};
use super::{Ended, Error, say, setup};
use crate::app::bundle::{Bundle, bundle};
use crate::aws::{Aws, Refusal, Wanted};
use crate::clock::Clock;
use crate::deploy::approach::exists;
use crate::deploy::choices::Choices;
use crate::deploy::cost::Size;
use crate::deploy::install::{Installed, TestDelivery, install};
use crate::deploy::program::{Architecture, Bootstrap};
use crate::deploy::remove::Remains;
use crate::deploy::survey::{Desired, Survey};
use crate::deploy::{DeployError, Progress, StackName, plan, release};
use crate::http_client;
use crate::model::target::Config;
use crate::os;

/// Which installation is meant.
#[derive(Debug, Args)]
struct Installation {
    /// The stack's name: another one for another installation.
    #[arg(long, value_name = "NAME", default_value = "prober", value_parser = StackName::read)]
    stack: StackName,
    /// The profile of AWS's settings.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The region, such as eu-central-1.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Deploy {
    #[command(flatten)]
    place: Installation,
    /// Only say what would be done, and what it costs.
    #[arg(long)]
    plan: bool,
    /// The address that AWS mails when prober itself is in trouble.
    #[arg(long, value_name = "ADDRESS")]
    alarm_email: Option<String>,
    /// A parameter of template.yaml; docs/deploy.md explains them.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    choices: Vec<String>,
    /// The processor that the functions run on; this machine's if none is named.
    #[arg(long, value_name = "ARCH")]
    arch: Option<Architecture>,
    /// An archive for Lambda, of a release or of scripts/package.
    #[arg(long, value_name = "FILE", conflicts_with = "arch")]
    zip: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Destroy {
    #[command(flatten)]
    place: Installation,
    /// Also delete the table, and the objects of heartbeats.
    #[arg(long)]
    with_data: bool,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

impl Installation {
    /// A client for AWS, and the account's number.
    async fn enter(&self, progress: &mut TerminalProgress) -> Result<(Aws, String), Error> {
        let wanted = Wanted { profile: self.profile.clone(), region: self.region.clone() };
        let aws = Aws::of(wanted, http_client::client()?, Clock::System).await?;
        let account = aws.account().await?;
        progress.step("account", &format!("{account}, {}", aws.region()));
        Ok((aws, account))
    }
}

impl Deploy {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::OFF);
        let choices = self.choices()?;
        let text = setup::text_of_file(path).await?;
        let Bundle { mut parsed, variables, parameters, files } =
            bundle(path, &text, Clock::System.now())?;
        if let Some(warnings) = parsed.warnings.take() {
            setup::complain(&warnings);
        }
        let config = parsed.config;
        let program = self.program().await?.with(files)?;
        let mut progress = TerminalProgress::new();
        let (aws, account) = match self.place.enter(&mut progress).await {
            Ok(place) => place,
            Err(error) => return not_entered(error),
        };
        let desired = Desired {
            name: self.place.stack.clone(),
            account,
            config: text,
            variables,
            parameters,
            is_called: config.needs_inbox_url(),
            program,
            choices,
        };
        let done = if self.plan {
            self.say_plan(&aws, &desired, &config).await
        } else {
            deploy(&aws, &desired, &mut progress).await
        };
        progress.clear();
        Ok(done.unwrap_or_else(|error| refused(&error)))
    }

    fn choices(&self) -> Result<Choices, String> {
        let email = self.alarm_email.as_ref().map(|address| format!("AlarmEmail={address}"));
        Choices::read(self.choices.iter().chain(&email).map(String::as_str))
    }

    /// What the functions are to run: what was named, this very program, or a release's.
    async fn program(&self) -> Result<Bootstrap, Error> {
        if let Some(path) = &self.zip {
            let archive = std::fs::read(path)
                .map_err(|error| format!("failed to read {}: {error}", path.display()))?;
            return Ok(Bootstrap::of_archive(path, &archive)?);
        }
        let here = Architecture::here().filter(|_| os::IS_LINUX);
        let wanted = self.arch.or(Architecture::here()).unwrap_or(Architecture::X86_64);
        if here == Some(wanted) {
            let path = std::env::current_exe()?;
            return Ok(Bootstrap::of("this program", std::fs::read(path)?)?);
        }
        let expected = release::expected(wanted)?;
        Ok(release::download(&http_client::for_downloads()?, &expected).await?)
    }

    async fn say_plan(
        &self,
        aws: &Aws,
        desired: &Desired,
        config: &Config,
    ) -> Result<Ended, DeployError> {
        desired.check()?;
        let stack = aws.stack(desired.name.as_str()).await?;
        let status = stack.as_ref().map_or("is not there", |stack| &*stack.status).to_owned();
        let stack = stack.filter(|stack| exists(&stack.status));
        let survey = Survey::of(aws, desired, stack).await?;
        let lines = plan::lines(desired, &survey, &desired.bucket(aws));
        let mut text = format!("The stack {} {status}.\n\n", desired.name.as_str());
        text += if lines.is_empty() {
            "Nothing would change.\n"
        } else {
            "This would be done; nothing is written now:\n\n"
        };
        text += &indented(&lines);
        let size = Size::of(config, desired, &survey, &desired.bucket(aws));
        text +=
            "\nWhat it costs in US dollars, with the tier that is free for ever and without:\n\n";
        text += &indented(&plan::costs(&size));
        text += "\nPrices are those of us-east-1 in 2026; others are up to a third dearer.\n";
        spoken(&text)
    }
}

impl Destroy {
    pub(super) async fn run(&self) -> Result<Ended, Error> {
        setup::logs(LevelFilter::OFF);
        let mut progress = TerminalProgress::new();
        let (aws, account) = match self.place.enter(&mut progress).await {
            Ok(place) => place,
            Err(error) => return not_entered(error),
        };
        let remains = match Remains::find(&aws, &self.place.stack, &account).await {
            Ok(remains) => remains,
            Err(error) => return Ok(refused(&error)),
        };
        if remains.is_nothing() {
            return say(&format!("There is no stack {}.\n", self.place.stack.as_str()));
        }
        say(&format!("\n{}\n", indented(&remains.lines(self.with_data))))?;
        if !self.yes && !is_agreed()? {
            return Err("nothing was deleted; --yes deletes without asking".into());
        }
        let done = remains.delete(&aws, self.with_data, &mut progress).await;
        progress.clear();
        if let Err(error) = done {
            return Ok(refused(&error));
        }
        match remains.data.table.filter(|_| !self.with_data) {
            Some(table) => say(&format!(
                "\nThe table {table} is kept. To delete it too:\n\n  aws dynamodb delete-table \
                 --region {} --table-name {table}\n",
                aws.region()
            )),
            None => Ok(Ended::Good),
        }
    }
}

async fn deploy(
    aws: &Aws,
    desired: &Desired,
    progress: &mut TerminalProgress,
) -> Result<Ended, DeployError> {
    let Installed { stack, told } = install(aws, desired, &Clock::System, progress).await?;
    for told in &told {
        let (style, what) = match told {
            TestDelivery { delivered: true, .. } => (GOOD, "delivered".to_owned()),
            TestDelivery { why, .. } => {
                (BAD, why.clone().unwrap_or_else(|| "not delivered".into()))
            }
        };
        progress.step("message", &format!("{}: {}", told.channel, paint(style, what)));
    }
    progress.clear();
    let output = |name: &str| stack.outputs.get(name);
    let mut text = String::from("\nprober watches.\n");
    if let Some(url) = output("InboxUrl") {
        text += &format!("The inbox: {url}\n");
    }
    if let Some(table) = output("Table") {
        text += &format!("To look at it from here: PROBER_TABLE={table} prober status\n");
    }
    spoken(&text)?;
    Ok(Ended::good_if(told.iter().all(|told| told.delivered)))
}

/// Says why AWS did not do it: exit code 1.
fn refused(error: &(dyn std::error::Error + 'static)) -> Ended {
    setup::complain(error);
    Ended::Bad
}

/// The same where nothing was begun: without credentials AWS was not even asked.
fn not_entered(error: Error) -> Result<Ended, Error> {
    if error.is::<Refusal>() { Ok(refused(&*error)) } else { Err(error) }
}

/// Says a result; that nobody reads it is no fault of AWS's.
fn spoken(text: &str) -> Result<Ended, DeployError> {
    say(text).map_err(|error| DeployError::Unfit(error.to_string()))
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}\n")).collect::<Vec<_>>().concat()
}

/// Asks on a terminal.
fn is_agreed() -> Result<bool, Error> {
    if !io::stdin().is_terminal() {
        return Err("nobody can be asked here: say --yes".into());
    }
    write!(io::stderr(), "Delete it? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Prints each step, and on a terminal one line of what is waited for.
struct TerminalProgress {
    is_watched: bool,
    is_waiting: bool,
}

impl TerminalProgress {
    fn new() -> Self {
        Self { is_watched: io::stderr().is_terminal(), is_waiting: false }
    }

    /// Wipes the line of what is waited for.
    fn clear(&mut self) {
        if std::mem::take(&mut self.is_waiting) {
            drop(write!(io::stderr(), "\r\x1b[2K"));
        }
    }
}

impl Progress for TerminalProgress {
    fn step(&mut self, subject: &str, what: &str) {
        self.clear();
        // Nobody may be reading; the work goes on.
        drop(say(&format!("{subject:<14} {what}\n")));
    }

    fn wait(&mut self, how_far: &str) {
        if self.is_watched {
            drop(write!(io::stderr(), "\r\x1b[2K  {how_far} "));
            self.is_waiting = true;
        }
    }
}
