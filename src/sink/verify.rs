//! Which files of a manifest are still there as they were written.
//!
//! Presence and length always count. Bytes and modes are looked at only where something touched the file since the manifest
//! was written, so that an edit by hand is noticed and an idle build reads nothing. What is in doubt is absent: it will be
//! written again, which is never wrong.

use super::manifest::{FILE_NAME, Manifest};
use super::publish::There;
use super::{Stamp, plain};
use crate::base::OutputPath;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What is believed of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// That it is as it was written, if nothing touched it since.
    Stamps,
    /// Its bytes alone.
    Bytes,
}

/// The coarsest tick of a file system's clock (FAT's).
const TICK: Duration = Duration::from_secs(2);

/// When the manifest was written; nothing, so that all bytes are compared, when somebody has set its time, copied it, or
/// the clock was ahead when it was written.
fn written(folder: &Folder<'_>) -> Option<SystemTime> {
    let found = folder.look_at(FILE_NAME)?;
    let modified = found.modified?;
    let is_near = |other: SystemTime| {
        let apart = other.duration_since(modified).or_else(|_| modified.duration_since(other));
        apart.is_ok_and(|apart| apart <= TICK)
    };
    let is_past = modified <= SystemTime::now() + TICK;
    (is_past && found.changed.is_none_or(is_near)).then_some(modified)
}

/// Whether modes say who may read a file here. Some file systems give all files the same ones, the list's too; what has
/// cut the list's own otherwise has touched it since it was written.
fn tells_readers(folder: &Folder<'_>) -> bool {
    folder.look_at(FILE_NAME).is_some_and(|list| {
        let since =
            list.changed.zip(list.modified).and_then(|(changed, modified)| changed.duration_since(modified).ok());
        list.is_for_all || since.is_some_and(|since| since > TICK)
    })
}

/// The files that are not there, not whole, or not for all to read.
pub(super) fn absent(output: &Path, manifest: &Manifest, trust: Trust) -> BTreeSet<OutputPath> {
    let folder = Folder::open(output);
    let written = match trust {
        Trust::Stamps => written(&folder),
        Trust::Bytes => None,
    };
    let tells_readers = tells_readers(&folder);
    // A file reached through a link that stands for a folder is not ours.
    let odd = odd_folders(&folder, manifest, written);
    let files: Vec<(&OutputPath, &Stamp)> = manifest.files.iter().collect();
    let is_absent = |(path, stamp): &(&OutputPath, &Stamp)| {
        (!odd.is_empty() && folders_above(path).any(|above| odd.contains(above)))
            || !is_whole(&folder, path, stamp, written, tells_readers)
    };
    let absent: Vec<OutputPath> = files.into_par_iter().filter(is_absent).map(|(path, _)| path.clone()).collect();
    absent.into_iter().collect()
}

/// The folders of a manifest that are no folders. There are many, and a folder that holds others and was last touched
/// before the manifest was written holds what it held: only the others are looked into.
fn odd_folders<'a>(folder: &Folder<'_>, manifest: &'a Manifest, written: Option<SystemTime>) -> BTreeSet<&'a str> {
    let is_touched = |path: &&str| {
        !folder.look_at(path).is_some_and(|found| found.kind == There::Folder && is_untouched(&found, written))
    };
    let touched: BTreeSet<&str> = holders(manifest).into_iter().filter(is_touched).collect();
    if touched.is_empty() {
        return BTreeSet::new();
    }
    let folders = manifest.files.keys().flat_map(folders_above);
    let doubtful: BTreeSet<&str> = folders.filter(|path| touched.contains(parent(path))).collect();
    let is_folder = |path: &str| folder.look_at(path).is_some_and(|found| found.kind == There::Folder);
    doubtful.into_par_iter().filter(|path| !is_folder(path)).collect()
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
    plain::read(path).is_ok_and(|bytes| Stamp::of(&bytes) == *stamp)
}

/// The folders of a path, from the top: `a`, `a/b` for `a/b/c`.
pub(super) fn folders_above(path: &OutputPath) -> impl Iterator<Item = &str> {
    path.as_str().match_indices('/').filter_map(|(at, _)| path.as_str().get(..at))
}

fn is_whole(
    folder: &Folder<'_>,
    path: &OutputPath,
    stamp: &Stamp,
    written: Option<SystemTime>,
    tells_readers: bool,
) -> bool {
    match folder.look_at(path.as_str()) {
        Some(found) if found.kind == There::File && found.length == stamp.length => {
            let is_readable = found.is_for_all || !tells_readers;
            is_untouched(&found, written) || has_bytes(&folder.path.join(path.as_str()), stamp) && is_readable
        }
        _ => false,
    }
}

/// Whether something was last touched before the manifest was written. Within one tick of the clock nobody knows, so that
/// counts as touched.
fn is_untouched(found: &Found, written: Option<SystemTime>) -> bool {
    let (Some(written), Some(modified)) = (written, found.modified) else { return false };
    modified < written && found.changed.is_none_or(|changed| changed < written)
}

/// What the system says of a file or folder.
struct Found {
    kind: There,
    length: u64,
    modified: Option<SystemTime>,
    /// When its name, owner or bytes last changed: what no program can set back.
    changed: Option<SystemTime>,
    /// Whether its modes let everybody read it.
    is_for_all: bool,
}

/// A folder in which many files are looked at, held open where that is possible: nobody then walks down to it each time.
struct Folder<'a> {
    path: &'a Path,
    #[cfg(unix)]
    opened: Option<fs::File>,
}

#[cfg(unix)]
impl Folder<'_> {
    fn open(path: &Path) -> Folder<'_> {
        Folder { path, opened: fs::File::open(path).ok() }
    }

    /// What is at a path below, without following a link at its end; the folder itself is `""`.
    fn look_at(&self, path: &str) -> Option<Found> {
        use rustix::fs::{AtFlags, FileType, statat};
        let path = if path.is_empty() { "." } else { path };
        let stat = statat(self.opened.as_ref()?, path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        let kind = match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => There::File,
            FileType::Directory => There::Folder,
            _ => There::Other,
        };
        let moment = |seconds, nanoseconds| {
            let since = Duration::new(u64::try_from(seconds).ok()?, u32::try_from(nanoseconds).ok()?);
            SystemTime::UNIX_EPOCH.checked_add(since)
        };
        let modified = moment(stat.st_mtime, stat.st_mtime_nsec);
        let changed = moment(stat.st_ctime, stat.st_ctime_nsec);
        let is_for_all = stat.st_mode & 0o444 == 0o444;
        Some(Found { kind, length: u64::try_from(stat.st_size).ok()?, modified, changed, is_for_all })
    }
}

#[cfg(not(unix))]
impl Folder<'_> {
    fn open(path: &Path) -> Folder<'_> {
        Folder { path }
    }

    fn look_at(&self, path: &str) -> Option<Found> {
        let metadata = fs::symlink_metadata(self.path.join(path)).ok()?;
        let kind = match metadata.file_type() {
            kind if kind.is_file() => There::File,
            kind if kind.is_dir() => There::Folder,
            _ => There::Other,
        };
        let (length, modified) = (metadata.len(), metadata.modified().ok());
        Some(Found { kind, length, modified, changed: None, is_for_all: true })
    }
}
