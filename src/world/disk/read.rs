//! The bytes of a file that holds still while it is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How often a file that changes while it is read is read again.
const ATTEMPTS: usize = 3;

/// The bytes of a file that nobody wrote to meanwhile: an editor that saves in place would hand us half of its text.
pub(super) fn read_settled(path: &Path) -> io::Result<Vec<u8>> {
    for _ in 0..ATTEMPTS {
        if let Some(bytes) = read_once(&mut File::open(path)?)? {
            return Ok(bytes);
        }
    }
    Err(io::Error::other("it changes while it is read"))
}

/// The bytes of a regular file, unless somebody wrote to it meanwhile.
pub(super) fn read_once(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let before = looks(file)?;
    let length = usize::try_from(before.0).map_err(io::Error::other)?;
    // One more than there should be, so that a file that has grown shows it. Asked for and not taken: a file larger than
    // the memory that there is would end the program.
    let room = length.saturating_add(1);
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(room).map_err(|_| too_large(length))?;
    bytes.resize(room, 0);
    let mut filled = 0;
    loop {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        if filled >= length {
            break;
        }
    }
    bytes.truncate(filled);
    let is_settled = looks(file)? == before && filled == length;
    Ok(is_settled.then_some(bytes))
}

/// How long a regular file is and when it was last written to.
#[cfg(target_os = "linux")]
pub(super) fn looks(file: &File) -> io::Result<(u64, impl PartialEq + use<>)> {
    // Asked twice for each file: the standard library asks for more, and that costs.
    let stat = rustix::fs::fstat(file)?;
    match rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
        true => Ok((u64::try_from(stat.st_size).map_err(io::Error::other)?, (stat.st_mtime, stat.st_mtime_nsec))),
        false => Err(not_regular()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn looks(file: &File) -> io::Result<(u64, impl PartialEq + use<>)> {
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok((metadata.len(), metadata.modified().ok())),
        false => Err(not_regular()),
    }
}

fn too_large(length: usize) -> io::Error {
    let megabytes = length / 1_000_000;
    io::Error::new(io::ErrorKind::OutOfMemory, format!("it has {megabytes} MB, and there is not enough memory for it"))
}

pub(super) fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}
