//! What the tests of publishing have in common: two sites, builds of them, and what must be true of a folder afterwards.

use super::faults::{Faults, Kind};
use super::*;
use crate::base::Code;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

pub(super) type Site<'a> = &'a [(&'a str, &'a str)];

pub(super) const OLD: Site<'_> =
    &[("index.html", "home"), ("a/index.html", "a"), ("b/index.html", "b"), ("feed.xml", "1"), ("c", "file")];
/// Changes, adds, removes; a file becomes a folder and a folder a file.
pub(super) const NEW: Site<'_> = &[
    ("index.html", "home 2"),
    ("a/index.html", "a"),
    ("b", "now a file"),
    ("feed.xml", "2"),
    ("c/index.html", "c"),
    ("d/e/f.css", "d"),
];

/// A folder in memory where there is one: what is tested here makes and removes thousands of files.
pub(super) fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

pub(super) fn path(text: &str) -> OutputPath {
    OutputPath::parse(text).unwrap()
}

pub(super) fn rank(path: &str) -> Rank {
    match path {
        "index.html" => Rank::List,
        path if path.ends_with(".css") => Rank::Asset,
        path if path.ends_with(".xml") => Rank::Feed,
        _ => Rank::Page,
    }
}

pub(super) fn sink(scratch: &TempDir) -> DiskSink {
    fs::create_dir_all(scratch.path().join("site")).unwrap();
    // Not impatient: a process that another test starts holds our locks for a moment, until it is another program.
    DiskSink::new(scratch.path().join("site"), PathBuf::from("public"), None, false).patience(Duration::from_secs(20))
}

pub(super) fn swapping(scratch: &TempDir) -> DiskSink {
    sink(scratch).method(Method::Swap)
}

pub(super) fn output(scratch: &TempDir) -> PathBuf {
    scratch.path().join("site/public")
}

/// What a build does: stage what is not there, publish the rest as it is.
pub(super) fn build(sink: &DiskSink, site: Site<'_>) -> Result<Published, Box<Diagnostic>> {
    let previous = sink.open()?;
    let mut plan = Publication::default();
    for (name, text) in site {
        let stamp = Stamp::of(text.as_bytes());
        plan.files.insert(path(name), stamp);
        if previous.files.get(&path(name)) != Some(&stamp) {
            if let Err(error) = sink.stage(&path(name), text.as_bytes()) {
                sink.close();
                return Err(operations::failed("stage", Path::new(name), &error));
            }
            plan.staged.push((path(name), rank(name)));
        }
    }
    let published = sink.publish(&plan);
    sink.close();
    published
}

/// All files below a folder but the manifest, with their bytes; folders end with a slash.
pub(super) fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut tree = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.depth() > 0) {
        let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        match entry.file_type() {
            kind if kind.is_dir() => tree.insert(format!("{name}/"), String::new()),
            kind if kind.is_symlink() => tree.insert(name, "link".to_owned()),
            _ => tree.insert(name, fs::read_to_string(entry.path()).unwrap()),
        };
    }
    tree.remove(manifest::FILE_NAME);
    tree
}

pub(super) fn tree_of(site: Site<'_>) -> BTreeMap<String, String> {
    let scratch = scratch();
    for (name, text) in site {
        let file = scratch.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    tree(scratch.path())
}

pub(super) fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries.map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().modified().unwrap())).collect()
}

/// What `.manchette/` may hold when no build runs.
pub(super) fn assert_no_remains(scratch: &TempDir) {
    let names = tree(&scratch.path().join("site/.manchette"));
    // A swap keeps the output before it.
    let names: Vec<&String> = names.keys().filter(|name| !name.starts_with("prev/")).collect();
    assert_eq!(names, [".gitignore", "lock"]);
    let beside: Vec<_> =
        tree(&scratch.path().join("site")).into_keys().filter(|name| name.contains("manchette-")).collect();
    let beside: Vec<_> = beside.into_iter().filter(|name| !name.starts_with(".manchette/prev/")).collect();
    assert_eq!(beside, ["public/.manchette-manifest"]);
}

/// Runs builds in which operation 1, 2, 3… fails, until none does.
pub(super) fn sweep(
    old: Site<'_>,
    faults: impl Fn(usize) -> Faults,
    after: impl Fn(&TempDir, Result<Published, Box<Diagnostic>>),
) {
    let old: &[Site<'_>] = if old.is_empty() { &[] } else { &[old] };
    sweep_by(sink, old, faults, after);
}

/// The same by another method, after several sites.
pub(super) fn sweep_by(
    sink: fn(&TempDir) -> DiskSink,
    old: &[Site<'_>],
    faults: impl Fn(usize) -> Faults,
    after: impl Fn(&TempDir, Result<Published, Box<Diagnostic>>),
) {
    for at in 1.. {
        let scratch = scratch();
        for site in old {
            build(&sink(&scratch), site).unwrap();
        }
        let (built, tried) = build_with(sink(&scratch), faults(at));
        after(&scratch, built);
        build(&sink(&scratch), NEW).unwrap();
        assert_eq!(tree(&output(&scratch)), tree_of(NEW));
        assert_no_remains(&scratch);
        if tried < at {
            println!("{} operations failed", at - 1);
            return;
        }
    }
}

/// Builds the new site with faults; says how many operations there were.
pub(super) fn build_with(sink: DiskSink, faults: Faults) -> (Result<Published, Box<Diagnostic>>, usize) {
    let faults = Arc::new(faults);
    let built = build(&sink.failing(faults.clone()), NEW);
    let tried = faults.tried();
    // A dead process holds no lock, and here it goes with the sink.
    (built, tried)
}

pub(super) fn one(at: usize) -> Faults {
    Faults { at, ..Faults::default() }
}

pub(super) fn death(at: usize) -> Faults {
    Faults { for_ever: true, ..one(at) }
}

/// Insists on one of two sites; says whether it is the new one.
#[track_caller]
pub(super) fn is_new(scratch: &TempDir, old: Site<'_>) -> bool {
    let there = tree(&output(scratch));
    let is_new = there == tree_of(NEW);
    assert!(is_new || there == tree_of(old), "{there:?}");
    is_new
}

/// Insists that every file is one of the two sites', whole.
#[track_caller]
pub(super) fn assert_whole(scratch: &TempDir, old: Site<'_>) {
    let whole = [old, NEW].concat();
    for (name, text) in tree(&output(scratch)).iter().filter(|(name, _)| !name.ends_with(['/', 'p'])) {
        assert!(whole.contains(&(name, text)), "{name} is torn: {text}");
    }
}

/// Insists that an error names the operation, the path and the system's words.
#[track_caller]
pub(super) fn assert_says(error: &Diagnostic, kind: Kind) {
    assert_eq!(error.code(), Code::WriteFailed);
    let words = kind.error().to_string();
    let is_said = error.message().starts_with("cannot ") && error.message().split('`').count() == 3;
    let is_in_its_words = error.message().ends_with(&words)
        // Of a folder that should be a file and could not be removed, since it was not there, as the system said.
        || (kind == Kind::Gone && error.message().ends_with("Is a directory (os error 21)"));
    assert!(is_said && is_in_its_words, "{kind:?}: {}", error.message());
}
