//! Credentials from AWS's own command line, for profiles that sign in (SSO, `aws login`) or
//! call another program. Whoever signed in that way has it, and the libraries for it would
//! add two more of the SDK's services to the program:
//! <https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html>.

use std::process::{Command, Stdio};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::text::one_line;

/// The program's name.
const PROGRAM: &str = "aws";

/// How many characters of its complaints are repeated.
const MAX_SHOWN: usize = 300;

/// What it prints: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Exported {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<DateTime<Utc>>,
}

/// The credentials of `profile`, or of the one that the environment names; `None` if there
/// is no such program.
pub(super) async fn credentials(profile: Option<String>) -> Option<Result<Credentials, String>> {
    let run = move || {
        let mut command = Command::new(PROGRAM);
        command.args(["configure", "export-credentials", "--format", "process"]);
        if let Some(profile) = &profile {
            command.args(["--profile", profile]);
        }
        // Some programs ask for a code there.
        command.stdin(Stdio::inherit()).output()
    };
    let output = tokio::task::spawn_blocking(run).await.ok()?.ok()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Some(Err(format!("`{PROGRAM}` says: {}", one_line(&said, MAX_SHOWN))));
    }
    Some(read(&output.stdout))
}

/// Reads what was printed. An error must not repeat it.
fn read(printed: &[u8]) -> Result<Credentials, String> {
    let exported: Exported = serde_json::from_slice(printed)
        .map_err(|_| format!("what `{PROGRAM}` printed are no credentials"))?;
    Ok(Credentials::new(
        exported.access_key_id,
        exported.secret_access_key,
        exported.session_token,
        exported.expiration.map(SystemTime::from),
        "aws configure export-credentials",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_command_line_prints_are_credentials() {
        let printed = br#"{"Version": 1, "AccessKeyId": "ASIA1", "SecretAccessKey": "s3cr3t",
            "SessionToken": "t0ken", "Expiration": "2026-11-30T12:00:00+00:00"}"#;
        let found = read(printed).unwrap();
        assert_eq!((found.access_key_id(), found.session_token()), ("ASIA1", Some("t0ken")));
        assert!(found.expiry().is_some());
        let lasting = br#"{"Version": 1, "AccessKeyId": "AKIA1", "SecretAccessKey": "s3cr3t"}"#;
        assert_eq!(read(lasting).unwrap().expiry(), None);
        let error = read(br#"{"AccessKeyId": "AKIA1", "SecretAccessKey": 7, "t0ken": 1}"#);
        assert!(!error.unwrap_err().contains("AKIA1"));
    }
}
