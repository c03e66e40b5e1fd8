//! What can go wrong with the table, in words that say what to do.
//!
//! Errors repeat nothing of a request except the table's name: requests carry
//! credentials, and errors end up in logs.

use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use crate::aws::SETTINGS;
use crate::model::detail::{Detail, StoreDetail};
use crate::store::StoreError;
use crate::text::error_chain::chain;

/// What went wrong, before it is known to whom and in which table.
#[derive(Debug)]
pub(super) struct Fault(StoreDetail);

impl Fault {
    /// The item of `name` is there, and cannot be read.
    pub(super) fn unreadable(name: &str, why: &dyn Display) -> Self {
        Self(StoreDetail::Item { name: name.to_owned(), said: why.to_string() })
    }

    /// What went wrong, where the store as a whole goes on.
    pub(super) fn detail(self) -> Detail {
        self.0.into()
    }

    /// A fault with this text.
    fn told(problem: String) -> Self {
        Self(StoreDetail::Other { said: problem })
    }

    pub(super) fn not_json(error: &serde_json::Error) -> Self {
        Self::told(format!("a record cannot be written as JSON ({error})"))
    }

    /// The time for the call ran out while requests were still answered.
    pub(super) fn too_slow(limit: Duration) -> Self {
        Self(StoreDetail::TooSlow { seconds: limit.as_secs() })
    }

    /// A write's answer was lost, and so is the trace of whether it was done.
    pub(super) fn overtaken(name: &str) -> Self {
        Self::told(format!(
            "other processes changed the record of {name:?} while an answer was lost, so whether it \
             was written is not known: the next tick reads it again"
        ))
    }

    /// Other processes kept changing the record of `name`.
    pub(super) fn contended(name: &str) -> Self {
        Self::told(format!("other processes kept changing the record of {name:?}: {TRY_LATER}"))
    }

    /// The error that callers see.
    pub(super) fn at(self, action: &'static str, table: &str) -> StoreError {
        StoreError {
            action,
            place: format!("DynamoDB table {table:?}"),
            problem: Box::new(self.detail()),
        }
    }
}

const TRY_LATER: &str = "the next tick tries again";

impl<E> From<SdkError<E>> for Fault
where
    E: ProvideErrorMetadata + Error + 'static,
{
    #[expect(clippy::wildcard_enum_match_arm, reason = "the errors are the SDK's, which adds some")]
    fn from(error: SdkError<E>) -> Self {
        match &error {
            SdkError::ServiceError(refused) => Self(refusal(refused.err())),
            SdkError::TimeoutError(_) => Self(StoreDetail::NoAnswer {}),
            SdkError::DispatchFailure(failure) => failure
                .as_connector_error()
                .map_or_else(|| Self::told(error.to_string()), unreached),
            SdkError::ResponseError(_) => Self(StoreDetail::BrokeOff {}),
            // A request that was never made: no region, most likely.
            _ => Self::told(format!("no request could be made ({}): {SETTINGS}", chain(&error))),
        }
    }
}

/// The connection failed, or credentials did, which the SDK looks for on the way.
fn unreached(error: &ConnectorError) -> Fault {
    let said = error.source().map_or_else(|| error.to_string(), chain);
    if error.is_timeout() || error.is_io() {
        Fault(StoreDetail::Unreached { said })
    } else {
        Fault::told(format!("no request could be made ({said}): {SETTINGS}"))
    }
}

/// The codes are DynamoDB's:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>.
fn refusal(error: &impl ProvideErrorMetadata) -> StoreDetail {
    let code = error.code().unwrap_or("no code");
    let said = error.message().unwrap_or("no reason given").to_owned();
    match code {
        "ResourceNotFoundException" => StoreDetail::NoTable {},
        "AccessDeniedException" => StoreDetail::Denied { said },
        "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "ExpiredTokenException"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException" => StoreDetail::Credentials { said: code.to_owned() },
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "RequestLimitExceeded" => StoreDetail::Throttled { said: code.to_owned() },
        "ValidationException" => StoreDetail::OtherKeys { said },
        "InternalServerError" | "ServiceUnavailable" => {
            StoreDetail::ServiceFailed { said: code.to_owned() }
        }
        // All other codes, also future ones, explain themselves.
        _ => StoreDetail::Other { said: format!("{code}: {said}") },
    }
}
