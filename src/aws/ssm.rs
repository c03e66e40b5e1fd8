//! Parameters of SSM, decrypted, and those that `prober deploy` keeps there:
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Aws, AwsError, MAX_BYTES, Refusal, Request, Service};
use crate::model::secret::Secret;

/// How many names one request may hold.
const MOST_NAMES: usize = 10;

/// The values of parameters by name; those that do not exist are missing.
pub type Parameters = BTreeMap<String, Secret>;

/// What there is of several parameters.
#[derive(Debug, Default)]
pub struct Readable {
    /// The values of those that exist and may be read.
    pub values: Parameters,
    /// The names of those that may not be read.
    pub denied: BTreeSet<String>,
}

/// Why parameters were not read.
enum Failed {
    /// One of them, at least, may not be read.
    Denied(AwsError),
    /// Nobody knows whether they may be.
    Otherwise(AwsError),
}

impl From<Failed> for AwsError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Denied(error) | Failed::Otherwise(error) => error,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Found {
    parameters: Vec<Parameter>,
}

/// The same, where there may be more.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    parameters: Vec<Parameter>,
    next_token: Option<String>,
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

    /// The same, where one that may not be read takes none of the others along: SSM
    /// refuses all that a request asks for if it refuses any of it.
    ///
    /// # Errors
    ///
    /// Where SSM cannot be asked.
    pub async fn readable_parameters(&self, names: &[&str]) -> Result<Readable, AwsError> {
        let mut readable = Readable::default();
        for names in names.chunks(MOST_NAMES) {
            match self.some_parameters(names).await {
                Ok(found) => readable.values.extend(found),
                Err(Failed::Denied(_)) => self.each_by_itself(names, &mut readable).await?,
                Err(Failed::Otherwise(error)) => return Err(error),
            }
        }
        Ok(readable)
    }

    async fn each_by_itself(
        &self,
        names: &[&str],
        readable: &mut Readable,
    ) -> Result<(), AwsError> {
        let ask = |name| async move { (name, self.some_parameters(&[name]).await) };
        for (name, answer) in join_all(names.iter().copied().map(ask)).await {
            match answer {
                Ok(found) => readable.values.extend(found),
                Err(Failed::Denied(error)) => {
                    tracing::warn!(%error, "let the function read it: SecretParameters");
                    readable.denied.insert(name.to_owned());
                }
                Err(Failed::Otherwise(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Keeps `value` under `name`, encrypted with the account's own key `aws/ssm`.
    ///
    /// # Errors
    /// Where SSM cannot be asked, or refuses.
    pub async fn put_secret(&self, name: &str, value: &Secret) -> Result<(), Refusal> {
        let body = json!({
            "Name": name, "Value": value.expose(), "Type": "SecureString", "Overwrite": true,
        });
        self.parameter_store("PutParameter", &body).await.map(drop)
    }

    /// Deletes the parameters `names`; none of them is there afterwards.
    ///
    /// # Errors
    /// Where SSM cannot be asked, or refuses.
    pub async fn delete_parameters(&self, names: &[&str]) -> Result<(), Refusal> {
        for names in names.chunks(MOST_NAMES) {
            self.parameter_store("DeleteParameters", &json!({ "Names": names })).await?;
        }
        Ok(())
    }

    /// The names of all parameters below `path`.
    ///
    /// # Errors
    /// Where SSM cannot be asked, or refuses.
    pub async fn parameter_names(&self, path: &str) -> Result<BTreeSet<String>, Refusal> {
        let (mut names, mut token) = (BTreeSet::new(), None::<String>);
        loop {
            let body = json!({ "Path": path, "WithDecryption": false, "NextToken": token });
            let body = without_null(body);
            let answer = self.parameter_store("GetParametersByPath", &body).await?;
            let found: Page = serde_json::from_slice(&answer.body).map_err(|_| {
                Refusal::of("GetParametersByPath", "the answer is not of the expected form")
            })?;
            names.extend(found.parameters.into_iter().map(|parameter| parameter.name));
            token = found.next_token;
            if token.is_none() {
                return Ok(names);
            }
        }
    }

    async fn parameter_store(&self, action: &str, body: &Value) -> Result<Answer, Refusal> {
        let target = format!("AmazonSSM.{action}");
        self.accepted(Service::Ssm, &request(&target, body), action).await
    }

    async fn some_parameters(
        &self,
        names: &[&str],
    ) -> Result<impl Iterator<Item = (String, Secret)> + use<>, Failed> {
        let what = || format!("the SSM parameters {}", names.join(", "));
        let error = |problem| AwsError { what: what(), problem };
        let failed = |problem| Failed::Otherwise(error(problem));
        let body = json!({ "Names": names, "WithDecryption": true });
        let request = request("AmazonSSM.GetParameters", &body);
        let answer = self.ask(Service::Ssm, &request).await.map_err(failed)?;
        if answer.is_denied() {
            return Err(Failed::Denied(error(answer.problem())));
        }
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

/// `body` without the keys that have no value.
fn without_null(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    body
}

/// A request to the action `target` of the parameter store, in its own JSON.
fn request<'a>(target: &'a str, body: &Value) -> Request<'a> {
    Request {
        method: "POST",
        path: "/".into(),
        headers: vec![("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)],
        body: body.to_string().into_bytes(),
        limit: MAX_BYTES,
        patience: None,
    }
}
