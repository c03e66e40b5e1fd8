//! The archive that Lambda takes: the program as `bootstrap`, and files beside it
//! (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html>).

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The program's name in it.
pub const BOOTSTRAP: &str = "bootstrap";

/// Most bytes of a program: what Lambda unpacks at most.
const LARGEST: u64 = 250 << 20;

/// Makes an archive; of the same content always the same one.
///
/// # Errors
/// Where the content is too much for an archive.
pub fn make(program: &[u8], files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, String> {
    let entries = files.iter().map(|(name, content)| (name.as_str(), content.as_slice(), 0o644));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content, mode) in std::iter::once((BOOTSTRAP, program, 0o755)).chain(entries) {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(mode);
        archive.start_file(name, options).map_err(|error| error.to_string())?;
        archive.write_all(content).map_err(|error| error.to_string())?;
    }
    Ok(archive.finish().map_err(|error| error.to_string())?.into_inner())
}

/// The program in an archive.
///
/// # Errors
/// Where it is no archive, or has no such program.
pub fn program_in(archive: &[u8]) -> Result<Vec<u8>, String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|error| error.to_string())?;
    let entry = archive.by_name(BOOTSTRAP).map_err(|error| error.to_string())?;
    let mut program = Vec::new();
    entry.take(LARGEST).read_to_end(&mut program).map_err(|error| error.to_string())?;
    Ok(program)
}
