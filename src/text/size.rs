//! Sizes in bytes, as people read them.

/// `bytes` as people read them, rounded up: what is said to be larger than 4 MiB must
/// not be called 4.0 MiB.
///
/// ```
/// use prober::text::size::size;
/// assert_eq!(size(300), "300 bytes");
/// assert_eq!(size(512 << 10), "512 KiB");
/// assert_eq!(size((4 << 20) + 1), "4.1 MiB");
/// ```
#[must_use]
pub fn size(bytes: usize) -> String {
    const KIB: usize = 1 << 10;
    const MIB: usize = 1 << 20;
    let tenths = |unit: usize| {
        let tenths = bytes.saturating_mul(10).div_ceil(unit);
        if tenths.is_multiple_of(10) {
            (tenths / 10).to_string()
        } else {
            format!("{}.{}", tenths / 10, tenths % 10)
        }
    };
    match bytes {
        0..KIB => format!("{bytes} bytes"),
        KIB..MIB => format!("{} KiB", tenths(KIB)),
        MIB.. => format!("{} MiB", tenths(MIB)),
    }
}
