//! What an outage looks like, from everything that is known at that moment. Pure, like the
//! judge: facts go in, at most one [`Cause`] comes out.
//!
//! A wrong cause is worse than none. Each rule states what must be *known*; where a fact is
//! missing, or two rules fit, nothing is said. docs/causes.md says the same for people.

mod answers;
mod facts;
mod gather;
mod line;
mod place;
mod rules;
mod silence;

use crate::model::detail::Cause;

pub use answers::is_gone;
pub use facts::{Calling, Facts, Neighbour, Sighting, WorksOver};
pub use gather::{Scene, host, port};
pub use line::is_same_line;
pub use place::{Place, calls_from, place};

/// What the outage that `facts` are of looks like; `None` where nothing fits, or more than
/// one cause does.
#[must_use]
pub fn diagnose(facts: &Facts<'_>) -> Option<Cause> {
    let mut fitting = rules::ALL.iter().filter_map(|rule| rule(facts));
    let cause = fitting.next()?;
    fitting.next().is_none().then_some(cause)
}
