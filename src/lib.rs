//! prober watches home servers from outside and says, once, what went down
//! and what is back.
//!
//! This is the map: a paragraph for each room, in the order in which data flows.
//! `tests/it/rooms.rs` holds the list of who may use whom; there is no circle.
//!
//! **What everything is about**
//!
//! - [`model`]: targets, channels, the validated configuration, observations,
//!   states, records and their keys. Every room may use it; it uses `text`,
//!   because the English words of a detail have durations, and the numbers of [`os`].
//! - [`text`]: what may be shown of others' texts and addresses, what looks like a secret,
//!   errors with their causes, the probable meaning of a misspelt name, durations, sizes,
//!   files of variables. It uses no other room.
//! - [`os`]: what Unix and Windows each have their own way for, under one name: signals,
//!   modes of files, limits, the numbers of errors. It uses no other room.
//!
//! **Decisions.** Pure: no clock, no I/O, no environment. Two files are the exceptions:
//! `replay/record.rs` appends to a trace, and `import/kuma/database.rs` reads a kuma.db.
//!
//! - [`core`]: [`judge`](core::judge) turns observations into a status, and knows
//!   what is due, what silence means and whether the prober itself can see;
//!   [`announce`](core::announce) says what each channel is owed, and why one is
//!   *not* told (*why was there no alarm?* [`announce::NotAnnounced`](core::announce::NotAnnounced));
//!   [`step`](core::step) combines both; [`pass`](core::step::pass()) is the order of
//!   a tick, and [`telling`](core::step::telling) the order in which a channel is told.
//!   They use `model` alone, and know no messages, stores or channels.
//! - [`config`]: the text of probes.toml becomes a validated configuration, or
//!   every diagnostic at its place. It uses `model` and `text`.
//! - [`authoring`]: what is written into probes.toml for somebody: a new file, a
//!   target that is added without the secrets of its URL, and what fits it by what
//!   answered. It uses `model` and `text`.
//! - [`signal`]: what AWS's services and clients send becomes events of targets.
//!   It uses `core`, `model` and `text`.
//! - [`message`]: what is owed becomes words, a file for each language. It uses
//!   `core`, `model` and `text`.
//! - [`page`]: what is stored becomes HTML, JSON, badges and a feed. It uses
//!   `core::announce`, `core::judge`, `message`, `model` and `text`.
//! - [`import`]: what another monitor knows becomes the text of a configuration. It
//!   uses `config`, `model` and `text`.
//! - [`metrics`]: what is stored becomes numbers for Prometheus. It uses
//!   `core::announce`, `core::step`, `model` and `page`.
//! - [`replay`]: a trace of observations becomes what channels would have been
//!   told. It uses `core`, `message`, `model` and `text`; never the engine.
//!
//! **The world.** Thin: each file speaks to one thing outside. Sockets are opened
//! only here; the front doors bind those that listen, and hand them to [`inbox`].
//!
//! - [`probe`]: the only room that opens a socket to a target in order to judge it, one
//!   file for each protocol. It uses `model`, `clock`, `text` and `core::judge`.
//!   ([`app::web_page`] looks at a page once, by `http_client`, to recognise a program.)
//! - [`store`]: one small trait; SQLite, DynamoDB and memory behind it. A lease is taken
//!   by [`Store::lease`](store::Store::lease): the engine takes a channel's before it
//!   tells, and [`app::reload`] one while it reads a configuration.
//! - [`notify`]: one file for each channel: the request out, the answer
//!   classified. Only it knows Slack's wire.
//! - [`aws`]: the requests to AWS's services; only reading and writing the table is the
//!   store's. [`http_client`] is for all our own requests, [`clock`] is the one source of
//!   time, and of our own code only [`environment`] reads the environment.
//!
//! **Where they are joined**
//!
//! - [`engine`]: one tick (probe, judge, store, tell), and events from outside.
//!   The only room that drives `probe`, `store` and `notify` together.
//! - [`inbox`]: an HTTP request becomes an event that the engine stores, or a page.
//! - [`app`]: makes an engine from files, S3, SSM and the environment, and keeps it
//!   up to date ([`app::reload`]); for the front doors it also writes files whole
//!   ([`app::write_file`]) and gathers what a configuration needs elsewhere.
//! - [`deploy`]: what the program needs on AWS is made, changed and taken away. It uses
//!   `aws`, `clock`, `model` and `text`.
//!
//! **The front doors**, which no other room uses: [`cli`] has a file for each
//! command, and [`lambda`] is the function on AWS.
//!
//! Which room uses which is held, edge by edge, by `tests/it/rooms.rs`.

pub mod app;
pub mod authoring;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod clock;
pub mod config;
pub mod core;
#[cfg(feature = "aws")]
pub mod deploy;
pub mod engine;
pub mod environment;
pub mod http_client;
#[cfg(feature = "import")]
pub mod import;
pub mod inbox;
#[cfg(feature = "aws")]
pub mod lambda;
pub mod message;
pub mod metrics;
pub mod model;
pub mod notify;
pub mod os;
pub mod page;
pub mod probe;
pub mod replay;
pub mod signal;
pub mod store;
pub mod text;
