//! How far a run has come, for whoever watches it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How far a run has come, and whether anybody still waits for it.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicUsize,
    done: AtomicUsize,
    total: AtomicUsize,
    is_stopped: AtomicBool,
}

const STAGES: [&str; 3] = ["reading", "rendering", "publishing"];

impl Progress {
    /// What is being done, how much of it is done, of how much.
    pub fn now(&self) -> (&'static str, usize, usize) {
        let stage = STAGES[self.stage.load(Ordering::Relaxed).min(STAGES.len() - 1)];
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Asks the run to end soon: what it gives is worth nothing then. Only runs that write nothing heed it.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Whether the run was asked to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    pub(super) fn enter(&self, stage: usize, total: usize) {
        self.stage.store(stage, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}
