//! Memory as bytes on a shelf, and back.
//!
//! Three files. `standing` tells whether there is anything to do. `index` has everything but the articles and is replaced whole; `articles.N` has the parsed articles one
//! behind the other and only ever grows, until most of it is garbage and `articles.N+1` takes its place. The index says
//! where each article lies and what its bytes must be.
//!
//! Nothing read here is trusted: another program, a missing end, a flipped bit means "nothing remembered". Whoever
//! deletes any of it loses time and nothing else.

use super::amendments::{self, AMENDMENTS, Amendment};
use super::answers::{self, ANSWERS};
use super::index::{self, INDEX, Index, View, seal_on};
use super::memory::{DataFile, Lost, Memory, Outcome, Remembered, Slot};
use super::standing::Standing;
use super::witness::Sights;
use crate::base::{Diagnostic, Fingerprint, OutputPath, SourcePath};
use crate::content::Article;
use crate::engine::Trace;
use crate::output::Job;
use crate::sink::Shelf;
use crate::site::query::{ArticleOf, Query};
use crate::site::{Parsed, Question};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::sync::Arc;
use twox_hash::XxHash3_64;

/// What the program is, down to its sources: a cache that another one wrote is not read.
pub const PROGRAM: &str = env!("PROGRAM_FINGERPRINT");

const STANDING: &str = "standing";
/// How files of articles begin.
const ARTICLES: &str = "articles.";
/// How many articles are written at once.
const BATCH: usize = 512;
/// What an index begins with.
pub(super) const MAGIC: &[u8] = b"manchette cache 2\n";
/// How long the end of an index is.
const SEAL: usize = 32;
/// Garbage that is not worth a new file, in bytes.
const TOLERATED: u64 = 1 << 20;
/// How many bytes of articles are read at once.
const CHUNK: u64 = 1 << 20;

impl Memory {
    /// What a shelf remembers. Only the last build as a whole is read now; the rest when it is wanted.
    pub fn load(shelf: Arc<dyn Shelf>) -> Memory {
        let mut standing: Option<Standing> = shelf.read(STANDING).ok().and_then(|bytes| open(&bytes).ok());
        let seal = shelf.sizes().ok().and_then(|on_shelf| seal_on(&*shelf, &on_shelf));
        let amended = seal.as_deref().map(|seal| amendments::read(&*shelf, seal)).unwrap_or_default();
        if let Some(standing) = standing.as_mut().filter(|standing| standing.index == seal) {
            amended.iter().for_each(|amendment| standing.amend(&amendment.seen, amendment.online));
        }
        Memory { shelf: Some(shelf), standing, amended, is_asleep: true, ..Memory::default() }
    }

    /// Reads what is remembered of articles and outputs, if that was not done before; articles themselves are read when
    /// they are wanted.
    pub(super) fn wake(&mut self) {
        if !std::mem::take(&mut self.is_asleep) {
            return;
        }
        let Some(shelf) = self.shelf.clone() else { return };
        let index = Index::open(shelf.clone());
        match index.and_then(|index| Ok((index.content()?, index.seal().to_owned()))) {
            Ok((content, seal)) => {
                let article = |(path, key, slot)| (path, Remembered { key, outcome: None, slot: Some(slot) });
                self.articles = content.articles.into_iter().map(article).collect();
                self.traces = content.traces;
                self.files = content.files;
                self.answers = content.answers;
                self.data = Some(content.data);
                self.seal = Some(seal);
                for amendment in self.amended.clone() {
                    self.take_in(&amendment);
                }
            }
            Err(lost) => {
                self.lost = Some(lost);
                self.seal = shelf.sizes().ok().and_then(|on_shelf| seal_on(&*shelf, &on_shelf));
            }
        }
    }

    /// Puts the last build as a whole on the shelf.
    pub(super) fn store_standing(&self) -> io::Result<()> {
        match (&self.shelf, &self.standing) {
            (Some(shelf), Some(standing)) => shelf.replace(STANDING, &close(standing)?),
            _ => Ok(()),
        }
    }

    /// Takes in what an amending build taught.
    fn take_in(&mut self, amendment: &Amendment) {
        let answer = |(path, key, _): &(SourcePath, Fingerprint, Slot)| {
            (Question::Site(Query::ArticleOf(ArticleOf { path: path.clone() })), *key)
        };
        self.traces.amend(amendment.outputs.clone(), amendment.articles.iter().map(answer).collect());
        for (path, key, slot) in &amendment.articles {
            self.articles.insert(path.clone(), Remembered { key: *key, outcome: None, slot: Some(*slot) });
        }
        self.data = Some(amendment.data);
    }

    /// Remembers and stores what an amending build taught, without writing again what it did not touch.
    pub(super) fn learn_amended(
        &mut self,
        texts: Vec<(SourcePath, Fingerprint, Outcome)>,
        outputs: Vec<(OutputPath, Trace<Job>)>,
        seen: Sights,
        online: Fingerprint,
    ) -> io::Result<()> {
        let Some(shelf) = self.shelf.clone() else { return Ok(()) };
        let (Some(standing), Ok(index)) = (&mut self.standing, Index::open(shelf.clone())) else { return Ok(()) };
        standing.amend(&seen, online);
        let mut data = index.data();
        let mut articles = Vec::with_capacity(texts.len());
        for (path, key, outcome) in texts {
            let record = encode(&outcome);
            let slot = Slot {
                offset: shelf.append(&file_name(data.number), &record)?,
                length: record.len() as u32,
                check: check(&record),
            };
            data.length = slot.offset + record.len() as u64;
            articles.push((path, key, slot));
        }
        let amendment = Amendment { data, articles, outputs, seen, online };
        let length = amendments::add(&*shelf, index.seal(), &amendment)?;
        if !self.is_asleep {
            self.take_in(&amendment);
        }
        self.amended.push(amendment);
        if length < amendments::FULL && data.length - index.data().length < TOLERATED {
            return Ok(());
        }
        self.wake();
        self.store()?;
        if let Some(standing) = &mut self.standing {
            standing.index.clone_from(&self.seal);
        }
        self.store_standing()
    }

    /// An article from the shelf, if it is there and whole.
    pub(super) fn fetch(&self, data: DataFile, path: &SourcePath, key: Fingerprint, slot: Slot) -> Option<Outcome> {
        let record = self.shelf.as_ref()?.read_at(&file_name(data.number), slot.offset, slot.length as usize).ok()?;
        decode(&record, slot.check, key, path)
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
        let (traces, files, answers) = (&self.traces, &self.files, &self.answers);
        let index = index::encode(&View { data: *data, articles: &articles, traces, files, answers })?;
        shelf.replace(INDEX, &index)?;
        shelf.remove(AMENDMENTS)?;
        self.amended.clear();
        self.seal = index::seal_of(&index);
        let answers = self.answers.data.map(|data| answers::file_name(data.number));
        let is_other = |name: &str| match name.starts_with(ANSWERS) {
            true => Some(name) != answers.as_deref(),
            false => name.starts_with(ARTICLES) && name != file_name(data.number),
        };
        let others = on_shelf.iter().filter(|(name, _)| is_other(name));
        others.for_each(|(name, _)| shelf.remove(name).unwrap_or_default());
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
    postcard::to_stdvec(&(&outcome.parsed.article, &outcome.diagnostics)).unwrap_or_default()
}

fn decode(record: &[u8], wanted: u64, key: Fingerprint, path: &SourcePath) -> Option<Outcome> {
    if check(record) != wanted {
        return None;
    }
    let (article, diagnostics): (Article, Vec<Diagnostic>) = postcard::from_bytes(record).ok()?;
    let is_it = article.path == *path;
    is_it.then(|| Outcome { parsed: Arc::new(Parsed { article, fingerprint: key }), diagnostics: diagnostics.into() })
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
