//! `prober tick`, from outside: a server falls over and recovers, Slack
//! refuses and accepts, and what people hear of it all.

mod broken_store;
mod maintenance;
mod outage;
mod refusal;
mod sight;
mod signals;
mod summary;

use crate::home::{Behaviour, DEFAULTS, Home, Nas, SLACK, Slack, target};
use crate::webhook::Reply;
