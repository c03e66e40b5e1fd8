//! What this machine must not call for a configuration.

use url::Url;

use crate::config::build::context::Context;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Field;
use crate::config::values::web_url::without_brackets;
use crate::model::off_limits::{OffLimit, OffLimits, RUNTIME_API};
use crate::model::secret::SecretUrl;

/// What is off limits here.
pub(super) fn here(context: &Context<'_>) -> OffLimits {
    OffLimits::here((context.sources.env)(RUNTIME_API).as_deref())
}

/// Reports if `port` of `host` is off limits.
pub(super) fn check(host: &str, port: u16, span: &Span, context: &Context<'_>) {
    // A port that is only closed harms nobody: the probe says so.
    let why = here(context).why_not_host(host, port).filter(|why| *why != OffLimit::MailPort);
    if let Some(why) = why {
        let label = format!("{why}: it cannot be called from Lambda");
        let title = "this address is off limits";
        context.report(Diagnostic::new(span.clone(), title, label));
    }
}

/// The same for a URL.
pub(super) fn check_url(url: &Url, span: &Span, context: &Context<'_>) {
    if let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) {
        check(&without_brackets(host), port, span, context);
    }
}

/// The same for a URL that is a secret as a whole.
pub(super) fn check_secret(url: &Field<SecretUrl>, context: &Context<'_>) {
    if let Some(at) = url.given() {
        check_url(at.value.expose_url(), &at.span, context);
    }
}
