//! Door: where what is remembered between builds lies, `.manchette/cache/`.
//!
//! Bytes under names, nothing else: what they mean, and whether to believe them, is for who put them there. A name is
//! one component. Deleting the folder is always safe.

use super::operations::{Operations, make_workshop};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Bytes that outlive a build.
pub trait Shelf: Send + Sync {
    /// The bytes under a name; an error of the kind `NotFound` when there are none.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// Some of them.
    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>>;

    /// Puts bytes under a name, whole or not at all.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Adds bytes behind those under a name; where they begin. What is there already never changes.
    fn append(&self, name: &str, bytes: &[u8]) -> io::Result<u64>;

    /// Forgets a name, if it is known.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// All names with how many bytes are under each, sorted.
    fn sizes(&self) -> io::Result<Vec<(String, u64)>>;

    /// The moment by the clock of the disk on which the files lie; nothing where there is no such clock.
    fn moment(&self) -> io::Result<Option<SystemTime>>;
}

/// `.manchette/cache/` of a site.
#[derive(Debug)]
pub struct DiskShelf {
    workshop: PathBuf,
    folder: PathBuf,
    operations: Operations,
}

impl DiskShelf {
    /// The shelf of the site in a folder; nothing is made until something is put on it.
    pub fn new(root: &std::path::Path) -> DiskShelf {
        let workshop = root.join(".manchette");
        DiskShelf { folder: workshop.join("cache"), workshop, operations: Operations::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn prepare(&self) -> io::Result<()> {
        match self.folder.is_dir() {
            true => Ok(()),
            false => make_workshop(&self.operations, &self.workshop)
                .and_then(|()| self.operations.make_folders(&self.folder))
                .map_err(|problem| io::Error::other(problem.message().to_owned())),
        }
    }
}

impl Shelf for DiskShelf {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(name))
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.path(name))?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(length);
        file.take(length as u64).read_to_end(&mut bytes)?;
        match bytes.len() == length {
            true => Ok(bytes),
            false => Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
        }
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.prepare()?;
        let written = self.operations.write(&self.path(name), bytes);
        written.map_err(|problem| io::Error::other(problem.message().to_owned()))
    }

    fn append(&self, name: &str, bytes: &[u8]) -> io::Result<u64> {
        self.prepare()?;
        let mut file = OpenOptions::new().create(true).append(true).open(self.path(name))?;
        let offset = file.seek(SeekFrom::End(0))?;
        file.write_all(bytes)?;
        Ok(offset)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn sizes(&self) -> io::Result<Vec<(String, u64)>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut sizes = Vec::new();
        for entry in entries {
            let entry = entry?;
            sizes.push((entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.len()));
        }
        sizes.sort();
        Ok(sizes)
    }

    fn moment(&self) -> io::Result<Option<SystemTime>> {
        self.prepare()?;
        let path = self.path("moment");
        fs::write(&path, b"")?;
        fs::metadata(&path)?.modified().map(Some)
    }
}

/// A shelf that exists in memory only.
#[derive(Debug, Default)]
pub struct MemoryShelf {
    files: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl MemoryShelf {
    /// An empty shelf.
    pub fn new() -> MemoryShelf {
        MemoryShelf::default()
    }

    /// Changes the bytes under every name, as a failing disk would.
    pub fn damage(&self, change: impl Fn(&str, &mut Vec<u8>)) {
        self.files().iter_mut().for_each(|(name, bytes)| change(name, bytes));
    }

    /// Another shelf with the same on it.
    #[must_use]
    pub fn copy(&self) -> MemoryShelf {
        MemoryShelf { files: Mutex::new(self.files().clone()) }
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for MemoryShelf {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.files().get(name).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let files = self.files();
        let bytes = files.get(name).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let range = start..start.saturating_add(length);
        bytes.get(range).map(<[u8]>::to_vec).ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.files().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn append(&self, name: &str, bytes: &[u8]) -> io::Result<u64> {
        let mut files = self.files();
        let file = files.entry(name.to_owned()).or_default();
        let offset = file.len() as u64;
        file.extend_from_slice(bytes);
        Ok(offset)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.files().remove(name);
        Ok(())
    }

    fn sizes(&self) -> io::Result<Vec<(String, u64)>> {
        Ok(self.files().iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect())
    }

    fn moment(&self) -> io::Result<Option<SystemTime>> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps_bytes(shelf: &dyn Shelf) {
        assert_eq!(shelf.read("a").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(shelf.sizes().unwrap(), []);
        shelf.replace("a", b"one").unwrap();
        shelf.replace("a", b"two").unwrap();
        assert_eq!(shelf.append("b", b"12").unwrap(), 0);
        assert_eq!(shelf.append("b", b"345").unwrap(), 2);
        assert_eq!(shelf.read("a").unwrap(), b"two");
        assert_eq!(shelf.read_at("b", 1, 3).unwrap(), b"234");
        assert!(shelf.read_at("b", 3, 3).is_err());
        assert_eq!(shelf.sizes().unwrap(), [("a".to_owned(), 3), ("b".to_owned(), 5)]);
        shelf.remove("a").unwrap();
        shelf.remove("a").unwrap();
        assert!(shelf.read("a").is_err());
    }

    #[test]
    fn both_shelves_keep_bytes() {
        keeps_bytes(&MemoryShelf::new());
        let root = tempfile::tempdir().unwrap();
        keeps_bytes(&DiskShelf::new(root.path()));
        assert_eq!(fs::read_to_string(root.path().join(".manchette/.gitignore")).unwrap(), "*\n");
    }
}
