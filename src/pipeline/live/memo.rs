//! Outputs that were made for somebody who asked, kept while their questions have the answers that they had.

use super::Edition;
use crate::base::{Diagnostic, Fingerprint, OutputPath};
use crate::output::Job;
use crate::site::Read;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Outputs by path. At most so many bytes are kept; what was asked for longest ago goes first.
pub struct Memo {
    room: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    entries: HashMap<OutputPath, Arc<Slot>>,
    /// When each entry was asked for: greater is later.
    clock: u64,
}

/// One output. Who makes it holds it, so that it is made once for all who wait.
#[derive(Default)]
struct Slot {
    made: Mutex<Option<Made>>,
    used: Mutex<(u64, usize)>,
}

struct Made {
    /// The edition that it was found right for.
    edition: u64,
    job: Job,
    reads: Vec<Read>,
    bytes: Arc<[u8]>,
    is: Fingerprint,
    warnings: Vec<Diagnostic>,
}

/// An output as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What it is; the last good bytes, or none, where it cannot be made.
    pub bytes: Arc<[u8]>,
    /// What identifies the bytes.
    pub is: Fingerprint,
    /// What is wrong: the output could not be made, or warnings.
    pub problems: Vec<Diagnostic>,
    /// Whether these are the bytes of an earlier edition, or none at all, since this one's cannot be made.
    pub is_stale: bool,
}

impl Memo {
    /// Keeps so many bytes.
    pub fn new(room: usize) -> Memo {
        Memo { room, shelf: Mutex::default() }
    }

    /// The output at a path; nothing when the edition has none there.
    pub fn show(&self, edition: &Edition, path: &OutputPath) -> Option<Shown> {
        let job = edition.job(path)?;
        let slot = self.slot(path);
        let mut made = locked(&slot.made);
        let is_right = made.as_mut().is_some_and(|made| made.holds(edition, job));
        let mut is_stale = false;
        let problem = match is_right {
            true => None,
            false => match edition.render(path) {
                // Without a theme, which the edition says is missing.
                None => {
                    is_stale = true;
                    None
                }
                Some(Ok(rendered)) => {
                    let is = Fingerprint::of_bytes(&rendered.bytes);
                    *made = Some(Made {
                        edition: edition.number(),
                        job: job.clone(),
                        reads: rendered.reads,
                        bytes: rendered.bytes.into(),
                        is,
                        warnings: rendered.diagnostics,
                    });
                    None
                }
                Some(Err(problem)) => {
                    is_stale = true;
                    Some(*problem)
                }
            },
        };
        let shown = match &*made {
            Some(made) => Shown {
                bytes: made.bytes.clone(),
                is: made.is,
                problems: problem.into_iter().chain(made.warnings.iter().cloned()).collect(),
                is_stale,
            },
            None => {
                let bytes: Arc<[u8]> = Arc::from([]);
                Shown { is: Fingerprint::of_bytes(&bytes), bytes, problems: problem.into_iter().collect(), is_stale }
            }
        };
        let length = shown.bytes.len();
        drop(made);
        self.note(&slot, length);
        Some(shown)
    }

    fn slot(&self, path: &OutputPath) -> Arc<Slot> {
        locked(&self.shelf).entries.entry(path.clone()).or_default().clone()
    }

    /// Notes that an output was asked for, and makes room.
    fn note(&self, slot: &Slot, length: usize) {
        let mut shelf = locked(&self.shelf);
        shelf.clock += 1;
        *locked(&slot.used) = (shelf.clock, length);
        let used = |slot: &Arc<Slot>| *locked(&slot.used);
        let mut all: usize = shelf.entries.values().map(|slot| used(slot).1).sum();
        if all <= self.room {
            return;
        }
        let mut oldest: Vec<(u64, usize, OutputPath)> =
            shelf.entries.iter().map(|(path, slot)| (used(slot).0, used(slot).1, path.clone())).collect();
        oldest.sort_unstable();
        for (_, length, path) in oldest {
            if all <= self.room / 2 || shelf.entries.len() == 1 {
                break;
            }
            all -= length;
            shelf.entries.remove(&path);
        }
    }
}

impl Made {
    /// Whether an edition would make the same; if so, that is remembered.
    fn holds(&mut self, edition: &Edition, job: &Job) -> bool {
        if self.edition == edition.number() {
            return true;
        }
        let is_same =
            self.job == *job && self.reads.iter().all(|(question, answer)| edition.answer(question) == Some(*answer));
        if is_same {
            self.edition = edition.number();
        }
        is_same
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
