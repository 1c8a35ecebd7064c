//! `docs/architecture.md` is the plan of the building, and the building is as planned.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The texts of `src/`, by their path there.
fn sources() -> BTreeMap<String, String> {
    crate::scratch::tree(&repository().join("src"))
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect()
}

/// The code of a file, without comments.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms: what lib.rs declares.
fn rooms() -> BTreeSet<String> {
    let lib = &sources()["lib.rs"];
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn identifier(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("")
}

/// Which room uses which, from `crate::room` and `super::…::room`.
fn real_edges() -> BTreeMap<String, BTreeSet<String>> {
    let rooms = rooms();
    let mut edges: BTreeMap<String, BTreeSet<String>> =
        rooms.iter().map(|room| (room.clone(), BTreeSet::new())).collect();
    for (name, text) in sources() {
        let room = name.split(['/', '.']).next().unwrap();
        let Some(uses) = edges.get_mut(room) else { continue };
        let code = code(&text);
        for (at, _) in code.match_indices("crate::") {
            let used = identifier(&code[at + "crate::".len()..]);
            assert!(rooms.contains(used), "src/{name} names `crate::{used}`: write one path for each room");
            uses.insert(used.to_owned());
        }
        // `super` as often as the module is deep, or once more in its tests, is the crate.
        let depth = name.trim_end_matches("/mod.rs").split('/').count();
        for (at, _) in code.match_indices("super::") {
            if code[..at].ends_with("super::") {
                continue;
            }
            let supers = code[at..].split("::").take_while(|part| *part == "super").count();
            let used = identifier(&code[at + supers * "super::".len()..]);
            if supers >= depth && rooms.contains(used) {
                uses.insert(used.to_owned());
            }
        }
        uses.remove(room);
    }
    edges
}

/// The table of the plan, in its order.
fn planned_edges() -> Vec<(String, BTreeSet<String>)> {
    let plan = std::fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    let rows =
        plan.lines().skip_while(|line| *line != "| room | uses |").skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut names = row.split('`').skip(1).step_by(2).map(str::to_owned);
        (names.next().unwrap(), names.collect())
    })
    .collect()
}

#[test]
fn rooms_use_the_rooms_of_the_plan() {
    let planned: BTreeMap<String, BTreeSet<String>> = planned_edges().into_iter().collect();
    let real = real_edges();
    let mut problems = Vec::new();
    for room in planned.keys().chain(real.keys()).collect::<BTreeSet<_>>() {
        let (Some(planned), Some(real)) = (planned.get(room), real.get(room)) else {
            problems.push(format!("{room}: a room of the plan alone, or of the code alone"));
            continue;
        };
        problems.extend(real.difference(planned).map(|used| format!("{room} uses {used}: a decision for the plan")));
        problems.extend(
            planned.difference(real).map(|used| format!("{room} no longer uses {used}: take it out of the plan")),
        );
    }
    assert!(problems.is_empty(), "docs/architecture.md:\n{}", problems.join("\n"));
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let mut above = BTreeSet::new();
    for (room, uses) in planned_edges() {
        assert!(uses.is_subset(&above), "{room} stands above what it uses");
        above.insert(room);
    }
    assert_eq!(above, rooms());
}

#[test]
fn every_source_is_reachable() {
    let sources = sources();
    let mut reached = BTreeSet::from(["lib.rs".to_owned(), "main.rs".to_owned()]);
    let mut open = vec!["lib.rs".to_owned()];
    while let Some(name) = open.pop() {
        let folder = match name.as_str() {
            "lib.rs" => String::new(),
            name => format!("{}/", name.trim_end_matches(".rs").trim_end_matches("/mod")),
        };
        for line in sources[&name].lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let declared =
                words.iter().position(|word| *word == "mod").and_then(|at| words.get(at + 1)?.strip_suffix(';'));
            let Some(declared) = declared.filter(|_| !line.trim_start().starts_with("//")) else { continue };
            let files = [format!("{folder}{declared}.rs"), format!("{folder}{declared}/mod.rs")];
            let file = files.into_iter().find(|file| sources.contains_key(file)).unwrap();
            reached.insert(file.clone());
            open.push(file);
        }
    }
    let forgotten: Vec<&String> = sources.keys().filter(|name| !reached.contains(*name)).collect();
    assert!(forgotten.is_empty(), "no module declares {forgotten:?}");
}

#[test]
fn every_module_says_what_it_is() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(name, text)| name != "main.rs" && !text.starts_with("//! "))
        .map(|(name, _)| name)
        .collect();
    assert!(silent.is_empty(), "no `//!` in {silent:?}");
}

#[test]
fn every_file_of_the_suite_is_in_it() {
    let root = repository().join("tests/suite");
    let main = std::fs::read_to_string(root.join("main.rs")).unwrap();
    for name in crate::scratch::tree(&root).keys().filter(|name| *name != "main.rs") {
        // A folder is a module, which names its own files.
        let (home, module) = match name.strip_suffix("/mod.rs").unwrap_or(name).rsplit_once('/') {
            Some((folder, file)) => {
                let beside = std::fs::read_to_string(root.join(format!("{folder}.rs")));
                let inside = || std::fs::read_to_string(root.join(folder).join("mod.rs"));
                (beside.or_else(|_| inside()).unwrap(), file)
            }
            None => (main.clone(), name.strip_suffix("/mod.rs").unwrap_or(name)),
        };
        let module = module.strip_suffix(".rs").unwrap_or(module);
        assert!(home.lines().any(|line| line == format!("mod {module};")), "nobody knows {name}");
    }
}

#[test]
fn nothing_names_a_folder_of_this_machine() {
    let (here, home) = (repository(), std::env::home_dir().unwrap_or_default());
    // A clone may lie anywhere, so the folder above it (`/tmp`, say) may well be named.
    let folders: Vec<String> = [here.as_path(), &home]
        .into_iter()
        .filter(|folder| folder.parent().is_some())
        .map(|folder| format!("{}/", folder.display()))
        .collect();
    for place in ["src", "docs", "themes", "tests/suite"] {
        for (name, bytes) in crate::scratch::tree(&repository().join(place)) {
            let text = String::from_utf8_lossy(&bytes);
            let named = folders.iter().find(|folder| text.contains(folder.as_str()));
            assert!(named.is_none(), "{place}/{name} names {named:?}");
        }
    }
}

#[test]
fn the_plan_names_places_that_exist() {
    let plan = std::fs::read_to_string(repository().join("docs/architecture.md")).unwrap();
    for name in plan.split('`').skip(1).step_by(2) {
        let is_path =
            name.contains('/') && !name.contains(['<', ' ', ':', '*', '{', '…', '…']) && !name.starts_with('/');
        let rooted = ["src/", "tests/", "docs/", "themes/"].iter().any(|root| name.starts_with(root));
        if is_path && rooted {
            assert!(Path::new(&repository().join(name)).exists(), "docs/architecture.md names `{name}`");
        }
    }
}
