//! Whole sites with their whole output: `tests/sites/<case>/expected/` is what the case must give, byte for byte.
//!
//! A case is a folder with a `site.toml`. `tests/sites/themes/` is laid under each, so that expectations do not hang on
//! the looks of the default theme. `arguments` holds more arguments, one a line; `warnings.txt` what stderr must say
//! besides the summary. `UPDATE=1` writes both expectations anew: read the difference before committing it.

use crate::scratch::{Scratch, copy, tree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A folder of `tests/sites/` with a site in it.
pub struct Case {
    pub name: String,
    folder: PathBuf,
}

/// What a case gave.
pub struct Built {
    pub scratch: Scratch,
    /// The output, without manchette's own note of it.
    pub output: BTreeMap<String, Vec<u8>>,
    warnings: String,
}

pub fn cases() -> Vec<Case> {
    let sites = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut cases: Vec<Case> = std::fs::read_dir(sites)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("site.toml").is_file())
        .map(|folder| Case { name: folder.file_name().unwrap().to_string_lossy().into_owned(), folder })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// Every case, built once for all tests that look at outputs.
pub fn built() -> &'static [(Case, Built)] {
    static BUILT: OnceLock<Vec<(Case, Built)>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let built = |case: Case| {
            let built = case.build();
            (case, built)
        };
        cases().into_iter().map(built).collect()
    })
}

impl Case {
    /// Builds a copy of the site.
    pub fn build(&self) -> Built {
        let scratch = Scratch::copy_of(&self.folder);
        copy(&self.folder.with_file_name("themes"), &scratch.path("themes"));
        let mut arguments = vec!["build".to_owned()];
        if let Ok(more) = std::fs::read_to_string(self.folder.join("arguments")) {
            arguments.extend(more.lines().map(str::to_owned));
        }
        let ran = scratch.run(&arguments);
        assert_eq!(ran.code, 0, "{}:\n{}", self.name, ran.stderr);
        let mut output = scratch.tree("public");
        output.remove(".manchette-manifest");
        output.values_mut().for_each(without_version);
        // The last line tells how many files there are, and how long it took.
        let said = ran.stderr.trim_end();
        let warnings = said.rsplit_once('\n').map_or("", |(warnings, _)| warnings).trim_end();
        Built { scratch, output, warnings: warnings.to_owned() }
    }

    fn update(&self, built: &Built) {
        let expected = self.folder.join("expected");
        let _ = std::fs::remove_dir_all(&expected);
        for (name, bytes) in &built.output {
            let file = expected.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
        let warnings = self.folder.join("warnings.txt");
        match built.warnings.is_empty() {
            true => drop(std::fs::remove_file(warnings)),
            false => std::fs::write(warnings, format!("{}\n", built.warnings)).unwrap(),
        }
    }

    fn problems(&self, built: &Built) -> Vec<String> {
        let expected = tree(&self.folder.join("expected"));
        let names: BTreeSet<&String> = expected.keys().chain(built.output.keys()).collect();
        let mut problems: Vec<String> = names
            .into_iter()
            .filter_map(|name| match (expected.get(name), built.output.get(name)) {
                (Some(wanted), Some(got)) if wanted == got => None,
                (Some(wanted), Some(got)) => Some(format!("{name} differs\n{}", difference(wanted, got))),
                (Some(_), None) => Some(format!("{name} is missing")),
                (None, _) => Some(format!("{name} is not expected")),
            })
            .collect();
        let wanted = std::fs::read_to_string(self.folder.join("warnings.txt")).unwrap_or_default();
        if wanted.trim_end() != built.warnings {
            problems.push(format!("it should say\n{wanted}\nbut says\n{}", built.warnings));
        }
        problems.into_iter().map(|problem| format!("{}: {problem}", self.name)).collect()
    }
}

/// A release does not change every expectation.
fn without_version(bytes: &mut Vec<u8>) {
    if let Ok(text) = std::str::from_utf8(bytes)
        && text.contains(manchette::view::site::GENERATOR)
    {
        *bytes = text.replace(manchette::view::site::GENERATOR, "manchette VERSION").into_bytes();
    }
}

/// The first lines that differ.
fn difference(wanted: &[u8], got: &[u8]) -> String {
    let (wanted, got) = (String::from_utf8_lossy(wanted), String::from_utf8_lossy(got));
    let lines = wanted.lines().zip(got.lines()).enumerate().find(|(_, (wanted, got))| wanted != got);
    match lines {
        Some((number, (wanted, got))) => format!("  line {}\n  - {wanted}\n  + {got}", number + 1),
        None => format!("  one is longer: {} bytes expected, {} built", wanted.len(), got.len()),
    }
}

#[test]
fn every_site_gives_what_it_should() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut problems = Vec::new();
    for (case, built) in built() {
        if update {
            case.update(built);
        }
        problems.extend(case.problems(built));
    }
    assert!(problems.is_empty(), "{}\n(UPDATE=1 accepts)", problems.join("\n"));
}

#[test]
fn there_are_sites_for_what_matters() {
    assert!(cases().len() >= 14);
}
