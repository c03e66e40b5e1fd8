//! The states of the rows that this process has read or written, by their text: `watch`
//! reads all rows twice a round, and most are as it wrote them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::names::TargetName;
use crate::model::record::{Record, Records, Revision};
use crate::model::state::State;

/// Rows that are kept, at most: each takes some 2 KB.
const MOST: usize = 4_096;

/// What is known of the rows. What a text says never changes, whoever writes it, so this is
/// right however the file is changed.
#[derive(Debug, Default)]
pub(super) struct Known {
    has_loaded: bool,
    /// Whether rows are kept at all. Who reads only once needs none of this.
    is_used: Arc<AtomicBool>,
    rows: HashMap<TargetName, (String, Box<State>)>,
}

impl Known {
    /// Tells from elsewhere whether rows are kept.
    pub(super) fn is_used(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_used)
    }

    /// Takes note that all rows are read: from the second time on, they are kept.
    pub(super) fn begin_load(&mut self) {
        if self.has_loaded {
            self.is_used.store(true, Ordering::Relaxed);
        }
        self.has_loaded = true;
    }

    /// Enters the record called `name` into `records` if what its `text` says is known.
    pub(super) fn enter(
        &self,
        records: &mut Records,
        name: &TargetName,
        revision: Revision,
        text: &str,
    ) -> bool {
        let known = self.rows.get(name).filter(|(known, _)| known == text);
        let Some((_, state)) = known else { return false };
        records.insert(name.clone(), Record { revision, state: state.clone() });
        true
    }

    /// Keeps that `text` is what says `state`.
    pub(super) fn keep(
        &mut self,
        name: &TargetName,
        text: impl Into<String>,
        state: impl FnOnce() -> Box<State>,
    ) {
        let has_room = self.rows.len() < MOST || self.rows.contains_key(name);
        if self.is_used.load(Ordering::Relaxed) && has_room {
            self.rows.insert(name.clone(), (text.into(), state()));
        }
    }

    /// Keeps nothing of what was kept.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nas() -> TargetName {
        TargetName::new("nas")
    }

    fn used() -> Known {
        let mut known = Known::default();
        known.begin_load();
        known.begin_load();
        known
    }

    #[test]
    fn who_reads_once_keeps_nothing() {
        let mut known = Known::default();
        known.begin_load();
        known.keep(&nas(), "{}", Box::default);
        assert!(!known.enter(&mut Records::new(), &nas(), Revision(1), "{}"));
    }

    #[test]
    fn a_state_is_known_only_of_the_same_text() {
        let (mut known, mut records) = (used(), Records::new());
        known.keep(&nas(), "{}", Box::default);
        assert!(!known.enter(&mut records, &nas(), Revision(1), "{ }"));
        assert!(!known.enter(&mut records, &TargetName::new("router"), Revision(1), "{}"));
        assert!(records.is_empty());
        assert!(known.enter(&mut records, &nas(), Revision(7), "{}"));
        assert_eq!(records[&nas()], Record { revision: Revision(7), state: Box::default() });
    }

    #[test]
    fn memory_is_bounded() {
        let mut known = used();
        for number in 0..2 * MOST {
            known.keep(&TargetName::new(format!("t{number}")), "{}", Box::default);
        }
        assert_eq!(known.rows.len(), MOST);
    }
}
