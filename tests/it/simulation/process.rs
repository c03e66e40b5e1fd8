//! One run of the program, until it ends or dies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use prober::model::channel_state::ChannelState;
use prober::model::names::{ChannelName, TargetName};
use tokio::sync::Notify;

use super::book::Heard;

/// What the prober calls itself in messages.
const ITSELF: &str = "prober";

/// What its parts know of each other. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Process(Arc<Inner>);

#[derive(Default)]
struct Inner {
    death: Notify,
    body: Mutex<Body>,
}

#[derive(Default)]
struct Body {
    /// It dies before its next step.
    doomed: bool,
    /// Something happened to it that excuses what it did not record. A race
    /// that it lost does not.
    accident: bool,
    /// How long its next step takes longer, because a channel kept it waiting.
    lag: Duration,
    /// What a channel accepted of a target, and is not recorded yet.
    unrecorded: BTreeMap<(ChannelName, TargetName), Vec<Heard>>,
    /// What each channel was remembered for when this process took its lease.
    leased: BTreeMap<ChannelName, ChannelState>,
}

impl Process {
    /// Runs `work` until it ends, or until the process dies in it.
    pub(super) async fn run(&self, work: impl Future<Output = ()>) {
        tokio::select! {
            biased;
            () = self.0.death.notified() => {}
            () = work => {}
        }
    }

    /// Ends the process here: whoever called waits for ever.
    pub(super) async fn die(&self) {
        self.accident();
        self.0.death.notify_one();
        std::future::pending::<()>().await;
    }

    /// It was refused something, or an answer to it was lost.
    pub(super) fn accident(&self) {
        self.0.body.lock().unwrap().accident = true;
    }

    pub(super) fn doom(&self) {
        self.0.body.lock().unwrap().doomed = true;
    }

    pub(super) fn is_doomed(&self) -> bool {
        self.0.body.lock().unwrap().doomed
    }

    pub(super) fn wait(&self, lag: Duration) {
        self.0.body.lock().unwrap().lag += lag;
    }

    pub(super) fn take_lag(&self) -> Duration {
        std::mem::take(&mut self.0.body.lock().unwrap().lag)
    }

    /// A channel accepted this, and its record is to come.
    pub(super) fn accepted(&self, channel: &ChannelName, heard: &Heard) {
        let key = (channel.clone(), heard.target.clone());
        self.0.body.lock().unwrap().unrecorded.entry(key).or_default().push(heard.clone());
    }

    /// What `channel` was told of `target` is recorded.
    pub(super) fn recorded(&self, channel: &ChannelName, target: &TargetName) {
        self.0.body.lock().unwrap().unrecorded.remove(&(channel.clone(), target.clone()));
    }

    /// It has the lease of `channel`.
    pub(super) fn begins(&self, channel: &ChannelName, state: ChannelState) {
        self.0.body.lock().unwrap().leased.insert(channel.clone(), state);
    }

    /// It has given the lease back, and `state` with it, where what the prober
    /// said of itself is recorded.
    pub(super) fn ends(&self, channel: &ChannelName, state: &ChannelState) {
        let before = self.0.body.lock().unwrap().leased.remove(channel);
        if before.is_some_and(|before| before.heard != state.heard) {
            self.recorded(channel, &TargetName::new(ITSELF));
        }
    }

    /// What was accepted and, by an accident, never recorded: by `channel`, of targets; or by
    /// all of them, and what the prober said of itself.
    pub(super) fn lost(&self, channel: Option<&ChannelName>) -> Vec<(ChannelName, Heard)> {
        let mut body = self.0.body.lock().unwrap();
        let keys: Vec<_> = body.unrecorded.keys().cloned().collect();
        let ours = keys.into_iter().filter(|(name, target)| {
            channel.is_none_or(|ours| ours == name && target.as_str() != ITSELF)
        });
        let mut lost = Vec::new();
        for key in ours {
            let heard = body.unrecorded.remove(&key).unwrap_or_default();
            lost.extend(heard.into_iter().map(|heard| (key.0.clone(), heard)));
        }
        if body.accident { lost } else { Vec::new() }
    }
}
