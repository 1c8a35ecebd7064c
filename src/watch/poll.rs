//! News by looking: every file's stamp, again and again.
//!
//! A stamp holds the time of the last change, which nobody can set, so that a save is noticed that keeps size and time. What
//! changed is told once more a while later, since a clock that ticks slowly gives two saves one stamp. Reads no file.
//!
//! Not by notify's watcher that polls: it notices a time of modification that is later than before, and no other (a file that
//! is restored has an older one, and some saves keep it), or else reads every file of the site in every round; and it goes
//! into folders that are not ours to look at.

#![expect(clippy::disallowed_methods, reason = "part of the door: stamps are looked at to notice changes")]

use super::Message;
use super::batch::{FEW, PATIENCE, What};
use super::places::{Places, Visitor};
use crate::base::SourcePath;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// The slowest clock of a file system that is met: FAT's.
const TICK: Duration = Duration::from_millis(2100);

/// How long a file that is gone is waited for, since many editors save by moving the old file away, and a program that
/// changes many.
const PAUSE: Duration = Duration::from_millis(100);

/// At most one part in so many of the time is spent on looking.
const SHARE: u32 = 10;

/// Looks until it is dropped.
pub(super) struct Poll {
    _stop: Sender<()>,
}

impl Poll {
    /// Looks at a site so often, for what changes from now on.
    pub(super) fn start(places: Arc<Places>, every: Duration, to: Sender<Message>) -> Poll {
        let (stop, stopped) = mpsc::channel();
        let seen = look(&places);
        let round = Round { places, every, seen, again: BTreeMap::new() };
        // A system that gives us no thread has worse trouble than a preview that stands still.
        let _ = std::thread::Builder::new().name("watch".to_owned()).spawn(move || round.run(&to, &stopped));
        Poll { _stop: stop }
    }
}

struct Round {
    places: Arc<Places>,
    every: Duration,
    seen: BTreeMap<SourcePath, Stamp>,
    /// What is told once more, and when.
    again: BTreeMap<SourcePath, Instant>,
}

impl Round {
    fn run(mut self, to: &Sender<Message>, stopped: &Receiver<()>) {
        let mut pause = self.every;
        while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let start = Instant::now();
            let happened = self.happened(stopped);
            if !happened.is_empty() && to.send(Message::Happened(happened)).is_err() {
                return;
            }
            pause = self.every.max(start.elapsed() * (SHARE - 1));
        }
    }

    fn happened(&mut self, stopped: &Receiver<()>) -> Vec<(SourcePath, What)> {
        let now = self.settled(look(&self.places), stopped);
        let changed = self.changed(&now);
        let gone: Vec<SourcePath> = self.seen.keys().filter(|path| !now.contains_key(*path)).cloned().collect();
        let moment = Instant::now();
        let due: Vec<SourcePath> =
            self.again.iter().filter(|(_, due)| **due <= moment).map(|(path, _)| path.clone()).collect();
        self.again.retain(|_, due| *due > moment);
        self.again.extend(changed.iter().map(|path| (path.clone(), moment + TICK)));
        self.seen = now;
        changed.into_iter().chain(gone).chain(due).map(|path| (path, What::Whole)).collect()
    }

    /// What is there once it has come to rest, if files are gone or a program changes many: two looks that are alike, or the
    /// last one that patience allows.
    fn settled(&self, mut now: BTreeMap<SourcePath, Stamp>, stopped: &Receiver<()>) -> BTreeMap<SourcePath, Stamp> {
        let is_gone = self.seen.keys().any(|path| !now.contains_key(path));
        let start = Instant::now();
        let mut is_restless = is_gone || self.changed(&now).len() > FEW;
        // A wait that can be ended.
        while is_restless && stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            let next = look(&self.places);
            is_restless = next != now && start.elapsed() < PATIENCE;
            now = next;
        }
        now
    }

    /// Files that are not as they were.
    fn changed(&self, now: &BTreeMap<SourcePath, Stamp>) -> Vec<SourcePath> {
        let is_other = |(path, stamp): &(&SourcePath, &Stamp)| self.seen.get(path) != Some(stamp);
        now.iter().filter(is_other).map(|(path, _)| path.clone()).collect()
    }
}

/// What tells that a file is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    #[cfg(unix)]
    rest: (u64, u64, i64, i64, i64, i64),
    #[cfg(not(unix))]
    rest: Option<std::time::SystemTime>,
}

#[cfg(unix)]
fn stamp(metadata: &Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    let (modified, changed) = ((metadata.mtime(), metadata.mtime_nsec()), (metadata.ctime(), metadata.ctime_nsec()));
    let rest = (metadata.dev(), metadata.ino(), modified.0, modified.1, changed.0, changed.1);
    Stamp { size: metadata.len(), rest }
}

#[cfg(not(unix))]
fn stamp(metadata: &Metadata) -> Stamp {
    Stamp { size: metadata.len(), rest: metadata.modified().ok() }
}

/// Every file of a site.
fn look(places: &Places) -> BTreeMap<SourcePath, Stamp> {
    let mut look = Look(BTreeMap::new());
    places.visit_all(&mut look);
    if let Some((folder, name)) = places.other_config() {
        look.file(name, &folder.join(name));
    }
    look.0
}

struct Look(BTreeMap<SourcePath, Stamp>);

impl Visitor for Look {
    fn enter(&mut self, _: &str, _: &Path) -> bool {
        true
    }

    fn file(&mut self, path: &str, real: &Path) {
        if let Ok(metadata) = fs::metadata(real) {
            self.0.insert(SourcePath::new(path), stamp(&metadata));
        }
    }

    // One that leads nowhere is told by whoever walks; where it leads to a file, that says more.
    fn met(&mut self, path: &str, real: &Path) {
        if let Ok(metadata) = fs::symlink_metadata(real) {
            self.0.insert(SourcePath::new(path), stamp(&metadata));
        }
    }

    fn link(&mut self, _: &str, _: &Path, _: &str) {}
}
