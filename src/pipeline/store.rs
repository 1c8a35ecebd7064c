//! Memory as bytes on a shelf, and back.
//!
//! Three files. `standing` tells whether there is anything to do. `index` has everything but the articles and is replaced whole; `articles.N` has the parsed articles one
//! behind the other and only ever grows, until most of it is garbage and `articles.N+1` takes its place. The index says
//! where each article lies and what its bytes must be.
//!
//! Nothing read here is trusted: another program, a missing end, a flipped bit means "nothing remembered". Whoever
//! deletes any of it loses time and nothing else.

use super::memory::{DataFile, KnownFile, Lost, Memory, Outcome, Remembered, Slot};
use crate::base::{Diagnostic, Fingerprint, SourcePath};
use crate::content::{Article, Prose, Whole};
use crate::engine::Traces;
use crate::sink::Shelf;
use crate::site::{Parsed, Question};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use twox_hash::XxHash3_64;

/// What the program is, down to its sources: a cache that another one wrote is not read.
pub const PROGRAM: &str = env!("PROGRAM_FINGERPRINT");

const INDEX: &str = "index";
const STANDING: &str = "standing";
/// How files of articles begin.
const ARTICLES: &str = "articles.";
/// How many articles are written at once.
const BATCH: usize = 512;
/// What an index begins with.
const MAGIC: &[u8] = b"manchette cache 1\n";
/// How long the end of an index is.
const SEAL: usize = 32;
/// Garbage that is not worth a new file, in bytes.
const TOLERATED: u64 = 1 << 20;
/// How many bytes of articles are read at once.
const CHUNK: u64 = 1 << 20;

/// The index as it is written.
#[derive(Serialize, Deserialize)]
struct Index {
    data: DataFile,
    articles: Vec<(SourcePath, Fingerprint, Slot)>,
    traces: Traces<Question>,
    files: BTreeMap<SourcePath, KnownFile>,
}

/// The index as it is written, from what is there.
#[derive(Serialize)]
struct IndexOf<'a> {
    data: &'a DataFile,
    articles: Vec<(&'a SourcePath, Fingerprint, Slot)>,
    traces: &'a Traces<Question>,
    files: &'a BTreeMap<SourcePath, KnownFile>,
}

impl Memory {
    /// What a shelf remembers. Only the last build as a whole is read now; the rest when it is wanted.
    pub fn load(shelf: Arc<dyn Shelf>) -> Memory {
        let standing = shelf.read(STANDING).ok().and_then(|bytes| open(&bytes).ok());
        Memory { shelf: Some(shelf), standing, is_asleep: true, ..Memory::default() }
    }

    /// Reads what is remembered of articles and outputs, if that was not done before; articles themselves are read when
    /// they are wanted.
    pub(super) fn wake(&mut self) {
        if !std::mem::take(&mut self.is_asleep) {
            return;
        }
        let Some(shelf) = self.shelf.clone() else { return };
        let read = shelf.read(INDEX);
        match read.as_deref().map(open::<Index>) {
            Ok(Ok(index)) if index.traces.is_sound() => {
                let article = |(path, key, slot)| (path, Remembered { key, outcome: None, slot: Some(slot) });
                self.articles = index.articles.into_iter().map(article).collect();
                self.traces = index.traces;
                self.files = index.files;
                self.data = Some(index.data);
            }
            Ok(Ok(_)) => self.lost = Some(Lost::Damaged),
            Ok(Err(lost)) => self.lost = Some(lost),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.lost = Some(Lost::Absent),
            Err(_) => self.lost = Some(Lost::Damaged),
        }
        self.seal = read.ok().map(|bytes| seal(&bytes).to_vec());
    }

    /// Puts the last build as a whole on the shelf.
    pub(super) fn store_standing(&self) -> io::Result<()> {
        match (&self.shelf, &self.standing) {
            (Some(shelf), Some(standing)) => shelf.replace(STANDING, &close(standing)?),
            _ => Ok(()),
        }
    }

    /// Puts all that is remembered on its shelf. Articles that are there already are not written again. Call it while no
    /// other build of the site can run.
    pub(super) fn store(&mut self) -> io::Result<()> {
        let Some(shelf) = self.shelf.clone() else { return Ok(()) };
        let on_shelf = shelf.sizes()?;
        // A memory that lives longer than one build may find that another process has stored since: that is as true.
        if self.seal != seal_on(&*shelf, &on_shelf) {
            return Ok(());
        }
        let old = self.data;
        let data = self.room(&on_shelf);
        if old.is_none_or(|old| old.number != data.number) {
            shelf.remove(&file_name(data.number))?;
        }
        self.store_articles(&*shelf, data)?;
        let mut articles: Vec<(&SourcePath, Fingerprint, Slot)> = Vec::with_capacity(self.articles.len());
        #[expect(clippy::iter_over_hash_type, reason = "sorted below")]
        for (path, remembered) in &self.articles {
            articles.extend(remembered.slot.map(|slot| (path, remembered.key, slot)));
        }
        articles.sort_unstable_by_key(|(path, ..)| *path);
        let Some(data) = &self.data else { return Ok(()) };
        let index = close(&IndexOf { data, articles, traces: &self.traces, files: &self.files })?;
        shelf.replace(INDEX, &index)?;
        let others = on_shelf.iter().filter(|(name, _)| name.starts_with(ARTICLES) && *name != file_name(data.number));
        others.for_each(|(name, _)| shelf.remove(name).unwrap_or_default());
        self.seal = Some(seal(&index).to_vec());
        Ok(())
    }

    /// The file that takes new articles: the old one, or a new one when that is mostly garbage or has lost its end.
    fn room(&mut self, on_shelf: &[(String, u64)]) -> DataFile {
        let slots = self.articles.values().filter_map(|article| article.slot);
        let live: u64 = slots.map(|slot| u64::from(slot.length)).sum();
        let length = |number| on_shelf.iter().find(|(name, _)| *name == file_name(number)).map(|(_, length)| *length);
        match self.data {
            Some(data) if length(data.number) >= Some(data.length) && data.length <= live * 2 + TOLERATED => data,
            old => {
                self.recall_all();
                self.articles.values_mut().for_each(|article| article.slot = None);
                DataFile { number: old.map_or(0, |data| data.number).wrapping_add(1), length: 0 }
            }
        }
    }

    /// Appends the articles that have no place yet.
    fn store_articles(&mut self, shelf: &dyn Shelf, mut data: DataFile) -> io::Result<()> {
        let is_fresh = |article: &Remembered| article.slot.is_none() && article.outcome.is_some();
        let mut fresh: Vec<(&SourcePath, &mut Remembered)> =
            self.articles.iter_mut().filter(|(_, article)| is_fresh(article)).collect();
        fresh.sort_unstable_by_key(|(path, _)| *path);
        let name = file_name(data.number);
        for batch in fresh.chunks_mut(BATCH) {
            let records: Vec<(Vec<u8>, u64)> = batch
                .par_iter()
                .map(|(_, article)| {
                    let record = article.outcome.as_ref().map(encode).unwrap_or_default();
                    let check = check(&record);
                    (record, check)
                })
                .collect();
            let bytes: Vec<&[u8]> = records.iter().map(|(record, _)| record.as_slice()).collect();
            let mut offset = shelf.append(&name, &bytes.concat())?;
            for ((_, article), (record, check)) in batch.iter_mut().zip(records) {
                article.slot = Some(Slot { offset, length: record.len() as u32, check });
                offset += record.len() as u64;
            }
            data.length = offset;
        }
        self.data = Some(data);
        Ok(())
    }

    /// Brings back every article that is only on the shelf; what cannot be read is forgotten.
    fn recall_all(&mut self) {
        let wanted: Vec<SourcePath> =
            self.articles.iter().filter(|(_, a)| a.outcome.is_none()).map(|(path, _)| path.clone()).collect();
        self.recall(&wanted);
        self.articles.retain(|_, article| article.outcome.is_some());
    }

    /// Brings back articles that are on the shelf, as far as they are there and whole.
    pub(super) fn recall(&mut self, wanted: &[SourcePath]) {
        let (Some(data), Some(shelf)) = (self.data, self.shelf.clone()) else { return };
        let name = file_name(data.number);
        let mut slots: Vec<(&SourcePath, Slot, Fingerprint)> = wanted
            .iter()
            .filter_map(|path| self.articles.get(path).map(|article| (path, article)))
            .filter(|(_, article)| article.outcome.is_none())
            .filter_map(|(path, article)| Some((path, article.slot?, article.key)))
            .collect();
        slots.sort_unstable_by_key(|(_, slot, _)| slot.offset);
        let recalled: Vec<(SourcePath, Outcome)> =
            neighbours(&slots).into_par_iter().flat_map_iter(|chunk| recall_chunk(&*shelf, &name, chunk)).collect();
        for (path, outcome) in recalled {
            if let Some(article) = self.articles.get_mut(&path) {
                article.outcome = Some(outcome);
            }
        }
    }
}

/// Runs of slots that lie close together, each about a chunk long.
fn neighbours<'s, 'p>(
    slots: &'s [(&'p SourcePath, Slot, Fingerprint)],
) -> Vec<&'s [(&'p SourcePath, Slot, Fingerprint)]> {
    let mut runs = Vec::new();
    let mut start = 0;
    for at in 1..=slots.len() {
        let (first, last) = (&slots[start].1, &slots[at - 1].1);
        let is_full = last.offset + u64::from(last.length) - first.offset >= CHUNK;
        let is_apart =
            slots.get(at).is_some_and(|(_, next, _)| next.offset > last.offset + u64::from(last.length) + 4096);
        if at == slots.len() || is_full || is_apart {
            runs.push(&slots[start..at]);
            start = at;
        }
    }
    runs
}

fn recall_chunk(
    shelf: &dyn Shelf,
    name: &str,
    chunk: &[(&SourcePath, Slot, Fingerprint)],
) -> Vec<(SourcePath, Outcome)> {
    let (Some((_, first, _)), Some((_, last, _))) = (chunk.first(), chunk.last()) else { return Vec::new() };
    let length = last.offset + u64::from(last.length) - first.offset;
    let Ok(bytes) = shelf.read_at(name, first.offset, usize::try_from(length).unwrap_or(0)) else { return Vec::new() };
    let record = |slot: &Slot| {
        let start = usize::try_from(slot.offset - first.offset).ok()?;
        bytes.get(start..start + slot.length as usize)
    };
    chunk
        .iter()
        .filter_map(|(path, slot, key)| Some(((*path).clone(), decode(record(slot)?, slot.check, *key, path)?)))
        .collect()
}

/// Tells a damaged record from a whole one: quick, for there are many, and nobody gains by fooling it.
fn check(record: &[u8]) -> u64 {
    XxHash3_64::oneshot(record)
}

fn encode(outcome: &Outcome) -> Vec<u8> {
    // Plain data in memory: writing it cannot fail, and an empty record is one that cannot be read.
    postcard::to_stdvec(&(&outcome.parsed.article, &*outcome.parsed.rest(), &outcome.diagnostics)).unwrap_or_default()
}

fn decode(record: &[u8], wanted: u64, key: Fingerprint, path: &SourcePath) -> Option<Outcome> {
    if check(record) != wanted {
        return None;
    }
    let (article, rest, diagnostics): (Article, Prose, Vec<Diagnostic>) = postcard::from_bytes(record).ok()?;
    let is_it = article.path == *path;
    let parsed = || Arc::new(Parsed::held(Whole { article, rest }, key));
    is_it.then(|| Outcome { parsed: parsed(), diagnostics: diagnostics.into() })
}

fn file_name(number: u32) -> String {
    format!("{ARTICLES}{number}")
}

/// The bytes of a file: what it is, which program wrote it, what it says, and the fingerprint of all that.
fn close<T: Serialize>(content: &T) -> io::Result<Vec<u8>> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(PROGRAM.as_bytes());
    let mut bytes = postcard::to_extend(content, bytes).map_err(io::Error::other)?;
    let check = Fingerprint::of_bytes(&bytes).to_string();
    bytes.extend_from_slice(check.as_bytes());
    Ok(bytes)
}

/// The end of an index: the fingerprint of all before it.
fn seal(index: &[u8]) -> &[u8] {
    index.last_chunk::<SEAL>().map_or(&[][..], |seal| seal)
}

/// The end of the index that is on a shelf now.
fn seal_on(shelf: &dyn Shelf, on_shelf: &[(String, u64)]) -> Option<Vec<u8>> {
    let (_, length) = on_shelf.iter().find(|(name, _)| name == INDEX)?;
    let start = length.saturating_sub(SEAL as u64);
    shelf.read_at(INDEX, start, usize::try_from(length - start).ok()?).ok()
}

fn open<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Lost> {
    let (rest, check) = bytes.split_last_chunk::<SEAL>().ok_or(Lost::Damaged)?;
    let rest = rest.strip_prefix(MAGIC).ok_or(Lost::Damaged).map(|body| (rest, body))?;
    let (whole, body) = rest;
    let body = body.strip_prefix(PROGRAM.as_bytes()).ok_or(Lost::OtherProgram)?;
    if Fingerprint::of_bytes(whole).to_string().as_bytes() != check {
        return Err(Lost::Damaged);
    }
    postcard::from_bytes(body).map_err(|_| Lost::Damaged)
}

/// What is remembered, as far as the files on the shelf tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Files with their sizes in bytes.
    pub files: Vec<(String, u64)>,
    /// Why nothing of it counts.
    pub lost: Option<Lost>,
    /// Parsed articles.
    pub articles: usize,
    /// Outputs.
    pub outputs: usize,
    /// Distinct questions.
    pub questions: usize,
}

/// Looks at what a shelf remembers.
pub fn kept(shelf: Arc<dyn Shelf>) -> io::Result<Kept> {
    let files = shelf.sizes()?;
    let mut memory = Memory::load(shelf);
    memory.wake();
    Ok(Kept {
        files,
        lost: memory.lost,
        articles: memory.articles.len(),
        outputs: memory.traces.outputs().len(),
        questions: memory.traces.len(),
    })
}

/// Forgets everything that a shelf remembers; how many bytes that were.
pub fn forget(shelf: &dyn Shelf) -> io::Result<u64> {
    let sizes = shelf.sizes()?;
    sizes.iter().try_for_each(|(name, _)| shelf.remove(name))?;
    Ok(sizes.iter().map(|(_, size)| size).sum())
}
