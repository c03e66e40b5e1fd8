//! What can go wrong with the table, in words that say what to do.
//!
//! Errors repeat nothing of a request except the table's name: requests carry
//! credentials, and errors end up in logs.

use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use crate::aws::SETTINGS;
use crate::store::StoreError;
use crate::text::error_chain::chain;

/// What went wrong, before it is known to whom and in which table.
#[derive(Debug)]
pub(super) struct Fault(String);

impl Fault {
    /// The item of `name` is there, and cannot be read.
    pub(super) fn unreadable(name: &str, why: &dyn Display) -> Self {
        Self(format!(
            "the record of {name:?} cannot be read ({why}): put a copy of the item back, or delete \
             it to start afresh"
        ))
    }

    /// What went wrong, where the store as a whole goes on.
    pub(super) fn words(self) -> String {
        self.0
    }

    pub(super) fn not_json(error: &serde_json::Error) -> Self {
        Self(format!("a record cannot be written as JSON ({error})"))
    }

    /// The time for the call ran out while requests were still answered.
    pub(super) fn too_slow(limit: Duration) -> Self {
        Self(format!("it took longer than {} s: {TRY_LATER}", limit.as_secs()))
    }

    /// A write's answer was lost, and so is the trace of whether it was done.
    pub(super) fn overtaken(name: &str) -> Self {
        Self(format!(
            "other processes changed the record of {name:?} while an answer was lost, so whether it \
             was written is not known: the next tick reads it again"
        ))
    }

    /// Other processes kept changing the record of `name`.
    pub(super) fn contended(name: &str) -> Self {
        Self(format!("other processes kept changing the record of {name:?}: {TRY_LATER}"))
    }

    /// The error that callers see.
    pub(super) fn at(self, action: &'static str, table: &str) -> StoreError {
        StoreError { action, place: format!("the DynamoDB table {table:?}"), problem: self.0 }
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
            SdkError::TimeoutError(_) => Self(format!("it did not answer in time: {TRY_LATER}")),
            SdkError::DispatchFailure(failure) => {
                Self(failure.as_connector_error().map_or_else(|| error.to_string(), unreached))
            }
            SdkError::ResponseError(_) => Self(format!("its answer broke off: {TRY_LATER}")),
            // A request that was never made: no region, most likely.
            _ => Self(format!("no request could be made ({}): {SETTINGS}", chain(&error))),
        }
    }
}

/// The connection failed, or credentials did, which the SDK looks for on the way.
fn unreached(error: &ConnectorError) -> String {
    let why = error.source().map_or_else(|| error.to_string(), chain);
    if error.is_timeout() || error.is_io() {
        format!("it cannot be reached ({why}): {TRY_LATER}")
    } else {
        format!("no request could be made ({why}): {SETTINGS}")
    }
}

/// The codes are DynamoDB's:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>.
fn refusal(error: &impl ProvideErrorMetadata) -> String {
    let code = error.code().unwrap_or("no code");
    let said = error.message().unwrap_or("no reason given");
    match code {
        "ResourceNotFoundException" => "there is no such table in this region and account: make \
             it, or name another one in PROBER_TABLE"
            .into(),
        "AccessDeniedException" => {
            format!(
                "access denied ({said}): allow dynamodb:Query, GetItem, PutItem, UpdateItem and \
                 DeleteItem on it"
            )
        }
        "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "ExpiredTokenException"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException" => {
            format!("the credentials are not accepted ({code}): renew them, and check the clock")
        }
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "RequestLimitExceeded" => {
            format!("it is throttled ({code}): raise its capacity, or tick less often")
        }
        "ValidationException" => {
            format!(
                "the request does not fit it ({said}): its keys must be \"kind\" and \"name\", both \
                 strings"
            )
        }
        "InternalServerError" | "ServiceUnavailable" => {
            format!("DynamoDB failed ({code}): {TRY_LATER}")
        }
        // All other codes, also future ones, explain themselves.
        _ => format!("{code}: {said}"),
    }
}
