//! Time zones by their names. People also know theirs by an abbreviation, which has
//! several meanings or none, and by an offset, which does not know summer.

use chrono_tz::{TZ_VARIANTS, Tz};
use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::text::nearest::nearest;

impl TextType for Tz {
    type Value = Self;

    const NAME: &'static str = "time zone";
    const EXPECTED: &'static str = "a name such as \"Europe/Berlin\", \"Asia/Seoul\" or \"UTC\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        text.value.parse().map_err(|_| advice(text.value.trim()))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "examples": ["UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York"] })
    }
}

/// Abbreviations, countries and Windows' names, in capitals, and the zone that most of
/// their users are in.
const KNOWN_AS: &[(&str, &str)] = &[
    ("KST", "Asia/Seoul"),
    ("JST", "Asia/Tokyo"),
    ("IST", "Asia/Kolkata"),
    ("HKT", "Asia/Hong_Kong"),
    ("SGT", "Asia/Singapore"),
    ("PHT", "Asia/Manila"),
    ("ICT", "Asia/Bangkok"),
    ("WIB", "Asia/Jakarta"),
    ("GST", "Asia/Dubai"),
    ("MSK", "Europe/Moscow"),
    ("TRT", "Europe/Istanbul"),
    ("BST", "Europe/London"),
    ("CEST", "Europe/Berlin"),
    ("MEZ", "Europe/Berlin"),
    ("MESZ", "Europe/Berlin"),
    ("EEST", "Europe/Athens"),
    ("WEST", "Europe/Lisbon"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("PT", "America/Los_Angeles"),
    ("MDT", "America/Denver"),
    ("MT", "America/Denver"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("CT", "America/Chicago"),
    ("EDT", "America/New_York"),
    ("ET", "America/New_York"),
    ("AKST", "America/Anchorage"),
    ("AKDT", "America/Anchorage"),
    ("AST", "America/Halifax"),
    ("ADT", "America/Halifax"),
    ("BRT", "America/Sao_Paulo"),
    ("ART", "America/Argentina/Buenos_Aires"),
    ("AEST", "Australia/Sydney"),
    ("AEDT", "Australia/Sydney"),
    ("ACST", "Australia/Adelaide"),
    ("AWST", "Australia/Perth"),
    ("NZST", "Pacific/Auckland"),
    ("NZDT", "Pacific/Auckland"),
    ("KOREA", "Asia/Seoul"),
    ("CHINA", "Asia/Shanghai"),
    ("BEIJING", "Asia/Shanghai"),
    ("INDIA", "Asia/Kolkata"),
    ("GERMANY", "Europe/Berlin"),
    ("FRANCE", "Europe/Paris"),
    ("W. EUROPE", "Europe/Berlin"),
    ("ROMANCE", "Europe/Paris"),
    ("PACIFIC", "America/Los_Angeles"),
    ("MOUNTAIN", "America/Denver"),
    ("CENTRAL", "America/Chicago"),
    ("EASTERN", "America/New_York"),
];

/// Zones whose offset is no whole hour, by that offset in minutes.
const BETWEEN_HOURS: &[(i32, &str)] = &[
    (-210, "America/St_Johns"),
    (210, "Asia/Tehran"),
    (270, "Asia/Kabul"),
    (330, "Asia/Kolkata"),
    (345, "Asia/Kathmandu"),
    (390, "Asia/Yangon"),
    (570, "Australia/Darwin"),
    (765, "Pacific/Chatham"),
];

/// What to write for `text`, which is not the name of a zone.
fn advice(text: &str) -> Option<String> {
    if let Some(minutes) = offset(text) {
        return of_offset(minutes);
    }
    let folded = text.to_ascii_uppercase().replace(" STANDARD TIME", "");
    if let Some((_, zone)) = KNOWN_AS.iter().find(|(name, _)| *name == folded) {
        return Some(format!("write the zone by its name: \"{zone}\", or the one of your city"));
    }
    let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let name = folded.replace(' ', "_");
    let is_same = |zone: &&str| {
        let zone = zone.to_ascii_uppercase();
        zone == name || zone.rsplit('/').next() == Some(&name)
    };
    let near = || nearest(text, names()).filter(|near| near.contains('/') == text.contains('/'));
    // A short word is too near to zones at the other end of the world.
    let is_long = text.len() > LONGEST_ABBREVIATION;
    let found = names().find(is_same).or_else(|| near().filter(|_| is_long));
    found.map(|zone| format!("did you mean \"{zone}\"?"))
}

/// The longest abbreviation of a zone.
const LONGEST_ABBREVIATION: usize = 5;

/// The minutes east of UTC that `text` says, as in `UTC+9`, `+09:00` or `GMT-3:30`.
fn offset(text: &str) -> Option<i32> {
    let text = text.to_ascii_uppercase();
    let text = text.trim_start_matches("UTC").trim_start_matches("GMT").trim();
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let digits = text.trim_start_matches(['+', '-', '−']);
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(parts), _) => parts,
        (None, 4) => digits.split_at_checked(2)?,
        (None, _) => (digits, "0"),
    };
    let number = |text: &str| text.parse::<u8>().ok().map(i32::from);
    Some(sign * (number(hours)? * 60 + number(minutes)?))
}

/// The zone with that offset. The signs of `Etc/GMT` are the other way round:
/// <https://data.iana.org/time-zones/tzdb/etcetera>.
fn of_offset(minutes: i32) -> Option<String> {
    if minutes == 0 {
        return Some("write \"UTC\"".to_owned());
    }
    if minutes % 60 != 0 {
        let (_, zone) = BETWEEN_HOURS.iter().find(|(offset, _)| *offset == minutes)?;
        return Some(format!("write the zone by its name, such as \"{zone}\""));
    }
    let hours = minutes / 60;
    let zone = format!("Etc/GMT{:+}", -hours);
    let zone = zone.parse::<Tz>().ok()?;
    Some(format!("write the name of your city's zone; or \"{zone}\", which is UTC{hours:+}"))
}

#[cfg(test)]
mod tests {
    use chrono::{Offset as _, TimeZone as _};

    use super::*;

    #[test]
    fn every_zone_that_is_proposed_exists() {
        let known = KNOWN_AS.iter().map(|(_, zone)| zone);
        for zone in known.chain(BETWEEN_HOURS.iter().map(|(_, zone)| zone)) {
            assert!(zone.parse::<Tz>().is_ok(), "{zone}");
        }
        for (name, _) in KNOWN_AS {
            assert!(name.parse::<Tz>().is_err(), "{name} is a zone itself");
        }
    }

    #[test]
    fn an_offset_becomes_the_zone_that_has_it() {
        for (text, minutes) in [("UTC+9", 540), ("gmt -3", -180), ("+0530", 330), ("+09:00", 540)] {
            assert_eq!(offset(text), Some(minutes), "{text}");
        }
        assert!(of_offset(540).unwrap().contains("\"Etc/GMT-9\", which is UTC+9"));
        let zone: Tz = "Etc/GMT-9".parse().unwrap();
        let day =
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
        assert_eq!(zone.offset_from_utc_datetime(&day).fix().local_minus_utc(), 540 * 60);
        assert_eq!((offset("UTC"), offset("Asia/Seoul"), of_offset(7)), (None, None, None));
    }

    #[test]
    fn a_city_and_another_case_are_understood_and_an_unknown_abbreviation_is_not_guessed() {
        for (text, zone) in [
            ("asia/seoul", "\"Asia/Seoul\""),
            ("New York", "\"America/New_York\""),
            ("Korea Standard Time", "\"Asia/Seoul\""),
            ("kst", "\"Asia/Seoul\""),
            ("Europe/Berln", "\"Europe/Berlin\""),
        ] {
            assert!(advice(text).is_some_and(|advice| advice.contains(zone)), "{text}");
        }
        assert_eq!(advice("XST"), None);
    }
}
