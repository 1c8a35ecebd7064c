//! What the bytes of copied files are, without reading each of them at every build.
//!
//! A stamp stands for the bytes only if it is old: a file that changed in the moment in which it was read may change
//! again within the same tick of the clock. Texts are never judged by stamps.

use super::memory::KnownFile;
use crate::base::{Fingerprint, SourcePath};
use crate::pictures::Measured;
use crate::world::{FileStamp, World};
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The coarsest tick of a file system's clock, in seconds (FAT's).
const TICK: i64 = 2;

/// The files of one build.
pub(super) struct Files<'a> {
    world: &'a dyn World,
    known: &'a BTreeMap<SourcePath, KnownFile>,
    /// Stamps as they were before anything was read.
    stamps: BTreeMap<SourcePath, Option<FileStamp>>,
    /// What was read in this build.
    read: Mutex<BTreeMap<SourcePath, Fingerprint>>,
    is_paranoid: bool,
}

impl<'a> Files<'a> {
    /// Looks at the stamps of files; `is_paranoid` believes none of them.
    pub(super) fn look(
        world: &'a dyn World,
        paths: &[&SourcePath],
        known: &'a BTreeMap<SourcePath, KnownFile>,
        is_paranoid: bool,
    ) -> Files<'a> {
        let stamps = paths.par_iter().map(|path| ((*path).clone(), world.stamp(path))).collect();
        Files { world, known, stamps, read: Mutex::default(), is_paranoid }
    }

    /// Whether some file must be read, or has a stamp that does not tell enough yet.
    pub(super) fn has_doubts(&self) -> bool {
        self.stamps.iter().any(|(path, stamp)| stamp.is_some() && self.vouched(path).is_none())
    }

    /// Whether all files were at rest for some time before `now`, by the clock of this machine: then it is worth asking the
    /// disk for its own.
    pub(super) fn are_at_rest(&self, now: Timestamp) -> bool {
        let last = now.as_second() - 2 * TICK;
        self.stamps.values().flatten().all(|stamp| stamp.modified.0 < last && stamp.changed.0 < last)
    }

    /// What identifies the bytes of a file; that of nothing when it cannot be read.
    pub(super) fn fingerprint(&self, path: &SourcePath) -> Fingerprint {
        if let Some(known) = self.vouched(path).filter(|_| !self.is_paranoid) {
            return known;
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied();
        if read.is_none() {
            read = self.world.read(path).ok().map(|bytes| Fingerprint::of_bytes(&bytes));
            let mut all = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(read.map(|read| (path.clone(), read)));
        }
        read.unwrap_or_else(|| Fingerprint::of(&()))
    }

    /// What a stamp alone tells.
    fn vouched(&self, path: &SourcePath) -> Option<Fingerprint> {
        let known = self.known.get(path).filter(|known| known.is_settled)?;
        let stamp = self.stamps.get(path).copied().flatten()?;
        (Some(stamp) == known.stamp).then_some(known.fingerprint)
    }

    /// What the next build may know, from what this one asked and `measured`; `moment` is the disk's, before anything was read.
    pub(super) fn learnt(
        &self,
        asked: impl Fn(&SourcePath) -> Option<Fingerprint>,
        measured: impl Fn(&SourcePath) -> Option<Measured>,
        moment: Option<SystemTime>,
    ) -> BTreeMap<SourcePath, KnownFile> {
        let seconds = moment.and_then(|moment| moment.duration_since(SystemTime::UNIX_EPOCH).ok());
        let seconds = seconds.and_then(|since| i64::try_from(since.as_secs()).ok());
        let is_old = |stamp: &FileStamp| {
            seconds.is_some_and(|now| stamp.modified.0 < now - TICK && stamp.changed.0 < now - TICK)
        };
        let learnt = self.stamps.iter().filter_map(|(path, stamp)| {
            let measured = measured(path);
            let copied = asked(path)?;
            // A picture that changed between its measuring and its copying: pages show the size that it had. Then it is not
            // known, so that the next build looks again.
            let fingerprint = measured.map_or(copied, |measured| measured.of);
            let known = self.known.get(path).filter(|known| known.is_settled && known.stamp == *stamp);
            let is_settled = fingerprint == copied
                && (known.is_some_and(|known| known.fingerprint == fingerprint) || stamp.as_ref().is_some_and(is_old));
            let measured = measured.map(|measured| measured.size);
            Some((path.clone(), KnownFile { stamp: *stamp, fingerprint, is_settled, measured }))
        });
        learnt.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{MemoryWorld, Walked};
    use std::io;
    use std::time::Duration;

    /// A world in which stamps say what the test wants.
    struct Stamped(MemoryWorld, FileStamp);

    impl World for Stamped {
        fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
            self.0.read(path)
        }
        fn walk(&self, folder: &str) -> Walked {
            self.0.walk(folder)
        }
        fn stamp(&self, _: &SourcePath) -> Option<FileStamp> {
            Some(self.1)
        }
        fn now(&self) -> jiff::Timestamp {
            self.0.now()
        }
    }

    fn stamp(at: i64) -> FileStamp {
        FileStamp { device: 1, inode: 1, size: 1, modified: (at, 0), changed: (at, 0) }
    }

    fn world(text: &str, at: i64) -> Stamped {
        Stamped(MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH).with("static/a", text), stamp(at))
    }

    /// What a build at `moment` learns of a file that was last changed at `changed`, and whether the next build, which
    /// finds another text under the same stamp, notices.
    fn notices(changed: i64, moment: u64, is_paranoid: bool) -> bool {
        let path = SourcePath::new("static/a");
        let before = world("a", changed);
        let known = BTreeMap::new();
        let files = Files::look(&before, &[&path], &known, false);
        let first = files.fingerprint(&path);
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(moment);
        let known = files.learnt(|_| Some(first), |_| None, Some(moment));
        let after = world("b", changed);
        Files::look(&after, &[&path], &known, is_paranoid).fingerprint(&path) != first
    }

    #[test]
    fn a_stamp_is_believed_only_when_it_is_old() {
        // Two writes within one tick leave one stamp: only a file that was at rest when it was read is taken on trust.
        assert!(notices(1000, 1000, false));
        assert!(notices(1000, 1002, false));
        assert!(!notices(1000, 1003, false));
        // Clocks that go backwards, or stamps from the future.
        assert!(notices(2000, 1000, false));
        assert!(notices(1000, 1003, true));
    }

    #[test]
    fn another_stamp_means_another_look() {
        let path = SourcePath::new("static/a");
        let known =
            KnownFile { stamp: Some(stamp(1)), fingerprint: Fingerprint::of("old"), is_settled: true, measured: None };
        let known = BTreeMap::from([(path.clone(), known)]);
        let same = world("new", 1);
        assert_eq!(Files::look(&same, &[&path], &known, false).fingerprint(&path), Fingerprint::of("old"));
        for other in [
            FileStamp { inode: 2, ..stamp(1) },
            FileStamp { size: 2, ..stamp(1) },
            FileStamp { changed: (1, 1), ..stamp(1) },
            FileStamp { modified: (0, 0), ..stamp(1) },
        ] {
            let touched = Stamped(world("new", 1).0, other);
            let files = Files::look(&touched, &[&path], &known, false);
            assert!(files.has_doubts());
            assert_eq!(files.fingerprint(&path), Fingerprint::of_bytes(b"new"));
        }
    }
}
