//! Deletes a table:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html>.

use serde_json::json;

use super::{Aws, MAX_BYTES, Refusal, Request, Service};

impl Aws {
    /// Deletes the table `name` with all that is in it; none is there afterwards.
    ///
    /// # Errors
    /// Where DynamoDB cannot be asked, or refuses.
    pub async fn delete_table(&self, name: &str) -> Result<(), Refusal> {
        let request = Request {
            method: "POST",
            path: "/".into(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.0"),
                ("x-amz-target", "DynamoDB_20120810.DeleteTable"),
            ],
            body: json!({ "TableName": name }).to_string().into_bytes(),
            limit: MAX_BYTES,
            patience: None,
        };
        let done = self.accepted(Service::DynamoDb, &request, "DeleteTable").await;
        match done {
            Ok(_) => Ok(()),
            Err(refusal) if refusal.is("ResourceNotFoundException") => Ok(()),
            // It is being deleted already.
            Err(refusal) if refusal.is("ResourceInUseException") => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }
}
