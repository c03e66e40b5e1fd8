//! The hours of the day in which somebody wants to be told: `MON-FRI 07:00-23:00`.

use std::fmt;
use std::str::FromStr;

use chrono::Weekday;

/// The minutes of a day.
pub const MINUTES_OF_A_DAY: u16 = 24 * 60;

/// The days of a week, as they are written.
const DAYS: [(&str, Weekday); 7] = [
    ("MON", Weekday::Mon),
    ("TUE", Weekday::Tue),
    ("WED", Weekday::Wed),
    ("THU", Weekday::Thu),
    ("FRI", Weekday::Fri),
    ("SAT", Weekday::Sat),
    ("SUN", Weekday::Sun),
];

/// A range of hours that begins on some days of the week. It ends on the next day if
/// its end is not later than its beginning.
///
/// ```
/// use prober::model::daily_hours::DailyHours;
///
/// let night: DailyHours = "FRI,SAT 20:00-02:00".parse()?;
/// assert_eq!((night.from_minute(), night.to_minute()), (20 * 60, 26 * 60));
/// assert!("23:00".parse::<DailyHours>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyHours {
    /// A bit for each day of the week, Monday first.
    days: u8,
    from: u16,
    to: u16,
}

impl DailyHours {
    /// Whether it begins on days like `day`.
    #[must_use]
    pub const fn begins_on(self, day: Weekday) -> bool {
        self.days & bit(day) != 0
    }

    /// The minute of the day at which it begins.
    #[must_use]
    pub const fn from_minute(self) -> u16 {
        self.from
    }

    /// The minute at which it ends, counted from the start of the day on which it begins:
    /// up to 48 hours.
    #[must_use]
    pub const fn to_minute(self) -> u16 {
        self.to
    }
}

impl FromStr for DailyHours {
    type Err = String;

    /// # Errors
    ///
    /// What is wrong with `text`, in a few words.
    fn from_str(text: &str) -> Result<Self, String> {
        let (days, hours) = match text.split_whitespace().collect::<Vec<_>>()[..] {
            [hours] => (ALL_DAYS, hours),
            [names, hours] => (days(names)?, hours),
            _ => return Err("it is days, a blank and hours".to_owned()),
        };
        let (from, to) = hours.split_once('-').ok_or("the hours have a beginning and an end")?;
        let (from, to) = (minute(from)?, minute(to)?);
        if from == to {
            return Err("it begins when it ends; a whole day is 00:00-24:00".to_owned());
        }
        if from == MINUTES_OF_A_DAY {
            return Err("a day begins at 00:00".to_owned());
        }
        Ok(Self { days, from, to: if to < from { to + MINUTES_OF_A_DAY } else { to } })
    }
}

impl fmt::Display for DailyHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.days != ALL_DAYS {
            let names = DAYS.iter().filter(|(_, day)| self.begins_on(*day)).map(|(name, _)| *name);
            write!(f, "{} ", names.collect::<Vec<_>>().join(","))?;
        }
        let to = if self.to > MINUTES_OF_A_DAY { self.to - MINUTES_OF_A_DAY } else { self.to };
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, "{}-{}", clock(self.from), clock(to))
    }
}

const ALL_DAYS: u8 = 0b111_1111;

const fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// `MON-FRI`, `SAT,SUN`, `FRI-MON`.
fn days(text: &str) -> Result<u8, String> {
    let mut days = 0;
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (named(first)?, named(last)?);
        loop {
            days |= bit(day);
            if day == last {
                break;
            }
            day = day.succ();
        }
    }
    Ok(days)
}

fn named(name: &str) -> Result<Weekday, String> {
    let known = DAYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    known
        .map(|(_, day)| *day)
        .ok_or_else(|| "days are MON, TUE, WED, THU, FRI, SAT, SUN".to_owned())
}

/// `7:00`, `07:00`, `24:00`.
fn minute(text: &str) -> Result<u16, String> {
    let wrong = || "a time is hours and minutes, from 00:00 to 24:00".to_owned();
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str, most: usize| {
        let is_number =
            (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| text.parse::<u16>().ok()).flatten()
    };
    let hours = number(hours, 2).filter(|hours| *hours <= 24).ok_or_else(wrong)?;
    let minutes = number(minutes, 2).filter(|_| minutes.len() == 2).ok_or_else(wrong)?;
    let minute = hours * 60 + minutes;
    if minutes < 60 && minute <= MINUTES_OF_A_DAY { Ok(minute) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        text.parse::<DailyHours>().unwrap().to_string()
    }

    #[test]
    fn days_and_hours_are_read_in_every_form() {
        for (text, is) in [
            ("07:00-23:00", "07:00-23:00"),
            ("7:00-23:00", "07:00-23:00"),
            ("mon-fri  07:00-24:00", "MON,TUE,WED,THU,FRI 07:00-24:00"),
            ("SAT,SUN 09:00-01:30", "SAT,SUN 09:00-01:30"),
            ("FRI-MON 22:00-06:00", "MON,FRI,SAT,SUN 22:00-06:00"),
            ("MON-SUN 00:00-24:00", "00:00-24:00"),
            ("TUE 00:00-12:00", "TUE 00:00-12:00"),
            ("12:00-00:00", "12:00-24:00"),
        ] {
            assert_eq!(shown(text), is, "{text}");
            assert_eq!(shown(&shown(text)), is, "{text}");
        }
    }

    #[test]
    fn what_is_no_range_of_hours_is_refused() {
        for text in [
            "",
            "07:00",
            "07-23",
            "7-23",
            "07:00-07:00",
            "00:00-00:00",
            "24:00-07:00",
            "25:00-26:00",
            "07:60-08:00",
            "07:0-08:00",
            "24:01-08:00",
            "07:00–23:00",
            "Monday 07:00-23:00",
            "MON-FRI",
            "MON TUE 07:00-23:00",
            "MON,,TUE 07:00-23:00",
            "٠٧:00-23:00",
            "+7:00-23:00",
            "07:00-23:00 MON",
            "07:00 - 23:00",
        ] {
            assert!(text.parse::<DailyHours>().is_err(), "{text}");
        }
    }
}
