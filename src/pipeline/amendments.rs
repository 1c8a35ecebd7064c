//! What amending builds taught since the index was written: a log on the shelf, so that an edit writes only what it
//! changed.
//!
//! A record counts if it was written for the index that is there and is whole; what lies behind one that does not count
//! is not read. Who writes the index anew takes the log away.

use super::memory::{DataFile, Slot};
use super::witness::Sights;
use crate::base::{Fingerprint, OutputPath, SourcePath};
use crate::engine::Trace;
use crate::output::Job;
use crate::sink::Shelf;
use serde::{Deserialize, Serialize};
use std::io;

/// Its name on the shelf.
pub(super) const AMENDMENTS: &str = "amendments";
/// A log of so many bytes is folded into the index.
pub(super) const FULL: u64 = 1 << 17;
/// How long the length of a record is.
const LENGTH: usize = 4;
/// How long its check is.
const CHECK: usize = 32;

/// What one amending build taught.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Amendment {
    /// The file of articles.
    pub(super) data: DataFile,
    /// Articles with other texts: what each was parsed from, where it lies, and where its text does.
    pub(super) articles: Vec<(SourcePath, Fingerprint, Slot, Slot)>,
    /// Outputs that were made again; their questions are those of the index.
    pub(super) outputs: Vec<(OutputPath, Trace<Job>)>,
    /// What was read.
    pub(super) seen: Sights,
    /// What is in the output folder since.
    pub(super) online: Fingerprint,
    /// Where the record ends in the log.
    #[serde(skip)]
    pub(super) end: u64,
}

/// The log as far as it counts.
#[derive(Debug, Default)]
pub(super) struct Amendments {
    /// What was taught, in order.
    pub(super) all: Vec<Amendment>,
    /// How many bytes of the file that is.
    pub(super) length: u64,
}

impl Amendments {
    /// What stands behind the first `length` bytes.
    pub(super) fn since(&self, length: u64) -> impl Iterator<Item = &Amendment> {
        self.all.iter().filter(move |amendment| amendment.end > length)
    }
}

/// What stands in the log for the index with that seal.
pub(super) fn read(shelf: &dyn Shelf, seal: &str) -> Amendments {
    let log = shelf.read(AMENDMENTS).unwrap_or_default();
    let mut rest = log.as_slice();
    let mut all = Vec::new();
    while let Some((amendment, after)) = first(rest, seal) {
        all.push(Amendment { end: (log.len() - after.len()) as u64, ..amendment });
        rest = after;
    }
    Amendments { all, length: (log.len() - rest.len()) as u64 }
}

fn first<'l>(log: &'l [u8], seal: &str) -> Option<(Amendment, &'l [u8])> {
    let (length, rest) = log.split_first_chunk::<LENGTH>()?;
    let (record, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let (wanted, rest) = rest.split_at_checked(CHECK)?;
    let is_whole = check(record, seal).as_bytes() == wanted;
    is_whole.then_some((postcard::from_bytes(record).ok()?, rest))
}

/// Adds to the log for the index with that seal, which counts so far; how long it is now.
pub(super) fn add(shelf: &dyn Shelf, seal: &str, length: u64, amendment: &Amendment) -> io::Result<u64> {
    let record = postcard::to_stdvec(amendment).map_err(io::Error::other)?;
    let size = u32::try_from(record.len()).map_err(io::Error::other)?;
    let bytes = [&size.to_le_bytes()[..], &record, check(&record, seal).as_bytes()].concat();
    let start = shelf.grow(AMENDMENTS, length)?.append(&bytes)?;
    Ok(start + bytes.len() as u64)
}

/// A log with checks that fit its records, for the index with that seal: see `reseal`.
pub(super) fn sealed(log: Vec<u8>, seal: &str) -> Vec<u8> {
    let mut sealed = Vec::new();
    let mut rest = log.as_slice();
    let record = |rest: &'_ [u8]| -> Option<(usize, String)> {
        let (length, rest) = rest.split_first_chunk::<LENGTH>()?;
        let (record, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        (rest.len() >= CHECK).then(|| (LENGTH + record.len(), check(record, seal)))
    };
    while let Some((length, check)) = record(rest) {
        sealed.extend_from_slice(&rest[..length]);
        sealed.extend_from_slice(check.as_bytes());
        rest = &rest[length + CHECK..];
    }
    sealed.extend_from_slice(rest);
    sealed
}

fn check(record: &[u8], seal: &str) -> String {
    Fingerprint::of(&(seal, record)).to_string()
}
