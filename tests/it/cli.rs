//! The command line as scripts and people meet it: exit codes, what goes to
//! which stream, and the environment.

mod check;
mod deploy;
mod environment;
mod forget;
mod lacking;
mod notify_test;
mod outages;
mod packaging;
mod pause;
mod status;
mod streams;
mod usage;

use crate::home::{DEFAULTS, Home, run, target};
