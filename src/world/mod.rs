//! Door: where bytes and the time come from.
//!
//! The only room that reads the site's files and the clock. It never writes, never looks outside the site's root, and
//! never leaves a file out in silence: what cannot be read is a diagnostic.

pub mod disk;
pub mod embedded;
pub mod litter;
pub mod memory;

pub use disk::DiskWorld;
pub use embedded::WithThemes;
pub use memory::MemoryWorld;

use crate::base::{Code, Diagnostic, Label, SourcePath};
use serde::{Deserialize, Serialize};
use std::io;
use std::ops::Range;

/// A site's folder and the clock.
pub trait World: Send + Sync {
    /// The bytes of a file. Fails for what is no regular file and for paths that lead outside the root.
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>>;

    /// A part of a file: less than was asked for where it ends earlier. Fails for what `read` fails for.
    fn part(&self, path: &SourcePath, part: Range<u64>) -> io::Result<Vec<u8>> {
        Ok(cut(&self.read(path)?, &part))
    }

    /// All files below a folder of the root (`""` is the root itself), at any depth; none when there is no such folder.
    /// Dot files are among them, editors' litter is not.
    fn walk(&self, folder: &str) -> Walked;

    /// What tells whether a file is still the same without reading it; nothing where the system does not say enough.
    fn stamp(&self, _path: &SourcePath) -> Option<FileStamp> {
        None
    }

    /// Looks whether the site is still the folder that it was, and goes on with the one that has its place now; says
    /// whether that is another.
    fn is_replaced(&self) -> bool {
        false
    }

    /// The moment. Asked once a build.
    fn now(&self) -> jiff::Timestamp;
}

/// What a file system says of a file: none of it can stay the same when the bytes change, unless the clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// The file system.
    pub device: u64,
    /// The file in it.
    pub inode: u64,
    /// How many bytes.
    pub size: u64,
    /// When the bytes changed, as programs may set it: seconds, nanoseconds.
    pub modified: (i64, i64),
    /// When anything of it changed, as nobody can set it.
    pub changed: (i64, i64),
}

/// What lies below a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The files, sorted by the bytes of their paths.
    pub files: Vec<SourcePath>,
    /// What could not be read or followed, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// A part of some bytes, as far as they reach.
fn cut(bytes: &[u8], part: &Range<u64>) -> Vec<u8> {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(at(part.start)..at(part.end)).unwrap_or_default().to_vec()
}

/// A file that could not be read, in the system's words.
pub fn unreadable(path: &SourcePath, error: &io::Error) -> Diagnostic {
    let problem =
        Diagnostic::new(Code::Unreadable, format!("cannot read `{path}`: {error}")).at(Label::file(path.clone(), ""));
    match error.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::IsADirectory => {
            problem.help("a file is expected here: move away the folder, pipe, socket or device that has its name")
        }
        io::ErrorKind::PermissionDenied => problem.help("see whose it is (`ls -l`), and let yourself read it"),
        _ => problem,
    }
}
