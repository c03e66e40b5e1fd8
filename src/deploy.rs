//! `prober deploy` and `prober destroy`: the program installs itself on AWS, changes what it
//! installed, and takes it away.
//!
//! Everything is found again by names that follow from the stack's ([`StackName`]), and each
//! step looks first whether it was done: so it can be interrupted anywhere, and run again.
//! What is decided (what to do about a [stack](approach), which [values](choices) parameters
//! get, what a [plan] says, what it [costs](cost)) is pure; [`survey`], [`install`],
//! [`remove`] and [`wait`] ask AWS. It asks nobody and prints nothing; its errors name the
//! options of `prober deploy`.

pub mod approach;
mod archive;
pub mod choices;
pub mod cost;
pub mod install;
mod names;
pub mod plan;
pub mod program;
pub mod release;
pub mod remove;
pub mod survey;
pub mod template;
pub mod wait;

use crate::aws::Refusal;

pub use self::names::StackName;

/// Whoever watches hears of each step when it is done, and of what is waited for.
pub trait Progress {
    /// Something was done, or need not be done: `subject` is what it is about.
    fn step(&mut self, subject: &str, what: &str);
    /// It goes on: how far it is.
    fn wait(&mut self, how_far: &str);
}

/// Why it did not come to its end. What was done stays, and is found when it is run again.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// AWS does not do it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The bucket's name is taken.
    #[error(
        "the bucket {0} is somebody else's, or you may not look at it: choose another name for \
         the stack by --stack, or ask for s3:ListBucket"
    )]
    BucketTaken(String),
    /// The stack's operation failed.
    #[error("the stack {name} is in {status}: {meaning}{reasons}")]
    Failed {
        /// The stack's name.
        name: String,
        /// Its status, in AWS's word.
        status: String,
        /// What that means.
        meaning: &'static str,
        /// What AWS said of the parts that failed, each in a line.
        reasons: String,
    },
    /// Only a person can help.
    #[error("the stack {name} is in {status}: {advice}")]
    Stuck {
        /// The stack's name.
        name: String,
        /// Its status, in AWS's word.
        status: String,
        /// What to do.
        advice: &'static str,
    },
    /// What has to be kept does not fit where it is kept.
    #[error("{0}")]
    Unfit(String),
}
