//! The index as bytes: what is remembered of articles, questions and outputs, in tables of which one record can be read
//! without the others.
//!
//! The parts lie one behind the other: what a file of ours begins with, the tables, then what tells where they are and
//! what every block of bytes before it must be (`Foot`), and at the end the seal, the fingerprint of the beginning and the
//! foot. So a reader that wants little checks little, and believes nothing that it has not checked.

use super::answers::Answers;
use super::memory::{DataFile, KnownFile, Lost, Slot};
use super::store::{MAGIC, PROGRAM};
use crate::base::{Fingerprint, OutputPath, SourcePath};
use crate::engine::{Trace, Traces};
use crate::output::Job;
use crate::sink::Shelf;
use crate::site::Question;
use crate::site::query::Query;
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;
use twox_hash::XxHash3_64;

/// Its name on the shelf.
pub(super) const INDEX: &str = "index";
/// How long its end is.
const SEAL: usize = 32;
/// How long the length of the foot is, which stands before the seal.
const LENGTH: usize = 4;
/// How many bytes are checked together.
const BLOCK: usize = 1 << 14;

/// What an index says, in memory.
pub(super) struct Content {
    /// The file of articles.
    pub(super) data: DataFile,
    /// Articles by path: what each was parsed from, where it lies, and where its text does.
    pub(super) articles: Vec<(SourcePath, Fingerprint, Slot, Slot)>,
    pub(super) traces: Traces<Question, Job>,
    pub(super) files: BTreeMap<SourcePath, KnownFile>,
    pub(super) answers: Answers,
}

/// What an index says, to be written.
pub(super) struct View<'a> {
    pub(super) data: DataFile,
    pub(super) articles: &'a [(&'a SourcePath, Fingerprint, Slot, Slot)],
    pub(super) traces: &'a Traces<Question, Job>,
    pub(super) files: &'a BTreeMap<SourcePath, KnownFile>,
    pub(super) answers: &'a Answers,
}

/// Where a table lies: at first the places of its records, four bytes each, and of their end.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Table {
    start: u64,
    records: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Foot {
    data: DataFile,
    answers: Option<DataFile>,
    articles: Table,
    /// Questions, sorted, each with the fingerprint of its answer and where that lies.
    questions: Table,
    /// Outputs by path.
    outputs: Table,
    /// Questions for articles, each with an output that asked it: two numbers of four bytes, sorted.
    shown: Table,
    files: Table,
    /// How long all of that is.
    length: u64,
    /// What the blocks of it must be.
    blocks: Vec<u64>,
}

/// A question as it is written.
pub(super) type Asked = (Question, Fingerprint, Option<(u64, u32)>);

/// The bytes of an index.
pub(super) fn encode(view: &View<'_>) -> io::Result<Vec<u8>> {
    let (questions, outputs) = (view.traces.questions(), view.traces.outputs());
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(PROGRAM.as_bytes());
    let articles = table(&mut bytes, view.articles.iter())?;
    let asked = questions.iter().map(|(question, answer)| (question, answer, view.answers.place(*answer)));
    let asked = table(&mut bytes, asked)?;
    let made = table(&mut bytes, outputs.iter())?;
    let shown = shown(view.traces);
    let mut foot = Foot {
        data: view.data,
        answers: view.answers.data,
        articles,
        questions: asked,
        outputs: made,
        shown: Table { start: bytes.len() as u64, records: shown.len() as u32 },
        files: Table::default(),
        length: 0,
        blocks: Vec::new(),
    };
    for (question, output) in shown {
        bytes.extend_from_slice(&question.to_le_bytes());
        bytes.extend_from_slice(&output.to_le_bytes());
    }
    foot.files = table(&mut bytes, view.files.iter())?;
    foot.length = bytes.len() as u64;
    foot.blocks = bytes.par_chunks(BLOCK).map(XxHash3_64::oneshot).collect();
    let foot = postcard::to_stdvec(&foot).map_err(io::Error::other)?;
    bytes.extend_from_slice(&foot);
    bytes.extend_from_slice(&(foot.len() as u32).to_le_bytes());
    bytes.extend_from_slice(made_seal(&foot).as_bytes());
    Ok(bytes)
}

/// Writes the places of records, then the records.
fn table<T: Serialize>(bytes: &mut Vec<u8>, records: impl ExactSizeIterator<Item = T>) -> io::Result<Table> {
    let (start, count) = (bytes.len(), records.len());
    bytes.resize(start + LENGTH * (count + 1), 0);
    let first = bytes.len();
    let mut written = std::mem::take(bytes);
    for (at, record) in records.enumerate() {
        written = postcard::to_extend(&record, written).map_err(io::Error::other)?;
        let end = u32::try_from(written.len() - first).map_err(io::Error::other)?;
        let place = start + LENGTH * (at + 1);
        written[place..place + LENGTH].copy_from_slice(&end.to_le_bytes());
    }
    *bytes = written;
    Ok(Table { start: start as u64, records: count as u32 })
}

/// The questions for articles with the outputs that asked them, as numbers.
fn shown(traces: &Traces<Question, Job>) -> Vec<(u32, u32)> {
    let is_article: Vec<bool> = traces
        .questions()
        .iter()
        .map(|(question, _)| matches!(question, Question::Site(Query::ArticleOf(_))))
        .collect();
    let mut shown: Vec<(u32, u32)> = Vec::new();
    for (output, trace) in traces.outputs().values().enumerate() {
        let articles = trace.reads.iter().filter(|read| is_article.get(**read as usize) == Some(&true));
        shown.extend(articles.map(|read| (*read, output as u32)));
    }
    shown.sort_unstable();
    shown
}

/// The seal of an index with that foot.
fn made_seal(foot: &[u8]) -> String {
    Fingerprint::of(&(MAGIC, PROGRAM, foot)).to_string()
}

/// The bytes of an index with checks and a seal that fit them: see `reseal`.
pub(super) fn sealed(bytes: Vec<u8>) -> Vec<u8> {
    let resealed = || {
        let (rest, _) = bytes.split_last_chunk::<SEAL>()?;
        let (rest, size) = rest.split_last_chunk::<LENGTH>()?;
        let at = rest.len().checked_sub(u32::from_le_bytes(*size) as usize)?;
        let (body, foot) = rest.split_at(at);
        let mut foot: Foot = postcard::from_bytes(foot).ok()?;
        foot.blocks = body.get(..foot.length as usize)?.chunks(BLOCK).map(XxHash3_64::oneshot).collect();
        let foot = postcard::to_stdvec(&foot).ok()?;
        let size = (foot.len() as u32).to_le_bytes();
        Some([body, &foot, &size, made_seal(&foot).as_bytes()].concat())
    };
    resealed().unwrap_or(bytes)
}

/// The seal at the end of an index.
pub(super) fn seal_of(index: &[u8]) -> Option<String> {
    index.last_chunk::<SEAL>().and_then(|seal| String::from_utf8(seal.to_vec()).ok())
}

/// The seal of the index on a shelf, whatever it is worth.
pub(super) fn seal_on(shelf: &dyn Shelf, on_shelf: &[(String, u64)]) -> Option<String> {
    let length = length_of(on_shelf, INDEX)?;
    let seal = shelf.read_at(INDEX, length.checked_sub(SEAL as u64)?, SEAL).ok()?;
    String::from_utf8(seal).ok()
}

/// Something that was to be read is not what was written: not the same as nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damaged;

/// The index on a shelf, of which records are read as they are wanted.
pub(super) struct Index {
    shelf: Arc<dyn Shelf>,
    foot: Foot,
    seal: String,
    /// The files of the shelf, with how long they are.
    sizes: Vec<(String, u64)>,
    /// Blocks that were read and are what they must be.
    blocks: RefCell<HashMap<usize, Arc<Vec<u8>>>>,
}

impl Index {
    /// Reads the foot of the index on a shelf.
    pub(super) fn open(shelf: Arc<dyn Shelf>) -> Result<Index, Lost> {
        let sizes = shelf.sizes().map_err(|_| Lost::Damaged)?;
        let length = length_of(&sizes, INDEX).ok_or(Lost::Absent)?;
        let read = |start: u64, length: usize| shelf.read_at(INDEX, start, length).map_err(|_| Lost::Damaged);
        let start = [MAGIC, PROGRAM.as_bytes()].concat();
        let found = read(0, start.len())?;
        if !found.starts_with(MAGIC) {
            return Err(Lost::Damaged);
        }
        if found != start {
            return Err(Lost::OtherProgram);
        }
        let ends = length.checked_sub((LENGTH + SEAL) as u64).ok_or(Lost::Damaged)?;
        let end = read(ends, LENGTH + SEAL)?;
        let (size, seal) = end.split_first_chunk::<LENGTH>().ok_or(Lost::Damaged)?;
        let size = u64::from(u32::from_le_bytes(*size));
        let foot = read(ends.checked_sub(size).ok_or(Lost::Damaged)?, size as usize)?;
        let true_seal = made_seal(&foot);
        if true_seal.as_bytes() != seal {
            return Err(Lost::Damaged);
        }
        let foot: Foot = postcard::from_bytes(&foot).map_err(|_| Lost::Damaged)?;
        Ok(Index { shelf, foot, seal: true_seal, sizes, blocks: RefCell::default() })
    }

    /// What tells it from every other.
    pub(super) fn seal(&self) -> &str {
        &self.seal
    }

    /// How long a file is on the same shelf; nothing at all if it is not there.
    pub(super) fn length_of(&self, name: &str) -> u64 {
        length_of(&self.sizes, name).unwrap_or(0)
    }

    /// The file of articles.
    pub(super) fn data(&self) -> DataFile {
        self.foot.data
    }

    /// The file of answers.
    pub(super) fn answers(&self) -> Option<DataFile> {
        self.foot.answers
    }

    /// All that it says.
    pub(super) fn content(&self) -> Result<Content, Lost> {
        let whole = self.shelf.read(INDEX).map_err(|_| Lost::Damaged)?;
        let bytes = whole.get(..self.foot.length as usize).ok_or(Lost::Damaged)?;
        let is_whole = bytes.par_chunks(BLOCK).zip(&self.foot.blocks).all(|(block, check)| is_it(block, *check));
        if !is_whole || bytes.len().div_ceil(BLOCK) != self.foot.blocks.len() {
            return Err(Lost::Damaged);
        }
        let Foot { questions, outputs, articles, .. } = self.foot;
        let (asked, (outputs, articles)) = rayon::join(
            || records::<Asked>(bytes, questions),
            || (records::<(OutputPath, Trace<Job>)>(bytes, outputs), records(bytes, articles)),
        );
        let (asked, outputs) = (asked.ok_or(Lost::Damaged)?, outputs.ok_or(Lost::Damaged)?);
        let places = asked.iter().filter_map(|(_, answer, place)| place.map(|place| (*answer, place)));
        let answers = Answers::new(self.foot.answers, places.collect());
        let questions = asked.into_iter().map(|(question, answer, _)| (question, answer)).collect();
        let traces = Traces::of(questions, outputs).ok_or(Lost::Damaged)?;
        let files = records::<(SourcePath, KnownFile)>(bytes, self.foot.files).ok_or(Lost::Damaged)?;
        let articles = articles.ok_or(Lost::Damaged)?;
        Ok(Content { data: self.foot.data, articles, traces, files: files.into_iter().collect(), answers })
    }

    /// What is remembered of an article: what it was parsed from, where it lies, and where its text does.
    pub(super) fn article(&self, path: &SourcePath) -> Option<(Fingerprint, Slot, Slot)> {
        let by_path = |record: &(SourcePath, Fingerprint, Slot, Slot)| record.0.cmp(path);
        self.find(self.foot.articles, by_path).ok()?.map(|(_, (_, key, slot, text))| (key, slot, text))
    }

    /// The number of a question, if somebody asked it.
    pub(super) fn number(&self, question: &Question) -> Result<Option<u32>, Damaged> {
        let found = self.find(self.foot.questions, |record: &Asked| record.0.cmp(question))?;
        Ok(found.map(|(number, _)| number))
    }

    /// The question of a number, with the fingerprint of its answer and where that lies.
    pub(super) fn question(&self, number: u32) -> Option<Asked> {
        self.record(self.foot.questions, number)
    }

    /// The outputs that asked a question for an article.
    pub(super) fn outputs(&self, question: u32) -> Option<Vec<(OutputPath, Trace<Job>)>> {
        let pair = |at: u32| {
            let bytes = self.bytes(self.foot.shown.start.checked_add(u64::from(at) * 8)?, 8)?;
            let (first, second) = bytes.split_first_chunk::<4>()?;
            Some((u32::from_le_bytes(*first), u32::from_le_bytes(*second.first_chunk()?)))
        };
        let (mut low, mut high) = (0, self.foot.shown.records);
        while low < high {
            let middle = low + (high - low) / 2;
            if pair(middle)?.0 < question { low = middle + 1 } else { high = middle }
        }
        let mut outputs = Vec::new();
        for at in low..self.foot.shown.records {
            match pair(at)? {
                (asked, output) if asked == question => outputs.push(self.record(self.foot.outputs, output)?),
                _ => break,
            }
        }
        Some(outputs)
    }

    /// The record for which `order` says that it is equal, in a table that is sorted so.
    fn find<T: DeserializeOwned>(
        &self,
        table: Table,
        order: impl Fn(&T) -> Ordering,
    ) -> Result<Option<(u32, T)>, Damaged> {
        let (mut low, mut high) = (0, table.records);
        while low < high {
            let middle = low + (high - low) / 2;
            let record = self.record(table, middle).ok_or(Damaged)?;
            match order(&record) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(Some((middle, record))),
            }
        }
        Ok(None)
    }

    fn record<T: DeserializeOwned>(&self, table: Table, at: u32) -> Option<T> {
        if at >= table.records {
            return None;
        }
        let places = self.bytes(table.start.checked_add(u64::from(at) * LENGTH as u64)?, 2 * LENGTH)?;
        let (start, end) = places.split_first_chunk::<LENGTH>()?;
        let (start, end) = (u32::from_le_bytes(*start), u32::from_le_bytes(*end.first_chunk()?));
        let first = table.start.checked_add((u64::from(table.records) + 1) * LENGTH as u64)?;
        let bytes = self.bytes(first.checked_add(u64::from(start))?, end.checked_sub(start)? as usize)?;
        postcard::from_bytes(&bytes).ok()
    }

    /// Some bytes, checked.
    fn bytes(&self, start: u64, length: usize) -> Option<Vec<u8>> {
        let mut at = usize::try_from(start).ok()?;
        let end = at.checked_add(length).filter(|end| *end as u64 <= self.foot.length)?;
        let mut bytes = Vec::with_capacity(length);
        while at < end {
            let block = self.block(at / BLOCK)?;
            let part = block.get(at % BLOCK..block.len().min(at % BLOCK + end - at)).filter(|part| !part.is_empty())?;
            bytes.extend_from_slice(part);
            at += part.len();
        }
        Some(bytes)
    }

    fn block(&self, number: usize) -> Option<Arc<Vec<u8>>> {
        if let Some(block) = self.blocks.borrow().get(&number) {
            return Some(block.clone());
        }
        let start = (number * BLOCK) as u64;
        let length = self.foot.length.checked_sub(start)?.min(BLOCK as u64) as usize;
        let block = self.shelf.read_at(INDEX, start, length).ok()?;
        let block = is_it(&block, *self.foot.blocks.get(number)?).then(|| Arc::new(block))?;
        self.blocks.borrow_mut().insert(number, block.clone());
        Some(block)
    }
}

/// How long a file is, of those on a shelf.
pub(super) fn length_of(sizes: &[(String, u64)], name: &str) -> Option<u64> {
    sizes.iter().find(|(known, _)| known == name).map(|(_, length)| *length)
}

fn is_it(block: &[u8], check: u64) -> bool {
    XxHash3_64::oneshot(block) == check
}

/// All records of a table.
fn records<T: DeserializeOwned>(bytes: &[u8], table: Table) -> Option<Vec<T>> {
    let count = table.records as usize;
    let start = usize::try_from(table.start).ok()?.checked_add(LENGTH * (count + 1))?;
    let mut rest = bytes.get(start..)?;
    // A record is a byte at least: a number that is more than that is made up.
    let mut records = Vec::with_capacity(count.min(rest.len()));
    for _ in 0..count {
        let (record, after) = postcard::take_from_bytes(rest).ok()?;
        records.push(record);
        rest = after;
    }
    Some(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Ledger;
    use crate::sink::MemoryShelf;
    use crate::site::query::ArticleOf;

    fn article(number: usize) -> Question {
        Question::Site(Query::ArticleOf(ArticleOf { path: source(number) }))
    }

    fn source(number: usize) -> SourcePath {
        SourcePath::new(format!("content/posts/{number:04}.md"))
    }

    /// An index of so many articles, each with a page, and a feed that shows all of them.
    fn shelf(articles: usize) -> Arc<MemoryShelf> {
        let ledger = Ledger::new();
        let trace = |job: Job, asked: Vec<Question>| {
            let reads = asked.into_iter().map(|question| (question, Fingerprint::of("answer"))).collect();
            let content = Fingerprint::of("content");
            Trace { job, reads: ledger.enter(reads), content, length: 7, diagnostics: Vec::new() }
        };
        let output = |path: String| OutputPath::parse(&path).unwrap();
        let mut made: BTreeMap<OutputPath, Trace<Job>> = (0..articles)
            .map(|number| {
                let asked = vec![article(number), Question::Texts];
                (output(format!("{number:04}/index.html")), trace(Job::Post(source(number)), asked))
            })
            .collect();
        made.insert(output("atom.xml".to_owned()), trace(Job::Sitemap, (0..articles).map(article).collect()));
        let traces = Traces::default().after(std::iter::empty(), made, ledger);
        let slot = Slot { offset: 1, length: 2, check: 3 };
        let paths: Vec<SourcePath> = (0..articles).map(source).collect();
        let articles: Vec<_> = paths.iter().map(|path| (path, Fingerprint::of(path), slot, slot)).collect();
        let (files, answers) = (BTreeMap::new(), Answers::default());
        let data = DataFile { number: 1, length: 9 };
        let bytes = encode(&View { data, articles: &articles, traces: &traces, files: &files, answers: &answers });
        let shelf = MemoryShelf::new();
        shelf.replace(INDEX, &bytes.unwrap()).unwrap();
        Arc::new(shelf)
    }

    #[test]
    fn records_are_found_without_the_others() {
        let index = Index::open(shelf(1000)).unwrap();
        for number in [0, 1, 499, 998, 999] {
            assert_eq!(index.article(&source(number)).unwrap().0, Fingerprint::of(&source(number)));
            let asked = index.number(&article(number)).unwrap().unwrap();
            assert_eq!(index.question(asked).unwrap().0, article(number));
            let outputs = index.outputs(asked).unwrap();
            let paths: Vec<&str> = outputs.iter().map(|(path, _)| path.as_str()).collect();
            assert_eq!(paths, [format!("{number:04}/index.html").as_str(), "atom.xml"]);
        }
        assert!(index.article(&source(1000)).is_none());
        assert_eq!(index.number(&article(1000)), Ok(None));
        let content = index.content().unwrap();
        assert_eq!((content.articles.len(), content.traces.outputs().len()), (1000, 1001));
    }

    #[test]
    fn a_damaged_record_is_not_an_absent_one() {
        let shelf = shelf(1000);
        let middle = |bytes: &mut Vec<u8>| {
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
        };
        shelf.damage(|_, bytes| middle(bytes));
        let index = Index::open(shelf).unwrap();
        assert!(index.content().is_err());
        let answers: Vec<_> = (0..1000).map(|number| index.number(&article(number))).collect();
        assert!(answers.contains(&Err(Damaged)) && !answers.contains(&Ok(None)));
    }
}
