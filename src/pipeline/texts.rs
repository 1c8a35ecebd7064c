//! Texts of articles, on the shelf until a page wants them.
//!
//! They are the bulk of what is parsed, and most builds show few of them. A text that cannot be read back when a page
//! wants it is noted: what was made meanwhile may lack it and does not count, and the text is parsed again.

use super::memory::Slot;
use super::records::{Batch, Records};
use crate::base::{Fingerprint, SourcePath, Table};
use crate::content::{Article, Prose};
use crate::site::{Keeper, Parsed};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The file in which texts are, and where those are noted that cannot be read back.
#[derive(Clone, Debug)]
pub(super) struct TextShelf {
    pub(super) records: Arc<Records>,
    pub(super) losses: Arc<Losses>,
}

impl TextShelf {
    /// An article whose text is at a place of the file.
    pub(super) fn parsed(&self, article: Article, key: Fingerprint, rules: Box<[u32]>, slot: Slot) -> Parsed {
        Parsed::kept(article, key, rules, Arc::new(Shelved { shelf: self.clone(), slot }))
    }
}

/// The text of one article on the shelf.
#[derive(Debug)]
struct Shelved {
    shelf: TextShelf,
    slot: Slot,
}

impl Keeper for Shelved {
    fn rest(&self, of: &Parsed) -> Option<Arc<Prose>> {
        let TextShelf { records, losses } = &self.shelf;
        let found = read(records, self.slot, of.fingerprint).map(Arc::new);
        found.or_else(|| losses.mended(of.fingerprint)).or_else(|| {
            losses.note(&of.article.path, of.fingerprint);
            None
        })
    }
}

/// Adds the record of a text to a batch.
pub(super) fn push(batch: &mut Batch, rest: &Prose, key: Fingerprint) {
    batch.push(&(key, rest));
}

/// The text at a place, if it is there, whole and of this article.
pub(super) fn read(records: &Records, slot: Slot, key: Fingerprint) -> Option<Prose> {
    let (found, rest): (Fingerprint, Prose) = postcard::from_bytes(&records.read(slot)?).ok()?;
    (found == key).then_some(rest)
}

/// Texts that could not be read back.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Whether any is lost now: asked after every output.
    is_any: AtomicBool,
    /// How many were lost so far: tells whether one was while an output was made, whoever mends it.
    noted: AtomicUsize,
    lost: Mutex<BTreeMap<SourcePath, Fingerprint>>,
    mended: Mutex<Table<Fingerprint, Arc<Prose>>>,
}

impl Losses {
    /// Whether an output that was just made may lack a text.
    pub(super) fn is_any(&self) -> bool {
        self.is_any.load(Ordering::SeqCst)
    }

    /// How many times a text was missing so far.
    pub(super) fn noted(&self) -> usize {
        self.noted.load(Ordering::SeqCst)
    }

    /// What is lost, with what it was parsed from; nothing of it counts as lost any more.
    pub(super) fn take(&self) -> BTreeMap<SourcePath, Fingerprint> {
        let lost = std::mem::take(&mut *locked(&self.lost));
        self.is_any.store(false, Ordering::SeqCst);
        lost
    }

    /// Gives back a text.
    pub(super) fn mend(&self, key: Fingerprint, rest: Prose) {
        locked(&self.mended).insert(key, Arc::new(rest));
    }

    /// Whether the text of an article is only here, and not where it should be.
    pub(super) fn has_mended(&self, key: Fingerprint) -> bool {
        locked(&self.mended).contains_key(&key)
    }

    fn mended(&self, key: Fingerprint) -> Option<Arc<Prose>> {
        locked(&self.mended).get(&key).cloned()
    }

    fn note(&self, path: &SourcePath, key: Fingerprint) {
        locked(&self.lost).insert(path.clone(), key);
        self.is_any.store(true, Ordering::SeqCst);
        self.noted.fetch_add(1, Ordering::SeqCst);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
