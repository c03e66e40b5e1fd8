//! The language and the time zone of whoever sits here.

use chrono_tz::Tz;

use crate::environment::set;

/// The zone that needs no word in the file.
pub(super) const UTC: &str = "UTC";

/// That zone by all of its names.
const ALSO_UTC: [&str; 5] = [UTC, "Etc/UTC", "Etc/UCT", "Etc/Universal", "Zulu"];

/// The codes of languages that messages have, besides English.
const LANGUAGES: [&str; 2] = ["ko", "zh"];

/// The language that the machine speaks, if messages have it and it is not English.
pub(super) fn language() -> Option<String> {
    // The first that is set counts: POSIX, "Internationalization Variables".
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set)?;
    LANGUAGES.into_iter().find(|code| locale.starts_with(code)).map(str::to_owned)
}

/// The time zone of the machine, if it can be told and is not UTC.
pub(super) fn time_zone() -> Option<String> {
    let named = set("TZ").map(|zone| zone.trim_start_matches(':').to_owned());
    let zone = named.or_else(|| iana_time_zone::get_timezone().ok())?;
    let zone: Tz = zone.parse().ok()?;
    (!ALSO_UTC.contains(&zone.name())).then(|| zone.name().to_owned())
}
