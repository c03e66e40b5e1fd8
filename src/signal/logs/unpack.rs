//! base64 of gzip of JSON, within limits.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::GzDecoder;
use thiserror::Error;

/// The most bytes of base64: Lambda carries 1 MB to a function that is invoked
/// asynchronously, and 6 MB to any.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const MAX_ENCODED: usize = 6 * 1024 * 1024;

/// The most bytes of JSON after decompression. Log lines shrink to about a tenth; data
/// that shrinks to a thousandth is a bomb.
pub const MAX_INFLATED: usize = 16 * 1024 * 1024;

/// Why a subscription's data cannot be read. It quotes nothing of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LogsError {
    /// It is longer than Lambda carries.
    #[error("the data is longer than {} MiB", MAX_ENCODED / (1024 * 1024))]
    TooLong,
    /// It is cut off, or was never base64.
    #[error("the data is not base64")]
    Base64,
    /// It is damaged, cut off, or was never gzip.
    #[error("the data is not gzip, or damaged")]
    Gzip,
    /// It unpacks to too much.
    #[error("the data unpacks to more than {} MiB", MAX_INFLATED / (1024 * 1024))]
    Bomb,
    /// It unpacks to something else.
    #[error("the data does not unpack to JSON")]
    Json,
    /// The JSON lacks what every such message has.
    #[error("the data has no usable `{0}`")]
    Missing(&'static str),
}

/// The JSON in `data`. Bytes that are not UTF-8 are replaced: the program that logged
/// them still has an error to report.
///
/// # Errors
///
/// The data is not base64 of gzip, or what it unpacks to is too long.
pub fn unpack(data: &str) -> Result<String, LogsError> {
    if data.len() > MAX_ENCODED {
        return Err(LogsError::TooLong);
    }
    let packed = BASE64.decode(data.trim_ascii()).map_err(|_| LogsError::Base64)?;
    let mut inflated = Vec::new();
    let mut limited = GzDecoder::new(packed.as_slice()).take(MAX_INFLATED as u64 + 1);
    limited.read_to_end(&mut inflated).map_err(|_| LogsError::Gzip)?;
    if inflated.len() > MAX_INFLATED {
        return Err(LogsError::Bomb);
    }
    Ok(String::from_utf8_lossy(&inflated).into_owned())
}
