//! The task that runs `prober watch` where services are the Task Scheduler's: prober writes
//! none, and says what makes one.

use std::path::Path;

use crate::cli::shell::next_steps;

/// What makes the task for this `program` and this `config`, as the PowerShell of an
/// administrator takes it. A task that `schtasks` makes is stopped after three days:
/// <https://learn.microsoft.com/en-us/powershell/module/scheduledtasks/new-scheduledtasksettingsset>.
fn command(program: &Path, config: &Path) -> String {
    let arguments = format!("--config \"{}\" watch", config.display());
    format!(
        "Register-ScheduledTask -TaskName prober -User SYSTEM \
         -Action (New-ScheduledTaskAction -Execute {} -Argument {}) \
         -Trigger (New-ScheduledTaskTrigger -AtStartup) \
         -Settings (New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) \
         -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) \
         -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries)",
        quoted(&program.display().to_string()),
        quoted(&arguments)
    )
}

/// `text` as PowerShell takes it literally.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Why no unit is written, and what to do instead.
pub(super) fn advice(program: &Path, config: &Path) -> String {
    let steps = next_steps(&[
        ("Start-ScheduledTask prober", "starts it; later it starts with the machine"),
        ("Unregister-ScheduledTask prober", "removes it"),
    ]);
    format!(
        "Windows has no systemd: its Task Scheduler runs prober. In a PowerShell of an \
         administrator, this makes the task:\n\n{}\n\n{}",
        command(program, config),
        steps.trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_takes_paths_as_they_are() {
        let program = Path::new(r"C:\Program Files\prober\prober.exe");
        let command = command(program, Path::new(r"C:\Users\O'Neil\probes.toml"));
        assert!(command.contains(r"-Execute 'C:\Program Files\prober\prober.exe' "), "{command}");
        let argument = r#"-Argument '--config "C:\Users\O''Neil\probes.toml" watch')"#;
        assert!(command.contains(argument) && !command.contains('\n'), "{command}");
    }
}
