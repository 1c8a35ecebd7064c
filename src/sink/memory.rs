//! An output that exists in memory only, for tests and for `check`, which writes nothing.

use super::{Previous, Publication, Published, Sink};
use crate::base::{Code, Diagnostic, OutputPath};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A map from paths to bytes.
#[derive(Debug, Default)]
pub struct MemorySink {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    published: BTreeMap<OutputPath, Vec<u8>>,
    staged: BTreeMap<OutputPath, Vec<u8>>,
}

impl MemorySink {
    /// An empty output.
    pub fn new() -> MemorySink {
        MemorySink::default()
    }

    /// Another output with the same in it.
    #[must_use]
    pub fn copy(&self) -> MemorySink {
        MemorySink { state: Mutex::new(State { published: self.files(), ..State::default() }) }
    }

    /// What is published.
    pub fn files(&self) -> BTreeMap<OutputPath, Vec<u8>> {
        self.state().published.clone()
    }

    /// Changes or removes a published file, as somebody might on a disk.
    pub fn tamper(&self, path: &OutputPath, bytes: Option<Vec<u8>>) {
        let mut state = self.state();
        match bytes {
            Some(bytes) => drop(state.published.insert(path.clone(), bytes)),
            None => drop(state.published.remove(path)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn open(&self) -> Result<Previous, Box<Diagnostic>> {
        self.state().staged.clear();
        self.peek()
    }

    fn peek(&self) -> Result<Previous, Box<Diagnostic>> {
        let state = self.state();
        let stamp = |(path, bytes): (&OutputPath, &Vec<u8>)| (path.clone(), super::Stamp::of(bytes));
        Ok(Previous { files: state.published.iter().map(stamp).collect() })
    }

    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()> {
        self.state().staged.insert(path.clone(), bytes.to_vec());
        Ok(())
    }

    fn publish(&self, plan: &Publication) -> Result<Published, Box<Diagnostic>> {
        let mut state = self.state();
        let mut staged = std::mem::take(&mut state.staged);
        let mut next = BTreeMap::new();
        let mut written = 0;
        for (path, stamp) in &plan.files {
            let has_bytes = |bytes: &Vec<u8>| super::Stamp::of(bytes) == *stamp;
            let bytes = match (state.published.get(path).filter(|bytes| has_bytes(bytes)), staged.remove(path)) {
                (Some(old), _) => old.clone(),
                (None, Some(new)) if has_bytes(&new) => {
                    written += 1;
                    new
                }
                _ => {
                    let message = format!("`{path}` is part of the site, but was not staged as the plan says");
                    return Err(Box::new(Diagnostic::new(Code::WriteFailed, message)));
                }
            };
            next.insert(path.clone(), bytes);
        }
        let removed = state.published.keys().filter(|path| !next.contains_key(*path)).cloned().collect();
        let unchanged = next.len() - written;
        state.published = next;
        Ok(Published { written, removed, unchanged })
    }

    fn close(&self) {
        self.state().staged.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rank, Stamp};
    use super::*;

    #[test]
    fn what_is_published_is_what_the_plan_says() {
        let sink = MemorySink::new();
        let (a, b) = (OutputPath::parse("a").unwrap(), OutputPath::parse("b").unwrap());
        assert_eq!(sink.open().unwrap(), Previous::default());
        sink.stage(&a, b"1").unwrap();
        let plan = Publication {
            files: BTreeMap::from([(a.clone(), Stamp::of(b"1"))]),
            staged: vec![(a.clone(), Rank::Page)],
        };
        assert_eq!(sink.publish(&plan).unwrap(), Published { written: 1, removed: vec![], unchanged: 0 });
        assert_eq!(sink.open().unwrap().files[&a], Stamp::of(b"1"));
        assert_eq!(sink.publish(&plan).unwrap(), Published { written: 0, removed: vec![], unchanged: 1 });

        let other = Publication {
            files: BTreeMap::from([(b.clone(), Stamp::of(b"2"))]),
            staged: vec![(b.clone(), Rank::Page)],
        };
        assert!(sink.publish(&other).is_err());
        sink.stage(&b, b"2").unwrap();
        assert_eq!(sink.publish(&other).unwrap().removed, [a]);
        assert_eq!(sink.files(), BTreeMap::from([(b, b"2".to_vec())]));
    }
}
