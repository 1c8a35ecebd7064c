//! Names and places: what is read, what is written, and what two things may be called.

use crate::scratch::{Ran, Scratch, tree};
use manchette::base::{SourcePath, SourceText, portable};
use manchette::check::Depth;
use manchette::pipeline::{self, Memory, Request};
use manchette::world::MemoryWorld;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;

const POST: &str = "+++\ntitle = \"Meta recrute\"\ndate = 2025-06-19\nsource = \"WSJ\"\n+++\nMeta recrute.\n";

/// A post of another title, with more keys.
fn post(title: &str, keys: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19\nsource = \"WSJ\"\n{keys}\n+++\nUn mot.\n")
}

/// Insists on an error of that code, with these words.
#[track_caller]
fn refused(ran: &Ran, code: &str, words: &[&str]) {
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("error[{code}]")), "{}", ran.stderr);
    words.iter().for_each(|word| assert!(ran.stderr.contains(word), "`{word}` is not in:\n{}", ran.stderr));
}

/// Two things at one path, and what the message must name.
struct Clash {
    files: &'static [(&'static str, &'static str)],
    names: &'static [&'static str],
}

const A: &str = "+++\ntitle = \"A\"\ndate = 2025-06-19\nsource = \"WSJ\"\ntags = [\"IA\"]\n+++\nUn mot.\n";
const ALIAS_TOPIC: &str =
    "+++\ntitle = \"B\"\ndate = 2025-06-19\nsource = \"WSJ\"\ntags = [\"IA\"]\naliases = [\"/sujets/ia/\"]\n+++\nx\n";
const ALIAS_FEED: &str =
    "+++\ntitle = \"B\"\ndate = 2025-06-19\nsource = \"WSJ\"\ntags = [\"IA\"]\naliases = [\"/Atom.xml\"]\n+++\nx\n";
const ALIAS_FILE: &str =
    "+++\ntitle = \"B\"\ndate = 2025-06-19\nsource = \"WSJ\"\ntags = [\"IA\"]\naliases = [\"/brochure.pdf\"]\n+++\nx\n";
const ALIAS_INDEX: &str =
    "+++\ntitle = \"B\"\ndate = 2025-06-19\nsource = \"WSJ\"\naliases = [\"/a/index.html\"]\n+++\nx\n";
const ALIAS_FOLDER: &str = "+++\ntitle = \"B\"\ndate = 2025-06-19\nsource = \"WSJ\"\naliases = [\"/a\"]\n+++\nx\n";
const SLUG_DOT: &str = "+++\ntitle = \"B\"\ndate = 2025-06-19\nsource = \"WSJ\"\nslug = \"Meta\"\n+++\nx\n";

#[test]
fn p31_two_things_at_one_path_are_an_error_that_names_both() {
    let clashes = [
        Clash {
            files: &[("content/posts/a.md", A), ("content/posts/b.md", ALIAS_TOPIC)],
            names: &["b.md", "the topic `IA`"],
        },
        Clash { files: &[("content/posts/a.md", A), ("content/posts/b.md", ALIAS_FEED)], names: &["b.md", "atom.xml"] },
        Clash {
            files: &[("content/posts/b.md", ALIAS_FILE), ("static/brochure.pdf", "x")],
            names: &["b.md", "static/brochure.pdf"],
        },
        Clash { files: &[("content/posts/b.md", ALIAS_INDEX), ("content/a.md", A)], names: &["b.md", "content/a.md"] },
        Clash { files: &[("content/posts/b.md", ALIAS_FOLDER), ("content/a.md", A)], names: &["b.md", "content/a.md"] },
        Clash { files: &[("content/posts/meta.md", A), ("content/posts/b.md", SLUG_DOT)], names: &["meta.md", "b.md"] },
        Clash { files: &[("static/a.css", "x"), ("static/A.CSS", "y")], names: &["static/a.css", "static/A.CSS"] },
        Clash { files: &[("static/a", "x"), ("static/a.", "y")], names: &["static/a", "static/a."] },
        Clash { files: &[("static/a", "x"), ("static/a ", "y")], names: &["static/a ", "static/a"] },
        Clash { files: &[("static/dir/x", "x"), ("static/dir./x", "y")], names: &["static/dir/x", "static/dir./x"] },
        Clash {
            files: &[("static/\u{e9}", "x"), ("static/e\u{301}", "y")],
            names: &["static/\u{e9}", "static/e\u{301}"],
        },
        Clash {
            files: &[("static/\u{c9}", "x"), ("static/e\u{301}", "y")],
            names: &["static/\u{c9}", "static/e\u{301}"],
        },
        Clash { files: &[("static/stra\u{df}e", "x"), ("static/STRASSE", "y")], names: &["STRASSE"] },
        Clash { files: &[("static/A", "x"), ("static/a/x", "y")], names: &["static/A", "static/a/x"] },
        Clash { files: &[("static/e\u{301}", "x"), ("static/\u{c9}/x", "y")], names: &["e\u{301}", "\u{c9}/x"] },
        Clash {
            files: &[("static/img.png", "x"), ("content/img.png", "y")],
            names: &["static/img.png", "content/img.png"],
        },
        Clash {
            files: &[("content/a.md", A), ("content/a/index.md", A)],
            names: &["content/a.md", "content/a/index.md"],
        },
        Clash {
            files: &[("content/posts/a.md", A), ("static/sitemap.xml", "x")],
            names: &["static/sitemap.xml", "the generated sitemap.xml"],
        },
        Clash {
            files: &[("content/posts/a.md", A), ("static/Robots.txt", "x")],
            names: &["static/Robots.txt", "the generated robots.txt"],
        },
        Clash {
            files: &[("content/posts/a.md", A), ("static/404.html", "x")],
            names: &["static/404.html", "missing addresses"],
        },
        Clash {
            files: &[("content/posts/a.md", A), ("static/atom.xml/x", "x")],
            names: &["static/atom.xml/x", "atom.xml"],
        },
        Clash {
            files: &[("content/posts/a.md", A), ("static/Style.css", "x")],
            names: &["static/Style.css", "style.css"],
        },
        Clash {
            files: &[("content/posts/a.md", A), ("content/archives.md", A)],
            names: &["content/archives.md", "the archive"],
        },
    ];
    for Clash { files, names } in clashes {
        let ran = Scratch::site(files).run(&["check"]);
        refused(&ran, "path-collision", names);
    }
}

#[test]
fn p32_names_that_windows_cannot_have_are_warned_about_where_they_stand() {
    let alias = post("Alias", "aliases = [\"/wiki/Aide:Accueil/\", \"/aux/\"]");
    let site = Scratch::site(&[
        ("static/aux.css", "x"),
        ("static/img/a:b.png", "x"),
        ("static/fin.", "x"),
        ("static/fin de mot ", "x"),
        ("static/quoi?.txt", "x"),
        ("static/com1/x.txt", "x"),
        ("content/dossier/a|b.pdf", "x"),
        ("content/posts/nul.md", POST),
        ("content/posts/alias.md", &alias),
    ]);
    let ran = site.run(&["build"]).ok();
    for words in [
        "static/aux.css",
        "`aux.css` is the name of a device on Windows",
        "static/img/a:b.png",
        "cannot have the character `:`",
        "static/fin.",
        "cannot end with a dot",
        "cannot end with a space",
        "static/quoi?.txt",
        "static/com1/x.txt",
        "content/dossier/a|b.pdf",
        "content/posts/nul.md",
        "this address cannot exist on Windows",
        "content/posts/alias.md:5:12",
        "content/posts/alias.md:5:35",
    ] {
        assert!(ran.stderr.contains(words), "`{words}` is not in:\n{}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("warning[unportable-name]").count(), 10, "{}", ran.stderr);
    assert!(site.path("public/2025/06/nul-/index.html").exists());
}

#[test]
fn p30_names_that_an_author_writes_are_never_repaired() {
    for slug in [
        "",
        ".",
        "..",
        "/a",
        "//a",
        "a/b",
        "a\\\\b",
        "a\\u0000",
        "a\\nb",
        "con",
        "NUL.txt",
        "com1",
        "a.",
        "a:b",
        "a?",
        "a b",
        "a*",
        "../../etc/passwd",
        "%2e%2e",
        &"a".repeat(201),
    ] {
        let ran = Scratch::site(&[("content/posts/a.md", &post("A", &format!("slug = \"{slug}\"")))]).run(&["check"]);
        assert!(ran.code == 1 && ran.stderr.contains("content/posts/a.md:5:8"), "{slug:?}: {}", ran.stderr);
    }
    for alias in [
        "",
        "a",
        "..",
        "/..",
        "/../x",
        "/a/../../x",
        "//host/x",
        "/a\\\\b",
        "/%2e%2e/%2e%2e/x",
        "/a\\u0000",
        "/a%00",
        "/a%0a",
        "/.manchette-manifest",
        "/.Manchette-Manifest",
        "/x/.a.manchette-tmp",
        "/a?b",
        "https://example.net/x",
        "C:/x",
        &format!("/{}", "a".repeat(201)),
    ] {
        let ran =
            Scratch::site(&[("content/posts/a.md", &post("A", &format!("aliases = [\"{alias}\"]")))]).run(&["check"]);
        assert!(ran.code == 1 && ran.stderr.contains("content/posts/a.md:5:12"), "{alias:?}: {}", ran.stderr);
    }
    for pattern in
        ["/../:slug/", "/con/:slug/", "/a:b/:slug/", "/:slug./", "//x/:slug/", "/a\\\\b/:slug/", "/aux.d/:slug/"]
    {
        let toml = format!("title = \"E\"\nbase_url = \"https://example.org\"\n[urls]\nposts = \"{pattern}\"\n");
        let ran = Scratch::site(&[("site.toml", &toml), ("content/posts/a.md", POST)]).run(&["check"]);
        assert!(ran.code == 1 && ran.stderr.contains("site.toml:4:9"), "{pattern:?}: {}", ran.stderr);
    }
    for template in ["../../../etc/passwd", "/etc/passwd", "..", "a\\\\b.html"] {
        let page = post("A", &format!("template = \"{template}\""));
        let ran = Scratch::site(&[("content/posts/a.md", &page)]).run(&["check"]);
        assert!(ran.code == 1 && ran.stderr.contains("content/posts/a.md:5:12"), "{template:?}: {}", ran.stderr);
    }
    let folder = Scratch::site(&[("content/;)/a.md", POST)]).run(&["check"]);
    refused(&folder, "bad-name", &["no address can be made from the folder `;)`", "content/;)/a.md"]);
}

#[test]
fn p33_what_is_no_file_to_publish_is_not_published() {
    let site = Scratch::site(&[
        ("content/posts/a.md", POST),
        ("content/posts/.brouillon.md", POST),
        ("content/posts/a.md~", POST),
        ("content/posts/brouillon.md", &post("Secret", "draft = true\ntags = [\"Caché\"]")),
        ("content/posts/dossier/index.md", &post("Secret", "draft = true")),
        ("content/posts/dossier/photo.svg", "<svg/>"),
        ("static/.git/config", "secret"),
        ("static/.env", "secret"),
        ("static/a/.DS_Store", "x"),
        ("static/Thumbs.db", "x"),
        ("static/#a#", "x"),
        ("static/.well-known/security.txt", "x"),
        ("templates/post.html", "{{ page.title }}"),
        ("data/a.toml", "x = 1"),
    ]);
    // Copies of a draft that programs and people keep beside it, and Markdown by other names.
    let draft = post("Secret", "draft = true");
    let told = ["md#", "md.20250619", "md.txt", "markdown", "md_ancien"];
    for ending in ["md.orig", "md.save", "md.bak", "md.rej", "md.old"].iter().chain(&told) {
        site.write(&format!("content/posts/copie.{ending}"), &draft);
    }
    let ran = site.run(&["build"]).ok();
    for ending in told {
        assert!(ran.stderr.contains(&format!("--> content/posts/copie.{ending}\n")), "{ending}: {}", ran.stderr);
    }
    let files = site.tree("public");
    assert!(files.contains_key(".well-known/security.txt"));
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        let is_ours = [".nojekyll", ".manchette-manifest", ".well-known/security.txt"].contains(&name.as_str());
        assert!(is_ours || !name.split('/').any(|part| part.starts_with('.')), "{name}");
        assert!(!["secret", "Secret", "Caché", "cache/"].iter().any(|word| text.contains(word)), "{name}: {text}");
        let is_source =
            [".md", ".toml", "site.toml", "Thumbs.db", "#", "dossier/photo.svg"].iter().any(|end| name.ends_with(end));
        assert!(!is_source && !name.contains("/copie."), "{name}");
    }
}

#[test]
fn p22_a_folder_of_texts_that_has_vanished_takes_no_site_offline() {
    let site = Scratch::site(&[("content/posts/a.md", POST), ("content/a-propos.md", POST)]);
    site.run(&["build"]).ok();
    let before = site.tree("public");
    for here in ["Content", "autre"] {
        fs::rename(site.path("content"), site.path(here)).unwrap();
        for arguments in [&["build"][..], &["build", "--no-cache"], &["build", "--dry-run"]] {
            let ran = site.run(arguments);
            refused(&ran, "no-content", &["no article is left in `content/`", "that the folder"]);
            assert!(!ran.stderr.contains("no-articles"), "told twice: {}", ran.stderr);
        }
        fs::rename(site.path(here), site.path("content")).unwrap();
        assert!(site.tree("public") == before);
    }
    // The same with the posts alone.
    fs::rename(site.path("content/posts"), site.path("autre")).unwrap();
    refused(&site.run(&["build"]), "no-content", &["no post is left in `content/posts/`", "that the folder"]);
    fs::rename(site.path("autre"), site.path("content/posts")).unwrap();
    assert!(site.tree("public") == before);
    site.run(&["build"]).ok();
    // What is a draft now, and what is not due, is an article all the same: it goes offline.
    site.write("content/posts/a.md", post("Un", "draft = true"));
    fs::remove_file(site.path("content/a-propos.md")).unwrap();
    site.run(&["build"]).ok();
    assert!(!site.tree("public").keys().any(|path| path.starts_with("2025/")));
    // A site that never had one is a site, and one that is taken off stays off.
    fs::remove_dir_all(site.path("content")).unwrap();
    site.run(&["clean"]).ok();
    site.run(&["build"]).ok();
    site.run(&["build"]).ok();
}

/// What is below a folder: kinds, bytes, what links say, and modes and times of what is no folder.
fn portrait(folder: &std::path::Path) -> BTreeSet<String> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    entries
        .map(|entry| {
            let found = entry.metadata().unwrap();
            let what = match found.file_type() {
                kind if kind.is_dir() => String::new(),
                kind if kind.is_symlink() => format!("{:?}", fs::read_link(entry.path()).unwrap()),
                _ => format!(
                    "{:?} {:?} {:?}",
                    found.permissions(),
                    found.modified().unwrap(),
                    fs::read(entry.path()).unwrap()
                ),
            };
            format!("{} {:?} {what}", entry.path().display(), found.file_type())
        })
        .collect()
}

#[test]
fn p07_p14_nothing_is_touched_but_the_output_and_the_workshop() {
    let scratch = Scratch::empty();
    scratch.write("bureau/site/site.toml", "title = \"E\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n");
    scratch.write("bureau/site/content/posts/a.md", POST);
    scratch.write("bureau/site/static/x.css", "x");
    scratch.write("maison/.profile", "x");
    fs::create_dir(scratch.path("tmp")).unwrap();
    let before = portrait(scratch.root());
    let run = |arguments: &[&str]| {
        let mut command = scratch.command(arguments);
        command.current_dir(scratch.path("bureau/site"));
        for (name, folder) in [("HOME", "maison"), ("XDG_CACHE_HOME", "maison/c"), ("TMPDIR", "tmp"), ("TMP", "tmp")] {
            command.env(name, scratch.path(folder));
        }
        Ran::from(command.output().unwrap())
    };
    for arguments in
        [&["check"][..], &["list", "posts"], &["topics"], &["config"], &["theme", "check"], &["build", "--dry-run"]]
    {
        run(arguments).ok();
        let after = portrait(scratch.root());
        assert!(before == after, "{arguments:?}: {:?}", after.symmetric_difference(&before));
    }
    for arguments in [&["build"][..], &["build", "--paranoid"], &["build", "--no-cache"], &["check"], &["clean"]] {
        run(arguments).ok();
        let ours =
            ["bureau/site/public", "bureau/site/.manchette"].map(|name| scratch.path(name).display().to_string());
        let mut after = portrait(scratch.root());
        after.retain(|line| !ours.iter().any(|name| line.starts_with(name)));
        assert!(before == after, "{arguments:?}: {:?}", after.symmetric_difference(&before));
    }
    assert_ne!(run(&["build", "--root", "../absent"]).code, 0);
    assert!(!scratch.path("bureau/absent").exists());
}

#[test]
fn p08_p10_what_left_the_site_leaves_the_output_and_what_is_a_strangers_stays() {
    let site = Scratch::site(&[
        ("content/posts/a.md", POST),
        ("content/posts/b.md", &post("B", "tags = [\"Parti\"]")),
        ("static/deep/er/x.txt", "x"),
    ]);
    site.run(&["build"]).ok();
    site.write("public/moi.txt", "à moi");
    site.write("public/sujets/parti/note.txt", "à moi");
    assert!(site.path("public/deep/er/x.txt").exists() && site.path("public/sujets/parti/index.html").exists());
    fs::remove_file(site.path("content/posts/b.md")).unwrap();
    fs::remove_dir_all(site.path("static")).unwrap();
    site.run(&["build"]).ok();
    assert_eq!([site.read("public/moi.txt"), site.read("public/sujets/parti/note.txt")], ["à moi", "à moi"]);
    assert_eq!(site.tree("public/sujets/parti").len(), 1);
    assert!(!site.path("public/deep").exists() && !site.path("public/2025/06/b").exists());
    let empty = walkdir::WalkDir::new(site.path("public"))
        .into_iter()
        .map(Result::unwrap)
        .find(|entry| entry.file_type().is_dir() && fs::read_dir(entry.path()).unwrap().next().is_none());
    assert!(empty.is_none(), "{empty:?}");
}

#[test]
fn p09_a_dangerous_output_is_refused_before_anything_is_written() {
    let scratch = Scratch::empty();
    scratch.write("home/site/site.toml", "title = \"E\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n");
    scratch.write("home/site/content/posts/a.md", POST);
    scratch.write("home/site/themes/mien/theme.toml", "name = \"mien\"\n");
    scratch.write("home/site/file", "x");
    scratch.write("home/other/site.toml", "x");
    scratch.write("home/other/content/a.md", "x");
    scratch.write("home/roman/chapitre-1.txt", "x");
    scratch.write("home/roman/.git/HEAD", "x");
    scratch.write("home/nu.git/HEAD", "x");
    fs::create_dir_all(scratch.path("home/nu.git/objects")).unwrap();
    fs::create_dir_all(scratch.path("home/nu.git/refs")).unwrap();
    scratch.write("home/voisin/site.toml", "output = 'www'\n");
    #[cfg(unix)]
    for (to, link) in
        [("content", "doux"), ("../..", "haut"), ("../roman", "roman"), ("nulle-part", "vide"), ("b", "a"), ("a", "b")]
    {
        std::os::unix::fs::symlink(to, scratch.path("home/site").join(link)).unwrap();
    }
    let outputs = [
        "/",
        ".",
        "./",
        "..",
        "../",
        "../..",
        "../../",
        "content",
        "content/",
        "Content",
        "CONTENT/x",
        "content/../content",
        "content/posts/deep/er",
        "static",
        "static/x",
        "themes",
        "themes/mien",
        "Themes/autre",
        "templates/x",
        "data",
        "data/x",
        ".manchette",
        ".manchette/x",
        ".git",
        ".git/x",
        "file",
        "file/x",
        "absent/..",
        "absent/../..",
        "content/absent/../..",
        "../roman",
        "../roman/../roman/",
        "../other",
        "../other/content",
        "../other/content/x",
        "../other/Static/x",
        "../other/public",
        "../voisin/www",
        "../roman/.git/x",
        "../roman/.GIT/hooks",
        "../nu.git/refs",
        "site.toml",
        "",
    ];
    let links = ["doux", "doux/x", "haut", "haut/home", "roman", "vide", "vide/x", "a", "b/x"];
    let all = outputs.iter().chain(links.iter().filter(|_| cfg!(unix)));
    for output in all {
        let plain = "title = \"E\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n";
        let site_toml = format!("{plain}output = \"{output}\"\n");
        // What the configuration says is judged where what a flag says is.
        let ways: &[bool] = if ["/", "..", "content/", "static/x", "../other", "doux"].contains(output) {
            &[true, false]
        } else {
            &[true]
        };
        for by_flag in ways.iter().copied() {
            let arguments = ["build", "--output", output];
            let mut command = scratch.command(if by_flag { &arguments[..] } else { &arguments[..1] });
            command.current_dir(scratch.path("home/site")).env("HOME", scratch.path("home"));
            scratch.write("home/site/site.toml", if by_flag { plain } else { &site_toml });
            let before = portrait(scratch.root());
            let ran = Ran::from(command.output().unwrap());
            // An empty one is no folder at all, and told as such.
            assert!(ran.code == 1 || (output.is_empty() && ran.code == 2), "{output:?}: {}", ran.stderr);
            let is_told = ran.stderr.contains("error[output-refused]") || output.is_empty();
            assert!(is_told, "{output:?} {by_flag}: {}", ran.stderr);
            let after = portrait(scratch.root());
            assert!(after == before, "{output:?}: {:?}", after.symmetric_difference(&before));
        }
    }
    // The home folder of somebody whose site is elsewhere, and the one that holds it.
    fs::create_dir_all(scratch.path("casa/claire")).unwrap();
    for output in ["../../casa/claire", "../../casa"] {
        let mut command = scratch.command(&["build", "--output", output]);
        command.current_dir(scratch.path("home/site")).env("HOME", scratch.path("casa/claire"));
        refused(&Ran::from(command.output().unwrap()), "output-refused", &["your home folder"]);
    }
    assert!(tree(&scratch.path("casa")).is_empty());
}

#[test]
fn p08_settings_that_are_wrong_clean_no_folder_that_they_do_not_name() {
    let site = Scratch::site(&[("content/posts/a.md", POST)]);
    site.run(&["build"]).ok();
    let before = site.tree("public");
    for output in ["~", "oth\u{1b}er", "x ", " x", "a\nb", "a  b"] {
        refused(&site.run(&["clean", "--output", output]), "bad-value", &["--output"]);
        refused(&site.run(&["build", "--output", output]), "bad-value", &["--output"]);
    }
    let settings = site.read("site.toml");
    for wrong in ["output = \"~/www\"", "output = 5", "output = \"a:b\\n\"", "ouput = \"www\"", "output = \"x \""] {
        site.write("site.toml", format!("{wrong}\n{settings}"));
        let ran = site.run(&["clean"]);
        assert_eq!(ran.code, 1, "{wrong}: {}", ran.stderr);
        assert!(site.tree("public") == before, "{wrong}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn p05_a_folder_in_which_nothing_can_be_made_is_an_error() {
    use std::os::unix::ffi::OsStrExt;
    let site = Scratch::site(&[("content/posts/a.md", POST)]);
    for output in ["/proc/self/new", "/proc/x/y", "/proc/self/fd/9/x"] {
        let ran = site.run(&["build", "--output", output]);
        assert_eq!(ran.code, 1, "{output}: {}", ran.stderr);
        assert!(ran.stderr.contains("error[") && ran.stderr.contains(output), "{output}: {}", ran.stderr);
    }
    // Another folder would be made than the one that was named.
    let named = site.path("").join(std::ffi::OsStr::from_bytes(b"d\xe9"));
    let ran = site.run(&[std::ffi::OsStr::new("build"), std::ffi::OsStr::new("--output"), named.as_os_str()]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!site.path("d\u{fffd}").exists());
}

#[test]
fn p30_p45_addresses_that_no_system_or_preview_can_have_are_errors_at_their_line() {
    let long = "/x".repeat(2_500) + "/";
    for (alias, words) in [(long.as_str(), "it is longer than 2000 bytes"), ("/__manchette/", "keeps for itself")] {
        let post = POST.replacen("+++\n", &format!("+++\naliases = [\"{alias}\"]\n"), 1);
        let site = Scratch::site(&[("content/posts/a.md", &post)]);
        for command in ["check", "build"] {
            refused(&site.run(&[command]), "bad-name", &[words, "content/posts/a.md:2:"]);
        }
        let site = Scratch::site(&[("content/posts/a.md", POST)]);
        site.write("site.toml", site.read("site.toml") + &*format!("[urls]\nposts = \"{alias}:slug/\"\n"));
        for command in ["check", "build"] {
            refused(&site.run(&[command]), "bad-value", &[words, "site.toml:"]);
        }
    }
    let site = Scratch::site(&[("content/posts/a.md", POST), ("static/__manchette/x.txt", "x")]);
    refused(&site.run(&["build"]), "bad-name", &["static/__manchette/x.txt"]);
}

#[test]
fn p09_what_another_site_has_published_is_no_output() {
    let scratch = Scratch::empty();
    let site = |name: &str, address: &str| {
        scratch.write(
            &format!("{name}/site.toml"),
            format!("title = \"E\"\nbase_url = \"{address}\"\ntimezone = \"UTC\"\n"),
        );
        scratch.write(&format!("{name}/content/posts/a.md"), POST);
    };
    let run = |name: &str, arguments: &[&str]| {
        let mut command = scratch.command(arguments);
        Ran::from(command.current_dir(scratch.path(name)).env_remove("HOME").output().unwrap())
    };
    site("a", "https://a.example");
    site("b", "https://b.example");
    run("b", &["build"]).ok();
    run("b", &["build", "--output", "../www"]).ok();
    let before = portrait(scratch.root());
    for arguments in [&["build", "--output", "../www"][..], &["clean", "--output", "../www"]] {
        refused(&run("a", arguments), "output-refused", &["`https://b.example`, and this is `https://a.example`"]);
    }
    for arguments in [&["build", "--output", "../b/public"][..], &["clean", "--output", "../b/public"]] {
        refused(&run("a", arguments), "output-refused", &["is the output of another site, the one in `"]);
    }
    let after = portrait(scratch.root());
    assert!(after == before, "{:?}", after.symmetric_difference(&before));
    // Another site in the folder of this one.
    site("a/sub", "https://sub.example");
    run("a/sub", &["build", "--output", "www"]).ok();
    refused(&run("a", &["build", "--output", "sub/www"]), "output-refused", &["`https://sub.example`"]);
    // The same site from another folder; and with another address, where only the site itself can be meant.
    run("b", &["build", "--output", "../www"]).ok();
    site("copy", "https://b.example");
    run("copy", &["build", "--output", "../www"]).ok();
    site("b", "https://new.example");
    run("b", &["build"]).ok();
    refused(&run("b", &["build", "--output", "../www"]), "output-refused", &["its address has changed"]);
    // Lists of earlier versions name no site.
    let list = scratch.read("www/.manchette-manifest").replace("site https://b.example\n", "");
    scratch.write("www/.manchette-manifest", list);
    run("b", &["build", "--output", "../www"]).ok();
    assert!(scratch.read("www/.manchette-manifest").contains("\nsite https://new.example\n"));
}

#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    /// Makes a link at a path.
    type Make<'a> = Box<dyn Fn(&std::path::Path) + 'a>;

    #[test]
    fn p23_no_link_of_any_kind_leads_a_reader_out_of_the_site() {
        let elsewhere =
            Scratch::site(&[("secret.md", "SECRET"), ("deep/secret.txt", "SECRET"), ("theme.toml", "SECRET = 1")]);
        for folder in ["content", "static", "themes/mien", "templates", "data"] {
            let kinds: [(&str, Make<'_>); 8] = [
                ("file.md", Box::new(|link| symlink(elsewhere.path("secret.md"), link).unwrap())),
                ("folder", Box::new(|link| symlink(elsewhere.root(), link).unwrap())),
                ("up", Box::new(|link| symlink("../../../../../../../../../../..", link).unwrap())),
                ("self", Box::new(|link| symlink("self", link).unwrap())),
                ("loop", Box::new(|link| symlink(".", link).unwrap())),
                ("dangling.md", Box::new(|link| symlink("nowhere", link).unwrap())),
                (
                    "git",
                    Box::new(|link| {
                        symlink(if folder.contains('/') { "../../.git" } else { "../.git" }, link).unwrap()
                    }),
                ),
                (
                    "kept",
                    Box::new(|link| {
                        symlink(if folder.contains('/') { "../../.manchette" } else { "../.manchette" }, link).unwrap();
                    }),
                ),
            ];
            for (name, make) in kinds {
                let site = Scratch::site(&[
                    ("content/posts/a.md", POST),
                    (".git/config", "SECRET"),
                    (".manchette/x", "SECRET"),
                ]);
                if folder == "themes/mien" {
                    site.write("themes/mien/theme.toml", "name = \"mien\"\nextends = \"kiosque\"\n");
                    site.write("themes/mien/static/x", "x");
                    let toml = site.read("site.toml");
                    site.write("site.toml", format!("{toml}theme = \"mien\"\n"));
                }
                // Only what a site takes of a theme is walked through.
                let below = if folder == "themes/mien" { "themes/mien/static" } else { folder };
                fs::create_dir_all(site.path(below)).unwrap();
                make(&site.path(below).join(name));
                let ran = site.run(&["check"]);
                refused(&ran, "outside-link", &[&format!("{below}/{name}")]);
                assert!(!ran.stderr.contains("SECRET"), "{}", ran.stderr);
            }
        }
    }

    #[test]
    fn p23_a_link_into_what_was_published_is_refused_so_that_no_site_holds_itself() {
        let site = Scratch::site(&[("content/posts/a.md", POST), ("static/a.txt", "x")]);
        let toml = site.read("site.toml");
        site.write("site.toml", format!("{toml}output = \"dist/public\"\n"));
        site.run(&["build"]).ok();
        let before = tree(&site.path("dist"));
        for (link, to, named) in [
            ("static/out", "../dist/public", "static/out"),
            ("static/part", "../dist/public/2025", "static/part"),
            ("static/page.html", "../dist/public/index.html", "static/page.html"),
            ("static/dist", "../dist", "static/dist/public"),
            ("content/out", "../dist/public", "content/out"),
            ("data", "dist/public", "data"),
        ] {
            symlink(to, site.path(link)).unwrap();
            refused(&site.run(&["build"]), "outside-link", &[&format!("--> {named}"), "published"]);
            fs::remove_file(site.path(link)).unwrap();
        }
        assert!(tree(&site.path("dist")) == before);
        // A copy is a folder like any other, and grows no more.
        crate::scratch::copy(&site.path("dist/public"), &site.path("static/avant"));
        site.run(&["build"]).ok();
        let files = tree(&site.path("dist")).len();
        site.run(&["build"]).ok();
        assert_eq!(tree(&site.path("dist")).len(), files);
    }

    #[test]
    fn p23_p33_no_link_publishes_texts_as_they_are() {
        let site = Scratch::site(&[
            ("content/posts/a.md", POST),
            ("content/posts/b/index.md", &post("Secret", "draft = true")),
            ("content/posts/b/photo.svg", "<svg/>"),
            ("static/a.txt", "x"),
            ("themes/mien/theme.toml", "name = \"mien\"\nextends = \"kiosque\"\n"),
            ("templates/t.html", "x"),
            ("data/a.toml", "x = 1"),
            (".env", "secret"),
            ("ailleurs/a.md", "+++\n+++\n"),
        ]);
        let toml = site.read("site.toml");
        site.write("site.toml", format!("{toml}theme = \"mien\"\n"));
        for (link, to) in [
            ("static/reglages.txt", "../site.toml"),
            ("static/env.txt", "../.env"),
            ("static/donnees", "../data"),
            ("static/t.html", "../templates/t.html"),
            ("static/themes", "../themes"),
            ("static/ailleurs.txt", "../ailleurs/a.md"),
            ("content/reglages.txt", "../site.toml"),
            ("content/brouillon.txt", "posts/b/index.md"),
            ("content/posts/b/texte.txt", "../a.md"),
            ("static/tout", "../content"),
            ("static/textes", "../content/posts"),
            ("static/b.md", "../content/posts/b/index.md"),
            ("static/b.txt", "../content/posts/b/index.md"),
            ("static/c", "../content/posts/b"),
            ("themes/mien/static", "../../content/posts"),
        ] {
            symlink(to, site.path(link)).unwrap();
            refused(&site.run(&["build"]), "outside-link", &[&format!("--> {link}"), "to what is not published"]);
            fs::remove_file(site.path(link)).unwrap();
        }
        // A folder of the site that only leads on to them.
        fs::create_dir(site.path("commun")).unwrap();
        symlink("../content/posts", site.path("commun/textes")).unwrap();
        symlink("../commun", site.path("static/commun")).unwrap();
        refused(&site.run(&["build"]), "outside-link", &["--> static/commun/textes"]);
        fs::remove_file(site.path("static/commun")).unwrap();
        // A picture that stands beside a text is no text.
        symlink("../content/posts/b/photo.svg", site.path("static/photo.svg")).unwrap();
        site.run(&["build"]).ok();
        assert_eq!(site.read("public/photo.svg"), "<svg/>");
    }

    #[test]
    fn p23_a_whole_folder_or_site_toml_that_is_a_link_outside_is_refused() {
        let elsewhere = Scratch::site(&[("a.md", POST)]);
        for folder in ["content", "static", "templates", "data", "themes"] {
            let site = Scratch::site(&[("theme-of", "x")]);
            let toml = site.read("site.toml");
            site.write("site.toml", format!("{toml}theme = \"mien\"\n"));
            elsewhere.write("mien/theme.toml", "name = \"mien\"\nextends = \"kiosque\"\n");
            symlink(elsewhere.root(), site.path(folder)).unwrap();
            let ran = site.run(&["check"]);
            assert_eq!(ran.code, 1, "{folder}: {}", ran.stderr);
            assert!(ran.stderr.contains("outside-link") && ran.stderr.contains(folder), "{folder}: {}", ran.stderr);
        }
        let site = Scratch::site(&[("content/posts/a.md", POST)]);
        fs::remove_file(site.path("site.toml")).unwrap();
        symlink(elsewhere.path("site.toml"), site.path("site.toml")).unwrap();
        refused(&site.run(&["check"]), "unreadable", &["site.toml", "a symbolic link leads outside the site"]);
    }

    #[test]
    fn p23_links_inside_the_site_are_followed() {
        let site = Scratch::site(&[("commun/photo.svg", "<svg/>"), ("commun/textes/a.md", POST)]);
        for folder in ["content", "static"] {
            fs::create_dir(site.path(folder)).unwrap();
        }
        symlink("../commun/textes", site.path("content/posts")).unwrap();
        symlink("../commun/photo.svg", site.path("static/photo.svg")).unwrap();
        site.run(&["build"]).ok();
        assert!(site.path("public/2025/06/a/index.html").exists());
        let photo = site.path("public/photo.svg").symlink_metadata().unwrap();
        assert!(photo.is_file(), "p12: no symbolic link is published");
    }

    #[test]
    fn p23_nothing_is_written_through_links_in_the_output_or_in_the_workshop() {
        // Longer than what a build remembers of two posts: whoever takes it for that would cut it.
        let text = "à moi\n".repeat(1_000);
        let mine = Scratch::site(&[("keep.txt", &text), ("folder/keep.txt", "à moi")]);
        let traps = [
            // What a build writes first under a temporary name, then the list, then pages.
            "public/..manchette-manifest.manchette-tmp",
            "public/.index.html.manchette-tmp",
            "public/2025/06/a/index.html",
            "public/index.html",
            ".manchette/lock",
            ".manchette/journal",
            ".manchette/.journal.manchette-tmp",
            ".manchette/next",
            ".manchette/undo",
            ".manchette/complete",
            ".manchette/cache/moment",
            ".manchette/cache/index",
            ".manchette/cache/articles.1",
            ".manchette/.gitignore",
        ];
        let (output, workshop) = traps.split_at(4);
        let mut plans: Vec<(&str, &str, Vec<&str>)> = vec![
            ("folder", "in-place", vec!["public/2025/06"]),
            ("folder", "swap", vec!["public/2025/06"]),
            // Another name of a file is replaced, and never written to.
            ("hard link", "in-place", output.to_vec()),
            ("hard link", "swap", output.to_vec()),
            ("hard link", "in-place", vec![".manchette/cache/.index.manchette-tmp", ".manchette/cache/moment"]),
            ("hard link", "in-place", vec![".manchette/cache/articles.1", ".manchette/cache/answers.1"]),
            ("hard link", "in-place", vec![".manchette/cache/articles.2", ".manchette/cache/articles.1"]),
            ("file", "swap", output[..2].to_vec()),
            ("file", "swap", output[2..3].to_vec()),
        ];
        plans.extend(traps.iter().map(|trap| ("file", "in-place", vec![*trap])));
        plans.extend(
            workshop
                .iter()
                .filter(|trap| trap.ends_with('o') || trap.ends_with("next"))
                .map(|trap| ("folder", "swap", vec![*trap])),
        );
        for (kind, method, traps) in plans {
            // Where a file is copied, the clock of the disk is asked: that is what `moment` is for.
            let site = Scratch::site(&[("content/posts/a.md", POST), ("static/a.txt", "x")]);
            let toml = site.read("site.toml");
            site.write("site.toml", format!("{toml}publish = \"{method}\"\n"));
            site.run(&["build"]).ok();
            for trap in &traps {
                let link = site.path(trap);
                let _ = fs::remove_file(&link).or_else(|_| fs::remove_dir_all(&link));
                fs::create_dir_all(link.parent().unwrap()).unwrap();
                match kind {
                    "file" => symlink(mine.path("keep.txt"), &link).unwrap(),
                    "folder" => symlink(mine.path("folder"), &link).unwrap(),
                    _ => fs::hard_link(mine.path("keep.txt"), &link).unwrap(),
                }
            }
            let before = tree(mine.root());
            site.write("content/posts/a.md", POST.replace("Meta recrute.", "Autre texte."));
            site.write("content/posts/b.md", post("B", "tags = [\"X\"]"));
            let ran = site.run(&["build"]);
            assert!((0..=1).contains(&ran.code), "{traps:?} {kind}: {}", ran.stderr);
            assert!(tree(mine.root()) == before, "{traps:?}, {kind}, {method}: {}", ran.stderr);
        }
        let site = Scratch::site(&[("content/posts/a.md", POST)]);
        site.run(&["build"]).ok();
        fs::remove_dir_all(site.path("public/2025/06")).unwrap();
        symlink(mine.path("folder"), site.path("public/2025/06")).unwrap();
        let before = tree(mine.root());
        site.run(&["clean"]).ok();
        assert!(tree(mine.root()) == before);
    }

    #[test]
    fn p07_a_workshop_that_is_a_link_is_refused() {
        let mine = Scratch::site(&[("next/keep.txt", "à moi"), ("cache/keep.txt", "x"), ("lock", "")]);
        let site = Scratch::site(&[("content/posts/a.md", POST)]);
        symlink(mine.root(), site.path(".manchette")).unwrap();
        let before = portrait(mine.root());
        refused(&site.run(&["build"]), "write-failed", &[".manchette` is a symbolic link", "remove the link"]);
        refused(&site.run(&["clean"]), "write-failed", &[".manchette` is a symbolic link"]);
        assert!(portrait(mine.root()) == before);
        assert!(!site.path("public").exists());
    }

    #[test]
    fn p11_the_output_may_be_a_link_to_a_folder() {
        let www = Scratch::empty();
        let site = Scratch::site(&[("content/posts/a.md", POST)]);
        symlink(www.root(), site.path("public")).unwrap();
        site.run(&["build"]).ok();
        assert!(site.path("public").symlink_metadata().unwrap().is_symlink() && www.path("index.html").exists());
        site.run(&["clean"]).ok();
        assert!(!www.path("index.html").exists());
    }
}

/// Texts that are likely to become odd names.
fn odd() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "..",
        ".",
        "/",
        "//",
        "\\",
        ":",
        "*",
        "?",
        "con",
        "NUL",
        "com1",
        ".txt",
        " ",
        "\u{a0}",
        "é",
        "e\u{301}",
        "É",
        "ß",
        "SS",
        "ς",
        "Σ",
        "中",
        "🚀",
        "a",
        "A",
        "index",
        "index.html",
        "page",
        "1",
        "atom.xml",
        "sitemap.xml",
        "%2e",
        "%2f",
        "%",
        "\u{0}",
        "\n",
        "\u{202e}",
        "~",
        "C:",
        "-",
        "_",
        "2025",
        "06",
        "sujets",
        "sources",
        "archives",
        ".manchette-manifest",
        "<",
        ">",
        "|",
        "\"",
    ]);
    prop_oneof![
        1 => any::<String>(),
        4 => prop::collection::vec(bits, 0..6).prop_map(|parts| parts.concat()),
        1 => "[a-z]{190,210}",
    ]
}

/// What can be the name of a file on this system: one part of a path.
fn file_name(text: &str) -> String {
    text.replace(['/', '\0'], "")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p30_p31_p32_whatever_things_are_called_outputs_stay_inside_apart_and_safe_or_there_is_an_error(
        slug in prop::option::of(odd()), alias in prop::option::of(odd()), tag in odd(), title in odd(), source in odd(),
        name in odd(), static_file in odd(), folder in odd(), pattern in prop::option::of(odd()), page in odd(),
    ) {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let mut front = format!("title = {}\ndate = 2025-06-19\nsource = {}\ntags = [{}, \"IA\"]\n", quoted(&title), quoted(&source), quoted(&tag));
        if let Some(slug) = &slug {
            front += &format!("slug = {}\n", quoted(slug));
        }
        if let Some(alias) = &alias {
            front += &format!("aliases = [{}]\n", quoted(&format!("/{alias}")));
        }
        let mut toml = "title = \"E\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n".to_owned();
        if let Some(pattern) = &pattern {
            toml += &format!("[urls]\nposts = {}\n", quoted(&format!("/{pattern}/:slug/")));
        }
        let world = MemoryWorld::new("2025-12-31T12:00:00Z".parse().unwrap())
            .with(&format!("content/posts/{}.md", file_name(&name)), format!("+++\n{front}+++\nx\n"))
            .with("content/posts/b.md", POST)
            .with(&format!("content/{}/{}.md", file_name(&folder), file_name(&page)), "+++\ntitle = \"P\"\n+++\nx\n")
            .with(&format!("static/{}", file_name(&static_file)), "x")
            .with(&format!("content/{}/{}", file_name(&page), file_name(&static_file)), "x");
        let world = manchette::world::WithThemes::new(world);
        let config = SourceText::new(SourcePath::new("site.toml"), toml);
        let surveyed = pipeline::survey(&world, &mut Memory::new(), &config, &Request::default(), Depth::Build);
        let errors = surveyed.diagnostics.iter().any(|what| what.code().severity() == manchette::base::Severity::Error);
        let warned: BTreeSet<String> = surveyed.diagnostics.iter()
            .filter(|what| what.code() == manchette::base::Code::UnportableName)
            .map(|what| what.primary().map_or_else(|| what.message().to_owned(), |label| label.path.to_string()))
            .collect();
        let Some(survey) = surveyed.survey else { prop_assert!(errors); return Ok(()) };
        let mut seen = BTreeSet::new();
        for (path, planned) in survey.plan.outputs() {
            let text = path.as_str();
            let parts: Vec<&str> = text.split('/').collect();
            // Inside, whatever the system.
            prop_assert!(parts.iter().all(|part| !part.is_empty() && *part != "." && *part != ".."), "{text:?}");
            prop_assert!(!text.contains(['\\', '\0', '\n']) && parts.iter().all(|part| part.len() <= 200), "{text:?}");
            prop_assert!(!text.eq_ignore_ascii_case(".manchette-manifest"), "{text:?}");
            // Apart: an alphabet of our own, so that the guard is not asked about itself.
            let key: String = unicode_normalization::UnicodeNormalization::nfd(text).flat_map(char::to_uppercase).collect();
            prop_assert!(seen.insert(key) || errors, "{text:?}");
            if let manchette::output::plan::Origin::Made(..) = planned.origin {
                prop_assert!(parts.iter().all(|part| portable::objection(part).is_none()), "{text:?}");
            }
            // Safe, or told.
            let is_safe = parts.iter().all(|part| portable::objection(part).is_none());
            let is_told = match &planned.origin {
                manchette::output::plan::Origin::Written(label) => warned.contains(&label.path.to_string()),
                manchette::output::plan::Origin::Made(..) => false,
            };
            prop_assert!(is_safe || is_told || errors, "{text:?}");
            // A file is no folder.
            let above = parts.iter().scan(String::new(), |above, part| {
                above.push_str(part);
                let folder = above.clone();
                above.push('/');
                Some(folder)
            });
            for folder in above.take(parts.len() - 1) {
                let is_file = survey.plan.outputs().keys().any(|other| other.as_str() == folder);
                prop_assert!(!is_file || errors, "{folder:?} {text:?}");
            }
        }
    }
}
