//! What a new editor does wrong in the first week, and what is said of it.
//!
//! `tests/first-week/good/` is a site with nothing wrong. Every other folder has what one mistake makes of it: files that
//! are added or replaced, a file `removed` with paths that go, and the whole of what is printed in `expected.txt`
//! (`UPDATE=1` writes it). The arguments are `build` unless a file `arguments` has others, one a line. What no folder can
//! hold is done in `STAGED`.

use crate::printed::{arguments, differs, printed};
use crate::scratch::{Ran, Scratch, skipped, tree};
use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// Files that say what a case is, and are no part of its site.
const ABOUT: &[&str] = &["expected.txt", "arguments", "removed"];

/// A way to run the program on a site with a mistake.
type Staged = fn(&Scratch, &Path) -> Option<Ran>;

/// Mistakes that take more than files: the name of the folder, and how it is run.
const STAGED: &[(&str, Staged)] = &[
    ("01-in-the-wrong-folder", in_the_wrong_folder),
    ("14-disk-that-is-full", disk_that_is_full),
    ("15-port-that-is-taken", port_that_is_taken),
    ("26-output-edited-by-hand", output_edited_by_hand),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/first-week")
}

/// The cases, by name.
fn cases() -> BTreeMap<String, PathBuf> {
    let entries = fs::read_dir(folder()).unwrap().map(Result::unwrap);
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    named.filter(|(name, _)| name != "good").collect()
}

/// The site with the mistake in it.
fn site_of(case: &Path) -> Scratch {
    let site = Scratch::copy_of(&folder().join("good"));
    for (name, bytes) in tree(case).into_iter().filter(|(name, _)| !ABOUT.contains(&name.as_str())) {
        site.write(&name, bytes);
    }
    for name in fs::read_to_string(case.join("removed")).unwrap_or_default().lines() {
        fs::remove_file(site.path(name)).unwrap();
    }
    site
}

#[test]
fn the_site_without_a_mistake_has_nothing_to_say() {
    let ran = Scratch::copy_of(&folder().join("good")).run(&["build", "--strict"]).ok();
    assert!(ran.stderr.contains("0 warnings"), "{}", ran.stderr);
}

#[test]
fn p18_p19_every_mistake_of_a_first_week_says_what_to_do() {
    let cases: Vec<(String, PathBuf)> = cases().into_iter().collect();
    assert!(cases.len() >= 24, "{}", cases.len());
    let wrong = |(name, case): &(String, PathBuf)| {
        let site = site_of(case);
        let staged = STAGED.iter().find(|(staged, _)| staged == name);
        let ran = match staged {
            Some((_, run)) => run(&site, case)?,
            None => site.run(&arguments(case)),
        };
        differs(name, case, &printed(&ran, &site))
    };
    let problems: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .chunks(cases.len().div_ceil(3))
            .map(|cases| scope.spawn(|| cases.iter().filter_map(wrong).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} of {} cases:\n\n{}", problems.len(), cases.len(), problems.join("\n"));
    for (name, _) in STAGED {
        assert!(folder().join(name).is_dir(), "there is no folder `{name}`");
    }
}

/// In the folder above the site.
fn in_the_wrong_folder(site: &Scratch, _: &Path) -> Option<Ran> {
    let above = Scratch::empty();
    crate::scratch::copy(site.root(), &above.path("le-fil"));
    let ran = above.run(&["build"]);
    // The test knows the name of one folder only.
    let root = site.root().display().to_string();
    let here = |text: &str| {
        let real = fs::canonicalize(above.root()).unwrap();
        text.replace(&real.display().to_string(), &root).replace(&above.root().display().to_string(), &root)
    };
    Some(Ran { stderr: here(&ran.stderr), stdout: here(&ran.stdout), ..ran })
}

/// A disk of a megabyte, with room for a few kilobytes.
#[cfg(not(target_os = "linux"))]
fn disk_that_is_full(_: &Scratch, _: &Path) -> Option<Ran> {
    None
}

#[cfg(target_os = "linux")]
fn disk_that_is_full(site: &Scratch, _: &Path) -> Option<Ran> {
    let full = Scratch::empty();
    let Some(_mount) = crate::publishing::Mount::tmpfs(full.root(), "size=1m,mode=755") else {
        skipped("nothing can be mounted here");
        return None;
    };
    crate::scratch::copy(site.root(), full.root());
    crate::publishing::fill(&full.path("ballast"), 16 * 1024);
    let ran = full.run(&["build"]);
    assert!(!full.path("public").exists(), "{}", ran.stderr);
    // Which file is the first that has no room depends on who is faster.
    let mut lines: Vec<String> = ran.stderr.lines().map(str::to_owned).collect();
    for line in &mut lines {
        if let (Some(start), Some(end)) = (line.find("cannot write `"), line.find("`: No space left")) {
            line.replace_range(start + "cannot write `".len()..end, "…");
        }
    }
    lines.dedup();
    let folded = fold(&lines);
    Some(Ran { stderr: folded, ..ran })
}

/// The same problem of many files, once.
fn fold(lines: &[String]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        let is_foldable = line.starts_with("error[") || line.starts_with(" = help");
        if !(is_foldable && kept.contains(&line.as_str())) {
            kept.push(line);
        }
    }
    let text = kept.join("\n") + "\n";
    match text.split_once("nothing was published: ") {
        Some((before, after)) => {
            let rest = after.split_once(' ').map_or("", |(_, rest)| rest);
            format!("{}\n\nnothing was published: … {rest}", before.trim_end())
        }
        None => text,
    }
}

/// Another program has the port that was asked for.
fn port_that_is_taken(site: &Scratch, _: &Path) -> Option<Ran> {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = site.run(&["serve", "--port", &port]);
    let hide = |text: &str| text.replace(&port, "1111");
    Some(Ran { stderr: hide(&ran.stderr), stdout: hide(&ran.stdout), ..ran })
}

/// A page was corrected in the output, and a folder was thrown away.
fn output_edited_by_hand(site: &Scratch, _: &Path) -> Option<Ran> {
    site.run(&["build"]).ok();
    let before = site.tree("public");
    site.write("public/a-propos/index.html", "corrigé à la main");
    fs::remove_dir_all(site.path("public/sujets/openai")).unwrap();
    let ran = site.run(&["build", "--explain"]);
    assert!(site.tree("public") == before);
    Some(ran)
}
