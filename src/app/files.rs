//! Files that a configuration names, and its own: read as far as they make sense.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

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
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::Error::other(format!("it is larger than {} KiB", most >> 10)));
    }
    Ok(bytes)
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
}
