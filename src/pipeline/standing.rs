//! The last build as a whole: from what it was made, and what came of it.
//!
//! A site is a pure function of what was read, of the settings and of what is due; where all three are as they were, and
//! so is the output folder, there is nothing to do, and what was said is said again. Decides nothing else: one difference
//! anywhere, and the build takes its usual way.

use super::Request;
use super::files::Files;
use super::memory::KnownFile;
use super::report::Counts;
use super::witness::{Seen, Sights};
use crate::base::{Diagnostic, Fingerprint, OutputPath, SourcePath, SourceText, Table, When};
use crate::sink::{Previous, Stamp};
use crate::site::Hidden;
use crate::world::World;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The last build as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Standing {
    /// What was asked for.
    asked: Fingerprint,
    /// The seal of the index that tells the rest of it.
    pub(super) index: Option<String>,
    /// How much of the log of that index it tells already, in bytes.
    pub(super) log: u64,
    /// The moments between which the same articles are due: the first is part of it, the last is not.
    due: (Option<Timestamp>, Option<Timestamp>),
    pub(super) sights: Sights,
    pub(super) files: BTreeMap<SourcePath, KnownFile>,
    /// What is in the output folder.
    outputs: Fingerprint,
    pub(super) said: Said,
}

/// How the world differs from the one that the last build saw.
#[derive(Default)]
pub(super) struct Apart {
    /// The texts that are others, if nothing else is.
    pub(super) changed: Option<Vec<SourcePath>>,
    /// The texts as they are now, so that they need not be read again.
    pub(super) texts: Table<SourcePath, Fingerprint>,
}

/// What a build says besides what it wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) counts: Counts,
    pub(super) hidden: Vec<(SourcePath, Hidden)>,
    pub(super) held: Vec<(SourcePath, When)>,
    pub(super) outputs: usize,
}

/// What a build is made from and what came of it, while it is fresh.
pub(super) struct Built<'a> {
    pub(super) config: &'a SourceText,
    pub(super) request: &'a Request,
    pub(super) due: (Option<Timestamp>, Option<Timestamp>),
    pub(super) sights: Sights,
    pub(super) files: BTreeMap<SourcePath, KnownFile>,
    pub(super) outputs: Fingerprint,
    pub(super) said: Said,
}

impl Standing {
    pub(super) fn new(built: Built<'_>) -> Standing {
        Standing {
            asked: asked(built.config, built.request),
            index: None,
            log: 0,
            due: built.due,
            sights: built.sights,
            files: built.files,
            outputs: built.outputs,
            said: built.said,
        }
    }

    /// What the build would say, if nothing that it is made from has changed; else what has.
    pub(super) fn look(
        &self,
        world: &dyn World,
        config: &SourceText,
        request: &Request,
        now: Timestamp,
    ) -> Result<&Said, Apart> {
        let (first, last) = self.due;
        let is_due = first.is_none_or(|first| first <= now) && last.is_none_or(|last| now < last);
        let Seen { is_same, changed, texts } = self.sights.again(world);
        let copied: Vec<&SourcePath> = self.files.keys().collect();
        let is_copied = || {
            let files = Files::look(world, &copied, &self.files, request.paranoid);
            self.files.iter().all(|(path, known)| files.fingerprint(path) == known.fingerprint)
        };
        let is_alike = is_due && self.asked == asked(config, request) && is_copied();
        match is_same && is_alike {
            true => Ok(&self.said),
            false => Err(Apart { changed: changed.filter(|_| is_alike), texts }),
        }
    }

    /// The moment from which other articles are due.
    pub(super) fn until(&self) -> Option<Timestamp> {
        self.due.1
    }

    /// Says which index tells the rest of it, and how much of the log of that it tells already.
    pub(super) fn follow(&mut self, index: Option<&str>, log: u64) {
        self.index = index.map(str::to_owned);
        self.log = log;
    }

    /// Takes in what a later look at some texts found, and what is in the output folder since.
    pub(super) fn amend(&mut self, seen: &Sights, outputs: Fingerprint) {
        self.sights.amend(seen);
        self.outputs = outputs;
    }

    /// Whether the output folder is as the build left it.
    pub(super) fn is_online(&self, previous: &Previous) -> bool {
        self.outputs == outputs(&previous.files)
    }
}

/// What identifies the settings of a run that the site depends on.
fn asked(config: &SourceText, request: &Request) -> Fingerprint {
    let overrides: Vec<String> = request.overrides.iter().map(|setting| format!("{setting:?}")).collect();
    Fingerprint::of(&(
        config.path().as_str(),
        config.as_str(),
        overrides,
        request.drafts,
        request.future,
        request.expired,
    ))
}

/// What identifies what is in the output folder.
pub(super) fn outputs(stamps: &BTreeMap<OutputPath, Stamp>) -> Fingerprint {
    Fingerprint::of(&stamps.iter().map(|(path, stamp)| (path, stamp.fingerprint)).collect::<Vec<_>>())
}
