//! `[page]` → the settings of the status page.

use crate::config::build::context::Context;
use crate::config::build::reports::check_origins;
use crate::config::tables::inbound::Page;
use crate::config::toml::field::Field;
use crate::model::target::{PageSettings, Part};

/// The settings. A page that lacks its password is off: it must not be seen without.
pub(super) fn build(page: Field<Page>, context: &Context<'_>) -> PageSettings {
    let Some(own) = page.into_given() else { return PageSettings::default() };
    let is_off = context.is_off(&own.span, || Some(Part::Page));
    let page = own.value;
    check_origins(&page.frame_ancestors, context);
    check_origins(&page.cors, context);
    PageSettings {
        enabled: if is_off { Some(false) } else { page.enabled.copied() },
        discovered: page.discovered.copied().unwrap_or(false),
        title: page.title.into_value().map(|title| title.value),
        logo: page.logo.into_value(),
        link: page.link.into_value(),
        announcement: page.announcement.into_value(),
        password: page.password.into_value(),
        url: page.url.into_value(),
        frame_ancestors: page.frame_ancestors.into_items(),
        cors: page.cors.into_items(),
    }
}
