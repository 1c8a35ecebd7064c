//! What builds remember between processes, as a user meets it: `.manchette/cache/`, `--explain`, `--dry-run`, `cache`.

use crate::scratch::Scratch;
use std::collections::BTreeMap;

const OLD: &str = "+++\ntitle = \"Avant\"\ndate = 2025-05-01\nsource = \"WSJ\"\n+++\nUn texte.\n\nUne suite.\n";
const NEW: &str = "+++\ntitle = \"Après\"\ndate = 2025-06-01\nsource = \"WSJ\"\n+++\nUn autre.\n";

/// What may happen to a file.
type Harm = fn(&mut Vec<u8>);

/// A site that was built once.
fn built() -> Scratch {
    let files = [("content/posts/avant.md", OLD), ("content/posts/apres.md", NEW), ("static/a.txt", "a")];
    let site = Scratch::site(&files);
    site.run(&["build"]).ok();
    site
}

fn edit(site: &Scratch) {
    site.write("content/posts/avant.md", OLD.replace("suite", "autre suite"));
}

/// What an edit of a body is shown on: its page and the feeds that carry it.
fn shows_the_edit(path: &str) -> bool {
    path == "2025/05/avant/index.html"
        || path.ends_with("atom.xml")
        || path.ends_with("rss.xml")
        || path.ends_with("feed.json")
}

#[test]
fn an_explanation_names_what_was_made_and_why() {
    let site = built();
    assert_eq!(site.run(&["build", "--explain"]).ok().stdout, "", "nothing is made");
    edit(&site);
    let told = site.run(&["build", "--explain"]).ok().stdout;
    let outputs: Vec<&str> = told.lines().filter_map(|line| line.strip_suffix(": other answers")).collect();
    assert!(outputs.len() == 7 && outputs.iter().all(|path| shows_the_edit(path)), "{told}");
    let reasons = told.lines().filter(|line| line.starts_with("  the whole of an article: content/posts/avant.md ("));
    assert_eq!(reasons.count(), outputs.len(), "{told}");

    edit(&site);
    std::fs::remove_file(site.path("public/2025/05/avant/index.html")).unwrap();
    let told = site.run(&["build", "--explain", "/2025/05/avant/"]).ok().stdout;
    assert_eq!(told, "2025/05/avant/index.html: it was gone, or not as it had been made\n");
    let told = site.run(&["build", "--explain", "public/index.html"]).ok().stdout;
    assert!(told.starts_with("index.html: was not made"), "{told}");

    site.write("content/posts/avant.md", OLD);
    let told = site.run(&["build", "--explain", "--format", "json"]).ok().stdout;
    let lines: Vec<serde_json::Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let page = lines.iter().find(|line| line["output"] == "2025/05/avant/index.html").unwrap();
    assert_eq!((&page["why"], &page["changes"][0]["question"]), (&"changed".into(), &"ArticleOf".into()));

    // What differs is told, and nothing else of the answer.
    site.write("content/posts/avant.md", OLD.replacen("title = \"", "title = \"Autre, ", 1));
    let told = site.run(&["build", "--explain", "/"]).ok().stdout;
    let parts: Vec<&str> = told.lines().filter(|line| line.starts_with("    ")).collect();
    assert!(parts.len() == 1 && parts[0].starts_with("    title: \"") && parts[0].contains("-> \"Autre, "), "{told}");
    site.write("content/posts/neuf.md", "+++\ntitle = \"Neuf\"\ndate = 2025-07-01\nsource = \"WSJ\"\n+++\nNeuf.\n");
    let told = site.run(&["build", "--explain", "/"]).ok().stdout;
    assert!(told.contains("    posts: with \"content/posts/neuf.md\"\n"), "{told}");
}

#[test]
fn a_dry_run_says_what_a_build_does_and_does_nothing() {
    let site = built();
    edit(&site);
    site.write("content/posts/neuf.md", "+++\ntitle = \"Neuf\"\ndate = 2025-07-01\nsource = \"WSJ\"\n+++\nNeuf.\n");
    std::fs::remove_file(site.path("static/a.txt")).unwrap();
    let before = site.tree("");
    let told = site.run(&["build", "--dry-run"]).ok().stdout;
    assert!(site.tree("") == before, "nothing was touched");
    let public = site.tree("public");
    site.run(&["build"]).ok();
    let after = site.tree("public");
    let mut should_be: Vec<String> = Vec::new();
    let is_ours = |path: &&String| *path != ".manchette-manifest";
    should_be.extend(
        after
            .iter()
            .filter(|(path, _)| is_ours(path))
            .filter(|(path, bytes)| public.get(*path) != Some(*bytes))
            .map(|(path, _)| format!("write {path}")),
    );
    should_be.extend(public.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("remove {path}")));
    assert_eq!(told.lines().collect::<Vec<_>>(), should_be);
    assert!(should_be.contains(&"remove a.txt".to_owned()));
}

#[test]
fn p25_a_cache_that_cannot_be_trusted_is_no_cache() {
    // Where in the index a byte is changed, and what is said.
    let harms: &[(&str, Harm, &str)] = &[
        ("cut short", |index| index.truncate(index.len() / 2), "the cache is damaged"),
        ("empty", |index| index.clear(), "the cache is damaged"),
        ("a bit flipped", |index| *index.last_mut().unwrap() ^= 1, "the cache is damaged"),
        ("not ours", |index| *index = b"something else".to_vec(), "the cache is damaged"),
        ("of another version", |index| index[20] ^= 1, "another version of manchette made the cache"),
    ];
    for (name, harm, words) in harms {
        let site = built();
        edit(&site);
        let index = site.path(".manchette/cache/index");
        let mut bytes = std::fs::read(&index).unwrap();
        harm(&mut bytes);
        std::fs::write(&index, bytes).unwrap();
        let told = site.run(&["build", "--verbose"]).ok().stderr;
        assert!(told.contains(&format!("everything was made: {words}")), "{name}: {told}");
        assert_clean(&site, name);
        assert!(!site.run(&["build", "--verbose"]).ok().stderr.contains("everything was made"), "{name}");
    }
}

/// The output is that of a build that remembers nothing.
fn assert_clean(site: &Scratch, name: &str) {
    site.run(&["build", "--no-cache", "--output", "clean"]).ok();
    let pages = |folder: &str| -> BTreeMap<String, Vec<u8>> {
        site.tree(folder).into_iter().filter(|(path, _)| path != ".manchette-manifest").collect()
    };
    assert!(pages("public") == pages("clean"), "{name}");
}

#[test]
fn a_site_may_move_with_what_it_remembers() {
    let site = built();
    let elsewhere = Scratch::copy_of(site.root());
    let again = elsewhere.run(&["build", "--explain"]).ok();
    assert!(
        again.stdout.is_empty() && again.stderr.contains(" 0 written, 0 removed"),
        "{}{}",
        again.stdout,
        again.stderr
    );
    edit(&elsewhere);
    let told = elsewhere.run(&["build", "--explain"]).ok().stdout;
    assert!(told.lines().filter(|line| !line.starts_with(' ')).all(|line| line.contains("other answers")), "{told}");
    assert_clean(&elsewhere, "moved");
    // Without the output, texts are still known, and every file is made.
    std::fs::remove_dir_all(elsewhere.path("public")).unwrap();
    let told = elsewhere.run(&["build", "--explain"]).ok().stdout;
    assert!(told.lines().count() > 20 && told.lines().all(|line| line.ends_with("not as it had been made")), "{told}");
    assert_clean(&elsewhere, "without its output");
}

#[test]
fn the_cache_is_shown_forgotten_and_left_alone() {
    let site = built();
    let stats = || site.run(&["cache", "stats", "--format", "json"]).ok().stdout;
    let stats_before: serde_json::Value = serde_json::from_str(&stats()).unwrap();
    assert_eq!((&stats_before["articles"], &stats_before["lost"]), (&2.into(), &serde_json::Value::Null));
    edit(&site);
    let cache = site.tree(".manchette/cache");
    site.run(&["build", "--no-cache"]).ok();
    site.run(&["check"]).ok();
    assert!(site.tree(".manchette/cache") == cache, "nothing is remembered");
    site.run(&["cache", "clear"]).ok();
    assert!(site.tree(".manchette/cache").is_empty());
    assert!(stats().contains("there is no cache yet"));
    site.run(&["build"]).ok();
    assert_clean(&site, "after it was forgotten");
}

#[test]
fn what_is_remembered_does_not_grow_with_the_number_of_builds() {
    let site = Scratch::site(&[("content/posts/avant.md", OLD)]);
    let long = "Une phrase qui prend de la place. ".repeat(8_000);
    let mut sizes = Vec::new();
    for at in 0..20 {
        site.write("content/posts/apres.md", format!("{NEW}\n{long} {at}\n"));
        site.run(&["build"]).ok();
        sizes.push(site.tree(".manchette/cache").values().map(Vec::len).sum::<usize>());
    }
    // One article of 0.27 MB: twice what is wanted, and the megabyte of garbage that is tolerated.
    assert!(sizes.iter().all(|size| *size < 2_200_000), "{sizes:?}");
    assert!(sizes.windows(2).any(|two| two[1] < two[0]), "a new file took the place of a full one: {sizes:?}");
}

#[test]
fn what_was_changed_by_hand_is_noticed_whatever_the_time_of_the_list() {
    let page = "public/2025/05/avant/index.html";
    for ahead in [true, false] {
        let site = built();
        let good = site.read(page);
        let list = std::fs::File::options().write(true).open(site.path("public/.manchette-manifest")).unwrap();
        let day = std::time::Duration::from_secs(86_400);
        let now = std::time::SystemTime::now();
        list.set_modified(if ahead { now + day } else { now - day }).unwrap();
        site.write(page, good.replace("suite", "fuite"));
        site.run(&["build"]).ok();
        assert_eq!(site.read(page), good, "ahead: {ahead}");
    }
    // Times that say nothing is amiss: whoever is in doubt asks for all bytes.
    let site = built();
    let good = site.read(page);
    site.write(page, good.replace("suite", "fuite"));
    let list = site.path("public/.manchette-manifest");
    std::thread::sleep(std::time::Duration::from_millis(30));
    std::fs::write(&list, std::fs::read(&list).unwrap()).unwrap();
    site.run(&["build"]).ok();
    assert!(site.read(page).contains("fuite"), "the list is younger than the page");
    site.run(&["build", "--paranoid"]).ok();
    assert_eq!(site.read(page), good);
}

#[test]
fn feeds_and_files_that_are_gone_are_told_and_lists_of_pages_are_not() {
    let site = built();
    site.write("static/photo.txt", "x");
    let config = site.read("site.toml");
    site.run(&["build"]).ok();
    site.write("site.toml", format!("{config}\n[feeds]\nformats = [\"atom\"]\n[lists]\nper_page = 100\n"));
    std::fs::remove_file(site.path("static/photo.txt")).unwrap();
    let told = site.run(&["build"]).ok().stderr;
    for gone in ["the feed `/rss.xml` and ", "the feed `/feed.json` and ", "`/photo.txt` was published and is gone"] {
        assert!(told.contains(gone), "{told}");
    }
    assert_eq!(told.matches("warning[gone-url]").count(), 3, "{told}");
    assert!(!site.run(&["build"]).ok().stderr.contains("gone-url"), "said once");
}

#[test]
fn a_list_of_files_that_is_damaged_says_so_and_what_to_do() {
    let site = built();
    site.write("public/.manchette-manifest", "");
    let ran = site.run(&["build"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("is damaged: .manchette-manifest") && ran.stderr.contains("move the folder away"),
        "{}",
        ran.stderr
    );
    std::fs::rename(site.path("public"), site.path("away")).unwrap();
    site.run(&["build"]).ok();
    assert_clean(&site, "with the folder moved away");
}

#[test]
fn files_that_were_young_are_believed_once_they_have_come_to_rest() {
    // On a slow machine the first build may find the file at rest already.
    assert!((0..3).any(|_| a_young_file_settles()), "its stamp counts from now on");
}

/// Whether a build that has nothing to do learns that a file is at rest. It learns it once, and goes on noticing bytes.
fn a_young_file_settles() -> bool {
    let site = Scratch::site(&[("content/posts/avant.md", OLD), ("static/a.bin", "a")]);
    site.run(&["build"]).ok();
    let standing = || site.tree(".manchette/cache").remove("standing");
    let young = standing();
    std::thread::sleep(std::time::Duration::from_millis(6_200));
    site.run(&["build"]).ok();
    let settled = standing();
    let before = site.tree(".manchette");
    site.run(&["build"]).ok();
    assert!(site.tree(".manchette") == before, "nothing is left to be learnt");
    site.write("static/a.bin", "b");
    site.run(&["build"]).ok();
    assert_clean(&site, "after another byte");
    settled != young
}
