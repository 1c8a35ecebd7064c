//! What the preview of a site on the disk costs: the first look, looks after edits, pages.
//!
//!     cargo bench --bench live -- FOLDER      # a site with posts; nothing of it is changed
//!
//! Edits are made in a layer over the disk. Prints medians of several edits in milliseconds. Without a folder nothing is
//! measured.
#![allow(missing_docs, reason = "a program, not a library")]
#![allow(clippy::unwrap_used, reason = "a measurement may fail")]
#![allow(clippy::print_stdout, reason = "it prints a table")]
#![allow(clippy::disallowed_methods, reason = "how much memory the process has")]

use manchette::base::{OutputPath, SourcePath};
use manchette::output::Job;
use manchette::pipeline::{ConfigFile, Edition, Hint, Live, Memo, Memory, Progress, Request};
use manchette::sink::DiskShelf;
use manchette::world::{DiskWorld, FileStamp, Walked, WithThemes, World};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A folder in which some files say something else.
struct Edited {
    world: WithThemes<DiskWorld>,
    edits: Mutex<BTreeMap<SourcePath, Vec<u8>>>,
}

impl World for Edited {
    fn read(&self, path: &SourcePath) -> io::Result<Vec<u8>> {
        match self.edits.lock().unwrap().get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.world.read(path),
        }
    }
    fn walk(&self, folder: &str) -> Walked {
        self.world.walk(folder)
    }
    fn stamp(&self, path: &SourcePath) -> Option<FileStamp> {
        self.world.stamp(path)
    }
    fn now(&self) -> jiff::Timestamp {
        self.world.now()
    }
}

const EDITS: usize = 15;

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let Some(folder) = folder.map(|folder| std::fs::canonicalize(folder).unwrap()) else { return };
    for (name, memory) in [("cold", Memory::new()), ("warm", Memory::load(Arc::new(DiskShelf::new(&folder))))] {
        measure(&folder, name, memory);
    }
}

fn measure(folder: &Path, name: &str, memory: Memory) {
    let world = Arc::new(Edited { world: WithThemes::new(DiskWorld::new(folder.to_owned())), edits: Mutex::default() });
    let config = ConfigFile { world: world.clone(), path: SourcePath::new("site.toml") };
    let (memo, start) = (Memo::new(48 << 20), Instant::now());
    let mut live = Live::new(world.clone(), config, memory, Request::default());
    live.look(&Hint::Everything);
    row(name, "first look", &[start.elapsed().as_secs_f64()]);
    let edition = live.edition().unwrap().clone();
    let site = edition.site().unwrap();
    let posts: Vec<SourcePath> = site.posts().map(|post| post.path.clone()).collect();
    let page = |post: &SourcePath| site.address_of(post).unwrap().output().unwrap();
    let home = OutputPath::parse("index.html").unwrap();
    let chosen: Vec<&SourcePath> = posts.iter().step_by(posts.len() / EDITS).take(EDITS).collect();
    let text = |path: &SourcePath| String::from_utf8(world.read(path).unwrap()).unwrap();

    let mut edits = |what: &str, edit: &dyn Fn(usize) -> (SourcePath, String, OutputPath)| {
        let (mut looks, mut pages) = (Vec::new(), Vec::new());
        for at in 0..EDITS {
            let (path, text, shown) = edit(at);
            memo.show(live.edition().unwrap(), &shown);
            world.edits.lock().unwrap().insert(path.clone(), text.into_bytes());
            let start = Instant::now();
            live.look(&Hint::Paths([path].into())).unwrap();
            looks.push(start.elapsed().as_secs_f64());
            memo.show(live.edition().unwrap(), &shown).unwrap();
            pages.push(start.elapsed().as_secs_f64());
        }
        row(name, &format!("{what}: look"), &looks);
        row(name, &format!("{what}: look and page"), &pages);
    };
    edits("body", &|at| (chosen[at].clone(), format!("{}\nEncore {at}.\n", text(chosen[at])), page(chosen[at])));
    let title = |at| text(&posts[0]).replacen("title = \"", &format!("title = \"{at} "), 1);
    edits("title, home page", &|at| (posts[0].clone(), title(at), home.clone()));
    let folders = world.walk("themes").files.into_iter().chain(world.walk("templates").files);
    let base = folders.into_iter().find(|path| path.file_name() == "base.html").unwrap();
    edits("base template", &|at| (base.clone(), format!("{}<!-- {at} -->", text(&base)), page(&posts[0])));

    let mut proofreader = live.proofreader();
    for what in ["first proof", "second proof"] {
        let start = Instant::now();
        let proof = proofreader.read(live.edition().unwrap(), &Arc::new(Progress::default())).unwrap();
        row(
            name,
            &format!("{what} ({} of {} outputs)", proof.rendered, proof.outputs),
            &[start.elapsed().as_secs_f64()],
        );
    }
    told(name, live.edition().unwrap());
}

fn row(name: &str, what: &str, seconds: &[f64]) {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (median, most) = (sorted[sorted.len() / 2] * 1000.0, sorted[sorted.len() - 1] * 1000.0);
    println!("{name:<5} {what:<44} {median:8.1} ms (at most {most:.1})");
}

fn told(name: &str, edition: &Edition) {
    let posts = edition.survey().unwrap().plan.outputs().values().filter(|planned| matches!(planned.job, Job::Post(_)));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    println!("{name:<5} {} posts; {resident}", posts.count());
}
