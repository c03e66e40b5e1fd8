//! `[[witness]]` → who is asked for a second opinion.

use std::collections::HashMap;

use url::Url;

use crate::config::build::context::Context;
use crate::config::build::off_limits;
use crate::config::tables;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Located;
use crate::model::observation::Vantage;
use crate::model::target::Part;
use crate::model::witness::{MAX_WITNESSES, Witness};

/// The path at which an inbox takes such questions.
const PATH: &str = "/witness";

/// The witnesses, in the order of the file. One that lacks its key is not asked.
pub(super) fn build(
    tables: Vec<Located<tables::inbound::Witness>>,
    context: &Context<'_>,
) -> Vec<Witness> {
    check_names(&tables, context);
    check_urls(&tables, context);
    if let Some(surplus) = tables.get(MAX_WITNESSES) {
        let title = format!("there are {} witnesses", tables.len());
        let label = format!("each is asked whenever a probe fails: at most {MAX_WITNESSES}");
        context.report(Diagnostic::new(surplus.span.clone(), title, label));
    }
    tables.into_iter().filter_map(|own| witness(own, context)).collect()
}

/// Checks that no two have one name.
fn check_names(tables: &[Located<tables::inbound::Witness>], context: &Context<'_>) {
    let mut first_uses: HashMap<&str, Span> = HashMap::new();
    for name in tables.iter().filter_map(|own| own.value.name.given()) {
        let first = first_uses.entry(&name.value.value).or_insert_with(|| name.span.clone());
        if *first != name.span {
            let title = format!("two witnesses are called `{}`", name.value.shown);
            let diagnostic = Diagnostic::new(name.span.clone(), title, "must be unique");
            context.report(diagnostic.also(first.clone(), "the first one"));
        }
    }
}

/// Checks that nobody is asked twice: one place has one vote.
fn check_urls(tables: &[Located<tables::inbound::Witness>], context: &Context<'_>) {
    let mut first_uses: HashMap<&Url, Span> = HashMap::new();
    for url in tables.iter().filter_map(|own| own.value.url.given()) {
        let first = first_uses.entry(&url.value).or_insert_with(|| url.span.clone());
        if *first != url.span {
            let title = "two witnesses have one URL";
            let diagnostic = Diagnostic::new(url.span.clone(), title, "each has one vote");
            context.report(diagnostic.also(first.clone(), "the first one"));
        }
    }
}

fn witness(own: Located<tables::inbound::Witness>, context: &Context<'_>) -> Option<Witness> {
    let Located { value: own, span, .. } = own;
    if let Some(url) = own.url.given() {
        check_url(url, context);
    }
    let name = own.name.value().map(|name| Vantage(name.value.clone()));
    if context.is_off(&span, || name.clone().map(Part::Witness)) {
        return None;
    }
    Some(Witness { name: name?, url: own.url.into_value()?, key: own.key.into_value()? })
}

/// Another page of that server would not understand the question.
fn check_url(url: &Located<Url>, context: &Context<'_>) {
    off_limits::check_url(&url.value, &url.span, context);
    if !url.value.path().ends_with(PATH) {
        let title = "this is not where a witness is asked";
        let label = format!("expected the URL of its inbox, which ends in `{PATH}`");
        context.report(Diagnostic::new(url.span.clone(), title, label));
    }
}
