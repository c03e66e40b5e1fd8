//! What things of an installation are called. Whoever runs `prober deploy` again must find
//! them, so all of it follows from the stack's name, the account and the region.

use crate::aws::Bucket;

/// The longest name of a stack: a bucket's name has 63 characters, of which the account and
/// the longest region take 28.
const LONGEST_STACK: usize = 32;

/// The key of the configuration in the bucket.
pub const CONFIG: &str = "probes.toml";

/// The key of what is there once the first message was sent.
pub const FIRST_MESSAGE: &str = "first-message";

/// The key of what `destroy` has still to delete after the stack, which knows the names, is gone.
pub const LEFT_TO_DELETE: &str = "left-to-delete.json";

/// What the keys of programs end with.
pub const PROGRAM: &str = ".zip";

/// The name of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackName(String);

impl StackName {
    /// Reads it from the command line.
    ///
    /// # Errors
    /// Where it does not fit into the name of a bucket.
    ///
    /// ```
    /// # use prober::deploy::StackName;
    /// assert!(StackName::read("prober-2").is_ok());
    /// assert!(StackName::read("Prober").is_err() && StackName::read("2-prober").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = text.starts_with(|c: char| c.is_ascii_lowercase());
        if begins && text.len() <= LONGEST_STACK && text.chars().all(fits) && !text.ends_with('-') {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "a name of small letters, digits and hyphens, {LONGEST_STACK} at most, that begins \
             with a letter"
        ))
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bucket that belongs to the stack.
    #[must_use]
    pub fn bucket(&self, account: &str, region: &str) -> Bucket {
        Bucket { name: format!("{}-{account}-{region}", self.0), owner: account.to_owned() }
    }

    /// Where SSM keeps the variables of the configuration.
    #[must_use]
    pub fn variables(&self) -> String {
        format!("/{}/variables", self.0)
    }

    /// The parameter of SSM that holds the variable `name`.
    #[must_use]
    pub fn variable(&self, name: &str) -> String {
        format!("{}/{name}", self.variables())
    }
}
