//! Which front door: the command line, or Lambda where its runtime API is.

use std::process::ExitCode;

fn main() -> ExitCode {
    // What is remembered, and what is recorded, is for this user alone.
    prober::os::keep_files_private();
    // One thread: a probe waits far more than it computes, and measuring is
    // more honest where probes do not compete for locks.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "failed to start the runtime");
            return ExitCode::from(2);
        }
    };
    let code = runtime.block_on(front_door());
    // A name server that does not answer holds a thread; it must not hold us.
    runtime.shutdown_background();
    code
}

async fn front_door() -> ExitCode {
    #[cfg(feature = "aws")]
    if prober::lambda::is_here() {
        return prober::lambda::run().await;
    }
    prober::cli::run().await
}
