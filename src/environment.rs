//! The environment of the process. Of our own code only this module reads it; what is found
//! is handed on as values. Libraries read it, too: clap (`PROBER_CONFIG`), tracing
//! (`RUST_LOG`), reqwest (the variables of proxies), the standard library (`TMPDIR`).

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "here the environment is read")]
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A variable of the environment, if it is set to something.
#[must_use]
pub fn set(name: &str) -> Option<String> {
    variable(name).filter(|value| !value.is_empty())
}

/// The AWS region that this prober runs in, if it does.
#[must_use]
pub fn region() -> Option<String> {
    set("AWS_REGION")
}
