//! Answers as bytes on the shelf: so that an output can be made again without a site, and to tell what has changed.
//!
//! A file that only grows, until most of it is garbage, and a table by the fingerprints of the answers. What is read back
//! is believed if it has the fingerprint that was asked for.

use super::index::seal_on;
use super::memory::{DataFile, Memory};
use crate::base::{Fingerprint, Table};
use crate::engine::Traces;
use crate::output::Job;
use crate::sink::{Log, Shelf};
use crate::site::query::Query;
use crate::site::{Question, Site};
use rayon::prelude::*;
use std::collections::hash_map::Entry;
use std::io;

/// How files of answers begin.
pub(super) const ANSWERS: &str = "answers.";
/// How many answers are written at once.
const BATCH: usize = 1024;
/// Garbage that is not worth a new file, in bytes.
const TOLERATED: u64 = 1 << 20;

/// Offsets and lengths of answers, by their fingerprints.
pub(super) type Slots = Table<Fingerprint, (u64, u32)>;

/// Where answers lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    /// The file; nothing while there is none.
    pub(super) data: Option<DataFile>,
    /// Where in it.
    slots: Slots,
}

impl Answers {
    /// Answers that lie there in a file.
    pub(super) fn new(data: Option<DataFile>, slots: Slots) -> Answers {
        Answers { data, slots }
    }

    /// Where an answer lies.
    pub(super) fn place(&self, answer: Fingerprint) -> Option<(u64, u32)> {
        self.slots.get(&answer).copied()
    }
}

impl Memory {
    /// The bytes of an answer, if they are kept.
    pub(super) fn answer(&self, answer: Fingerprint) -> Option<Vec<u8>> {
        read(self.shelf.as_deref()?, self.answers.data?, self.answers.place(answer)?, answer)
    }

    /// Puts the answers of a site on the shelf, but for articles, which are there as such. Call it while no other build of
    /// the site can run.
    pub(super) fn keep_answers(&mut self, traces: &Traces<Question, Job>, site: &Site) -> io::Result<()> {
        let Some(shelf) = self.shelf.clone() else { return Ok(()) };
        // What another process has stored since is its own.
        if self.seal != seal_on(&*shelf, &shelf.sizes()?) {
            return Ok(());
        }
        let old = std::mem::take(&mut self.answers);
        let trusted = if std::mem::take(&mut self.distrusts_answers) { &Answers::default() } else { &old };
        let (mut slots, mut fresh) = sorted_out(traces, trusted);
        let live: u64 = slots.values().map(|(_, length)| u64::from(*length)).sum();
        let grown = |data: DataFile| Some((data, shelf.grow(&file_name(data.number), data.length).ok()?));
        let (mut data, log) = match old.data.filter(|data| data.length <= live * 2 + TOLERATED).and_then(grown) {
            Some(file) => file,
            None => {
                (slots, fresh) = sorted_out(traces, &Answers::default());
                let number = old.data.map_or(0, |data| data.number).wrapping_add(1);
                (DataFile { number, length: 0 }, shelf.grow(&file_name(number), 0)?)
            }
        };
        let written: Vec<(u64, Vec<u32>)> =
            fresh.par_chunks(BATCH).map(|batch| write(&*log, site, batch)).collect::<io::Result<_>>()?;
        for (batch, (mut offset, lengths)) in fresh.chunks(BATCH).zip(written) {
            for ((answer, _), length) in batch.iter().zip(lengths) {
                slots.insert(*answer, (offset, length));
                offset += u64::from(length);
            }
            data.length = data.length.max(offset);
        }
        self.answers = Answers::new(Some(data), slots);
        Ok(())
    }
}

/// Where answers lie already, and the questions of those that do not lie anywhere yet, each answer once.
fn sorted_out<'t>(traces: &'t Traces<Question, Job>, old: &Answers) -> (Slots, Vec<(Fingerprint, &'t Query)>) {
    let mut slots = Slots::with_capacity_and_hasher(traces.len(), Default::default());
    let mut fresh = Vec::new();
    for (question, answer) in traces.questions() {
        let query = match question {
            Question::Site(Query::ArticleOf(_)) => continue,
            Question::Site(query) => query,
            Question::Template(_) | Question::Texts | Question::Options | Question::App | Question::File(_) => continue,
        };
        let Entry::Vacant(slot) = slots.entry(*answer) else { continue };
        match old.place(*answer) {
            Some(place) => drop(slot.insert(place)),
            None => {
                slot.insert((0, 0));
                fresh.push((*answer, query));
            }
        }
    }
    (slots, fresh)
}

/// Adds the answers to some questions to a file: where they begin, and how long each is.
fn write(log: &dyn Log, site: &Site, questions: &[(Fingerprint, &Query)]) -> io::Result<(u64, Vec<u32>)> {
    let mut bytes = Vec::new();
    let encode = |(_, query): &(Fingerprint, &Query)| {
        let start = bytes.len();
        query.encode(site, &mut bytes);
        (bytes.len() - start) as u32
    };
    let lengths = questions.iter().map(encode).collect();
    Ok((log.append(&bytes)?, lengths))
}

/// The bytes of an answer, from where it lies.
pub(super) fn read(shelf: &dyn Shelf, data: DataFile, place: (u64, u32), answer: Fingerprint) -> Option<Vec<u8>> {
    let bytes = shelf.read_at(&file_name(data.number), place.0, place.1 as usize).ok()?;
    (Fingerprint::of_bytes(&bytes) == answer).then_some(bytes)
}

/// The name of a file of answers.
pub(super) fn file_name(number: u32) -> String {
    format!("{ANSWERS}{number}")
}
