//! A preview shows what a build would publish, whatever is edited, and however little it is told.

use crate::dials::Dials;
use crate::dice::Dice;
use crate::engine::difference;
use manchette::base::{OutputPath, Severity, SourcePath};
use manchette::pipeline::{self, ConfigFile, Edition, Hint, Live, Memo, Memory, Progress, Proofreader, Request};
use manchette::sink::{MemoryShelf, MemorySink};
use manchette::world::{MemoryWorld, Walked, World};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A world that somebody edits.
struct Edited(Mutex<MemoryWorld>, AtomicUsize);

impl World for Edited {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.lock().unwrap().read(path)
    }
    fn walk(&self, folder: &str) -> Walked {
        self.0.lock().unwrap().walk(folder)
    }
    fn now(&self) -> jiff::Timestamp {
        self.0.lock().unwrap().now()
    }
}

/// A preview of a site, with what it remembers.
struct Preview {
    world: Arc<Edited>,
    live: Live,
    proofreader: Proofreader,
    memo: Memo,
}

impl Preview {
    fn of(dials: &Dials, memory: Memory) -> Preview {
        let world = Arc::new(Edited(Mutex::new(dials.world()), AtomicUsize::new(0)));
        let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
        let mut live = Live::new(world.clone(), config, memory, Request::default());
        let proofreader = live.proofreader();
        live.look(&Hint::Everything);
        // Little room, so that pages are forgotten now and then.
        Preview { world, live, proofreader, memo: Memo::new(40_000) }
    }

    fn edit(&self, dials: &Dials) {
        *self.world.0.lock().unwrap() = dials.world();
    }

    fn edition(&self) -> &Arc<Edition> {
        self.live.edition().unwrap()
    }

    /// All that it shows.
    fn files(&self) -> BTreeMap<OutputPath, Vec<u8>> {
        let edition = self.edition();
        let plan = &edition.survey().unwrap().plan;
        let shown = plan.outputs().keys().map(|path| {
            let shown = self.memo.show(edition, path).unwrap();
            (path.clone(), shown.bytes.to_vec())
        });
        shown.collect()
    }
}

/// The files that differ between two sites.
fn edited(before: &Dials, after: &Dials) -> BTreeSet<SourcePath> {
    let (before, after) = (before.files(), after.files());
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(|path| before.get(*path) != after.get(*path)).map(SourcePath::new).collect()
}

struct Clean {
    files: Option<BTreeMap<OutputPath, Vec<u8>>>,
    diagnostics: Vec<(Severity, manchette::base::Diagnostic)>,
}

fn clean(dials: &Dials) -> Clean {
    let sink = MemorySink::new();
    let report = pipeline::build(&dials.world(), &sink, &mut Memory::new(), &dials.config(), &Request::default());
    Clean { files: (!report.has_errors()).then(|| sink.files()), diagnostics: report.diagnostics }
}

fn run(seed: u64, edits: usize, retold: &AtomicUsize) -> Option<String> {
    let (mut dice, mut dials) = (Dice::new(seed), Dials::new());
    let shelf = Arc::new(MemoryShelf::new());
    if dice.below(2) == 0 {
        // What a build of the site remembers is of use to the preview.
        let mut memory = Memory::load(shelf.clone());
        pipeline::build(&dials.world(), &MemorySink::new(), &mut memory, &dials.config(), &Request::default());
    }
    let mut preview = Preview::of(&dials, Memory::load(shelf));
    let mut story = Vec::new();
    for _ in 0..edits {
        let before = dials.clone();
        let is_writing = dice.below(2) == 0;
        for _ in 0..=dice.below(2) {
            story.push(if is_writing { dials.write(&mut dice) } else { dials.turn(&mut dice) });
        }
        preview.edit(&dials);
        let old = preview.edition().clone();
        let hint = match dice.below(8) {
            0 => Hint::Everything,
            // Nobody said anything: the proof notices.
            1 => {
                let proof = preview.proofreader.read(&old, &Arc::new(Progress::default())).unwrap();
                Hint::Paths(proof.apart.into_iter().collect())
            }
            2 => {
                let mut paths = edited(&before, &dials);
                paths.extend(["content/posts", "content/posts/4913", "nowhere/at/all.md"].map(SourcePath::new));
                Hint::Paths(paths)
            }
            _ => Hint::Paths(edited(&before, &dials)),
        };
        let reads = preview.world.1.load(Ordering::Relaxed);
        let looked = preview.live.look(&hint);
        if is_writing && preview.world.1.load(Ordering::Relaxed) - reads < 8 {
            retold.fetch_add(1, Ordering::Relaxed);
        }
        if looked.is_none()
            && edited(&before, &dials).iter().any(|path| path.as_str() != "site.toml")
            && !edited(&before, &dials).is_empty()
        {
            return Some(format!("seed {seed}: after {story:?}: nothing was noticed of {hint:?}"));
        }
        let should_be = clean(&dials);
        if let Some(files) = &should_be.files
            && let Some(difference) = difference(&preview.files(), files)
        {
            return Some(format!("seed {seed}: after {story:?}, {hint:?}:\n{difference}"));
        }
        let edition = preview.edition().clone();
        let proof = preview.proofreader.read(&edition, &Arc::new(Progress::default())).unwrap();
        let is_file = |path: &SourcePath| path.as_str().contains("static/") || !path.as_str().ends_with(".md");
        if !proof.apart.iter().all(is_file) {
            return Some(format!("seed {seed}: after {story:?}, {hint:?}: apart {:?}", proof.apart));
        }
        let has_errors = proof.problems.iter().any(|(severity, _)| *severity == Severity::Error);
        match should_be.files {
            Some(_) if proof.problems != should_be.diagnostics => {
                let says = (&proof.problems, &should_be.diagnostics);
                return Some(format!("seed {seed}: after {story:?}, {hint:?}: says {says:#?}"));
            }
            None if !has_errors => {
                let should_say = &should_be.diagnostics;
                return Some(format!("seed {seed}: after {story:?}, {hint:?}: no error is told of {should_say:#?}"));
            }
            Some(_) => {}
            None => {
                // What is broken is shown as it was, or not at all, but nothing panics.
                preview.files();
                if dice.below(3) > 0 {
                    let broken = std::mem::replace(&mut dials, before);
                    preview.edit(&dials);
                    preview.live.look(&Hint::Paths(edited(&broken, &dials)));
                    story.push("repaired".to_owned());
                }
            }
        }
    }
    None
}

#[test]
fn a_preview_shows_what_a_build_would_publish() {
    let number = |variable: &str, default: u64| {
        std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (seed, runs, edits) =
        (number("MANCHETTE_SEED", 1), number("MANCHETTE_RUNS", 12), number("MANCHETTE_EDITS", 20));
    println!("seeds {seed}..{}, {edits} edits each", seed + runs);
    let retold = AtomicUsize::new(0);
    let failed = (seed..seed + runs).into_par_iter().find_map_first(|seed| run(seed, edits as usize, &retold));
    assert_eq!(failed, None);
    // Else the short way is never taken, and not tested either.
    assert!(retold.load(Ordering::Relaxed) > (runs * edits / 10) as usize, "{retold:?}");
}

/// A preview of a few files over a site.toml and the plain theme's templates.
fn preview_of(files: &[(&str, &str)], request: Request) -> Preview {
    let dials = Dials::new();
    let mut world = MemoryWorld::new("2025-06-20T12:00:00Z".parse().unwrap());
    for (path, text) in dials.files() {
        if !path.starts_with("content/") && !path.starts_with("data/") {
            world = world.with(&path, text);
        }
    }
    world = world.with(
        "site.toml",
        "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n[theme]\nname = \"small\"\n",
    );
    for (path, text) in files {
        world = world.with(path, *text);
    }
    let world = Arc::new(Edited(Mutex::new(world), AtomicUsize::new(0)));
    let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
    let mut live = Live::new(world.clone(), config, Memory::new(), request);
    let proofreader = live.proofreader();
    live.look(&Hint::Everything);
    Preview { world, live, proofreader, memo: Memo::new(1 << 20) }
}

impl Preview {
    fn save(&mut self, path: &str, text: &str) -> Option<Arc<Edition>> {
        let mut world = self.world.0.lock().unwrap();
        *world = world.clone().with(path, text);
        drop(world);
        self.live.look(&Hint::Paths([SourcePath::new(path)].into()))
    }

    fn page(&self, path: &str) -> Option<String> {
        let shown = self.memo.show(self.edition(), &OutputPath::parse(path).unwrap())?;
        Some(String::from_utf8(shown.bytes.to_vec()).unwrap())
    }

    fn says(&self) -> Vec<&'static str> {
        self.edition().problems().iter().map(|(_, problem)| problem.code().name()).collect()
    }
}

fn post(title: &str, body: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-19T10:00:00Z\nsource = \"WSJ\"\n+++\n{body}\n")
}

#[test]
fn p42_what_is_broken_stays_as_it_was_until_it_is_mended() {
    let (a, b) = (post("A", "Chapô.\n\nUn."), post("B", "Chapô.\n\nDeux."));
    let mut preview = preview_of(&[("content/posts/a.md", &a), ("content/posts/b.md", &b)], Request::default());
    let page = "2025/06/a/index.html";
    let good = preview.page(page).unwrap();
    assert!(preview.says().is_empty(), "{:?}", preview.says());

    // An article.
    preview.save("content/posts/a.md", &a.replace("title =", "titel =")).unwrap();
    assert_eq!(preview.page(page).unwrap(), good);
    assert!(preview.says().contains(&"unknown-key"), "{:?}", preview.says());
    // The others go on.
    preview.save("content/posts/b.md", &b.replace("Deux", "Trois")).unwrap();
    assert!(preview.page("2025/06/b/index.html").unwrap().contains("Trois"));
    assert!(preview.says().contains(&"unknown-key"), "{:?}", preview.says());
    preview.save("content/posts/a.md", &a).unwrap();
    assert!(preview.says().is_empty(), "{:?}", preview.says());

    // The configuration.
    let config = String::from_utf8(preview.world.read(&SourcePath::new("site.toml")).unwrap()).unwrap();
    preview.save("site.toml", "title = \n").unwrap();
    assert_eq!(preview.page(page).unwrap(), good);
    assert!(!preview.says().is_empty());
    preview.save("site.toml", &config.replace("Essai", "Autre")).unwrap();
    assert!(preview.says().is_empty() && preview.page(page).unwrap() != good);
    preview.save("site.toml", &config).unwrap();
    assert_eq!(preview.page(page).unwrap(), good);

    // The theme: what does not compile, and what does not render.
    let template = SourcePath::new("themes/small/templates/post.html");
    let text = String::from_utf8(preview.world.read(&template).unwrap()).unwrap();
    preview.save(template.as_str(), &format!("{text}{{% if %}}")).unwrap();
    assert_eq!((preview.page(page).unwrap(), preview.says().is_empty()), (good.clone(), false));
    preview
        .save(template.as_str(), &text.replacen("{% block main %}", "{% block main %}{{ page.nothing }}", 1))
        .unwrap();
    let shown = preview.memo.show(preview.edition(), &OutputPath::parse(page).unwrap()).unwrap();
    assert!(shown.is_stale && shown.bytes[..] == *good.as_bytes() && !shown.problems.is_empty());
    preview.save(template.as_str(), &text).unwrap();
    let shown = preview.memo.show(preview.edition(), &OutputPath::parse(page).unwrap()).unwrap();
    assert!(!shown.is_stale && shown.bytes[..] == *good.as_bytes() && shown.problems.is_empty());
}

#[test]
fn a_site_that_was_broken_from_the_start_is_shown_once_it_is_mended() {
    let mut preview =
        preview_of(&[("site.toml", "title = 1\n"), ("content/posts/a.md", &post("A", "Un."))], Request::default());
    assert!(preview.edition().survey().is_none() && !preview.says().is_empty());
    let edition = preview.edition().clone();
    let proof = preview.proofreader.read(&edition, &Arc::new(Progress::default())).unwrap();
    assert!(!proof.problems.is_empty() && proof.apart.is_empty());
    preview.save(
        "site.toml",
        "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\n[theme]\nname = \"small\"\n",
    );
    assert!(preview.page("2025/06/a/index.html").is_some());
}

#[test]
fn an_edit_of_a_body_looks_at_that_file_and_renders_what_shows_it() {
    let (a, b) = (post("A", "Chapô.\n\nUn."), post("B", "Chapô.\n\nDeux."));
    let mut preview = preview_of(&[("content/posts/a.md", &a), ("content/posts/b.md", &b)], Request::default());
    let show = |preview: &Preview, path: &str| {
        preview.memo.show(preview.edition(), &OutputPath::parse(path).unwrap()).unwrap().bytes
    };
    let (home, other) = (show(&preview, "index.html"), show(&preview, "2025/06/b/index.html"));
    let reads = preview.world.1.load(Ordering::Relaxed);
    preview.save("content/posts/a.md", &a.replace("Un.", "Un, et plus.")).unwrap();
    // The file, once to see that it changed and once to parse it, and site.toml.
    assert!(preview.world.1.load(Ordering::Relaxed) - reads <= 3);
    assert!(preview.page("2025/06/a/index.html").unwrap().contains("Un, et plus."));
    assert!(Arc::ptr_eq(&home, &show(&preview, "index.html")), "the home page was made again");
    assert!(Arc::ptr_eq(&other, &show(&preview, "2025/06/b/index.html")), "the other page was made again");
    // What says the same, or is no part of the site, is no other edition.
    assert!(preview.save("content/posts/a.md", &a.replace("Un.", "Un, et plus.")).is_none());
    assert!(preview.save("content/posts/.a.md.swp", "x").is_none());
    assert!(preview.save("notes.txt", "x").is_none());
}

#[test]
fn an_address_that_moved_leads_to_the_new_one() {
    let (a, b) = (post("A", "Chapô.\n\nUn."), post("B", "Chapô.\n\nDeux."));
    let mut preview = preview_of(&[("content/posts/a.md", &a), ("content/posts/b.md", &b)], Request::default());
    let url = |path: &str| manchette::base::UrlPath::parse(path).unwrap();
    preview.save("content/posts/a.md", &a.replace("date =", "slug = \"neuf\"\ndate =")).unwrap();
    assert_eq!(preview.edition().moved(&url("/2025/06/a/")).unwrap().as_str(), "/2025/06/neuf/");
    // A file that has another name now.
    let mut world = preview.world.0.lock().unwrap();
    *world = world.clone().without("content/posts/b.md").with("content/posts/c.md", b);
    drop(world);
    let paths = ["content/posts/b.md", "content/posts/c.md"].map(SourcePath::new);
    preview.live.look(&Hint::Paths(paths.into())).unwrap();
    assert_eq!(preview.edition().moved(&url("/2025/06/b/")).unwrap().as_str(), "/2025/06/c/");
    assert_eq!(preview.edition().moved(&url("/2025/06/x/")), None);
}

#[test]
fn a_file_that_stops_in_the_middle_is_told_from_one_that_is_short() {
    let a = post("A", "Chapô.");
    let mut preview = preview_of(&[("content/posts/a.md", &a)], Request::default());
    let is_unfinished = |preview: &mut Preview, text: &str| {
        let mut world = preview.world.0.lock().unwrap();
        *world = world.clone().with("content/posts/a.md", text);
        drop(world);
        preview.live.is_unfinished(&SourcePath::new("content/posts/a.md"))
    };
    for text in ["", "\n", "+", "++", "+++", "+++\ntitle = \"A", "---\ntitle: A\n"] {
        assert!(is_unfinished(&mut preview, text), "{text:?}");
    }
    for text in [a.as_str(), "no front matter at all", "+++\n+++\n"] {
        assert!(!is_unfinished(&mut preview, text), "{text:?}");
    }
    assert!(!preview.live.is_unfinished(&SourcePath::new("content/posts/new.md")));
}

#[test]
fn a_post_appears_when_its_moment_comes() {
    let mut preview =
        preview_of(&[("content/posts/a.md", &post("A", "Un.").replace("19T", "21T"))], Request::default());
    let page = "2025/06/a/index.html";
    let nothing = Hint::Paths(BTreeSet::new());
    assert!(preview.page(page).is_none() && preview.live.look(&nothing).is_none());
    let mut world = preview.world.0.lock().unwrap();
    *world = world.clone().at("2025-06-22T12:00:00Z".parse().unwrap());
    drop(world);
    assert!(preview.live.look(&nothing).is_some() && preview.page(page).is_some());
    // It is news for two days.
    assert!(preview.page("sitemap-news.xml").unwrap().contains("/2025/06/a/"));
    let mut world = preview.world.0.lock().unwrap();
    *world = world.clone().at("2025-06-24T12:00:00Z".parse().unwrap());
    drop(world);
    assert!(preview.live.look(&nothing).is_some());
    assert!(!preview.page("sitemap-news.xml").unwrap().contains("/2025/06/a/"));
    let request = Request { future: true, ..Request::default() };
    let preview = preview_of(&[("content/posts/a.md", &post("A", "Un.").replace("19T", "21T"))], request);
    assert!(preview.page(page).is_some());
}

#[test]
fn an_update_appears_when_its_moment_comes() {
    let template = "{{ page.body }}{% for note in page.updates %}{{ note.text }}{% endfor %}";
    let text = |update: &str| post("A", "Un.").replace("+++\nUn", &format!("{update}+++\nUn"));
    let update = |at: &str| text(&format!("[[updates]]\ndate = 2025-06-20T{at}:00Z\ntext = \"Du neuf.\"\n"));
    let files = [("content/posts/a.md", &*text("")), ("themes/small/templates/post.html", template)];
    let mut preview = preview_of(&files, Request::default());
    let set = |preview: &Preview, at: &str| {
        let mut world = preview.world.0.lock().unwrap();
        *world = world.clone().at(format!("2025-06-20T{at}:00Z").parse().unwrap());
    };
    let shows = |preview: &Preview| preview.page("2025/06/a/index.html").unwrap().contains("Du neuf");
    for later in ["15:00", "14:00"] {
        preview.save("content/posts/a.md", &update(later)).unwrap();
        assert!(!shows(&preview), "{later}");
    }
    set(&preview, "14:30");
    assert!(preview.live.look(&Hint::Paths(BTreeSet::new())).is_some() && shows(&preview));
    // Written after its hour, in a preview that has not looked at the clock since.
    preview.save("content/posts/a.md", &text("")).unwrap();
    set(&preview, "16:00");
    preview.save("content/posts/a.md", &update("15:59")).unwrap();
    assert!(shows(&preview));
}

#[test]
fn a_proof_that_is_stopped_says_nothing() {
    let mut preview = preview_of(&[("content/posts/a.md", &post("A", "Un."))], Request::default());
    let progress = Arc::new(Progress::default());
    progress.stop();
    let edition = preview.edition().clone();
    assert!(preview.proofreader.read(&edition, &progress).is_none());
    let proof = preview.proofreader.read(&edition, &Arc::new(Progress::default())).unwrap();
    assert!(proof.rendered > 0 && proof.rendered == proof.outputs, "{proof:?}");
    assert_eq!(preview.proofreader.read(&edition, &Arc::new(Progress::default())).unwrap().rendered, 0);
}

#[test]
fn data_that_cannot_be_read_stays_as_it_was() {
    let template = "{% set prices = data(name=\"prix\") %}{{ prices.euro }}";
    let page = ("content/a.md", "+++\ntitle = \"A\"\n+++\nA.\n");
    let files = [("data/prix.toml", "euro = 5"), ("themes/small/templates/404.html", template), page];
    let mut preview = preview_of(&files, Request::default());
    assert_eq!(preview.page("404.html").unwrap(), "5");
    preview.save("data/prix.toml", "euro =").unwrap();
    assert_eq!((preview.page("404.html").unwrap(), preview.says().len()), ("5".to_owned(), 1));
    preview.save("data/prix.toml", "euro = 6").unwrap();
    assert_eq!((preview.page("404.html").unwrap(), preview.says().len()), ("6".to_owned(), 0));
}

#[test]
fn a_folder_that_takes_the_place_of_the_site_is_the_site() {
    let parent = tempfile::tempdir().unwrap();
    let at = |name: &str| parent.path().join(name);
    let write = |site: &str, text: &str| {
        std::fs::create_dir_all(at(site).join("content/posts")).unwrap();
        std::fs::write(
            at(site).join("site.toml"),
            "title = \"A\"\nbase_url = \"https://a.example\"\ntimezone = \"UTC\"\n",
        )
        .unwrap();
        std::fs::write(at(site).join("content/posts/a.md"), post("A", text)).unwrap();
    };
    write("site", "Un.");
    write("other", "Deux.");
    let disk = || manchette::world::WithThemes::new(manchette::world::DiskWorld::new(at("site")));
    let config = ConfigFile { world: Arc::new(disk()), path: SourcePath::new("site.toml") };
    let mut live = Live::new(Arc::new(disk()), config, Memory::new(), Request::default());
    live.look(&Hint::Everything);
    let nothing = Hint::Paths(BTreeSet::new());
    assert!(live.look(&nothing).is_none());
    std::fs::rename(at("site"), at("before")).unwrap();
    let gone = live.look(&nothing).unwrap();
    assert!(gone.problems().iter().any(|(severity, _)| *severity == Severity::Error));
    std::fs::rename(at("other"), at("site")).unwrap();
    let there = live.look(&nothing).unwrap();
    let shown = Memo::new(1 << 20).show(&there, &OutputPath::parse("2025/06/a/index.html").unwrap()).unwrap();
    assert!(String::from_utf8_lossy(&shown.bytes).contains("Deux.") && there.problems().is_empty());
}
