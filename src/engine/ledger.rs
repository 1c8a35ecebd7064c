//! The questions that were asked while outputs were made, each once, numbered as they come.
//!
//! Shared by all threads of a build: a question that a thousand pages asked is kept once, and each page keeps numbers.

use crate::base::{Fingerprint, QuickHash, Table};
use rayon::prelude::*;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many parts the ledger has, so that threads rarely wait for each other.
const PARTS: usize = 64;

/// Questions with the fingerprints of their answers.
#[derive(Debug)]
pub struct Ledger<Q> {
    hasher: QuickHash,
    parts: Vec<Mutex<Table<Q, (u32, Fingerprint)>>>,
    next: AtomicU32,
}

impl<Q: Eq + Hash + Ord + Send> Ledger<Q> {
    /// Nothing asked yet.
    pub fn new() -> Ledger<Q> {
        Ledger {
            hasher: QuickHash::default(),
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
            next: AtomicU32::new(0),
        }
    }

    /// The numbers of an output's questions, each once, sorted. The site is immutable, so one question has one answer.
    pub fn enter(&self, reads: Vec<(Q, Fingerprint)>) -> Vec<u32> {
        let mut numbers: Vec<u32> = reads.into_iter().map(|(question, answer)| self.number(question, answer)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn number(&self, question: Q, answer: Fingerprint) -> u32 {
        let part = self.hasher.hash_one(&question) as usize % PARTS;
        let Some(part) = self.parts.get(part) else { return 0 };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        part.entry(question).or_insert_with(|| (self.next.fetch_add(1, Ordering::Relaxed), answer)).0
    }

    /// All questions, sorted, each with its number and the fingerprint of its answer.
    pub(super) fn finish(self) -> Vec<(Q, u32, Fingerprint)> {
        let parts = self.parts.into_iter().map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut all: Vec<(Q, u32, Fingerprint)> =
            parts.flatten().map(|(question, (number, answer))| (question, number, answer)).collect();
        all.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

impl<Q: Eq + Hash + Ord + Send> Default for Ledger<Q> {
    fn default() -> Ledger<Q> {
        Ledger::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_one_number() {
        let ledger = Ledger::new();
        let read = |question: &'static str| (question, Fingerprint::of(question));
        let first = ledger.enter(vec![read("b"), read("a"), read("b")]);
        let second = ledger.enter(vec![read("a"), read("c")]);
        assert_eq!((first.len(), second.len()), (2, 2));
        assert!(second.iter().any(|number| first.contains(number)));
        let all = ledger.finish();
        assert_eq!(all.iter().map(|(question, ..)| *question).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(first.contains(&all[0].1) && second.contains(&all[0].1));
    }
}
