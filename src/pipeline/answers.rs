//! Answers as bytes on the shelf: so that an output can be made again without a site, and to tell what has changed.
//!
//! A file that only grows, until most of it is garbage, and a table by the fingerprints of the answers. What is read back
//! is believed if it has the fingerprint that was asked for.

use super::index::seal_on;
use super::memory::{DataFile, Memory};
use crate::base::Fingerprint;
use crate::engine::Traces;
use crate::output::Job;
use crate::sink::Shelf;
use crate::site::query::Query;
use crate::site::{Question, Site};
use rayon::prelude::*;
use std::io;

/// How files of answers begin.
pub(super) const ANSWERS: &str = "answers.";
/// How many answers are written at once.
const BATCH: usize = 2048;
/// Garbage that is not worth a new file, in bytes.
const TOLERATED: u64 = 1 << 20;

/// Where answers lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    /// The file; nothing while there is none.
    pub(super) data: Option<DataFile>,
    /// Offsets and lengths in it by the fingerprints of the answers, sorted.
    slots: Vec<(Fingerprint, u64, u32)>,
}

impl Answers {
    /// Answers that lie there in a file.
    pub(super) fn new(data: Option<DataFile>, mut slots: Vec<(Fingerprint, u64, u32)>) -> Answers {
        slots.par_sort_unstable();
        slots.dedup();
        Answers { data, slots }
    }

    /// Where an answer lies.
    pub(super) fn place(&self, answer: Fingerprint) -> Option<(u64, u32)> {
        self.slot(answer).map(|(_, offset, length)| (offset, length))
    }

    fn slot(&self, answer: Fingerprint) -> Option<(Fingerprint, u64, u32)> {
        let at = self.slots.binary_search_by_key(&answer, |(known, ..)| *known).ok()?;
        self.slots.get(at).copied()
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
        let questions = traces.questions().iter();
        let mut wanted: Vec<(Fingerprint, &Query)> = questions
            .filter_map(|(question, answer)| match question {
                Question::Site(Query::ArticleOf(_)) => None,
                Question::Site(query) => Some((*answer, query)),
                _ => None,
            })
            .collect();
        wanted.par_sort_unstable();
        wanted.dedup_by_key(|(answer, _)| *answer);
        let old = std::mem::take(&mut self.answers);
        let mut kept: Vec<(Fingerprint, u64, u32)> =
            wanted.iter().filter_map(|(answer, _)| old.slot(*answer)).collect();
        let live: u64 = kept.iter().map(|(.., length)| u64::from(*length)).sum();
        let grown = |data: DataFile| Some((data, shelf.grow(&file_name(data.number), data.length).ok()?));
        let old_file = old.data.filter(|data| data.length <= live * 2 + TOLERATED).and_then(grown);
        let (mut data, log) = match old_file {
            Some(file) => file,
            None => {
                kept.clear();
                let number = old.data.map_or(0, |data| data.number).wrapping_add(1);
                (DataFile { number, length: 0 }, shelf.grow(&file_name(number), 0)?)
            }
        };
        let is_kept = |answer: &Fingerprint| kept.binary_search_by_key(answer, |(known, ..)| *known).is_ok();
        let fresh: Vec<(Fingerprint, &Query)> = wanted.into_iter().filter(|(answer, _)| !is_kept(answer)).collect();
        for batch in fresh.chunks(BATCH) {
            let encoded: Vec<Vec<u8>> = batch.par_iter().map(|(_, query)| query.encoded(site)).collect();
            let mut offset = log.append(&encoded.concat())?;
            for ((answer, _), bytes) in batch.iter().zip(&encoded) {
                kept.push((*answer, offset, bytes.len() as u32));
                offset += bytes.len() as u64;
            }
            data.length = offset;
        }
        self.answers = Answers::new(Some(data), kept);
        Ok(())
    }
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
