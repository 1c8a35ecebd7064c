//! An incremental build is the clean build, whatever happened in between, and does no more than it must.

use crate::dials::Dials;
use crate::dice::Dice;
use manchette::base::{Diagnostic, OutputPath, Severity, SourcePath, SourceText};
use manchette::pipeline::{self, Explained, Memory, Report, Request, Way, Why};
use manchette::sink::{MemoryShelf, MemorySink, Previous, Publication, Published, Sink};
use manchette::world::{MemoryWorld, World};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn request() -> Request {
    Request { explain: true, ..Request::default() }
}

fn build(dials: &Dials, sink: &dyn Sink, memory: &mut Memory) -> Report {
    pipeline::build(&dials.world(), sink, memory, &dials.config(), &request())
}

/// What a build that remembers nothing gives: the site, and what it says. Nothing when it fails.
pub(super) struct Clean {
    pub(super) files: Option<BTreeMap<OutputPath, Vec<u8>>>,
    pub(super) diagnostics: Vec<(Severity, Diagnostic)>,
}

fn clean(dials: &Dials) -> Clean {
    let sink = MemorySink::new();
    let report = build(dials, &sink, &mut Memory::new());
    Clean { files: (!report.has_errors()).then(|| sink.files()), diagnostics: report.diagnostics }
}

/// What an incremental build said, without what it says of the site before.
pub(super) fn said(report: &Report) -> Vec<(Severity, Diagnostic)> {
    let of_before = |problem: &Diagnostic| problem.code().name() == "gone-url";
    report.diagnostics.iter().filter(|(_, problem)| !of_before(problem)).cloned().collect()
}

/// The first difference between two sites, in words.
pub(super) fn difference(
    is: &BTreeMap<OutputPath, Vec<u8>>,
    should_be: &BTreeMap<OutputPath, Vec<u8>>,
) -> Option<String> {
    let paths: BTreeSet<&OutputPath> = is.keys().chain(should_be.keys()).collect();
    let differs = paths.into_iter().find(|path| is.get(*path) != should_be.get(*path))?;
    let shown = |site: &BTreeMap<OutputPath, Vec<u8>>| {
        site.get(differs).map_or("nothing".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    Some(format!("{differs}\n--- is\n{}\n--- should be\n{}", shown(is), shown(should_be)))
}

/// Something that happens between two builds, or to one.
fn mishap(dice: &mut Dice, sink: &MemorySink, shelf: &Arc<MemoryShelf>, memory: &mut Memory) -> String {
    let files = sink.files();
    match dice.below(9) {
        0 => {
            // Another process: only what is on the shelf is left.
            *memory = Memory::load(shelf.clone());
            "another process".to_owned()
        }
        1 => {
            let at = dice.below(usize::MAX);
            shelf.damage(|_, bytes| {
                if !bytes.is_empty() {
                    let at = at % bytes.len();
                    bytes[at] ^= 1;
                }
            });
            *memory = Memory::load(shelf.clone());
            "a flipped bit in the cache".to_owned()
        }
        2 => {
            shelf.damage(|name, bytes| {
                if name != "index" {
                    bytes.truncate(bytes.len() / 2);
                }
            });
            *memory = Memory::load(shelf.clone());
            "a file of the cache cut short".to_owned()
        }
        3 => {
            *memory = Memory::new();
            "the cache deleted".to_owned()
        }
        4 | 5 if !files.is_empty() => {
            let path = files.keys().nth(dice.below(files.len())).unwrap();
            sink.tamper(path, Some(b"somebody was here".to_vec()));
            format!("{path} changed by hand")
        }
        6 if !files.is_empty() => {
            let path = files.keys().nth(dice.below(files.len())).unwrap();
            sink.tamper(path, None);
            format!("{path} deleted")
        }
        _ => String::new(),
    }
}

/// A sink that fails when it shall publish.
struct Interrupted<'a>(&'a MemorySink);

impl Sink for Interrupted<'_> {
    fn open(&self) -> Result<Previous, Box<Diagnostic>> {
        self.0.open()
    }
    fn peek(&self) -> Result<Previous, Box<Diagnostic>> {
        self.0.peek()
    }
    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()> {
        self.0.stage(path, bytes)
    }
    fn publish(&self, _: &Publication) -> Result<Published, Box<Diagnostic>> {
        self.0.close();
        Err(Box::new(Diagnostic::new(manchette::base::Code::WriteFailed, "the disk is full")))
    }
    fn close(&self) {
        self.0.close();
    }
}

/// Runs edits, and compares after each with a clean build. The story of the first difference, if there is one.
fn run(seed: u64, edits: usize, amended: &AtomicUsize) -> Option<String> {
    let (mut dice, mut dials) = (Dice::new(seed), Dials::new());
    let (sink, shelf) = (MemorySink::new(), Arc::new(MemoryShelf::new()));
    let mut memory = Memory::load(shelf.clone());
    let mut story = Vec::new();
    build(&dials, &sink, &mut memory);
    for _ in 0..edits {
        let before = dials.clone();
        // Half of what editors do is to write; a build after that is to look at little, so it is tried as often.
        let is_writing = dice.below(2) == 0;
        for _ in 0..=dice.below(if is_writing { 2 } else { 3 }) {
            story.push(if is_writing { dials.write(&mut dice) } else { dials.turn(&mut dice) });
        }
        if !is_writing || dice.below(4) == 0 {
            story.push(mishap(&mut dice, &sink, &shelf, &mut memory));
        }
        let tampered = sink.files();
        if dice.below(12) == 0 {
            build(&dials, &Interrupted(&sink), &mut memory);
            story.push("interrupted".to_owned());
        }
        let should_be = clean(&dials);
        let report = build(&dials, &sink, &mut memory);
        if report.way == Way::Amended {
            amended.fetch_add(1, Ordering::Relaxed);
        }
        let is = sink.files();
        let problem = match &should_be.files {
            Some(files) => difference(&is, files),
            // A site with errors leaves what is there.
            None => difference(&is, &tampered),
        };
        let problem = problem.or_else(|| {
            let said = said(&report);
            (said != should_be.diagnostics).then(|| format!("says {said:#?}\nshould say {:#?}", should_be.diagnostics))
        });
        if let Some(problem) = problem {
            return Some(format!("seed {seed}: after {story:?}:\n{problem}"));
        }
        if should_be.files.is_none() && dice.below(3) > 0 {
            // Broken, seen, repaired.
            dials = before;
        }
        if should_be.files.is_some() {
            // Whatever happened, the next build has nothing to do.
            let again = build(&dials, &sink, &mut memory);
            let done = again.published.unwrap();
            if done.written + done.removed.len() > 0 || !again.explained.is_empty() {
                return Some(format!("seed {seed}: after {story:?}: not idle: {:?}", again.explained));
            }
            // And then somebody writes on.
            story.push(dials.write(&mut dice));
            let (report, should_be) = (build(&dials, &sink, &mut memory), clean(&dials));
            if report.way == Way::Amended {
                amended.fetch_add(1, Ordering::Relaxed);
            }
            let problem = should_be.files.as_ref().and_then(|files| difference(&sink.files(), files));
            if problem.is_some() || said(&report) != should_be.diagnostics {
                return Some(format!("seed {seed}: after {story:?}, writing: {problem:?} {:?}", said(&report)));
            }
        }
    }
    None
}

/// A number from the environment, for longer runs.
fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn p24_an_incremental_build_is_the_clean_build() {
    let seed = number("MANCHETTE_SEED", 1);
    let (runs, edits) = (number("MANCHETTE_RUNS", 16), number("MANCHETTE_EDITS", 25));
    println!("seeds {seed}..{}, {edits} edits each", seed + runs);
    let amended = AtomicUsize::new(0);
    let failed = (seed..seed + runs).into_par_iter().find_map_first(|seed| run(seed, edits as usize, &amended));
    assert!(failed.is_none(), "{}", failed.unwrap());
    let amended = amended.into_inner();
    println!("{amended} builds looked at what shows a text alone");
    assert!(amended as u64 * 20 > runs * edits, "only {amended} builds of {}", runs * edits);
}

#[test]
fn the_site_of_the_dials_is_sound() {
    let is_error = |(severity, problem): &(Severity, Diagnostic)| {
        (*severity == Severity::Error)
            .then(|| format!("{:?} {}", problem.primary().map(|l| l.location()), problem.message()))
    };
    let problems: Vec<String> = clean(&Dials::new()).diagnostics.iter().filter_map(is_error).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

/// An edit, by the site before and after it.
struct Step {
    before: Dials,
    after: Dials,
    /// The kinds of questions that alone made some output be made again: what a build that has forgotten them does not see.
    /// Nothing where the edit breaks the site: any kind may be how that is seen.
    alone: Option<BTreeSet<&'static str>>,
}

/// The edits of one seed, until every dial was turned. One that breaks the site is taken back.
fn walk(seed: u64) -> Vec<Step> {
    let (mut dice, mut dials) = (Dice::new(seed), Dials::new());
    let (sink, mut memory) = (MemorySink::new(), Memory::new());
    build(&dials, &sink, &mut memory);
    let mut steps = Vec::new();
    for name in dials.names(&mut dice) {
        let mut after = dials.clone();
        after.turn_one(&name, &mut dice);
        let report = build(&after, &sink, &mut memory);
        let before = dials.clone();
        let alone = (!report.has_errors()).then(|| report.explained.iter().filter_map(only_kind).collect());
        if alone.is_some() {
            dials = after.clone();
        }
        steps.push(Step { before, after, alone });
    }
    // Sound sites first: they say for which kinds to look.
    steps.sort_by_key(|step| step.alone.is_none());
    steps
}

/// The kind of all questions for which an output is made again, if they are of one kind.
fn only_kind(explained: &Explained) -> Option<&'static str> {
    let Why::Changed(changes) = &explained.why else { return None };
    let kinds: BTreeSet<&'static str> = changes.iter().map(|changed| changed.change.question.kind()).collect();
    if kinds.len() == 1 { kinds.first().copied() } else { None }
}

/// Whether a build that forgets questions of one kind (`none` is the kind of no question) is wrong after an edit.
fn is_wrong(step: &Step, forgotten: &str) -> bool {
    let (sink, mut memory) = (MemorySink::new(), Memory::new());
    build(&step.before, &sink, &mut memory);
    memory.forget(|question| question.kind() == forgotten);
    let report = build(&step.after, &sink, &mut memory);
    match &step.alone {
        Some(_) => report.has_errors() || clean(&step.after).files != Some(sink.files()),
        None => !report.has_errors(),
    }
}

#[test]
fn without_any_one_kind_of_question_builds_would_be_wrong() {
    let mut needless = kinds(&Dials::new());
    assert!(needless.len() >= 24, "{needless:?}");
    let first = number("MANCHETTE_SEED", 1);
    // By chance, a walk may have no edit that needs a question; not fifteen of them.
    for seed in first..first + 15 {
        if needless.is_empty() {
            return;
        }
        let steps = walk(seed);
        if seed == first {
            // With all questions, every build is right.
            let wrong = steps.par_iter().position_any(|step| is_wrong(step, "none"));
            assert_eq!(wrong, None, "seed {seed}");
        }
        let needing = |kind: &&'static str| {
            let is_likely = |step: &Step| step.alone.as_ref().is_none_or(|alone| alone.contains(kind));
            let mut needs = steps.iter().enumerate().filter(|(_, step)| is_likely(step));
            (*kind, needs.find(|(_, step)| is_wrong(step, kind)).map(|(at, _)| at))
        };
        let wrong: Vec<_> = needless.par_iter().map(needing).collect();
        println!("seed {seed}: {wrong:?} of {}", steps.len());
        needless = wrong.into_iter().filter(|(_, at)| at.is_none()).map(|(kind, _)| kind).collect();
    }
    assert!(needless.is_empty(), "no edit needs {needless:?}: is the question asked where it matters?");
}

/// The kinds of questions that a site's outputs ask.
fn kinds(dials: &Dials) -> Vec<&'static str> {
    let (sink, mut memory) = (MemorySink::new(), Memory::new());
    build(dials, &sink, &mut memory);
    let traces = memory.traces();
    let asked = traces.outputs().values().flat_map(|trace| traces.questions_of(trace));
    let kinds: BTreeSet<&str> = asked.map(|(question, _)| question.kind()).collect();
    kinds.into_iter().collect()
}

/// Builds the site of the dials with other files.
pub(super) fn build_files(files: &Files, sink: &dyn Sink, memory: &mut Memory) -> Report {
    let moment = Dials::new().world().now();
    let world = files.iter().fold(MemoryWorld::new(moment), |world, (path, text)| world.with(path, text.as_bytes()));
    let config = SourceText::new(SourcePath::new("site.toml"), files["site.toml"].clone());
    pipeline::build(&world, sink, memory, &config, &request())
}

/// What one edit of the site of the dials makes a build do: what is written and removed, and why; and what is made again
/// and comes out as it was.
fn blast(edit: &dyn Fn(&mut BTreeMap<String, String>), mut memory: Memory) -> String {
    let dials = Dials::new();
    let sink = MemorySink::new();
    build(&dials, &sink, &mut memory);
    let before = sink.files();
    let mut files = dials.files();
    edit(&mut files);
    assert!(files != dials.files(), "the edit changes nothing");
    let report = build_files(&files, &sink, &mut memory);
    assert!(!report.has_errors(), "{:?}", report.diagnostics);
    let after = sink.files();
    let mut text = String::new();
    for Explained { path, why } in &report.explained {
        let is_same = before.get(path) == after.get(path);
        text += &format!("  {} {path}: ", if is_same { "make (the same again)" } else { "write" });
        text += &match why {
            Why::Changed(changes) => {
                changes.iter().map(|changed| changed.change.question.to_string()).collect::<Vec<_>>().join("; ")
            }
            other => format!("{other:?}").to_lowercase(),
        };
        text += "\n";
    }
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        text += &format!("  remove {path}\n");
    }
    let written = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).count();
    let explained = report.explained.iter().filter(|one| before.get(&one.path) != after.get(&one.path)).count();
    assert_eq!(written, explained, "everything that is written has a reason");
    text
}

/// Replaces a text that must be there.
pub(super) fn replace(files: &mut BTreeMap<String, String>, path: &str, from: &str, to: &str) {
    let text = files.get_mut(path).unwrap_or_else(|| panic!("there is no {path}"));
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
}

pub(super) type Files = BTreeMap<String, String>;

type Edit = dyn Fn(&mut Files);

const BLASTS: &[(&str, &Edit)] = &[
    ("a typo in the body of an old post", &|files| replace(files, OLD, "Corps", "Corsp")),
    ("a typo in the body of a post that feeds carry", &|files| replace(files, NEW, "Corps", "Corsp")),
    ("a typo in the chapô of an old post", &|files| replace(files, OLD, "Chapô", "Cahpô")),
    ("another title of an old post", &|files| replace(files, OLD, "Billet", "Article")),
    ("another date in the same month, same order", &|files| {
        replace(files, NEW, "date = 2025-05-15", "date = 2025-05-14")
    }),
    ("a tag more", &|files| replace(files, OLD, "tags = [\"Puces\"]", "tags = [\"Puces\", \"Droit\"]")),
    ("another slug", &|files| replace(files, OLD, "source =", "slug = \"autre\"\nsource =")),
    ("an alias", &|files| replace(files, OLD, "source =", "aliases = [\"/avant/\"]\nsource =")),
    ("a draft", &|files| replace(files, OLD, "source =", "draft = true\nsource =")),
    ("a new post, the newest", &|files| {
        let text = "+++\ntitle = \"Neuf\"\ndate = 2025-05-20\nsource = \"Le Monde\"\n+++\nNeuf.\n";
        files.insert("content/posts/neuf.md".to_owned(), text.to_owned());
    }),
    ("a post less", &|files| drop(files.remove("content/posts/p4.md"))),
    ("an update", &|files| replace(files, OLD, "source =", "updated = 2025-05-02\nsource =")),
    ("the text of a page", &|files| replace(files, "content/a-propos.md", "Qui", "Que")),
    ("a comment in a post", &|files| replace(files, OLD, "Corps", "<!-- note -->\n\nCorps")),
    ("a source in site.toml renamed", &|files| {
        replace(files, "site.toml", "\"WSJ\"\naliases = [", "\"Le WSJ\"\naliases = [\"WSJ\", ")
    }),
    ("the description of a topic", &|files| replace(files, "site.toml", "Le silicium", "Les puces")),
    ("the title of the site", &|files| replace(files, "site.toml", "\"Essai\"", "\"Journal\"")),
    ("a comment in site.toml", &|files| replace(files, "site.toml", "[lists]", "# note\n[lists]")),
    ("the template of posts", &|files| replace(files, "themes/small/templates/post.html", "page.date", "page.date ")),
    ("the base template", &|files| replace(files, "themes/small/templates/base.html", "</title>", "</title>!")),
    ("a component that lists use", &|files| replace(files, "themes/small/templates/parts.html", "<i>", "<b>")),
    ("a template that nobody uses", &|files| replace(files, "themes/small/templates/unused.html", "a", "b")),
    ("a text of the theme", &|files| replace(files, "themes/small/theme.toml", "Sujets :", "Sujets,")),
    ("data", &|files| replace(files, "data/prix.toml", "1", "2")),
    ("a stylesheet", &|files| replace(files, "themes/small/static/theme.css", "a", "b")),
    ("a picture", &|files| replace(files, "static/img/x.svg", "<svg/>", "<svg></svg>")),
    ("a file that nobody names", &|files| drop(files.insert("notes.txt".to_owned(), "x".to_owned()))),
];

/// No list but full pages and the archive shows it.
const OLD: &str = "content/posts/p0.md";
const NEW: &str = "content/posts/p5.md";

#[test]
fn an_edit_reaches_what_shows_it_and_no_further() {
    let mut table = String::new();
    for (name, edit) in BLASTS {
        let told = blast(*edit, Memory::new());
        // A build that gets by without assembling the site writes and says the same.
        assert_eq!(blast(*edit, Memory::load(Arc::new(MemoryShelf::new()))), told, "{name}");
        table += &format!("{name}\n{told}\n");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/blast-radius.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    let differs = table.lines().zip(expected.lines()).find(|(is, should_be)| is != should_be);
    assert!(table == expected, "tests/blast-radius.txt differs (UPDATE=1 writes it): {differs:#?}");
}

/// A sink that is open, or not yet, and a world that must not be read before.
struct Doors {
    sink: MemorySink,
    world: MemoryWorld,
    is_open: AtomicBool,
}

impl Sink for Doors {
    fn open(&self) -> Result<Previous, Box<Diagnostic>> {
        self.is_open.store(true, Ordering::SeqCst);
        self.sink.open()
    }
    fn peek(&self) -> Result<Previous, Box<Diagnostic>> {
        self.sink.peek()
    }
    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()> {
        self.sink.stage(path, bytes)
    }
    fn publish(&self, plan: &Publication) -> Result<Published, Box<Diagnostic>> {
        self.sink.publish(plan)
    }
    fn close(&self) {
        self.is_open.store(false, Ordering::SeqCst);
        self.sink.close();
    }
}

impl World for Doors {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        assert!(self.is_open.load(Ordering::SeqCst), "{path} is read before other builds have finished");
        self.world.read(path)
    }
    fn walk(&self, folder: &str) -> manchette::world::Walked {
        assert!(self.is_open.load(Ordering::SeqCst), "{folder} is walked before other builds have finished");
        self.world.walk(folder)
    }
    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

#[test]
fn the_output_is_mended_and_locked_before_anything_is_read_whatever_the_site_is_like() {
    let broken = Dials::new().world().with("content/posts/broken.md", "no front matter");
    for (world, is_sound) in [(Dials::new().world(), true), (broken, false)] {
        let doors = Doors { sink: MemorySink::new(), world, is_open: AtomicBool::new(false) };
        let mut memory = Memory::new();
        for _ in 0..2 {
            let report = pipeline::build(&doors, &doors, &mut memory, &Dials::new().config(), &request());
            assert_eq!(report.has_errors(), !is_sound);
            assert!(!doors.is_open.load(Ordering::SeqCst), "other builds may go on");
        }
    }
}
