//! News from systems other than Linux, through notify: folders with all that is in them.
//!
//! Never tried but on Linux, where a test runs it: nobody of us has another machine.

use super::Message;
use super::batch::What;
use super::places::Places;
use crate::base::SourcePath;
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{EventKind, RecursiveMode, Watcher as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// Listens until it is dropped.
pub(super) struct Notified {
    _watcher: notify::RecommendedWatcher,
}

impl Notified {
    /// Listens to a site.
    pub(super) fn start(places: &Arc<Places>, to: Sender<Message>) -> notify::Result<Notified> {
        let known = places.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let message = match event {
                Ok(event) if event.need_rescan() => Message::Everything,
                Ok(event) => Message::Happened(happened(&known, &event)),
                Err(_) => Message::Everything,
            };
            if !matches!(&message, Message::Happened(happened) if happened.is_empty()) {
                // Whoever does not listen any more has no need of it.
                let _ = to.send(message);
            }
        })?;
        watcher.watch(&places.root, RecursiveMode::Recursive)?;
        if let Some((folder, _)) = places.other_config() {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        Ok(Notified { _watcher: watcher })
    }
}

fn happened(places: &Places, event: &notify::Event) -> Vec<(SourcePath, What)> {
    let what = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => What::Whole,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => return Vec::new(),
        EventKind::Create(_) => What::Created,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => What::Vanished,
        EventKind::Modify(ModifyKind::Name(_)) => What::Whole,
        EventKind::Modify(_) | EventKind::Any | EventKind::Other => What::Written,
    };
    event.paths.iter().filter_map(|path| Some((source(places, path)?, what))).collect()
}

fn source(places: &Places, path: &Path) -> Option<SourcePath> {
    if path == places.config
        && let Some((_, name)) = places.other_config()
    {
        return Some(SourcePath::new(name));
    }
    let below = path.strip_prefix(&places.root).ok().filter(|_| !places.is_own(path))?;
    let first = below.components().next()?.as_os_str().to_str()?;
    let parts = below.components().map(|part| part.as_os_str().to_str()).collect::<Option<Vec<&str>>>()?;
    (places.is_source(first) && !crate::world::litter::is_litter(parts.last()?))
        .then(|| SourcePath::new(parts.join("/")))
}
