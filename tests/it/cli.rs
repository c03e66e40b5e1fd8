//! The command line as scripts and people meet it: exit codes, what goes to
//! which stream, and the environment.

mod add;
mod check;
mod deploy;
mod environment;
mod forget;
mod init;
mod lacking;
mod notify_test;
mod outages;
mod packaging;
mod pause;
mod service;
mod status;
mod streams;
mod usage;
mod variables;

use crate::home::{DEFAULTS, Home, run, target};
