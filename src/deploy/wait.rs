//! Waits until CloudFormation is done with a stack, and brings a stack into a state in which
//! it can be changed.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::approach::{Approach, approach, is_at_work, meaning};
use super::{DeployError, Progress, StackName};
use crate::aws::{Aws, Refusal, Stack, StackEvent};
use crate::text::duration;

/// The first pause between two looks, and the longest; each is half as long again as the
/// last. A change of nothing takes a second, a new stack some minutes.
const FIRST_PAUSE: Duration = Duration::from_millis(400);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How many failures in a row are taken for a bad minute of the network.
const BAD_MINUTE: u32 = 12;

/// What is said of a failed part of which CloudFormation says only that others failed.
const CANCELLED: &str = "cancelled";

/// The most reasons that are shown: one fault has many consequences.
const MOST_REASONS: usize = 5;

/// What happened to a stack while it was waited for.
#[derive(Debug, Default)]
pub struct StackLog {
    known: BTreeSet<String>,
    /// Parts that are done.
    done: BTreeSet<String>,
    /// What was said of those that failed, the first one first.
    failed: Vec<String>,
    /// What was said of the whole, if it failed.
    whole: Option<String>,
}

impl StackLog {
    /// What happened until now is none of this.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn from_now(aws: &Aws, id: &str) -> Result<Self, Refusal> {
        let known = aws.stack_events(id).await?.into_iter().map(|event| event.id).collect();
        Ok(Self { known, ..Self::default() })
    }

    /// Takes note of the `events`, of which the newest comes first.
    fn note(&mut self, stack: &str, events: Vec<StackEvent>) {
        for event in events.into_iter().rev() {
            if !self.known.insert(event.id) {
                continue;
            }
            if event.resource == stack {
                // The first reason is the cause.
                if event.status.ends_with("_FAILED") {
                    self.whole = self.whole.take().or(event.reason);
                }
            } else if event.status.ends_with("_COMPLETE") {
                self.done.insert(event.resource);
            } else if event.status.ends_with("_FAILED") {
                let reason = event.reason.unwrap_or_default();
                if !reason.contains(CANCELLED) {
                    self.failed.push(format!("{}: {reason}", event.resource));
                }
            }
        }
    }

    /// Asks why it failed, if no part has said so: it may have been refused beforehand.
    pub(super) async fn ask_why(&mut self, aws: &Aws, id: &str) {
        if self.failed.is_empty() {
            // It is said without it, too.
            self.failed = aws.failed_validations(id, None).await.unwrap_or_default();
        }
    }

    fn reasons(&self) -> String {
        let whole = self.whole.iter().filter(|_| self.failed.is_empty());
        let shown = self.failed.iter().chain(whole).take(MOST_REASONS);
        shown.map(|reason| format!("\n  {reason}")).collect::<Vec<_>>().concat()
    }
}

/// Waits until nothing is done to the stack any more; `None` if it is gone then.
///
/// # Errors
/// Where CloudFormation cannot be asked for long, or refuses.
pub async fn until_idle(
    aws: &Aws,
    name: &StackName,
    id: &str,
    seen: &mut StackLog,
    progress: &mut dyn Progress,
) -> Result<Option<Stack>, Refusal> {
    let (began, mut pause, mut failures) = (Instant::now(), FIRST_PAUSE, 0);
    loop {
        match read_stack(aws, name, id, seen).await {
            Ok(Some(stack)) if is_at_work(&stack.status) => {
                failures = 0;
                let (status, done) = (&stack.status, seen.done.len());
                let time = duration::written(Duration::from_secs(began.elapsed().as_secs()));
                progress.wait(&format!("{status}, {done} parts done, {time}"));
            }
            Ok(settled) => return Ok(settled),
            // A refusal with a code will not become better.
            Err(refusal) if refusal.code.is_some() || failures >= BAD_MINUTE => {
                return Err(refusal);
            }
            Err(_) => failures += 1,
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 3 / 2);
    }
}

async fn read_stack(
    aws: &Aws,
    name: &StackName,
    id: &str,
    seen: &mut StackLog,
) -> Result<Option<Stack>, Refusal> {
    let stack = aws.stack(id).await?;
    // The last events come before the status that ends it.
    match aws.stack_events(id).await {
        Ok(events) => seen.note(name.as_str(), events),
        Err(_) if stack.is_none() => {}
        Err(refusal) => return Err(refusal),
    }
    Ok(stack)
}

/// Brings the stack into a state in which it can be made or changed: finishes, or takes
/// away, what an earlier deployment left behind. `None` if there is no stack yet.
///
/// # Errors
/// Where that cannot be done.
pub async fn until_changeable(
    aws: &Aws,
    name: &StackName,
    progress: &mut dyn Progress,
) -> Result<Option<Stack>, DeployError> {
    let mut last = None;
    loop {
        let stack = aws.stack(name.as_str()).await?;
        let status = stack.as_ref().map(|stack| stack.status.as_str());
        let todo = approach(status);
        let (stack, status) = match (todo, &stack) {
            (Approach::Make, _) | (_, None) => return Ok(None),
            (Approach::Change, _) => return Ok(stack),
            (Approach::Stuck(advice), Some(stack)) => {
                let (name, status) = (name.as_str().to_owned(), stack.status.clone());
                return Err(DeployError::Stuck { name, status, advice });
            }
            (_, Some(stack)) => (stack, stack.status.clone()),
        };
        // What did not help once does not help twice.
        if todo != Approach::Wait && last.replace(todo) == Some(todo) {
            let seen = StackLog::default();
            return Err(failed(name, &status, &seen));
        }
        let mut seen = StackLog::from_now(aws, &stack.id).await?;
        match todo {
            Approach::ClearAway => {
                let what = format!("{status}: what an earlier try left behind is deleted first");
                progress.step("stack", &what);
                aws.delete_stack(&stack.id).await?;
            }
            Approach::TakeBack => {
                let what = format!("{status}: the last change is taken back first");
                progress.step("stack", &what);
                aws.continue_rollback(name.as_str()).await?;
            }
            Approach::Wait | Approach::Make | Approach::Change | Approach::Stuck(_) => {
                let what = format!("{status}: somebody is at work on it; waiting");
                progress.step("stack", &what);
            }
        }
        until_idle(aws, name, &stack.id, &mut seen, progress).await?;
    }
}

/// The error for a stack that ended in `status`.
pub(super) fn failed(name: &StackName, status: &str, seen: &StackLog) -> DeployError {
    DeployError::Failed {
        name: name.as_str().to_owned(),
        status: status.to_owned(),
        meaning: meaning(status),
        reasons: seen.reasons(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, resource: &str, status: &str, reason: &str) -> StackEvent {
        let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        StackEvent { id: id.into(), resource: resource.into(), status: status.into(), reason }
    }

    #[test]
    fn the_reasons_are_those_of_this_operation_and_the_first_one_is_first() {
        let mut seen =
            StackLog { known: BTreeSet::from(["old".to_owned()]), ..StackLog::default() };
        seen.note(
            "prober",
            vec![
                event("5", "prober", "ROLLBACK_IN_PROGRESS", "The following failed: [Table]"),
                event("4", "TickRole", "CREATE_FAILED", "Resource creation cancelled"),
                event("3", "Table", "CREATE_FAILED", "no right to dynamodb:CreateTable"),
                event("2", "InboxLog", "CREATE_COMPLETE", ""),
                event("old", "Alarms", "CREATE_FAILED", "of last year"),
            ],
        );
        seen.note("prober", vec![event("3", "Table", "CREATE_FAILED", "twice")]);
        assert_eq!(seen.reasons(), "\n  Table: no right to dynamodb:CreateTable");
        assert_eq!(seen.done.len(), 1);
    }
}
