//! Parameters of SSM, decrypted:
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::{Aws, AwsError, MAX_BYTES, Request, Service};
use crate::model::secret::Secret;

/// How many names one request may hold.
const MOST_NAMES: usize = 10;

/// The values of parameters by name; those that do not exist are missing.
pub type Parameters = BTreeMap<String, Secret>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    name: String,
    value: String,
}

impl Aws {
    /// The values of those of the parameters `names` that exist.
    ///
    /// # Errors
    ///
    /// SSM cannot be asked, or refuses.
    pub async fn parameters(&self, names: &[&str]) -> Result<Parameters, AwsError> {
        let mut values = Parameters::new();
        for names in names.chunks(MOST_NAMES) {
            values.extend(self.some_parameters(names).await?);
        }
        Ok(values)
    }

    async fn some_parameters(
        &self,
        names: &[&str],
    ) -> Result<impl Iterator<Item = (String, Secret)> + use<>, AwsError> {
        let what = || format!("the SSM parameters {}", names.join(", "));
        let failed = |problem| AwsError { what: what(), problem };
        let body = json!({ "Names": names, "WithDecryption": true }).to_string().into_bytes();
        let headers = vec![
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", "AmazonSSM.GetParameters"),
        ];
        let request = Request { method: "POST", path: "/".into(), headers, body, limit: MAX_BYTES };
        let answer = self.ask(Service::Ssm, &request).await.map_err(failed)?;
        if !answer.status.is_success() {
            return Err(failed(answer.problem()));
        }
        // An answer that does not parse may hold secrets: the error must not quote it.
        let found: Found = serde_json::from_slice(&answer.body)
            .map_err(|_| failed("the answer is not of the expected form".into()))?;
        let pair = |found: Parameter| (found.name, Secret::new(found.value));
        Ok(found.parameters.into_iter().map(pair))
    }
}
