//! Logs as Lambda wants them: JSON lines unless text is asked for.

use std::{io, panic};

use lambda_runtime::Diagnostic;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::app;
use crate::environment::set;

/// What is logged where nobody says: this program's events, and what fails
/// elsewhere.
const LEVEL: &str = "info";

/// Where the runtime logs what fails once more, without the request's id.
const REPEATED: &str = "lambda_runtime::layers::panic=off";

/// Starts logging, in the format and from the level that the function is
/// configured with:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>.
pub(super) fn start() {
    let level = set("AWS_LAMBDA_LOG_LEVEL").map(|level| level.to_lowercase());
    let level =
        level.as_deref().map_or(LEVEL, |level| if level == "fatal" { "error" } else { level });
    let filter = set("RUST_LOG").unwrap_or_else(|| format!("warn,{REPEATED},prober={level}"));
    let filter = EnvFilter::builder().parse_lossy(filter);
    let all = tracing_subscriber::registry().with(filter).with(filter_fn(app::holds_no_secret));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stdout)
        .with_ansi(false)
        // A line that cannot be written is lost. Said on standard error, that would be a line
        // without a request's id; and where that fails too, it would end the invocation.
        .log_internal_errors(false);
    let is_text = set("AWS_LAMBDA_LOG_FORMAT").is_some_and(|format| format == "Text");
    if is_text {
        all.with(lines.with_target(false)).init();
    } else {
        all.with(lines.json().flatten_event(true).with_span_list(false)).init();
    }
    panic::set_hook(Box::new(|panic| tracing::error!(%panic, "panicked")));
}

/// Logs what an invocation answers where it fails.
pub(super) fn failed(Diagnostic { error_type, error_message }: &Diagnostic) {
    tracing::error!(error_type, error_message, "failed");
}
