//! Texts on the shelf, and what becomes of a build that cannot read them back.

use crate::base::{Code, Diagnostic, OutputPath, SourcePath, SourceText};
use crate::pipeline::memory::Remembered;
use crate::pipeline::{self, Memory, Report, Request, store};
use crate::sink::{Log, MemoryShelf, MemorySink, Previous, Publication, Published, Shelf, Sink};
use crate::world::{MemoryWorld, Walked, WithThemes, World};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

const SITE: &str = "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"Europe/Paris\"\n";
const TEXT: &str = "Un chapô.\n\n## Un titre\n\nUne suite et [un lien](apres.md).\n\n<!-- more -->\n\nLa fin.\n";

fn post(title: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-05-01\nsource = \"WSJ\"\ntags = [\"Un\"]\n+++\n{TEXT}{title}.\n")
}

fn world() -> MemoryWorld {
    let world = MemoryWorld::new("2025-12-31T12:00:00Z".parse().unwrap());
    let world = world.with("content/posts/avant.md", post("Avant")).with("content/posts/apres.md", post("Après"));
    world.with(
        "content/topics/un.md",
        format!("+++\ntitle = \"Un\"\n+++\n{TEXT}").replace("apres.md", "/posts/apres.md"),
    )
}

fn build_with(world: impl World, sink: &MemorySink, memory: &mut Memory, site: &str) -> Report {
    let site = SourceText::new(SourcePath::new("site.toml"), site);
    pipeline::build(&WithThemes::new(world), sink, memory, &site, &Request::default())
}

fn build(world: impl World, sink: &MemorySink, memory: &mut Memory) -> Report {
    build_with(world, sink, memory, SITE)
}

fn codes(report: &Report) -> Vec<Code> {
    report.diagnostics.iter().map(|(_, problem)| problem.code()).collect()
}

/// A shelf whose files of articles cannot be read back as they were written, for a number of reads, or take no more after
/// a number of writes.
struct Rotten {
    shelf: MemoryShelf,
    bad_reads: Arc<AtomicUsize>,
    good_writes: Arc<AtomicUsize>,
}

impl Rotten {
    fn new(bad_reads: usize, good_writes: usize) -> Rotten {
        let (bad_reads, good_writes) = (Arc::new(bad_reads.into()), Arc::new(good_writes.into()));
        Rotten { shelf: MemoryShelf::new(), bad_reads, good_writes }
    }

    fn log(&self, log: Arc<dyn Log>) -> Arc<dyn Log> {
        Arc::new(RottenLog { log, bad_reads: self.bad_reads.clone(), good_writes: self.good_writes.clone() })
    }
}

/// Whether one was left of what is counted down.
fn counted(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

#[derive(Debug)]
struct RottenLog {
    log: Arc<dyn Log>,
    bad_reads: Arc<AtomicUsize>,
    good_writes: Arc<AtomicUsize>,
}

impl Log for RottenLog {
    fn append(&self, bytes: &[u8]) -> io::Result<u64> {
        match counted(&self.good_writes) {
            true => self.log.append(bytes),
            false => Err(io::Error::from(io::ErrorKind::StorageFull)),
        }
    }

    fn read_at(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = self.log.read_at(offset, length)?;
        if let Some(byte) = bytes.last_mut().filter(|_| counted(&self.bad_reads)) {
            *byte ^= 1;
        }
        Ok(bytes)
    }
}

impl Shelf for Rotten {
    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.shelf.read(name)
    }

    fn read_at(&self, name: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        self.shelf.read_at(name, offset, length)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.shelf.replace(name, bytes)
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Log>> {
        Ok(self.log(self.shelf.open(name)?))
    }

    fn grow(&self, name: &str, length: u64) -> io::Result<Arc<dyn Log>> {
        Ok(self.log(self.shelf.grow(name, length)?))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.shelf.remove(name)
    }

    fn sizes(&self) -> io::Result<Vec<(String, u64)>> {
        self.shelf.sizes()
    }

    fn moment(&self) -> io::Result<Option<SystemTime>> {
        self.shelf.moment()
    }
}

/// A world in which an article has another text from the second time on that it is read.
struct Edited {
    world: MemoryWorld,
    reads: AtomicUsize,
}

impl World for Edited {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        let bytes = self.world.read(path)?;
        match path.as_str() == "content/posts/avant.md" && self.reads.fetch_add(1, Ordering::SeqCst) > 0 {
            true => Ok(post("Autre").into_bytes()),
            false => Ok(bytes),
        }
    }

    fn walk(&self, folder: &str) -> Walked {
        self.world.walk(folder)
    }

    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

fn clean() -> MemorySink {
    let sink = MemorySink::new();
    assert!(!build(world(), &sink, &mut Memory::new()).has_errors());
    sink
}

#[test]
fn a_build_that_stores_holds_no_texts() {
    let (sink, shelf) = (MemorySink::new(), Arc::new(MemoryShelf::new()));
    let mut memory = Memory::load(shelf.clone());
    build(world(), &sink, &mut memory);
    let held = |memory: &Memory| memory.articles.values().filter(|article| article.held_rest().is_some()).count();
    assert_eq!((memory.articles.len(), held(&memory)), (3, 0));
    assert!(sink.files() == clean().files());

    // Neither does one that finds them there, and it shows the one that was edited and no other.
    let mut memory = Memory::load(shelf);
    let report = build(world().with("content/posts/avant.md", post("Autre")), &sink, &mut memory);
    assert!(!report.has_errors());
    assert_eq!((memory.articles.len(), held(&memory)), (3, 0));
    let mut memory = Memory::new();
    build(world(), &MemorySink::new(), &mut memory);
    assert_eq!(held(&memory), 3, "there is nowhere to put them");
}

#[test]
fn rules_of_topics_look_into_texts_from_the_shelf() {
    let (sink, shelf) = (MemorySink::new(), Arc::new(MemoryShelf::new()));
    let site = |rule: &str| format!("{SITE}[[topic]]\ntitle = \"Fins\"\nmatch = [\"{rule}\"]\n");
    let mut memory = Memory::load(shelf.clone());
    build(world(), &sink, &mut memory);
    // In the same process and in others, with a rule that all posts meet, one that one meets, and without one.
    for (rule, posts) in [("la fin", 2), ("la fin Avant", 1), ("la fin", 2)] {
        for memory in [&mut memory, &mut Memory::load(shelf.clone()), &mut Memory::new()] {
            let sink = if memory.shelf.is_some() { &sink } else { &MemorySink::new() };
            assert!(!build_with(world(), sink, memory, &site(rule)).has_errors());
            let page = OutputPath::parse("sujets/fins/index.html").unwrap();
            let page = String::from_utf8(sink.files()[&page].clone()).unwrap();
            assert_eq!(page.matches("<article").count(), posts, "{rule}: {page}");
            let is_held = |article: &Remembered| article.held_rest().is_some();
            assert!(memory.shelf.is_none() || !memory.articles.values().any(is_held), "{rule}");
        }
    }
}

#[test]
fn texts_that_cannot_be_read_back_are_parsed_again() {
    // None at all, the first, some of them in the middle of the build, all of them.
    for bad in [0, 1, 2, 5, usize::MAX] {
        let shelf = Arc::new(Rotten::new(bad, usize::MAX));
        let (sink, mut memory) = (MemorySink::new(), Memory::load(shelf.clone()));
        let report = build(world(), &sink, &mut memory);
        assert!(!report.has_errors(), "{bad}: {:?}", codes(&report));
        assert!(sink.files() == clean().files(), "{bad}");

        // The next process is as unlucky.
        shelf.bad_reads.store(bad, Ordering::SeqCst);
        let edited = world().with("content/posts/avant.md", post("Autre"));
        assert!(!build(edited.clone(), &sink, &mut Memory::load(shelf)).has_errors());
        let other = MemorySink::new();
        build(edited, &other, &mut Memory::new());
        assert!(sink.files() == other.files(), "{bad}");
    }
}

#[test]
fn a_shelf_that_takes_no_more_costs_memory_and_nothing_else() {
    // What is written: the texts of all three articles, then answers, then what else is known of the articles.
    for good in 0..4 {
        let shelf = Arc::new(Rotten::new(0, good));
        let sink = MemorySink::new();
        let report = build(world(), &sink, &mut Memory::load(shelf.clone()));
        assert!(!report.has_errors() && report.forgetful.is_some() == (good < 3), "{good}");
        assert!(sink.files() == clean().files(), "{good}");
        shelf.good_writes.store(usize::MAX, Ordering::SeqCst);
        let report = build(world(), &sink, &mut Memory::load(shelf.clone()));
        assert!(!report.has_errors() && report.forgetful.is_none(), "{good}");
        assert_eq!(store::kept(shelf).unwrap().articles, 3, "{good}");
    }
}

#[test]
fn what_was_lost_is_stored_anew_by_the_next_build() {
    let shelf = Arc::new(Rotten::new(usize::MAX, usize::MAX));
    let sink = MemorySink::new();
    build(world(), &sink, &mut Memory::load(shelf.clone()));
    assert_eq!(store::kept(shelf.clone()).unwrap().articles, 0);
    shelf.bad_reads.store(0, Ordering::SeqCst);
    build(world().with("content/posts/neuf.md", post("Neuf")), &sink, &mut Memory::load(shelf.clone()));
    assert_eq!(store::kept(shelf).unwrap().articles, 4);
}

#[test]
fn a_text_that_is_lost_for_good_is_an_error() {
    let shelf = Arc::new(Rotten::new(usize::MAX, usize::MAX));
    let edited = Edited { world: world(), reads: AtomicUsize::new(0) };
    let sink = MemorySink::new();
    let report = build(edited, &sink, &mut Memory::load(shelf));
    assert_eq!(codes(&report), [Code::Unreadable]);
    assert!(sink.files().is_empty(), "nothing is published");
}

/// An output during whose making somebody deletes all that is remembered.
struct Deleting<'a> {
    sink: &'a MemorySink,
    shelf: &'a MemoryShelf,
}

impl Sink for Deleting<'_> {
    fn open(&self) -> Result<Previous, Box<Diagnostic>> {
        self.sink.open()
    }

    fn peek(&self) -> Result<Previous, Box<Diagnostic>> {
        self.sink.peek()
    }

    fn stage(&self, path: &OutputPath, bytes: &[u8]) -> io::Result<()> {
        store::forget(self.shelf)?;
        self.sink.stage(path, bytes)
    }

    fn publish(&self, plan: &Publication) -> Result<Published, Box<Diagnostic>> {
        self.sink.publish(plan)
    }

    fn close(&self) {
        self.sink.close();
    }
}

#[test]
fn what_is_remembered_may_be_deleted_while_a_build_runs() {
    let (sink, shelf) = (MemorySink::new(), Arc::new(MemoryShelf::new()));
    let site = SourceText::new(SourcePath::new("site.toml"), SITE);
    let deleting = Deleting { sink: &sink, shelf: &shelf };
    let (world, request) = (WithThemes::new(world()), Request::default());
    let report = pipeline::build(&world, &deleting, &mut Memory::load(shelf.clone()), &site, &request);
    assert!(!report.has_errors());
    assert!(sink.files() == clean().files());
    let kept = store::kept(shelf.clone()).unwrap();
    assert_eq!((kept.articles, kept.lost), (3, None), "all of it was still at hand");
    let mut memory = Memory::load(shelf);
    memory.wake();
    memory.recall(&[SourcePath::new("content/posts/avant.md")]);
    let parsed = &memory.articles[&SourcePath::new("content/posts/avant.md")].outcome.as_ref().unwrap().parsed;
    assert!(!parsed.rest().is_empty());
}

#[test]
fn what_failed_builds_left_does_not_grow() {
    let shelf = Arc::new(MemoryShelf::new());
    let broken = world().with("templates/post.html", "{{ nothing.at.all }}");
    let mut sizes = Vec::new();
    for _ in 0..4 {
        assert!(build(broken.clone(), &MemorySink::new(), &mut Memory::load(shelf.clone())).has_errors());
        sizes.push(shelf.sizes().unwrap());
    }
    assert!(!sizes[0].is_empty() && sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    let sink = MemorySink::new();
    assert!(!build(world(), &sink, &mut Memory::load(shelf)).has_errors());
    assert!(sink.files() == clean().files());
}
