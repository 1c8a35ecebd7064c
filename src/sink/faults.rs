//! A disk that fails when a test wants it to.
//!
//! Every change of the disk in this room is an attempt of `Operations`, and each attempt counts as one. What is counted
//! may be shared with the other doors of a build, so that one number goes through all that it does.

use super::operations::Operations;
use super::{DiskShelf, DiskSink};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What an operation that fails says, and what it does nevertheless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// There is no room: ENOSPC.
    #[default]
    Full,
    /// The device fails: EIO.
    Broken,
    /// It is not allowed: EACCES.
    Refused,
    /// Too many files are open: EMFILE.
    Many,
    /// A signal came: EINTR.
    Interrupted,
    /// The file is not there any more: ENOENT.
    Gone,
    /// There is room for half of the bytes, which are written: ENOSPC.
    Short,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Kind; 7] =
        [Kind::Full, Kind::Broken, Kind::Refused, Kind::Many, Kind::Interrupted, Kind::Gone, Kind::Short];

    /// What the system says.
    pub(crate) fn error(self) -> io::Error {
        use rustix::io::Errno;
        let error = match self {
            Kind::Full | Kind::Short => Errno::NOSPC,
            Kind::Broken => Errno::IO,
            Kind::Refused => Errno::ACCESS,
            Kind::Many => Errno::MFILE,
            Kind::Interrupted => Errno::INTR,
            Kind::Gone => Errno::NOENT,
        };
        io::Error::from(error)
    }
}

/// Which operations fail.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// How many operations were tried.
    pub(crate) tried: AtomicUsize,
    /// The one that fails, from 1; 0 is none.
    pub(crate) at: usize,
    /// Whether all after it fail too: as if the process had died there, for nothing is done any more.
    pub(crate) for_ever: bool,
    /// How they fail.
    pub(crate) kind: Kind,
    /// Whether all is well again; nothing is counted any more.
    pub(crate) is_over: AtomicBool,
    /// Whether `.manchette` behaves like another file system.
    pub(crate) apart: bool,
    /// What the system says to an exchange of folders.
    pub(crate) exchange: Option<io::ErrorKind>,
    /// Told after each operation that was done.
    pub(crate) witness: Option<Witness>,
}

/// Who looks at the disk between two operations.
pub(crate) struct Witness(pub(crate) Box<dyn Fn(Moment<'_>) + Send + Sync>);

/// What has just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment<'a> {
    /// An operation was done.
    Done,
    /// The bytes of a file have reached the disk.
    Kept(&'a Path),
    /// All that was done has reached the disk.
    Settled,
}

impl std::fmt::Debug for Witness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Witness")
    }
}

impl Faults {
    /// Does something, or fails.
    pub(crate) fn attempt<T>(&self, operation: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        if self.next_fails() {
            return Err(self.kind.error());
        }
        operation().inspect(|_| self.tell(Moment::Done))
    }

    /// Says to the witness, if there is one, what has happened.
    pub(crate) fn tell(&self, moment: Moment<'_>) {
        if let Some(Witness(tell)) = &self.witness {
            tell(moment);
        }
    }

    /// Does something with bytes, or with some of them, or fails.
    pub(crate) fn attempt_to_write<T>(&self, bytes: &[u8], write: impl Fn(&[u8]) -> io::Result<T>) -> io::Result<T> {
        let is_dead = self.for_ever && self.at > 0 && !self.is_over.load(Ordering::SeqCst) && self.tried() >= self.at;
        if !self.next_fails() {
            return write(bytes).inspect(|_| self.tell(Moment::Done));
        }
        if self.kind == Kind::Short && !is_dead {
            write(bytes.get(..bytes.len() / 2).unwrap_or_default())?;
        }
        Err(self.kind.error())
    }

    /// How many operations were tried.
    pub(crate) fn tried(&self) -> usize {
        self.tried.load(Ordering::SeqCst)
    }

    /// From now on nothing fails.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
    }

    fn next_fails(&self) -> bool {
        if self.is_over.load(Ordering::SeqCst) {
            return false;
        }
        let count = self.tried.fetch_add(1, Ordering::SeqCst) + 1;
        self.at > 0 && (count == self.at || (self.for_ever && count > self.at))
    }
}

impl Operations {
    /// Fails where a test has put `.manchette` on another file system.
    pub(super) fn cross(&self, from: &Path, to: &Path) -> io::Result<()> {
        let is_ours = |path: &Path| path.components().any(|part| part.as_os_str() == ".manchette");
        match &self.faults {
            Some(faults) if faults.apart && is_ours(from) != is_ours(to) => {
                Err(io::Error::from(io::ErrorKind::CrossesDevices))
            }
            _ => Ok(()),
        }
    }

    /// Fails where a test says that folders cannot be exchanged.
    pub(super) fn exchangeable(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.cross(one, other)?;
        let refused = self.faults.as_ref().and_then(|faults| faults.exchange);
        refused.map_or(Ok(()), |kind| Err(io::Error::from(kind)))
    }
}

impl DiskSink {
    /// The same on a disk that fails.
    pub(crate) fn failing(mut self, faults: Arc<Faults>) -> DiskSink {
        self.operations.faults = Some(faults);
        self
    }
}

impl DiskShelf {
    /// The same on a disk that fails.
    pub(crate) fn failing(mut self, faults: Arc<Faults>) -> DiskShelf {
        self.operations.faults = Some(faults);
        self
    }
}
