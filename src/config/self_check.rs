//! `[self_check]` → what shows whether it is our own network that fails.

use url::Url;

use crate::config::mistake::Mistake;
use crate::config::reader::Located;
use crate::config::{raw, request};

/// What is asked unless the file says otherwise: two networks that do not
/// depend on each other, and answer everybody.
const URLS: [&str; 2] = ["https://www.gstatic.com/generate_204", "https://checkip.amazonaws.com"];

pub(super) fn build(own: Option<Located<raw::SelfCheck>>, mistakes: &mut Vec<Mistake>) -> Vec<Url> {
    let Some(urls) = own.and_then(|own| own.value.urls) else {
        return URLS.iter().filter_map(|url| Url::parse(url).ok()).collect();
    };
    if urls.value.0.is_empty() {
        let label = "expected at least one, such as \"https://www.gstatic.com/generate_204\"";
        mistakes.push(Mistake::new(urls.span.clone(), "nothing would be checked", label));
    }
    request::values(Some(urls), |url| url.0)
}
