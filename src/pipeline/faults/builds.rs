//! Builds on disks that fail or processes that die, at any operation.

use super::folders::{assert_says, build_in, copy, differences, published, remains, scratch};
use super::{Built, Files, alone, amended, clean, faults, new, old, operations};
use crate::base::OutputPath;
use crate::sink::Method;
use crate::sink::faults::{Faults, Kind};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

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
