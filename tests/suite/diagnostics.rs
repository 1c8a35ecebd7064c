//! Broken sites, and what is said of them.
//!
//! A folder of `tests/diagnostics/` is a site, with the whole of what is printed in `expected.txt`;
//! `UPDATE=1 cargo test --test suite` writes these files anew. The arguments are `build` unless a file `arguments` has
//! others, one a line. A folder `previous/` is what the site was when it was last published.

use crate::scratch::{Ran, Scratch, copy, tree};
use manchette::base::codes::CODES;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Codes that no file of a repository can show, each with the test below that does.
const NEED_THE_MACHINE: &[(&str, &str)] = &[
    ("site-not-found", "a case has a site: outside_a_site_there_is_nothing_to_build"),
    ("unreadable", "Git keeps no pipes: pipes_and_folders_are_no_files"),
    ("outside-link", "links are not the same on all systems: links_are_followed_inside_the_site_only"),
    ("output-refused", "the folder must exist: a_folder_with_files_of_others_is_no_output"),
    ("write-failed", "Git keeps no permissions: what_the_system_refuses_is_told"),
    ("busy", "another process is needed: a_second_build_waits_then_gives_up"),
];

/// The folders of `tests/diagnostics/`, by name.
fn cases() -> BTreeMap<String, PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path())).collect()
}

#[test]
fn every_broken_site_says_what_is_expected() {
    let cases: Vec<(String, PathBuf)> = cases().into_iter().collect();
    // Each is a process that mostly waits for the disk.
    let problems: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .chunks(cases.len().div_ceil(4))
            .map(|cases| scope.spawn(|| cases.iter().filter_map(|(name, case)| wrong(name, case)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} of {} cases:\n\n{}", problems.len(), cases.len(), problems.join("\n"));
}

/// What is wrong with a case, if anything.
fn wrong(name: &str, case: &Path) -> Option<String> {
    let expected_file = case.join("expected.txt");
    let files = tree(case);
    if files.keys().all(|file| file == "expected.txt") {
        return Some(format!("{name}: there is no site in this folder\n"));
    }
    let (site, before) = prepared(case);
    let ran = site.run(&arguments(case));
    if ran.code != 0 && tree(&site.path("public")) != before {
        return Some(format!("{name}: there are errors, and yet something was published\n"));
    }
    let printed = printed(&ran, &site);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(expected_file, printed).unwrap();
        return None;
    }
    match fs::read_to_string(expected_file) {
        Ok(expected) if expected == printed => None,
        Ok(expected) => Some(format!("{name}:\n--- expected\n{expected}\n--- printed\n{printed}\n")),
        Err(error) => Some(format!("{name}: expected.txt: {error}\n--- printed\n{printed}\n")),
    }
}

/// A copy of the case's site, with what was published of it before.
fn prepared(case: &Path) -> (Scratch, BTreeMap<String, Vec<u8>>) {
    let site = Scratch::empty();
    if case.join("previous").is_dir() {
        copy(&case.join("previous"), site.root());
        site.run(&["build"]).ok();
        for name in ["content", "data", "static", "templates", "themes"] {
            let _ = fs::remove_dir_all(site.path(name));
        }
    }
    for (name, bytes) in tree(case) {
        if !name.starts_with("previous/") && !["expected.txt", "arguments"].contains(&name.as_str()) {
            site.write(&name, bytes);
        }
    }
    let before = tree(&site.path("public"));
    (site, before)
}

fn arguments(case: &Path) -> Vec<String> {
    let text = fs::read_to_string(case.join("arguments")).unwrap_or_else(|_| "build".to_owned());
    text.lines().map(str::to_owned).collect()
}

/// What was printed, without what another machine or another moment would print.
fn printed(ran: &Ran, site: &Scratch) -> String {
    let mut text = format!("exit code {}\n", ran.code);
    for (name, stream) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !stream.is_empty() {
            text.push_str(&format!("--- {name}\n{}", neutral(stream, site)));
        }
    }
    text
}

fn neutral(text: &str, site: &Scratch) -> String {
    let mut text = text.to_owned();
    for root in [Some(site.root().to_owned()), fs::canonicalize(site.root()).ok()].into_iter().flatten() {
        text = text.replace(&*root.to_string_lossy(), "<site>");
    }
    for (before, after) in [(" in ", " ms"), ("\"milliseconds\":", "}")] {
        text = without_number(&text, before, after);
    }
    text
}

/// A text in which every number between two words is `…`.
fn without_number(text: &str, before: &str, after: &str) -> String {
    let mut parts = text.split(before);
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_number = rest.len() < part.len() && rest.starts_with(after);
        out.push_str(before);
        out.push_str(if is_number { "…" } else { "" });
        out.push_str(if is_number { rest } else { part });
    }
    out
}

#[test]
fn every_code_is_shown_by_a_case() {
    let expected: String =
        cases().values().filter_map(|case| fs::read_to_string(case.join("expected.txt")).ok()).collect();
    let excepted: BTreeSet<&str> = NEED_THE_MACHINE.iter().map(|(code, _)| *code).collect();
    let own = include_str!("diagnostics.rs");
    for entry in CODES {
        let shown = expected.contains(&format!("[{}]", entry.name));
        match excepted.contains(entry.name) {
            false => assert!(shown, "no case of tests/diagnostics shows `{}`", entry.name),
            true => assert!(!shown, "`{}` is shown by a case: it needs no exception", entry.name),
        }
    }
    for (code, why) in NEED_THE_MACHINE {
        assert!(CODES.iter().any(|entry| entry.name == *code), "there is no code `{code}`");
        let test = why.rsplit(' ').next().unwrap();
        assert!(own.contains(&format!("fn {test}()")), "there is no test `{test}`");
    }
}
