//! Memory as bytes on a shelf, and back.
//!
//! `standing` tells whether there is anything to do. `index` has everything but articles and answers and is replaced whole;
//! `amendments` has what edits changed since. `answers.N` has answers; `articles.N` has the parsed articles, and their texts apart from them, and only ever grows, until most of it is
//! garbage and `articles.N+1` takes its place. The index says where each article lies and what its bytes must be.
//!
//! Nothing read here is trusted: another program, a missing end, a flipped bit means "nothing remembered". Whoever
//! deletes any of it loses time and nothing else.

use super::amendments::{self, AMENDMENTS, Amendment, Amendments};
use super::answers::{self, ANSWERS};
use super::index::{self, INDEX, Index, View, length_of, seal_on};
use super::memory::{DataFile, Lost, Memory, Outcome, Remembered, Slot};
use super::records::{Batch, RECORDS, Records, file_name, is_whole};
use super::texts::{self, TextShelf};
use super::witness::Sights;
use crate::base::{Diagnostic, Fingerprint, OutputPath, SourcePath};
use crate::content::Article;
use crate::engine::Trace;
use crate::output::Job;
use crate::sink::Shelf;
use crate::site::query::{ArticleOf, Query};
use crate::site::{Question, Rules};
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::sync::Arc;

/// What the program is, down to its sources: a cache that another one wrote is not read.
pub const PROGRAM: &str = env!("PROGRAM_FINGERPRINT");

pub(super) const STANDING: &str = "standing";
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
    /// What a shelf remembers. Nothing is read before a build holds the lock, or somebody wants to know.
    pub fn load(shelf: Arc<dyn Shelf>) -> Memory {
        Memory { shelf: Some(shelf), is_unread: true, is_asleep: true, ..Memory::default() }
    }

    /// Reads the last build as a whole, if that was not done before.
    pub(super) fn look(&mut self) {
        if !std::mem::take(&mut self.is_unread) {
            return;
        }
        let Some(shelf) = self.shelf.clone() else { return };
        self.standing = shelf.read(STANDING).ok().and_then(|bytes| open(&bytes).ok());
        let seal = shelf.sizes().ok().and_then(|on_shelf| seal_on(&*shelf, &on_shelf));
        self.amended = seal.as_deref().map(|seal| amendments::read(&*shelf, seal)).unwrap_or_default();
        if let Some(standing) = self.standing.as_mut().filter(|standing| standing.index == seal) {
            self.amended.since(standing.log).for_each(|amendment| standing.amend(&amendment.seen, amendment.online));
            standing.log = self.amended.length;
        }
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
                let article = |(path, key, slot, text)| {
                    (path, Remembered { key, outcome: None, slot: Some(slot), text: Some(text) })
                };
                self.articles = content.articles.into_iter().map(article).collect();
                self.traces = content.traces;
                self.files = content.files;
                self.answers = content.answers;
                self.data = Some(content.data);
                // The log of this index, and of no other that was there before.
                self.amended = amendments::read(&*shelf, &seal);
                self.seal = Some(seal);
                for amendment in self.amended.all.clone() {
                    self.take_in(&amendment);
                }
            }
            Err(lost) => {
                self.lost = Some(lost);
                self.seal = shelf.sizes().ok().and_then(|on_shelf| seal_on(&*shelf, &on_shelf));
            }
        }
    }

    /// Takes in what an amending build taught.
    fn take_in(&mut self, amendment: &Amendment) {
        let answer = |(path, key, ..): &(SourcePath, Fingerprint, Slot, Slot)| {
            (Question::Site(Query::ArticleOf(ArticleOf { path: path.clone() })), *key)
        };
        self.traces.amend(amendment.outputs.clone(), amendment.articles.iter().map(answer).collect());
        for (path, key, slot, text) in &amendment.articles {
            let article = Remembered { key: *key, outcome: None, slot: Some(*slot), text: Some(*text) };
            self.articles.insert(path.clone(), article);
        }
        self.data = Some(amendment.data);
    }

    /// Remembers and stores what an amending build taught, without writing again what it did not touch.
    pub(super) fn learn_amended(
        &mut self,
        texts: Vec<Outcome>,
        outputs: Vec<(OutputPath, Trace<Job>)>,
        seen: Sights,
        online: Fingerprint,
    ) -> io::Result<()> {
        let Some(shelf) = self.shelf.clone() else { return Ok(()) };
        let Ok(index) = Index::open(shelf.clone()) else { return Ok(()) };
        let Some(records) = self.open_to_grow(&*shelf) else { return Ok(()) };
        let mut articles = Vec::with_capacity(texts.len());
        for Outcome { parsed, diagnostics } in texts {
            let mut batch = Batch::default();
            texts::push(&mut batch, &parsed.rest(), parsed.fingerprint);
            batch.push(&(&parsed.article, &diagnostics));
            if let [text, slot] = records.append(&batch)?[..] {
                articles.push((parsed.article.path.clone(), parsed.fingerprint, slot, text));
            }
        }
        let data = DataFile { number: records.number, length: records.end() };
        let amendment = Amendment { data, articles, outputs, seen, online, end: 0 };
        self.amended.length = amendments::add(&*shelf, index.seal(), self.amended.length, &amendment)?;
        if let Some(standing) = &mut self.standing {
            standing.amend(&amendment.seen, online);
            standing.log = self.amended.length;
        }
        match self.is_asleep {
            true => self.data = Some(data),
            false => self.take_in(&amendment),
        }
        self.amended.all.push(Amendment { end: self.amended.length, ..amendment });
        if self.amended.length < amendments::FULL && data.length < index.data().length + TOLERATED {
            return Ok(());
        }
        self.wake();
        self.store()?;
        if let Some(standing) = &mut self.standing {
            standing.follow(self.seal.as_deref(), self.amended.length);
        }
        self.store_standing()
    }

    /// The file of articles as far as `data` tells, for a memory that is asleep.
    pub(super) fn texts_of(&mut self, data: DataFile) -> Option<TextShelf> {
        if self.is_asleep {
            self.data = Some(data);
        }
        Some(TextShelf { records: self.reading()?, losses: self.losses.clone() })
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
        // A text that was lost is not where the index would say: the next build parses it and stores it anew.
        self.articles.retain(|_, article| !self.losses.has_mended(article.key));
        let records = match self.room(&*shelf, &on_shelf) {
            Some(records) => records,
            None => self.move_all(&*shelf)?,
        };
        self.store_articles(&records)?;
        let mut articles: Vec<(&SourcePath, Fingerprint, Slot, Slot)> = Vec::with_capacity(self.articles.len());
        #[expect(clippy::iter_over_hash_type, reason = "sorted below")]
        for (path, article) in &self.articles {
            articles.extend(article.slot.zip(article.text).map(|(slot, text)| (path, article.key, slot, text)));
        }
        articles.sort_unstable_by_key(|(path, ..)| *path);
        let data = DataFile { number: records.number, length: records.end() };
        let (traces, files, answers) = (&self.traces, &self.files, &self.answers);
        let index = index::encode(&View { data, articles: &articles, traces, files, answers })?;
        shelf.replace(INDEX, &index)?;
        shelf.remove(AMENDMENTS)?;
        self.amended = Amendments::default();
        self.seal = index::seal_of(&index);
        let answers = self.answers.data.map(|data| answers::file_name(data.number));
        let is_other = |name: &str| match name.starts_with(ANSWERS) {
            true => Some(name) != answers.as_deref(),
            false => name.starts_with(RECORDS) && name != file_name(data.number),
        };
        let others = on_shelf.iter().filter(|(name, _)| is_other(name));
        others.for_each(|(name, _)| shelf.remove(name).unwrap_or_default());
        self.data = Some(data);
        Ok(())
    }

    /// The file that takes texts as soon as they are parsed; nothing when this run may not store, or when the shelf has
    /// what another build stored.
    pub(super) fn growing(&mut self) -> Option<TextShelf> {
        let shelf = self.shelf.clone().filter(|_| self.may_store)?;
        let on_shelf = shelf.sizes().ok()?;
        if self.seal != seal_on(&*shelf, &on_shelf) {
            return None;
        }
        let records = self.open_to_grow(&*shelf)?;
        records.forgive();
        Some(TextShelf { records, losses: self.losses.clone() })
    }

    fn open_to_grow(&mut self, shelf: &dyn Shelf) -> Option<Arc<Records>> {
        if let Some(records) = self.records.as_ref().filter(|records| records.grows) {
            return Some(records.clone());
        }
        let DataFile { number, length } = self.data.unwrap_or(DataFile { number: 1, length: 0 });
        let records = Arc::new(Records::grow(shelf, number, length).ok()?);
        self.records = Some(records.clone());
        Some(records)
    }

    /// The file with what is stored, to read it.
    fn reading(&mut self) -> Option<Arc<Records>> {
        if self.records.is_none() {
            let (data, shelf) = (self.data?, self.shelf.as_ref()?);
            self.records = Some(Arc::new(Records::open(&**shelf, data.number).ok()?));
        }
        self.records.clone()
    }

    /// The file that takes what is new: nothing when it has lost its end, is mostly garbage or is gone from the shelf.
    fn room(&mut self, shelf: &dyn Shelf, on_shelf: &[(String, u64)]) -> Option<Arc<Records>> {
        let slots = self.articles.values().flat_map(|article| [article.slot, article.text]).flatten();
        let live: u64 = slots.map(|slot| u64::from(slot.length)).sum();
        let records = self.open_to_grow(shelf)?;
        let length = length_of(on_shelf, &file_name(records.number)).unwrap_or(0);
        (length >= records.end() && records.end() <= live * 2 + TOLERATED).then_some(records)
    }

    /// Begins a new file with all that the old one has of use; what cannot be read is forgotten.
    fn move_all(&mut self, shelf: &dyn Shelf) -> io::Result<Arc<Records>> {
        self.recall_all();
        let old = self.reading();
        let number = old.as_ref().map(|old| old.number).or(self.data.map(|data| data.number)).unwrap_or(0);
        let records = Arc::new(Records::grow(shelf, number.wrapping_add(1), 0)?);
        let mut all: Vec<(&SourcePath, &mut Remembered)> = self.articles.iter_mut().collect();
        all.sort_unstable_by_key(|(path, _)| *path);
        for articles in all.chunks_mut(BATCH) {
            let (mut batch, mut moved) = (Batch::default(), Vec::new());
            for (_, article) in articles {
                article.slot = None;
                let text = article.text.take().zip(old.as_ref()).and_then(|(text, old)| old.read(text));
                if let Some(text) = text {
                    batch.push_written(&text);
                    moved.push(&mut article.text);
                }
            }
            moved.into_iter().zip(records.append(&batch)?).for_each(|(text, slot)| *text = Some(slot));
        }
        self.articles.retain(|_, article| article.text.is_some() || article.held_rest().is_some());
        self.records = Some(records.clone());
        Ok(records)
    }

    /// Appends the articles that have no place yet, and their texts if those have none.
    fn store_articles(&mut self, records: &Records) -> io::Result<()> {
        let is_fresh = |article: &Remembered| article.slot.is_none() && article.outcome.is_some();
        let mut fresh: Vec<(&SourcePath, &mut Remembered)> =
            self.articles.iter_mut().filter(|(_, article)| is_fresh(article)).collect();
        fresh.sort_unstable_by_key(|(path, _)| *path);
        fresh.par_chunks_mut(BATCH).try_for_each(|articles| {
            let (mut texts, mut batch) = (Batch::default(), Batch::default());
            let is_bare = |article: &Remembered| article.text.is_none();
            for (_, article) in articles.iter().filter(|(_, article)| is_bare(article)) {
                article.held_rest().into_iter().for_each(|rest| texts::push(&mut texts, rest, article.key));
            }
            let bare = articles.iter_mut().filter(|(_, article)| is_bare(article) && article.held_rest().is_some());
            let slots = records.append(&texts)?;
            bare.zip(slots).for_each(|((_, article), slot)| article.text = Some(slot));
            articles.iter().filter_map(|(_, article)| article.outcome.as_ref()).for_each(|outcome| {
                batch.push(&(&outcome.parsed.article, &outcome.diagnostics));
            });
            let slots = records.append(&batch)?;
            articles.iter_mut().zip(slots).for_each(|((_, article), slot)| article.slot = Some(slot));
            Ok(())
        })
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
        let Some(records) = self.reading() else { return };
        let mut places: Vec<Place<'_>> = wanted
            .iter()
            .filter_map(|path| self.articles.get(path).map(|article| (path, article)))
            .filter(|(_, article)| article.outcome.is_none())
            .filter_map(|(path, article)| {
                Some(Place { path, key: article.key, slot: article.slot?, text: article.text? })
            })
            .collect();
        places.sort_unstable_by_key(|place| place.slot.offset);
        let shelf = TextShelf { records, losses: self.losses.clone() };
        let recalled: Vec<(SourcePath, Outcome)> =
            neighbours(&places).into_par_iter().flat_map_iter(|run| recall_run(&shelf, run, &self.rules)).collect();
        for (path, outcome) in recalled {
            if let Some(article) = self.articles.get_mut(&path) {
                article.outcome = Some(outcome);
            }
        }
    }
}

/// Where an article is stored.
pub(super) struct Place<'a> {
    pub(super) path: &'a SourcePath,
    pub(super) key: Fingerprint,
    pub(super) slot: Slot,
    pub(super) text: Slot,
}

impl Place<'_> {
    /// What is there, if it is whole.
    pub(super) fn fetch(&self, shelf: &TextShelf, rules: &Rules) -> Option<Outcome> {
        decode(shelf, self, &shelf.records.read(self.slot)?, rules)
    }
}

/// Runs of articles that lie close together, each about a chunk long.
fn neighbours<'s, 'p>(places: &'s [Place<'p>]) -> Vec<&'s [Place<'p>]> {
    let mut runs = Vec::new();
    let mut start = 0;
    for at in 1..=places.len() {
        let (first, last) = (&places[start].slot, &places[at - 1].slot);
        let is_full = last.offset + u64::from(last.length) - first.offset >= CHUNK;
        let is_apart =
            places.get(at).is_some_and(|next| next.slot.offset > last.offset + u64::from(last.length) + 4096);
        if at == places.len() || is_full || is_apart {
            runs.push(&places[start..at]);
            start = at;
        }
    }
    runs
}

fn recall_run(shelf: &TextShelf, run: &[Place<'_>], rules: &Rules) -> Vec<(SourcePath, Outcome)> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Vec::new() };
    let (first, last) = (first.slot, last.slot);
    let length = last.offset + u64::from(last.length) - first.offset;
    let read = shelf.records.read_run(first.offset, usize::try_from(length).unwrap_or(0));
    let Ok(bytes) = read else { return Vec::new() };
    let record = |slot: &Slot| {
        let start = usize::try_from(slot.offset - first.offset).ok()?;
        bytes.get(start..start + slot.length as usize)
    };
    let recalled = run.iter().filter_map(|place| {
        let outcome = decode(shelf, place, record(&place.slot)?, rules)?;
        Some((place.path.clone(), outcome))
    });
    recalled.collect()
}

fn decode(shelf: &TextShelf, place: &Place<'_>, record: &[u8], rules: &Rules) -> Option<Outcome> {
    if !is_whole(record, place.slot) {
        return None;
    }
    let (article, diagnostics): (Article, Vec<Diagnostic>) = postcard::from_bytes(record).ok()?;
    if article.path != *place.path {
        return None;
    }
    let met = match rules.is_empty() {
        true => Box::default(),
        false => rules.met_by(&article, &texts::read(&shelf.records, place.text, place.key)?),
    };
    let parsed = shelf.parsed(article, place.key, met, place.text);
    Some(Outcome { parsed: Arc::new(parsed), diagnostics: diagnostics.into() })
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

/// The bytes of a standing with a seal that fits them: see `reseal`.
pub(super) fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len().saturating_sub(SEAL));
    let seal = Fingerprint::of_bytes(&bytes).to_string();
    [bytes, seal.into_bytes()].concat()
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
