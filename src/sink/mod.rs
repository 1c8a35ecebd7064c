//! Door: where bytes go.
//!
//! A site is staged file by file, then published whole or not at all. The only room that writes; it never changes or
//! deletes what manchette did not put there, and a build that changes nothing writes nothing.

#![expect(clippy::disallowed_methods, reason = "the door through which bytes leave")]

mod clean;
mod create;
mod disk;
mod guard;
mod journal;
mod lock;
mod log;
mod manifest;
mod memory;
mod operations;
mod plain;
mod publish;
mod recover;
mod shelf;
mod stage;
mod swap;
mod verify;
mod workbench;

#[cfg(test)]
pub(crate) mod faults;
#[cfg(test)]
mod power;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trials;

pub use clean::{Cleaned, clean};
pub use create::create_new;
pub use disk::DiskSink;
pub use log::Log;
pub use memory::MemorySink;
pub use operations::remedy;
pub use shelf::{DiskShelf, MemoryShelf, Shelf};

use crate::base::{Diagnostic, Fingerprint, OutputPath};
use std::collections::BTreeMap;
use std::io;

/// Where a site is published. The order is `open`, any number of `stage`, `publish` unless something is wrong, `close`.
pub trait Sink: Send + Sync {
    /// Makes sure that the output may be written, waits for other builds, mends what a dead one left behind, and says
    /// what is there now.
    fn open(&self) -> Result<Previous, Box<Diagnostic>>;

    /// What is there now, for who only wants to know: waits for nobody, mends and makes nothing.
    fn peek(&self) -> Result<Previous, Box<Diagnostic>>;

    /// Keeps the bytes of a file that is new or changed, out of readers' sight. Called from many threads.
    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()>;

    /// Makes the output what the publication says. On an error the old site is still there.
    fn publish(&self, plan: &Publication) -> Result<Published, Box<Diagnostic>>;

    /// Forgets what was staged and not published, and lets other builds go on.
    fn close(&self);
}

/// How an output on disk becomes the new site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// File by file, each by a rename.
    InPlace,
    /// All at once, by an exchange of folders.
    Swap,
}

/// What the last build published and is still there, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// The files and what is in them.
    pub files: BTreeMap<OutputPath, Stamp>,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The fingerprint of its bytes.
    pub fingerprint: Fingerprint,
    /// How many there are.
    pub length: u64,
}

impl Stamp {
    /// The stamp of a file with these bytes.
    pub fn of(bytes: &[u8]) -> Stamp {
        Stamp { fingerprint: Fingerprint::of_contents(bytes), length: bytes.len() as u64 }
    }
}

/// When a file goes online: nothing may link to what is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Pictures, styles, scripts.
    Asset,
    /// Articles and other pages.
    Page,
    /// Pages that list pages; the home page.
    List,
    /// Feeds, sitemap, search.
    Feed,
}

/// The whole site as it shall be.
#[derive(Clone, Debug, Default)]
pub struct Publication {
    /// Every file of the site, staged or there already.
    pub files: BTreeMap<OutputPath, Stamp>,
    /// Those that were staged.
    pub staged: Vec<(OutputPath, Rank)>,
}

/// What publishing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// How many files were written.
    pub written: usize,
    /// The files that are no longer part of the site.
    pub removed: Vec<OutputPath>,
    /// How many files were left as they are.
    pub unchanged: usize,
}
