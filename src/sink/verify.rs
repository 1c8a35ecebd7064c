//! Which files of a manifest are still there as they were written.
//!
//! Presence and length always count. Bytes are compared only for files that something touched since the manifest was
//! written, so that an edit by hand is noticed and an idle build reads nothing. What is in doubt is absent: it will be
//! written again, which is never wrong.

use super::Stamp;
use super::manifest::{FILE_NAME, Manifest};
use crate::base::OutputPath;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

/// The files that are not there, or not whole.
pub(super) fn absent(output: &Path, manifest: &Manifest) -> BTreeSet<OutputPath> {
    let written = fs::metadata(output.join(FILE_NAME)).and_then(|metadata| metadata.modified()).ok();
    // A file reached through a link that stands for a folder is not ours.
    let odd = odd_folders(output, manifest, written);
    let files: Vec<(&OutputPath, &Stamp)> = manifest.files.iter().collect();
    let is_absent = |(path, stamp): &(&OutputPath, &Stamp)| {
        (!odd.is_empty() && folders_above(path).any(|folder| odd.contains(folder)))
            || !is_whole(&output.join(path.as_str()), stamp, written)
    };
    let absent: Vec<OutputPath> = files.into_par_iter().filter(is_absent).map(|(path, _)| path.clone()).collect();
    absent.into_iter().collect()
}

/// The folders of a manifest that are no folders. There are many, and a folder that holds others and was last touched
/// before the manifest was written holds what it held: only the others are looked into.
fn odd_folders<'a>(output: &Path, manifest: &'a Manifest, written: Option<SystemTime>) -> BTreeSet<&'a str> {
    let is_touched = |folder: &&str| {
        fs::symlink_metadata(output.join(folder))
            .map_or(true, |metadata| !metadata.is_dir() || !is_untouched(&metadata, written))
    };
    let touched: BTreeSet<&str> = holders(manifest).into_iter().filter(is_touched).collect();
    if touched.is_empty() {
        return BTreeSet::new();
    }
    let folders = manifest.files.keys().flat_map(folders_above);
    let doubtful: BTreeSet<&str> = folders.filter(|folder| touched.contains(parent(folder))).collect();
    doubtful.into_par_iter().filter(|folder| !is_folder(&output.join(folder))).collect()
}

/// The folders that hold folders; `""` is the output itself.
fn holders(manifest: &Manifest) -> BTreeSet<&str> {
    let mut holders = BTreeSet::new();
    for path in manifest.files.keys() {
        let mut folder = parent(path.as_str());
        // Where one is known, those above it are.
        while !folder.is_empty() && holders.insert(parent(folder)) {
            folder = parent(folder);
        }
    }
    holders
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a file has these bytes.
pub(super) fn has_bytes(path: &Path, stamp: &Stamp) -> bool {
    fs::read(path).is_ok_and(|bytes| Stamp::of(&bytes) == *stamp)
}

/// The folders of a path, from the top: `a`, `a/b` for `a/b/c`.
pub(super) fn folders_above(path: &OutputPath) -> impl Iterator<Item = &str> {
    path.as_str().match_indices('/').filter_map(|(at, _)| path.as_str().get(..at))
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

fn is_whole(path: &Path, stamp: &Stamp, written: Option<SystemTime>) -> bool {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.len() == stamp.length => {
            is_untouched(&metadata, written) || has_bytes(path, stamp)
        }
        _ => false,
    }
}

/// Whether a file was last touched before the manifest was written. Within one tick of the clock nobody knows, so that
/// counts as touched.
fn is_untouched(metadata: &Metadata, written: Option<SystemTime>) -> bool {
    let (Some(written), Ok(modified)) = (written, metadata.modified()) else { return false };
    modified < written && changed(metadata).is_none_or(|changed| changed < written)
}

/// When the file's name, owner or bytes last changed: what no program can set back.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<SystemTime> {
    None
}
