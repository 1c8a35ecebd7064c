//! A file of the shelf that only grows, held open: what is in it can be read even when its name is gone.

use super::plain;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that only grow.
pub trait Log: fmt::Debug + Send + Sync {
    /// Adds bytes behind those that are there; where they begin. What is there already never changes.
    fn append(&self, bytes: &[u8]) -> io::Result<u64>;

    /// Some of the bytes; an error when not all of them are there.
    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>>;
}

/// An open file.
#[derive(Debug)]
pub(super) struct DiskLog {
    file: File,
    /// Who adds is alone: where bytes begin is known only after the end was looked for.
    end: Mutex<()>,
}

impl DiskLog {
    /// The file at a path, for reading.
    pub(super) fn open(path: &Path) -> io::Result<DiskLog> {
        Ok(DiskLog { file: plain::open(path)?, end: Mutex::default() })
    }

    /// The file at a path, made if there is none, without what stands behind its first `length` bytes. One that has
    /// another name somewhere is left alone: what is added to it would be added there.
    pub(super) fn grow(path: &Path, length: u64) -> io::Result<DiskLog> {
        let open = || plain::open_with(OpenOptions::new().create(length == 0).read(true).append(true), path);
        let mut file = open()?;
        if has_other_names(&file)? {
            if length > 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            fs::remove_file(path)?;
            file = open()?;
        }
        match file.metadata()?.len() {
            found if found < length => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
            found if found > length => file.set_len(length)?,
            _ => {}
        }
        Ok(DiskLog { file, end: Mutex::default() })
    }

    fn alone(&self) -> MutexGuard<'_, ()> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(unix)]
    fn fill(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, offset)
    }

    #[cfg(not(unix))]
    fn fill(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        use std::io::Read;
        let _alone = self.alone();
        (&self.file).seek(SeekFrom::Start(offset))?;
        (&self.file).read_exact(bytes)
    }
}

#[cfg(unix)]
fn has_other_names(file: &File) -> io::Result<bool> {
    Ok(std::os::unix::fs::MetadataExt::nlink(&file.metadata()?) > 1)
}

#[cfg(not(unix))]
fn has_other_names(_: &File) -> io::Result<bool> {
    Ok(false)
}

impl Log for DiskLog {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let _alone = self.alone();
        let offset = (&self.file).seek(SeekFrom::End(0))?;
        match (&self.file).write_all(bytes) {
            Ok(()) => Ok(offset),
            Err(error) => {
                // Half of it is of no use, and others may want the room.
                self.file.set_len(offset).unwrap_or_default();
                Err(error)
            }
        }
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes, offset)?;
        Ok(bytes)
    }
}

/// Bytes in memory.
pub(super) type Bytes = Arc<Mutex<Vec<u8>>>;

/// Bytes in memory that others may hold too.
#[derive(Debug)]
pub(super) struct MemoryLog(pub(super) Bytes);

impl MemoryLog {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log for MemoryLog {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut all = self.bytes();
        let offset = all.len() as u64;
        all.extend_from_slice(bytes);
        Ok(offset)
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let range = start..start.saturating_add(length);
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        self.bytes().get(range).map(<[u8]>::to_vec).ok_or_else(end)
    }
}
