//! Door: where the news comes from that something may have changed on the disk.
//!
//! News only says where to look first. Nothing here reads a file to decide anything, and whoever hears of a path must find
//! out by itself whether anything is different there.

use crate::base::SourcePath;
use notify::{RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

/// How news is had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The system tells.
    System,
    /// By looking, so often.
    Poll(Duration),
}

/// Where something may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Files and folders, from the site's root.
    pub paths: BTreeSet<SourcePath>,
    /// Whether it may be anywhere: the system lost count, or the machine slept.
    pub is_everywhere: bool,
}

/// What came of waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something may have changed.
    News(News),
    /// Nothing, for as long as one wanted to wait.
    Nothing,
    /// Nobody wants to hear more.
    Stopped,
}

/// Listens to a site's folder.
pub struct Watch {
    root: PathBuf,
    _watcher: Option<notify::RecommendedWatcher>,
    sender: Sender<Message>,
    receiver: Receiver<Message>,
}

enum Message {
    Paths(Vec<PathBuf>),
    Told(Vec<SourcePath>),
    Stop,
}

/// Lets others bring news.
#[derive(Clone, Debug)]
pub struct Teller(Sender<Message>);

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message")
    }
}

impl Watch {
    /// Listens to a site's folder, but for the folders in it that are written by us.
    pub fn start(root: &Path, _own: &[PathBuf], _how: How) -> Watch {
        let (sender, receiver) = mpsc::channel();
        let to = sender.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && !event.kind.is_access()
            {
                let _ = to.send(Message::Paths(event.paths));
            }
        });
        let watcher = watcher.ok().map(|mut watcher| {
            for folder in ["content", "static", "data", "templates", "themes"] {
                let _ = watcher.watch(&root.join(folder), RecursiveMode::Recursive);
            }
            let _ = watcher.watch(root, RecursiveMode::NonRecursive);
            watcher
        });
        Watch { root: root.to_owned(), _watcher: watcher, sender, receiver }
    }

    /// Who may bring news too.
    pub fn teller(&self) -> Teller {
        Teller(self.sender.clone())
    }

    /// Words for people, about how the watching goes: said once each.
    pub fn notices(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Waits for news, and then until it has settled; not for ever, if `patience` says so.
    pub fn wait(&mut self, patience: Option<Duration>) -> Heard {
        let first = match patience {
            Some(patience) => match self.receiver.recv_timeout(patience) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => return Heard::Nothing,
                Err(RecvTimeoutError::Disconnected) => return Heard::Stopped,
            },
            None => match self.receiver.recv() {
                Ok(message) => message,
                Err(_) => return Heard::Stopped,
            },
        };
        let mut news = News::default();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Stop => return Heard::Stopped,
                Message::Told(paths) => news.paths.extend(paths),
                Message::Paths(paths) => {
                    let below = |path: PathBuf| Some(SourcePath::new(path.strip_prefix(&self.root).ok()?.to_str()?));
                    news.paths.extend(paths.into_iter().filter_map(below));
                }
            }
            next = self.receiver.recv_timeout(Duration::from_millis(10)).ok();
        }
        Heard::News(news)
    }
}

impl Teller {
    /// Says that something may have changed there.
    pub fn tell(&self, paths: Vec<SourcePath>) {
        let _ = self.0.send(Message::Told(paths));
    }

    /// Ends the watching.
    pub fn stop(&self) {
        let _ = self.0.send(Message::Stop);
    }
}
