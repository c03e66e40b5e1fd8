//! Windows of maintenance → `[[maintenance]]`.

use std::collections::BTreeMap;

use crate::import::draft::{Carried, Draft, Part, Setting, Shape, Way};
use crate::import::duration;
use crate::import::kuma::Kuma;
use crate::import::tree::Table;

/// Seconds of a day.
const DAY: u32 = 86_400;

/// Seconds of a minute.
const MINUTE: f64 = 60.0;

/// The days of the week, by Uptime Kuma's numbers.
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Columns that say nothing of when it is.
const STATE: &[&str] = &["user_id", "description", "last_start_date", "generate_next"];

pub(super) fn draft_all(kuma: &mut Kuma, names: &BTreeMap<i64, Vec<String>>, draft: &mut Draft) {
    for mut row in std::mem::take(&mut kuma.maintenance) {
        let id = super::id(&mut row, "id").unwrap_or_default();
        let monitors = kuma.maintained.iter().filter(|(_, window)| *window == id);
        let mut targets = Vec::new();
        for name in monitors.filter_map(|(monitor, _)| names.get(monitor)).flatten() {
            if !targets.contains(name) {
                targets.push(name.clone());
            }
        }
        one(row, targets, kuma.timezone.as_deref(), draft);
    }
}

fn one(mut row: Table, targets: Vec<String>, server_zone: Option<&str>, draft: &mut Draft) {
    let title = row.text("title").unwrap_or_default();
    let place = format!("maintenance {title}");
    row.place.clone_from(&place);
    for column in STATE {
        row.take(column);
    }
    let is_on = row.boolean("active").unwrap_or(true);
    let strategy = row.text("strategy").unwrap_or_else(|| "single".to_owned());
    let zone = row.text("timezone").filter(|zone| zone != "SAME_AS_SERVER");
    let (settings, why) = settings(&strategy, &mut row);
    let ways = settings.map(|settings| Way { settings, note: None });
    let mut part = Part::new(
        Shape::Maintenance,
        "",
        &place,
        Carried::new("all of it", ways.into_iter().collect(), why),
    );
    part.comments.push(title);
    part.targets = Some(targets);
    part.zone = zone.or_else(|| server_zone.map(str::to_owned));
    if !is_on {
        part.off = Some("it is not active in Uptime Kuma".to_owned());
    }
    if row.text("start_date").or_else(|| row.text("end_date")).is_some() && strategy != "single" {
        let why = "a window that recurs has neither a first day nor a last one";
        draft.report.left(&place, "its first and last day", why);
    }
    draft.parts.push(part);
}

fn settings(strategy: &str, row: &mut Table) -> (Option<Vec<Setting>>, &'static str) {
    let length = row.number("duration");
    let (start, end) = (row.text("start_time"), row.text("end_time"));
    let times = start.as_deref().and_then(seconds).zip(end.as_deref().and_then(seconds));
    let list = |text: Option<String>| -> Vec<String> {
        let list = text.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
        let items = list.as_ref().and_then(serde_json::Value::as_array).cloned();
        items.unwrap_or_default().iter().filter_map(crate::import::tree::as_text).collect()
    };
    let days = match strategy {
        "recurring-weekday" => {
            weekdays(&list(row.text("weekdays"))).map(|days| format!("* * {days}"))
        }
        "recurring-day-of-month" => {
            month_days(&list(row.text("days_of_month"))).map(|days| format!("{days} * *"))
        }
        "recurring-interval" => match row.text("interval_day").as_deref() {
            Some("1") => Some("* * *".to_owned()),
            _ => {
                return (
                    None,
                    "prober knows no window of every so many days: name days of the week",
                );
            }
        },
        _ => None,
    };
    match strategy {
        "single" => (single(row), "it has no beginning and end, or has ended"),
        "cron" => {
            (cron(row, length), "it has no cron expression that prober takes, and a duration")
        }
        "manual" => (None, "is begun by hand: prober pause NAME --for 2h"),
        _ => (
            times.zip(days).and_then(|(times, days)| recurring(times, &days)),
            "prober cannot express its days",
        ),
    }
}

fn single(row: &mut Table) -> Option<Vec<Setting>> {
    let time =
        |text: String| text.replace('Z', "").split('.').next().map(|text| text.replace(' ', "T"));
    let (from, to) = (time(row.text("start_date")?)?, time(row.text("end_date")?)?);
    // Without seconds, as somebody may have written it by hand.
    let whole =
        |text: String| if text.len() == "2026-01-01T00:00".len() { text + ":00" } else { text };
    let datetime = |text: String| whole(text).parse::<toml_edit::Datetime>().ok();
    Some(vec![Setting::new("from", datetime(from)?), Setting::new("to", datetime(to)?)])
}

fn cron(row: &mut Table, seconds: Option<f64>) -> Option<Vec<Setting>> {
    let (schedule, duration) = (row.text("cron")?, duration::seconds_of(seconds?)?);
    Some(vec![
        Setting::new("schedule", schedule),
        Setting::new("duration", duration::value(duration)),
    ])
}

fn recurring((start, end): (u32, u32), days: &str) -> Option<Vec<Setting>> {
    let length = (end + DAY - start) % DAY;
    let length = if length == 0 { DAY } else { length };
    let schedule = format!("{} {} {days}", start / 60 % 60, start / 3600);
    let duration = duration::value(duration::seconds_of(f64::from(length))?);
    Some(vec![Setting::new("schedule", schedule), Setting::new("duration", duration)])
}

/// `02:00` or `02:00:00`, in seconds.
fn seconds(time: &str) -> Option<u32> {
    let mut parts = time.split(':').map(|part| part.trim().parse::<f64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = hours.mul_add(3600.0, minutes * MINUTE);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "of one day")]
    (0.0..f64::from(DAY)).contains(&seconds).then_some(seconds as u32)
}

fn weekdays(days: &[String]) -> Option<String> {
    let days: Option<Vec<&str>> =
        days.iter().map(|day| DAYS.get(day.parse::<usize>().ok()? % 7).copied()).collect();
    days.filter(|days| !days.is_empty()).map(|days| days.join(","))
}

fn month_days(days: &[String]) -> Option<String> {
    let is_day = |day: &String| day.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day));
    (!days.is_empty() && days.iter().all(is_day)).then(|| days.join(","))
}
