//! What is said of an import: never a secret.

use crate::cli::import::destination::Destination;
use crate::cli::shell;
use crate::cli::wrap::{WIDTH, wrapped};
use crate::import::{ImportCounts, Plan, Variable};
use crate::text::clean;

/// What was written, and what to do next.
pub(super) fn written(plan: &Plan, destination: &Destination) -> String {
    let (config, counts) = (destination.config.display(), counts(plan.report.taken));
    let mut out = format!("Wrote {config}: {counts}.\n");
    if !plan.variables.is_empty() {
        let environment = destination.environment.display();
        out.push_str(&format!("Wrote {environment}, for you alone: what is secret.\n"));
    }
    out + &next(plan, destination)
}

/// Says on standard error what became of the source; if no file `is_written`, also which
/// variables the configuration needs.
pub(super) fn say_what_became(plan: &Plan, is_written: bool) {
    let mut out = what_became(plan);
    let names: Vec<&str> = plan.variables.iter().map(name).collect();
    if !is_written && !names.is_empty() {
        out.push_str(&format!(
            "\nThe configuration needs these variables: {}. With `--into probes.toml`, what is \
             known of them is written to a file for you alone.\n",
            names.join(", ")
        ));
    }
    // Who has closed standard error does not want to know.
    drop(std::io::Write::write_all(&mut std::io::stderr(), out.trim_start().as_bytes()));
}

/// What became of the source.
fn what_became(plan: &Plan) -> String {
    let mut out = String::new();
    if plan.report.is_whole() {
        out.push_str(&format!("Everything in the {} configuration was taken over.\n", plan.kind));
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

fn counts(taken: ImportCounts) -> String {
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
    let environment = destination.environment.display();
    let open: Vec<&str> =
        plan.variables.iter().filter(|variable| variable.value.is_none()).map(name).collect();
    if !open.is_empty() {
        steps.push(format!("write the values of {} into {environment}", open.join(", ")));
    }
    let prober = shell::prober(&destination.config);
    steps.push(format!("{prober} check          # probes everything once, and tells nobody"));
    if plan.report.taken.channels > 0 {
        steps.push(format!("{prober} notify-test    # sends a test message to every channel"));
    }
    format!("\nNext:\n  {}\n", steps.join("\n  "))
}

fn name(variable: &Variable) -> &str {
    &variable.name
}
