//! What all of AWS's documents have in common: instants, ARNs, and the console.
//!
//! Fields are read one by one, and a field of another type counts as missing. These
//! documents grow, and differ between services and their stand-ins, and an alarm
//! must not be lost because its description is null.

use chrono::{DateTime, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::Url;

/// The characters that JavaScript's `encodeURIComponent`, which the console uses, does
/// not encode.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The most bytes of a region's code.
const MAX_REGION: usize = 32;

/// How many digits an account's number has.
const ACCOUNT_DIGITS: usize = 12;

/// The string at `pointer` (<https://www.rfc-editor.org/rfc/rfc6901>).
pub(super) fn text<'a>(json: &'a Value, pointer: &str) -> Option<&'a str> {
    json.pointer(pointer).and_then(Value::as_str)
}

/// An instant: RFC 3339, or with a zone without a colon, as CloudWatch writes it
/// (`2026-01-01T00:00:00.000+0000`). Its documents have examples with blanks inside.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text: String = text.split_whitespace().collect();
    let read = DateTime::parse_from_rfc3339(&text)
        .or_else(|_| DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    read.ok().map(|instant| instant.to_utc())
}

/// The region in an ARN, as in `arn:aws:sns:us-east-1:123456789012:topic`.
pub(super) fn region_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).and_then(region)
}

/// The account in an ARN.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).and_then(account)
}

/// `text`, if it is an account's number.
pub(super) fn account(text: &str) -> Option<&str> {
    let is_number = text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(text)
}

/// `text`, if it is a region's code. An alarm's SNS message has its name instead: `US
/// East (N. Virginia)`.
pub(super) fn region(text: &str) -> Option<&str> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_code = text.contains('-') && text.len() <= MAX_REGION && text.bytes().all(fits);
    is_code.then_some(text)
}

/// An alarm in the console, as in the e-mails that CloudWatch sends.
pub(super) fn alarm_link(region: &str, name: &str) -> Option<Url> {
    let name = utf8_percent_encode(name, COMPONENT);
    Url::parse(&format!("{}#alarmsV2:alarm/{name}", cloudwatch(region)?)).ok()
}

/// A log stream in the console, from `since` on. The names are encoded twice, and then
/// `%` is replaced by `$`, so that `/` becomes `$252F`; the query is encoded once. AWS
/// does not document this; its Lambda console links this way:
/// <https://stackoverflow.com/a/60818699>.
pub(super) fn log_link(
    region: &str,
    group: &str,
    stream: &str,
    since: DateTime<Utc>,
) -> Option<Url> {
    let twice = |name: &str| {
        let once = utf8_percent_encode(name, COMPONENT).to_string();
        utf8_percent_encode(&once, COMPONENT).to_string().replace('%', "$")
    };
    let (group, stream, since) = (twice(group), twice(stream), since.timestamp_millis());
    let base = cloudwatch(region)?;
    let path = format!("log-groups/log-group/{group}/log-events/{stream}$3Fstart$3D{since}");
    Url::parse(&format!("{base}#logsV2:{path}")).ok()
}

/// The host of CloudWatch's console; China and the US government have their own.
fn cloudwatch(code: &str) -> Option<String> {
    let code = region(code)?;
    let domain = match code.split('-').next() {
        Some("cn") => "console.amazonaws.cn",
        _ if code.starts_with("us-gov-") => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
    Some(format!("https://{code}.{domain}/cloudwatch/home?region={code}"))
}
