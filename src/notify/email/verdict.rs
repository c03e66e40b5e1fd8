//! What a mail server's answers mean.

use std::time::Duration;

use lettre::transport::smtp::Error;

use crate::model::secret::{Redactable, redact};
use crate::notify::Delivery;
use crate::text::error_chain::root_cause;
use crate::text::one_line;

/// When to come back after a 4xx. Greylisting wants some minutes, and takes
/// it amiss if one comes too often.
const COME_BACK: Duration = Duration::from_mins(1);

/// Characters of a server's words that are quoted.
const MAX_QUOTE: usize = 200;

/// What was being done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Connection,
    Login,
    Sender,
    Recipient,
    Content,
}

/// What went wrong.
pub(super) enum Trouble {
    /// In a step, with the server or on the way to it.
    At(Step, Error),
    /// TLS is asked for, and the server offers none.
    NoStartTls,
}

const NO_STARTTLS: &str = "the server offers no STARTTLS: write smtps:// for TLS from the start, \
                           and check whether this is the mail server at all";

impl Step {
    pub(super) fn trouble(self) -> impl Fn(Error) -> Trouble {
        move |error| Trouble::At(self, error)
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Connection => "the server does not talk to us: ask its owner why",
            Self::Login => {
                "check the user name and password in smtp_url; Google, Apple and others \
                            want an app password here"
            }
            Self::Sender => {
                "the server takes no mail from the address `from`: set it to one that \
                             belongs to the user in smtp_url"
            }
            Self::Recipient => {
                "the server takes no mail for any address of `to`: check them, and \
                                whether smtp_url should have a user name and password"
            }
            Self::Content => {
                "the server will not have this mail: its words say why, its owner more"
            }
        }
    }
}

impl Trouble {
    /// What it means for the mail, without any of the `secrets`.
    pub(super) fn classify(self, on_its_way: bool, secrets: &[&dyn Redactable]) -> Delivery {
        let (step, error) = match self {
            Self::At(step, error) => (step, error),
            Self::NoStartTls => {
                return Delivery::Refused { why: "no STARTTLS".into(), advice: NO_STARTTLS };
            }
        };
        let why = explanation(step, &error, secrets);
        if error.is_permanent() || error.is_client() {
            Delivery::Refused { why, advice: step.advice() }
        } else if error.is_transient() {
            Delivery::ComeBack { after: COME_BACK, why }
        } else if on_its_way {
            Delivery::Unknown { why: format!("connection lost before the answer: {why}") }
        } else {
            Delivery::Unavailable { why: format!("cannot hand it over: {why}") }
        }
    }
}

/// The server's code and words, or the last cause. A server may echo what
/// it was sent, and a login is sent in Base64: of its answer only the code is quoted.
fn explanation(step: Step, error: &Error, secrets: &[&dyn Redactable]) -> String {
    match (error.status(), step) {
        (Some(code), Step::Login) => format!("{code} to the login"),
        (Some(code), _) => quote(&format!("{code} {}", root_cause(error)), secrets),
        (None, _) => quote(&root_cause(error).to_string(), secrets),
    }
}

fn quote(text: &str, secrets: &[&dyn Redactable]) -> String {
    one_line(&redact(text.to_owned(), secrets.iter().copied()), MAX_QUOTE)
}
