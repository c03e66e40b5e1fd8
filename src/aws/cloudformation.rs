//! Stacks and their change sets:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html>.

use std::collections::BTreeMap;

use roxmltree::Node;
use serde_json::Value;

use super::query::{Form, members, pairs, text};
use super::{Aws, Refusal, Service};

/// A stack as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stack {
    /// Its ARN, which no later stack of the same name has.
    pub id: String,
    /// What it is doing, or has done: `CREATE_COMPLETE`.
    pub status: String,
    /// Its parameters; one that is secret has stars for a value.
    pub parameters: BTreeMap<String, String>,
    /// What it hands out.
    pub outputs: BTreeMap<String, String>,
    /// Whether somebody has forbidden to delete it.
    pub is_protected: bool,
}

/// Something that happened to a part of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackEvent {
    /// Its own identifier.
    pub id: String,
    /// The part's name in the template; the stack's own name for the whole.
    pub resource: String,
    /// What the part is doing, or has done.
    pub status: String,
    /// Why, if there is something to say.
    pub reason: Option<String>,
}

/// What a change set would do to one part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StackChange {
    /// The part's name in the template.
    pub resource: String,
    /// `Add`, `Modify`, `Remove`, …
    pub action: String,
    /// Whether the part is made anew, and the old one is lost: `True`, `False`, `Conditional`.
    pub replacement: Option<String>,
}

/// A change set as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, …
    pub status: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// What it would do.
    pub changes: Vec<StackChange>,
}

/// Whether a change set makes a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSetKind {
    /// There is none.
    Create,
    /// There is one.
    Update,
}

/// A change set that is to be made.
#[derive(Debug)]
pub struct NewChangeSet<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The change set's own name.
    pub name: &'a str,
    /// Whether it makes the stack.
    pub kind: ChangeSetKind,
    /// The template, as JSON.
    pub template: &'a str,
    /// The values of parameters; `None`: what the stack has.
    pub parameters: &'a BTreeMap<String, Option<String>>,
}

/// The code of requests that do not fit what there is, among others of a stack that is not.
const VALIDATION: &str = "ValidationError";

impl Aws {
    /// The stack `name`, if there is one.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn stack(&self, name: &str) -> Result<Option<Stack>, Refusal> {
        let form = form("DescribeStacks").with("StackName", name);
        match self.query(Service::CloudFormation, &form, stack).await {
            Err(refusal) if is_missing(&refusal) => Ok(None),
            Ok(stack) if stack.status == "DELETE_COMPLETE" => Ok(None),
            found => found.map(Some),
        }
    }

    /// The template that the stack was made of, translated by whatever it asked for.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn stack_template(&self, name: &str) -> Result<Value, Refusal> {
        let form = form("GetTemplate").with("StackName", name).with("TemplateStage", "Processed");
        let body = self.query(Service::CloudFormation, &form, |node| text(node, "TemplateBody"));
        let body = body.await?.unwrap_or_default();
        serde_json::from_str(&body)
            .map_err(|_| Refusal::of("GetTemplate", "the template is not in JSON"))
    }

    /// What happened to the stack last, the newest first: a hundred events at most.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn stack_events(&self, id: &str) -> Result<Vec<StackEvent>, Refusal> {
        let form = form("DescribeStackEvents").with("StackName", id);
        let read = |node: Node<'_, '_>| members(node, "StackEvents").filter_map(event).collect();
        self.query(Service::CloudFormation, &form, read).await
    }

    /// What the last operation on the stack did not pass before anything was done, each with
    /// its part; of the change set `change_set`, if one is given.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn failed_validations(
        &self,
        stack: &str,
        change_set: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        let mut form =
            form("DescribeEvents").with("StackName", stack).with("Filters.FailedEvents", "true");
        if let Some(change_set) = change_set {
            form = form.with("ChangeSetName", change_set);
        }
        self.query(Service::CloudFormation, &form, |node| {
            let operation = |member| text(member, "OperationId");
            let last = members(node, "OperationEvents").next().and_then(operation);
            let of_last = members(node, "OperationEvents").filter(|each| operation(*each) == last);
            of_last.filter_map(validation).collect()
        })
        .await
    }

    /// Begins to make a change set. One of the same name that is there already is taken for
    /// this one: an answer may have been lost.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn create_change_set(&self, new: &NewChangeSet<'_>) -> Result<(), Refusal> {
        let kind = match new.kind {
            ChangeSetKind::Create => "CREATE",
            ChangeSetKind::Update => "UPDATE",
        };
        let mut form = form("CreateChangeSet")
            .with("StackName", new.stack)
            .with("ChangeSetName", new.name)
            .with("ChangeSetType", kind)
            .with("Capabilities.member.1", "CAPABILITY_IAM")
            .with("TemplateBody", new.template);
        for (index, (name, value)) in new.parameters.iter().enumerate() {
            let member = format!("Parameters.member.{}", index + 1);
            form = form.with(format!("{member}.ParameterKey"), name);
            form = match value {
                Some(value) => form.with(format!("{member}.ParameterValue"), value),
                None => form.with(format!("{member}.UsePreviousValue"), "true"),
            };
        }
        match self.query(Service::CloudFormation, &form, |_| ()).await {
            Err(refusal) if refusal.is("AlreadyExistsException") => Ok(()),
            done => done,
        }
    }

    /// The change set `name` of `stack`.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn change_set(&self, stack: &str, name: &str) -> Result<ChangeSet, Refusal> {
        let form = form("DescribeChangeSet").with("StackName", stack).with("ChangeSetName", name);
        self.query(Service::CloudFormation, &form, |node| ChangeSet {
            status: child(node, "Status").unwrap_or_default(),
            reason: child(node, "StatusReason").filter(|reason| !reason.is_empty()),
            changes: members(node, "Changes").filter_map(change).collect(),
        })
        .await
    }

    /// Begins to do what the change set `name` says. `token` tells this try from others.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn execute_change_set(
        &self,
        stack: &str,
        name: &str,
        token: &str,
    ) -> Result<(), Refusal> {
        let form = form("ExecuteChangeSet")
            .with("StackName", stack)
            .with("ChangeSetName", name)
            .with("ClientRequestToken", token);
        self.query(Service::CloudFormation, &form, |_| ()).await
    }

    /// Deletes the change set `name`; it is not there afterwards.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn delete_change_set(&self, stack: &str, name: &str) -> Result<(), Refusal> {
        let form = form("DeleteChangeSet").with("StackName", stack).with("ChangeSetName", name);
        self.query(Service::CloudFormation, &form, |_| ()).await
    }

    /// Begins to take a failed update back, once more.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn continue_rollback(&self, stack: &str) -> Result<(), Refusal> {
        let form = form("ContinueUpdateRollback").with("StackName", stack);
        self.query(Service::CloudFormation, &form, |_| ()).await
    }

    /// Begins to delete the stack; one that is not there is no error.
    ///
    /// # Errors
    /// Where CloudFormation cannot be asked, or refuses.
    pub async fn delete_stack(&self, id: &str) -> Result<(), Refusal> {
        let form = form("DeleteStack").with("StackName", id);
        self.query(Service::CloudFormation, &form, |_| ()).await
    }
}

fn form(action: &str) -> Form {
    Form::new(Service::CloudFormation, action)
}

fn is_missing(refusal: &Refusal) -> bool {
    refusal.is(VALIDATION) && refusal.problem.contains("does not exist")
}

fn stack(node: Node<'_, '_>) -> Stack {
    let Some(stack) = members(node, "Stacks").next() else { return Stack::default() };
    Stack {
        id: text(stack, "StackId").unwrap_or_default(),
        status: text(stack, "StackStatus").unwrap_or_default(),
        parameters: pairs(stack, "Parameters", "ParameterKey", "ParameterValue"),
        outputs: pairs(stack, "Outputs", "OutputKey", "OutputValue"),
        is_protected: text(stack, "EnableTerminationProtection").is_some_and(|is| is == "true"),
    }
}

fn event(member: Node<'_, '_>) -> Option<StackEvent> {
    Some(StackEvent {
        id: text(member, "EventId")?,
        resource: text(member, "LogicalResourceId")?,
        status: text(member, "ResourceStatus")?,
        reason: text(member, "ResourceStatusReason").filter(|reason| !reason.is_empty()),
    })
}

fn validation(member: Node<'_, '_>) -> Option<String> {
    let reason = text(member, "ValidationStatusReason")?;
    Some(format!("{}: {reason}", text(member, "LogicalResourceId")?))
}

fn change(member: Node<'_, '_>) -> Option<StackChange> {
    Some(StackChange {
        resource: text(member, "LogicalResourceId")?,
        action: text(member, "Action")?,
        replacement: text(member, "Replacement"),
    })
}

/// The text of the element called `name` in the answer's result: the changes have such too.
fn child(node: Node<'_, '_>, name: &str) -> Option<String> {
    let result = node.children().find(Node::is_element)?;
    let found = result.children().find(|each| each.tag_name().name() == name)?;
    Some(found.text().unwrap_or_default().trim().to_owned())
}
