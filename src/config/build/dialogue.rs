//! What is said over a connection: `send` and `banner`, `dialogue`, or what the servers of a
//! scheme say.

mod presets;

use std::sync::Arc;

use crate::config::build::context::Context;
use crate::config::tables::target::{Target, TargetDialogue};
use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::field::Located;
use crate::config::values::address::Address;
use crate::model::pattern::Pattern;
use crate::model::target::{
    DialogueExpect, DialogueStep, TcpProbe, TcpSecurity, TlsSettings, UdpProbe,
};

/// Most steps of a dialogue.
const MOST_STEPS: usize = 40;

/// What is connected to.
pub(super) struct Peer {
    /// The URL's scheme.
    pub(super) scheme: &'static str,
    /// Without brackets.
    pub(super) host: String,
    /// Not zero.
    pub(super) port: u16,
}

/// The probe of a target whose scheme is spoken over a connection. `None` if something is
/// wrong.
pub(super) fn build(
    target: &Target,
    Peer { scheme, host, port }: Peer,
    settings: Option<Arc<TlsSettings>>,
    context: &Context<'_>,
) -> Option<TcpProbe> {
    let banner = target.expect.value().and_then(|expect| expect.banner.value());
    let upgrades = target.starttls.copied().unwrap_or(true);
    let (security, dialogue) = match scheme {
        "tcp" => {
            let dialogue = own(target, context)?;
            let is_upgraded = dialogue.iter().any(is_start);
            let security =
                if is_upgraded { TcpSecurity::StartTls(settings?) } else { TcpSecurity::Plain };
            (security, dialogue)
        }
        "tls" => {
            let dialogue = own(target, context)?;
            (TcpSecurity::Tls(settings?), dialogue)
        }
        _ => {
            let settings = settings?;
            // What a chat server is asked for is the name that its certificate is for.
            let name = settings.server_name.as_ref().map(|name| name.to_str().into_owned());
            let name = name.unwrap_or_else(|| host.clone());
            let dialogue = presets::dialogue(scheme, &name, banner, upgrades);
            let security = match (presets::is_plain(scheme), upgrades) {
                (false, _) => TcpSecurity::Tls(settings),
                (true, true) => TcpSecurity::StartTls(settings),
                (true, false) => TcpSecurity::Plain,
            };
            (security, dialogue)
        }
    };
    Some(TcpProbe { scheme, host, port, security, dialogue: dialogue.into() })
}

/// A target of `udp`, which must send something to be answered.
pub(super) fn udp(
    target: &Target,
    host: String,
    port: u16,
    context: &Context<'_>,
) -> Option<UdpProbe> {
    if target.send.is_absent()
        && let Some(url) = target.url.given()
    {
        let title = "a target of `udp` needs something to send";
        let label = "add `send = …`: nobody answers nothing, and silence proves nothing";
        context.report(Diagnostic::new(url.span.clone(), title, label));
    }
    let expect = target.expect.value().and_then(|expect| expect.banner.value().cloned());
    Some(UdpProbe { host, port, send: target.send.value().cloned()?, expect })
}

fn is_start(step: &DialogueStep) -> bool {
    match step {
        DialogueStep::StartTls => true,
        DialogueStep::Send(_) | DialogueStep::Expect(_) => false,
    }
}

/// What a target of `tcp`, `tls`, `ws` or `wss` says itself.
pub(super) fn own(target: &Target, context: &Context<'_>) -> Option<Vec<DialogueStep>> {
    let banner = target.expect.value().and_then(|expect| expect.banner.given());
    let Some(dialogue) = target.dialogue.given() else {
        let send = target.send.value().cloned().map(DialogueStep::Send);
        let banner = banner.map(|banner| DialogueStep::Expect(banner.value.clone()));
        return (!target.dialogue.is_broken()).then(|| send.into_iter().chain(banner).collect());
    };
    let others = [
        target.send.given().map(|send| (send.key.clone(), "send")),
        banner.map(|banner| (banner.key.clone(), "banner")),
    ];
    for (span, key) in others.into_iter().flatten() {
        let title = format!("`{key}` does not go together with `dialogue`");
        let diagnostic = Diagnostic::new(span, title, "make it a step of the dialogue");
        context.report(diagnostic.also(dialogue.key.clone(), "this"));
    }
    if dialogue.value.is_empty() {
        let title = "a dialogue without a step says nothing";
        let label = "write a step, or take it out: the connection is enough then";
        context.report(Diagnostic::new(dialogue.span.clone(), title, label));
    }
    if dialogue.value.len() > MOST_STEPS {
        let title = format!("a dialogue has at most {MOST_STEPS} steps");
        context.report(Diagnostic::new(dialogue.span.clone(), title, "say less"));
        return None;
    }
    let scheme = target.url.value().map_or("tcp", Address::scheme);
    let mut has_started = scheme != "tcp";
    let mut steps = Vec::new();
    for step in &dialogue.value {
        steps.extend(one(step, &mut has_started, context));
    }
    Some(steps)
}

/// What one step of a dialogue stands for.
fn one(
    step: &Located<TargetDialogue>,
    has_started: &mut bool,
    context: &Context<'_>,
) -> Vec<DialogueStep> {
    let TargetDialogue { send, expect, starttls } = &step.value;
    let is_start = starttls.copied().unwrap_or(false);
    let is_said = send.given().is_some() || expect.given().is_some();
    let is_broken = send.is_broken() || expect.is_broken() || starttls.is_broken();
    if is_start == is_said && !is_broken {
        let title = "a step of a dialogue sends, expects, or begins TLS";
        let label = "write `send` or `expect` or both, or `starttls = true` alone";
        context.report(Diagnostic::new(step.span.clone(), title, label));
    }
    if is_start && std::mem::replace(has_started, true) {
        let title = "TLS has begun before this step, or never does";
        let label = "take it out: TLS begins once, with `tls://` or `wss://` as soon as the connection is open";
        context.report(Diagnostic::new(step.span.clone(), title, label));
    }
    let send = send.value().cloned().map(DialogueStep::Send);
    let expect = expect.value().cloned().map(DialogueStep::Expect);
    let start = is_start.then_some(DialogueStep::StartTls);
    [send, expect, start].into_iter().flatten().collect()
}

/// A pattern that is known to be one.
fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a preset's pattern is one")
}

fn matching(text: &str) -> DialogueExpect {
    DialogueExpect::Matches(pattern(text))
}
