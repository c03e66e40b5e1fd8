//! The types of values: how a duration, an address or a token is written, and
//! what it becomes. Each module knows one kind of value, and no table.

pub(super) mod address;
pub(super) mod alone;
pub(super) mod authorization;
pub(super) mod choice;
pub(super) mod collections;
pub(super) mod condition;
pub(super) mod daily_hours;
pub(super) mod datetime;
pub(super) mod duration;
pub(super) mod health;
pub(super) mod host_key;
pub(super) mod key;
pub(super) mod lookalike;
pub(super) mod lookup;
pub(super) mod mail;
pub(super) mod mention;
pub(super) mod name;
pub(super) mod numbers;
pub(super) mod pin;
pub(super) mod proxy;
pub(super) mod status;
pub(super) mod strings;
pub(super) mod time_zone;
pub(super) mod token;
pub(super) mod web_url;
