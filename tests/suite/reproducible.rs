//! The same site gives the same bytes, and `build --verify` shows it.

use super::preview_http::Preview;
use crate::scratch::{NOW, Ran, Scratch, copy, tree, without_settings};
use manchette::base::{Code, SourcePath, SourceText};
use manchette::pipeline::{self, Memory, Report, Request};
use manchette::sink::MemorySink;
use manchette::site::Question;
use manchette::world::{MemoryWorld, Walked, WithThemes, World};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

fn good() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/first-week/good")
}

#[test]
fn p27_verify_says_that_all_builds_are_the_same_and_publishes() {
    let site = Scratch::copy_of(&good());
    let ran = site.run(&["build", "--verify", "--dry-run"]).ok();
    assert!(ran.stderr.contains("verified: 4 builds gave the same 44 outputs"), "{}", ran.stderr);
    assert!(!site.path("public").exists() && !site.path(".manchette").exists());
    let ran = site.run(&["build", "--verify"]).ok();
    assert!(ran.stderr.contains("verified: 4 builds") && ran.stderr.contains("44 written"), "{}", ran.stderr);
    let clean = site.tree("public");
    // With what that build remembered, after an edit by hand of the output and of a source.
    site.write("public/index.html", "de ma main");
    let ran = site.run(&["build", "--verify", "--format", "json"]).ok();
    let summary: serde_json::Value = serde_json::from_str(ran.stdout.lines().last().unwrap()).unwrap();
    assert!(summary["verified"] == 44 && summary["ok"] == true && summary["written"] == 1, "{summary}");
    assert!(site.tree("public") == clean);
    let ran = site.run(&["build", "--verify"]).ok();
    assert!(ran.stderr.contains("0 written"), "{}", ran.stderr);
    // Without the flag nothing is said of it, and errors are told as ever.
    assert!(!site.run(&["build", "--format", "json"]).ok().stdout.contains("verified"));
    site.write("content/posts/2025-06-20-x.md", "+++\ntitel = 1\n+++\n");
    let ran = site.run(&["build", "--verify"]);
    assert!(ran.code == 1 && !ran.stderr.contains("verified"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("unknown key `titel`").count(), 1, "{}", ran.stderr);
    assert!(site.tree("public") == clean);
}

/// A site in memory in which a file says something else whenever it is read.
struct Fickle {
    world: WithThemes<MemoryWorld>,
    path: &'static str,
    reads: AtomicUsize,
}

impl World for Fickle {
    fn read(&self, path: &SourcePath) -> std::io::Result<Vec<u8>> {
        let bytes = self.world.read(path)?;
        if path.as_str() != self.path {
            return Ok(bytes);
        }
        let count = self.reads.fetch_add(1, Ordering::SeqCst);
        let text = String::from_utf8(bytes).unwrap();
        Ok(text.replace("\u{a7}", &format!("\u{1b}{count}")).into_bytes())
    }

    fn walk(&self, folder: &str) -> Walked {
        self.world.walk(folder)
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

fn world() -> MemoryWorld {
    tree(&good())
        .into_iter()
        .fold(MemoryWorld::new(NOW.parse().unwrap()), |world, (path, bytes)| world.with(&path, bytes))
}

fn config() -> SourceText {
    let text = std::fs::read_to_string(good().join("site.toml")).unwrap();
    SourceText::new(SourcePath::new("site.toml"), text)
}

fn words(report: &Report) -> Vec<String> {
    let told = report.diagnostics.iter().filter(|(_, problem)| problem.code() == Code::NotReproducible);
    told.map(|(_, problem)| format!("{} / {}", problem.message(), problem.help_text().unwrap_or(""))).collect()
}

#[test]
fn p27_what_changes_from_build_to_build_is_told_and_not_published() {
    for (path, text, outputs, depends) in [
        ("static/a.txt", "un\ndeux \u{a7} trois\n", vec!["a.txt"], "the file static/a.txt"),
        (
            "content/posts/2025-06-20-x.md",
            "+++\ntitle = \"X\"\ndate = 2025-06-20\nsource = \"WSJ\"\n+++\nDeux \u{a7} mots.\n",
            vec!["2025/06/x/index.html", "atom.xml"],
            "content/posts/2025-06-20-x.md",
        ),
    ] {
        let fickle = Fickle { world: WithThemes::new(world().with(path, text)), path, reads: AtomicUsize::new(0) };
        let sink = MemorySink::new();
        let report = pipeline::verified(&fickle, &sink, &mut Memory::new(), &config(), &Request::default());
        assert!(report.has_errors() && report.published.is_none() && report.verified.is_none());
        assert!(sink.files().is_empty());
        let words = words(&report);
        for output in outputs {
            let told = words.iter().find(|words| words.contains(&format!("`{output}`")));
            let told = told.unwrap_or_else(|| panic!("{output}: {words:?}"));
            assert!(told.contains("with 8 cores instead of one: line "), "{told}");
            assert!(told.contains("it depends on ") && told.contains(depends), "{told}");
            assert!(!told.contains('\u{1b}'), "{told:?}");
        }
    }
}

#[test]
fn p25_p27_what_a_cache_keeps_wrong_is_told_and_the_old_site_stays() {
    let sink = MemorySink::new();
    let mut memory = Memory::new();
    let before = WithThemes::new(world().with("static/a.txt", "un"));
    let report = pipeline::build(&before, &sink, &mut memory, &config(), &Request::default());
    assert!(!report.has_errors(), "{:?}", report.diagnostics);
    let published = sink.files();
    // A cache that has forgotten what the posts' pages asked of articles.
    memory.forget(|question| matches!(question, Question::Site(_)) && question.kind() == "HeadlineOf");
    let post = "+++\ntitle = \"Llama prend de l'avance\"\ndate = 2025-06-18\nsource = \"WSJ\"\ntags = [\"Meta AI\"]\n+++\n\nx\n";
    let after = WithThemes::new(world().with("static/a.txt", "un").with("content/posts/2025-06-18-llama.md", post));
    let report = pipeline::verified(&after, &sink, &mut memory, &config(), &Request::default());
    let words = words(&report);
    assert!(report.has_errors() && report.verified.is_none(), "{words:?}");
    assert!(
        words.iter().any(|words| words.contains("index.html` is another with what earlier builds remembered")),
        "{words:?}"
    );
    assert!(sink.files() == published);
    let report = pipeline::verified(&after, &sink, &mut Memory::new(), &config(), &Request::default());
    assert!(!report.has_errors() && report.verified.is_some() && sink.files() != published);
}

/// How a process is run.
struct Conditions {
    umask: &'static str,
    set: &'static [(&'static str, &'static str)],
    unset: &'static [&'static str],
    folder: &'static str,
    backwards: bool,
}

const PLAIN: Conditions =
    Conditions { umask: "022", set: &[("RAYON_NUM_THREADS", "1")], unset: &[], folder: "a", backwards: false };

const ODD: &[Conditions] = &[
    Conditions {
        umask: "077",
        set: &[
            ("RAYON_NUM_THREADS", "2"),
            ("TZ", "Asia/Kathmandu"),
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("USER", "utilisatrice-unique"),
            ("LOGNAME", "utilisatrice-unique"),
            ("HOSTNAME", "machine-unique"),
            ("TERM", "dumb"),
            ("COLUMNS", "20"),
        ],
        unset: &["HOME"],
        folder: "l\u{e0}/e\u{301}t\u{e9}/dossier avec des espaces",
        backwards: true,
    },
    Conditions {
        umask: "000",
        set: &[
            ("RAYON_NUM_THREADS", "64"),
            ("TZ", "Nulle/Part"),
            ("LANG", "xx_INVALID"),
            ("LC_ALL", "\u{e9}\u{e9}"),
            ("SOURCE_DATE_EPOCH", "1"),
            ("HTTP_PROXY", "http://proxy-unique.invalid:1"),
            ("https_proxy", "http://proxy-unique.invalid:1"),
            ("CLICOLOR_FORCE", "1"),
            ("XDG_CONFIG_HOME", "/nowhere"),
            ("TZDIR", "zones"),
            ("PAGER", "false"),
        ],
        unset: &["NO_COLOR", "USER", "PATH"],
        folder: "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee/f",
        backwards: true,
    },
];

/// A site built in a process of its own, after its files were made in that order, with times of that order.
fn built(conditions: &Conditions) -> (PathBuf, BTreeMap<String, Vec<u8>>) {
    let scratch = Scratch::empty();
    let root = scratch.path(conditions.folder);
    let mut files: Vec<_> = tree(&good()).into_iter().collect();
    if conditions.backwards {
        files.reverse();
    }
    // A tz database in which it is always five hours earlier in Paris.
    let paris =
        [b"TZif", &[0; 16][..], &[0; 4 * 4], &[0, 0, 0, 1, 0, 0, 0, 4], &(-18_000_i32).to_be_bytes(), b"\0\0XXX\0"];
    std::fs::create_dir_all(root.join("zones/Europe")).unwrap();
    std::fs::write(root.join("zones/Europe/Paris"), paris.concat()).unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    for (name, bytes) in files {
        let path = root.join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        if conditions.backwards {
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        }
    }
    let mut command = without_settings("/bin/sh");
    command.args(["-c", &format!("umask {} && exec \"$0\" build --quiet", conditions.umask)]);
    command.arg(env!("CARGO_BIN_EXE_manchette")).current_dir(&root);
    command.env("NO_COLOR", "1").env("MANCHETTE_AT", NOW).envs(conditions.set.iter().copied());
    for name in conditions.unset {
        command.env_remove(name);
    }
    let ran = Ran::from(command.output().unwrap()).ok();
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    (root.clone(), tree(&root.join("public")))
}

#[cfg(unix)]
#[test]
fn p27_p28_p29_no_condition_of_a_process_shows_in_the_bytes() {
    let (_, plain) = built(&PLAIN);
    for conditions in ODD {
        let (root, other) = built(conditions);
        let differs = plain.iter().find(|(path, bytes)| other.get(*path) != Some(*bytes));
        assert!(
            differs.is_none() && plain.len() == other.len(),
            "{}: {:?}",
            conditions.folder,
            differs.map(|(path, _)| path)
        );
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
        let root = root.display().to_string();
        let mut traces =
            vec![root.as_str(), "/tmp/", "utilisatrice-unique", "machine-unique", "proxy-unique", "localhost"];
        traces.extend(Some(host.as_str()).filter(|host| host.len() > 5));
        for (path, bytes) in &other {
            let text = String::from_utf8_lossy(bytes);
            let found = traces.iter().find(|trace| text.contains(**trace));
            assert!(found.is_none(), "{path}: {found:?}");
        }
    }
}

/// A site in memory whose clock is a quarter of an hour further whenever it is asked.
struct Hurried {
    world: WithThemes<MemoryWorld>,
    asked: AtomicUsize,
}

impl Hurried {
    fn at(asked: usize) -> jiff::Timestamp {
        let first: jiff::Timestamp = NOW.parse().unwrap();
        first + jiff::SignedDuration::from_mins(15 * i64::try_from(asked).unwrap())
    }
}

impl World for Hurried {
    fn read(&self, path: &SourcePath) -> std::io::Result<Vec<u8>> {
        self.world.read(path)
    }

    fn walk(&self, folder: &str) -> Walked {
        self.world.walk(folder)
    }

    fn now(&self) -> jiff::Timestamp {
        Hurried::at(self.asked.fetch_add(1, Ordering::SeqCst))
    }
}

#[test]
fn p28_a_build_knows_one_moment_however_long_it_takes() {
    // An article comes every 35 minutes, and another goes: some of these moments are within a build, and some builds later.
    let site = |now: jiff::Timestamp| {
        let first: jiff::Timestamp = NOW.parse().unwrap();
        let posts = (1..20).flat_map(|number| {
            let then = first + jiff::SignedDuration::from_mins(35 * number);
            let dates = [format!("date = {then}"), format!("date = 2025-06-01\nexpires = {then}")];
            dates.into_iter().enumerate().map(move |(kind, date)| {
                let text = format!("+++\ntitle = \"Titre {kind} {number}\"\n{date}\nsource = \"WSJ\"\n+++\nx\n");
                (format!("content/posts/p{kind}-{number}.md"), text)
            })
        });
        let empty = MemoryWorld::new(now).with("static/a.txt", "a");
        WithThemes::new(posts.fold(empty, |world, (path, text)| world.with(&path, text)))
    };
    let build = |world: &dyn World, sink: &MemorySink, memory: &mut Memory| {
        let report = pipeline::build(world, sink, memory, &config(), &Request::default());
        assert!(!report.has_errors(), "{:?}", report.diagnostics);
    };
    let hurried = Hurried { world: site(NOW.parse().unwrap()), asked: AtomicUsize::new(0) };
    let (sink, mut memory) = (MemorySink::new(), Memory::new());
    for round in 0..10 {
        let first = hurried.asked.load(Ordering::SeqCst);
        build(&hurried, &sink, &mut memory);
        let moments = first..hurried.asked.load(Ordering::SeqCst);
        let is_of = |asked: usize| {
            let clean = MemorySink::new();
            build(&site(Hurried::at(asked)), &clean, &mut Memory::new());
            clean.files() == sink.files()
        };
        assert!(moments.clone().any(is_of), "round {round}: of none of {moments:?}");
        println!("{moments:?}");
    }
}

#[test]
fn p29_a_build_has_no_trace_of_drafts_nor_of_a_preview_that_shows_them() {
    let site = Scratch::copy_of(&good());
    let plain = Scratch::copy_of(&good());
    plain.run(&["build"]).ok();
    let draft = |date: &str| {
        format!(
            "+++\ntitle = \"Brouillon-unique\"\n{date}\nsource = \"Source-unique\"\ntags = [\"Sujet-unique\", \"Meta AI\"]\ndraft = true\n+++\n\nTexte-unique, ![photo](photo-unique.svg).\n"
        )
    };
    site.write("content/posts/2025-06-21-brouillon-unique/index.md", draft("date = 2025-06-21"));
    site.write(
        "content/posts/2025-06-21-brouillon-unique/photo-unique.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    );
    site.write("content/page-unique.md", draft("").replace("tags", "# tags"));
    let preview = Preview::of(&site, &["--drafts"]);
    let seen = ["/", "/2025/06/brouillon-unique/", "/atom.xml"].map(|at| preview.get(at).text());
    assert!(seen.iter().all(|text| text.contains("Brouillon-unique")), "{seen:#?}");
    assert!(seen[0].contains("__manchette"), "{}", seen[0]);
    let port = format!(":{}", preview.port);
    let root = site.root().display().to_string();
    for arguments in [&["build"][..], &["build", "--no-cache"]] {
        site.run(arguments).ok();
        let built = site.tree("public");
        for (path, bytes) in &built {
            let text = format!("{path}\n{}", String::from_utf8_lossy(bytes)).to_lowercase();
            let traces = ["-unique", "__manchette", "localhost", "127.0.0.1", &port, &root];
            let found = traces.iter().find(|trace| text.contains(**trace));
            assert!(found.is_none(), "{path}: {found:?}");
        }
        assert!(built == plain.tree("public"));
    }
    // Whoever asks for them gets them.
    site.run(&["build", "--drafts"]).ok();
    assert!(site.read("public/index.html").contains("Brouillon-unique"));
}

#[test]
fn p28_the_moment_of_the_build_is_in_no_output_but_through_what_is_due() {
    let site = Scratch::copy_of(&good());
    site.run(&["build", "--at", "2025-12-01"]).ok();
    let first = site.tree("public");
    let other = Scratch::empty();
    copy(&good(), other.root());
    other.run(&["build", "--at", "2031-07-05T11:22:33Z"]).ok();
    assert!(other.tree("public") == first);
    other.write(
        "content/posts/2031-07-05-x.md",
        "+++\ntitle = \"X\"\ndate = 2031-07-05T10:00:00Z\nsource = \"WSJ\"\n+++\nx\n",
    );
    other.run(&["build", "--at", "2031-07-05T11:22:33Z"]).ok();
    assert!(other.read("public/sitemap-news.xml").contains("2031-07-05"));
    assert!(other.tree("public").values().all(|bytes| !String::from_utf8_lossy(bytes).contains("11:22:33")));
}
