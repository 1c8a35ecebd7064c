//! Asking is recording: the only way from the site to a page.

use super::query::Query;
use super::{Question, Recollection, Site};
use crate::base::Fingerprint;
use crate::engine::Recorder;
use serde::Serialize;
use std::sync::Arc;

/// A question with a typed answer.
pub trait Ask {
    /// What the site answers.
    type Answer: Serialize;

    /// The question as it is recorded.
    fn query(&self) -> Query;

    /// The answer, from an immutable site: equal sites give equal answers.
    fn answer(&self, site: &Site) -> Self::Answer;

    /// The answer with what identifies it; a question whose answer is kept knows both already.
    fn known(&self, site: &Site) -> (Self::Answer, Fingerprint) {
        let answer = self.answer(site);
        let fingerprint = Fingerprint::of(&answer);
        (answer, fingerprint)
    }

    /// The answer that an earlier site gave, with what identifies it.
    fn recalled(&self, recollection: &Recollection) -> (Self::Answer, Fingerprint);
}

/// What a reader asks.
#[derive(Clone, Debug)]
pub enum Snapshot {
    /// A site.
    Site(Arc<Site>),
    /// What is known of one that was not assembled.
    Recollection(Arc<Recollection>),
}

/// A question with the fingerprint of its answer.
pub type Read = (Question, Fingerprint);

/// Reads the site for one output, and remembers what it read.
#[derive(Debug)]
pub struct Reader {
    snapshot: Snapshot,
    recorder: Recorder<Question>,
}

impl Reader {
    /// A reader that has read nothing.
    pub fn new(snapshot: Snapshot) -> Reader {
        Reader { snapshot, recorder: Recorder::new() }
    }

    /// Asks, and records the question with the fingerprint of its answer.
    pub fn ask<A: Ask>(&self, question: A) -> A::Answer {
        let (answer, fingerprint) = match &self.snapshot {
            Snapshot::Site(site) => question.known(site),
            Snapshot::Recollection(recollection) => question.recalled(recollection),
        };
        self.recorder.record(Question::Site(question.query()), fingerprint);
        answer
    }

    /// Records the use of something beside the site, with its fingerprint.
    pub fn note(&self, question: Question, answer: Fingerprint) {
        self.recorder.record(question, answer);
    }

    /// A reader of the same site that has read nothing.
    pub fn anew(&self) -> Reader {
        Reader::new(self.snapshot.clone())
    }

    /// Records what another reader of the same site has read: what it made of that is shown here too.
    pub fn repeat(&self, reads: &[Read]) {
        reads.iter().for_each(|(question, answer)| self.recorder.record(question.clone(), *answer));
    }

    /// What was read.
    pub fn reads(&self) -> Vec<Read> {
        self.recorder.finish()
    }
}
