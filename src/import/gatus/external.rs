//! `external-endpoints` → `[[heartbeat]]`.

use serde_json::Value;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way, text};
use crate::import::gatus::alerting::Channels;
use crate::import::gatus::{alerts, maintenance};
use crate::import::tree::Table;
use crate::import::{Outside, duration, heartbeat, names};

/// What stands for no interval: silence is no alarm for a year.
const NEVER: &str = "365d";

pub(super) fn draft(
    endpoint: Value,
    channels: &Channels,
    draft: &mut Draft,
    outside: &Outside<'_>,
) {
    let mut table = Table::new(endpoint, "external-endpoints", &mut draft.report);
    let group = table.text("group");
    let source_name = table.text("name").unwrap_or_default();
    let name = draft.names.unique(&source_name, group.as_deref());
    table.place.clone_from(&name);
    let is_on = table.boolean("enabled").unwrap_or(true);
    let token = table.text("token");
    let key = heartbeat::key(&name, token.as_deref(), draft, outside);
    let mut part =
        Part::new(Shape::Heartbeat, &name, &name, interval(&mut table, &name, &key, draft));
    if let Some(group) = group {
        part.carry("group", Setting::new("group", text(&names::tidy(&group))));
    }
    alerts::apply(&mut table, &mut part, channels, draft);
    maintenance::of_target(&mut table, &name, draft);
    if !is_on {
        part.off = Some("it is not enabled in Gatus".to_owned());
    }
    table.finish(&mut draft.report);
    draft.parts.push(part);
}

fn interval(table: &mut Table, name: &str, key: &[Setting], draft: &mut Draft) -> Carried {
    let heartbeat = table.table("heartbeat", &mut draft.report);
    let interval = heartbeat.and_then(|mut heartbeat| {
        let interval = heartbeat.text("interval");
        heartbeat.finish(&mut draft.report);
        interval.as_deref().and_then(duration::go).map(duration::value)
    });
    let note = interval.is_none().then(|| {
        "has no heartbeat.interval, so silence is no alarm in Gatus: interval = \"365d\" stands for \
         that; say how often it really calls"
            .to_owned()
    });
    let mut settings = vec![Setting::new("name", text(name))];
    settings.extend(key.iter().cloned());
    settings.push(Setting::new("interval", interval.unwrap_or_else(|| NEVER.into())));
    Carried::new("heartbeat", vec![Way { settings, note }], "")
}
