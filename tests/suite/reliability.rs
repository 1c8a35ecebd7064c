//! docs/reliability.md names a test for every promise, and every test that it names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PAGE: &str = include_str!("../../docs/reliability.md");

/// Promises that come with commands that are not built yet: what is fetched, deployed, mailed.
const LATER: std::ops::RangeInclusive<u32> = 48..=58;
const LAST: u32 = 61;

/// The paths of all tests, as `cargo test` prints them.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for folder in ["src", "tests/suite"] {
        for (path, bytes) in crate::scratch::tree(&root.join(folder)) {
            let Some(module) = path.strip_suffix(".rs") else { continue };
            let module = module.strip_suffix("/mod").unwrap_or(module).replace('/', "::");
            let text = String::from_utf8(bytes).unwrap();
            let (mut inline, mut is_test) = (String::new(), false);
            for line in text.lines() {
                // A module that is written in the file begins and ends at the margin.
                if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
                    inline = format!("::{name}");
                } else if line == "}" {
                    inline.clear();
                }
                let line = line.trim();
                is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
                let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
                if let Some((name, _)) = name.and_then(|rest| rest.split_once('('))
                    && std::mem::take(&mut is_test)
                {
                    tests.insert(format!("{module}{inline}::{name}"));
                }
            }
        }
    }
    tests
}

/// The promises of the page, with the tests that each names.
pub(super) fn promises() -> BTreeMap<u32, Vec<&'static str>> {
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| **P")?.split_once("**"));
    rows.map(|(number, rest)| {
        let held_by = rest.rsplit('|').nth(1).unwrap();
        (number.parse().unwrap(), held_by.split('`').skip(1).step_by(2).collect())
    })
    .collect()
}

#[test]
fn every_promise_names_its_tests() {
    let promises = promises();
    for number in (1..=LAST).filter(|number| !LATER.contains(number)) {
        assert!(promises.get(&number).is_some_and(|tests| !tests.is_empty()), "nothing holds P{number}");
    }
    assert!(!promises.keys().any(|number| LATER.contains(number)), "promises of commands that do not exist yet");
}

#[test]
fn every_test_that_is_named_is_there() {
    let tests = tests();
    assert!(tests.contains("reliability::every_test_that_is_named_is_there"));
    assert!(
        tests.contains("sink::tests::p08_strangers_are_kept")
            && tests.contains("world::disk::tests::a_part_is_read_under_the_rules_of_the_whole")
            && tests.contains("names::links::p23_links_inside_the_site_are_followed")
    );
    let missing: Vec<_> = promises().into_values().flatten().filter(|name| !tests.contains(*name)).collect();
    assert!(missing.is_empty(), "there are no such tests: {missing:#?}");
}

#[test]
fn every_test_that_bears_the_number_of_a_promise_is_named_there() {
    let named: BTreeSet<&str> = promises().into_values().flatten().collect();
    let bears_a_number = |path: &String| {
        let name = path.rsplit("::").next().unwrap_or("");
        name.strip_prefix('p').and_then(|rest| rest.get(..2)).is_some_and(|digits| digits.parse::<u32>().is_ok())
    };
    let silent: Vec<String> =
        tests().into_iter().filter(bears_a_number).filter(|path| !named.contains(&**path)).collect();
    assert!(silent.is_empty(), "docs/reliability.md does not name {silent:#?}");
}
