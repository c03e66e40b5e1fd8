//! What the servers of a scheme say, and what they are asked.

use super::{matching, pattern};
use crate::model::target::{DialogueExpect, DialogueStep, Payload};

/// Who we say to be: a name that nobody has, <https://www.rfc-editor.org/rfc/rfc6761#section-6.4>.
const OURSELVES: &str = "prober.invalid";

/// Whether TLS is not spoken from the beginning.
pub(super) fn is_plain(scheme: &str) -> bool {
    !scheme.ends_with('s')
}

/// The last line of an answer of SMTP or FTP, whatever it says:
/// <https://www.rfc-editor.org/rfc/rfc5321#section-4.2>.
const CODED: &str = r"(?m)^[0-9]{3}(?: [^\n]*|\r)?\n";
/// A line.
const LINE: &str = r"^[^\n]*\n";

/// What is said to a server of `scheme`, which is called `name`: that it greets (with the
/// `banner`, if one is wanted), goes over to TLS where it is asked to, and answers then.
pub(super) fn dialogue(
    scheme: &str,
    name: &str,
    banner: Option<&DialogueExpect>,
    upgrades: bool,
) -> Vec<DialogueStep> {
    let upgrades = upgrades && is_plain(scheme);
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
    /// The greeting, with the `banner` in it if there is one.
    fn greeted(&mut self, banner: Option<&DialogueExpect>, whole: &str, usual: &str) {
        let accepted = banner.cloned().unwrap_or_else(|| matching(usual));
        self.answered(whole, accepted);
    }

    /// An answer up to its end, since what is left of it would spoil TLS, or be taken for the
    /// next one. It must be `accepted`; any other ends the dialogue.
    fn heard(&mut self, whole: &str, accepted: &str) {
        self.answered(whole, matching(accepted));
    }

    fn answered(&mut self, whole: &str, accepted: DialogueExpect) {
        let (whole, accepted) = (pattern(whole), Box::new(accepted));
        self.0.push(DialogueStep::Expect(DialogueExpect::Reply { whole, accepted }));
    }

    fn said(&mut self, text: &str) {
        self.0.push(DialogueStep::Send(Payload::text(text)));
    }

    fn begins_tls(&mut self) {
        self.0.push(DialogueStep::StartTls);
    }
}

/// <https://www.rfc-editor.org/rfc/rfc5321>, and <https://www.rfc-editor.org/rfc/rfc3207>.
fn smtp(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    let hello = format!("EHLO {OURSELVES}\r\n");
    steps.greeted(banner, CODED, "^220");
    steps.said(&hello);
    steps.heard(CODED, "^250");
    if upgrades {
        steps.said("STARTTLS\r\n");
        steps.heard(CODED, "^220");
        steps.begins_tls();
        steps.said(&hello);
        steps.heard(CODED, "^250");
    }
    steps.said("QUIT\r\n");
}

/// <https://www.rfc-editor.org/rfc/rfc9051>.
fn imap(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    steps.greeted(banner, LINE, r"^\* (?:OK|PREAUTH)");
    if upgrades {
        steps.said("a1 STARTTLS\r\n");
        steps.heard(r"(?m)^a1 [^\n]*\n", "(?m)^a1 OK");
        steps.begins_tls();
    }
    steps.said("a2 CAPABILITY\r\n");
    steps.heard(r"(?m)^a2 [^\n]*\n", "(?m)^a2 OK");
    steps.said("a3 LOGOUT\r\n");
}

/// <https://www.rfc-editor.org/rfc/rfc1939>, and <https://www.rfc-editor.org/rfc/rfc2595>.
fn pop3(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    steps.greeted(banner, LINE, r"^\+OK");
    if upgrades {
        steps.said("STLS\r\n");
        steps.heard(LINE, r"^\+OK");
        steps.begins_tls();
    }
    steps.said("QUIT\r\n");
    steps.heard(LINE, r"^\+OK");
}

/// <https://www.rfc-editor.org/rfc/rfc959>, and <https://www.rfc-editor.org/rfc/rfc4217>.
fn ftp(steps: &mut Steps, banner: Option<&DialogueExpect>, upgrades: bool) {
    steps.greeted(banner, CODED, "^220");
    if upgrades {
        steps.said("AUTH TLS\r\n");
        steps.heard(CODED, "^234");
        steps.begins_tls();
    }
    steps.said("QUIT\r\n");
    steps.heard(CODED, "^221");
}

/// <https://www.rfc-editor.org/rfc/rfc6120>.
fn xmpp(steps: &mut Steps, name: &str, upgrades: bool) {
    let hello = format!(
        "<?xml version='1.0'?><stream:stream to='{name}' version='1.0' xmlns='jabber:client' \
         xmlns:stream='http://etherx.jabber.org/streams'>"
    );
    let whole =
        r"(?s)<stream:features(?:\s*/>|.*?</stream:features>)|<stream:error\b|</stream:stream>";
    let features = "<stream:features";
    steps.said(&hello);
    steps.heard(whole, features);
    if upgrades {
        steps.said("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        steps
            .heard(r"<(?:proceed|failure)\b[^>]*>|<stream:error\b|</stream:stream>", r"<proceed\b");
        steps.begins_tls();
        steps.said(&hello);
        steps.heard(whole, features);
    }
    steps.said("</stream:stream>");
}
