//! Builds and previews of a small site in which any one operation of any door fails: reads, writes, what is remembered.
//!
//! Every attempt of every door counts as one, so a sweep lets the first fail, then the second, until a run meets no fault.
//! One thread does all the work: the same number is then the same operation.

#![expect(clippy::disallowed_methods, reason = "tests prepare folders themselves, and look at what is left in them")]

mod builds;
mod doors;
mod folders;
mod previews;

use crate::base::{OutputPath, SourcePath, SourceText};
use crate::pipeline::{self, Memory, Report, Request};
use crate::sink::faults::Faults;
use crate::sink::{MemorySink, Sink};
use crate::world::{MemoryWorld, World};
use std::collections::BTreeMap;

/// A site as files.
type Files = BTreeMap<&'static str, String>;

/// Files of a site that was built.
type Built = BTreeMap<OutputPath, Vec<u8>>;

const SITE: &str = "title = \"Essai\"\nbase_url = \"https://example.org\"\ntimezone = \"UTC\"\ntheme = \"bare\"\n[lists]\nper_page = 2\n[feeds]\ntopics = false\nsources = false\n";

/// What the theme has, each over one base.
const TEMPLATES: &[(&str, &str)] = &[
    ("themes/bare/templates/home.html", "{% for p in page.posts %}{{ p.title }} {{ p.url }} {% endfor %}"),
    ("themes/bare/templates/post.html", "{{ page.lede }}{{ page.body }}"),
    ("themes/bare/templates/page.html", "{{ page.body }}"),
    ("themes/bare/templates/topic.html", "{% for p in page.posts %}{{ p.title }} {% endfor %}"),
    ("themes/bare/templates/topics.html", "{% for t in page.topics %}{{ t.title }} {% endfor %}"),
    ("themes/bare/templates/source.html", "{% for p in page.posts %}{{ p.title }} {% endfor %}"),
    ("themes/bare/templates/sources.html", "{% for s in page.sources %}{{ s.name }} {% endfor %}"),
    ("themes/bare/templates/archive.html", "{% for p in page.posts %}{{ p.title }} {% endfor %}"),
    ("themes/bare/templates/404.html", "nothing here"),
];

fn post(title: &str, day: usize, text: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = 2025-06-{day:02}\ntags = [\"Puces\"]\nsource = \"WSJ\"\n+++\n{text}\n")
}

/// The site before and after an edit that changes, adds and removes, pages and files.
fn old() -> Files {
    let mut files: Files = TEMPLATES
        .iter()
        .map(|(path, main)| {
            let text = format!("<title>{{{{ page.title }}}}</title><main>{main}</main>\n");
            (*path, text)
        })
        .collect();
    files.insert("site.toml", SITE.to_owned());
    files.insert(
        "themes/bare/theme.toml",
        "name = \"bare\"\n[strings.en]\ntopics = \"Topics\"\nsources = \"Sources\"\narchive = \"Archive\"\nnot_found = \"?\"\n"
            .to_owned(),
    );
    files.insert("content/posts/a.md", post("A", 1, "Chapô.\n\nUn [lien](b.md)."));
    files.insert("content/posts/b.md", post("B", 2, "Deux."));
    files.insert("content/posts/c.md", post("C", 3, "Trois."));
    files.insert("content/about.md", "+++\ntitle = \"Nous\"\n+++\nNous.\n".to_owned());
    files.insert("static/a.css", "a{}".to_owned());
    files.insert("static/b.css", "b{}".to_owned());
    files
}

fn new() -> Files {
    let mut files = old();
    files.insert("content/posts/a.md", post("A", 1, "Chapô.\n\nUn autre [lien](b.md)."));
    files.remove("content/posts/c.md");
    files.insert("content/posts/d.md", post("D", 4, "Quatre."));
    files.insert("static/a.css", "a{color:red}".to_owned());
    files.remove("static/b.css");
    files.insert("static/c/d.css", "c{}".to_owned());
    files
}

/// What changes the text of one post and nothing else.
fn amended() -> Files {
    let mut files = old();
    files.insert("content/posts/b.md", post("B", 2, "Deux et demi."));
    files
}

fn world(files: &Files) -> MemoryWorld {
    let empty = MemoryWorld::new(jiff::Timestamp::from_second(1_767_000_000).unwrap());
    files.iter().fold(empty, |world, (path, text)| world.with(path, text.as_bytes()))
}

fn build(world: &dyn World, sink: &dyn Sink, memory: &mut Memory, request: &Request) -> Report {
    let config = SourceText::new(SourcePath::new("site.toml"), SITE);
    pipeline::build(world, sink, memory, &config, request)
}

/// What a build makes of a site that nothing happens to.
fn clean(files: &Files) -> Built {
    let sink = MemorySink::new();
    let report = build(&world(files), &sink, &mut Memory::new(), &Request::default());
    assert!(!report.has_errors(), "{:#?}", report.diagnostics);
    sink.files()
}

/// Works on one thread.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(work)
}

/// Whether every operation is to fail in every way; that takes many minutes.
fn is_thorough() -> bool {
    std::env::var_os("ALL_FAULTS").is_some()
}

/// The operations of a sweep that fail: all of them, or every second, others where the failure lasts.
fn operations(for_ever: bool) -> impl Iterator<Item = usize> {
    every(2, for_ever)
}

/// The same with another distance between them; all of them where that is asked for.
fn every(stride: usize, for_ever: bool) -> impl Iterator<Item = usize> {
    let stride = if is_thorough() { 1 } else { stride };
    (1 + usize::from(for_ever && stride > 1)..).step_by(stride)
}

/// The faults of a sweep at an operation: of every kind, or of one, another for every operation.
fn faults(at: usize, for_ever: bool) -> Vec<Faults> {
    use crate::sink::faults::Kind;
    let kinds = match is_thorough() {
        true => Kind::ALL.to_vec(),
        false => vec![Kind::ALL[(at / 2) % Kind::ALL.len()]],
    };
    kinds.into_iter().map(|kind| Faults { at, for_ever, kind, ..Faults::default() }).collect()
}
