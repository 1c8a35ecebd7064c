//! The doors of a build, which fail when a test wants it.

use crate::base::SourcePath;
use crate::sink::faults::Faults;
use crate::sink::{Log, Shelf};
use crate::world::{FileStamp, MemoryWorld, Walked, World, unreadable};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

/// A world that somebody may edit, and in which what is asked may fail.
pub(super) struct FaultyWorld {
    pub(super) files: Mutex<MemoryWorld>,
    pub(super) faults: Arc<Faults>,
}

impl FaultyWorld {
    pub(super) fn new(files: MemoryWorld, faults: &Arc<Faults>) -> FaultyWorld {
        FaultyWorld { files: Mutex::new(files), faults: faults.clone() }
    }

    fn attempt<T>(&self, ask: impl FnOnce(&MemoryWorld) -> T) -> io::Result<T> {
        self.faults.attempt(|| Ok(ask(&self.files.lock().unwrap())))
    }
}

impl World for FaultyWorld {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.attempt(|world| world.read(path))?
    }

    fn walk(&self, folder: &str) -> Walked {
        self.attempt(|world| world.walk(folder)).unwrap_or_else(|error| {
            let path = SourcePath::new(folder);
            // As the disk does: what comes before is found, and the problem told.
            let mut walked = self.files.lock().unwrap().walk(folder);
            walked.files.truncate(walked.files.len() / 2);
            walked.diagnostics = vec![unreadable(&path, &error)];
            walked
        })
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        self.attempt(|world| world.stamp(path)).ok().flatten()
    }

    fn now(&self) -> jiff::Timestamp {
        self.files.lock().unwrap().now()
    }
}

/// A shelf on a disk that fails. What it does by `Operations` fails there.
pub(super) struct FaultyShelf<S> {
    pub(super) shelf: S,
    pub(super) faults: Arc<Faults>,
}

impl<S: Shelf> FaultyShelf<S> {
    fn log(&self, log: Arc<dyn Log>) -> Arc<dyn Log> {
        Arc::new(FaultyLog { log, faults: self.faults.clone() })
    }
}

impl<S: Shelf> Shelf for FaultyShelf<S> {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.faults.attempt(|| self.shelf.read(name))
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.faults.attempt(|| self.shelf.read_at(name, offset, length))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.shelf.replace(name, bytes)
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Log>> {
        self.faults.attempt(|| self.shelf.open(name)).map(|log| self.log(log))
    }

    fn grow(&self, name: &str, length: u64) -> io::Result<Arc<dyn Log>> {
        self.shelf.grow(name, length).map(|log| self.log(log))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.shelf.remove(name)
    }

    fn sizes(&self) -> io::Result<Vec<(String, u64)>> {
        self.faults.attempt(|| self.shelf.sizes())
    }

    fn moment(&self) -> io::Result<Option<SystemTime>> {
        self.shelf.moment()
    }
}

/// A log on such a disk. Half of what could not be added stays.
#[derive(Debug)]
struct FaultyLog {
    log: Arc<dyn Log>,
    faults: Arc<Faults>,
}

impl Log for FaultyLog {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        self.faults.attempt_to_write(bytes, |bytes| self.log.append(bytes))
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.faults.attempt(|| self.log.read_at(offset, length))
    }
}
