//! The program for the functions: this one, if Lambda can run it, or one that was built for
//! Lambda.

use std::fmt;
use std::path::Path;

use memchr::memmem;
use ring::digest;

use super::archive::{self, BOOTSTRAP};
use crate::text::hex::hex;

/// The newest version of glibc that Lambda's system has:
/// <https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html>.
const NEWEST_GLIBC: u32 = 34;

/// What a program of Linux begins with.
const ELF: &[u8] = b"\x7fELF";

/// Where an ELF file says for which processor it is, and what it says of ours.
const MACHINE: usize = 18;
const X86_64: u8 = 0x3e;
const ARM64: u8 = 0xb7;

/// A processor that Lambda has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Architecture {
    /// A fifth cheaper.
    #[value(name = "arm64", alias = "aarch64")]
    Arm64,
    /// Of Intel and AMD.
    #[value(name = "x86_64")]
    X86_64,
}

impl Architecture {
    /// This machine's, if it is one of Lambda's.
    #[must_use]
    pub fn here() -> Option<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Some(Self::X86_64),
            "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }

    /// Its name in releases.
    #[must_use]
    pub const fn in_release(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64",
            Self::X86_64 => "x86_64",
        }
    }

    const fn machine(self) -> u8 {
        match self {
            Self::Arm64 => ARM64,
            Self::X86_64 => X86_64,
        }
    }

    /// The one that `program` was built for.
    fn of(program: &[u8]) -> Option<Self> {
        let machine = program.get(MACHINE).filter(|_| program.starts_with(ELF))?;
        [Self::Arm64, Self::X86_64].into_iter().find(|each| each.machine() == *machine)
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        })
    }
}

/// What the functions run.
#[derive(Clone)]
pub struct Bootstrap {
    /// For which processor it is.
    pub architecture: Architecture,
    program: Vec<u8>,
    files: Vec<(String, Vec<u8>)>,
}

impl fmt::Debug for Bootstrap {
    // Among the files may be a private key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bootstrap").field("key", &self.key()).finish_non_exhaustive()
    }
}

/// Lambda cannot run it.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is no program of Linux for one of Lambda's processors.
    #[error("{0} is no program of Linux for x86_64 or arm64, which Lambda needs")]
    Foreign(String),
    /// It needs a newer system.
    #[error(
        "{what} was built for glibc 2.{needed}, and Lambda has 2.{NEWEST_GLIBC}: take the program \
         of a release, which needs none, or one that scripts/package built, by --zip FILE"
    )]
    TooNew {
        /// Which program.
        what: String,
        /// The version's second number.
        needed: u32,
    },
    /// The archive cannot be read.
    #[error("{0} is no archive with a program `{BOOTSTRAP}`: {1}")]
    Archive(String, String),
    /// A file that a configuration names has the name of the program.
    #[error("the configuration names a file `{BOOTSTRAP}`: call it otherwise")]
    NameTaken,
}

impl Bootstrap {
    /// The `program` itself, called `what` in errors.
    ///
    /// # Errors
    /// Where Lambda cannot run it.
    pub fn of(what: &str, program: Vec<u8>) -> Result<Self, ProgramError> {
        let architecture =
            Architecture::of(&program).ok_or_else(|| ProgramError::Foreign(what.to_owned()))?;
        match newest_glibc(&program) {
            Some(needed) if needed > NEWEST_GLIBC => {
                Err(ProgramError::TooNew { what: what.to_owned(), needed })
            }
            _ => Ok(Self { architecture, program, files: Vec::new() }),
        }
    }

    /// The one in an archive for Lambda, as scripts/package and releases have.
    ///
    /// # Errors
    /// Where there is none in it that Lambda can run.
    pub fn of_archive(path: &Path, archive: &[u8]) -> Result<Self, ProgramError> {
        let what = path.display().to_string();
        match archive::program_in(archive) {
            Ok(program) => Self::of(&what, program),
            Err(why) => Err(ProgramError::Archive(what, why)),
        }
    }

    /// The same with the files that its configuration names.
    ///
    /// # Errors
    /// Where one of them has the program's own name.
    pub fn with(
        mut self,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Self, ProgramError> {
        self.files = files.into_iter().collect();
        if self.files.iter().any(|(name, _)| name == BOOTSTRAP) {
            return Err(ProgramError::NameTaken);
        }
        Ok(self)
    }

    /// The key that it has in the bucket, which is another one if anything in it is.
    #[must_use]
    pub fn key(&self) -> String {
        let mut content = digest::Context::new(&digest::SHA256);
        for part in self.files.iter().flat_map(|(name, file)| [name.as_bytes(), file]) {
            content.update(&part.len().to_be_bytes());
            content.update(part);
        }
        content.update(&self.program);
        let digest = content.finish();
        let hex = hex(&digest.as_ref()[..8]);
        format!("prober-{}-{}-{hex}.zip", env!("CARGO_PKG_VERSION"), self.architecture)
    }

    /// The archive for Lambda.
    ///
    /// # Errors
    /// Where it cannot be made: it is larger than an archive may be.
    pub fn archive(&self) -> Result<Vec<u8>, String> {
        archive::make(&self.program, &self.files)
    }
}

/// The second number of the newest version of glibc that `program` asks for; `None` if it
/// asks for none.
fn newest_glibc(program: &[u8]) -> Option<u32> {
    const PREFIX: &[u8] = b"GLIBC_2.";
    let number = |rest: &[u8]| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        // In the table of names each ends with a zero; elsewhere this may be a text.
        let ends = matches!(rest.get(digits), Some(0 | b'.'));
        std::str::from_utf8(&rest[..digits]).ok()?.parse().ok().filter(|_| ends)
    };
    memmem::find_iter(program, PREFIX).filter_map(|at| number(&program[at + PREFIX.len()..])).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The least that is taken for a program.
    fn program(machine: u8, text: &str) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..4].copy_from_slice(ELF);
        bytes[MACHINE] = machine;
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    #[test]
    fn a_program_of_linux_is_known_by_its_processor() {
        let of = |bytes| Bootstrap::of("it", bytes).map(|program| program.architecture);
        assert_eq!(of(program(X86_64, "")).unwrap(), Architecture::X86_64);
        assert_eq!(of(program(ARM64, "")).unwrap(), Architecture::Arm64);
        for bytes in [program(0x08, ""), b"\xcf\xfa\xed\xfe a Mac's".to_vec(), Vec::new()] {
            assert!(matches!(of(bytes), Err(ProgramError::Foreign(_))));
        }
    }

    #[test]
    fn a_program_that_is_too_new_for_lambda_is_found_out() {
        let of = |text| Bootstrap::of("it", program(X86_64, text)).map(drop);
        assert!(of("GLIBC_2.2.5\0GLIBC_2.34\0 GLIBC_2.x GLIBC_2.99 in a text").is_ok());
        let error = of("GLIBC_2.17\0GLIBC_2.39\0").unwrap_err().to_string();
        assert!(error.contains("glibc 2.39, and Lambda has 2.34"), "{error}");
    }

    #[test]
    fn the_same_program_has_the_same_key_and_another_one_another() {
        let plain = Bootstrap::of("it", program(X86_64, "")).unwrap();
        let with = |name: &str, file: &str| {
            plain.clone().with([(name.to_owned(), file.into())]).unwrap().key()
        };
        assert_eq!(plain.key(), plain.clone().with([]).unwrap().key());
        let all = [plain.key(), with("ca", "x"), with("c", "ax"), with("ca", "y")];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(plain.with([(BOOTSTRAP.to_owned(), Vec::new())]).is_err());
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let bytes = program(ARM64, "code");
        let program = Bootstrap::of("it", bytes).unwrap();
        let archive = program.clone().with([("ca.pem".into(), b"pem".to_vec())]).unwrap();
        let archive = archive.archive().unwrap();
        assert_eq!(
            archive,
            program.clone().with([("ca.pem".into(), b"pem".to_vec())]).unwrap().archive().unwrap()
        );
        let again = Bootstrap::of_archive("a.zip".as_ref(), &archive).unwrap();
        assert_eq!(again.key(), program.key(), "the files are the configuration's");
        for broken in [&archive[..40], b"", b"PK"] {
            let error = Bootstrap::of_archive("a.zip".as_ref(), broken).unwrap_err();
            assert!(matches!(error, ProgramError::Archive(..)), "{error}");
        }
    }
}
