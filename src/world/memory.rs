//! A site that exists in memory only, for tests and for what is built from nothing.

use super::litter::is_litter;
use super::{Walked, World};
use crate::base::SourcePath;
use std::collections::BTreeMap;
use std::io;

/// Files and a moment that never passes.
#[derive(Clone, Debug)]
pub struct MemoryWorld {
    files: BTreeMap<String, Vec<u8>>,
    now: jiff::Timestamp,
}

impl MemoryWorld {
    /// Nothing, at a moment.
    pub fn new(now: jiff::Timestamp) -> MemoryWorld {
        MemoryWorld { files: BTreeMap::new(), now }
    }

    /// The same, with one more file, or another text in it.
    #[must_use]
    pub fn with(mut self, path: &str, bytes: impl Into<Vec<u8>>) -> MemoryWorld {
        self.files.insert(path.to_owned(), bytes.into());
        self
    }

    /// The same, without a file.
    #[must_use]
    pub fn without(mut self, path: &str) -> MemoryWorld {
        self.files.remove(path);
        self
    }

    /// The same, at another moment.
    #[must_use]
    pub fn at(self, now: jiff::Timestamp) -> MemoryWorld {
        MemoryWorld { now, ..self }
    }
}

impl World for MemoryWorld {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.files.get(path.as_str()).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    fn walk(&self, folder: &str) -> Walked {
        let is_below = |path: &SourcePath| folder.is_empty() || path.below(folder).is_some();
        let paths = self.files.keys().map(SourcePath::new);
        let files = paths.filter(|path| is_below(path) && !is_litter(path.file_name())).collect();
        Walked { files, diagnostics: Vec::new() }
    }

    fn now(&self) -> jiff::Timestamp {
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_below_it() {
        let world = MemoryWorld::new(jiff::Timestamp::UNIX_EPOCH)
            .with("content/b.md", "b")
            .with("content/a/b.md", "a")
            .with("content/a.md~", "")
            .with("contents.md", "");
        let names: Vec<String> = world.walk("content").files.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["content/a/b.md", "content/b.md"]);
        assert_eq!(world.read(&SourcePath::new("content/b.md")).unwrap(), b"b");
        assert!(world.read(&SourcePath::new("content")).is_err());
        assert_eq!(world.walk("").files.len(), 3);
    }
}
