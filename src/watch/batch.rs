//! What was heard and is not told yet: when it has settled, it is news.
//!
//! A file that was closed after writing, or renamed into its place, is news at once; one that is being written is in ten
//! milliseconds, and one that vanished only if nothing takes its place soon, since many editors save by moving the old file
//! away. When much changes at once, all of it is one piece of news after it has come to rest. Knows no disk and no clock.

use crate::base::SourcePath;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a file that is being written is waited for.
const WRITING: Duration = Duration::from_millis(10);

/// How long after one piece of news the next one may come: whoever is not busy would be told of a program at work file by
/// file.
const BREATH: Duration = Duration::from_millis(10);

/// How long something that vanished is waited for.
const VANISHED: Duration = Duration::from_millis(100);

/// More than so many paths at once are no save any more, but a program at work.
pub(super) const FEW: usize = 8;

/// How long a program at work must have been silent.
const SILENCE: Duration = Duration::from_millis(50);

/// How long a program at work is waited for in all.
pub(super) const PATIENCE: Duration = Duration::from_millis(1500);

/// What happened at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A file was made, and is perhaps being written.
    Created,
    /// A file is being written.
    Written,
    /// A file is whole, as far as one can tell; or something else was said of it.
    Whole,
    /// It is gone.
    Vanished,
    /// It vanished, and has another name in the site now.
    Renamed,
}

/// How a path is.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Whether it came to be since the last news, so that nobody misses it when it goes.
    is_new: bool,
    /// When it is news.
    due: Instant,
    is_gone: bool,
}

/// What was heard and is not told yet.
#[derive(Debug, Default)]
pub(super) struct Batch {
    entries: BTreeMap<SourcePath, Entry>,
    is_everywhere: bool,
    /// When the first of it was heard, and the last.
    heard: Option<(Instant, Instant)>,
    /// When the last news was told.
    told: Option<Instant>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && !self.is_everywhere
    }

    /// Anything may have changed.
    pub(super) fn put_all(&mut self, now: Instant) {
        self.is_everywhere = true;
        self.note(now);
    }

    /// Something happened.
    pub(super) fn put(&mut self, path: SourcePath, what: What, now: Instant) {
        self.note(now);
        let before = self.entries.get(&path).copied();
        let was_new = before.is_some_and(|before| before.is_new);
        let was_gone = before.is_some_and(|before| before.is_gone);
        let is_being_written = before.filter(|before| !before.is_gone && before.due > now).map(|before| before.due);
        let entry = match what {
            What::Created => Entry { is_new: before.is_none() || was_new, due: now + WRITING, is_gone: false },
            // Who writes slowly does not put it off.
            What::Written => Entry { is_new: was_new, due: is_being_written.unwrap_or(now + WRITING), is_gone: false },
            // A new file is often only the place from which another one is replaced.
            What::Whole if was_new => Entry { is_new: true, due: now + WRITING, is_gone: false },
            What::Whole => Entry { is_new: false, due: now, is_gone: false },
            What::Vanished | What::Renamed if was_new => {
                self.entries.remove(&path);
                return;
            }
            What::Vanished if was_gone => return,
            What::Vanished => Entry { is_new: false, due: now + VANISHED, is_gone: true },
            What::Renamed if was_gone => Entry { is_new: false, due: now, is_gone: true },
            What::Renamed => return,
        };
        self.entries.insert(path, entry);
    }

    /// Whether a program is at work that changes much.
    pub(super) fn is_storm(&self) -> bool {
        self.is_everywhere || self.entries.len() > FEW
    }

    /// When there may be news; nothing when nothing was heard. `is_at_work` says that a program is known to be at work.
    pub(super) fn due(&self, is_at_work: bool) -> Option<Instant> {
        let (first, last) = self.heard.filter(|_| !self.is_empty())?;
        match is_at_work || self.is_storm() {
            true => Some((last + SILENCE).min(first + PATIENCE)),
            false => {
                let due = self.entries.values().map(|entry| entry.due).min()?;
                Some(self.told.map_or(due, |told| due.max(told + BREATH)))
            }
        }
    }

    /// Takes what has settled.
    pub(super) fn take(&mut self, is_at_work: bool, now: Instant) -> Option<(Vec<SourcePath>, bool)> {
        if self.due(is_at_work).is_none_or(|due| due > now) {
            return None;
        }
        let is_all = is_at_work || self.is_storm();
        let mut settled = Vec::new();
        self.entries.retain(|path, entry| {
            let is_settled = is_all || entry.due <= now;
            if is_settled {
                settled.push(path.clone());
            }
            !is_settled
        });
        self.heard = (!self.entries.is_empty()).then_some((now, now));
        self.told = Some(now);
        Some((settled, std::mem::take(&mut self.is_everywhere)))
    }

    fn note(&mut self, now: Instant) {
        let first = self.heard.map_or(now, |(first, _)| first);
        self.heard = Some((first, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn path(path: &str) -> SourcePath {
        SourcePath::new(path)
    }

    /// What is news after which time, when these things happen, each so many milliseconds after the start.
    fn told(happened: &[(u32, &str, What)], after: u32) -> Vec<String> {
        let start = Instant::now();
        let mut batch = Batch::default();
        happened.iter().for_each(|(at, name, what)| batch.put(path(name), *what, start + MS * *at));
        let told = batch.take(false, start + MS * after).map(|(paths, _)| paths).unwrap_or_default();
        told.iter().map(SourcePath::to_string).collect()
    }

    #[test]
    fn a_file_is_news_when_it_is_closed_and_soon_when_it_is_not() {
        assert_eq!(told(&[(0, "a", What::Written), (1, "a", What::Whole)], 1), ["a"]);
        assert_eq!(told(&[(0, "a", What::Written)], 9), [""; 0]);
        assert_eq!(told(&[(0, "a", What::Written), (8, "a", What::Written)], 10), ["a"]);
    }

    #[test]
    fn a_backup_is_no_deletion() {
        let saved = [(0, "a", What::Vanished), (20, "a", What::Created), (21, "a", What::Whole)];
        assert_eq!(told(&saved[..1], 60), [""; 0]);
        assert_eq!(told(&saved[..1], 100), ["a"]);
        assert_eq!(told(&saved, 21), ["a"]);
    }

    #[test]
    fn who_is_saved_does_not_wait_for_who_vanished() {
        assert_eq!(told(&[(0, "b", What::Vanished), (1, "a", What::Whole)], 1), ["a"]);
        assert_eq!(told(&[(0, "b", What::Vanished), (0, "b", What::Renamed), (0, "a", What::Whole)], 0), ["a", "b"]);
    }

    #[test]
    fn what_came_and_went_is_nothing() {
        let saved = [
            (0, "tmp", What::Created),
            (1, "tmp", What::Whole),
            (2, "tmp", What::Vanished),
            (2, "tmp", What::Renamed),
            (2, "a", What::Whole),
        ];
        assert_eq!(told(&saved, 2), ["a"]);
        assert_eq!(told(&saved[..2], 5), [""; 0]);
        assert_eq!(told(&saved[..2], 11), ["tmp"]);
    }

    #[test]
    fn a_storm_is_told_once_when_it_is_over_and_at_last_when_it_is_not() {
        let start = Instant::now();
        let mut batch = Batch::default();
        for number in 0..400_u32 {
            batch.put(path(&format!("{number}")), What::Whole, start + MS * number);
            assert!(number < 10 || batch.take(false, start + MS * number).is_none());
        }
        assert_eq!(batch.due(false), Some(start + MS * 449));
        assert!(batch.take(false, start + MS * 449).is_some_and(|(paths, _)| paths.len() > 350));
        assert_eq!(batch.due(false), None);
        for number in 0..2000_u32 {
            batch.put(path(&format!("{number}")), What::Whole, start + MS * number);
        }
        assert_eq!(batch.due(false), Some(start + PATIENCE));
    }

    #[test]
    fn one_piece_of_news_does_not_follow_another_at_once() {
        let start = Instant::now();
        let mut batch = Batch::default();
        batch.put(path("a"), What::Whole, start);
        assert!(batch.take(false, start).is_some());
        batch.put(path("b"), What::Whole, start + MS);
        assert!(batch.take(false, start + MS).is_none());
        assert!(batch.take(false, start + BREATH).is_some());
        batch.put(path("b"), What::Whole, start + BREATH * 3);
        assert!(batch.take(false, start + BREATH * 3).is_some());
    }

    #[test]
    fn a_program_at_work_is_waited_for_even_if_it_has_changed_little() {
        let start = Instant::now();
        let mut batch = Batch::default();
        batch.put(path("a"), What::Whole, start);
        assert!(batch.take(true, start).is_none());
        assert!(batch.take(true, start + SILENCE).is_some());
    }
}
