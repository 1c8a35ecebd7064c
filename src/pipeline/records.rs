//! Records in a file that only grows: each is read back whole, as it was written, or not at all.
//!
//! Nothing here knows what a record says.

use super::memory::Slot;
use crate::sink::{Log, Shelf};
use serde::Serialize;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use twox_hash::XxHash3_64;

/// How files of records begin.
pub(super) const RECORDS: &str = "articles.";

/// A file of records, held open.
#[derive(Debug)]
pub(super) struct Records {
    /// Its number, which is in its name.
    pub(super) number: u32,
    /// Whether records can be added.
    pub(super) grows: bool,
    log: Arc<dyn Log>,
    end: AtomicU64,
    /// Why records were refused: a full disk is not asked again by the same build.
    refused: Mutex<Option<io::ErrorKind>>,
}

/// Records that are not written yet.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// How long each is, with the hash of its bytes.
    records: Vec<(u32, u64)>,
}

impl Records {
    /// The file of a number, for reading.
    pub(super) fn open(shelf: &dyn Shelf, number: u32) -> io::Result<Records> {
        let log = shelf.open(&file_name(number))?;
        Ok(Records { number, grows: false, log, end: AtomicU64::new(0), refused: Mutex::default() })
    }

    /// The file of a number, for adding to its first `length` bytes: what a build left behind them that did not come to
    /// its end is dropped.
    pub(super) fn grow(shelf: &dyn Shelf, number: u32, length: u64) -> io::Result<Records> {
        let log = shelf.grow(&file_name(number), length)?;
        Ok(Records { number, grows: true, log, end: AtomicU64::new(length), refused: Mutex::default() })
    }

    /// Where the last record ends.
    pub(super) fn end(&self) -> u64 {
        self.end.load(Ordering::SeqCst)
    }

    /// Adds records; where each of them is.
    pub(super) fn append(&self, batch: &Batch) -> io::Result<Vec<Slot>> {
        if batch.records.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(kind) = *self.refused() {
            return Err(io::Error::from(kind));
        }
        let appended = self.log.append(&batch.bytes);
        let mut offset = appended.inspect_err(|error| *self.refused() = Some(error.kind()))?;
        self.end.fetch_max(offset + batch.bytes.len() as u64, Ordering::SeqCst);
        let slot = |(length, check): &(u32, u64)| {
            let slot = Slot { offset, length: *length, check: *check };
            offset += u64::from(*length);
            slot
        };
        Ok(batch.records.iter().map(slot).collect())
    }

    /// Lets another build ask again.
    pub(super) fn forgive(&self) {
        *self.refused() = None;
    }

    fn refused(&self) -> MutexGuard<'_, Option<io::ErrorKind>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a record, if it is there and whole.
    pub(super) fn read(&self, slot: Slot) -> Option<Vec<u8>> {
        let bytes = self.log.read_at(slot.offset, slot.length as usize).ok()?;
        is_whole(&bytes, slot).then_some(bytes)
    }

    /// Bytes that several records are in.
    pub(super) fn read_run(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.log.read_at(offset, length)
    }
}

impl Batch {
    /// Adds a record that is written in this form.
    pub(super) fn push(&mut self, record: &impl Serialize) {
        let start = self.bytes.len();
        // Plain data in memory: writing it cannot fail, and an empty record is one that cannot be read.
        if postcard::to_io(record, &mut self.bytes).is_err() {
            self.bytes.truncate(start);
        }
        self.finish(start);
    }

    /// Adds a record that was written before.
    pub(super) fn push_written(&mut self, record: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record);
        self.finish(start);
    }

    fn finish(&mut self, start: usize) {
        let record = self.bytes.get(start..).unwrap_or(&[]);
        self.records.push((record.len() as u32, check(record)));
    }
}

/// Whether the bytes at a place are those that were written there.
pub(super) fn is_whole(record: &[u8], slot: Slot) -> bool {
    check(record) == slot.check
}

/// Tells a damaged record from a whole one: quick, for there are many, and nobody gains by fooling it.
pub(super) fn check(record: &[u8]) -> u64 {
    XxHash3_64::oneshot(record)
}

/// The name of the file of a number.
pub(super) fn file_name(number: u32) -> String {
    format!("{RECORDS}{number}")
}
