//! Broken sites, and what is said of them.
//!
//! A folder of `tests/diagnostics/` is a site, with the whole of what is printed in `expected.txt`;
//! `UPDATE=1 cargo test --test suite` writes these files anew. The arguments are `build` unless a file `arguments` has
//! others, one a line. A folder `previous/` is what the site was when it was last published.

use crate::printed::{arguments, differs, printed};
use crate::scratch::{Ran, Scratch, tree};
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
    ("no-content", "the last build had some: p22_a_folder_of_texts_that_has_vanished_takes_no_site_offline"),
    ("not-reproducible", "no site gives it: p27_what_changes_from_build_to_build_is_told_and_not_published"),
    ("busy", "it is said after a minute, here only the waiting is shown: a_second_build_waits_for_the_first"),
];

/// The folders of `tests/diagnostics/`, by name.
pub fn cases() -> BTreeMap<String, PathBuf> {
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
    let files = tree(case);
    if files.keys().all(|file| file == "expected.txt") {
        return Some(format!("{name}: there is no site in this folder\n"));
    }
    let (site, before) = prepared(case);
    let ran = site.run(&arguments(case));
    if ran.code != 0 && tree(&site.path("public")) != before {
        return Some(format!("{name}: there are errors, and yet something was published\n"));
    }
    differs(name, case, &printed(&ran, &site))
}

/// A copy of the case's site, with what was published of it before.
pub fn prepared(case: &Path) -> (Scratch, BTreeMap<String, Vec<u8>>) {
    let previous = case.join("previous");
    let site = if previous.is_dir() { Scratch::copy_of(&previous) } else { Scratch::empty() };
    if previous.is_dir() {
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

#[test]
fn every_code_is_shown_by_a_case() {
    let expected: String =
        cases().values().filter_map(|case| fs::read_to_string(case.join("expected.txt")).ok()).collect();
    let told_in_the_first_week: String = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/first-week"))
        .into_iter()
        .filter(|(name, _)| name.ends_with("/expected.txt"))
        .map(|(_, text)| String::from_utf8(text).unwrap())
        .collect();
    let excepted: BTreeSet<&str> = NEED_THE_MACHINE.iter().map(|(code, _)| *code).collect();
    let own = concat!(include_str!("diagnostics.rs"), include_str!("reproducible.rs"), include_str!("names.rs"));
    for entry in CODES {
        let name = format!("[{}]", entry.name);
        let shown = expected.contains(&name);
        match excepted.contains(entry.name) {
            false => assert!(
                shown || told_in_the_first_week.contains(&name),
                "no case of tests/diagnostics shows `{}`",
                entry.name
            ),
            true => assert!(!shown, "`{}` is shown by a case: it needs no exception", entry.name),
        }
    }
    for (code, why) in NEED_THE_MACHINE {
        assert!(CODES.iter().any(|entry| entry.name == *code), "there is no code `{code}`");
        let test = why.rsplit(' ').next().unwrap();
        assert!(own.contains(&format!("fn {test}()")), "there is no test `{test}`");
    }
}

/// Words of parsers and of Rust, which no reader has to know.
const FOREIGN: &[&str] =
    &["panicked", "i64", "usize", "&str", "invalid type", "struct", "serde", "EOF", "literal", "scalar"];

#[test]
fn messages_are_lower_case_without_a_period_and_know_no_parser() {
    for (name, case) in cases() {
        let printed = fs::read_to_string(case.join("expected.txt")).unwrap();
        for line in printed.lines() {
            let Some((_, message)) = line.split_once("]: ").filter(|(code, _)| code.contains('[')) else { continue };
            if !["error[", "warning[", "note["].iter().any(|level| line.starts_with(level)) {
                continue;
            }
            assert!(!message.starts_with(char::is_uppercase) && !message.ends_with('.'), "{name}: {line}");
            let foreign = FOREIGN.iter().find(|word| message.contains(*word));
            assert!(foreign.is_none(), "{name}: {line}: {foreign:?}");
        }
    }
}

/// Insists on errors of that code, with these words.
#[track_caller]
fn refused(ran: &Ran, code: &str, words: &[&str]) {
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("error[{code}]")), "{}", ran.stderr);
    for word in words {
        assert!(ran.stderr.contains(word), "`{word}` is not in:\n{}", ran.stderr);
    }
}

const POST: &str = "+++\ntitle = \"Meta recrute\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\nMeta recrute.\n";

#[test]
fn outside_a_site_there_is_nothing_to_build() {
    let folder = Scratch::empty();
    refused(&folder.run(&["build"]), "site-not-found", &["there is no site.toml in", "manchette init"]);
    refused(&folder.run(&["build", "--root", "nowhere"]), "site-not-found", &["nowhere"]);
    assert!(folder.tree("").is_empty());
}

#[test]
fn a_folder_with_files_of_others_is_no_output() {
    let site = Scratch::site(&[("content/posts/meta.md", POST), ("public/roman.txt", "un roman")]);
    refused(&site.run(&["build"]), "output-refused", &["`roman.txt`", "--output"]);
    assert_eq!(site.tree("public").len(), 1);
    for output in [".", "content", "static/x", "/", ".."] {
        refused(&site.run(&["build", "--output", output]), "output-refused", &[]);
    }
    refused(&site.run(&["build", "--output", "site.toml"]), "output-refused", &["is not a folder"]);
}

#[test]
fn what_the_system_refuses_is_told() {
    let site = Scratch::site(&[("content/posts/meta.md", POST), (".manchette", "a file where a folder must be")]);
    refused(&site.run(&["build"]), "write-failed", &[".manchette"]);
    assert!(!site.path("public").exists());
}

#[test]
fn a_second_build_waits_for_the_first() {
    let site = Scratch::site(&[("content/posts/meta.md", POST)]);
    site.run(&["build"]).ok();
    let lock = fs::File::options().write(true).open(site.path(".manchette/lock")).unwrap();
    lock.lock().unwrap();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| site.run(&["build"]));
        std::thread::sleep(std::time::Duration::from_millis(700));
        assert!(!second.is_finished());
        drop(lock);
        let second = second.join().unwrap().ok();
        assert!(second.stderr.contains("another build of this site is running"), "{}", second.stderr);
    });
}

/// What only systems with such files can show.
#[cfg(unix)]
mod unix {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    #[test]
    fn pipes_and_folders_are_no_files() {
        let site = Scratch::site(&[("content/posts/meta.md", POST)]);
        let made = std::process::Command::new("mkfifo").arg(site.path("content/posts/pipe.md")).status();
        assert!(made.unwrap().success());
        refused(&site.run(&["build"]), "unreadable", &["not a regular file", "content/posts/pipe.md"]);
        assert!(!site.path("public").exists());
        let site = Scratch::empty();
        fs::create_dir(site.path("site.toml")).unwrap();
        refused(&site.run(&["build", "--root", "."]), "unreadable", &["site.toml"]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let site = Scratch::site(&[("content/posts/meta.md", POST)]);
        let path = site.path("content/posts/meta.md");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser reads everything.
        if fs::read(&path).is_err() {
            refused(&site.run(&["build"]), "unreadable", &["cannot read", "content/posts/meta.md"]);
        }
    }

    #[test]
    fn links_are_followed_inside_the_site_only() {
        let elsewhere = Scratch::site(&[("secret.md", POST)]);
        let site = Scratch::site(&[("content/posts/meta.md", POST)]);
        symlink(elsewhere.root(), site.path("content/notes")).unwrap();
        symlink(elsewhere.path("secret.md"), site.path("content/secret.md")).unwrap();
        symlink("nowhere.md", site.path("content/dangling.md")).unwrap();
        symlink("../content", site.path("content/posts/circle")).unwrap();
        let ran = site.run(&["build"]);
        let words = ["content/notes", "content/secret.md", "content/dangling.md", "content/posts/circle"];
        refused(&ran, "outside-link", &words);
        assert_eq!(ran.stderr.matches("error[outside-link]").count(), 4, "{}", ran.stderr);
        let site = Scratch::site(&[("texts/meta.md", POST)]);
        fs::create_dir_all(site.path("content/posts")).unwrap();
        symlink("../../texts/meta.md", site.path("content/posts/meta.md")).unwrap();
        site.run(&["build"]).ok();
        assert!(site.read("public/2025/06/meta/index.html").contains("Meta recrute"));
    }

    #[test]
    fn names_that_cannot_be_published_are_told() {
        let site = Scratch::site(&[("content/posts/???.md", POST), ("static/a\\b.txt", "x"), ("static/a\nb.txt", "x")]);
        let latin = site.path("static").join(OsStr::from_bytes(b"d\xE9j\xE0.txt"));
        fs::write(latin, "x").unwrap();
        refused(&site.run(&["build"]), "bad-name", &["no address can be made", "not valid UTF-8", "rename the file"]);
    }
}

/// A post with nothing wrong in it but what its body says.
fn post(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\n{body}\n")
}

#[test]
fn files_that_differ_by_unicode_form_are_told_wherever_they_lie() {
    let (composed, decomposed) = ("\u{c9}", "E\u{301}");
    for folder in ["static", "content/img"] {
        let (a, b) = (format!("{folder}/{composed}.txt"), format!("{folder}/{decomposed}.txt"));
        let ran = Scratch::site(&[(&a, "1"), (&b, "2")]).run(&["build"]);
        assert!(ran.code == 1 && ran.stderr.contains("error[path-collision]"), "{folder}: {}", ran.stderr);
    }
    let (a, b) = (format!("content/posts/{composed}.md"), format!("content/posts/{decomposed}.md"));
    let ran = Scratch::site(&[(&a, &post("a", "")), (&b, &post("b", ""))]).run(&["build"]);
    assert!(ran.code == 1 && ran.stderr.contains("differ only by Unicode form"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("template-render"), "{}", ran.stderr);
}

#[test]
fn names_in_another_unicode_form_are_published() {
    let site = Scratch::site(&[
        ("content/posts/e\u{301}te\u{301}.md", &post("Été", "[photo](e\u{301}te\u{301}.txt)")),
        ("content/posts/e\u{301}te\u{301}.txt", "x"),
        ("content/posts/b.md", &post("b", "Lire aussi : [Été](\u{e9}t\u{e9}.md)")),
    ]);
    site.run(&["build", "--strict"]).ok();
    assert!(site.read("public/2025/06/ete/index.html").contains("href=\"/posts/%C3%A9t%C3%A9.txt\""));
    assert!(site.read("public/2025/06/b/index.html").contains("href=\"/2025/06/ete/\""));
}

#[test]
fn whole_addresses_of_the_site_itself_are_links_inside() {
    let body = "[ici](https://example.org/2025/06/b/) et [là](https://example.org/pas-la/)";
    let site = Scratch::site(&[("content/posts/a.md", &post("a", body)), ("content/posts/b.md", &post("b", ""))]);
    let ran = site.run(&["build"]).ok();
    assert!(ran.stderr.contains("nothing of the site is at `/pas-la/`"), "{}", ran.stderr);
    let page = site.read("public/2025/06/a/index.html");
    assert!(page.contains("<a href=\"/2025/06/b/\">ici</a>"), "{page}");
}

#[test]
fn arguments_that_functions_do_not_know_are_told() {
    let home = "{% for p in posts(topc=\"Meta\") %}{{ p.title }}{% endfor %}";
    let ran = Scratch::site(&[("templates/home.html", home)]).run(&["build"]);
    assert!(ran.code == 1 && ran.stderr.contains("did you mean `topic`?"), "{}", ran.stderr);
}

#[test]
fn thousands_of_broken_links_bring_few_suggestions() {
    let posts: Vec<(String, String)> = (0..120)
        .map(|n| (format!("content/posts/p{n}.md"), post(&format!("Billet {n}"), &format!("[x](/2019/p{n}z/)"))))
        .collect();
    let files: Vec<(&str, &str)> = posts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let ran = Scratch::site(&files).run(&["check"]).ok();
    assert_eq!(ran.stderr.matches("warning[broken-link]").count(), 120);
    let suggestions = ran.stderr.matches("did you mean").count();
    assert!((1..=50).contains(&suggestions), "{suggestions}");
}

#[test]
fn template_slips_are_told_without_words_of_rust() {
    for (home, words) in [
        ("{% for p in posts(limit=-1) %}{{ p.title }}{% endfor %}", "-1 is out of range for a whole number"),
        ("{{ page.pager | date }}", "`date` got nothing"),
    ] {
        let ran = Scratch::site(&[("templates/home.html", home)]).run(&["build"]);
        assert!(ran.code == 1 && ran.stderr.contains(words), "{}", ran.stderr);
    }
}
