//! Builds on disks that fail or processes that die, at any operation.

use super::doors::{FaultyShelf, FaultyWorld};
use super::{Built, Files, alone, amended, build, clean, faults, new, old, operations, world};
use crate::base::{Diagnostic, OutputPath, Severity};
use crate::pipeline::{Memory, Report, Request};
use crate::sink::faults::{Faults, Kind};
use crate::sink::{DiskShelf, DiskSink, Method};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};
use tempfile::TempDir;

/// A folder in memory where there is one.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// A build of some files in a folder, by doors that fail.
fn build_in(root: &Path, method: Method, files: &Files, faults: &Arc<Faults>) -> Report {
    let sink = DiskSink::new(root.to_owned(), PathBuf::from("public"), None, false).method(method);
    let sink = sink.failing(faults.clone());
    let shelf = FaultyShelf { shelf: DiskShelf::new(root).failing(faults.clone()), faults: faults.clone() };
    let mut memory = Memory::load(Arc::new(shelf));
    build(&FaultyWorld::new(world(files), faults), &sink, &mut memory, &Request::default())
}

/// The output folder.
fn published(root: &Path) -> Built {
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
fn remains(root: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter().flatten();
    let names = entries.map(|entry| entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned());
    let is_odd = |name: &String| {
        let waits = ["next", "undo", "journal", "complete"].map(|name| format!(".manchette/{name}"));
        name.ends_with("-tmp") || waits.iter().any(|odd| name.starts_with(odd.as_str()))
    };
    names.filter(is_odd).collect()
}

fn copy(from: &Path, to: &Path) {
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
fn assert_says(report: &Report, kind: Kind, at: usize) {
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

/// One build after another site, with faults at every operation: then the old site is there or the new one, and the next
/// build needs no help.
struct Sweep {
    before: Option<Files>,
    after: Files,
    method: Method,
    for_ever: bool,
}

impl Sweep {
    fn run(&self) {
        let (before, after) = (self.before.as_ref().map(clean).unwrap_or_default(), clean(&self.after));
        let start = scratch();
        fs::create_dir_all(start.path()).unwrap();
        if let Some(files) = &self.before {
            assert!(!build_in(start.path(), self.method, files, &Arc::default()).has_errors());
        }
        let mut runs = 0;
        for at in operations(self.for_ever) {
            let mut tried = 0;
            for faults in faults(at, self.for_ever) {
                runs += 1;
                let faults = Arc::new(faults);
                self.fail(start.path(), &faults, (&before, &after));
                tried = faults.tried();
            }
            if tried < at {
                println!("{} operations, {runs} runs, for ever: {}", at - 1, self.for_ever);
                return;
            }
        }
    }

    fn fail(&self, start: &Path, faults: &Arc<Faults>, (before, after): (&Built, &Built)) {
        let folder = scratch();
        let root = folder.path();
        copy(start, root);
        let Faults { kind, at, for_ever, .. } = **faults;
        let report = build_in(root, self.method, &self.after, faults);
        let found = published(root);
        match report.has_errors() {
            true => {
                assert_says(&report, kind, at);
                // Where nothing can be undone, since nothing can be done, the next build does it.
                assert!(found == *before || for_ever, "{kind:?} at {at}: {:?}", differences(&found, before));
            }
            false => assert!(found == *after, "{kind:?} at {at}: {:?}", differences(&found, after)),
        }
        let whole = |(path, bytes): (&OutputPath, &Vec<u8>)| {
            path.as_str().ends_with("-tmp") || [before, after].iter().any(|site| site.get(path) == Some(bytes))
        };
        assert!(found.iter().all(whole), "{kind:?} at {at}: torn");
        // The next build, and one that has nothing to do.
        let report = build_in(root, self.method, &self.after, &Arc::default());
        assert!(!report.has_errors(), "{kind:?} at {at}: {:#?}", report.diagnostics);
        let found = published(root);
        assert!(found == *after, "{kind:?} at {at}, next: {:?}", differences(&found, after));
        assert_eq!(remains(root), [""; 0], "{kind:?} at {at}");
        if at % 4 == 0 {
            let report = build_in(root, self.method, &self.after, &Arc::default());
            let done = report.published.unwrap();
            assert_eq!((done.written, done.removed.len()), (0, 0), "{kind:?} at {at}");
        }
    }
}

fn differences(is: &Built, should_be: &Built) -> Vec<String> {
    let paths = is.keys().chain(should_be.keys());
    paths.filter(|path| is.get(*path) != should_be.get(*path)).map(ToString::to_string).collect()
}

fn sweep(before: Option<Files>, after: Files, method: Method, for_ever: bool) {
    alone(|| Sweep { before, after, method, for_ever }.run());
}

#[test]
fn p05_a_first_build_in_which_anything_fails_once() {
    sweep(None, new(), Method::InPlace, false);
}

#[test]
fn p04_a_first_build_that_dies_anywhere() {
    sweep(None, new(), Method::InPlace, true);
}

#[test]
fn p05_a_build_that_changes_adds_and_removes_in_which_anything_fails_once() {
    sweep(Some(old()), new(), Method::InPlace, false);
}

#[test]
fn p04_a_build_that_changes_adds_and_removes_and_dies_anywhere() {
    sweep(Some(old()), new(), Method::InPlace, true);
}

#[test]
fn p05_a_swap_in_which_anything_fails_once() {
    sweep(Some(old()), new(), Method::Swap, false);
}

#[test]
fn p04_a_swap_that_dies_anywhere() {
    sweep(Some(old()), new(), Method::Swap, true);
}

#[test]
fn p05_a_build_of_one_text_in_which_anything_fails_once() {
    sweep(Some(old()), amended(), Method::InPlace, false);
}

#[test]
fn p04_a_build_of_one_text_that_dies_anywhere() {
    sweep(Some(old()), amended(), Method::InPlace, true);
}

#[test]
fn p04_a_build_that_recovers_from_a_death_and_meets_a_fault_itself() {
    let (before, after) = (clean(&old()), clean(&new()));
    let start = scratch();
    assert!(!alone(|| build_in(start.path(), Method::InPlace, &old(), &Arc::default())).has_errors());
    let stride = if super::is_thorough() { 3 } else { 41 };
    let mut runs = 0;
    for first in (1..).step_by(stride) {
        let death = Arc::new(Faults { at: first, for_ever: true, ..Faults::default() });
        let dead = scratch();
        copy(start.path(), dead.path());
        alone(|| build_in(dead.path(), Method::InPlace, &new(), &death));
        if death.tried() < first {
            break;
        }
        for second in (1 + first % 17..).step_by(17) {
            runs += 1;
            let folder = scratch();
            copy(dead.path(), folder.path());
            let kind = Kind::ALL[second % Kind::ALL.len()];
            let faults = Arc::new(Faults { at: second, for_ever: second % 2 == 0, kind, ..Faults::default() });
            let report = alone(|| build_in(folder.path(), Method::InPlace, &new(), &faults));
            let found = published(folder.path());
            let when = format!("death at {first}, {kind:?} at {second}");
            assert!(report.has_errors() || found == after, "{when}");
            let whole = |(path, bytes): (&OutputPath, &Vec<u8>)| {
                path.as_str().ends_with("-tmp") || [&before, &after].iter().any(|site| site.get(path) == Some(bytes))
            };
            assert!(found.iter().all(whole), "{when}: torn");
            let report = alone(|| build_in(folder.path(), Method::InPlace, &new(), &Arc::default()));
            assert!(!report.has_errors() && published(folder.path()) == after, "{when}");
            assert_eq!(remains(folder.path()), [""; 0], "{when}");
            if faults.tried() < second {
                break;
            }
        }
    }
    println!("{runs} pairs");
}

#[test]
fn the_system_s_words_are_told_apart() {
    let words: std::collections::BTreeSet<String> = Kind::ALL.iter().map(|kind| kind.error().to_string()).collect();
    assert_eq!(words.len(), Kind::ALL.len() - 1, "a disk that is full says so whatever it has taken");
    assert_eq!(Kind::Many.error().raw_os_error(), io::Error::from(rustix::io::Errno::MFILE).raw_os_error());
}
