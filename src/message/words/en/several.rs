//! Several targets at once, in English.

use super::English;
use crate::message::words::{Group, Plight, Several};

impl Several for English {
    fn all_down(&self, names: &str, group: Group<'_>) -> String {
        let who = everybody(group);
        match (group.count, group.shared) {
            (1, Some((since, _))) => format!("{names} is down since {since}"),
            (1, None) => format!("{names} is down"),
            (_, Some((since, why))) => {
                format!("{who} are down since {since}: {why}: {names}")
            }
            (_, None) => format!("{who} are down: {names}"),
        }
    }

    fn all_fallen(&self, names: &str, plight: Plight, count: usize) -> String {
        match plight {
            Plight::Down => format!("{count} are down: {names}"),
            Plight::Open(_) => format!("{count} have a port open that must not be: {names}"),
            Plight::Late => format!("{count} are late: {names}"),
            Plight::Failed => format!("{count} failed: {names}"),
            Plight::Alarm => format!("{count} CloudWatch alarms: {names}"),
            Plight::Reports | Plight::Logs => format!("{count} have errors: {names}"),
        }
    }

    fn all_still_down(&self, names: &str, plight: Plight) -> String {
        match plight {
            Plight::Down => format!("still down: {names}"),
            Plight::Open(_) => format!("a port still open: {names}"),
            Plight::Late => format!("still late: {names}"),
            Plight::Failed => format!("still failing: {names}"),
            Plight::Alarm => format!("CloudWatch alarms still raised: {names}"),
            Plight::Reports | Plight::Logs => format!("still errors: {names}"),
        }
    }

    fn all_another(&self, names: &str) -> String {
        format!("another error of {names}")
    }

    fn all_news(&self, names: &str) -> String {
        format!("news of {names}")
    }

    fn all_were_down(&self, names: &str, plight: Plight) -> String {
        match plight {
            Plight::Down => format!("down and up again: {names}"),
            Plight::Open(_) => format!("a port open and closed again: {names}"),
            Plight::Late => format!("late, and called since: {names}"),
            Plight::Failed => format!("failed, and works again: {names}"),
            Plight::Alarm => format!("CloudWatch alarms raised and OK again: {names}"),
            Plight::Reports | Plight::Logs => format!("errors, and no more: {names}"),
        }
    }

    fn all_recovered(&self, names: &str, group: Group<'_>) -> String {
        match group.count {
            1 => format!("{names} recovered"),
            _ => format!("{} recovered: {names}", everybody(group)),
        }
    }

    fn all_over(&self, names: &str, plight: Plight, count: usize) -> String {
        match plight {
            Plight::Down => format!("{count} recovered: {names}"),
            Plight::Open(_) => format!("{count} are closed again: {names}"),
            Plight::Late => format!("{count} called again: {names}"),
            Plight::Failed => format!("{count} work again: {names}"),
            Plight::Alarm => format!("{count} CloudWatch alarms are OK again: {names}"),
            Plight::Reports | Plight::Logs => format!("{count} have no more errors: {names}"),
        }
    }

    fn all_steady(&self, names: &str) -> String {
        format!("steady again: {names}")
    }

    fn all_unstable(&self, names: &str) -> String {
        format!("unstable: {names}")
    }

    fn all_warn(&self, names: &str) -> String {
        format!("warnings for {names}")
    }

    fn all_partly(&self, names: &str, said: &str) -> String {
        format!("{names} are {said}")
    }

    fn all_everywhere(&self, names: &str) -> String {
        format!("{names} are reachable from here again")
    }

    fn all_cleared(&self, names: &str) -> String {
        format!("warnings over for {names}")
    }

    fn of_group(&self, names: &str, since: &str, why: &str) -> String {
        format!("Down since {since}, {why}: {names}")
    }

    fn list(&self, names: &[&str], more: usize) -> String {
        let more = (more > 0).then(|| format!("{more} more"));
        match (names, more) {
            (names, Some(more)) => format!("{} and {more}", names.join(", ")),
            ([first @ .., last], None) if !first.is_empty() => {
                format!("{} and {last}", first.join(", "))
            }
            (names, None) => names.concat(),
        }
    }

    fn and_more(&self, count: usize) -> String {
        format!("and {count} more")
    }

    fn over_before(&self, count: usize) -> String {
        if count == 1 {
            "1 other was back before".into()
        } else {
            format!("{count} others were back before")
        }
    }

    fn between_stories(&self) -> &'static str {
        "; "
    }

    fn between_kinds(&self) -> &'static str {
        ", "
    }

    fn causes(&self) -> &'static str {
        "The causes were:"
    }
}

/// How many: *Both*, *All 7* where there are no others.
fn everybody(group: Group<'_>) -> String {
    match (group.all, group.count) {
        (true, 2) => "Both".into(),
        (true, count) => format!("All {count}"),
        (false, count) => count.to_string(),
    }
}
