//! `[self_check]` → the URLs that show whether prober's own network works.

use url::Url;

use crate::config::build::context::Context;
use crate::config::build::off_limits;
use crate::config::tables::outbound::SelfCheck;
use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::field::Field;

/// The URLs unless the file sets others: they are in two independent networks, and
/// answer everybody.
const URLS: [&str; 2] = ["https://www.gstatic.com/generate_204", "https://checkip.amazonaws.com"];

/// The URLs of the file, or [`URLS`].
pub(super) fn build(own: Field<SelfCheck>, context: &Context<'_>) -> Vec<Url> {
    let urls = own.into_value().map(|own| own.urls).unwrap_or_default();
    let Some(given) = urls.given() else {
        return URLS.iter().filter_map(|url| Url::parse(url).ok()).collect();
    };
    if given.value.is_empty() {
        let label = "expected at least one, such as \"https://www.gstatic.com/generate_204\"";
        context.report(Diagnostic::new(given.span.clone(), "nothing would be checked", label));
    }
    for url in &given.value {
        off_limits::check_url(&url.value, &url.span, context);
    }
    urls.into_items()
}
