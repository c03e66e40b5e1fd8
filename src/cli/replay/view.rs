//! A replay for people: messages as a phone shows them, and the sum of a trace.

use chrono::TimeDelta;

use super::super::table::{self, Cell};
use crate::cli::draw::DIM;
use crate::model::names::TargetName;
use crate::notify::console;
use crate::replay::{ReplaySummary, Sent, TargetSummary};
use crate::text::duration::english as duration;

/// One message, with who got it when.
pub(super) fn message(sent: &Sent) -> String {
    let at = sent.at.format("%Y-%m-%d %H:%M:%S UTC");
    let mut text = format!("{at}, on {}:\n", sent.channel);
    for line in console::text(&sent.message, false).lines() {
        text += &format!("  ┃ {line}\n");
    }
    text + "\n"
}

/// A line that counts, and a table of the targets of which something was said.
pub(super) fn text(summary: &ReplaySummary) -> String {
    let ReplaySummary { ticks, observations, messages, .. } = summary;
    let mut text = format!("{observations} observations in {ticks} ticks: {messages} messages\n");
    if summary.targets.is_empty() {
        return text;
    }
    let heads = ["target", "incidents", "untold", "told", "first word", "at the latest", "down"];
    let mut heads = heads.into_iter().map(|head| Cell::new(head).style(DIM));
    let mut rows: Vec<Vec<Cell>> = vec![heads.next().into_iter().collect()];
    rows[0].extend(heads.map(Cell::right));
    rows.extend(summary.targets.iter().map(|(name, target)| row(name, target)));
    for line in table::lines(&rows) {
        text += &format!("{line}\n");
    }
    text
}

fn row(name: &TargetName, target: &TargetSummary) -> Vec<Cell> {
    let number = |count: u32| Cell::new(count.to_string()).right();
    let time = |seconds: Option<i64>| {
        let said = |seconds| duration(TimeDelta::seconds(seconds));
        Cell::new(seconds.map_or_else(String::new, said)).right()
    };
    let down = Some(target.down_s).filter(|seconds| *seconds > 0);
    vec![
        Cell::new(name.as_str()),
        number(target.incidents),
        number(target.untold),
        number(target.told),
        time(target.first_told.map(|delays| delays.median_s)),
        time(target.first_told.map(|delays| delays.longest_s)),
        time(down),
    ]
}
