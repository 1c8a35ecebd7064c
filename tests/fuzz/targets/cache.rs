//! What builds remember, with other bytes in it: the next build gives what a clean one gives.
//!
//! The first byte says whether the seals are made to fit again. Then a build may give what the forged memory says, since
//! seals tell damage and keep no forger out; but it comes to an end, and nothing breaks. Then come changes of five bytes
//! each: which file, where (three bytes, cut to its length; the last 256 places count from the end), and the byte to put
//! there.

use super::sites;
use manchette::base::OutputPath;
use manchette::pipeline::{self, Memory, Request, reseal};
use manchette::sink::{MemoryShelf, MemorySink, Shelf};
use manchette::world::MemoryWorld;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// A site that was built and edited, and what a clean build of it gives.
struct Built {
    shelf: MemoryShelf,
    sink: MemorySink,
    edited: MemoryWorld,
    rebuilt: BTreeMap<OutputPath, Vec<u8>>,
    moved: MemoryWorld,
    anew: BTreeMap<OutputPath, Vec<u8>>,
}

static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let world = sites::world();
    let (shelf, sink) = (Arc::new(MemoryShelf::new()), MemorySink::new());
    build(&world, &sink, Memory::load(shelf.clone()));
    // Once more with another text, so that there is a log of amendments.
    let text = |body: &str| {
        format!(
            "+++\ntitle = \"Titre 3\"\ndate = 2025-06-03\nsource = \"WSJ\"\ntags = [\"IA\"]\n+++\nUn modèle.\n\n{body}\n"
        )
    };
    let world = world.with("content/posts/c.md", text("Un texte."));
    build(&world, &sink, Memory::load(shelf.clone()));
    let world = world.with("content/posts/c.md", text("Un autre texte."));
    build(&world, &sink, Memory::load(shelf.clone()));
    // What is built with the damaged memory: an edit of a text, and one that moves a page.
    let edited = world.clone().with("content/posts/c.md", text("Encore un autre."));
    let moved = world.with("content/posts/c.md", text("Ailleurs.").replace("title", "slug = \"x\"\ntitle"));
    let clean = |world: &MemoryWorld| {
        let sink = MemorySink::new();
        build(world, &sink, Memory::new());
        sink.files()
    };
    let (rebuilt, anew) = (clean(&edited), clean(&moved));
    Built { shelf: shelf.copy(), sink, edited, rebuilt, moved, anew }
});

fn build(world: &MemoryWorld, sink: &MemorySink, mut memory: Memory) -> bool {
    let report = pipeline::build(world, sink, &mut memory, &sites::settings(world), &Request::default());
    report.has_errors()
}

pub fn target(bytes: &[u8]) {
    let Some((first, changes)) = bytes.split_first() else { return };
    let is_forged = first & 1 == 1;
    let worlds = [(&BUILT.edited, &BUILT.rebuilt), (&BUILT.moved, &BUILT.anew)];
    let (world, expected) = worlds[usize::from(first >> 1 & 1)];
    let shelf: Arc<dyn Shelf> = Arc::new(BUILT.shelf.copy());
    let names: Vec<String> = shelf.sizes().unwrap().into_iter().map(|(name, _)| name).collect();
    for change in changes.chunks_exact(5).take(64) {
        let name = &names[usize::from(change[0]) % names.len()];
        let mut file = shelf.read(name).unwrap();
        if let Some(at) = place(change, file.len()) {
            file[at] = change[4];
            shelf.replace(name, &file).unwrap();
        }
    }
    if is_forged {
        reseal::reseal(&shelf).unwrap();
    }
    let sink = BUILT.sink.copy();
    let has_errors = build(world, &sink, Memory::load(shelf));
    if !is_forged {
        assert!(!has_errors, "damage is no error");
        assert!(sink.files() == *expected, "not as a clean build");
    }
}

fn place(change: &[u8], length: usize) -> Option<usize> {
    let at = usize::from(change[1]) << 16 | usize::from(change[2]) << 8 | usize::from(change[3]);
    match at.checked_sub(0xFF_FF00) {
        Some(from_end) => length.checked_sub(from_end + 1),
        None => at.checked_rem(length),
    }
}
