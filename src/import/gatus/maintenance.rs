//! `maintenance` and `maintenance-windows` → `[[maintenance]]`.

use serde_json::Value;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way};
use crate::import::duration;
use crate::import::tree::Table;

/// The days of the week, as a cron expression has them.
const DAYS: [(&str, &str); 7] = [
    ("monday", "MON"),
    ("tuesday", "TUE"),
    ("wednesday", "WED"),
    ("thursday", "THU"),
    ("friday", "FRI"),
    ("saturday", "SAT"),
    ("sunday", "SUN"),
];

/// The window for everything.
pub(super) fn global(top: &mut Table, draft: &mut Draft) {
    if let Some(window) = top.take("maintenance") {
        draft_window(window, "maintenance", None, draft);
    }
}

/// The windows of the target `name`.
pub(super) fn of_target(table: &mut Table, name: &str, draft: &mut Draft) {
    for window in table.list("maintenance-windows") {
        let place = format!("{name}: maintenance-windows");
        draft_window(window, &place, Some(vec![name.to_owned()]), draft);
    }
}

fn draft_window(window: Value, place: &str, targets: Option<Vec<String>>, draft: &mut Draft) {
    let mut window = Table::new(window, place, &mut draft.report);
    let is_on = window.boolean("enabled").unwrap_or(true);
    let zone = window.text("timezone").unwrap_or_default();
    let (start, length) = (window.text("start"), window.text("duration"));
    let days: Vec<String> =
        window.list("every").iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let schedule = start.as_deref().and_then(|start| schedule(start, &days));
    let length = length.as_deref().and_then(duration::go);
    let ways = schedule.zip(length).map(|(schedule, length)| Way {
        settings: vec![
            Setting::new("schedule", schedule),
            Setting::new("duration", duration::value(length)),
        ],
        note: None,
    });
    let why = "it needs a `start` such as 23:00, and a `duration`";
    let base = Carried::new("all of it", ways.into_iter().collect(), why);
    let mut part = Part::new(Shape::Maintenance, "", place, base);
    part.targets = targets;
    part.zone = Some(zone);
    if !is_on {
        part.off = Some("it is not enabled in Gatus".to_owned());
    }
    window.finish(&mut draft.report);
    draft.parts.push(part);
}

/// A cron expression for `start` on `days`, or on every day.
fn schedule(start: &str, days: &[String]) -> Option<String> {
    let (hour, minute) = start.split_once(':')?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let day = |name: &String| {
        let name = name.to_ascii_lowercase();
        DAYS.iter().find(|(long, _)| *long == name).map(|(_, short)| *short)
    };
    let days: Option<Vec<&str>> = days.iter().map(day).collect();
    let days = days?.join(",");
    let days = if days.is_empty() { "*" } else { &days };
    (hour < 24 && minute < 60).then(|| format!("{minute} {hour} * * {days}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_cron_expression() {
        assert_eq!(schedule("23:05", &[]).as_deref(), Some("5 23 * * *"));
        let days = ["Monday".to_owned(), "Sunday".to_owned()];
        assert_eq!(schedule("04:00", &days).as_deref(), Some("0 4 * * MON,SUN"));
        assert_eq!(schedule("4 o'clock", &[]), None);
        assert_eq!(schedule("04:00", &["Someday".to_owned()]), None);
    }
}
