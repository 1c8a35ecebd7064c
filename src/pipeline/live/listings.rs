//! A world whose folders are walked once, until somebody has a doubt.

use crate::base::SourcePath;
use crate::world::{FileStamp, Walked, World};
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A world that remembers what is in its folders.
pub(super) struct Listings {
    world: Arc<dyn World>,
    known: Mutex<BTreeMap<String, Walked>>,
}

impl Listings {
    pub(super) fn new(world: Arc<dyn World>) -> Listings {
        Listings { world, known: Mutex::default() }
    }

    /// The world itself.
    pub(super) fn inner(&self) -> &dyn World {
        &*self.world
    }

    pub(super) fn forget_all(&self) {
        self.listings().clear();
    }

    /// Folders that were walked and that a path is in, or that are in it.
    pub(super) fn folders_of(&self, path: &SourcePath) -> Vec<String> {
        let is_in = |folder: &&String| {
            path.as_str() == *folder
                || path.below(folder).is_some()
                || SourcePath::new(folder).below(path.as_str()).is_some()
        };
        self.listings().keys().filter(is_in).cloned().collect()
    }

    /// Whether a file was there when its folder was walked.
    pub(super) fn lists(&self, path: &SourcePath) -> bool {
        let is_there = |(folder, walked): (&String, &Walked)| {
            path.below(folder).is_some() && walked.files.binary_search(path).is_ok()
        };
        self.listings().iter().any(is_there)
    }

    /// Walks a folder again, and says whether it holds something else.
    pub(super) fn look_again(&self, folder: &str) -> bool {
        let walked = self.world.walk(folder);
        let before = self.listings().insert(folder.to_owned(), walked.clone());
        before.is_none_or(|before| before != walked)
    }

    fn listings(&self) -> MutexGuard<'_, BTreeMap<String, Walked>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World for Listings {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.world.read(path)
    }

    fn part(&self, path: &SourcePath, part: Range<u64>) -> io::Result<Vec<u8>> {
        self.world.part(path, part)
    }

    fn walk(&self, folder: &str) -> Walked {
        if let Some(known) = self.listings().get(folder) {
            return known.clone();
        }
        let walked = self.world.walk(folder);
        self.listings().insert(folder.to_owned(), walked.clone());
        walked
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        self.world.stamp(path)
    }

    fn is_replaced(&self) -> bool {
        self.world.is_replaced()
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}
