//! What a survey read of the world: every folder that it walked and every text that it read, with what it found.
//!
//! A survey is a pure function of these, of the configuration and of the moment, so a run that finds all of them as they
//! were need not look any further. A file that was not there counts too.

use crate::base::{Fingerprint, SourcePath, Table};
use crate::world::{FileStamp, Walked, World};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::{Mutex, PoisonError};

/// A world whose answers are written down.
pub(super) struct Witness<'a> {
    world: &'a dyn World,
    sights: Mutex<Sights>,
    /// Texts that were read a moment ago, and need not be read again if nobody wants more than to know them.
    fresh: Table<SourcePath, Fingerprint>,
}

/// What was read, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sights {
    /// Folders, with the fingerprints of their listings.
    walks: Vec<(String, Fingerprint)>,
    /// Texts, with the fingerprints of their bytes; nothing for what could not be read.
    reads: Vec<(SourcePath, Option<Fingerprint>)>,
}

impl<'a> Witness<'a> {
    pub(super) fn new(world: &'a dyn World, fresh: Table<SourcePath, Fingerprint>) -> Witness<'a> {
        Witness { world, sights: Mutex::default(), fresh }
    }

    /// What identifies the bytes of a text, if it was read a moment ago.
    pub(super) fn known(&self, path: &SourcePath) -> Option<Fingerprint> {
        let known = self.fresh.get(path).copied();
        if known.is_some() {
            self.note(path, known);
        }
        known
    }

    /// The bytes of a text, with what identifies them.
    pub(super) fn read_known(&self, path: &SourcePath) -> io::Result<(Vec<u8>, Fingerprint)> {
        let read = self.world.read(path).map(|bytes| {
            let fingerprint = Fingerprint::of_bytes(&bytes);
            (bytes, fingerprint)
        });
        self.note(path, read.as_ref().ok().map(|(_, fingerprint)| *fingerprint));
        read
    }

    /// The bytes of a file that is copied. Others keep an eye on those.
    pub(super) fn read_copied(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.world.read(path)
    }

    /// All that was read.
    pub(super) fn sights(self) -> Sights {
        let mut sights = self.sights.into_inner().unwrap_or_else(PoisonError::into_inner);
        sights.walks.sort();
        sights.walks.dedup();
        // Whoever read one text twice and found two texts must look again next time.
        sights.reads.par_sort_unstable();
        sights.reads.dedup();
        sights
    }

    fn note(&self, path: &SourcePath, found: Option<Fingerprint>) {
        self.sights.lock().unwrap_or_else(PoisonError::into_inner).reads.push((path.clone(), found));
    }
}

impl World for Witness<'_> {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.read_known(path).map(|(bytes, _)| bytes)
    }

    fn walk(&self, folder: &str) -> Walked {
        let walked = self.world.walk(folder);
        let sight = (folder.to_owned(), listing(&walked));
        self.sights.lock().unwrap_or_else(PoisonError::into_inner).walks.push(sight);
        walked
    }

    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        self.world.stamp(path)
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

/// What another look at the same things gave.
pub(super) struct Seen {
    /// Whether all of it is as it was.
    pub(super) is_same: bool,
    /// The texts that are others, if all folders are as they were.
    pub(super) changed: Option<Vec<SourcePath>>,
    /// The texts as they are now.
    pub(super) texts: Table<SourcePath, Fingerprint>,
}

impl Sights {
    /// Looks again.
    pub(super) fn again(&self, world: &dyn World) -> Seen {
        let walks_are_same = self.walks.par_iter().all(|(folder, found)| listing(&world.walk(folder)) == *found);
        let look = |(path, _): &(SourcePath, Option<Fingerprint>)| {
            world.read(path).ok().map(|bytes| Fingerprint::of_bytes(&bytes))
        };
        let found: Vec<Option<Fingerprint>> = self.reads.par_iter().map(look).collect();
        let others = self.reads.iter().zip(&found).filter(|((_, before), now)| before != *now);
        let mut changed: Vec<SourcePath> = others.map(|((path, _), _)| path.clone()).collect();
        changed.dedup();
        let is_same = walks_are_same && changed.is_empty();
        let changed = walks_are_same.then_some(changed);
        let texts = match is_same {
            true => Table::default(),
            false => self.reads.iter().zip(found).filter_map(|((path, _), now)| Some((path.clone(), now?))).collect(),
        };
        Seen { is_same, changed, texts }
    }

    /// Whether a later look found nothing new, but for what some texts say; those must be there.
    pub(super) fn agree(&self, later: &Sights, changed: &[SourcePath]) -> bool {
        let is_known = |read: &(SourcePath, Option<Fingerprint>)| match changed.contains(&read.0) {
            true => read.1.is_some(),
            false => self.reads.binary_search(read).is_ok(),
        };
        later.walks.iter().all(|walk| self.walks.binary_search(walk).is_ok()) && later.reads.iter().all(is_known)
    }

    /// Texts and folders that are not as they were, or as they were `reread` since. Ends early when it is stopped.
    pub(super) fn apart(
        &self,
        world: &dyn World,
        reread: &Table<SourcePath, Option<Fingerprint>>,
        is_stopped: &(dyn Fn() -> bool + Sync),
    ) -> Vec<SourcePath> {
        let folders = self.walks.iter().filter(|(folder, found)| listing(&world.walk(folder)) != *found);
        let folders: Vec<SourcePath> = folders.map(|(folder, _)| SourcePath::new(folder)).collect();
        let is_apart = |(path, before): &&(SourcePath, Option<Fingerprint>)| {
            let before = reread.get(path).unwrap_or(before);
            !is_stopped() && world.read(path).ok().map(|bytes| Fingerprint::of_bytes(&bytes)) != *before
        };
        let texts = self.reads.par_iter().filter(is_apart).map(|(path, _)| path.clone());
        texts.collect::<Vec<_>>().into_iter().chain(folders).collect()
    }

    /// Whether a text was read.
    pub(super) fn has_text(&self, path: &SourcePath) -> bool {
        self.reads.binary_search_by(|(known, _)| known.cmp(path)).is_ok()
    }

    /// The texts that were read, with what was found.
    pub(super) fn texts(&self) -> impl Iterator<Item = &(SourcePath, Option<Fingerprint>)> {
        self.reads.iter()
    }

    /// Takes in what a later look found.
    pub(super) fn amend(&mut self, later: &Sights) {
        for (path, found) in &later.reads {
            let start = self.reads.partition_point(|(known, _)| known < path);
            let same = self.reads.iter_mut().skip(start).take_while(|(known, _)| known == path);
            same.for_each(|read| read.1 = *found);
        }
        self.reads.dedup();
    }
}

/// What identifies a listing: its names, and what is said of it.
fn listing(walked: &Walked) -> Fingerprint {
    Fingerprint::of(&(&walked.files, &walked.diagnostics))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::MemoryWorld;

    #[test]
    fn another_text_another_file_and_one_less_are_noticed() {
        let world = MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH).with("content/a.md", "a").with("content/b.md", "b");
        let witness = Witness::new(&world, Table::default());
        witness.walk("content");
        witness.read(&SourcePath::new("content/a.md")).unwrap();
        witness.read(&SourcePath::new("theme.toml")).unwrap_err();
        let sights = witness.sights();
        let is_same = |world: MemoryWorld| sights.again(&world).is_same;
        assert!(is_same(world.clone()));
        assert!(is_same(world.clone().with("content/b.md", "not read")));
        assert!(!is_same(world.clone().with("content/a.md", "other")));
        assert!(!is_same(world.clone().with("content/c.md", "new")));
        assert!(!is_same(world.clone().without("content/b.md")));
        assert!(!is_same(world.clone().with("theme.toml", "")));
        let seen = sights.again(&world.with("content/a.md", "other"));
        assert_eq!(seen.texts[&SourcePath::new("content/a.md")], Fingerprint::of_bytes(b"other"));
    }
}
