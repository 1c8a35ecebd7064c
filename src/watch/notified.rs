//! News from the system, through notify.
//!
//! Says only where something happened: never what a file holds. notify's thread hands on what the system tells; all that is
//! decided here is decided by whoever waits.
//!
//! Where the system listens to single folders (Linux), each one is registered by itself and by its real path: notify's own
//! walk would go into what is not ours to listen to, and follow links out of the site. Its mask leaves out the opening and
//! reading of files, which is what we do. Elsewhere the root is listened to with all that is in it; that is tried on Linux
//! alone, where a test runs it: nobody of us has another machine.

use super::Message;
use super::batch::What;
use super::names::{Found, Names};
use super::places::Places;
use super::words::limit;
use crate::base::SourcePath;
use crate::world::litter::is_litter;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{
    Config, Error, ErrorKind, Event, EventKind, EventKindMask, PathOp, RecommendedWatcher, RecursiveMode,
    WatchPathConfig, Watcher,
};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// How long the system may take to free what was listened to before.
const FREED: Duration = Duration::from_millis(50);

/// How often that is waited for.
const WAITS: u32 = 10;

/// What one registration covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// A folder.
    Folder,
    /// A folder with all that is in it.
    Tree,
}

impl Reach {
    /// As the system has it.
    pub(super) const SYSTEM: Reach = if cfg!(target_os = "linux") { Reach::Folder } else { Reach::Tree };
}

/// Listens until it is dropped.
pub(super) struct Notified {
    places: Arc<Places>,
    reach: Reach,
    to: Sender<Message>,
    watcher: RecommendedWatcher,
    names: Names,
    /// Where something was moved from last, and the move.
    moved: Option<(usize, Vec<SourcePath>)>,
    refused: Vec<Error>,
    /// How many folders may be listened to: a test has few.
    room: usize,
}

/// What an event means.
pub(super) type Happened = Vec<(SourcePath, What)>;

/// What was said of a path of the disk.
#[derive(Clone, Copy, Debug)]
enum Change {
    Came(What),
    Went,
    Is(What),
}

impl Notified {
    /// Listens to a site. Fails where the system has no room for that.
    pub(super) fn start(
        places: Arc<Places>,
        reach: Reach,
        to: Sender<Message>,
        room: usize,
    ) -> notify::Result<Notified> {
        let watcher = watcher(to.clone())?;
        let (names, moved, refused) = (Names::default(), None, Vec::new());
        let mut notified = Notified { places, reach, to, watcher, names, moved, refused, room };
        notified.listen_everywhere()?;
        Ok(notified)
    }

    /// Begins anew: what is known of the folders may be wrong, here and in notify. Returns whether the root is there.
    pub(super) fn restart(&mut self) -> notify::Result<bool> {
        let mut waits = 0;
        loop {
            // Assigned, so that the old one is gone before all folders are listened to once more; its thread takes a moment.
            self.watcher = watcher(self.to.clone())?;
            self.names = Names::default();
            match self.listen_everywhere() {
                Err(error) if limit(&error).is_some() && waits < WAITS => std::thread::sleep(FREED),
                Err(error) => return Err(error),
                Ok(()) => return Ok(self.has_root()),
            }
            waits += 1;
        }
    }

    /// Whether the root is listened to: not if it is gone, or another folder is there.
    pub(super) fn has_root(&self) -> bool {
        self.names.contains(&self.places.root)
    }

    /// Folders that the system does not let us listen to.
    pub(super) fn refused(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.refused)
    }

    /// What an event means; nothing where the system lost count.
    pub(super) fn read(&mut self, event: &Event) -> notify::Result<Option<Happened>> {
        if event.need_rescan() {
            self.restart()?;
            return Ok(None);
        }
        let mut happened = Vec::new();
        for real in &event.paths {
            let Some(change) = self.change(event, real) else { continue };
            self.happen(real, change, &mut happened)?;
        }
        self.pair(event, &mut happened);
        Ok(Some(happened))
    }

    /// What an event says of a path; nothing if another one says it too.
    fn change(&mut self, event: &Event, real: &Path) -> Option<Change> {
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Change::Is(What::Whole)),
            EventKind::Create(CreateKind::Folder) => Some(Change::Came(What::Whole)),
            EventKind::Create(_) => Some(Change::Came(What::Created)),
            EventKind::Remove(_) => Some(Change::Went),
            EventKind::Access(_) | EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => None,
            EventKind::Modify(ModifyKind::Name(RenameMode::From)) if self.is_told_by_itself(event) => {
                self.names.contains(real).then(|| {
                    // notify believes that it still is where it was.
                    self.ignore(self.names.inside(real));
                    Change::Went
                })
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Some(Change::Went),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Some(Change::Came(What::Whole)),
            EventKind::Modify(ModifyKind::Name(_)) if real.symlink_metadata().is_err() => Some(Change::Went),
            EventKind::Modify(ModifyKind::Name(_)) => Some(Change::Came(What::Whole)),
            EventKind::Modify(_) | EventKind::Any | EventKind::Other => Some(Change::Is(What::Written)),
        }
    }

    /// Whether a folder itself tells that it was moved, and not the one that it was in.
    fn is_told_by_itself(&self, event: &Event) -> bool {
        self.reach == Reach::Folder && event.tracker().is_none()
    }

    fn happen(&mut self, real: &Path, change: Change, happened: &mut Happened) -> notify::Result<()> {
        let (mut paths, mut is_known) = (self.paths(real), true);
        if let Change::Went = change {
            let lost = self.names.lose(real);
            is_known = !lost.is_empty();
            // Where it is met by other names, its way there may be what was lost.
            let is_inside = |path: &String| paths.iter().any(|told| path.strip_prefix(told.as_str()).is_some());
            let others: Vec<String> = lost.into_iter().filter(|path| !path.is_empty() && !is_inside(path)).collect();
            paths.extend(others);
        }
        for path in paths {
            let (what, is_looked_at) = match change {
                Change::Came(what) => (what, true),
                Change::Went => (What::Vanished, is_known || self.names.knows(&path)),
                Change::Is(what) => (what, false),
            };
            let source = SourcePath::new(&path);
            happened.push((source.clone(), what));
            if is_looked_at {
                // Where something was, there may be something again.
                let is_more = |file: &SourcePath| what == What::Vanished || *file != source;
                let files = self.look(&path)?.into_iter().filter(is_more);
                happened.extend(files.map(|file| (file, What::Whole)));
            }
        }
        Ok(())
    }

    /// The paths in the site that something on the disk decides about.
    fn paths(&self, real: &Path) -> Vec<String> {
        let (Some(folder), Some(name)) = (real.parent(), real.file_name().and_then(|name| name.to_str())) else {
            return Vec::new();
        };
        let Some(spot) = self.names.get(folder) else { return Vec::new() };
        if is_litter(name) && !self.names.contains(real) && !real.is_dir() {
            return Vec::new();
        }
        let is_own = self.places.is_own(real);
        let below = |folder: &String| match folder.as_str() {
            "" => self.places.is_source(name).then(|| name.to_owned()),
            folder => (!is_own).then(|| format!("{folder}/{name}")),
        };
        let links = spot.links.iter().filter(|(link, _)| link == name).map(|(_, path)| path.clone());
        spot.folders.iter().filter_map(below).chain(links).collect()
    }

    /// Listens to what is at a path now. What is in a folder may have come before we listened: returns the files there.
    fn look(&mut self, path: &str) -> notify::Result<Vec<SourcePath>> {
        let found = self.listen(|places, found| {
            places.visit_config(found);
            places.visit(path, found);
        })?;
        let idle = self.names.replace(path, &found);
        self.ignore(idle);
        Ok(found.files)
    }

    /// A move from one place of the site to another is no way to save a file, unless a backup or the like comes of it.
    fn pair(&mut self, event: &Event, happened: &mut Happened) {
        let (EventKind::Modify(ModifyKind::Name(mode)), Some(tracker)) = (event.kind, event.tracker()) else { return };
        let name = event.paths.first().and_then(|path| path.file_name()).and_then(|name| name.to_str());
        if mode == RenameMode::From {
            let gone = happened.iter().filter(|(_, what)| *what == What::Vanished);
            self.moved = Some((tracker, gone.map(|(path, _)| path.clone()).collect()));
        } else if mode == RenameMode::To
            && let Some((_, paths)) = self.moved.take_if(|(moved, _)| *moved == tracker)
            && !name.is_some_and(is_litter)
            && !happened.is_empty()
        {
            happened.splice(0..0, paths.into_iter().map(|path| (path, What::Renamed)));
        }
    }

    fn listen_everywhere(&mut self) -> notify::Result<()> {
        let found = self.listen(|places, found| places.visit_root(found))?;
        self.names.tie(&found);
        Ok(())
    }

    /// Listens to all that a walk finds, and walks once more, since something may have come before we listened.
    fn listen(&mut self, walk: impl Fn(&Places, &mut Found)) -> notify::Result<Found> {
        let mut tried = BTreeSet::new();
        loop {
            let mut found = Found::default();
            walk(&self.places, &mut found);
            let is_new = |real: &&Path| !self.names.contains(real) && !tried.contains(*real);
            let new: Vec<PathBuf> = found.real().into_iter().filter(is_new).map(Path::to_owned).collect();
            if new.is_empty() {
                return Ok(found);
            }
            tried.extend(new.iter().cloned());
            self.register(new)?;
        }
    }

    /// Registers folders of the disk.
    fn register(&mut self, new: Vec<PathBuf>) -> notify::Result<()> {
        if self.reach == Reach::Folder && self.names.len() + new.len() > self.room {
            return Err(Error::new(ErrorKind::MaxFilesWatch));
        }
        let mut left: Vec<PathOp> = new.iter().filter_map(|real| self.registration(real)).collect();
        let mut refused = BTreeSet::new();
        while let Err(error) = self.watcher.update_paths(std::mem::take(&mut left)) {
            if limit(&error.source).is_some() {
                return Err(error.source);
            }
            let path = error.origin.map(PathOp::into_path);
            // One that went while we looked is no loss.
            if !matches!(error.source.kind, ErrorKind::PathNotFound) {
                self.refused.push(error.source.set_paths(path.iter().cloned().collect()));
            }
            refused.extend(path);
            left = error.remaining;
        }
        new.into_iter().filter(|real| !refused.contains(real)).for_each(|real| self.names.add(real));
        Ok(())
    }

    /// What is asked of notify so that a folder is listened to; nothing if it is already, with the root.
    fn registration(&self, real: &Path) -> Option<PathOp> {
        let root = &self.places.root;
        let mode = match self.reach {
            Reach::Tree if real == root => RecursiveMode::Recursive,
            Reach::Tree if real.starts_with(root) => return None,
            Reach::Tree | Reach::Folder => RecursiveMode::NonRecursive,
        };
        Some(PathOp::Watch(real.to_owned(), WatchPathConfig::new(mode)))
    }

    /// Listens no more to folders of the disk.
    fn ignore(&mut self, idle: Vec<PathBuf>) {
        if self.reach == Reach::Tree {
            return;
        }
        let mut left: Vec<PathOp> = idle.into_iter().map(PathOp::Unwatch).collect();
        // Those that are gone are known to notify no more, which is no harm.
        while let Err(error) = self.watcher.update_paths(std::mem::take(&mut left)) {
            left = error.remaining;
        }
    }
}

/// Hands on what the system tells of all but the reading of files.
fn watcher(to: Sender<Message>) -> notify::Result<RecommendedWatcher> {
    let config = Config::default()
        .with_event_kinds(EventKindMask::CORE | EventKindMask::ACCESS_CLOSE)
        .with_follow_symlinks(false);
    // Whoever does not listen any more has no need of it.
    let tell = move |event| _ = to.send(Message::Event(event));
    RecommendedWatcher::new(tell, config)
}
