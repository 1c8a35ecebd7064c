//! What was heard and is not told yet: when it has settled, it is news.
//!
//! A file that was closed after writing, or renamed into its place, is news at once; one that is being written is in ten
//! milliseconds, and one that vanished only if nothing takes its place soon, since many editors save by moving the old file
//! away. What is written for a long time is news less and less often until it is closed. When much changes at once, all of
//! it is one piece of news after it has come to rest; when a little more than a save does, one piece of news does not follow
//! another at once. Knows no disk and no clock.

use crate::base::SourcePath;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a file that is being written is waited for.
const WRITING: Duration = Duration::from_millis(10);

/// How long a file is waited for at most that is still being written.
const WRITING_AT_LENGTH: Duration = Duration::from_secs(1);

/// More than so many paths in one breath may be a program that begins its work, which whoever is not busy would be told of
/// file by file.
const COUPLE: usize = 2;

/// How long after one piece of news the next one comes then.
const BREATH: Duration = Duration::from_millis(10);

/// How long something that vanished is waited for.
const VANISHED: Duration = Duration::from_millis(100);

/// More than so many paths at once are no save any more, but a program at work.
pub(super) const FEW: usize = 4;

/// How far apart they are "at once": who listens may be as quick as who writes.
const AT_ONCE: Duration = Duration::from_millis(200);

/// Of more paths than this it is forgotten that they were being written.
const MANY: usize = 1024;

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
    /// Whether it came to be since the last news.
    is_new: bool,
    /// When it is news.
    due: Instant,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Perhaps being written.
    Open,
    Whole,
    Gone,
}

/// What was heard and is not told yet.
#[derive(Debug, Default)]
pub(super) struct Batch {
    entries: BTreeMap<SourcePath, Entry>,
    is_everywhere: bool,
    /// What was told while it was being written, and how long it is waited for the next time.
    open: BTreeMap<SourcePath, Duration>,
    /// Some of what was told a moment ago, and when.
    lately: BTreeMap<SourcePath, Instant>,
    /// When the first of it was heard, and the last.
    heard: Option<(Instant, Instant)>,
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
        let was_gone = before.is_some_and(|before| before.state == State::Gone);
        if !matches!(what, What::Written) {
            self.open.remove(&path);
        }
        let entry = match what {
            What::Created => Entry { is_new: before.is_none(), due: now + WRITING, state: State::Open },
            What::Written => {
                // Who writes slowly does not put it off.
                let due = before.filter(|before| before.state == State::Open).map(|before| before.due);
                let wait = self.open.get(&path).copied().unwrap_or(WRITING);
                Entry { is_new: was_new, due: due.unwrap_or(now + wait), state: State::Open }
            }
            // A new file is often only the place from which another one is replaced.
            What::Whole if was_new => Entry { is_new: true, due: now + WRITING, state: State::Whole },
            What::Whole => Entry { is_new: false, due: now, state: State::Whole },
            What::Vanished if was_gone => return,
            What::Vanished => Entry { is_new: was_new, due: now + VANISHED, state: State::Gone },
            // What came and went there, nobody has time to miss; but somebody may have seen it in passing.
            What::Renamed if was_new || !was_gone => return,
            What::Renamed => Entry { is_new: false, due: now, state: State::Gone },
        };
        self.entries.insert(path, entry);
    }

    /// Whether a program is at work that changes much.
    pub(super) fn is_storm(&self) -> bool {
        let others = self.lately.keys().filter(|path| !self.entries.contains_key(*path)).count();
        self.is_everywhere || self.entries.len() + others > FEW
    }

    /// When there may be news; nothing when nothing was heard. `is_at_work` says that a program is known to be at work.
    pub(super) fn due(&self, is_at_work: bool) -> Option<Instant> {
        let (first, last) = self.heard.filter(|_| !self.is_empty())?;
        match is_at_work || self.is_storm() {
            true => Some((last + SILENCE).min(first + PATIENCE)),
            false => self.entries.values().map(|entry| entry.due).min().max(self.breath(last)),
        }
    }

    /// Until when there is a pause after the last news, if that and what is to be told are more than a save. `last` is when
    /// something was heard last.
    fn breath(&self, last: Instant) -> Option<Instant> {
        let is_other = |(path, told): &(&SourcePath, &Instant)| {
            last.saturating_duration_since(**told) < BREATH && !self.entries.contains_key(*path)
        };
        let others = self.lately.iter().filter(is_other).count();
        let told = self.lately.values().max().filter(|_| self.entries.len() + others > COUPLE)?;
        Some(*told + BREATH)
    }

    /// Takes what has settled.
    pub(super) fn take(&mut self, is_at_work: bool, now: Instant) -> Option<(Vec<SourcePath>, bool)> {
        self.lately.retain(|_, told| now.saturating_duration_since(*told) < AT_ONCE);
        if self.due(is_at_work).is_none_or(|due| due > now) {
            return None;
        }
        let is_all = is_at_work || self.is_storm();
        let mut settled = Vec::new();
        self.entries.retain(|path, entry| {
            let is_settled = is_all || entry.due <= now;
            if is_settled {
                settled.push(path.clone());
                if entry.state == State::Open {
                    let wait = self.open.get(path).copied().unwrap_or(WRITING);
                    self.open.insert(path.clone(), (wait * 4).min(WRITING_AT_LENGTH));
                }
            }
            !is_settled
        });
        self.lately.extend(settled.iter().take(FEW + 1).map(|path| (path.clone(), now)));
        self.heard = (!self.entries.is_empty()).then_some((now, now));
        Some((settled, std::mem::take(&mut self.is_everywhere)))
    }

    fn note(&mut self, now: Instant) {
        self.lately.retain(|_, told| now.saturating_duration_since(*told) < AT_ONCE);
        let first = self.heard.map_or(now, |(first, _)| first);
        self.heard = Some((first, now));
        if self.open.len() > MANY {
            self.open.clear();
        }
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
    fn what_is_written_for_long_is_told_less_and_less_often() {
        let start = Instant::now();
        let mut batch = Batch::default();
        let mut told = 0;
        for millisecond in 0..5000 {
            batch.put(path("static/film.mp4"), What::Written, start + MS * millisecond);
            told += u32::from(batch.take(false, start + MS * millisecond).is_some());
        }
        assert!((5..12).contains(&told), "{told}");
        batch.put(path("static/film.mp4"), What::Whole, start + MS * 5000);
        assert!(batch.take(false, start + MS * 5000).is_some());
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
    fn who_is_replaced_does_not_wait_for_what_came_and_went() {
        let saved = [
            (0, "tmp", What::Created),
            (1, "tmp", What::Whole),
            (2, "tmp", What::Vanished),
            (2, "tmp", What::Renamed),
            (2, "a", What::Whole),
        ];
        assert_eq!(told(&saved, 2), ["a"]);
        assert_eq!(told(&saved, 102), ["a", "tmp"]);
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
    fn who_listens_all_the_time_is_not_told_of_every_file_of_a_storm() {
        let start = Instant::now();
        let mut batch = Batch::default();
        let mut told = 0;
        for number in 0..1000_u32 {
            let now = start + MS * number;
            batch.put(path(&format!("{number}")), What::Whole, now);
            told += u32::from(batch.take(false, now).is_some());
        }
        assert!(told < 12, "{told}");
        let mut told = 0;
        for number in 1000..1100_u32 {
            let now = start + MS * number * 100;
            batch.put(path(&format!("{}", number % 10)), What::Whole, now);
            told += u32::from(batch.take(false, now).is_some());
        }
        assert!(told > 90, "{told}");
    }

    #[test]
    fn a_save_is_news_at_once_also_after_other_news() {
        let start = Instant::now();
        let mut batch = Batch::default();
        for (millisecond, name) in [(0, "a"), (1, "a"), (2, "b"), (3, "b"), (4, "a"), (5, "b")] {
            batch.put(path(name), What::Whole, start + MS * millisecond);
            assert!(batch.take(false, start + MS * millisecond).is_some(), "{millisecond}");
        }
    }

    #[test]
    fn where_more_than_a_save_happens_one_piece_of_news_does_not_follow_another_at_once() {
        let start = Instant::now();
        let mut batch = Batch::default();
        for (millisecond, name) in [(0, "a"), (1, "b")] {
            batch.put(path(name), What::Whole, start + MS * millisecond);
            assert!(batch.take(false, start + MS * millisecond).is_some());
        }
        batch.put(path("c"), What::Whole, start + MS * 2);
        assert!(batch.take(false, start + MS * 10).is_none());
        assert!(batch.take(false, start + MS * 11).is_some());
        batch.put(path("d"), What::Whole, start + MS * 21);
        assert!(batch.take(false, start + MS * 21).is_some());
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
