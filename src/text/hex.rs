//! Bytes as hexadecimal digits, as digests and signatures are written.

/// `bytes` in small hexadecimal digits, two for each.
///
/// ```
/// assert_eq!(prober::text::hex::hex(&[0, 10, 255]), "000aff");
/// ```
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
