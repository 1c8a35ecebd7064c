//! What is no file where one is expected, and names and trees that are odd.
#![cfg(unix)]

use super::guarded::{Published, post, run};
use crate::scratch::{Scratch, skipped};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

/// Puts something at a path; false where the system does not let us.
type Make = fn(&Path) -> bool;

/// What may stand where a file is expected, and how it is put there.
const KINDS: &[(&str, Make)] = &[
    ("pipe", |path| rustix_made(path, rustix::fs::FileType::Fifo, 0)),
    ("socket", |path| std::os::unix::net::UnixListener::bind(path).is_ok()),
    ("device", |path| rustix_made(path, rustix::fs::FileType::CharacterDevice, rustix::fs::makedev(1, 5))),
    ("link to nowhere", |path| symlink("nowhere-at-all", path).is_ok()),
    ("link to itself", |path| symlink(path.file_name().unwrap(), path).is_ok()),
    ("link to the outside", |path| symlink("/dev/zero", path).is_ok()),
];

fn rustix_made(path: &Path, kind: rustix::fs::FileType, device: u64) -> bool {
    let mode = rustix::fs::Mode::from_raw_mode(0o666);
    rustix::fs::mknodat(rustix::fs::CWD, path, kind, mode, device).is_ok()
}

/// Puts it there; says so where the system does not let us.
fn put(site: &Scratch, kind: &str, make: Make, place: &str) -> bool {
    let path = site.path(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let is_made = make(&path);
    if !is_made {
        skipped(&format!("a {kind} cannot be made at {}", path.display()));
    }
    is_made
}

/// A published site with a theme of its own.
fn themed() -> Published {
    let published = Published::new();
    let config = published.site.read("site.toml") + "theme = \"t\"\n";
    published.site.write("site.toml", config);
    published.site.write("themes/t/theme.toml", "name = \"t\"\nextends = \"kiosque\"\n");
    published
}

#[test]
fn p21_what_is_no_file_is_named_wherever_one_is_expected_and_all_in_one_run() {
    let places = [
        "content/posts/b.md",
        "content/index.md",
        "content/a/b.md",
        "content/topics/t.md",
        "content/posts/c.png",
        "data/a.toml",
        "data/b.csv",
        "templates/home.html",
        "static/a.png",
        "static/_redirects",
        "static/robots.txt",
        "themes/t/templates/post.html",
        "themes/t/static/a.css",
    ];
    for (kind, make) in KINDS {
        let published = themed();
        if !places.iter().all(|place| put(&published.site, kind, *make, place)) {
            continue;
        }
        let watched = run(&published.site, &["build"]).refused(kind, &places);
        assert_eq!(watched.ran.stderr.matches("error[").count(), places.len(), "{kind}:\n{}", watched.ran.stderr);
        run(&published.site, &["check"]).refused(kind, &places);
        published.is_untouched(kind);
    }
}

#[test]
fn p21_a_folder_by_the_name_of_a_text_a_template_or_data_is_named_and_all_in_one_run() {
    let places = [
        "content/posts/b.md",
        "content/a/b.MD",
        "data/a.toml",
        "data/b/c.csv",
        "templates/home.html",
        "static/_redirects",
        "themes/t/templates/post.html",
    ];
    let published = themed();
    for (number, place) in places.iter().enumerate() {
        fs::create_dir_all(published.site.path(place)).unwrap();
        // An empty one as well as one with files in it.
        if number % 2 == 0 {
            published.site.write(&format!("{place}/inside.md"), post("Un."));
        }
    }
    // Folders may have dots in their names elsewhere.
    published.site.write("static/v1.json/data.html/a.css", "p{}");
    let watched = run(&published.site, &["build"]).refused("folders", &places);
    assert_eq!(watched.ran.stderr.matches("error[").count(), places.len(), "{}", watched.ran.stderr);
    run(&published.site, &["check"]).refused("folders", &places);
    published.is_untouched("folders");
}

#[test]
fn p21_what_is_no_file_is_named_in_the_place_of_settings_and_state() {
    for (kind, make) in KINDS {
        for place in ["site.toml", "themes/t/theme.toml"] {
            let published = themed();
            fs::remove_file(published.site.path(place)).unwrap();
            if put(&published.site, kind, *make, place) {
                run(&published.site, &["build"])
                    .refused(&format!("{kind} {place}"), &["error[", &format!("--> {place}\n")]);
                published.is_untouched(kind);
            }
        }
        let published = Published::new();
        fs::remove_file(published.site.path(".manchette/lock")).unwrap();
        // A lock behind a link that leads nowhere is made where it leads, as any file is.
        if !kind.starts_with("link") && put(&published.site, kind, *make, ".manchette/lock") {
            run(&published.site, &["build"]).refused(kind, &["lock", "not a regular file", "delete it"]);
        }
        // Whoever cleans makes no file where a link leads either.
        let published = Published::new();
        fs::remove_file(published.site.path(".manchette/lock")).unwrap();
        if put(&published.site, kind, *make, ".manchette/lock") {
            run(&published.site, &["clean"]).refused(kind, &["lock"]);
            published.is_untouched(kind);
        }
        // Without its list an output is somebody else's.
        let published = Published::new();
        fs::remove_file(published.site.path("public/.manchette-manifest")).unwrap();
        if put(&published.site, kind, *make, "public/.manchette-manifest") {
            let ended = run(&published.site, &["build"]);
            ended.refused(&format!("{kind} in the place of the list"), &["public"]);
        }
        // What is remembered is never needed.
        for place in [
            ".manchette/cache/index",
            ".manchette/cache/articles.1",
            ".manchette/cache/answers.1",
            ".manchette/journal",
        ] {
            let published = Published::new();
            // There is a journal only while something is published.
            let _ = fs::remove_file(published.site.path(place));
            if put(&published.site, kind, *make, place) {
                run(&published.site, &["build"]).answered(&format!("{kind} {place}"));
            }
        }
    }
}

#[test]
fn p21_what_is_no_folder_is_named_where_one_is_expected() {
    let file: (&str, fn(&Path) -> bool) = ("file", |path| fs::write(path, "x").is_ok());
    for (kind, make) in KINDS.iter().chain([&file]) {
        let site = Scratch::site(&[]);
        let places = ["content", "static", "data", "templates", "themes"];
        if !places.iter().all(|place| put(&site, kind, *make, place)) {
            continue;
        }
        let words: Vec<String> = places.iter().map(|place| format!("--> {place}\n")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        run(&site, &["build"]).refused(kind, &words);
        // Not what we have by that name, either.
        let site = Scratch::site(&[("content/posts/a.md", &post("Un."))]);
        if put(&site, kind, *make, "themes/kiosque") {
            run(&site, &["build"]).refused(&format!("{kind} themes/kiosque"), &["--> themes/kiosque\n"]);
        }
        for place in [".manchette", "public"] {
            let site = Scratch::site(&[("content/posts/a.md", &post("Un."))]);
            // A link to a folder elsewhere is a place for both.
            if !kind.starts_with("link to the outside") && put(&site, kind, *make, place) {
                run(&site, &["build"]).refused(&format!("{kind} {place}"), &[place]);
            }
        }
    }
}

#[test]
fn p22_what_cannot_be_read_is_named_and_no_page_vanishes() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let published = Published::new();
    let closed = ["content/posts/un.md", "content/b.md", "data/a.toml", "templates/x.html"];
    for path in closed {
        published.site.write(path, post("x"));
        fs::set_permissions(published.site.path(path), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let mut command = published.site.command(&["check"]);
    if rustix::process::getuid().is_root() {
        // The superuser reads everything: somebody else is asked.
        fs::set_permissions(published.site.root(), fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(65534).gid(65534);
    }
    let Ok(output) = command.output() else {
        skipped("the program cannot be run by somebody else here");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for path in closed {
        assert!(said.contains(&format!("cannot read `{path}`")), "{path}:\n{said}");
    }
    published.is_untouched("closed files");
}

#[test]
fn p32_names_that_are_no_text_or_too_long_are_errors_and_long_names_are_pages() {
    let published = Published::new();
    let odd: [(&str, &[u8]); 5] = [
        ("content/posts", b"\xe9t\xe9.md"),
        ("content", b"\xff\xfe"),
        ("static", b"d\xe9j\xe0.txt"),
        ("static", b"a\x1b[31m\nb"),
        ("data", b"\xc3.toml"),
    ];
    for (folder, name) in odd {
        let folder = published.site.path(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(OsStr::from_bytes(name)), "x").unwrap();
    }
    published.site.write(&format!("static/{}", "s".repeat(255)), "x");
    let words = ["not valid UTF-8", "control character", "longer than 200 bytes", "--> data/", "--> static/"];
    let watched = run(&published.site, &["build"]).refused("odd names", &words);
    assert_eq!(watched.ran.stderr.matches("error[bad-name]").count(), odd.len() + 1, "{}", watched.ran.stderr);
    assert!(!watched.ran.stderr.contains('\u{1b}'));
    published.is_untouched("odd names");
    let (long, accents) = ("p".repeat(252) + ".md", "\u{e9}".repeat(126) + ".md");
    let site = Scratch::site(&[
        (&format!("content/posts/{long}"), &post("Un.")),
        (&format!("content/posts/{accents}"), &post("Deux.")),
    ]);
    let watched = run(&site, &["build"]).answered("long names");
    assert_eq!(watched.ran.code, 0, "{}", watched.ran.stderr);
}

#[test]
fn p16_trees_deeper_than_a_path_may_be_long_are_errors() {
    let published = Published::new();
    for folder in ["content", "static"] {
        // Made step by step: no path may be as long as the whole.
        let mut at = fs::File::open(published.site.root()).unwrap();
        for name in std::iter::once(folder.to_owned()).chain((0..25).map(|_| "d".repeat(200))) {
            let _ = rustix::fs::mkdirat(&at, name.as_str(), rustix::fs::Mode::from_raw_mode(0o755));
            let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
            at = fs::File::from(rustix::fs::openat(&at, name.as_str(), flags, rustix::fs::Mode::empty()).unwrap());
        }
    }
    run(&published.site, &["build"]).refused("deep trees", &["error[unreadable]", "content/ddd", "static/ddd"]);
    published.is_untouched("deep trees");
}

#[test]
fn p21_what_editors_leave_behind_changes_nothing() {
    let published = Published::new();
    for name in [
        ".a.md.swp",
        ".a.md.swo",
        "a.md~",
        "#a.md#",
        ".#a.md",
        "4913",
        "a.md.tmp",
        "a.md.bck",
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "~$a.md",
        ".~lock.a.md#",
        ".goutputstream-X1",
        "a.md___jb_tmp___",
        ".a.md.kate-swp",
        ".nfs0001",
    ] {
        for folder in ["content/posts", "content", "static", "templates", "data"] {
            published.site.write(&format!("{folder}/{name}"), b"\xff\x00+++");
        }
    }
    let watched = run(&published.site, &["build"]).answered("litter");
    assert_eq!(watched.ran.code, 0, "{}", watched.ran.stderr);
    published.is_untouched("litter");
}

#[test]
fn p16_a_folder_of_thousands_of_files_is_walked_once() {
    let site = Scratch::site(&[("content/posts/a.md", &post("Un."))]);
    (0..20_000).for_each(|number| fs::write(site.path(&format!("content/posts/{number}.txt~")), "").unwrap());
    let watched = run(&site, &["check"]).answered("many files");
    assert_eq!(watched.ran.code, 0, "{}", watched.ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_setting_of_the_environment_that_is_no_text_is_an_error() {
    use std::os::unix::ffi::OsStringExt;
    let site = Scratch::site(&[("content/posts/a.md", "+++\ntitle = \"A\"\nsource = \"W\"\n+++\nA.\n")]);
    let mut command = site.command(&["build"]);
    let output =
        command.env("MANCHETTE_TITLE", std::ffi::OsString::from_vec(b"Le Fil d\xe9".to_vec())).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("`MANCHETTE_TITLE` is no text in UTF-8: `Le Fil d\u{fffd}`"), "{said}");
    assert!(said.contains("set it in UTF-8, or unset it"), "{said}");
    assert!(!site.path("public").exists());
}
