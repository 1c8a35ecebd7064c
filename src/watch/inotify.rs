//! News from Linux itself: one watch for each folder.
//!
//! Not by notify's watcher, which names one path for each folder where links make two, is told of every file that we read,
//! and takes watches away by path after others have been put there. Says only where something happened: never what a file
//! holds. All that is decided here is decided by whoever waits; the thread only listens.

use super::Message;
use super::batch::What;
use super::places::{Places, Visitor};
use crate::base::SourcePath;
use crate::world::litter::is_litter;
use rustix::fd::OwnedFd;
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem::MaybeUninit;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

/// What is listened to: whatever changes bytes or names. Not the opening and reading of files, which is what we do.
const MASK: WatchFlags = WatchFlags::CLOSE_WRITE
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::CREATE)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::EXCL_UNLINK)
    .union(WatchFlags::ONLYDIR);

/// An event as the system tells it.
#[derive(Debug)]
pub(super) struct Event {
    watch: i32,
    flags: ReadFlags,
    cookie: u32,
    name: Option<String>,
}

#[cfg(test)]
impl Event {
    /// What the system says when more happened than it could note.
    pub(super) fn overflow() -> Event {
        Event { watch: -1, flags: ReadFlags::QUEUE_OVERFLOW, cookie: 0, name: None }
    }
}

/// The folders that are listened to.
pub(super) struct Inotify {
    places: Arc<Places>,
    file: Arc<OwnedFd>,
    is_over: Arc<AtomicBool>,
    spots: HashMap<i32, Spot>,
    /// The watch of each folder, by its path in the site; `""` is the root.
    folders: BTreeMap<String, i32>,
    /// Watches that say where a link leads, by the link's path.
    links: BTreeMap<String, Vec<i32>>,
    /// Where something was moved from last, and the move.
    moved: Option<(u32, Vec<SourcePath>)>,
    refused: Vec<(String, Errno)>,
    /// How many watches may be had: a test has few.
    room: usize,
}

/// A folder on the disk.
#[derive(Debug, Default)]
struct Spot {
    real: PathBuf,
    /// Its paths in the site: several where links lead to it, none where it is only on a link's way.
    folders: BTreeSet<String>,
    /// Names in it that decide what is at other paths.
    links: BTreeSet<(String, String)>,
}

/// What an event means.
pub(super) type Happened = Vec<(SourcePath, What)>;

impl Inotify {
    /// Listens to a site. Fails where the system has no more room for that.
    pub(super) fn start(places: Arc<Places>, to: Sender<Message>, room: usize) -> Result<Inotify, Errno> {
        let file = Arc::new(inotify::init(CreateFlags::CLOEXEC)?);
        let is_over = Arc::<AtomicBool>::default();
        let mut inotify = Inotify {
            places,
            file: file.clone(),
            is_over: is_over.clone(),
            spots: HashMap::new(),
            folders: BTreeMap::new(),
            links: BTreeMap::new(),
            moved: None,
            refused: Vec::new(),
            room,
        };
        inotify.listen_everywhere()?;
        let thread = std::thread::Builder::new().name("watch".to_owned());
        thread.spawn(move || listen(&file, &is_over, &to)).map_err(|_| Errno::NOMEM)?;
        Ok(inotify)
    }

    /// Listens to all that there is now. Returns whether the root is there.
    pub(super) fn listen_everywhere(&mut self) -> Result<bool, Errno> {
        let places = self.places.clone();
        self.enter("", &places.root);
        self.listen_to_config();
        places.visit_all(&mut Arrival { inotify: self, entered: BTreeSet::new(), files: None });
        self.limit()?;
        Ok(self.folders.contains_key(""))
    }

    /// Whether the root is listened to: not if it is gone, or another folder is there.
    pub(super) fn has_root(&self) -> bool {
        self.folders.contains_key("")
    }

    /// Folders that the system does not let us listen to, and why.
    pub(super) fn refused(&mut self) -> Vec<(String, Errno)> {
        std::mem::take(&mut self.refused)
    }

    /// What an event means; nothing where the system lost count.
    pub(super) fn read(&mut self, event: Event) -> Result<Option<Happened>, Errno> {
        if event.flags.contains(ReadFlags::QUEUE_OVERFLOW) {
            self.listen_everywhere()?;
            return Ok(None);
        }
        if event.flags.intersects(ReadFlags::IGNORED | ReadFlags::UNMOUNT) {
            self.forget_spot(event.watch);
            return Ok(Some(Vec::new()));
        }
        let Some(name) = event.name else { return Ok(Some(Vec::new())) };
        let is_folder = event.flags.contains(ReadFlags::ISDIR);
        let mut happened = Vec::new();
        for path in self.paths(event.watch, &name) {
            if !is_folder && is_litter(&name) {
                continue;
            }
            self.happen(path, is_folder, event.flags, &mut happened);
        }
        self.pair(&event.flags, event.cookie, &name, &mut happened);
        self.limit()?;
        Ok(Some(happened))
    }

    /// The paths in the site that a name in a folder decides about.
    fn paths(&self, watch: i32, name: &str) -> Vec<String> {
        let Some(spot) = self.spots.get(&watch) else { return Vec::new() };
        let is_own = self.places.is_own(&spot.real.join(name));
        let below = |folder: &String| match folder.as_str() {
            "" => self.places.is_source(name).then(|| name.to_owned()),
            folder => (!is_own).then(|| format!("{folder}/{name}")),
        };
        let links = spot.links.iter().filter(|(link, _)| link == name).map(|(_, path)| path.clone());
        spot.folders.iter().filter_map(below).chain(links).collect()
    }

    fn happen(&mut self, path: String, is_folder: bool, flags: ReadFlags, happened: &mut Happened) {
        let source = SourcePath::new(&path);
        if flags.intersects(ReadFlags::MOVED_FROM | ReadFlags::DELETE) {
            // Where it was, there may be something again.
            let files = self.refresh(&path);
            happened.push((source, What::Vanished));
            happened.extend(files.into_iter().map(|file| (file, What::Whole)));
        } else if flags.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
            let what = match is_folder || flags.contains(ReadFlags::MOVED_TO) {
                true => What::Whole,
                false => What::Created,
            };
            let files = self.refresh(&path);
            happened.extend(files.into_iter().filter(|file| *file != source).map(|file| (file, What::Whole)));
            happened.push((source, what));
        } else if flags.contains(ReadFlags::CLOSE_WRITE) {
            happened.push((source, What::Whole));
        } else if flags.intersects(ReadFlags::MODIFY | ReadFlags::ATTRIB) {
            happened.push((source, What::Written));
        }
    }

    /// Listens to what is at a path now, instead of what was. What is in it may have come before we listened: returns the
    /// files there.
    fn refresh(&mut self, path: &str) -> Vec<SourcePath> {
        let folders: Vec<String> = below(&self.folders, path).cloned().collect();
        let links: Vec<String> = below(&self.links, path).cloned().collect();
        let watches: Vec<Vec<i32>> = links.iter().filter_map(|link| self.links.remove(link)).collect();
        let places = self.places.clone();
        let mut arrival = Arrival { inotify: self, entered: BTreeSet::new(), files: Some(Vec::new()) };
        places.visit(path, &mut arrival);
        let (entered, files) = (arrival.entered, arrival.files.unwrap_or_default());
        self.listen_to_config();
        for folder in folders.into_iter().filter(|folder| !entered.contains(folder)) {
            if let Some(watch) = self.folders.remove(&folder) {
                self.release(watch, |spot| spot.folders.retain(|known| *known != folder));
            }
        }
        for (link, watches) in links.iter().zip(watches) {
            for watch in watches {
                if !self.links.get(link).is_some_and(|watches| watches.contains(&watch)) {
                    self.release(watch, |spot| spot.links.retain(|(_, known)| known != link));
                }
            }
        }
        files
    }

    /// Listens to a configuration that is not in the root.
    fn listen_to_config(&mut self) {
        let places = self.places.clone();
        if let Some((folder, name)) = places.other_config() {
            self.link(name, folder, name);
        }
    }

    /// A move from one place of the site to another is no way to save a file, unless a backup or the like comes of it.
    fn pair(&mut self, flags: &ReadFlags, cookie: u32, name: &str, happened: &mut Happened) {
        if flags.contains(ReadFlags::MOVED_FROM) {
            let gone = happened.iter().filter(|(_, what)| *what == What::Vanished);
            self.moved = Some((cookie, gone.map(|(path, _)| path.clone()).collect()));
        } else if flags.contains(ReadFlags::MOVED_TO)
            && let Some((_, paths)) = self.moved.take_if(|(moved, _)| *moved == cookie)
            && !is_litter(name)
            && !happened.is_empty()
        {
            happened.splice(0..0, paths.into_iter().map(|path| (path, What::Renamed)));
        }
    }

    /// Takes something from a spot, and the watch if nothing is left.
    fn release(&mut self, watch: i32, change: impl FnOnce(&mut Spot)) {
        let Some(spot) = self.spots.get_mut(&watch) else { return };
        change(spot);
        if spot.folders.is_empty() && spot.links.is_empty() {
            self.spots.remove(&watch);
            // It may be gone already, with its folder.
            let _ = inotify::remove_watch(&*self.file, watch);
        }
    }

    /// The system has taken a watch away: its folder is gone.
    fn forget_spot(&mut self, watch: i32) {
        let Some(spot) = self.spots.remove(&watch) else { return };
        for folder in &spot.folders {
            if self.folders.get(folder) == Some(&watch) {
                self.folders.remove(folder);
            }
        }
        for (_, link) in &spot.links {
            if let Some(watches) = self.links.get_mut(link) {
                watches.retain(|known| *known != watch);
            }
        }
    }

    /// Listens to a folder of the disk.
    fn watch(&mut self, path: &str, real: &Path) -> Option<(i32, &mut Spot)> {
        let added = match self.spots.len() < self.room {
            true => inotify::add_watch(&*self.file, real, MASK),
            false => Err(Errno::NOSPC),
        };
        match added {
            Ok(watch) => {
                let spot = self.spots.entry(watch).or_default();
                spot.real = real.to_owned();
                Some((watch, spot))
            }
            // It went while we looked.
            Err(Errno::NOENT | Errno::NOTDIR) => None,
            Err(error) => {
                self.refused.push((path.to_owned(), error));
                None
            }
        }
    }

    fn enter(&mut self, path: &str, real: &Path) -> bool {
        let Some((watch, spot)) = self.watch(path, real) else { return false };
        spot.folders.insert(path.to_owned());
        if let Some(before) = self.folders.insert(path.to_owned(), watch).filter(|before| *before != watch) {
            self.release(before, |spot| spot.folders.retain(|known| known != path));
        }
        true
    }

    fn link(&mut self, path: &str, folder: &Path, name: &str) {
        let Some((watch, spot)) = self.watch(path, folder) else { return };
        spot.links.insert((name.to_owned(), path.to_owned()));
        let watches = self.links.entry(path.to_owned()).or_default();
        if !watches.contains(&watch) {
            watches.push(watch);
        }
    }

    /// Fails when the system has no more room.
    fn limit(&self) -> Result<(), Errno> {
        let is_limit = |error: &Errno| matches!(*error, Errno::NOSPC | Errno::MFILE | Errno::NFILE | Errno::NOMEM);
        self.refused.iter().map(|(_, error)| *error).find(is_limit).map_or(Ok(()), Err)
    }
}

impl Drop for Inotify {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Release);
        // The end of a watch is an event, and wakes who listens.
        let bell = inotify::add_watch(&*self.file, "/", WatchFlags::DELETE_SELF);
        for watch in bell.into_iter().chain(self.spots.keys().copied()) {
            let _ = inotify::remove_watch(&*self.file, watch);
        }
    }
}

/// What a walk comes across below a path that was not there before.
struct Arrival<'a> {
    inotify: &'a mut Inotify,
    entered: BTreeSet<String>,
    /// Files, where they are wanted.
    files: Option<Vec<SourcePath>>,
}

impl Visitor for Arrival<'_> {
    fn enter(&mut self, path: &str, real: &Path) -> bool {
        self.entered.insert(path.to_owned());
        self.inotify.enter(path, real)
    }

    fn file(&mut self, path: &str, _: &Path) {
        if let Some(files) = &mut self.files {
            files.push(SourcePath::new(path));
        }
    }

    fn link(&mut self, path: &str, folder: &Path, name: &str) {
        self.inotify.link(path, folder, name);
    }
}

/// The keys at a path and below it.
fn below<'a, V>(map: &'a BTreeMap<String, V>, path: &'a str) -> impl Iterator<Item = &'a String> {
    let range = map.range::<str, _>((Bound::Excluded(format!("{path}/").as_str()), Bound::Unbounded));
    let inside = range
        .map(|(key, _)| key)
        .take_while(move |key| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')));
    map.get_key_value(path).map(|(key, _)| key).into_iter().chain(inside)
}

/// Hands on what the system tells, until it is over.
fn listen(file: &OwnedFd, is_over: &AtomicBool, to: &Sender<Message>) {
    let mut room = [MaybeUninit::uninit(); 16 << 10];
    let mut reader = inotify::Reader::new(file, &mut room);
    loop {
        let event = match reader.next() {
            Ok(event) => Event {
                watch: event.wd(),
                flags: event.events(),
                cookie: event.cookie(),
                name: event.file_name().and_then(|name| Some(name.to_str().ok()?.to_owned())),
            },
            Err(Errno::INTR) => continue,
            Err(_) => return,
        };
        if is_over.load(Ordering::Acquire) || to.send(Message::Event(event)).is_err() {
            return;
        }
    }
}
