//! All that outlives a build: parsed articles, what every output asked, what was seen of files.
//!
//! Nothing here is believed because it is remembered: an article counts for the bytes it was parsed from, an output for
//! the answers it asked and the bytes that are there, a file for its stamp, and only if that is old enough.

use super::amendments::Amendments;
use super::answers::Answers;
use super::files::Files;
use super::records::Records;
use super::standing::Standing;
use super::texts::Losses;
use crate::base::{Diagnostic, Fingerprint, SourcePath, Table};
use crate::content::Prose;
use crate::engine::Traces;
use crate::output::Job;
use crate::pictures::{Measured, Size};
use crate::sink::Shelf;
use crate::site::{Parsed, Question, Rules};
use crate::world::{FileStamp, World};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

/// All that outlives a build.
#[derive(Default)]
pub struct Memory {
    /// Where it is stored; nothing for a memory that ends with the process.
    pub(super) shelf: Option<Arc<dyn Shelf>>,
    pub(super) articles: Table<SourcePath, Remembered>,
    pub(super) traces: Traces<Question, Job>,
    pub(super) files: BTreeMap<SourcePath, KnownFile>,
    /// Where answers lie.
    pub(super) answers: Answers,
    /// Whether some of them are not what was written: all are written anew then.
    pub(super) distrusts_answers: bool,
    /// The last build as a whole.
    pub(super) standing: Option<Standing>,
    /// Whether that is still on the shelf.
    pub(super) is_unread: bool,
    /// Whether the rest is still on the shelf.
    pub(super) is_asleep: bool,
    /// Why nothing is remembered, when something should be.
    pub(super) lost: Option<Lost>,
    /// Where stored articles lie; nothing when none are.
    pub(super) data: Option<DataFile>,
    /// The same file, held open; before the first article is stored, the one that will be it.
    pub(super) records: Option<Arc<Records>>,
    /// Whether this is a build that holds the lock and may store: only then are texts let go of.
    pub(super) may_store: bool,
    /// The match rules of which articles in memory say whether they meet them.
    pub(super) rules: Arc<Rules>,
    /// Texts that could not be read back.
    pub(super) losses: Arc<Losses>,
    /// Whether the articles are others than those that are stored.
    pub(super) is_changed: bool,
    /// The end of the index that was read or written last: another one is another build's.
    pub(super) seal: Option<String>,
    /// What is on the shelf besides the index.
    pub(super) amended: Amendments,
}

/// Why nothing is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// There is no cache.
    Absent,
    /// Another version of the program made it.
    OtherProgram,
    /// It is damaged, or no cache of ours.
    Damaged,
}

impl Lost {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Lost::Absent => "there is no cache yet",
            Lost::OtherProgram => "another version of manchette made the cache",
            Lost::Damaged => "the cache is damaged",
        }
    }
}

/// An article as it was parsed.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    /// What it was parsed from: its path, its bytes, the options.
    pub(super) key: Fingerprint,
    /// What came of it, once somebody wanted to know.
    pub(super) outcome: Option<Outcome>,
    /// Where it is stored.
    pub(super) slot: Option<Slot>,
    /// Where its text is stored: often before the rest of it is.
    pub(super) text: Option<Slot>,
}

impl Remembered {
    /// Its text, if that is in memory.
    pub(super) fn held_rest(&self) -> Option<&Arc<Prose>> {
        self.outcome.as_ref().and_then(|outcome| outcome.parsed.held_rest())
    }
}

/// What came of parsing an article.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) parsed: Arc<Parsed>,
    pub(super) diagnostics: Arc<[Diagnostic]>,
}

/// A place in the file of stored articles, with what tells whether it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Slot {
    pub(super) offset: u64,
    pub(super) length: u32,
    /// The hash of the bytes: not who they are, only whether they are whole.
    pub(super) check: u64,
}

/// The file of stored articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DataFile {
    /// Its number, which is in its name.
    pub(super) number: u32,
    /// How many bytes of it were written.
    pub(super) length: u64,
}

/// What was seen of a file that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownFile {
    /// Nothing where the system does not say enough.
    pub(super) stamp: Option<FileStamp>,
    pub(super) fingerprint: Fingerprint,
    /// Whether the stamp alone tells that the bytes are the same: not when the file had just been written.
    pub(super) is_settled: bool,
    /// The size of a picture, or that it tells none; nothing for what is no picture.
    pub(super) measured: Option<Option<Size>>,
}

impl Memory {
    /// Nothing remembered, and nothing stored.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Forgets that some questions were asked. For tests alone: it must make the next build wrong.
    pub fn forget(&mut self, is_forgotten: impl Fn(&Question) -> bool) {
        self.traces.forget(is_forgotten);
    }

    /// What every output asked.
    pub fn traces(&self) -> &Traces<Question, Job> {
        &self.traces
    }

    /// When other articles are due than in the last build; nothing when none waits for its hour.
    pub fn due(&self) -> Option<jiff::Timestamp> {
        self.standing.as_ref()?.until()
    }

    /// Why nothing is remembered, when something should be.
    pub fn lost(&self) -> Option<Lost> {
        self.lost
    }
}

/// What a run teaches the next one.
pub(super) struct Learnt {
    /// What every output asked; nothing when that is as it was.
    pub(super) traces: Option<Traces<Question, Job>>,
    /// What was seen of files.
    pub(super) files: BTreeMap<SourcePath, KnownFile>,
}

impl Memory {
    /// The moment by the disk's clock, by which stamps are judged.
    pub(super) fn moment(&self) -> Option<SystemTime> {
        self.shelf.as_ref()?.moment().ok().flatten()
    }

    /// Forgets of articles what other match rules than these had a part in; what is on the shelf is as good as before.
    pub(super) fn follow(&mut self, rules: &Arc<Rules>) {
        if self.rules != *rules {
            self.articles.retain(|_, article| article.slot.is_some());
            self.articles.values_mut().for_each(|article| article.outcome = None);
            self.rules = rules.clone();
        }
    }

    /// Looks once more at copied files that had just been written when they were read last, and from then on believes the
    /// stamps of those that are the same: else every build that has little to do would read them again. Writes at most once
    /// for each time that such files came.
    pub(super) fn settle(&mut self, world: &dyn World) -> io::Result<()> {
        let Some(standing) = &self.standing else { return Ok(()) };
        let young: Vec<&SourcePath> =
            standing.files.iter().filter(|(_, known)| !known.is_settled).map(|(path, _)| path).collect();
        let files = Files::look(world, &young, &standing.files, false);
        if young.is_empty() || !files.are_at_rest(world.now()) {
            return Ok(());
        }
        let moment = self.moment();
        let same = |path: &SourcePath| {
            let known = standing.files.get(path)?.fingerprint;
            (files.fingerprint(path) == known).then_some(known)
        };
        let measured = |path: &SourcePath| {
            let KnownFile { fingerprint: of, measured, .. } = *standing.files.get(path)?;
            measured.map(|size| Measured { of, size })
        };
        let settled: Vec<(SourcePath, KnownFile)> =
            files.learnt(same, measured, moment).into_iter().filter(|(_, known)| known.is_settled).collect();
        drop(files);
        let (Some(standing), false) = (&mut self.standing, settled.is_empty()) else { return Ok(()) };
        standing.files.extend(settled);
        self.store_standing()
    }

    /// Remembers what a run has learnt, and stores it if there is anything new.
    pub(super) fn learn(&mut self, learnt: Learnt, mut standing: Standing) -> io::Result<()> {
        let is_new = learnt.traces.is_some() || learnt.files != self.files || self.is_changed;
        if let Some(traces) = learnt.traces {
            self.traces = traces;
        }
        self.files = learnt.files;
        self.lost = None;
        if is_new {
            self.is_changed = false;
            self.store()?;
        }
        standing.follow(self.seal.as_deref(), self.amended.length);
        if self.standing.as_ref() == Some(&standing) {
            return Ok(());
        }
        self.standing = Some(standing);
        self.store_standing()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory")
            .field("articles", &self.articles.len())
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}
