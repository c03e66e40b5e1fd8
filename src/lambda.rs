//! The front door on AWS Lambda: an event becomes a tick, an answer of the inbox, or
//! events for the engine. [`crate::signal::envelope`] decides by the event's shape.
//!
//! What all invocations share is made before the first one, because INIT has the whole
//! processor. An environment is frozen between invocations, so nothing here keeps an
//! `Instant` or a connection from one to the next.

mod function;
mod http;
mod log;
mod object;
mod own_alarm;
mod records;
mod test_message;

use std::process::ExitCode;
use std::rc::Rc;

use futures_util::TryFutureExt as _;
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde_json::Value;
use tokio::sync::Mutex;
use tracing::Instrument as _;

use crate::clock::Clock;
use crate::environment;
use crate::text::error_chain::chain;

use self::function::Function;

/// Whether this process was started by Lambda, or by something that does as
/// it does: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>.
#[must_use]
pub fn is_here() -> bool {
    environment::set("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// Serves invocations until Lambda stops the process.
pub async fn run() -> ExitCode {
    log::start();
    let function = match Function::new(Clock::System).await {
        Ok(function) => Rc::new(Mutex::new(function)),
        Err(error) => {
            tracing::error!(error = chain(&*error), "failed to start");
            return ExitCode::FAILURE;
        }
    };
    let served = serve(move |event: LambdaEvent<Value>| {
        let function = Rc::clone(&function);
        async move { Box::pin(function.lock().await.invoke(event)).await }
    });
    match Box::pin(served).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(&*error), "the runtime API went away");
            ExitCode::FAILURE
        }
    }
}

/// Takes events from the runtime API, one at a time, and answers each with
/// what `handle` makes of it. A panic of `handle` is an error answer, and the
/// next event is handled as if nothing had been.
///
/// # Errors
/// Where the runtime API cannot be spoken to.
pub async fn serve<H, F>(handle: H) -> Result<(), lambda_runtime::Error>
where
    H: Fn(LambdaEvent<Value>) -> F,
    F: Future<Output = Result<Value, Diagnostic>>,
{
    let traced = service_fn(|event: LambdaEvent<Value>| {
        let span = tracing::info_span!("invocation", requestId = %event.context.request_id);
        handle(event).inspect_err(log::failed).instrument(span)
    });
    Runtime::new(traced).run().await
}
