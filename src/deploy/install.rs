//! Makes an installation, or changes it to what is desired.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::names::{CONFIG, FIRST_MESSAGE, PROGRAM};
use super::survey::{Desired, Survey};
use super::wait::{StackLog, failed, until_changeable, until_idle};
use super::{DeployError, Progress};
use crate::aws::{Aws, Bucket, ChangeSet, ChangeSetKind, NewChangeSet, Stack, StackChange};
use crate::clock::Clock;
use crate::deploy::approach::is_at_work;
use crate::deploy::template::Template;
use crate::text::duration::spoken;
use crate::text::size::size;

/// The part of the stack that must not be made anew: what was told to whom is in it.
const TABLE: &str = "Table";

/// What CloudFormation says of a change set that would change nothing.
const NOTHING: [&str; 2] = ["didn't contain changes", "No updates are to be performed"];

/// An installation that is there.
#[derive(Debug)]
pub struct Installed {
    /// Its stack.
    pub stack: Stack,
    /// What became of the first message on each channel; nothing if it was sent before.
    pub told: Vec<TestDelivery>,
}

/// What became of the test message on a channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TestDelivery {
    /// The channel's name.
    pub channel: String,
    /// Whether it accepted the message.
    pub delivered: bool,
    /// Why not.
    pub why: Option<String>,
}

/// Makes what `desired` says of whatever is there.
///
/// # Errors
/// Where AWS refuses something. What was done until then stays.
pub async fn install(
    aws: &Aws,
    desired: &Desired,
    clock: &Clock,
    progress: &mut dyn Progress,
) -> Result<Installed, DeployError> {
    desired.check()?;
    let stack = until_changeable(aws, &desired.name, progress).await?;
    let survey = Survey::of(aws, desired, stack).await?;
    let work = Work { aws, desired, bucket: desired.bucket(aws) };
    work.bucket(&survey, progress).await?;
    work.program(&survey, progress).await?;
    work.variables(&survey, progress).await?;
    // The functions that there are may not understand a new configuration yet; those that
    // are to be made need it at once.
    let is_after = survey.reads_bucket(&work.bucket);
    if !is_after {
        work.config(&survey, progress).await?;
    }
    let stack = work.stack(&survey, clock, progress).await?;
    if is_after {
        work.config(&survey, progress).await?;
    }
    work.tidy(&survey).await?;
    let told = work.first_message(&survey, &stack, progress).await?;
    Ok(Installed { stack, told })
}

/// Where the work is done.
struct Work<'a> {
    aws: &'a Aws,
    desired: &'a Desired,
    bucket: Bucket,
}

impl Work<'_> {
    /// What protects the bucket is said each time: a run may have ended between.
    async fn bucket(&self, found: &Survey, progress: &mut dyn Progress) -> Result<(), DeployError> {
        if !found.has_bucket {
            self.aws.make_bucket(&self.bucket).await?;
        }
        self.aws.protect_bucket(&self.bucket).await?;
        let done = if found.has_bucket { "is there" } else { "made" };
        progress.step("bucket", &format!("{} {done}", self.bucket.name));
        Ok(())
    }

    async fn program(
        &self,
        found: &Survey,
        progress: &mut dyn Progress,
    ) -> Result<(), DeployError> {
        let key = self.desired.program.key();
        if found.has_program {
            progress.step("program", &format!("{key} is there"));
            return Ok(());
        }
        progress.wait("packing the program");
        let archive = self.desired.program.archive().map_err(DeployError::Unfit)?;
        progress.wait(&format!("uploading {}", size(archive.len())));
        self.aws.put_object(&self.bucket, &key, &archive).await?;
        progress.step("program", &format!("{key} uploaded, {}", size(archive.len())));
        Ok(())
    }

    async fn variables(
        &self,
        found: &Survey,
        progress: &mut dyn Progress,
    ) -> Result<(), DeployError> {
        for name in &found.lacking {
            let Some(value) = self.desired.variables.get(name) else { continue };
            self.aws.put_secret(&self.desired.name.variable(name), value).await?;
        }
        let place = self.desired.name.variables();
        let what = match (self.desired.variables.len(), found.lacking.len()) {
            (0, _) => "none".to_owned(),
            (all, 0) => format!("{all} are in SSM, below {place}"),
            (all, new) => format!("{new} of {all} written to SSM, encrypted, below {place}"),
        };
        progress.step("secrets", &what);
        Ok(())
    }

    async fn config(&self, found: &Survey, progress: &mut dyn Progress) -> Result<(), DeployError> {
        let place = format!("s3://{}/{CONFIG}", self.bucket.name);
        let done = if found.has_config(self.desired) {
            "is there"
        } else {
            self.aws.put_object(&self.bucket, CONFIG, self.desired.config.as_bytes()).await?;
            "uploaded"
        };
        progress.step("configuration", &format!("{place} {done}"));
        Ok(())
    }

    async fn stack(
        &self,
        found: &Survey,
        clock: &Clock,
        progress: &mut dyn Progress,
    ) -> Result<Stack, DeployError> {
        let name = self.desired.name.as_str();
        let change_set = format!("prober-{}", clock.now().timestamp_millis());
        let changes = self.change_set(found, &change_set, progress).await?;
        if let Some(changes) = changes {
            forget_nothing(&changes)?;
            progress.step("stack", &format!("{name}: {}", counted(&changes)));
            self.carry_out(&change_set, progress).await
        } else {
            progress.step("stack", &format!("{name}: nothing to change"));
            let stack = self.aws.stack(name).await?;
            stack.ok_or_else(|| failed(&self.desired.name, "DELETE_COMPLETE", &StackLog::default()))
        }
    }

    /// Makes the change set; `None` if it would change nothing.
    async fn change_set(
        &self,
        found: &Survey,
        name: &str,
        progress: &mut dyn Progress,
    ) -> Result<Option<Vec<StackChange>>, DeployError> {
        let stack = self.desired.name.as_str();
        let kind = match found.stack {
            Some(_) => ChangeSetKind::Update,
            None => ChangeSetKind::Create,
        };
        let template = Template::own().text();
        let parameters = found.values(self.desired, &self.bucket);
        let new = NewChangeSet { stack, name, kind, template: &template, parameters: &parameters };
        self.aws.create_change_set(&new).await?;
        let ChangeSet { status, reason, changes } = self.compared(name, progress).await?;
        if status == "CREATE_COMPLETE" {
            return Ok(Some(changes));
        }
        let reason = reason.unwrap_or_default();
        let is_nothing = NOTHING.iter().any(|nothing| reason.contains(nothing));
        let mut refused = format!("CloudFormation refuses the change: {reason}");
        if !is_nothing {
            let why = self.aws.failed_validations(stack, Some(name)).await.unwrap_or_default();
            refused.extend(why.iter().map(|why| format!("\n  {why}")));
        }
        self.aws.delete_change_set(stack, name).await?;
        if is_nothing { Ok(None) } else { Err(DeployError::Unfit(refused)) }
    }

    /// The change set, once CloudFormation has compared it with what is there.
    async fn compared(
        &self,
        name: &str,
        progress: &mut dyn Progress,
    ) -> Result<ChangeSet, DeployError> {
        let stack = self.desired.name.as_str();
        let ends = Instant::now() + COMPARED_WITHIN;
        loop {
            let found = self.aws.change_set(stack, name).await?;
            if !["CREATE_PENDING", "CREATE_IN_PROGRESS"].contains(&&*found.status) {
                return Ok(found);
            }
            if Instant::now() > ends {
                let said = spoken(COMPARED_WITHIN);
                return Err(DeployError::Unfit(format!(
                    "CloudFormation has not compared the change with the stack within {said}: run \
                     this again"
                )));
            }
            progress.wait("CloudFormation compares");
            tokio::time::sleep(COMPARE_PAUSE).await;
        }
    }

    async fn carry_out(
        &self,
        change_set: &str,
        progress: &mut dyn Progress,
    ) -> Result<Stack, DeployError> {
        let name = &self.desired.name;
        let stack = self.aws.stack(name.as_str()).await?;
        let id = stack.map_or_else(|| name.as_str().to_owned(), |stack| stack.id);
        let mut seen = StackLog::from_now(self.aws, &id).await?;
        let begun = self.aws.execute_change_set(name.as_str(), change_set, change_set).await;
        if let Err(refusal) = begun {
            // An answer may have been lost, and the change has begun.
            let stack = self.aws.stack(&id).await?;
            if !stack.as_ref().is_some_and(|stack| is_at_work(&stack.status)) {
                return Err(refusal.into());
            }
        }
        let stack = until_idle(self.aws, name, &id, &mut seen, progress).await?;
        match stack {
            Some(stack) if ["CREATE_COMPLETE", "UPDATE_COMPLETE"].contains(&&*stack.status) => {
                progress.step("stack", &format!("{}: {}", name.as_str(), stack.status));
                Ok(stack)
            }
            Some(stack) => {
                seen.ask_why(self.aws, &id).await;
                Err(failed(name, &stack.status, &seen))
            }
            None => Err(failed(name, "DELETE_COMPLETE", &seen)),
        }
    }

    /// Takes away what nothing needs any more: programs of before, and variables that are
    /// no longer named.
    async fn tidy(&self, found: &Survey) -> Result<(), DeployError> {
        let current = self.desired.program.key();
        for key in self.aws.some_objects(&self.bucket).await? {
            if key.ends_with(PROGRAM) && key != current {
                self.aws.delete_object(&self.bucket, &key).await?;
            }
        }
        let stale: Vec<&str> = found.stale.iter().map(String::as_str).collect();
        Ok(self.aws.delete_parameters(&stale).await?)
    }

    /// Has the functions send a test message, unless they did. That every channel has it is
    /// noted in the bucket.
    async fn first_message(
        &self,
        found: &Survey,
        stack: &Stack,
        progress: &mut dyn Progress,
    ) -> Result<Vec<TestDelivery>, DeployError> {
        if found.has_told {
            return Ok(Vec::new());
        }
        let function = stack.outputs.get("TickFunction").map_or("", String::as_str);
        progress.wait("the functions send a first message");
        let answer = self.aws.invoke(function, &json!({ "notify_test": true })).await?;
        let told = Vec::<TestDelivery>::deserialize(&answer["channels"]);
        let told = told.map_err(|error| DeployError::Unfit(format!("{function}: {error}")))?;
        if told.iter().all(|told| told.delivered) {
            self.aws.put_object(&self.bucket, FIRST_MESSAGE, b"").await?;
        }
        Ok(told)
    }
}

/// The pause between two looks at a change set.
/// The longest that a comparison is waited for: it takes some seconds.
const COMPARED_WITHIN: Duration = Duration::from_mins(5);

const COMPARE_PAUSE: Duration = Duration::from_millis(500);

/// Refuses changes that would begin with an empty table.
fn forget_nothing(changes: &[StackChange]) -> Result<(), DeployError> {
    let is_replaced = |change: &StackChange| {
        change.resource == TABLE
            && (change.action == "Remove" || change.replacement.as_deref() == Some("True"))
    };
    if changes.iter().any(is_replaced) {
        return Err(DeployError::Unfit(
            "this would replace the table, and prober would forget everything: nothing was \
             changed. The stack is not one of prober's, or was made by a newer version"
                .into(),
        ));
    }
    Ok(())
}

/// How many parts are made, changed and deleted.
fn counted(changes: &[StackChange]) -> String {
    let count = |action: &str| changes.iter().filter(|change| change.action == action).count();
    let counts = [("make", count("Add")), ("change", count("Modify")), ("delete", count("Remove"))];
    let said = counts.iter().filter(|(_, count)| *count > 0);
    let said: Vec<String> = said.map(|(what, count)| format!("{count} to {what}")).collect();
    if said.is_empty() { "only its outputs change".into() } else { said.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(resource: &str, action: &str, replacement: Option<&str>) -> StackChange {
        let replacement = replacement.map(str::to_owned);
        StackChange { resource: resource.into(), action: action.into(), replacement }
    }

    #[test]
    fn a_change_that_would_forget_everything_is_refused() {
        for lost in [change(TABLE, "Remove", None), change(TABLE, "Modify", Some("True"))] {
            assert!(forget_nothing(&[change("Alarms", "Add", None), lost]).is_err());
        }
        let kept =
            [change(TABLE, "Modify", Some("False")), change("TickLog", "Modify", Some("True"))];
        assert!(forget_nothing(&kept).is_ok());
    }

    #[test]
    fn changes_are_counted_by_what_is_done() {
        let changes = [
            change("A", "Add", None),
            change("B", "Add", None),
            change("C", "Modify", None),
            change("D", "Remove", None),
        ];
        assert_eq!(counted(&changes), "2 to make, 1 to change, 1 to delete");
        assert_eq!(counted(&[]), "only its outputs change");
    }
}
