//! Door: where what is remembered between builds lies, `.manchette/cache/`.
//!
//! Bytes under names, nothing else: what they mean, and whether to believe them, is for who put them there. A name is
//! one component. Deleting the folder is always safe.

use super::log::{Bytes, DiskLog, Log, MemoryLog};
use super::operations::{Operations, make_workshop, refuse_links};
use super::plain;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// Bytes that outlive a build.
pub trait Shelf: Send + Sync {
    /// The bytes under a name; an error of the kind `NotFound` when there are none.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;

    /// Some of them.
    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>>;

    /// Puts bytes under a name, whole or not at all.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// The bytes under a name, to be read as long as they are wanted: whoever forgets the name takes nothing away.
    fn open(&self, name: &str) -> io::Result<Arc<dyn Log>>;

    /// The same, to be added to: what is behind the first `length` bytes goes; an error when there are fewer. A name that
    /// is not known has none.
    fn grow(&self, name: &str, length: u64) -> io::Result<Arc<dyn Log>>;

    /// Forgets a name, if it is known.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// All names with how many bytes are under each, sorted.
    fn sizes(&self) -> io::Result<Vec<(String, u64)>>;

    /// The moment by the clock of the disk on which the files lie; nothing where there is no such clock.
    fn moment(&self) -> io::Result<Option<SystemTime>>;
}

/// The folder of a shelf in `.manchette/`.
pub(super) const FOLDER: &str = "cache";

/// `.manchette/cache/` of a site.
#[derive(Debug)]
pub struct DiskShelf {
    workshop: PathBuf,
    folder: PathBuf,
    pub(super) operations: Operations,
}

impl DiskShelf {
    /// The shelf of the site in a folder; nothing is made until something is put on it.
    pub fn new(root: &std::path::Path) -> DiskShelf {
        let workshop = root.join(".manchette");
        DiskShelf { folder: workshop.join(FOLDER), workshop, operations: Operations::default() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn prepare(&self) -> io::Result<()> {
        match self.folder.is_dir() {
            true => refuse_links(&self.workshop).map_err(|problem| io::Error::other(problem.message().to_owned())),
            false => make_workshop(&self.operations, &self.workshop)
                .and_then(|()| self.operations.make_folders(&self.folder))
                .map_err(|problem| io::Error::other(problem.message().to_owned())),
        }
    }
}

impl Shelf for DiskShelf {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        plain::read(&self.path(name))
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = plain::open(&self.path(name))?;
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

    fn open(&self, name: &str) -> io::Result<Arc<dyn Log>> {
        Ok(Arc::new(DiskLog::open(&self.path(name))?))
    }

    fn grow(&self, name: &str, length: u64) -> io::Result<Arc<dyn Log>> {
        self.prepare()?;
        Ok(Arc::new(self.operations.attempt(|| DiskLog::grow(&self.path(name), length))?))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match self.operations.attempt(|| fs::remove_file(self.path(name))) {
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
        self.operations.create(&path, b"")?;
        fs::metadata(&path)?.modified().map(Some)
    }
}

/// A shelf that exists in memory only.
#[derive(Debug, Default)]
pub struct MemoryShelf {
    files: Mutex<BTreeMap<String, Bytes>>,
}

impl MemoryShelf {
    /// An empty shelf.
    pub fn new() -> MemoryShelf {
        MemoryShelf::default()
    }

    /// Changes the bytes under every name, as a failing disk would.
    pub fn damage(&self, change: impl Fn(&str, &mut Vec<u8>)) {
        self.files().iter().for_each(|(name, bytes)| change(name, &mut lock(bytes)));
    }

    /// Another shelf with the same on it.
    #[must_use]
    pub fn copy(&self) -> MemoryShelf {
        let copied = |(name, bytes): (&String, &Bytes)| (name.clone(), Arc::new(Mutex::new(lock(bytes).clone())));
        MemoryShelf { files: Mutex::new(self.files().iter().map(copied).collect()) }
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Bytes>> {
        lock(&self.files)
    }

    fn named(&self, name: &str) -> io::Result<Bytes> {
        self.files().get(name).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shelf for MemoryShelf {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.named(name).map(|bytes| lock(&bytes).clone())
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.open(name)?.read_at(offset, length)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.files().insert(name.to_owned(), Arc::new(Mutex::new(bytes.to_vec())));
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Log>> {
        self.named(name).map(|bytes| Arc::new(MemoryLog(bytes)) as Arc<dyn Log>)
    }

    fn grow(&self, name: &str, length: u64) -> io::Result<Arc<dyn Log>> {
        let bytes = self.files().entry(name.to_owned()).or_default().clone();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let found = lock(&bytes).len();
        if found < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        lock(&bytes).truncate(length);
        Ok(Arc::new(MemoryLog(bytes)))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.files().remove(name);
        Ok(())
    }

    fn sizes(&self) -> io::Result<Vec<(String, u64)>> {
        Ok(self.files().iter().map(|(name, bytes)| (name.clone(), lock(bytes).len() as u64)).collect())
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
        assert_eq!(shelf.grow("b", 0).unwrap().append(b"12").unwrap(), 0);
        assert!(shelf.grow("b", 3).is_err(), "not all of that is there");
        let log = shelf.grow("b", 2).unwrap();
        assert_eq!(log.append(b"345").unwrap(), 2);
        assert_eq!(log.read_at(1, 3).unwrap(), b"234");
        assert!(log.read_at(3, 3).is_err());
        assert_eq!(shelf.read("a").unwrap(), b"two");
        assert_eq!(shelf.read_at("b", 1, 3).unwrap(), b"234");
        assert!(shelf.read_at("b", 3, 3).is_err());
        assert_eq!(shelf.sizes().unwrap(), [("a".to_owned(), 3), ("b".to_owned(), 5)]);
        shelf.remove("a").unwrap();
        shelf.remove("a").unwrap();
        assert!(shelf.read("a").is_err());
        shelf.remove("b").unwrap();
        assert_eq!(log.read_at(0, 2).unwrap(), b"12", "what is open stays");
        assert!(shelf.open("b").is_err());
        assert_eq!(shelf.grow("c", 0).unwrap().append(b"1234").unwrap(), 0);
        assert_eq!(shelf.grow("c", 1).unwrap().append(b"x").unwrap(), 1);
        assert_eq!(shelf.read("c").unwrap(), b"1x", "what was behind that is gone");
    }

    #[test]
    fn both_shelves_keep_bytes() {
        keeps_bytes(&MemoryShelf::new());
        let root = tempfile::tempdir().unwrap();
        keeps_bytes(&DiskShelf::new(root.path()));
        assert_eq!(fs::read_to_string(root.path().join(".manchette/.gitignore")).unwrap(), "*\n");
    }
}
