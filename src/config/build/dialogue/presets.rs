//! What the servers of a scheme say, and what they are asked.

use super::pattern;
use crate::model::target::{DialogueExpect, DialogueStep, Payload};

/// Who we say to be: a name that nobody has, <https://www.rfc-editor.org/rfc/rfc6761#section-6.4>.
const OURSELVES: &str = "prober.invalid";

/// The scheme without TLS from the beginning, if `scheme` is one.
pub(super) fn plain(scheme: &str) -> Option<&str> {
    (!scheme.ends_with('s')).then_some(scheme)
}

/// What is said to a server of `scheme`, which is called `name`: that it greets (with the
/// `banner`, if one is wanted), goes over to TLS where it is asked to, and answers then.
pub(super) fn dialogue(
    scheme: &str,
    name: &str,
    banner: Option<&DialogueExpect>,
    upgrades: bool,
) -> Vec<DialogueStep> {
    let upgrades = upgrades && plain(scheme).is_some();
    let mut steps = Steps(Vec::new());
    match scheme.trim_end_matches('s') {
        "smtp" => smtp(&mut steps, banner, upgrades),
        "imap" => imap(&mut steps, banner, upgrades),
        "pop3" => pop3(&mut steps, banner, upgrades),
        "ftp" => ftp(&mut steps, banner, upgrades),
        _ => xmpp(&mut steps, name, upgrades),
    }
    steps.0
}

struct Steps(Vec<DialogueStep>);

impl Steps {
    fn greeted(&mut self, banner: Option<&DialogueExpect>, usual: &str) {
        if let Some(banner) = banner {
            self.0.push(DialogueStep::Expect(banner.clone()));
        } else {
            self.heard(usual);
        }
    }

    /// The answer up to the end of its line: what is left of it would spoil TLS.
    fn heard(&mut self, text: &str) {
        self.0.push(DialogueStep::Expect(pattern(text)));
    }

    fn said(&mut self, text: &str) {
        self.0.push(DialogueStep::Send(Payload(text.as_bytes().to_vec())));
    }

    fn begins_tls(&mut self) {
        self.0.push(DialogueStep::StartTls);
    }
}

/// <https://www.rfc-editor.org/rfc/rfc5321>, and <https://www.rfc-editor.org/rfc/rfc3207>.
fn smtp(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    let hello = format!("EHLO {OURSELVES}\r\n");
    let accepted = r"(?m)^250 [^\n]*\n";
    steps.greeted(banner, r"(?m)^220(?: [^\n]*|\r)?\n");
    steps.said(&hello);
    steps.heard(accepted);
    if upgrades {
        steps.said("STARTTLS\r\n");
        steps.heard(r"(?m)^220[^\n]*\n");
        steps.begins_tls();
        steps.said(&hello);
        steps.heard(accepted);
    }
    steps.said("QUIT\r\n");
}

/// <https://www.rfc-editor.org/rfc/rfc9051>.
fn imap(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    steps.greeted(banner, r"^\* (?:OK|PREAUTH)[^\n]*\n");
    if upgrades {
        steps.said("a1 STARTTLS\r\n");
        steps.heard(r"(?m)^a1 OK[^\n]*\n");
        steps.begins_tls();
    }
    steps.said("a2 CAPABILITY\r\n");
    steps.heard(r"(?m)^a2 OK");
    steps.said("a3 LOGOUT\r\n");
}

/// <https://www.rfc-editor.org/rfc/rfc1939>, and <https://www.rfc-editor.org/rfc/rfc2595>.
fn pop3(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    steps.greeted(banner, r"^\+OK[^\n]*\n");
    if upgrades {
        steps.said("STLS\r\n");
        steps.heard(r"^\+OK[^\n]*\n");
        steps.begins_tls();
    }
    steps.said("QUIT\r\n");
    steps.heard(r"^\+OK");
}

/// <https://www.rfc-editor.org/rfc/rfc959>, and <https://www.rfc-editor.org/rfc/rfc4217>.
fn ftp(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    steps.greeted(banner, r"(?m)^220(?: [^\n]*|\r)?\n");
    if upgrades {
        steps.said("AUTH TLS\r\n");
        steps.heard(r"(?m)^234[^\n]*\n");
        steps.begins_tls();
    }
    steps.said("QUIT\r\n");
    steps.heard(r"(?m)^221");
}

/// <https://www.rfc-editor.org/rfc/rfc6120>.
fn xmpp(steps: &mut Steps, name: &str, upgrades: bool) {
    let hello = format!(
        "<?xml version='1.0'?><stream:stream to='{name}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    let features = r"(?s)<stream:features(?:\s*/>|.*?</stream:features>)";
    steps.said(&hello);
    steps.heard(features);
    if upgrades {
        steps.said("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        steps.heard(r"<proceed\b[^>]*>");
        steps.begins_tls();
        steps.said(&hello);
        steps.heard(features);
    }
    steps.said("</stream:stream>");
}
