//! Somebody does whatever comes to mind in a site's folder: who only looks where news says so knows all of it in the end.

use super::dice::Dice;
use super::scratch::Scratch;
use manchette::base::SourcePath;
use manchette::watch::{Heard, How, Watch};
use manchette::world::{DiskWorld, World};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

/// Who knows the site by news alone: known files are read again where news says so, and folders are always listed.
struct Reader {
    world: DiskWorld,
    known: BTreeMap<SourcePath, Option<Vec<u8>>>,
}

impl Reader {
    fn hear(&mut self, watch: &mut Watch, quiet: Duration) {
        while let Heard::News(news) = watch.wait(Some(quiet)) {
            let listed = self.world.walk("content").files;
            self.known.retain(|path, _| listed.binary_search(path).is_ok());
            for path in listed {
                let is_meant = news.is_everywhere || news.paths.contains(&path);
                if is_meant || !self.known.contains_key(&path) {
                    let bytes = self.world.read(&path).ok();
                    self.known.insert(path, bytes);
                }
            }
        }
    }

    /// What is there now.
    fn truth(&self) -> BTreeMap<SourcePath, Option<Vec<u8>>> {
        let listed = self.world.walk("content").files;
        listed.into_iter().map(|path| (path.clone(), self.world.read(&path).ok())).collect()
    }
}

const FOLDERS: [&str; 7] =
    ["content/a", "content/b", "content/a/c", "content/b/c/d", "shared/s", "shared/t", "content/link"];
const FILES: [&str; 3] = ["x.md", "y.md", "z.md"];

/// Does something; what cannot be done is not.
fn act(root: &Path, chance: &mut Dice, number: usize) -> String {
    let (from, to) = (*chance.one_of(&FOLDERS), *chance.one_of(&FOLDERS));
    let (folder, target) = (root.join(from), root.join(to));
    let file = folder.join(chance.one_of(&FILES));
    let text = format!("text {number}");
    match chance.below(11) {
        0 | 1 => {
            let _ = fs::create_dir_all(&folder);
            let _ = fs::write(&file, text);
            format!("write {}", file.display())
        }
        2 => {
            let _ = fs::write(folder.join("new"), text);
            let _ = fs::rename(folder.join("new"), &file);
            format!("replace {}", file.display())
        }
        3 => {
            let _ = fs::remove_file(&file);
            format!("remove {}", file.display())
        }
        4 => {
            let _ = fs::remove_dir_all(&folder);
            format!("remove {from}")
        }
        5 => {
            let _ = fs::rename(&folder, &target);
            format!("move {from} to {to}")
        }
        6 => {
            let _ = fs::rename(&folder, root.join("away"));
            let _ = fs::write(root.join("away/x.md"), text);
            let _ = fs::create_dir_all(target.parent().unwrap());
            let _ = fs::rename(root.join("away"), &target);
            let _ = fs::remove_dir_all(root.join("away"));
            format!("move {from} away and back to {to}")
        }
        7 => {
            let _ = fs::remove_file(root.join("content/link"));
            let _ = symlink(format!("../{to}"), root.join("content/link"));
            format!("link to {to}")
        }
        8 => {
            let _ = symlink(format!("../{to}"), root.join("turn"));
            let _ = fs::rename(root.join("turn"), root.join("content/link"));
            let _ = fs::remove_file(root.join("turn"));
            format!("turn link to {to}")
        }
        9 => {
            let _ = fs::rename(root.join("content"), root.join("content.away"));
            let _ = fs::write(root.join("content.away/a/y.md"), text);
            let _ = fs::rename(root.join("content.away"), root.join("content"));
            "move content away and back".to_owned()
        }
        _ => {
            let _ = fs::remove_file(root.join("content/b/file.md"));
            let _ = symlink(format!("../../{to}/x.md"), root.join("content/b/file.md"));
            format!("link a file to {to}/x.md")
        }
    }
}

fn turmoil(how: How, seed: u64, rounds: usize, quiet: Duration) {
    let site = Scratch::site(&[("content/a/x.md", "first"), ("shared/s/x.md", "first")]);
    let mut watch = Watch::start(site.root(), &[], how);
    let mut reader = Reader { world: DiskWorld::new(site.root().to_owned()), known: BTreeMap::new() };
    reader.known = reader.truth();
    let mut chance = Dice::new(seed);
    let mut done = Vec::new();
    for round in 0..rounds {
        for step in 0..=chance.below(6) {
            done.push(act(site.root(), &mut chance, round * 10 + step));
        }
        // Whatever chance does, a file that is known is another one in every round.
        if let Some(path) = reader.known.keys().next() {
            let _ = fs::write(site.path(path.as_str()), format!("again {round}"));
            done.push(format!("write {path} again"));
        }
        let start = Instant::now();
        while reader.known != reader.truth() && start.elapsed() < Duration::from_secs(20) {
            reader.hear(&mut watch, quiet);
        }
        let (known, truth) = (&reader.known, reader.truth());
        let wrong: Vec<_> = truth.iter().filter(|(path, bytes)| known.get(*path) != Some(*bytes)).collect();
        assert!(wrong.is_empty(), "seed {seed}, round {round}: not heard of {wrong:?} after {done:#?}");
        assert_eq!(known.len(), truth.len(), "seed {seed}, round {round}: {done:#?}");
        done.clear();
    }
}

#[test]
fn p41_nothing_that_happens_is_missed() {
    let seeds: u64 = std::env::var("TURMOIL").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(4);
    for seed in 0..seeds {
        turmoil(How::System, seed, 25, Duration::from_millis(1));
    }
}

#[test]
fn p41_nothing_that_happens_is_missed_by_looking() {
    turmoil(How::Poll(Duration::from_millis(20)), 7, 12, Duration::from_millis(30));
}
