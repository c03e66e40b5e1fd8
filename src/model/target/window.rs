//! Maintenance windows: when it is not told that something is down.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::model::cron::CronExpression;
use crate::model::names::TargetName;

/// A time in which what is down is not announced.
#[derive(Debug, Clone)]
pub struct Window {
    /// The targets that it silences, each of which exists; `None`: all.
    pub targets: Option<Vec<TargetName>>,
    /// When it is.
    pub when: When,
}

/// When a window is.
#[derive(Debug, Clone)]
pub enum When {
    /// From each occurrence of a cron expression on. Windows may overlap.
    Recurring {
        /// The expression.
        schedule: Box<CronExpression>,
        /// The zone it is read in.
        zone: Tz,
        /// How long each window is; longer than zero.
        duration: Duration,
    },
    /// Once.
    Once {
        /// The first instant in it.
        from: DateTime<Utc>,
        /// The first instant after it; later than `from`.
        to: DateTime<Utc>,
    },
}
