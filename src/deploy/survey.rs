//! What there is of an installation, and what is lacking. It only reads.

use std::collections::{BTreeMap, BTreeSet};

use super::choices::{self, Choices};
use super::names::{CONFIG, FIRST_MESSAGE};
use super::program::Bootstrap;
use super::template::{Template, Values};
use super::{DeployError, StackName};
use crate::aws::{Aws, Bucket, DENIED, Refusal, Stack};
use crate::model::secret::Secret;

/// The most parameters that template.yaml can let the functions read by name.
const MOST_PARAMETERS: usize = 8;

/// The longest value of a parameter of SSM that costs nothing, in bytes:
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>.
const LONGEST_VALUE: usize = 4096;

/// What is to be installed.
#[derive(Debug)]
pub struct Desired {
    /// The stack's name.
    pub name: StackName,
    /// The account's number.
    pub account: String,
    /// The text of the configuration.
    pub config: String,
    /// What it names as `${NAME}`.
    pub variables: BTreeMap<String, Secret>,
    /// The parameters of SSM that it names itself.
    pub parameters: BTreeSet<String>,
    /// Whether something is configured that calls the inbox by its URL.
    pub is_called: bool,
    /// What the functions run.
    pub program: Bootstrap,
    /// What the owner chose.
    pub choices: Choices,
}

impl Desired {
    /// Where the program and the configuration are.
    #[must_use]
    pub fn bucket(&self, aws: &Aws) -> Bucket {
        self.name.bucket(&self.account, aws.region())
    }

    /// The parameters that the installation sets.
    pub(super) fn needed(&self, bucket: &Bucket) -> Values {
        let names: Vec<&str> = self.parameters.iter().map(String::as_str).collect();
        let config = format!("{}/{CONFIG}", bucket.name);
        let mut needed: Values = [
            ("CodeBucket", bucket.name.clone()),
            ("CodeKey", self.program.key()),
            ("Architecture", self.program.architecture.to_string()),
            ("ConfigObject", config),
            ("ConfigParameter", String::new()),
            ("VariablesPath", self.name.variables()),
            ("SecretParameters", names.join(",")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if self.is_called {
            needed.insert("InboxUrl".into(), "true".into());
        }
        needed
    }

    /// Whether all of it can be kept where it belongs.
    ///
    /// # Errors
    /// What cannot.
    pub fn check(&self) -> Result<(), DeployError> {
        if self.parameters.len() > MOST_PARAMETERS {
            return Err(DeployError::Unfit(format!(
                "the configuration names {} parameters as ssm:/NAME, and the functions may read \
                 {MOST_PARAMETERS}: write others as ${{NAME}}, which `prober deploy` keeps itself",
                self.parameters.len()
            )));
        }
        for (name, value) in &self.variables {
            let problem = match value.expose().len() {
                0 => "it is empty, which SSM does not keep: give it a value, or take it out",
                length if length > LONGEST_VALUE => "it is longer than 4 KB, which SSM keeps",
                _ => continue,
            };
            return Err(DeployError::Unfit(format!("the variable {name}: {problem}")));
        }
        Ok(())
    }
}

/// What there is.
#[derive(Debug)]
pub struct Survey {
    /// The stack, if there is one that can be changed.
    pub stack: Option<Stack>,
    /// What it was made of.
    pub template: Option<Template>,
    /// Whether the bucket is there.
    pub has_bucket: bool,
    /// Whether the program is in it.
    pub has_program: bool,
    /// The configuration in it.
    pub config: Option<Vec<u8>>,
    /// The variables whose value is not what SSM keeps.
    pub lacking: BTreeSet<String>,
    /// The parameters of variables that are no longer named.
    pub stale: BTreeSet<String>,
    /// Whether the first message was sent.
    pub has_told: bool,
}

impl Survey {
    /// Looks what there is of `desired`. `stack` is the stack, if it is there.
    ///
    /// # Errors
    /// Where AWS cannot be asked, or refuses.
    pub async fn of(
        aws: &Aws,
        desired: &Desired,
        stack: Option<Stack>,
    ) -> Result<Self, DeployError> {
        let bucket = desired.bucket(aws);
        let has_bucket = match aws.has_bucket(&bucket).await {
            Err(refusal) if refusal.is(DENIED) => {
                return Err(DeployError::BucketTaken(bucket.name));
            }
            found => found?,
        };
        let (mut has_program, mut has_told, mut config) = (false, false, None);
        if has_bucket {
            has_program = aws.has_object(&bucket, &desired.program.key()).await?;
            has_told = aws.has_object(&bucket, FIRST_MESSAGE).await?;
            config = aws.get_object(&bucket, CONFIG).await?;
        }
        let template = match &stack {
            Some(_) => Some(Template::of_stack(aws.stack_template(desired.name.as_str()).await?)),
            None => None,
        };
        let kept = kept(aws, desired).await?;
        let is_new = |(name, value): &(&String, &Secret)| {
            kept.get(&desired.name.variable(name)).and_then(Option::as_ref) != Some(*value)
        };
        let lacking =
            desired.variables.iter().filter(is_new).map(|(name, _)| name.clone()).collect();
        let is_named = |parameter: &&String| {
            desired.variables.keys().any(|name| desired.name.variable(name) == **parameter)
        };
        let stale = kept.keys().filter(|parameter| !is_named(parameter)).cloned().collect();
        Ok(Self { stack, template, has_bucket, has_program, config, lacking, stale, has_told })
    }

    /// Whether the configuration is the one that is desired.
    #[must_use]
    pub fn has_config(&self, desired: &Desired) -> bool {
        self.config.as_deref() == Some(desired.config.as_bytes())
    }

    /// Whether the functions that there are read the configuration in the bucket.
    pub(super) fn reads_bucket(&self, bucket: &Bucket) -> bool {
        let place = format!("{}/{CONFIG}", bucket.name);
        self.had().get("ConfigObject") == Some(&place)
    }

    fn had(&self) -> Values {
        self.stack.as_ref().map(|stack| stack.parameters.clone()).unwrap_or_default()
    }

    /// The values of parameters for a change set; `None`: what the stack has.
    pub(super) fn values(
        &self,
        desired: &Desired,
        bucket: &Bucket,
    ) -> BTreeMap<String, Option<String>> {
        let had = self.had();
        choices::values(&desired.needed(bucket), &desired.choices, &had, self.template.as_ref())
    }

    /// The parameters as they are, and as they will be.
    pub(super) fn before_and_after(&self, desired: &Desired, bucket: &Bucket) -> (Values, Values) {
        let had = self.had();
        let after = choices::known(&self.values(desired, bucket), &had);
        (had, after)
    }
}

/// What SSM keeps for the stack by the names of parameters; `None` where that is not known.
async fn kept(aws: &Aws, desired: &Desired) -> Result<BTreeMap<String, Option<Secret>>, Refusal> {
    let names = aws.parameter_names(&desired.name.variables()).await?;
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    let values = aws.parameters(&asked).await.map_err(|error| Refusal {
        doing: "GetParameters".into(),
        code: None,
        problem: error.problem,
    })?;
    Ok(names.into_iter().map(|name| (name.clone(), values.get(&name).cloned())).collect())
}
