//! Door: where the news comes from that something may have changed on the disk.
//!
//! News only says where to look first. Nothing here reads a file to decide anything, and whoever hears of a path must find
//! out by itself whether anything is different there. Folders that are written by us are never listened to, and editors'
//! litter is no news.

mod batch;
mod names;
mod notified;
mod places;
mod poll;
mod system;
mod words;

use crate::base::SourcePath;
use batch::{Batch, What};
use notified::{Notified, Reach};
use places::Places;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use system::Sleep;

/// How often is looked where the system does not tell, unless somebody says how often.
pub const INTERVAL: Duration = Duration::from_millis(700);

/// How long whoever reads a file that stops in the middle waits for the rest of it.
pub const HOLD: Duration = Duration::from_millis(250);

/// How long nothing is heard before it is asked whether the machine slept.
const NAP: Duration = Duration::from_secs(10);

/// A lock of git that is older was left by one that died.
const OLD_LOCK: Duration = Duration::from_secs(10);

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
    /// Files and folders, from the site's root; a configuration that is not in the root, by its name alone. Of a folder
    /// that came, its files are here too.
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
    places: Arc<Places>,
    source: Source,
    batch: Batch,
    sleep: Sleep,
    notices: Vec<String>,
    /// Notices that were said.
    said: BTreeSet<String>,
    sender: Sender<Message>,
    receiver: Receiver<Message>,
}

/// Where news comes from.
enum Source {
    System(Box<Notified>),
    Poll(#[expect(dead_code, reason = "looks until it is dropped")] poll::Poll),
}

enum Message {
    Event(notify::Result<notify::Event>),
    Happened(Vec<(SourcePath, What)>),
    Stop,
}

/// Lets others bring news.
#[derive(Clone)]
pub struct Teller(Sender<Message>);

impl Watch {
    /// Listens to a site's folder, but for the folders in it that are written by us. Its configuration is site.toml.
    pub fn start(root: &Path, own: &[PathBuf], how: How) -> Watch {
        Watch::with_config(root, &root.join("site.toml"), own, how)
    }

    /// The same, with a configuration that may be elsewhere.
    pub fn with_config(root: &Path, config: &Path, own: &[PathBuf], how: How) -> Watch {
        Watch::limited(Places::new(root, own, config), how, Reach::SYSTEM, usize::MAX)
    }

    /// The same, where the system lets us listen to so many folders.
    fn limited(places: Places, how: How, reach: Reach, room: usize) -> Watch {
        let (sender, receiver) = mpsc::channel();
        let places = Arc::new(places);
        let mut notices = Vec::new();
        let source = match how {
            How::System => match Notified::start(places.clone(), reach, sender.clone(), room) {
                Ok(notified) => Source::System(Box::new(notified)),
                Err(error) => {
                    notices.push(words::exhaustion(&error));
                    Source::Poll(poll::Poll::start(places.clone(), INTERVAL, sender.clone()))
                }
            },
            How::Poll(every) => Source::Poll(poll::Poll::start(places.clone(), every, sender.clone())),
        };
        if let (How::System, Some(name)) = (how, system::mute_file_system(&places.root)) {
            notices.push(format!(
                "this folder is on a file system of another machine or program ({name}), which may not tell of changes: \
                 if saves are not noticed, use `--poll`"
            ));
        }
        let (batch, sleep, said) = (Batch::default(), Sleep::new(), BTreeSet::new());
        Watch { places, source, batch, sleep, notices, said, sender, receiver }
    }

    /// Who may bring news too.
    pub fn teller(&self) -> Teller {
        Teller(self.sender.clone())
    }

    /// Words for people, about how the watching goes: said once each.
    pub fn notices(&mut self) -> Vec<String> {
        let mut notices = std::mem::take(&mut self.notices);
        notices.retain(|words| self.said.insert(words.clone()));
        notices
    }

    /// Waits for news, and then until it has settled; not for ever, if `patience` says so.
    pub fn wait(&mut self, patience: Option<Duration>) -> Heard {
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        loop {
            while let Ok(message) = self.receiver.try_recv() {
                if self.hear(message).is_none() {
                    return Heard::Stopped;
                }
            }
            self.look_around();
            let is_at_work = !self.batch.is_empty() && self.is_git_at_work();
            let now = Instant::now();
            if let Some((paths, is_everywhere)) = self.batch.take(is_at_work, now) {
                return Heard::News(News { paths: paths.into_iter().collect(), is_everywhere });
            }
            if end.is_some_and(|end| end <= now) {
                return Heard::Nothing;
            }
            let until = [self.batch.due(is_at_work), end].into_iter().flatten().min();
            let pause = until.map_or(NAP, |until| until.saturating_duration_since(now).min(NAP));
            match self.receiver.recv_timeout(pause) {
                Ok(message) => {
                    if self.hear(message).is_none() {
                        return Heard::Stopped;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
        }
    }

    /// Takes in a message; nothing when it says to stop.
    fn hear(&mut self, message: Message) -> Option<()> {
        let now = Instant::now();
        match message {
            Message::Stop => return None,
            Message::Happened(happened) => {
                happened.into_iter().for_each(|(path, what)| self.batch.put(path, what, now));
            }
            Message::Event(event) => {
                let Source::System(notified) = &mut self.source else { return Some(()) };
                match event.and_then(|event| notified.read(&event)) {
                    Ok(Some(happened)) => {
                        happened.into_iter().for_each(|(path, what)| self.batch.put(path, what, now));
                    }
                    Ok(None) => self.batch.put_all(now),
                    Err(error) if words::limit(&error).is_some() => self.give_up(&error),
                    Err(_) => self.batch.put_all(now),
                }
            }
        }
        Some(())
    }

    /// What nobody tells: the machine slept, or the root is gone and has come again.
    fn look_around(&mut self) {
        if self.sleep.look() {
            self.batch.put_all(Instant::now());
        }
        self.mend();
    }

    /// Listens to a root that was gone and has come again, and says where the system does not let us listen.
    fn mend(&mut self) {
        let Source::System(notified) = &mut self.source else { return };
        if !notified.has_root() && self.places.root.is_dir() {
            match notified.restart() {
                Ok(true) => self.batch.put_all(Instant::now()),
                Ok(false) => {}
                Err(error) => return self.give_up(&error),
            }
        }
        let refused = notified.refused();
        self.notices.extend(refused.iter().map(|error| words::refusal(&self.places.root, error)));
    }

    /// Looks, from now on: the system has no more room. What changed meanwhile may be anywhere.
    fn give_up(&mut self, error: &notify::Error) {
        self.notices.push(words::exhaustion(error));
        self.source = Source::Poll(poll::Poll::start(self.places.clone(), INTERVAL, self.sender.clone()));
        self.batch.put_all(Instant::now());
    }

    /// A program that changes many files holds a lock meanwhile.
    fn is_git_at_work(&self) -> bool {
        self.places.lock.as_deref().is_some_and(|lock| system::is_fresh(lock, OLD_LOCK))
    }
}

impl Teller {
    /// Says that something may have changed there.
    pub fn tell(&self, paths: Vec<SourcePath>) {
        let _ = self.0.send(Message::Happened(paths.into_iter().map(|path| (path, What::Whole)).collect()));
    }

    /// Ends the watching.
    pub fn stop(&self) {
        let _ = self.0.send(Message::Stop);
    }
}

impl std::fmt::Debug for Teller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Teller")
    }
}

#[cfg(test)]
mod tests;
