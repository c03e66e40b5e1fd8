//! A channel: a console that writes on this. It accepts, refuses, hangs, or
//! accepts and does not say so.

use std::io::{self, Write};
use std::time::Duration;

use chrono::TimeDelta;
use prober::model::names::ChannelName;
use prober::model::target::Config;

use super::book::Heard;
use super::hours::is_closed;
use super::process::Process;
use super::world::World;

/// What one process writes to one channel.
pub(super) struct Paper {
    pub(super) world: World,
    pub(super) process: Process,
    pub(super) channel: &'static str,
    pub(super) config: Config,
}

impl Write for Paper {
    /// One message. A console writes it whole.
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        let now = self.world.now();
        let mut world = self.world.lock();
        if world.trouble(30) {
            // As long as a send may take, which the next step waits out.
            let hangs = Duration::from_millis(world.dice.below(25_000));
            self.process.wait(hangs);
        }
        if world.refusing[self.channel] || world.trouble(20) {
            return Err(io::Error::other("the channel refuses"));
        }
        let name = ChannelName::new(self.channel);
        let text = std::str::from_utf8(message).unwrap();
        // What is owed was found out before the message was sent.
        let asleep =
            [0, 1].map(|ago| is_closed(&self.config, &name, now - TimeDelta::minutes(ago)));
        assert!(asleep.contains(&false), "{name} was woken by {text}");
        for heard in Heard::all(text) {
            world.book.hear(&name, &heard);
            self.process.accepted(&name, &heard);
        }
        if world.trouble(15) {
            self.process.accident();
            return Err(io::Error::other("the answer is lost"));
        }
        if world.trouble(15) {
            self.process.doom();
        }
        Ok(message.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
