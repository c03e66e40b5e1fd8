//! From what an event says to the message that a channel gets of it, in
//! Seoul, at 14:05 on the fifth of July.

use std::fmt::Write as _;

use chrono::TimeDelta;
use prober::core::announce::{Context, deliver};
use prober::core::step::{Event, of_events, owed};
use prober::model::observation::{Outcome, Reason, Vantage};
use prober::model::record::{Record, Records, Revision, states};
use prober::model::target::{Discovered, Target, Targets, and_discovered};
use prober::signal::Signal;

use crate::message::say;
use crate::world::slack;

/// The region that it is all heard in.
pub(super) const REGION: &str = "ap-northeast-2";

/// What `signals`, of one event, make a channel say. Whatever they say is
/// over was down before, and the channel was told so.
pub(super) fn message(signals: &[Signal]) -> String {
    let vantage = Vantage(REGION.into());
    let words: Vec<Event> =
        signals.iter().filter_map(|signal| signal.event(&vantage, Some(REGION))).collect();
    let discovered: Vec<Target> =
        words.iter().map(|word| discovered().target(&word.target).unwrap()).collect();
    let targets = and_discovered(&[], &discovered);
    let mut records = Records::new();
    keep(&mut records, &targets, &words.iter().filter_map(before).collect::<Vec<_>>());
    say_what_is_owed(&mut records, &targets);
    keep(&mut records, &targets, &words);
    say_what_is_owed(&mut records, &targets)
}

fn discovered() -> Discovered {
    Discovered::told_to(&[slack()])
}

/// What was said ten minutes before a word that it is over.
fn before(word: &Event) -> Option<Event> {
    let is_over = matches!(word.outcome, Some(Outcome::Success { .. }));
    let outcome = Some(Outcome::failure(Reason::Alarm, "it is in ALARM"));
    is_over.then(|| Event { at: word.at - TimeDelta::minutes(10), outcome, ..word.clone() })
}

fn context<'a>(targets: &'a Targets<'a>) -> Context<'a> {
    Context::new(targets, &[], crate::message::at("2026-07-05T05:05:00Z"))
}

fn keep(records: &mut Records, targets: &Targets<'_>, words: &[Event]) {
    for write in of_events(&context(targets), records, words).writes {
        let revision = Revision(write.expected.0 + 1);
        records.insert(write.target, Record { revision, state: write.state });
    }
}

/// Says it, and marks it as said.
fn say_what_is_owed(records: &mut Records, targets: &Targets<'_>) -> String {
    let context = context(targets);
    let facts = owed(&context, &states(records), &slack()).facts;
    if facts.is_empty() {
        return String::new();
    }
    for (target, fact) in &facts {
        deliver(&mut records.get_mut(target).unwrap().state, &slack(), fact, context.now());
    }
    let message = say(&facts);
    let mut shown = format!("\nmessage: {}\n", message.preview());
    for entry in message.entries {
        writeln!(shown, "> {}", entry.headline).unwrap();
        entry.lines.iter().for_each(|line| writeln!(shown, "> {}", line.plain()).unwrap());
    }
    shown
}
