//! Folders of sites: builds in them, what is published there, and what must not be left.

use super::doors::{FaultyShelf, FaultyWorld};
use super::{Built, Files, build, world};
use crate::base::{Diagnostic, OutputPath, Severity};
use crate::pipeline::{Memory, Report, Request};
use crate::sink::faults::{Faults, Kind};
use crate::sink::{DiskShelf, DiskSink, Method};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A folder in memory where there is one.
pub(super) fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// What is remembered in a folder, on a disk that fails.
pub(super) fn memory(root: &Path, faults: &Arc<Faults>) -> Memory {
    let shelf = FaultyShelf { shelf: DiskShelf::new(root).failing(faults.clone()), faults: faults.clone() };
    Memory::load(Arc::new(shelf))
}

/// A build of some files in a folder, by doors that fail.
pub(super) fn build_in(root: &Path, method: Method, files: &Files, faults: &Arc<Faults>) -> Report {
    let sink = DiskSink::new(root.to_owned(), PathBuf::from("public"), None, false).method(method);
    let sink = sink.failing(faults.clone());
    let mut memory = memory(root, faults);
    build(&FaultyWorld::new(world(files), faults), &sink, &mut memory, &Request::default())
}

/// The output folder.
pub(super) fn published(root: &Path) -> Built {
    let folder = root.join("public");
    let entries = walkdir::WalkDir::new(&folder).into_iter().flatten().filter(|entry| !entry.file_type().is_dir());
    let file = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
        // Names of our own cannot be those of outputs: what is left under one is a remainder.
        Some((OutputPath::parse(&path).ok()?, fs::read(entry.path()).unwrap()))
    };
    entries.filter_map(file).collect()
}

/// What is left that should not be, when no build runs.
pub(super) fn remains(root: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter().flatten();
    let names = entries.map(|entry| entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned());
    let is_odd = |name: &String| {
        let waits = ["next", "undo", "journal", "complete"].map(|name| format!(".manchette/{name}"));
        name.ends_with("-tmp") || waits.iter().any(|odd| name.starts_with(odd.as_str()))
    };
    names.filter(is_odd).collect()
}

pub(super) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().flatten() {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        let copied = match entry.file_type().is_dir() {
            true => fs::create_dir_all(&target),
            false => fs::copy(entry.path(), &target).map(|_| ()),
        };
        copied.unwrap();
    }
}

/// The errors of a report.
fn errors(report: &Report) -> Vec<&Diagnostic> {
    let errors = report.diagnostics.iter().filter(|(severity, _)| *severity == Severity::Error);
    errors.map(|(_, problem)| problem).collect()
}

/// Insists that an error names what was tried, where, and the system's words.
#[track_caller]
pub(super) fn assert_says(report: &Report, kind: Kind, at: usize) {
    let words = kind.error().to_string();
    let is_said = |problem: &&Diagnostic| {
        let message = problem.message();
        message.contains(&words) && (message.contains('`') || problem.primary().is_some())
    };
    // What the system says is not there is believed: a link to it, say, is told.
    let errors = errors(report);
    let is_told = errors.iter().any(is_said) || kind == Kind::Gone;
    assert!(is_told, "{kind:?} at {at}: {errors:#?}");
}

pub(super) fn differences(is: &Built, should_be: &Built) -> Vec<String> {
    let paths = is.keys().chain(should_be.keys());
    paths.filter(|path| is.get(*path) != should_be.get(*path)).map(ToString::to_string).collect()
}
