//! English.

mod causes;
mod details;
mod plight;
mod several;

use self::plight::{bad, good};
use super::{Plight, Words};
use crate::message::time::Calendar;
use crate::model::detail::Detail;
use crate::model::observation::{Reason, WarningKind};
use crate::text::duration::{Unit, english_unit};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) struct English;

impl Words for English {
    fn tag(&self) -> &'static str {
        "en"
    }

    fn test(&self) -> &'static str {
        "Test message from prober: this channel works"
    }

    fn broken_config(&self, file: &str, diagnostics: usize) -> String {
        let mistakes = plural(diagnostics, "mistake");
        format!("{file} has {mistakes}; the last good one stays in force")
    }

    fn broken_by(&self, file: &str, line: usize, said: &str) -> String {
        format!("{file} has a mistake in line {line} ({said}); the last good one stays in force")
    }

    fn at_line(&self, line: usize, said: &str) -> String {
        format!("line {line}: {said}")
    }

    fn unread_config(&self, what: &str, why: &str) -> String {
        format!("{what} cannot be read: {why}; the last good configuration stays in force")
    }

    fn deadly_config(&self, file: &str, since: &str) -> String {
        format!(
            "{file} is not read, because a process that began to read it at {since} died; the last good configuration stays in force"
        )
    }

    fn change_config(&self) -> &'static str {
        "Change it, and run `prober validate` on it first. Unchanged, it is tried again after an hour."
    }

    fn readable_config(&self, file: &str) -> String {
        format!("{file} can be read again")
    }

    fn right_config(&self, file: &str) -> String {
        format!("{file} is right again")
    }

    fn found_in(&self, place: &str) -> String {
        format!("In {place}")
    }

    fn parts_are_off(&self, list: &str) -> String {
        format!("prober goes on without {list}: secrets or files are missing or wrong")
    }

    fn channel_is_off(&self, name: &str, why: &str) -> String {
        format!("The channel {name} is off: {why}")
    }

    fn is_unwatched(&self, name: &str, why: &str) -> String {
        format!("{name} is not watched: {why}")
    }

    fn inbox_is_off(&self, why: &str) -> String {
        format!("A key of [inbox] is off: {why}")
    }

    fn page_is_off(&self, why: &str) -> String {
        format!("The status page is off: {why}")
    }

    fn watchdog_is_off(&self, why: &str) -> String {
        format!("The watchdog is not called: {why}")
    }

    fn witness_differs(&self, name: &str, list: &str) -> String {
        format!("The witness {name} means something else by {list}, and has no vote on that")
    }

    fn compare_witness(&self) -> &'static str {
        "Write these targets alike in both configurations: `prober check --witness` shows which differ."
    }

    fn witness_is_off(&self, name: &str, why: &str) -> String {
        format!("The witness {name} is not asked: {why}")
    }

    fn unreadable_records(&self, list: &str, count: usize) -> String {
        match count {
            1 => format!("{list} is not watched: prober cannot read its record"),
            _ => format!("{list} are not watched: prober cannot read their records"),
        }
    }

    fn others_are_watched(&self) -> &'static str {
        "Until this is mended, nothing is known or told of them; everything else is watched."
    }

    fn store_fails(&self, problem: &str) -> String {
        format!("prober cannot read or write its records: {problem}")
    }

    fn self_check_fails(&self, since: &str) -> String {
        format!("prober tells no network outages since {since}: its self-check fails")
    }

    fn self_check_advice(&self) -> &'static str {
        "None of self_check.urls answers, so prober takes itself for offline. But this message arrived: if something here blocks those addresses, set others under [self_check]."
    }

    fn store_works(&self) -> &'static str {
        "prober can read and write its records again"
    }

    fn judges_again(&self) -> &'static str {
        "What is down now is told as ever; what came and went meanwhile may be missing."
    }

    fn fails_meanwhile(&self) -> &'static str {
        "When it looked just now, these failed:"
    }

    fn nothing_is_judged(&self) -> &'static str {
        "Until this is mended, nothing is judged, and outages may not be told. This is said at most once an hour."
    }

    fn dropped(&self, list: &str, count: usize, how_long: &str) -> String {
        let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
        format!(
            "CloudWatch alarm{s} {list} {are} no longer followed: still raised, but nothing heard for {how_long}"
        )
    }

    fn comes_back(&self) -> &'static str {
        "An alarm that still exists comes back with its next change of state."
    }

    fn in_trouble(&self, alarm: &str) -> String {
        format!("prober itself is in trouble: {alarm}. Outages may not be told")
    }

    fn see_deploy(&self) -> &'static str {
        "What to do: docs/deploy.md."
    }

    fn out_of_trouble(&self, alarm: &str) -> String {
        format!("prober itself is out of trouble: {alarm}")
    }

    fn no_network(&self, how_long: &str, span: &str) -> String {
        format!("prober had no network for {how_long} ({span})")
    }

    fn did_not_run(&self, how_long: &str, span: &str) -> String {
        format!("prober was not running for {how_long} ({span})")
    }

    fn may_have_missed(&self) -> &'static str {
        "What went down and came back meanwhile is not known."
    }

    fn at_most(&self, how_long: &str) -> String {
        format!("at most {how_long}")
    }

    fn unseen(&self, how_long: &str) -> String {
        format!("Nobody looked for {how_long} of that.")
    }

    fn down(&self, name: &str, since: &str, behind: usize, why: &str) -> String {
        match behind {
            0 => format!("{name} is down since {since}: {why}"),
            behind => format!("{name} is down since {since}, and {behind} behind it: {why}"),
        }
    }

    fn open(&self, name: &str, since: &str, port: u16) -> String {
        format!("{name}: port {port} is open since {since}, and must not be")
    }

    fn late(&self, name: &str, why: &str) -> String {
        format!("{name} is late: {why}")
    }

    fn failed(&self, name: &str, why: &str) -> String {
        format!("{name} failed: {why}")
    }

    fn unmet(&self, name: &str, why: &str) -> String {
        format!("{name}: {why}")
    }

    fn alarm(&self, name: &str, why: &str) -> String {
        format!("CloudWatch alarm {name}: {why}")
    }

    fn reports_error(&self, name: &str, error: &str) -> String {
        format!("{name} reports an error: {error}")
    }

    fn logs_error(&self, name: &str, error: &str) -> String {
        format!("{name} logs an error: {error}")
    }

    fn reports_another(&self, name: &str, error: &str) -> String {
        format!("{name} reports another error: {error}")
    }

    fn logs_another(&self, name: &str, error: &str) -> String {
        format!("{name} logs another error: {error}")
    }

    fn still_down(&self, name: &str, plight: Plight, how_long: &str, why: &str) -> String {
        match plight {
            Plight::Down => format!("{name} is still down after {how_long}: {why}"),
            Plight::Late => format!("{name} is still late after {how_long}: {why}"),
            Plight::Failed => format!("{name} still fails after {how_long}: {why}"),
            Plight::Alarm => {
                format!("CloudWatch alarm {name} is still raised after {how_long}: {why}")
            }
            Plight::Reports | Plight::Logs => {
                format!("{name} still has errors after {how_long}: {why}")
            }
            Plight::Open(port) => format!("{name}: port {port} is still open after {how_long}"),
        }
    }

    fn was_down(&self, name: &str, plight: Plight, how_long: &str, span: &str) -> String {
        match plight {
            Plight::Down => format!("{name} was down for {how_long} ({span}) and is up"),
            Plight::Late => format!("{name} was late for {how_long} ({span}) and has called"),
            Plight::Failed => format!("{name} failed for {how_long} ({span}) and works again"),
            Plight::Alarm => {
                format!("CloudWatch alarm {name} was raised for {how_long} ({span}) and is OK")
            }
            Plight::Reports | Plight::Logs => {
                format!("{name} had errors for {how_long} ({span}) and has no more")
            }
            Plight::Open(port) => {
                format!("{name}: port {port} was open for {how_long} ({span}) and is closed")
            }
        }
    }

    fn was_down_often(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        in_all: &str,
        span: &str,
    ) -> String {
        let (often, in_all) = (format!("{times} times"), format!("{in_all} in all ({span})"));
        match plight {
            Plight::Down => format!("{name} was down {often}, {in_all}, and is up"),
            Plight::Late => format!("{name} was late {often}, {in_all}, and has called"),
            Plight::Failed => format!("{name} failed {often}, {in_all}, and works again"),
            Plight::Alarm => {
                format!("CloudWatch alarm {name} was raised {often}, {in_all}, and is OK")
            }
            Plight::Reports | Plight::Logs => {
                format!("{name} had errors {often}, {in_all}, and has no more")
            }
            Plight::Open(port) => {
                format!("{name}: port {port} was open {often}, {in_all}, and is closed")
            }
        }
    }

    fn was_down_too(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        how_long: &str,
        span: &str,
    ) -> String {
        let much = match times {
            0 | 1 => format!("for {how_long} ({span})"),
            times => format!("{times} times, {how_long} in all ({span})"),
        };
        match plight {
            Plight::Down => format!("{name} was down {much}, too"),
            Plight::Late => format!("{name} was late {much}, too"),
            Plight::Failed => format!("{name} failed {much}, too"),
            Plight::Alarm => format!("CloudWatch alarm {name} was raised {much}, too"),
            Plight::Reports | Plight::Logs => format!("{name} had errors {much}, too"),
            Plight::Open(port) => format!("{name}: port {port} was open {much}, too"),
        }
    }

    fn recovered(&self, name: &str, how_long: &str, span: &str) -> String {
        format!("{name} recovered after {how_long} ({span})")
    }

    fn recovered_with(
        &self,
        recovered: &str,
        told: usize,
        back: usize,
        still: Option<&str>,
    ) -> String {
        match (still, told, back) {
            (Some(still), _, _) => format!("{recovered}; still down behind it: {still}"),
            (None, 1, 1) => format!("{recovered}, and the one behind it"),
            (None, told, back) if told == back => {
                format!("{recovered}, and all {told} behind it")
            }
            (None, _, 0) => recovered.to_owned(),
            (None, told, back) => format!("{recovered}, and {back} of {told} behind it"),
        }
    }

    fn came(&self, name: &str, how_long: &str, span: &str) -> String {
        format!("{name} recovered: its ping came {how_long} late ({span})")
    }

    fn closed(&self, name: &str, port: u16, how_long: &str, span: &str) -> String {
        format!("{name}: port {port} is closed again after {how_long} ({span})")
    }

    fn alarm_over(&self, name: &str, how_long: &str) -> String {
        format!("CloudWatch alarm {name}: OK again after {how_long}")
    }

    fn quiet_again(&self, name: &str, quiet: Option<&str>, errors: u32, since: &str) -> String {
        let errors = match errors {
            0 => String::new(),
            errors => format!(" ({errors} in all since {since})"),
        };
        match quiet {
            Some(quiet) => format!("{name}: no error for {quiet}{errors}"),
            None => format!("{name}: no more errors{errors}"),
        }
    }

    fn unstable(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        within: &str,
        why: Option<&str>,
    ) -> String {
        let now = match why {
            Some(why) => format!("{}: {why}", bad(plight)),
            None => good(plight).to_owned(),
        };
        format!("{name} is unstable: more than {times} changes in {within}, now {now}")
    }

    fn steady_up(&self, name: &str, plight: Plight, since: Option<&str>) -> String {
        let good = good(plight);
        match since {
            Some(since) => format!("{name} is steady again: {good} since {since}"),
            None => format!("{name} is steady again: {good}"),
        }
    }

    fn steady_down(&self, name: &str, plight: Plight, since: &str, why: &str) -> String {
        format!("{name} is steady again: {} since {since}: {why}", bad(plight))
    }

    fn news(&self, name: &str, headline: Option<&str>) -> String {
        format!("{name}: {}", headline.unwrap_or("an empty message"))
    }

    fn warning(&self, name: &str, kind: WarningKind, detail: &str) -> String {
        match kind {
            WarningKind::CertExpiring => format!("{name}: certificate expires {detail}"),
            WarningKind::Slow => format!("{name} is slow: {detail}"),
            WarningKind::Partial => format!("{name} is {detail}"),
            WarningKind::Unwatched => format!("{name} cannot be watched from here: {detail}"),
        }
    }

    fn cleared(&self, name: &str, kind: WarningKind, now: Option<&str>) -> String {
        match (kind, now) {
            (WarningKind::CertExpiring, Some(now)) => format!("{name}: certificate renewed, {now}"),
            (WarningKind::CertExpiring, None) => format!("{name}: certificate renewed"),
            (WarningKind::Slow, Some(now)) => format!("{name} is fast again: {now}"),
            (WarningKind::Slow, None) => format!("{name} is fast again"),
            (WarningKind::Partial, _) => format!("{name} is reachable from here again"),
            (WarningKind::Unwatched, _) => format!("{name} can be watched again"),
        }
    }

    fn expected(&self, what: &str) -> String {
        format!("Expected: {what}")
    }

    fn begins(&self, what: &str) -> String {
        format!("The body begins: {what}")
    }

    fn cause(&self, why: &str) -> String {
        // A sentence of its own, where the fact is what it did.
        match why.strip_prefix("answered ") {
            Some(what) => format!("It had answered {what}"),
            None => format!("The cause was: {why}"),
        }
    }

    fn affected(&self, names: &str) -> String {
        format!("Behind it: {names}")
    }

    fn unknown_yet(&self, names: &str) -> String {
        format!("Not known yet whether they are back: {names}")
    }

    fn next_reminder(&self, instant: &str) -> String {
        format!("Next reminder: {instant}")
    }

    fn told_late(&self) -> &'static str {
        "This channel was not told while it lasted."
    }

    fn since(&self, instant: &str) -> String {
        format!("Since {instant}")
    }

    fn seen_from(&self, vantage: &str) -> String {
        format!("Seen from {vantage}")
    }

    fn also_from(&self, names: &str) -> String {
        format!("Also down from {names}")
    }

    fn quiet_until_steady(&self, how_long: &str) -> String {
        format!("Nothing more is told until it stays down, or has been steady for {how_long}.")
    }

    fn probed_works(&self, name: &str, latency_ms: u32) -> String {
        format!("Probed at once: {name} works, it answered in {latency_ms} ms")
    }

    fn probed_fails(&self, name: &str, detail: &str) -> String {
        format!("Probed at once: {name} does not work: {detail}")
    }

    fn probed_unclear(&self, name: &str, why: &str) -> String {
        format!("Probed at once: it is not known whether {name} works: {why}")
    }

    fn stream(&self, name: &str) -> String {
        format!("Log stream: {name}")
    }

    fn open_log(&self) -> &'static str {
        "Open log"
    }

    fn open_alarm(&self) -> &'static str {
        "Open alarm"
    }

    fn open_link(&self) -> &'static str {
        "Open"
    }

    fn status_page(&self) -> &'static str {
        "Status page"
    }

    fn said_by(&self, vantage: &str, instant: &str) -> String {
        format!("prober at {vantage}, {instant}")
    }

    fn reason(&self, reason: Reason) -> &'static str {
        reason.description()
    }

    fn kind(&self, kind: WarningKind) -> &'static str {
        kind.description()
    }

    fn detail(&self, detail: &Detail, calendar: Calendar) -> String {
        details::say(detail, calendar)
    }

    fn span(&self, from: &str, until: &str) -> String {
        format!("{from} – {until}")
    }

    fn day(&self, day: u32, month0: u32, year: Option<i32>) -> String {
        let month = MONTHS.get(month0 as usize).copied().unwrap_or_default();
        match year {
            Some(year) => format!("{day} {month} {year}"),
            None => format!("{day} {month}"),
        }
    }

    fn duration_unit(&self, count: i64, unit: Unit) -> String {
        english_unit(count, unit)
    }

    fn seconds(&self, count: &str) -> String {
        format!("{count} s")
    }
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
