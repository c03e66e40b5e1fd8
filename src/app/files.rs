//! Files that a configuration names, and its own: read as far as they make sense.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::text::size::size;

/// Most bytes of a file of certificates or of a key. A machine's own
/// collection has 250 KiB.
const LARGEST_PEM: usize = 512 << 10;

/// Reads a whole file that a configuration names. It must be a regular file:
/// reading others may never end.
pub(super) fn read_named(path: &Path) -> io::Result<Vec<u8>> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // Those of /proc have no length, and some of them have no end.
    if found.len() == 0 {
        return Err(io::Error::other("it is empty"));
    }
    read(path, LARGEST_PEM)
}

/// Reads a whole file of `most` bytes at most.
pub(super) fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let file = File::open(path)?;
    let has = file.metadata().map_or(0, |found| found.len());
    file.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::Error::other(too_large(usize::try_from(has).unwrap_or(usize::MAX), most)));
    }
    Ok(bytes)
}

/// What is said of a file that `has` so many bytes, or more if it has no length.
fn too_large(has: usize, most: usize) -> String {
    match has {
        has if has > most => format!("it has {}, and may have {}", size(has), size(most)),
        _ => format!("it has more than {}", size(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_an_end_is_not_read() {
        for name in ["/dev/zero", "/dev/null", "/proc/self/environ", "/proc/kmsg"] {
            assert!(read_named(name.as_ref()).is_err(), "{name}");
        }
        assert!(read("/dev/zero".as_ref(), 1 << 20).is_err());
        assert!(read_named("Cargo.toml".as_ref()).is_ok());
        assert!(read("Cargo.toml".as_ref(), 10).is_err());
    }

    #[test]
    fn a_file_that_is_too_large_is_told_with_its_size_and_the_limit() {
        let of = |path: &str, most| read(path.as_ref(), most).unwrap_err().to_string();
        assert!(of("Cargo.lock", 1 << 10).ends_with(" KiB, and may have 1 KiB"));
        assert_eq!(of("/dev/zero", 1 << 20), "it has more than 1 MiB");
    }
}
