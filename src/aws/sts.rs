//! Whose credentials these are:
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.

use super::query::{Form, text};
use super::{Aws, Refusal, Service};

impl Aws {
    /// The account's number.
    ///
    /// # Errors
    /// Where STS cannot be asked, or the credentials are not valid.
    pub async fn account(&self) -> Result<String, Refusal> {
        let form = Form::new(Service::Sts, "GetCallerIdentity");
        let account = self.query(Service::Sts, &form, |answer| text(answer, "Account")).await?;
        account.ok_or_else(|| Refusal::of("GetCallerIdentity", "the answer names no account"))
    }
}
