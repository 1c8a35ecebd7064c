//! What the builder hands to those who answer browsers: the newest edition, and what is wrong with it.

use crate::base::{Diagnostic, Severity};
use crate::pipeline::{Edition, Memo, Proof};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// The newest of everything.
pub struct State {
    newest: RwLock<Newest>,
    /// Outputs that were made.
    pub memo: Memo,
    version: watch::Sender<u64>,
}

/// The newest edition, and the newest proof, which may be of an earlier one.
#[derive(Clone, Debug, Default)]
pub struct Newest {
    /// Counts whatever a browser should know of.
    pub version: u64,
    /// Nothing before the first look.
    pub edition: Option<Arc<Edition>>,
    /// Nothing before the first proof.
    pub proof: Option<Arc<Proof>>,
}

/// How many bytes of outputs are kept in memory.
const ROOM: usize = 16 << 20;

impl State {
    /// Nothing yet.
    pub fn new() -> State {
        State { newest: RwLock::default(), memo: Memo::new(ROOM), version: watch::Sender::new(0) }
    }

    /// What there is now.
    pub fn newest(&self) -> Newest {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells of every version, the present one first.
    pub fn versions(&self) -> watch::Receiver<u64> {
        let mut versions = self.version.subscribe();
        versions.mark_changed();
        versions
    }

    /// How many listen to versions.
    pub fn listeners(&self) -> usize {
        self.version.receiver_count()
    }

    /// Puts another edition in place, and tells of it.
    pub fn publish(&self, edition: Arc<Edition>) {
        self.put(|newest| newest.edition = Some(edition));
    }

    /// Puts a proof in place, and tells of it: pages show whether they were read over.
    pub fn prove(&self, proof: Proof) {
        self.put(|newest| newest.proof = Some(Arc::new(proof)));
    }

    fn put(&self, change: impl FnOnce(&mut Newest)) {
        let version = {
            let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut newest);
            newest.version += 1;
            newest.version
        };
        self.version.send_replace(version);
    }
}

impl Newest {
    /// Whether the newest edition was read over.
    pub fn is_checked(&self) -> bool {
        self.edition.as_ref().zip(self.proof.as_ref()).is_some_and(|(edition, proof)| edition.number() == proof.number)
    }

    /// All that is known to be wrong now: what the proof of this edition says, else what was found while it was made.
    pub fn problems(&self) -> Vec<(Severity, Diagnostic)> {
        match (&self.edition, &self.proof) {
            (Some(_), Some(proof)) if self.is_checked() => proof.problems.clone(),
            (Some(edition), _) => edition.problems(),
            _ => Vec::new(),
        }
    }
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}
