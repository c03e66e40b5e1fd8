//! What is done about records that cannot be read: they are left as they are,
//! every channel is told once, and all other targets are watched.

use super::tell::Teller;
use crate::core::step::Event;
use crate::message::Notice;
use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::record::Records;
use crate::store::{Store, StoreError};

impl<S: Store> Teller<'_, S> {
    /// Tells every channel of `unreadable` records, if there are any and it
    /// does not know of them yet. Returns how many notices are still to be told.
    pub(super) async fn say_unreadable(
        &self,
        unreadable: Option<Notice>,
    ) -> Result<usize, StoreError> {
        let Some(notice) = unreadable else { return Ok(0) };
        // On the heap: it is rare, and otherwise each tick's future would contain it.
        let all_know = Box::pin(self.say(&notice)).await?;
        Ok(usize::from(!all_know))
    }
}

/// What is to be told of those of `records` that cannot be read. It goes to
/// the log each time.
pub(super) fn notice(records: &Records) -> Option<Notice> {
    let of = |(name, why): (&TargetName, &Detail)| (name.clone(), why.clone());
    let problems: Vec<(TargetName, Detail)> = records.unreadable.iter().map(of).collect();
    for (_, problem) in &problems {
        tracing::error!("not watched: {problem}");
    }
    (!problems.is_empty()).then_some(Notice::UnreadableRecords { problems })
}

/// Refuses `events` if one of them is of a target whose record cannot be read: its
/// sender must send it again, and not hear that it is stored.
pub(super) fn none_of(events: &[Event], records: &Records) -> Result<(), StoreError> {
    let problem = events.iter().find_map(|event| records.unreadable.get(&event.target));
    problem.map_or(Ok(()), |problem| {
        let problem = problem.clone();
        Err(StoreError { action: "read", place: "the store".into(), problem: Box::new(problem) })
    })
}
