//! What one output asked, with the fingerprints of the answers.

use crate::base::Fingerprint;
use std::cell::RefCell;

/// How many questions back one is looked for before it is noted again.
const RECENT: usize = 4;

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

    /// Remembers a question and what its answer was; once, if it is asked again right away.
    pub fn record(&self, question: Q, answer: Fingerprint) {
        let mut reads = self.reads.borrow_mut();
        let recent = reads.len().saturating_sub(RECENT);
        if !reads.iter().skip(recent).any(|(known, _)| *known == question) {
            reads.push((question, answer));
        }
    }

    /// What was asked, in order. The site is immutable, so a question that was asked twice had one answer.
    pub fn finish(&self) -> Vec<(Q, Fingerprint)> {
        std::mem::take(&mut *self.reads.borrow_mut())
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
    fn no_question_is_lost() {
        let recorder = Recorder::new();
        for question in ["b", "a", "b"] {
            recorder.record(question, Fingerprint::of(question));
        }
        assert_eq!(recorder.finish(), [("b", Fingerprint::of("b")), ("a", Fingerprint::of("a"))]);
    }
}
