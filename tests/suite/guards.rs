//! Every test that docs/reliability.md names has a guard in tests/guards, and each guard's text stands where it is said
//! to stand. That each test fails without its guard is tried by `tests/guards/try.py`.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    guard: Vec<Guard>,
}

/// What is taken out, and which tests must fail then.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Guard {
    name: String,
    what: String,
    tests: Vec<String>,
    edit: Vec<Edit>,
}

/// A text of a file and what stands there with a switch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    from: String,
    to: String,
}

fn guards() -> Vec<Guard> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guards");
    let lists = crate::scratch::tree(&folder).into_iter().filter(|(name, _)| name.ends_with(".toml"));
    lists
        .flat_map(|(name, bytes)| {
            let list: List =
                toml::from_str(&String::from_utf8(bytes).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
            list.guard
        })
        .collect()
}

#[test]
fn every_test_of_a_promise_has_a_guard() {
    let guarded: BTreeSet<String> = guards().into_iter().flat_map(|guard| guard.tests).collect();
    let promised: BTreeSet<String> =
        crate::reliability::promises().into_values().flatten().map(str::to_owned).collect();
    let bare: Vec<&String> = promised.difference(&guarded).collect();
    assert!(bare.is_empty(), "tests/guards has no guard for {bare:#?}");
    let idle: Vec<&String> = guarded.difference(&promised).collect();
    assert!(idle.is_empty(), "docs/reliability.md names no {idle:#?}");
}

#[test]
fn every_guard_stands_where_it_is_said_to_stand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut texts, mut names, mut wrong) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
    for Guard { name, what, edit, .. } in guards() {
        let file_of = |edit: &Edit| std::fs::read_to_string(root.join(&edit.file));
        if !names.insert(name.clone()) || what.is_empty() || edit.is_empty() {
            wrong.push(format!("{name}: the name is taken, or there are no words or no edits"));
        }
        for edit in edit {
            // Guards may share a file, and even a line: each is looked for in what those before it made.
            let text: &mut String =
                texts.entry(edit.file.clone()).or_insert_with(|| file_of(&edit).unwrap_or_default());
            if text.matches(&*edit.from).count() != 1 || !edit.to.contains(&format!("removed(\"{name}\")")) {
                wrong.push(format!("{name}: {} does not have this once, or has no switch: {}", edit.file, edit.from));
            }
            *text = text.replacen(&edit.from, &edit.to, 1);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
