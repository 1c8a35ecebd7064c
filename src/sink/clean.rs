//! Taking back what builds have made.
//!
//! Removes what the manifest names and the contents of `.manchette/`, and nothing else: strangers are spared and listed.

use super::Method;
use super::disk::neighbour;
use super::guard::{Strangers, check};
use super::lock::take;
use super::manifest::FILE_NAME;
use super::operations::{Operations, refuse_links};
use super::recover::mend;
use super::verify::folders_above;
use crate::base::Diagnostic;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use walkdir::WalkDir;

/// What cleaning did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// How many published files were removed.
    pub removed: usize,
    /// What is left in the output folder, because manchette did not put it there: paths, sorted.
    pub spared: Vec<String>,
}

/// How long to wait for a build that is running.
const PATIENCE: Duration = Duration::from_secs(60);

/// What of `.manchette/` stays: a lock must not be deleted, and the folder stays out of version control.
const KEPT: &[&str] = &["lock", ".gitignore"];

/// Removes the site of an address from the output folder and empties `.manchette/`.
pub fn clean(root: &Path, output: &Path, home: Option<PathBuf>, site: &str) -> Result<Cleaned, Box<Diagnostic>> {
    let operations = Operations::default();
    let place = check(root, output, home.as_deref(), Some(site), Strangers::Accept)?;
    let workshop = place.workshop();
    refuse_links(&workshop)?;
    let _lock = if workshop.is_dir() { Some(take(&workshop, PATIENCE, &|_| {})?) } else { None };
    let list = place.output.join(FILE_NAME);
    let manifest = mend(&operations, &place, Method::InPlace)?;
    let mut cleaned = Cleaned::default();
    if let Some(manifest) = &manifest {
        for path in manifest.files.keys() {
            let mut folders = folders_above(path).map(|folder| place.output.join(folder));
            let target = place.output.join(path.as_str());
            let is_reached = folders.all(|folder| fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()));
            if is_reached && fs::symlink_metadata(&target).is_ok_and(|found| found.is_file()) {
                operations.remove_file(&target)?;
                operations.prune(&target, &place.output)?;
                cleaned.removed += 1;
            }
        }
        operations.remove_file(&list)?;
    }
    cleaned.spared = files_in(&place.output);
    if manifest.is_some() {
        // Ours, and empty, unless something was spared; then this fails, and should.
        operations.remove_empty(&place.output);
    }
    operations.remove_all(&neighbour(&place))?;
    for entry in fs::read_dir(&workshop).into_iter().flatten().flatten() {
        if !KEPT.iter().any(|kept| entry.file_name() == *kept) {
            operations.remove_all(&entry.path())?;
        }
    }
    Ok(cleaned)
}

/// The files in a folder, at any depth, sorted.
fn files_in(folder: &Path) -> Vec<String> {
    let entries = WalkDir::new(folder).into_iter().flatten().filter(|entry| !entry.file_type().is_dir());
    let name = |entry: walkdir::DirEntry| Some(entry.path().strip_prefix(folder).ok()?.to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.filter_map(name).collect();
    names.sort();
    names
}
