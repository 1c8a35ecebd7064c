//! Names for files that wait out of readers' sight, in `.manchette/next` and `.manchette/undo`.
//!
//! Flat, wherever a tree is not needed: making a folder costs more than making a file, and a site has one for each
//! article. Sixteen folders and not one, for threads that make files in one folder wait for each other.

use crate::base::{Fingerprint, OutputPath};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Where the files of the next site wait.
pub(super) const NEXT: &str = "next";

/// Where the files that it replaces wait until all is done.
pub(super) const UNDO: &str = "undo";

/// The whole next site, until it and the output are exchanged.
pub(super) const COMPLETE: &str = "complete";

/// A folder of waiting files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    /// The folder.
    pub folder: PathBuf,
    /// How the files lie in it.
    pub layout: Layout,
}

/// How files lie in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// As in the output, so that the whole can be moved there.
    Tree,
    /// Under the fingerprint of their path.
    Flat,
}

impl Stage {
    /// All stages that a build may have published from, in a workshop.
    pub(super) fn places(workshop: &Path) -> [Stage; 3] {
        let tree = |name: &str| Stage { folder: workshop.join(name), layout: Layout::Tree };
        [Stage::flat(workshop.join(NEXT)), tree(NEXT), tree(COMPLETE)]
    }

    /// A stage without a tree.
    pub(super) fn flat(folder: PathBuf) -> Stage {
        Stage { folder, layout: Layout::Flat }
    }

    /// Where a file of the output waits.
    pub(super) fn file(&self, path: &OutputPath) -> PathBuf {
        self.folder.join(self.name(path).as_ref())
    }

    /// The same, below the folder.
    pub(super) fn name<'a>(&self, path: &'a OutputPath) -> Cow<'a, str> {
        match self.layout {
            Layout::Tree => Cow::Borrowed(path.as_str()),
            Layout::Flat => {
                let name = Fingerprint::of_bytes(path.as_str().as_bytes()).to_string();
                Cow::Owned(format!("{}/{name}", name.get(..1).unwrap_or_default()))
            }
        }
    }
}
