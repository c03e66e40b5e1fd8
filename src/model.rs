//! What everything else is about: targets, observations, states, records, and
//! the configuration in its final form. Values of these types cannot be wrong.

pub mod arn;
pub mod channel_state;
pub mod cron;
pub mod daily_hours;
pub mod detail;
pub mod doubt;
pub mod embedded_ipv4;
pub mod expect;
pub mod history;
pub mod hours;
pub mod incident_fields;
mod lenient;
pub mod measured;
pub mod name_pattern;
pub mod names;
pub mod near_misses;
pub mod observation;
pub mod off_limits;
pub mod outage_log;
pub mod pattern;
pub mod prober_state;
pub mod record;
pub mod record_key;
pub mod remembered;
pub mod secret;
pub mod self_check;
pub mod shown_names;
pub mod skip;
pub mod state;
pub mod target;
pub mod witness;
