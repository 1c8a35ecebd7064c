//! A power cut while a site is published with `--sync`.
//!
//! What was done since the disk was last waited for may have reached it or not, each operation by itself and in any
//! order; of a file whose bytes were not waited for, nothing may be there, a half, or zeros, under the right time and
//! length. What was waited for is there.

use super::faults::{Faults, Kind, Moment, Witness};
use super::trials::{NEW, OLD, Site};
use super::trials::{assert_no_remains, assert_whole, build, is_new, output, scratch, sink, swapping, tree, tree_of};
use super::{DiskSink, Sink};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;
use tempfile::TempDir;

/// What is at a path.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Folder,
    File { inode: u64, changed: SystemTime, bytes: Vec<u8> },
}

/// What is below the site's folder.
type Disk = BTreeMap<PathBuf, Node>;

/// The disk after an operation.
struct Picture {
    disk: Disk,
    /// Whether all that was done has been waited for.
    is_settled: bool,
    /// The files whose bytes were waited for, until all is.
    kept: BTreeSet<u64>,
}

/// The disk after each operation of a build.
struct Film(Vec<Picture>);

/// Random numbers that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn look(site: &Path) -> Disk {
    let mut disk = Disk::new();
    for entry in walkdir::WalkDir::new(site).min_depth(1).into_iter().flatten() {
        let metadata = entry.metadata().unwrap();
        let node = match metadata.is_dir() {
            true => Node::Folder,
            false => Node::File {
                inode: metadata.ino(),
                changed: metadata.modified().unwrap(),
                bytes: fs::read(entry.path()).unwrap(),
            },
        };
        disk.insert(entry.path().strip_prefix(site).unwrap().to_owned(), node);
    }
    disk
}

/// Does something with a site, and films its disk.
fn film(scratch: &TempDir, sink: DiskSink, dies_at: usize, act: impl FnOnce(&DiskSink)) -> Film {
    let site = scratch.path().join("site");
    let first = Picture { disk: look(&site), is_settled: true, kept: BTreeSet::new() };
    let film = Arc::new(Mutex::new(Film(vec![first])));
    let tell = {
        let film = film.clone();
        move |moment: Moment<'_>| {
            let pictures = &mut film.lock().unwrap().0;
            let last = pictures.last_mut().unwrap();
            match moment {
                Moment::Settled => last.is_settled = true,
                Moment::Kept(path) => drop(last.kept.insert(fs::metadata(path).unwrap().ino())),
                Moment::Done => {
                    let kept = if last.is_settled { BTreeSet::new() } else { last.kept.clone() };
                    pictures.push(Picture { disk: look(&site), is_settled: false, kept });
                }
            }
        }
    };
    let witness = Some(Witness(Box::new(tell)));
    let faults = Faults { at: dies_at, for_ever: true, kind: Kind::Broken, witness, ..Faults::default() };
    act(&sink.syncing().failing(Arc::new(faults)));
    Arc::into_inner(film).unwrap().into_inner().unwrap()
}

/// How a power cut treats what was not waited for.
#[derive(Clone, Copy, Debug)]
enum Loss {
    /// Nothing of it is there.
    All,
    /// All of it is there, but for the bytes of files.
    Bytes(u64),
    /// Chance decides, by this seed.
    Some(u64),
}

impl Film {
    /// What a power cut after some operation may leave.
    fn cut(&self, after: usize, loss: Loss) -> Disk {
        let waited = (0..=after).rev().find(|at| self.0[*at].is_settled).unwrap_or_default();
        let durable = &self.0[waited].disk;
        let safe: BTreeSet<(u64, &[u8])> = durable.values().filter_map(known).collect();
        let mut dice = Dice(match loss {
            Loss::All => 1,
            Loss::Bytes(seed) | Loss::Some(seed) => seed,
        });
        let mut disk = durable.clone();
        for pair in self.0[waited..=after].windows(2) {
            let is_done = match loss {
                Loss::All => false,
                Loss::Bytes(_) => true,
                Loss::Some(_) => dice.below(3) > 0,
            };
            if is_done {
                apply(&mut disk, &pair[0].disk, &pair[1].disk);
            }
        }
        for node in disk.values_mut() {
            let is_kept = |inode: u64| waited < after && self.0[after].kept.contains(&inode);
            let is_safe = known(node).is_none_or(|known| safe.contains(&known) || is_kept(known.0));
            if let (Node::File { bytes, .. }, false) = (node, is_safe) {
                match dice.below(if matches!(loss, Loss::Bytes(_)) { 3 } else { 4 }) {
                    0 => bytes.clear(),
                    1 => bytes.truncate(bytes.len() / 2),
                    2 => bytes.fill(0),
                    _ => {}
                }
            }
        }
        disk
    }
}

/// The bytes of a file, by the file that they belong to.
fn known(node: &Node) -> Option<(u64, &[u8])> {
    match node {
        Node::Folder => None,
        Node::File { inode, bytes, .. } => Some((*inode, bytes)),
    }
}

/// Does to a disk what one operation did to another: all of it, or nothing where it cannot be done.
fn apply(disk: &mut Disk, before: &Disk, after: &Disk) {
    let is_folder = |node: &Node| matches!(node, Node::Folder);
    let is_kind = |there: Option<&Node>, node: &Node| there.is_some_and(|there| is_folder(there) == is_folder(node));
    let mut next = disk.clone();
    // What is in a folder before the folder.
    for (path, _) in before.iter().rev().filter(|(path, node)| !is_kind(after.get(*path), node)) {
        if next.keys().any(|other| other != path && other.starts_with(path)) {
            return;
        }
        next.remove(path);
    }
    for (path, node) in after.iter().filter(|(path, node)| before.get(*path) != Some(node)) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let has_folder = folder.is_none_or(|folder| next.get(folder) == Some(&Node::Folder));
        if !has_folder || next.get(path).is_some_and(|there| is_folder(there) != is_folder(node)) {
            return;
        }
        next.insert(path.clone(), node.clone());
    }
    *disk = next;
}

/// Makes a disk for the next build.
fn restored(disk: &Disk) -> TempDir {
    let scratch = scratch();
    let site = scratch.path().join("site");
    fs::create_dir_all(&site).unwrap();
    for (path, node) in disk {
        match node {
            Node::Folder => fs::create_dir(site.join(path)).unwrap(),
            Node::File { bytes, changed, .. } => {
                fs::write(site.join(path), bytes).unwrap();
                File::options().write(true).open(site.join(path)).unwrap().set_modified(*changed).unwrap();
            }
        }
    }
    scratch
}

/// Which publication is tried, and what must be online when the power is back.
struct Trial<'a> {
    sink: fn(&TempDir) -> DiskSink,
    /// The sites before, the last of which is online.
    before: &'a [Site<'a>],
    /// The operation at which an earlier try to publish the new site died, if there was one.
    died_at: Option<usize>,
    /// Whether the output must be one of the two sites before anybody does anything.
    is_at_once: bool,
}

/// Cuts the power after every operation of a build, in several ways. How many disks were tried.
fn cut_everywhere(trial: &Trial<'_>) -> usize {
    let scratch = scratch();
    for site in trial.before {
        build(&(trial.sink)(&scratch), site).unwrap();
    }
    let old: Site<'_> = trial.before.last().copied().unwrap_or_default();
    if let Some(at) = trial.died_at {
        film(&scratch, (trial.sink)(&scratch), at, |sink| drop(build(sink, NEW)));
    }
    let film = film(&scratch, (trial.sink)(&scratch), 0, |sink| drop(build(sink, NEW).unwrap()));
    let chances = if std::env::var_os("ALL_FAULTS").is_some() { 40 } else { 2 };
    let losses = [Loss::All, Loss::Bytes(1)].into_iter().chain((1..=chances).map(Loss::Some));
    let mut tried = 0;
    for loss in losses {
        for after in 0..film.0.len() {
            // Another fate after each operation.
            let loss = match loss {
                Loss::All => loss,
                Loss::Bytes(seed) => Loss::Bytes(seed * 1_000 + after as u64),
                Loss::Some(seed) => Loss::Some(seed * 1_000 + after as u64),
            };
            let what = format!("{loss:?} after operation {after} of {}", film.0.len() - 1);
            let scratch = restored(&film.cut(after, loss));
            tried += 1;
            println!("{what}");
            if trial.is_at_once {
                is_new(&scratch, old);
            } else {
                assert_whole(&scratch, old);
            }
            let sink = (trial.sink)(&scratch);
            sink.open().unwrap();
            sink.close();
            let has_new = is_new(&scratch, old);
            let is_over = after == film.0.len() - 1;
            assert!(has_new || !is_over, "{what}: a build that had ended well is lost");
            build(&sink, NEW).unwrap();
            assert_eq!(tree(&output(&scratch)), tree_of(NEW));
            assert_no_remains(&scratch);
        }
    }
    tried
}

#[test]
fn p01_after_a_power_cut_what_is_exchanged_or_moved_at_once_is_one_of_the_two_sites() {
    // Exchanged, with files of a stage and with those that the exchange before has left; and one rename of the whole stage.
    let trials = [
        Trial { sink: swapping, before: &[OLD], died_at: None, is_at_once: true },
        Trial { sink: swapping, before: &[NEW, OLD], died_at: None, is_at_once: true },
        Trial { sink, before: &[], died_at: None, is_at_once: true },
    ];
    let tried: usize = trials.iter().map(cut_everywhere).sum();
    println!("{tried} power cuts");
    assert!(tried > 200, "{tried}");
}

#[test]
fn p04_after_a_power_cut_in_place_the_next_build_finishes_or_undoes_it_first() {
    let tried = cut_everywhere(&Trial { sink, before: &[OLD], died_at: None, is_at_once: false });
    println!("{tried} power cuts");
    assert!(tried > 150, "{tried}");
}

#[test]
fn p04_a_power_cut_while_mending_is_mended() {
    let trial = |at| Trial { sink, before: &[OLD], died_at: Some(at), is_at_once: false };
    let tried: usize = [18, 26, 34].into_iter().map(|at| cut_everywhere(&trial(at))).sum();
    println!("{tried} power cuts");
    assert!(tried > 150, "{tried}");
}
