//! Takes an installation away: `prober destroy`. The table stays unless its owner says
//! otherwise; so do objects that heartbeats were put in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::names::LEFT_TO_DELETE;
use super::wait::{StackLog, failed, until_idle};
use super::{DeployError, Progress, StackName};
use crate::aws::{Aws, Bucket};
use crate::deploy::approach::is_at_work;

/// What there is to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remains {
    /// The stack's name.
    pub name: StackName,
    /// The bucket of the program and the configuration, if it is there.
    pub bucket: Option<Bucket>,
    /// The stack's ARN and its status, if there is a stack.
    pub stack: Option<(String, String)>,
    /// The parameters of SSM.
    pub parameters: BTreeSet<String>,
    /// What outlives the stack.
    pub data: Data,
}

/// What outlives the stack, and only the stack knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// The table's name.
    pub table: Option<String>,
    /// The name of the bucket of heartbeats.
    pub heartbeats: Option<String>,
}

impl Remains {
    /// Looks what there is.
    ///
    /// # Errors
    /// Where AWS cannot be asked, or refuses, or somebody has protected the stack.
    pub async fn find(aws: &Aws, name: &StackName, account: &str) -> Result<Self, DeployError> {
        let bucket = name.bucket(account, aws.region());
        let bucket = aws.has_bucket(&bucket).await?.then_some(bucket);
        let stack = aws.stack(name.as_str()).await?;
        if let Some(stack) = stack.as_ref().filter(|stack| stack.is_protected) {
            return Err(DeployError::Stuck {
                name: name.as_str().to_owned(),
                status: stack.status.clone(),
                advice: "somebody protected it from being deleted: take the protection away in the \
                         console of CloudFormation, if you may",
            });
        }
        let noted = match &bucket {
            Some(bucket) => noted(aws, bucket).await?,
            None => Data::default(),
        };
        let output = |name| stack.as_ref().and_then(|stack| stack.outputs.get(name)).cloned();
        let data = Data {
            table: output("Table").or(noted.table),
            heartbeats: output("HeartbeatBucket").or(noted.heartbeats),
        };
        let parameters = aws.parameter_names(&name.variables()).await?;
        let stack = stack.map(|stack| (stack.id, stack.status));
        Ok(Self { name: name.clone(), bucket, stack, parameters, data })
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.bucket.is_none() && self.stack.is_none() && self.parameters.is_empty()
    }

    /// What is deleted, and what stays, with the data if `with_data`.
    #[must_use]
    pub fn lines(&self, with_data: bool) -> Vec<String> {
        let mut lines = Vec::new();
        if self.stack.is_some() {
            let name = self.name.as_str();
            lines.push(format!("delete   the stack {name}: functions, schedule, alarms, logs"));
        }
        let keep = if with_data { "delete  " } else { "keep    " };
        if let Some(table) = &self.data.table {
            lines.push(format!("{keep} the table {table}: states, history, what was told"));
        }
        if let Some(bucket) = &self.data.heartbeats {
            lines.push(format!("{keep} the bucket {bucket}: the objects of heartbeats"));
        }
        for parameter in &self.parameters {
            lines.push(format!("delete   {parameter}"));
        }
        if let Some(bucket) = &self.bucket {
            let name = &bucket.name;
            lines.push(format!("delete   the bucket {name}: the program, the configuration"));
        }
        lines
    }

    /// Deletes it. What names the rest comes last, so that it can be run again.
    ///
    /// # Errors
    /// Where AWS refuses something.
    pub async fn delete(
        &self,
        aws: &Aws,
        with_data: bool,
        progress: &mut dyn Progress,
    ) -> Result<(), DeployError> {
        self.note_data(aws).await?;
        self.delete_stack(aws, progress).await?;
        if with_data {
            self.delete_data(aws, progress).await?;
        }
        let parameters: Vec<&str> = self.parameters.iter().map(String::as_str).collect();
        aws.delete_parameters(&parameters).await?;
        if !parameters.is_empty() {
            progress.step("secrets", &format!("{} deleted from SSM", parameters.len()));
        }
        if let Some(bucket) = &self.bucket {
            empty(aws, bucket).await?;
            progress.step("bucket", &format!("{} deleted", bucket.name));
        }
        Ok(())
    }

    /// Once the stack is gone nothing else knows what its table was called.
    async fn note_data(&self, aws: &Aws) -> Result<(), DeployError> {
        let Some(bucket) = self.bucket.as_ref().filter(|_| self.data != Data::default()) else {
            return Ok(());
        };
        let note = serde_json::to_vec(&self.data);
        let note = note.map_err(|error| DeployError::Unfit(error.to_string()))?;
        Ok(aws.put_object(bucket, LEFT_TO_DELETE, &note).await?)
    }

    async fn delete_stack(
        &self,
        aws: &Aws,
        progress: &mut dyn Progress,
    ) -> Result<(), DeployError> {
        let Some((id, status)) = &self.stack else { return Ok(()) };
        if is_at_work(status) {
            progress.step("stack", &format!("{status}: somebody is at work on it; waiting"));
            until_idle(aws, &self.name, id, &mut StackLog::default(), progress).await?;
        }
        let mut seen = StackLog::from_now(aws, id).await?;
        aws.delete_stack(id).await?;
        match until_idle(aws, &self.name, id, &mut seen, progress).await? {
            None => progress.step("stack", &format!("{} deleted", self.name.as_str())),
            Some(stack) => return Err(failed(&self.name, &stack.status, &seen)),
        }
        Ok(())
    }

    async fn delete_data(&self, aws: &Aws, progress: &mut dyn Progress) -> Result<(), DeployError> {
        if let Some(table) = &self.data.table {
            aws.delete_table(table).await?;
            progress.step("table", &format!("{table} deleted"));
        }
        if let (Some(name), Some(own)) = (&self.data.heartbeats, &self.bucket) {
            let bucket = Bucket { name: name.clone(), owner: own.owner.clone() };
            empty(aws, &bucket).await?;
            progress.step("heartbeats", &format!("{name} deleted"));
        }
        Ok(())
    }
}

async fn noted(aws: &Aws, bucket: &Bucket) -> Result<Data, DeployError> {
    let note = aws.get_object(bucket, LEFT_TO_DELETE).await?;
    // A note that is not ours is none.
    Ok(note.and_then(|note| serde_json::from_slice(&note).ok()).unwrap_or_default())
}

/// Deletes a bucket with what is in it; the note of what is left goes last.
async fn empty(aws: &Aws, bucket: &Bucket) -> Result<(), DeployError> {
    loop {
        let mut keys = aws.some_objects(bucket).await?;
        keys.sort_by_key(|key| key == LEFT_TO_DELETE);
        if keys.is_empty() {
            return Ok(aws.delete_bucket(bucket).await?);
        }
        for key in keys {
            aws.delete_object(bucket, &key).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_kept_unless_it_is_said_otherwise() {
        let remains = Remains {
            name: StackName::read("prober").unwrap(),
            bucket: None,
            stack: Some(("arn".into(), "CREATE_COMPLETE".into())),
            parameters: BTreeSet::from(["/prober/variables/KEY".to_owned()]),
            data: Data { table: Some("prober-Table-1".into()), heartbeats: None },
        };
        let said = |with_data| remains.lines(with_data).join("\n");
        assert!(said(false).contains("keep     the table prober-Table-1"));
        assert!(said(true).contains("delete   the table prober-Table-1"));
        assert!(said(true).contains("delete   /prober/variables/KEY"));
        assert!(!remains.is_nothing());
    }
}
