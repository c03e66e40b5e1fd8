//! Reads what a store remembers, for display.

use chrono::{DateTime, Utc};

use super::{Store, StoreError};
use crate::model::remembered::Remembered;

/// Reads from `store` what is shown at `now`.
///
/// # Errors
/// Where the records or the days cannot be read.
pub async fn remembered(store: &impl Store, now: DateTime<Utc>) -> Result<Remembered, StoreError> {
    let first = Remembered::first_day(now);
    let finished = store.days(first).await?;
    Ok(Remembered::new(store.load().await?, finished, first))
}
