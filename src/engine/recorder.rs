//! What one output asked, with the fingerprints of the answers.

use crate::base::Fingerprint;
use std::cell::RefCell;

/// The questions of one output, in the order asked.
#[derive(Debug)]
pub struct Recorder<Q> {
    reads: RefCell<Vec<(Q, Fingerprint)>>,
}

impl<Q: Ord> Recorder<Q> {
    /// Nothing asked yet.
    pub fn new() -> Recorder<Q> {
        Recorder { reads: RefCell::new(Vec::new()) }
    }

    /// Remembers a question and what its answer was.
    pub fn record(&self, question: Q, answer: Fingerprint) {
        self.reads.borrow_mut().push((question, answer));
    }

    /// Each question once, sorted. The site is immutable, so one question has one answer.
    pub fn finish(&self) -> Vec<(Q, Fingerprint)> {
        let mut reads = std::mem::take(&mut *self.reads.borrow_mut());
        reads.sort();
        reads.dedup_by(|a, b| a.0 == b.0);
        reads
    }
}

impl<Q: Ord> Default for Recorder<Q> {
    fn default() -> Recorder<Q> {
        Recorder::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_is_kept_once() {
        let recorder = Recorder::new();
        for question in ["b", "a", "b"] {
            recorder.record(question, Fingerprint::of(question));
        }
        assert_eq!(recorder.finish(), [("a", Fingerprint::of("a")), ("b", Fingerprint::of("b"))]);
    }
}
