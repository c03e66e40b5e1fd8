//! What is said of an import: never a secret.

use std::path::Path;

use crate::cli::import::destination::Destination;
use crate::cli::wrap::{WIDTH, wrapped};
use crate::import::{Plan, Taken, Variable};
use crate::text::clean;

/// What was written, what became of the source, and what to do next.
pub(super) fn written(plan: &Plan, destination: &Destination) -> String {
    let mut out = String::new();
    if let Some(existing) = &destination.existing {
        let there = existing.display();
        out.push_str(&format!(
            "{there} is there already and was not changed: copy from the new file what you want.\n"
        ));
    }
    out.push_str(&format!(
        "Wrote {}: {}.\n",
        destination.config.display(),
        counts(plan.report.taken)
    ));
    if !plan.variables.is_empty() {
        let environment = destination.environment.display();
        out.push_str(&format!("Wrote {environment}, for you alone: what is secret.\n"));
    }
    format!("{out}{}{}", what_became(plan), next(plan, destination))
}

/// What became of the source.
pub(super) fn what_became(plan: &Plan) -> String {
    let mut out = String::new();
    if plan.report.is_whole() {
        out.push_str(&format!("\nEverything in the {} configuration was taken over.\n", plan.kind));
    }
    list(&mut out, "Taken over, with another meaning here", &plan.report.changed_lines());
    list(&mut out, "Not taken over", &plan.report.left_lines());
    out
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    out.push_str(&format!("\n{title}:\n"));
    for line in lines {
        let mut indent = "- ";
        for line in wrapped(clean(line).trim_end(), WIDTH - indent.len()) {
            out.push_str(&format!("{indent}{line}\n"));
            indent = "  ";
        }
    }
}

fn counts(taken: Taken) -> String {
    let counts = [
        (taken.targets, "target", "targets"),
        (taken.heartbeats, "heartbeat", "heartbeats"),
        (taken.channels, "channel", "channels"),
        (taken.maintenance, "window of maintenance", "windows of maintenance"),
        (taken.off, "as a comment", "as comments"),
    ];
    let some = counts.into_iter().filter(|(count, ..)| *count > 0);
    let words =
        some.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
    words.collect::<Vec<_>>().join(", ")
}

fn next(plan: &Plan, destination: &Destination) -> String {
    let mut steps = Vec::new();
    let environment = shell(&destination.environment);
    let open: Vec<&str> =
        plan.variables.iter().filter(|variable| variable.value.is_none()).map(name).collect();
    if !open.is_empty() {
        steps.push(format!("write the values of {} into {environment}", open.join(", ")));
    }
    if !plan.variables.is_empty() {
        steps.push(format!("set -a; . {environment}; set +a"));
    }
    let prober = if destination.config == Path::new("probes.toml") {
        "prober".to_owned()
    } else {
        format!("prober --config {}", shell(&destination.config))
    };
    steps.push(format!("{prober} check          # probes everything once, and tells nobody"));
    if plan.report.taken.channels > 0 {
        steps.push(format!("{prober} notify-test    # sends a test message to every channel"));
    }
    format!("\nNext:\n  {}\n", steps.join("\n  "))
}

fn name(variable: &Variable) -> &str {
    &variable.name
}

/// `path` as a shell reads it: `.` finds a file without a slash only on its PATH.
fn shell(path: &Path) -> String {
    let text = path.display().to_string();
    let text = if text.contains('/') { text } else { format!("./{text}") };
    let is_plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
